"""What is played in memory is what the server does: the same conversations, the same decisions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.engine import outbound
from bot.engine.simulator import Given, Simulator
from bot.ledger import inbox, questions
from bot.ledger.database import Database, open_database
from bot.ledger.schema import outbox as outbox_table
from bot.model import Decision, InboundMessage, Outcome, Reason, Reply
from bot.provider.ids import new_ids
from bot.rules.ruleset import Ruleset
from tests.build import NOW, OUR_NUMBER, PERSON, ruleset
from tests.support import process

RULES = """
guards: {opt_out: {likely: ask}}
defaults: {cooldown: 5m}
rules:
  - {id: book, when: {keywords: [book]}, reply: "For which day?", state: {name: day, expires: 20m}}
  - id: day
    when: {state: day, keywords: [monday, tuesday]}
    reply: "Booked, {{ contact.name | default('friend') }}."
    state: none
    cooldown: 1s
    set: {conversation: {day: "{{ message.text }}"}}
  - id: name
    when: {regex: 'i am (?P<who>\\w+)'}
    set: {contact: {name: "{{ who }}"}}
    continue: true
  - {id: known, when: {contact: {name: anna}, keywords: [hi]}, reply: "Hi Anna."}
  - {id: welcome, when: {in_reply_to: day}, reply: "Any time.", cooldown: {once: 1h, per: contact}}
  - {id: prize, when: {keywords: [prize]}, reply: "You won.", limit: {times: 2, per: 1d, for: all}}
  - {id: person, when: {count: {of: unmatched, per: 1h, gte: 3}}, reply: "A person will call."}
  - {id: much, when: {count: {of: received, per: 10m, gte: 9}}, silent: true}
  - id: seat
    when: {keywords: [seat]}
    ask:
      - {as: hall, text: "Which hall, {{ contact.name | default('you') }}?", choices: [red, blue]}
      - {as: row, text: "Row?", accept: {number: {lte: 20}}, invalid: "Up to 20.", retry: [A row.]}
    expires: 10m
    on_expiry: "Another time."
    cancel: [leave it]
    interrupt: [prize, book]
    then: {reply: "{{ hall }} {{ row }}.", state: {name: day, expires: 5m, on_expiry: "Over."}}
fallback: {reply: "What?", limit: {times: 4, per: 1h}}
"""
OTHER = "+15555550124"
SAID = (
    "book",
    "Monday",
    "tuesday!",
    "i am Anna",
    "hi",
    "prize",
    "thanks",
    "x",
    "y",
    "STOP",
    "start",
    "seat",
    "red",
    "2",
    "30",
    "leave it",
    "wrong number",
    "please stop texting me",
    "yes",
)


@dataclass(frozen=True)
class Said:
    text: str
    sender: str
    after: int
    """Seconds since the message before."""
    answers_reply: bool
    """The provider gave the tags of our last message along."""


says = st.builds(
    Said,
    st.sampled_from(SAID),
    st.sampled_from((PERSON, PERSON, OTHER)),
    st.sampled_from((1, 30, 200, 700, 2_000, 90_000)),
    st.booleans(),
)


def messages(said: list[Said]) -> Iterator[tuple[Said, datetime, str]]:
    now = NOW
    for number, item in enumerate(said):
        now += timedelta(seconds=item.after)
        yield item, now, f"r-{number}"


def inbound(item: Said, now: datetime, key: str, last: dict[str, Reply]) -> InboundMessage:
    reply = last.get(item.sender) if item.answers_reply else None
    tags = outbound.tags_of(reply, {}) if reply is not None else {}
    return InboundMessage(
        key=key, sender=item.sender, number=OUR_NUMBER, text=item.text, tags=tags, received_at=now
    )


def played(rules: Ruleset, said: list[Said]) -> list[Decision]:
    simulator, last, decisions = Simulator(rules), dict[str, Reply](), []
    for item, now, key in messages(said):
        decision = simulator.say(inbound(item, now, key, last), Given(now=now))
        decisions.append(decision)
        last.update((item.sender, reply) for reply in decision.replies)
    return decisions


def served(rules: Ruleset, said: list[Said]) -> list[Decision]:
    last, decisions = dict[str, Reply](), []
    with ledger() as database:
        for item, now, key in messages(said):
            with database.transaction() as connection:
                inbox.keep(connection, [inbound(item, now, key, last)])
                [waiting] = inbox.waiting(connection, 1)
                decision = process(connection, waiting, rules, now)
                send_questions(connection, now)
            decisions.append(decision)
            last.update((item.sender, reply) for reply in decision.replies)
    return decisions


def send_questions(connection: Connection, now: datetime) -> None:
    """As a sender does that is never late."""
    asks = select(outbox_table.c.id).where(
        outbox_table.c.asks.is_not(None), outbox_table.c.created_at == now
    )
    for outbox_id in connection.scalars(asks).all():
        questions.sending(connection, outbox_id, now)
        questions.sent(connection, outbox_id, now)


@contextmanager
def ledger() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'bot.db'}")
        try:
            yield database
        finally:
            database.close()


@pytest.mark.system
@settings(deadline=None, max_examples=60)
@given(st.lists(says, max_size=25))
def test_what_is_played_is_what_is_served(said: list[Said]) -> None:
    rules = ruleset(RULES)
    assert played(rules, said) == served(rules, said)


def outcomes(*said: tuple[str, int]) -> list[tuple[str | None, Outcome, Reason | None]]:
    rules = ruleset(RULES)
    items = [Said(text, PERSON, after, False) for text, after in said]
    found = played(rules, items)
    assert found == served(rules, items)
    return [(decision.rule, decision.outcome, decision.reason) for decision in found]


def test_a_state_is_entered_and_left_and_ends_by_itself() -> None:
    assert outcomes(("book", 1), ("monday", 1), ("monday", 1)) == [
        ("book", Outcome.REPLIED, None),
        ("day", Outcome.REPLIED, None),
        ("fallback", Outcome.REPLIED, None),
    ]
    assert outcomes(("book", 1), ("monday", 1_201)) == [
        ("book", Outcome.REPLIED, None),
        ("fallback", Outcome.REPLIED, None),
    ]


def test_a_cooldown_keeps_a_rule_from_answering_until_it_is_over() -> None:
    assert outcomes(("book", 1), ("book", 299), ("book", 2)) == [
        ("book", Outcome.REPLIED, None),
        ("book", Outcome.SUPPRESSED, Reason.COOLDOWN),
        ("book", Outcome.REPLIED, None),
    ]


def test_the_fallback_answers_three_times_in_a_row_at_most() -> None:
    texts = [("x", 1), ("y", 1), ("x y", 1)]
    rules = ruleset("fallback: {reply: 'What?'}")
    items = [Said(text, PERSON, after, False) for text, after in [*texts, ("z", 1)]]
    found = served(rules, items)
    assert found == played(rules, items)
    assert [(d.rule, d.reason) for d in found] == [
        *[("fallback", None)] * 3,
        ("$loop", Reason.LOOP),
    ]


def test_the_fifth_equal_text_within_five_minutes_is_not_answered() -> None:
    rules = ruleset("rules: [{hours: 9-5}]")
    items = [Said(text, PERSON, 10, False) for text in ("Hours?", "hours", "HOURS!", "hours.") * 2]
    found = served(rules, items)
    assert found == played(rules, items)
    assert [d.rule for d in found] == [*["hours"] * 4, *["$loop"] * 4]
    later = [*items[:4], replace(items[4], after=301)]
    assert [d.rule for d in played(rules, later)] == ["hours"] * 5


def test_the_eleventh_reply_within_ten_minutes_is_not_sent() -> None:
    rules = ruleset("rules: [{id: all, when: always, reply: [one, two]}]")
    items = [Said(f"text {number}", PERSON, 10, False) for number in range(11)]
    found = served(rules, items)
    assert found == played(rules, items)
    assert [d.rule for d in found] == [*["all"] * 10, "$loop"]  # of two messages each


QUESTIONS = """
rules:
  - {id: begin, when: {keywords: [begin]}, reply: "Over 18?", state: q1}
  - {id: q1, when: {state: q1, keywords: ["yes"]}, reply: "Do you smoke?", state: q2}
  - {id: q2, when: {state: q2, keywords: ["yes"]}, reply: "Any allergies?", state: q3}
  - {id: q3, when: {state: q3, keywords: ["yes"]}, reply: "Insured?", state: q4}
  - {id: q4, when: {state: q4, keywords: ["yes"]}, reply: "Been here before?", state: q5}
  - {id: q5, when: {state: q5, keywords: ["yes"]}, reply: "Thank you."}
"""


def test_five_equal_answers_to_five_questions_are_no_loop() -> None:
    rules = ruleset(QUESTIONS)
    items = [Said(text, PERSON, 10, False) for text in ("begin", *["yes"] * 5)]
    found = served(rules, items)
    assert found == played(rules, items)
    assert [d.rule for d in found] == ["begin", "q1", "q2", "q3", "q4", "q5"]


def test_two_slow_machines_end_within_a_day_and_may_begin_again_after_it() -> None:
    rules = ruleset("rules: [{hours: 9-5}]")
    items = [Said("What are your hours?", PERSON, 100, False) for _ in range(40)]
    found = served(rules, items)
    assert found == played(rules, items)
    # The first is not an echo; of the others 29 are answered.
    assert [d.rule for d in found] == [*["hours"] * 30, *["$loop"] * 10]
    later = [*items, Said("hours", PERSON, 20, False), replace(items[0], after=86_400)]
    assert [d.rule for d in played(rules, later)[-2:]] == ["hours", "hours"]


def test_many_different_questions_in_a_day_are_answered() -> None:
    rules = ruleset("rules: [{hours: 9-5}]")
    items = [Said(f"hours of room {number}", PERSON, 100, False) for number in range(40)]
    assert {d.rule for d in played(rules, items)} == {"hours"}


def test_machines_that_write_hourly_or_count_end_within_a_week() -> None:
    rules = ruleset("rules: [{hours: 9-5}]")
    hourly = [Said("What are your hours?", PERSON, 3_600, False)] * 102
    numbered = [Said(f"#{number}: your hours?", PERSON, 130, False) for number in range(152)]
    for items, answered in ((hourly, 100), (numbered, 150)):
        found = served(rules, items)
        assert found == played(rules, items)
        assert [d.rule for d in found] == ["hours"] * answered + ["$loop"] * 2


def test_who_asks_the_same_ten_times_a_day_is_answered() -> None:
    rules = ruleset("rules: [{hours: 9-5}]")
    items = [Said("hours", PERSON, 8_640, False)] * 100
    assert {d.rule for d in played(rules, items)} == {"hours"}


def test_a_reaction_to_a_text_of_ours_is_one_by_what_we_sent() -> None:
    rules = ruleset("rules: [{hours: We open at nine}]\nfallback: {reply: 'What?'}")
    texts = ("hours", "my “We open at nine”", "my “We close at nine”", "so, “We open at nine”?")
    items = [Said(text, PERSON, 10, False) for text in texts]
    found = served(rules, items)
    assert found == played(rules, items)
    assert [d.rule for d in found] == ["hours", "$tapback", "fallback", "fallback"]


def test_ids_are_fresh() -> None:
    assert len({name for _ in range(1_000) for name in new_ids()}) == 2_000
