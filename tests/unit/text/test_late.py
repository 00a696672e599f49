from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.late import late

SOURCES = (r"(?P<n>[0-9]+)\s*", "a|b", "^.", "")


@given(st.sampled_from(SOURCES), st.text("ab 01\n"))
def test_it_finds_what_the_compiled_one_finds(source: str, text: str) -> None:
    for flags in (0, re.DOTALL):
        one, other = late(source, flags), re.compile(source, flags)
        assert [f.span() for f in one.finditer(text)] == [f.span() for f in other.finditer(text)]
        assert one.sub("-", text) == other.sub("-", text)
        assert (one.pattern, one.flags, one.groups) == (other.pattern, other.flags, other.groups)


def test_it_is_compiled_when_it_is_asked() -> None:
    wrong = late("(")
    with pytest.raises(re.error):
        wrong.search("")
