"""Which rules could not answer, until a person has looked after each text."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.ledger import inbox, inbox_items
from bot.ledger.database import Database
from bot.ledger.failures import Failing, failing
from tests.build import NOW, inbound, ruleset
from tests.support import process

RULES = ruleset("""
rules:
  - {id: visit, when: {keywords: visit}, reply: "See you {{ tags.day }}."}
  - {id: long, when: {keywords: long}, reply: "{{ message.text }}", max_segments: 1}
fallback: {reply: Sorry.}
""")


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def take(connection: Connection, text: str, minutes: int) -> str:
    """The id of the text, as lists show it."""
    inbox.keep(connection, [inbound(text, key=f"r-{minutes}")])
    [waiting] = inbox.waiting(connection, 10)
    process(connection, waiting, RULES, at(minutes))
    return f"in-{waiting.id}"


def done(connection: Connection, item_id: str) -> None:
    item = inbox_items.one(connection, item_id)
    assert item is not None
    inbox_items.done(connection, item, "Anna", at(60))


def test_rules_that_could_not_answer_are_counted(database: Database) -> None:
    with database.transaction() as connection:
        assert failing(connection) == ()
        take(connection, "hello", 1)
        first = take(connection, "my visit", 2)
        long = take(connection, "long " + "x" * 160, 3)
        take(connection, "a visit", 4)
        visit = Failing("visit", 2, at(2), at(4), "template-error")
        assert failing(connection) == (visit, Failing("long", 1, at(3), at(3), "too-long"))
        done(connection, long)
        done(connection, first)
        assert failing(connection) == (Failing("visit", 1, at(4), at(4), "template-error"),)


def test_a_text_that_fails_again_counts_again(database: Database) -> None:
    with database.transaction() as connection:
        item_id = take(connection, "my visit", 1)
        item = inbox_items.one(connection, item_id)
        assert item is not None
        inbox_items.answer(connection, item, "Anna", at(2))
        assert failing(connection) == ()
        [waiting] = inbox.waiting(connection, 10)
        process(connection, waiting, RULES, at(3))
        assert failing(connection) == (Failing("visit", 1, at(3), at(3), "template-error"),)
