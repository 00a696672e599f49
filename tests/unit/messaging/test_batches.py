"""What waits is decided in batches, as if it were decided one by one."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, select

from bot.ledger import conversations, history, inbox, threads
from bot.ledger.database import Database, open_database
from bot.ledger.schema import conversations as chains
from bot.ledger.schema import digest_keys, metadata
from bot.ledger.writer import Writer
from bot.messaging import bursts
from bot.messaging.resources import Resources
from bot.model import InboundMessage, LongcodeId
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.settings import Settings
from tests.build import NOW, inbound, ruleset
from tests.support import LINE, new_ledger

RULES = ruleset("""
rules:
  - id: hours
    when: {keywords: hours}
    cooldown: 1m
    reply: "{{ contact.name | default('You') }}: we open at 9."
  - {id: name, when: {says: "i am {name}"}, set: {contact: {name: "{{ name }}"}}, reply: Hello.}
  - {id: prize, when: {keywords: prize}, limit: {times: 1, per: 1h, else: Once.}, reply: You won.}
  - id: book
    when: {keywords: book}
    ask: {as: day, text: Which day?, accept: {date: true}}
    expires: 1h
    then: {reply: "{{ day | date }} it is."}
  - id: later
    when: {keywords: later}
    reply: Now.
    follow_up: {after: 1m, reply: And now.}
  - {id: person, when: {keywords: person}, handoff: true, reply: Somebody will write.}
  - {id: menu, when: {keywords: menu}, state: menu, reply: 1 or 2?}
  - {id: one, when: {state: menu, keywords: "1"}, reply: One.}
fallback: {reply: "What?"}
""")
TEXTS = (
    *("hours", "I am Ada", "prize", "book", "friday", "later", "person", "menu", "1"),
    *("STOP", "START", "please stop texting me", "wrong number", "hmm", "👍"),
)
PEOPLE = ("+15555550123", "+15555550124", "+15555550125")
NUMBERS = ("+18005550100", "+18005550101", "")
WHOSE = ("contact", "recipient", "sender", "number", "owner")
FRESH = {"external_id", "request_id", "token"}
"""Drawn anew each time."""
SETTINGS = Settings(longcode_id=LongcodeId(LINE))


def resources_of(rules: Ruleset) -> Resources:
    return Resources(
        settings=SETTINGS,
        rules=lambda: rules,
        writer=cast("Writer", None),  # who decides has a connection
        gateway=cast("Gateway", object()),  # nothing is sent
    )


Said: TypeAlias = tuple[str, str, str, int]
"""Person, our number, text, seconds since the one before."""
said = st.tuples(
    st.sampled_from(PEOPLE), st.sampled_from(NUMBERS), st.sampled_from(TEXTS), st.integers(0, 90)
)


@pytest.mark.system  # a hundred ledgers
@settings(deadline=None)
@given(st.lists(said, min_size=1, max_size=12), st.integers(2, 12))
def test_a_batch_is_answered_as_one_by_one(messages: list[Said], size: int) -> None:
    check(messages, size)


EVERYTHING = sorted(
    ((PEOPLE[n % 3], NUMBERS[n % 2], text, 20) for n in range(3) for text in TEXTS),
    key=lambda said: TEXTS.index(said[2]),
)


def test_each_of_three_people_says_everything() -> None:
    check(EVERYTHING, 7)


@pytest.mark.system
def test_on_a_server_a_batch_is_answered_as_one_by_one_in_a_file(postgres_url: str) -> None:
    came = arrivals(EVERYTHING)
    with closing(open_database(postgres_url)) as database:
        on_server, in_file = tables_in(database, came, RULES, 7), tables_after(came, RULES, 1)
    for tables in (on_server, in_file):
        del tables[digest_keys.name]  # drawn anew for each ledger
    assert on_server == in_file


def check(messages: list[Said], size: int) -> None:
    came = arrivals(messages)
    at_once, one_by_one = (tables_after(came, RULES, batch) for batch in (size, 1))
    assert at_once == one_by_one


def arrivals(messages: list[Said]) -> list[InboundMessage]:
    came = list[InboundMessage]()
    now = NOW
    for number, (sender, ours, text, after) in enumerate(messages):
        now += timedelta(seconds=after)
        members = {"sender": sender, "number": ours, "key": f"r-{number}", "received_at": now}
        came.append(inbound(text, **members))
    return came


def tables_after(
    came: list[InboundMessage], rules: Ruleset, size: int
) -> dict[str, dict[str, list[Any]]]:
    """As `tables_in` says, of a new ledger."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_database(new_ledger(Path(folder)))) as database,
    ):
        return tables_in(database, came, rules, size)


def tables_in(
    database: Database, came: list[InboundMessage], rules: Ruleset, size: int
) -> dict[str, dict[str, list[Any]]]:
    """All that stands in the ledger then, by table and person."""
    for begin in range(0, len(came), size):
        with database.transaction() as connection:
            inbox.keep(connection, came[begin : begin + size])
            decide(connection, rules, size)
            check_threads(connection)
    with database.transaction() as connection:
        return {table.name: rows_of(connection, table) for table in metadata.sorted_tables}


def decide(connection: Connection, rules: Ruleset, size: int) -> None:
    now = NOW + timedelta(hours=2)  # all of it came before, whatever the batch
    waiting = inbox.waiting(connection, size)
    for wave in bursts.waves(waiting, rules):
        bursts.settle(connection, wave, rules, resources_of(rules), now)


def rows_of(connection: Connection, table: Table) -> dict[str, list[Any]]:
    """Under the person; their order among each other is not told, nor are numbers of rows."""
    whose = {row.id: row.contact for row in connection.execute(select(chains))}
    found: dict[str, list[Any]] = {}
    for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
        person = next((row[name] for name in WHOSE if row.get(name)), "")
        if table.name == "uses" and person.isdigit():
            person = whose[int(person)]
        person = person or whose.get(row.get("conversation_id"), "")
        told = {
            name: value
            for name, value in row.items()
            if name not in {*FRESH, "owner"} and not name.endswith("id")
        }
        found.setdefault(person, []).append(told)
    return found


def check_threads(connection: Connection) -> None:
    """Loaded at once they are what they are one by one."""
    found = {
        row.contact: conversations.by_id(connection, row.id)
        for row in connection.execute(select(chains))
    }
    now, back = NOW + timedelta(hours=2), timedelta(days=2)
    each = [history.load(connection, one, back, now) for one in found.values()]
    assert threads.load(connection, list(found.values()), back, now) == each
