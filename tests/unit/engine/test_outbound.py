"""From a reply to what leaves."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from bot.engine import outbound
from bot.engine.outbound import Ids
from bot.model import LongcodeId, LongTexts, OutboundMessage, Reply, RuleId
from tests.build import PERSON, inbound

HOURS = RuleId("hours")
LINE = LongcodeId(123)


@pytest.mark.parametrize(
    ("carried", "added", "tags"),
    [
        ({}, {}, {"rule": "hours"}),
        ({"a": "1"}, {"b": "2"}, {"a": "1", "b": "2", "rule": "hours"}),
        ({"a": "1"}, {"a": "2"}, {"a": "2", "rule": "hours"}),
        ({"rule": "other"}, {"rule": "mine"}, {"rule": "hours"}),
        (
            dict.fromkeys("abcdef", "1"),
            {"x": "2"},
            {"a": "1", "b": "1", "c": "1", "x": "2", "rule": "hours"},
        ),
        ({"k" * 99: "v" * 99}, {}, {"k" * 64: "v" * 64, "rule": "hours"}),
    ],
)
def test_tags_are_carried_over_and_the_rule_goes_along(
    carried: dict[str, str], added: dict[str, str], tags: dict[str, str]
) -> None:
    assert outbound.tags_of(Reply(text="", rule=RuleId("hours"), tags=added), carried) == tags


def test_a_reply_goes_to_who_wrote_from_the_number_that_is_known() -> None:
    reply = Reply(text="Hi", rule=HOURS, image="https://x/1.jpg")
    answers = inbound("Hours?", tags={"campaign": "spring"})
    assert outbound.message_of(reply, answers, LINE, Ids("e", "r")) == OutboundMessage(
        external_id="e",
        request_id="r",
        to=PERSON,
        text="Hi",
        image="https://x/1.jpg",
        longcode_id=LINE,
        tags={"campaign": "spring", "rule": "hours"},
    )


@pytest.mark.parametrize(
    ("text", "policy", "parts"),
    [
        ("Hi", LongTexts.SPLIT, [("e", "Hi", False)]),
        (
            "a " * 100,
            LongTexts.SPLIT,
            [("e", ("a " * 80)[:-1], False), ("1", "a " * 19 + "a", False)],
        ),
        ("a " * 100, LongTexts.MMS, [("e", "a " * 100, True)]),
        ("a " * 100, LongTexts.HOLD, []),
    ],
)
def test_a_long_text_leaves_in_parts_each_under_ids_of_its_own(
    text: str, policy: LongTexts, parts: list[tuple[str, str, bool]]
) -> None:
    numbers = count(1)
    whole = outbound.message_of(Reply(text=text, rule=HOURS), inbound(), LINE, Ids("e", "r"))
    found = outbound.parts_of(whole, policy, lambda: Ids(str(next(numbers)), "x"))
    assert [(part.external_id, part.text, part.is_mms) for part in found] == parts
    assert all(
        replace(part, external_id="e", request_id="r", text=text, is_mms=False) == whole
        for part in found
    )
