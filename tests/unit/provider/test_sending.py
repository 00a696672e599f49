"""What an answer of the provider means: by its status, whatever its body is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.provider import sending
from bot.provider.answers import About, Accepted, Answer, Refused, RetryLater
from tests.build import NOW

DATE = "Thu, 15 Jan 2026 17:04:05 GMT"
UNREAD = Accepted(None, "accepted, but the answer could not be read")
NOBODY = "accepted, but nobody was reached"
REFUSAL = b'{"httpCode": 400, "message": "too long", "requestId": "q-1", "apiKey": "secret"}'


def read(status: int, body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return sending.read_answer(status, named, body, NOW)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b'{"data": {"messageId": "98765", "totalSent": 1}}', Accepted("98765")),
        (b'{"success": true, "data": {"messageId": 5}}', Accepted("5")),
        (b'{"data": {"messageId": 5, "totalSent": 0}}', Accepted("5", NOBODY)),
        (b'{"data": {"totalSent": 0}}', Accepted(None, NOBODY)),
        (b'{"data": {"totalSent": true}}', Accepted(None)),
        (b'{"data": {"totalSent": false}}', Accepted(None)),
        (b'{"data": {"totalSent": "0"}}', Accepted(None)),
        (b'{"messageId": 5}', Accepted(None)),
        (b"{}", Accepted(None)),
        (b"", Accepted(None)),
        (b'{"data": {"messageId": true}}', Accepted(None)),
        (b'{"data": {"messageId": ["x"]}}', Accepted(None)),
        (b'{"data": [1]}', Accepted(None)),
        (b'{"data": null}', Accepted(None)),
        (b"<html>", UNREAD),
        (b"OK", UNREAD),
        (b"[]", UNREAD),
        (b"[" * 99_999, UNREAD),
        (b'{"data": ' + b"9" * 5_000 + b"}", UNREAD),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_taken_whatever_its_body_is(status: int, body: bytes, answer: Answer) -> None:
    assert read(status, body) == answer


@pytest.mark.parametrize("status", [200, 202])
def test_a_success_that_says_that_it_is_none_is_a_refusal(status: int) -> None:
    assert read(status, b'{"success": false, "message": "no"}') == Refused(
        f"the provider answered {status}: no"
    )


@pytest.mark.parametrize(
    ("statuses", "about", "because"),
    [
        ([400, 413, 422], About.CALL, ": too long (requestId q-1)"),
        ([401], About.KEY, ": the API key is missing or wrong"),
        ([402], About.ACCOUNT, ": the account has no credit"),
        ([403], About.ACCOUNT, ": the account may not send"),
        ([300, 301, 302, 303, 304, 307, 308, 399], About.ACCOUNT, ": look at MTA_BASE_URL"),
        ([405, 406, 407, 410, 411, 415, 421, 426], About.ACCOUNT, ": look at MTA_BASE_URL"),
        ([404, 418, 424, 499], About.UNCLEAR, ": too long (requestId q-1)"),
    ],
)
def test_a_refusal_says_what_it_is_about(statuses: list[int], about: About, because: str) -> None:
    for status in statuses:
        wanted = Refused(f"the provider answered {status}{because}", about)
        assert read(status, REFUSAL, location="https://elsewhere/") == wanted


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"message": ["a"], "requestId": 5}', b""])
def test_a_refusal_without_words_is_one_all_the_same(body: bytes) -> None:
    assert read(400, body) == Refused("the provider answered 400")


def test_an_id_that_was_used_before_is_an_earlier_success() -> None:
    assert read(409, b"whatever") == Accepted(None)


LIMIT = "the provider's rate limit"


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (read(429, retry_after="7"), RetryLater(LIMIT, 7.0)),
        (read(429), RetryLater(LIMIT, 15.0)),
        (read(429, retry_after="0"), RetryLater(LIMIT, 1.0)),
        (read(429, retry_after="Thu, 15 Jan"), RetryLater(LIMIT, 15.0)),
        (read(429, retry_after="Thu, 15 Jan 2026 17:04:45 GMT"), RetryLater(LIMIT, 40.0)),
        (read(408), RetryLater("the provider answered 408")),
        (read(425), RetryLater("the provider answered 425")),
        (read(500, REFUSAL), RetryLater("the provider answered 500")),
        (read(502, b"<html>"), RetryLater("the provider answered 502")),
        (read(503, retry_after="30"), RetryLater("the provider answered 503", 30.0)),
        (read(503, retry_after="soon"), RetryLater("the provider answered 503")),
        (read(599), RetryLater("the provider answered 599")),
    ],
)
def test_what_is_tried_again_waits_as_long_as_it_says(answer: Answer, wanted: Answer) -> None:
    assert answer == wanted


def test_an_answer_that_embeds_the_account_gives_no_key_away() -> None:
    assert "secret" not in str(read(400, REFUSAL))


@pytest.mark.parametrize(
    ("retry_after", "date", "wait"),
    [
        ("Thu, 15 Jan 2026 17:04:12 GMT", DATE, 7.0),
        ("Thursday, 15-Jan-26 17:04:12 GMT", DATE, 7.0),
        ("Thu Jan 15 17:04:12 2026", DATE, 7.0),
        ("Thu, 15 Jan 2026 17:04:12 GMT", None, 7.0),
        ("Thu, 15 Jan 2026 17:04:12 GMT", "no date", 7.0),
        # Our clock is three hours behind theirs: their own tells.
        ("Thu, 15 Jan 2026 20:04:12 GMT", "Thu, 15 Jan 2026 20:04:05 GMT", 7.0),
        ("Thu, 15 Jan 2026 17:04:05 GMT", DATE, 1.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", DATE, 1.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DATE, 120.0),
        ("Thu, 15 Jan 2026 99:04:12 GMT", DATE, None),
        ("7", DATE, 7.0),
        (" 7.5 ", None, 7.5),
        ("0", None, 1.0),
        ("-3", None, 1.0),
        ("inf", None, 120.0),
        ("nan", None, None),
        ("", None, None),
        ("9" * 400, None, 120.0),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date(
    retry_after: str, date: str | None, wait: float | None
) -> None:
    headers = {"retry-after": retry_after, **({"date": date} if date else {})}
    assert sending.wait_of(headers, NOW) == wait


@given(st.text(max_size=40), st.none() | st.text(max_size=40))
def test_a_wait_is_never_out_of_bounds(retry_after: str, date: str | None) -> None:
    headers = {"retry-after": retry_after, **({"date": date} if date else {})}
    wait = sending.wait_of(headers, NOW)
    assert wait is None or 1.0 <= wait <= 120.0


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from("success data messageId totalSent message requestId".split()),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.integers(100, 599), VALUES)
def test_every_answer_is_read(status: int, root: Any) -> None:
    answer = read(status, json.dumps(root).encode())
    assert isinstance(answer, Accepted | Refused | RetryLater)
    # Nothing but a success, or an id that was used before, counts as sent.
    assert not isinstance(answer, Accepted) or status == 409 or 200 <= status < 300
