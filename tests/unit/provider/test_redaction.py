"""Of a body its form is kept and nothing that a person or the business put into it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.provider.events import LARGEST_BODY
from bot.provider.redaction import LONGEST_TEXT, redacted, sample, shape
from tests.support import webhook


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("+15555550123", "+15555550100"),
        ("+4366012345678", "+1555555010000"),
        ("+1234567", "+1555555"),
        ("+123456", "+000000"),
        ("(555) 555-0123", "(000) 000-0000"),
        ("Call Ann O’Neil: +15555550123!", "Xxxx Xxx X’Xxxx: +00000000000!"),
        ("ÄRGER über ж, 東京 ٣", "XXXXX xxxx x, xx 0"),
        ("🙂 £5 \x00\ud800\n\tx", "? ?0 ??\n\tx"),
        ("a@b.example", "x@x.xxxxxxx"),
        ("x" * LONGEST_TEXT + "y", "x" * LONGEST_TEXT),
        ("", ""),
        # times
        ("2026-03-15T17:04:05.000Z", "2000-01-01T00:00:00.000Z"),
        ("2026-03-15T17:04:05-05:00", "2000-01-01T00:00:00-00:00"),
        ("2026-03-15 17:04", "2000-01-01 00:00"),
        ("2026-03-15", "2000-01-01"),
        ("20260315T170405-0500", "20000101T000000-0000"),
        ("20260315", "00000000"),
        ("2026-03-15T17:04 Ann", "0000-00-00X00:00 Xxx"),
        # addresses
        ("https://ann.acme.org:81/a/b1.jpg?k=v#f", "https://example.com/x/x0.xxx?x=x#x"),
        ("HTTP://acme", "http://example.com"),
        ("ftp://acme/b", "xxx://xxxx/x"),
        ("see https://acme/b", "xxx xxxxx://xxxx/x"),
        # numbers: only how long they are
        (55501, 10000),
        (-7, -1),
        (0, 1),
        (10**60, 10**39),
        (987.65, 100.0),
        (-0.5, -1.0),
        (float("inf"), 100.0),
        (True, True),
        (None, None),
        # the words of MTA, and nothing but those
        ({"event": "message-reply"}, {"event": "message-reply"}),
        ({"event": "message-Reply"}, {"event": "xxxxxxx-Xxxxx"}),
        ({"message": "message-reply"}, {"message": "xxxxxxx-xxxxx"}),
        ({"type": "delivery-status"}, {"type": "delivery-status"}),
        ({"type": "sms"}, {"type": "xxx"}),
        ({"status": 11}, {"status": 11}),
        ({"status": "11"}, {"status": "11"}),
        ({"status": "STOPPED_NUMBER"}, {"status": "STOPPED_NUMBER"}),
        ({"status": "stopped by Ann"}, {"status": "xxxxxxx xx Xxx"}),
        ({"status": 15}, {"status": 10}),
        ({"status": 4.0}, {"status": 4.0}),
        ({"code": 11}, {"code": 10}),
        ({"status": ["sent", "Ann"]}, {"status": ["sent", "Xxx"]}),
        # names of members stay, but for those of tags and those that look like data
        ({"a_B-1": {"data": [{"id": "c"}]}}, {"a_B-1": {"data": [{"id": "x"}]}}),
        ({"tags": {"Ann": "b"}}, {"tags": {"*Xxx": "x"}}),
        ({"tags": {"status": "sent"}}, {"tags": {"*xxxxxx": "xxxx"}}),
        ({"Tags": {"a": {"b": [{"c": 7}]}}}, {"Tags": {"*x": {"*x": [{"*x": 1}]}}}),
        ({"tags": {"a": 7, "b": "c", "c": None}}, {"tags": {"*x": 1, "*x-2": "x", "*x-3": None}}),
        ({"tags": ["a"]}, {"tags": ["x"]}),
        ({"tag": {"a": "b"}}, {"tag": {"a": "x"}}),
        ({"+15555550123": 1, "a b": 1}, {"*+15555550100": 1, "*x x": 1}),
        ({"a1234": 1, "a123": 1, "é": 1, "": 1}, {"*x0000": 1, "a123": 1, "*x": 1, "*": 1}),
    ],
)
def test_the_form_stays_and_the_content_goes(value: object, expected: object) -> None:
    assert json.dumps(redacted(value)) == json.dumps(expected)


def test_a_shape_names_members_with_their_types() -> None:
    body = {
        "text": "a",
        "count": 1,
        "half": 0.5,
        "flag": True,
        "none": None,
        "list": [1, 2, "a", {"id": 1}, {"id": None}],
        "tags": {"flow": "a", "step": "b"},
        "+15555550123": {},
    }
    assert shape(body) == (
        ".*: object",
        ".count: integer",
        ".flag: boolean",
        ".half: number",
        ".list: array",
        ".list[].id: integer",
        ".list[].id: null",
        ".list[]: integer",
        ".list[]: object",
        ".list[]: string",
        ".none: null",
        ".tags.*: string",
        ".tags: object",
        ".text: string",
        ": object",
    )


def name(body: bytes, event: str = "message-reply", status: int | None = None) -> str | None:
    found = sample(event, body, status)
    return None if found is None else found.name


@pytest.mark.parametrize(
    "other",
    [
        webhook(message="Something else", fromNumber="+4366012345678", replyId="r-2"),
        webhook(message=""),
        webhook().replace(b":", b" :  "),
        json.dumps(dict(reversed(json.loads(webhook()).items()))).encode(),
    ],
)
def test_bodies_of_one_shape_have_one_name(other: bytes) -> None:
    first = name(webhook())
    assert first is not None
    assert re.fullmatch("message-reply-[0-9a-f]{12}.json", first)
    assert name(other) == first


@pytest.mark.parametrize(
    ("body", "event", "status"),
    [
        (webhook(message=None), "message-reply", None),
        (webhook(replyId=7), "message-reply", None),
        (webhook(more="a"), "message-reply", None),
        (webhook("message-reply"), "message-reply", None),
        (webhook(), "message-send", None),
        (webhook(), "message-reply", 200),
    ],
)
def test_bodies_of_another_shape_have_another_name(
    body: bytes, event: str, status: int | None
) -> None:
    assert name(body, event, status) not in (None, name(webhook()))


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (b"{}", True),
        (b"[]", True),
        (b'"Ann"', True),
        (nested(50), True),
        (nested(51), False),
        (nested(900), False),
        (b"[" * 60_000, False),
        (b'"%s"' % (b"a" * (LARGEST_BODY - 2)), True),
        (b'"%s"' % (b"a" * (LARGEST_BODY - 1)), False),
        (b"", False),
        (b"fromNumber=%2B15555550123", False),
        (b"\xff{}", False),
        (b"9" * 5_000, False),
    ],
)
def test_what_is_no_json_is_no_sample(body: bytes, is_one: bool) -> None:
    assert (sample("message-reply", body) is not None) == is_one


def test_a_sample_tells_where_it_is_from() -> None:
    found = sample("send-answer", b'{"data": {"messageId": 98765}}', 200)
    assert found is not None
    assert found.redacted().decode().splitlines() == [
        "{",
        '  "event": "send-answer",',
        '  "status": 200,',
        '  "body": {',
        '    "data": {',
        '      "messageId": 10000',
        "    }",
        "  }",
        "}",
    ]


# None of these characters can come out of a redaction, so that what is found was left in.
LETTERS, DIGITS = "abcDEFéЖ東", "2346789"
WORDS = st.text(LETTERS + DIGITS + " .,-+@/’🙂", max_size=30)
NUMBERS = st.integers().filter(lambda n: not set("015") & set(str(n))) | st.floats()
FORMS = st.from_regex(
    rf"\+[{DIGITS}]{{6,16}}|[{DIGITS}]{{4}}-[{DIGITS}]{{2}}-[{DIGITS}]{{2}}(T[{DIGITS}]{{6}}Z)?"
    rf"|https?://[{DIGITS}abcDEF/.]{{1,20}}",
    fullmatch=True,
)
NAMES = ("message", "fromNumber", "data", "status", "event", "tags", "url")
BODIES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS | FORMS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | WORDS.map(" {}".format) | FORMS, inner)
    ),
    max_leaves=30,
)


def contents(value: object, in_tags: bool = False) -> Iterator[str]:
    """All but the names of members that a program would give."""
    if isinstance(value, dict):
        for name, item in value.items():
            if in_tags or name not in NAMES:
                yield name
            yield from contents(item, in_tags or name == "tags")
    elif isinstance(value, list):
        for item in value:
            yield from contents(item, in_tags)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)


def runs(texts: Iterator[str]) -> set[str]:
    """All that stands in them of four digits or of four letters in a row."""
    found = [run for text in texts for run in re.findall(r"[0-9]{4,}|[^\W\d_]{4,}", text)]
    return {run[at : at + 4] for run in found for at in range(len(run) - 3)}


def sampled(body: object) -> tuple[str, Any]:
    found = sample("message-reply", json.dumps(body).encode())
    assert found is not None
    return found.name, json.loads(found.redacted())["body"]


@pytest.mark.system
@settings(deadline=None, max_examples=300)
@given(BODIES)
def test_no_word_and_no_number_survives_and_the_shape_does(body: Any) -> None:
    name, left = sampled(body)
    assert runs(contents(body)) & runs(contents(left)) - {"http", "ttps"} == set()
    assert shape(left) == shape(body)
    assert sampled(left)[0] == name


# To another word or number of the same form.
OTHERS = str.maketrans(
    dict(zip(LETTERS + DIGITS, "defABCáБ京" + DIGITS[1:] + DIGITS[0], strict=True))
)


def in_other_words(value: Any) -> Any:
    match value:
        case str():
            scheme, colon, rest = value.partition("://")
            return scheme + colon + rest.translate(OTHERS) if colon else value.translate(OTHERS)
        case int() if not isinstance(value, bool):
            return int(str(value).translate(OTHERS))
        case list():
            return [in_other_words(item) for item in value]
        case dict():
            return {key: in_other_words(item) for key, item in value.items()}
        case _:
            return value


@pytest.mark.system
@settings(deadline=None, max_examples=300)
@given(BODIES)
def test_what_was_said_changes_nothing(body: Any) -> None:
    """A sample tells of a value no more than its form: other words give the same sample."""
    plain = json.loads(json.dumps(body).replace('"status"', '"state"'))
    assert sampled(in_other_words(plain)) == sampled(plain)
