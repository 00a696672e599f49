"""What the provider tells of the account: each shape that it may have, and nothing that raises."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import LongcodeId
from bot.provider import account
from bot.provider.account import KeyCheck, OurNumber, Page, SmartReply, Webhook
from bot.provider.answers import Refused, RetryLater
from tests.build import NOW, OUR_NUMBER

ROW = {"id": 7, "number": 8005550100}
OURS = OurNumber(OUR_NUMBER, LongcodeId(7))


@pytest.mark.parametrize(
    ("answer", "page"),
    [
        ({"data": [ROW]}, Page((ROW,), 1)),
        ([ROW], Page((ROW,), 1)),
        ({"data": {"rows": [ROW], "page": 0, "total": 30}}, Page((ROW,), 30)),
        ({"data": {"rows": [ROW]}}, Page((ROW,), None)),
        ({"data": {"rows": [], "total": "many"}}, Page((), None)),
    ],
)
def test_lists_come_in_several_shapes(answer: object, page: Page) -> None:
    assert account.read_page(json.dumps(answer).encode()) == page


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"data": 5}', b'{"data": {}}', b"null"])
def test_what_is_no_list_is_refused(body: bytes) -> None:
    said = "the provider answered 200 with something else than a list"
    assert account.read_page(body) == Refused(said)


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        ([ROW], (OURS,)),
        ([{"id": "7", "number": "(800) 555-0100"}], (OURS,)),
        ([{"id": 7, "number": 1, "e164Number": OUR_NUMBER}], (OURS,)),
        ([{"id": 7, "number": OUR_NUMBER, "e164Number": "none"}], (OURS,)),
        ([{**ROW, "id": None}, {"id": 8}, None, "x", {**ROW, "id": True}], ()),
        (
            [{**ROW, "tollFreeVerificationStatus": "verified"}],
            (OurNumber(OUR_NUMBER, LongcodeId(7), "verified"),),
        ),
        ([{**ROW, "tollFreeVerificationStatus": 3}], (OURS,)),
    ],
)
def test_numbers_are_read_where_they_can_be(rows: Any, numbers: tuple[OurNumber, ...]) -> None:
    assert account.read_numbers(rows) == numbers


@pytest.mark.parametrize(
    ("number", "verification", "toll_free", "verified"),
    [
        ("+18005550100", None, True, False),
        ("+18885550100", "Approved", True, True),
        ("+15555550100", None, False, False),
        ("+15555550100", "in review", True, False),
        ("+18005550100", "unverified", True, False),
    ],
)
def test_a_toll_free_number_is_verified_or_not(
    number: str, verification: str | None, toll_free: bool, verified: bool
) -> None:
    ours = OurNumber(number, LongcodeId(7), verification)
    assert (ours.is_toll_free, ours.is_verified) == (toll_free, verified)


@pytest.mark.parametrize(
    ("row", "webhooks"),
    [
        ({"id": 11, "event": "e", "url": "u"}, (Webhook(11, "e", "u"),)),
        (
            {"id": "11", "event": "e", "url": "u", "retryOnError": False, "createdAt": "2026",
             "maxThroughputPerMinute": 600, "secret": "hush"},
            (Webhook(11, "e", "u", False, 600, "2026"),),
        ),
        ({"id": 11, "event": "e", "url": "u", "retryOnError": "no"}, (Webhook(11, "e", "u"),)),
        ({"id": "11/..", "event": "e", "url": "u"}, ()),
        ({"id": 11, "event": "", "url": "u"}, ()),
        ({"id": 11, "event": "e", "url": None}, ()),
        (None, ()),
    ],
)  # fmt: skip
def test_webhooks_are_read_where_they_can_be(row: object, webhooks: tuple[Webhook, ...]) -> None:
    assert account.read_webhooks([row]) == webhooks


def test_words_are_read_once_and_nothing_beside_them() -> None:
    rows = [{"word": w, "account": {"apiKey": "hush"}} for w in ("Hours", " Hours ", "", 7, None)]
    assert account.read_smart_replies([*rows, "x"]) == (
        SmartReply("Hours", ""),
        SmartReply("", ""),
    )


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Thu, 15 Jan 2026 17:04:05 GMT", NOW),
        ("Thu, 15 Jan 2026 12:04:05 -0500", NOW.astimezone(timezone(timedelta(hours=-5)))),
        ("Thu, 15 Jan 2026 17:04:05 -0000", NOW),
        ("Thu, 15 Jan 20260000000000 17:04:05 GMT", None),
        ("now", None),
        ("", None),
        (None, None),
    ],
)
def test_the_providers_clock_is_read(date: str | None, at: datetime | None) -> None:
    headers = {} if date is None else {"date": date}
    check = account.read_key_check(200, headers, b"{}", NOW)
    assert check == KeyCheck(None, at)
    assert check.at is None or check.at.tzinfo is not None


@pytest.mark.parametrize(
    ("status", "body", "failed"),
    [
        (200, b'{"message": "API Key verified", "data": {}}', None),
        (200, b'{"success": false}', Refused("the provider answered 200")),
        (
            200,
            b"<html>Welcome</html>",
            Refused("the provider answered 200 with something else than JSON"),
        ),
        (429, b"", RetryLater("the provider's rate limit", 60.0)),
        (404, b"", Refused("the provider answered 404")),
    ],
)
def test_a_key_is_good_only_where_the_provider_says_so(
    status: int, body: bytes, failed: object
) -> None:
    assert account.read_key_check(status, {}, body, NOW).failed == failed


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://bot.example/a", "https://bot.example/a"),
        ("HTTPS://Bot.Example:443/a/", "https://bot.example/a"),
        ("http://bot.example:80", "http://bot.example"),
        ("http://bot.example:443/a", "http://bot.example:443/a"),
        ("https://bot.example:8443/A", "https://bot.example:8443/A"),
        ("https://bot.example/a?b=c", "https://bot.example/a?b=c"),
        ("https://[::1]:443/a", "https://[::1]/a"),
        ("http://[", "http://["),
    ],
)
def test_a_place_has_one_name(url: str, place: str) -> None:
    assert account.place(url) == place


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://bot.example", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.2", True),
        ("http://[::1]:1", True),
        ("http://bot.example", False),
        ("http://localhost.example", False),
        ("http://10.0.0.1", False),
        ("http://[", False),
    ],
)
def test_only_plain_http_that_leaves_the_machine_can_be_read(url: str, private: bool) -> None:
    assert account.is_private(url) is private


def test_a_double_has_the_event_and_the_place_of_an_earlier_one() -> None:
    first = Webhook(1, "message-reply", "https://bot.example/a")
    others = [
        Webhook(2, "message-reply", "https://BOT.example:443/a/"),
        Webhook(3, "message-send", "https://bot.example/a"),
        Webhook(4, "message-reply", "https://bot.example/b"),
        Webhook(5, "message-reply", "https://bot.example/a"),
    ]
    assert account.doubles([first, *others]) == {2: first, 5: first}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([OUR_NUMBER, 10**60, "\ud800", "http://["]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from("data rows total id number event url word retryOnError".split()),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200)
@given(VALUES, st.text(max_size=40))
def test_no_answer_makes_reading_raise(root: Any, date: str) -> None:
    body = json.dumps(root).encode()
    page = account.read_page(body)
    rows = page.rows if isinstance(page, Page) else [root]
    found = account.read_webhooks(rows)
    account.doubles(found)
    account.read_numbers(rows)
    account.read_smart_replies(rows)
    account.read_webhook(body)
    for status in (200, 429, 500):
        account.read_key_check(status, {"date": date}, body, NOW)
    assert all(account.place(w.url) is not None and w.id > 0 for w in found)


@settings(deadline=None, max_examples=200)
@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)))
def test_every_date_of_http_is_read(at: datetime) -> None:
    from email.utils import format_datetime

    told = at.replace(tzinfo=UTC, microsecond=0)
    headers = {"date": format_datetime(told, usegmt=True)}
    assert account.read_key_check(200, headers, b"{}", NOW).at == told
