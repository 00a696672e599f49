"""Recorded messages decided once more by the same rules come to what was decided then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.authoring.diff import Compared, compare
from bot.authoring.old_and_new import OldAndNew
from bot.ledger import contacts, inbox, sending
from bot.ledger.database import Database
from bot.ledger.past import past
from bot.ledger.sending import Claim
from bot.model import LongTexts, Rate
from bot.provider.answers import Accepted
from tests.build import NOW, inbound, ruleset
from tests.support import process

RULES = ruleset("""
defaults: {timezone: UTC}
rules:
  - id: hours
    when: {keywords: [hours]}
    reply: "We're open 9-5, {{ contact.name | default('friend') }}."
    cooldown: {once: 1h, else: "As I said."}
  - id: name
    when: {regex: 'i am (?P<who>\\w+)'}
    set: {contact: {name: "{{ who }}"}}
    reply: "Hello {{ who }}."
  - id: book
    when: {keywords: [book]}
    ask: {as: day, text: "Which day?", choices: {monday: [mon], friday: [fri]}}
    then: {reply: "Booked for {{ day }}."}
  - id: human
    when: {keywords: [human]}
    handoff: {reply: "Somebody will write.", for: 1h}
  - id: enter
    when: {keywords: [enter]}
    state: {name: inside, expires: 10m}
    reply: "Inside."
  - id: inside
    when: {state: inside, keywords: [what]}
    reply: "You are inside."
  - id: third
    when: {keywords: [again], count: {of: received, per: 1d, gte: 2}}
    reply: "That often?"
fallback: {reply: "Text HOURS."}
""")
OTHER = "+15555550124"
SAID: Sequence[tuple[int, str]] = (
    *((0, "hours"), (1, "hours"), (2, "i am Ann"), (70, "hours"), (71, "book"), (72, "soon")),
    *((73, "fri"), (74, "book"), (75, "hours please"), (76, "mon"), (80, "enter"), (81, "what")),
    *((95, "what"), (96, "again"), (100, "STOP"), (101, "hours"), (102, "START"), (110, "hours")),
    *((111, "human"), (112, "hours"), (180, "hours")),
)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def play(connection: Connection, person: str = "+15555550123") -> None:
    for minutes, text in SAID:
        at = NOW + timedelta(minutes=minutes)
        message = inbound(text, key=f"{person} {minutes}", sender=person, received_at=at)
        inbox.keep(connection, [message])
        [waiting] = inbox.waiting(connection, 2)
        process(connection, waiting, RULES, at)
        while isinstance(claimed := sending.claim(connection, Rate(20, 0.001), at), Claim):
            sending.record(connection, claimed, Accepted("m"), claimed.message, at)
            at += timedelta(milliseconds=10)


def replayed(connection: Connection, since: int | None = None) -> list[Compared]:
    begin = None if since is None else NOW + timedelta(minutes=since)
    found = past(connection, RULES, begin)
    return [compare(one, OldAndNew(RULES, RULES), LongTexts.SPLIT) for one in found]


def test_cooldowns_questions_states_and_handoffs_are_as_they_were(connection: Connection) -> None:
    play(connection)
    found = replayed(connection)
    assert [one.message.text for one in found] == [text for _, text in SAID]
    rules = [one.recorded and one.recorded.rule for one in found]
    assert [one.old.rule for one in found] == rules
    assert [one.message.text for one in found if not one.is_as_recorded] == []
    assert {*rules} >= {"hours", "name", "book", "human", "inside", "third", "fallback"}


def test_what_was_said_before_is_known_where_only_the_last_is_asked_for(
    connection: Connection,
) -> None:
    play(connection)
    assert replayed(connection, since=95) == replayed(connection)[12:]


def test_each_person_has_a_thread_of_their_own(connection: Connection) -> None:
    play(connection)
    play(connection, OTHER)
    found = replayed(connection)
    assert [one.message.sender for one in found] == ["+15555550123"] * 21 + [OTHER] * 21
    assert all(one.is_as_recorded for one in found)


def test_who_was_opted_out_by_hand_is_so_from_then_on(connection: Connection) -> None:
    play(connection)
    contacts.opt_out(connection, "+15555550123", "by phone", NOW + timedelta(minutes=190), by="ann")
    at = NOW + timedelta(minutes=200)
    inbox.keep(connection, [inbound("hours", key="last", received_at=at)])
    [waiting] = inbox.waiting(connection, 2)
    process(connection, waiting, RULES, at)
    last = replayed(connection)[-1]
    assert (last.old.rule, last.is_as_recorded) == ("$opted-out", True)
    assert all(one.is_as_recorded for one in replayed(connection))


def test_an_empty_ledger_has_no_past(connection: Connection) -> None:
    assert replayed(connection) == []
