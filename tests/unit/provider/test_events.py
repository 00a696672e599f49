from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SignatureError, WebhookError
from bot.model import (
    InboundMessage,
    LongcodeId,
    OutboundMessage,
)
from bot.provider import events, sending
from bot.provider.events import DeliveryStatus
from bot.text import phone_numbers
from tests.build import NOW, OUR_NUMBER, PERSON

SECRET = "example-webhook-secret"
NOON = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
"""In New York."""
BODY = (
    b'{"fromNumber":"+15555550123","toNumber":"+18005550100","replyId":"r-1001",'
    b'"externalId":"conv-42-out-7","message":"What time do you open?","tags":{"flow":"hours"},'
    b'"timestamp":"2026-01-15T17:04:05.000Z"}'
)
SIGNATURE = "e08349fb93edc0faeb944eeee53da0be2e3e23a96a91f75d4163108db51fe1e4"


def test_the_vector_of_the_contract_is_signed_as_it_says() -> None:
    assert len(BODY) == 201
    assert events.sign(SECRET, BODY) == SIGNATURE


@pytest.mark.parametrize("secrets", [[SECRET], ["other", SECRET], [SECRET, "other"]])
def test_one_of_the_secrets_must_have_signed(secrets: list[str]) -> None:
    events.verify(secrets, BODY, SIGNATURE)


@pytest.mark.parametrize(
    ("secrets", "body", "signature"),
    [
        ([SECRET], BODY, None),
        ([SECRET], BODY, ""),
        ([SECRET], BODY, SIGNATURE[:-1]),
        ([SECRET], BODY, SIGNATURE.upper()),
        ([SECRET], BODY, f"sha256={SIGNATURE}"),
        ([SECRET], BODY, "é" * 64),
        ([SECRET], BODY, "\ud800"),
        ([SECRET], BODY + b" ", SIGNATURE),
        (["other"], BODY, SIGNATURE),
        ([], BODY, SIGNATURE),
        ([], BODY, None),
    ],
)
def test_a_signature_that_is_missing_or_wrong_is_an_error(
    secrets: list[str], body: bytes, signature: str | None
) -> None:
    with pytest.raises(SignatureError, match="missing or wrong"):
        events.verify(secrets, body, signature)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+15555550123", PERSON),
        (" +15555550123 ", PERSON),
        ("15555550123", PERSON),
        ("5555550123", PERSON),
        (5555550123, PERSON),
        (15555550123, PERSON),
        ("(555) 555-0123", PERSON),
        ("+1 555.555.0123", PERSON),
        ("1-555-555-0123", PERSON),
        ("+447700900123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("447700900123", None),
        ("0555550123", None),
        ("555-0123", None),
        ("87121", None),
        ("", None),
        ("+", None),
        ("STOP", None),
        ("+1555555012３", None),
        ("+0155555501", None),
        ("+1234567890123456", None),
        ("5" * 400, None),
        (None, None),
        (True, None),
        (5555550123.0, PERSON),
        (5555550123.5, None),
        (float("nan"), None),
        ("tel:+15555550123", PERSON),
        ("SMS:5555550123", PERSON),
        (["+15555550123"], None),
    ],
)
def test_a_number_is_kept_in_e164(written: object, number: str | None) -> None:
    assert phone_numbers.e164(written) == number


@given(st.from_regex(r"\+?[0-9 ]{5,17}", fullmatch=True) | st.text(max_size=12))
def test_spaces_around_a_number_change_nothing(written: str) -> None:
    assert phone_numbers.e164(written) == phone_numbers.e164(f" {written} ")


@pytest.mark.parametrize(
    ("body", "members"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'{"event": "message-reply", "data": {"a": 1}}', {"a": 1}),
        (b'{"a": 1, "data": null}', {"a": 1, "data": None}),
        (b'{"a": 1, "data": "x"}', {"a": 1, "data": "x"}),
        (b'{"data": {}}', {}),
    ],
)
def test_members_stand_under_data_or_at_the_root(body: bytes, members: object) -> None:
    assert events.read_json(body) == members


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"a=b", "not JSON"),
        (b"\xff\xfe\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 5_000, "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'"text"', "not a JSON object"),
    ],
)
def test_what_is_no_object_is_a_webhook_error(body: bytes, words: str) -> None:
    with pytest.raises(WebhookError, match=words):
        events.read_json(body)


def read(**members: Any) -> InboundMessage:
    return events.read_message_reply({"fromNumber": PERSON, **members}, received_at=NOW)


def test_a_v3_reply_is_read_whole_flat_or_nested() -> None:
    expected = InboundMessage(
        key="r-r-1001",
        sender=PERSON,
        number=OUR_NUMBER,
        text="What time do you open?",
        external_id="conv-42-out-7",
        tags={"flow": "hours"},
        received_at=NOW,
        sent_at=datetime(2026, 1, 15, 17, 4, 5, tzinfo=UTC),
    )
    nested = b'{"event":"message-reply","data":' + BODY + b"}"
    for body in (BODY, nested):
        assert events.read_message_reply(events.read_json(body), received_at=NOW) == expected


def test_a_v1_reply_has_other_names() -> None:
    data = {
        "type": "reply",
        "originationNumber": "5555550123",
        "destinationNumber": 8005550100,
        "replyId": 7,
        "messageId": 55501,
        "message": "Hi",
    }
    assert events.read_message_reply(data, received_at=NOW) == InboundMessage(
        key="r-7",
        sender=PERSON,
        number=OUR_NUMBER,
        text="Hi",
        message_id="55501",
        received_at=NOW,
    )


def test_the_names_of_v3_win_and_null_is_as_missing() -> None:
    data = {"fromNumber": PERSON, "originationNumber": "+447700900123", "toNumber": None}
    message = events.read_message_reply({**data, "destinationNumber": OUR_NUMBER}, received_at=NOW)
    assert (message.sender, message.number) == (PERSON, OUR_NUMBER)


def test_a_picture_without_words_has_no_message() -> None:
    assert read(replyId="1", url="https://media.example/cat.jpg") == InboundMessage(
        key="r-1",
        sender=PERSON,
        media_url="https://media.example/cat.jpg",
        received_at=NOW,
    )


def test_every_optional_member_may_be_null() -> None:
    names = "toNumber message url externalId messageId tags timestamp type senderName".split()
    assert read(replyId="1", **dict.fromkeys(names)) == read(replyId="1")


def test_what_cannot_be_stored_is_replaced() -> None:
    message = read(
        replyId="\ud800",
        message="a\0\ud83d",
        url="http://x/\0",
        tags={"\0": "\ud800"},
        externalId="\0",
    )
    assert message == InboundMessage(
        key="r-\ufffd",
        sender=PERSON,
        text="a\ufffd\ufffd",
        media_url="http://x/\ufffd",
        external_id="\ufffd",
        tags={"\ufffd": "\ufffd"},
        received_at=NOW,
    )


def test_tags_of_odd_types_become_texts() -> None:
    tags = {"t": True, "f": False, "i": 5, "x": 1.5, "n": None, "s": "", "big": 10**50}
    assert read(tags=tags).tags == {
        "t": "true",
        "f": "false",
        "i": "5",
        "x": "1.5",
        "s": "",
        "big": "",
    }


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"fromNumber": None}, "fromNumber is missing"),
        ({"fromNumber": ""}, "fromNumber is neither a phone number nor another address"),
        ({"fromNumber": " "}, "fromNumber is neither a phone number nor another address"),
        ({"fromNumber": "a\nb"}, "fromNumber is neither a phone number nor another address"),
        ({"fromNumber": "a" * 255}, "fromNumber is neither a phone number nor another address"),
        ({"fromNumber": []}, "fromNumber is neither a phone number nor another address"),
        ({"fromNumber": True}, "fromNumber is neither a phone number nor another address"),
    ],
)
def test_a_reply_without_a_sender_is_a_webhook_error(
    members: Mapping[str, Any], words: str
) -> None:
    with pytest.raises(WebhookError, match=words):
        read(**members)


_NO_ID = "{} is neither a text nor a number of a usual length"


@pytest.mark.parametrize(
    ("odd", "read_as"),
    [
        ({"message": 5}, {"text": "5", "odd": "message is not a text"}),
        ({"message": ["STOP"]}, {"text": "STOP", "odd": "message is not a text"}),
        ({"message": ["STOP", 1, None]}, {"text": "STOP 1", "odd": "message is not a text"}),
        ({"message": {"text": "STOP", "id": 1}}, {"text": "STOP", "odd": "message is not a text"}),
        ({"message": {"a": "STOP"}}, {"text": "STOP", "odd": "message is not a text"}),
        ({"message": {}}, {"odd": "message is not a text"}),
        ({"message": float("nan")}, {"odd": "message is not a text"}),
        ({"url": {}}, {"odd": "url is not a text"}),
        ({"url": []}, {"odd": "url is not a text"}),
        ({"url": {"url": "http://x/1"}}, {"media_url": "http://x/1", "odd": "url is not a text"}),
        (
            {"url": ["", "http://x/1", "http://x/2", "http://x/3"]},
            {"media_url": "http://x/1", "more_media": ("http://x/2", "http://x/3")},
        ),
        ({"externalId": True}, {"odd": _NO_ID.format("externalId")}),
        ({"externalId": "x" * 1_001}, {"odd": _NO_ID.format("externalId")}),
        ({"messageId": 98765.0}, {"message_id": "98765"}),
        ({"messageId": 10**50}, {"odd": _NO_ID.format("messageId")}),
        ({"messageId": [1]}, {"odd": _NO_ID.format("messageId")}),
        ({"tags": "a"}, {"odd": "tags is not an object"}),
        ({"tags": '{"a": "b"}'}, {"tags": {"a": "b"}, "odd": "tags is not an object"}),
        ({"tags": "[" * 20_000}, {"odd": "tags is not an object"}),
        ({"tags": [["a", "b"]]}, {"odd": "tags is not an object"}),
        (
            {"tags": {"a": {"b": "c"}, "d": "e"}},
            {"tags": {"d": "e"}, "odd": "a tag is neither a text nor a number"},
        ),
        ({"timestamp": "2026-01-15T12:00:00-05:00"}, {"sent_at": NOON}),
        ({"timestamp": "2026-01-15T17:00:00.000Z"}, {"sent_at": NOON}),
        ({"timestamp": "20260115T170000-0000"}, {"sent_at": NOON}),
        ({"timestamp": "2026-01-15 17:00:00"}, {"sent_at": NOON}),  # of no zone
        ({"timestamp": NOON.timestamp()}, {"sent_at": NOON}),
        ({"timestamp": int(NOON.timestamp() * 1000)}, {"sent_at": NOON}),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, {}),
        ({"timestamp": "noon"}, {}),
        ({"timestamp": 5}, {}),
        ({"timestamp": 10**400}, {}),
        ({"timestamp": float("inf")}, {}),
        ({"timestamp": True}, {}),
    ],
)
def test_a_member_of_an_odd_type_is_read_as_far_as_it_can_be(
    odd: Mapping[str, Any], read_as: Mapping[str, Any]
) -> None:
    plain = read(replyId="1")
    assert read(replyId="1", **odd) == replace(plain, **read_as)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({}, ""),
        ({"message": "Hi", "url": None, "externalId": 5, "messageId": "", "tags": {"a": 1}}, ""),
        ({"message": 5}, "message is not a text"),
        ({"url": []}, "url is not a text"),
        ({"url": ["http://x/1", "http://x/2"]}, ""),
        ({"externalId": True}, "externalId is neither a text nor a number of a usual length"),
        ({"messageId": 10**50}, "messageId is neither a text nor a number of a usual length"),
        ({"replyId": [1]}, "replyId is neither a text nor a number of a usual length"),
        ({"tags": []}, "tags is not an object"),
        ({"tags": {"a": ["b"]}}, "a tag is neither a text nor a number"),
    ],
)
def test_who_writes_an_odd_member_by_hand_is_told(members: Mapping[str, Any], words: str) -> None:
    assert events.odd_member(members) == words


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("5555550123", PERSON),
        (" +15555550123", PERSON),
        ("447700900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("011447700900123", "+447700900123"),
        (447700900123, "+447700900123"),
        ("Ann@Shop.Example", "ann@shop.example"),
        ("mailto:ann@shop.example", "ann@shop.example"),
        ("87121", "87121"),
        (87121, "87121"),
        ("MYBANK", "MYBANK"),
        (" ", None),
        ("", None),
        (None, None),
        (True, None),
        (1.5, None),
        ({}, None),
    ],
)
def test_a_sender_is_a_number_or_another_address(written: object, address: str | None) -> None:
    assert phone_numbers.address(written) == address


DEEP = b"[" * 20_000 + b"]" * 20_000


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"message":"STOP","fromNumber":"+15555550123","url":%s}' % DEEP, id="deep"),
        pytest.param(b'{"url":%s,"message":"STOP","fromNumber":"+15555550123"}' % DEEP, id="first"),
        pytest.param(
            b'{"message":"STOP","fromNumber":"+15555550123","messageId":%s}' % (b"9" * 5_000),
            id="an endless number",
        ),
        pytest.param(
            b'{"message":"STOP","fromNumber":"+15555550123","tags":{"a":"b\nc"}}', id="a bare line"
        ),
        pytest.param(
            b'{"message":"STOP","fromNumber":"+15555550123","tags":{"a":"\xff"}}', id="not UTF-8"
        ),
        pytest.param(
            b'{"a":"]}[\\"","b":%s,"message":"STOP","fromNumber":"+15555550123"}' % DEEP,
            id="brackets in a text",
        ),
    ],
)
def test_a_body_that_no_reader_takes_is_read_all_the_same(body: bytes) -> None:
    message = events.read_message_reply(events.read_json(body), received_at=NOW)
    assert (message.text, message.sender) == ("STOP", PERSON)


@given(st.binary(max_size=200), st.sampled_from(["[", "{", '{"a":', '"', "\\", "]", "}"]))
def test_no_body_raises_anything_but_a_webhook_error(body: bytes, sign: str) -> None:
    for content in (body, body + sign.encode() * 3_000, sign.encode() * 3_000 + body):
        with suppress(WebhookError):
            events.read_message_reply(events.read_json(content), received_at=NOW)


def test_the_delivery_key_is_that_of_the_reply_else_of_its_content() -> None:
    content = {"messageId": 1, "toNumber": OUR_NUMBER, "message": "Hi", "timestamp": "t"}
    keys = {
        read(replyId="1").key,
        read(replyId="2").key,
        read(replyId="x" * 61).key,
        read(replyId="x" * 62).key,
        *(read(**{**content, name: "+18005550199"}).key for name in content),
        read(**content).key,
        read(**content, url="https://media.example/x").key,
    }
    assert len(keys) == 4 + 4 + 2
    assert max(map(len, keys)) <= 64
    assert read(replyId="1", message="a").key == read(replyId=1, message="b").key
    assert read(**content).key == read(**content, tags={"a": "b"}, replyId=None).key
    assert read(**content).key == read(**content, replyId="").key
    assert len({read(**content, replyId=odd).key for odd in (None, [1], [2], {"id": 1})}) == 4
    assert read(**content, replyId=[1]).key == read(**content, replyId=[1], tags={"a": "b"}).key


def test_a_key_that_is_given_is_kept() -> None:
    data = {"fromNumber": PERSON, "replyId": "1"}
    assert events.read_message_reply(data, received_at=NOW, key="k").key == "k"


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [
        *((n, n, word) for n, word in enumerate(events._STATUS_WORDS, 1)),
        ("4", 4, "delivered"),
        (" 11 ", 11, "stopped-number"),
        (11.0, 11, "stopped-number"),
        ("DELIVERED", 4, "delivered"),
        ("STOPPED_NUMBER", 11, "stopped-number"),
        ("Stopped Number", 11, "stopped-number"),
        ("stopped-number", 11, "stopped-number"),
        ("undelivered", 9, "undelivered"),
        (0, None, "0"),
        (15, None, "15"),
        (-1, None, "-1"),
        ("٤", None, "٤"),
        ("", None, ""),
        ("on its way", None, "on-its-way"),
        ("x" * 99, None, "x" * 40),
    ],
)
def test_a_status_may_be_a_code_or_a_word(status: object, code: int | None, word: str) -> None:
    assert events.read_delivery_status({"status": status}) == DeliveryStatus(
        external_id=None, message_id=None, number=None, code=code, word=word
    )


def test_a_delivery_status_is_read_whole_in_both_versions() -> None:
    v3 = {"messageId": "98765", "externalId": "e-8", "status": 4, "toNumber": PERSON, "tags": {}}
    v1 = {"messageId": 98765, "externalId": "e-8", "status": "4", "destinationNumber": 5555550123}
    expected = DeliveryStatus("e-8", "98765", PERSON, 4, "delivered")
    assert [events.read_delivery_status(data) for data in (v3, v1)] == [expected, expected]


@pytest.mark.parametrize(
    ("code", "final", "delivered", "opted_out"),
    [
        *((code, False, False, False) for code in (None, 1, 2, 3)),
        (4, True, True, False),
        *((code, True, False, False) for code in (5, 6, 7, 8, 9, 10, 12, 13, 14)),
        (11, True, False, True),
    ],
)
def test_what_a_status_means(
    code: int | None, final: bool, delivered: bool, opted_out: bool
) -> None:
    status = DeliveryStatus(None, None, None, code, "")
    found = (status.is_final, status.is_delivered, status.opted_out)
    assert found == (final, delivered, opted_out)


@pytest.mark.parametrize(
    "data", [{}, {"status": None}, {"status": True}, {"status": [4]}, {"status": 4.5}]
)
def test_a_status_that_is_missing_is_a_webhook_error(data: Mapping[str, Any]) -> None:
    with pytest.raises(WebhookError, match="status is missing"):
        events.read_delivery_status(data)


@pytest.mark.parametrize(
    ("written", "longcode"),
    [
        *[("123", 123), (123, 123), (" 7 ", 7), ("007", 7)],
        *[("", None), ("0", None), (0, None), (-5, None), ("+15555550123", None), ("1.0", None)],
        *[(True, None), (None, None), ([1], None), ("1" * 19, None), ("٥", None)],
    ],
)
def test_a_longcode_id_is_digits(written: object, longcode: int | None) -> None:
    assert phone_numbers.longcode_id(written) == longcode


def outbound(**members: Any) -> OutboundMessage:
    defaults = {"external_id": "e-1", "request_id": "0" * 32, "to": PERSON, "text": "Hi é"}
    return OutboundMessage(**{**defaults, **members})


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (
            outbound(),
            {"subscribers": [PERSON], "message": "Hi é", "externalId": "e-1", "tags": {}},
        ),
        (
            outbound(longcode_id=LongcodeId(7), image="https://x.example/c.png", tags={"a": "b"}),
            {
                "subscribers": [PERSON],
                "message": "Hi é",
                "longcodeId": 7,
                "image": "https://x.example/c.png",
                "externalId": "e-1",
                "tags": {"a": "b"},
            },
        ),
        (
            outbound(is_mms=True),
            {
                "subscribers": [PERSON],
                "message": "Hi é",
                "isMMS": True,
                "externalId": "e-1",
                "tags": {},
            },
        ),
    ],
)
def test_a_send_has_one_recipient_and_what_is_known(
    message: OutboundMessage, body: dict[str, object]
) -> None:
    assert json.loads(sending.send_body(message)) == body


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([PERSON, 5555550123, "STOP", 10**60, "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from(
    "fromNumber toNumber originationNumber destinationNumber replyId messageId externalId message "
    "url tags timestamp data status success totalSent id".split()
)
OBJECTS = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=4), max_size=8)
QUICK = settings(deadline=None, max_examples=200)


@QUICK
@given(OBJECTS | VALUES)
def test_no_json_makes_reading_raise_anything_but_a_webhook_error(root: Any) -> None:
    body = json.dumps(root).encode()
    try:
        data = events.read_json(body)
    except WebhookError:
        return
    for reader in (
        lambda: events.read_message_reply({"fromNumber": PERSON, **data}, received_at=NOW),
        lambda: events.read_message_reply(data, received_at=NOW),
        lambda: events.read_delivery_status(data),
    ):
        try:
            reader()
        except WebhookError as error:
            assert str(error)  # noqa: PT017  either is fine, an empty reason is not


@QUICK
@given(st.binary(max_size=60))
def test_no_bytes_make_reading_raise_anything_but_a_webhook_error(body: bytes) -> None:
    try:
        events.read_json(body)
    except WebhookError as error:
        assert str(error)  # noqa: PT017


@pytest.mark.parametrize("depth", [900, 950, 975, *range(980, 1_000)])
def test_no_depth_of_a_member_makes_reading_raise_anything_but_a_webhook_error(depth: int) -> None:
    body = b'{"fromNumber": "+15555550123", "timestamp": ' + b"[" * depth + b"]" * depth + b"}"
    try:
        events.read_message_reply(events.read_json(body), received_at=NOW)
    except WebhookError as error:
        assert str(error)  # noqa: PT017
