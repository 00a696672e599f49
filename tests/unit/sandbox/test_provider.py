"""The provider without HTTP: sends, inbound messages, unsubscribes."""

from __future__ import annotations

import pytest

from bot.sandbox import Accepted, Number, Provider, Refusal, SentMessage
from tests.unit.sandbox.build import OTHER_NUMBER, OUR_NUMBER, PERSON, Clock, body

CLOCK = Clock()


def accepted(provider: Provider, request_id: str | None = None, **members: object) -> Accepted:
    answer = provider.send(body(**members), request_id)
    assert isinstance(answer, Accepted), answer
    return answer


def refusal(provider: Provider, **members: object) -> Refusal:
    answer = provider.send(body(**members))
    assert isinstance(answer, Refusal), answer
    return answer


def test_a_send_is_recorded_whole() -> None:
    provider = Provider(numbers=(Number(id=7, number=OUR_NUMBER),), clock=CLOCK)
    answer = accepted(
        provider, "a1", longcodeId=7, externalId="e-1", tags={"flow": "hours"}, footer="Bye"
    )
    assert provider.sent == [
        SentMessage(
            message_id=answer.message_id,
            outbound_id=provider.sent[0].outbound_id,
            to=PERSON,
            text="We open at 9.\nBye",
            image=None,
            longcode_id=7,
            external_id="e-1",
            tags={"flow": "hours"},
            request_id="a1",
            at=CLOCK.now,
        )
    ]
    assert provider.threads == {(OUR_NUMBER, PERSON): list(provider.sent)}


@pytest.mark.parametrize("written", [PERSON, "15555550123", "5555550123", 5555550123])
def test_a_number_may_be_written_in_several_ways(provider: Provider, written: object) -> None:
    accepted(provider, subscribers=[written, PERSON])
    assert [message.to for message in provider.sent] == [PERSON]


def test_the_default_number_sends_when_none_is_named(provider: Provider) -> None:
    accepted(provider)
    assert provider.sent[0].longcode_id == 7


def test_a_number_outside_the_country_code_fails_and_is_counted(provider: Provider) -> None:
    answer = accepted(provider, subscribers=["+445555550123", PERSON])
    assert answer.failed_international == 1
    assert [message.to for message in answer.messages] == [PERSON]


@pytest.mark.parametrize(
    "members",
    [
        {"subscribers": None},
        {"subscribers": []},
        {"groups": [1]},
        {"threadId": 3},
        {"subscribers": None, "allSubscribers": True},
        {"allSubscribers": True},
        {"message": None},
        {"message": ""},
        {"subscribers": ["555-0123"]},
        {"subscribers": PERSON},
        {"longcodeId": 99},
        {"longcodeId": OUR_NUMBER},
        {"longcodeId": True},
        {"tags": {"n": 1}},
        {"image": "cat.png"},
        {"message": None, "templateId": 4},
        {"scheduledDate": "20260115T193000-0000"},
        {"dedicatedNumber": OUR_NUMBER},
        {"message": "x" * 1551},
        {"message": "x" * 1551, "isMMS": True},
    ],
)
def test_what_the_contract_does_not_allow_is_a_400(
    provider: Provider, members: dict[str, object]
) -> None:
    assert refusal(provider, **members).status == 400
    assert provider.sent == []


def test_a_body_that_is_no_object_is_a_400(provider: Provider) -> None:
    assert provider.send([]) == Refusal(400, "The body must be a JSON object")


def test_no_subscribers_but_a_false_flag_is_one_kind(provider: Provider) -> None:
    accepted(provider, allSubscribers=False)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 160, True),
        ("x" * 161, False),
        ("x" * 158 + "€", True),
        ("x" * 159 + "€", False),
        ("ж" * 70, True),
        ("ж" * 71, False),
        ("😀" * 35, True),
        ("😀" * 36, False),
    ],
)
def test_strict_length_is_one_segment(text: str, fits: bool) -> None:
    strict = Provider(strict_length=True)
    assert isinstance(strict.send(body(message=text)), Accepted if fits else Refusal)
    assert isinstance(strict.send(body(message=text, isMMS=True)), Accepted)
    assert isinstance(Provider().send(body(message=text)), Accepted)


def test_an_accepted_request_id_is_refused_with_409_ever_after(provider: Provider) -> None:
    accepted(provider, "abc123")
    for message in ("We open at 9.", "Something else"):
        answer = provider.send(body(message=message), "abc123")
        assert isinstance(answer, Refusal)
        assert answer.status == 409
    assert len(provider.sent) == 1


def test_a_refused_request_does_not_use_its_id_up(provider: Provider) -> None:
    assert isinstance(provider.send(body(message=None), "abc123"), Refusal)
    accepted(provider, "abc123")


@pytest.mark.parametrize("request_id", ["", "a-b", "a b", "é1", "²"])
def test_a_request_id_is_ascii_letters_and_digits(provider: Provider, request_id: str) -> None:
    answer = provider.send(body(), request_id)
    assert isinstance(answer, Refusal)
    assert answer.status == 400


def test_an_inbound_message_carries_what_the_latest_message_carried() -> None:
    provider = Provider(numbers=(Number(id=7, number=OUR_NUMBER),), clock=CLOCK)
    accepted(provider, externalId="e-1", tags={"flow": "hours"})
    latest = accepted(provider, externalId="e-2", tags={"flow": "menu"})
    assert provider.inbound(PERSON, "What time?") == {
        "fromNumber": PERSON,
        "toNumber": OUR_NUMBER,
        "replyId": provider.received[0].reply_id,
        "messageId": latest.message_id,
        "externalId": "e-2",
        "message": "What time?",
        "url": None,
        "tags": {"flow": "menu"},
        "timestamp": "2026-01-15T17:04:05.000Z",
    }


def test_a_message_out_of_the_blue_carries_nothing_and_no_longcode(provider: Provider) -> None:
    accepted(provider, externalId="e-1", longcodeId=8)
    assert set(provider.inbound(PERSON, "Hi", to=OUR_NUMBER)) == {
        "fromNumber",
        "toNumber",
        "replyId",
        "message",
        "url",
        "timestamp",
    }


def test_a_person_answers_the_number_that_wrote_last(provider: Provider) -> None:
    assert provider.inbound(PERSON, "Hi")["toNumber"] == OUR_NUMBER
    accepted(provider, longcodeId=8)
    assert provider.inbound(PERSON, "Hi")["toNumber"] == OTHER_NUMBER


def test_a_pure_mms_has_no_message(provider: Provider) -> None:
    sent = provider.inbound(PERSON, None, media_url="https://media.example/cat.jpg")
    assert "message" not in sent
    assert sent["url"] == "https://media.example/cat.jpg"


def test_reply_ids_differ_also_after_a_restart() -> None:
    clock = Clock()
    first = Provider(clock=clock).inbound(PERSON, "Hi")
    clock.move(1)
    assert Provider(clock=clock).inbound(PERSON, "Hi")["replyId"] != first["replyId"]


@pytest.mark.parametrize(
    ("sender", "text", "to"),
    [("nobody", "Hi", None), (PERSON, "Hi", "+15555550199"), (PERSON, "", None)],
)
def test_a_test_that_asks_for_nonsense_is_told(
    provider: Provider, sender: str, text: str, to: str | None
) -> None:
    with pytest.raises(ValueError, match=r"number|message"):
        provider.inbound(sender, text, to)


def test_stop_is_an_unsubscribe_and_still_a_message(provider: Provider) -> None:
    assert provider.inbound(PERSON, " Stop ")["message"] == " Stop "
    assert provider.unsubscribed == {PERSON}
    assert accepted(provider).messages[0].statuses == (11,)
    provider.inbound(PERSON, "UNSTOP")
    assert accepted(provider).messages[0].statuses == (3, 4)


def test_stop_in_a_sentence_is_no_unsubscribe(provider: Provider) -> None:
    provider.inbound(PERSON, "please stop")
    assert provider.unsubscribed == set()


def test_the_fate_of_messages_to_a_person_can_be_set(provider: Provider) -> None:
    provider.fates[PERSON] = (3, 12)
    assert accepted(provider).messages[0].statuses == (3, 12)
