"""Fields of mail merges, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.merge_fields import merge_fields

FIELDS = {
    "Hi [First Name], hello": ("[First Name]", "first_name"),
    "Hi [[name]]": ("[[name]]", "first_name"),
    "Hi [Your Name]": ("[Your Name]", "first_name"),
    "Code: [Coupon Code]": ("[Coupon Code]", "coupon_code"),
    "Hi {{First Name}}": ("{{First Name}}", "first_name"),
    "Hi {{ coupon }}": ("{{ coupon }}", "coupon"),
    "Hi {FirstName}": ("{FirstName}", "first_name"),
    "Hi ${lastName}": ("${lastName}", "last_name"),
    "Hi {!Contact.FirstName}": ("{!Contact.FirstName}", "first_name"),
    "Hi %name%": ("%name%", "first_name"),
    "Hi %%first_name%%": ("%%first_name%%", "first_name"),
    "Hi <<Customer Name>>": ("<<Customer Name>>", "customer_name"),
    "Hi <name>": ("<name>", "first_name"),
    "Hi «Name»": ("«Name»", "first_name"),
    "Hi *|FNAME|*": ("*|FNAME|*", "first_name"),
    "Hi #name#": ("#name#", "first_name"),
}
NONE = [
    "",
    "Up to 50% off and 20% more",
    "[URGENT] [today only] [sale]",
    "«Hola», dijo",
    "C#, F# and #1, a <3 b, ~5~, 2 * 3",
    "https://a.example/%D0%B0%D1/x%20name%20y?a=%41bc%42",
    '{"a": 1} {} { } {1}',
    "{{ contact.first_name | default('there') }}",
]


@pytest.mark.parametrize(("text", "field"), FIELDS.items())
def test_a_field_is_found_with_the_name_that_is_meant(text: str, field: tuple[str, str]) -> None:
    [found] = merge_fields(text)
    assert (found.written, found.name) == field
    assert text[found.start :].startswith(found.written)


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_field_is_none(text: str) -> None:
    assert list(merge_fields(text)) == []


@given(st.text(st.sampled_from("[]<>{}%*|#~$ !.nameNAME_-5é")))
def test_fields_stand_apart_and_have_names(text: str) -> None:
    end = 0
    for found in merge_fields(text):
        assert found.start >= end
        end = found.start + len(found.written)
        assert text[found.start : end] == found.written
        assert found.name == found.name.lower() != ""
