"""What comes in is kept once, in its order."""

from __future__ import annotations

import random
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.errors import LedgerUnavailable
from bot.ledger import inbox, quarantine
from bot.ledger.database import Database, open_database
from bot.ledger.inbox import InboxId, Kept, Waiting
from bot.ledger.quarantine import Quarantined
from bot.ledger.schema import inbox as inbox_table
from bot.ledger.schema import notices
from tests.build import NOW, inbound

FULL = inbound(
    "Hours? 🕘 \u2028 'quoted'; DROP TABLE inbox",
    key="r-full",
    media_url="https://example.com/1.jpg",
    external_id="out-1",
    message_id="55501",
    more_media=("https://example.com/2.jpg",),
    tags={"flow": "hours", "ключ": "значение"},
    sent_at=NOW - timedelta(hours=1),
    odd="a tag is neither a text nor a number",
)


def test_a_message_comes_back_as_it_went_in(database: Database) -> None:
    with database.transaction() as connection:
        assert inbox.keep(connection, [FULL]) == [Kept(1, duplicate=False)]
    with database.transaction() as connection:
        assert inbox.waiting(connection, 10) == [Waiting(InboxId(1), FULL)]


def test_a_message_whose_key_is_known_changes_nothing(database: Database) -> None:
    with database.transaction() as connection:
        inbox.keep(connection, [FULL])
        again = inbox.keep(connection, [replace(FULL, text="another text")])
        assert again == [Kept(1, duplicate=True)]
        assert [waiting.message for waiting in inbox.waiting(connection, 10)] == [FULL]


def test_duplicates_within_one_batch_are_seen(database: Database) -> None:
    messages = [inbound(key=key) for key in ("a", "b", "a", "c", "b", "a")]
    with database.transaction() as connection:
        kept = inbox.keep(connection, messages)
        a, b, c = (waiting.id for waiting in inbox.waiting(connection, 10))
    assert kept == [
        Kept(a, duplicate=False),
        Kept(b, duplicate=False),
        Kept(a, duplicate=True),
        Kept(c, duplicate=False),
        Kept(b, duplicate=True),
        Kept(a, duplicate=True),
    ]


def test_a_batch_with_old_and_new_messages_keeps_their_order(database: Database) -> None:
    with database.transaction() as connection:
        inbox.keep(connection, [inbound(key="old")])
        kept = inbox.keep(connection, [inbound(key=key) for key in ("new-1", "old", "new-2")])
        assert [item.duplicate for item in kept] == [False, True, False]
        keys = [waiting.message.key for waiting in inbox.waiting(connection, 10)]
    assert keys == ["old", "new-1", "new-2"]
    assert kept[0].id < kept[2].id


def test_a_large_batch_keeps_its_order(database: Database) -> None:
    messages = [inbound(str(n), key=f"r-{n}") for n in range(1_000)]
    with database.transaction() as connection:
        ids = [kept.id for kept in inbox.keep(connection, messages)]
        waiting = inbox.waiting(connection, 2_000)
    assert ids == sorted(ids)
    assert [item.message for item in waiting] == messages


def test_one_by_one_is_inserted_what_is_at_once(tmp_path: Path) -> None:
    chance = random.Random(16)  # noqa: S311  no secret
    at = [None, NOW - timedelta(microseconds=1), NOW]
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(stack.enter_context(closing(new)).transaction())
            for new in (open_database(f"sqlite:///{tmp_path / name}") for name in "ab")
        )
        for size in [1, *(chance.randrange(1, 40) for _ in range(20))]:
            rows = [
                {
                    "key": f"r-{chance.randrange(200)}",
                    "status": "waiting",
                    "sender": chance.choice(["+15555550123", "é'\"?:x"]),
                    "number": "",
                    "text": chance.choice(["", "Hours? \u2028 :key ?", "😀"]),
                    "tags": chance.choice([{}, {"a": "\"'é"}]),
                    "more_media": chance.choice([None, ["https://example.com/1.jpg"]]),
                    "received_at": NOW,
                    "sent_at": chance.choice(at),
                }
                for _ in range(size)
            ]
            quick = inbox.insert_one_by_one(one, inbox_table, rows)
            assert quick == inbox.insert_at_once(other, inbox_table, rows)
        stored = [c.exec_driver_sql("SELECT * FROM inbox ORDER BY id").all() for c in (one, other)]
    assert stored[0] == stored[1]
    assert len(stored[0]) > 100


def test_a_full_disk_is_an_error_of_the_database(tmp_path: Path) -> None:
    messages = [inbound("x" * 1_000, key=f"{n}") for n in range(500)]
    with closing(open_database(f"sqlite:///{tmp_path / 'bot.db'}")) as database:
        with database.transaction() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1")
        with pytest.raises(LedgerUnavailable), database.transaction() as connection:
            inbox.keep(connection, messages)
        with database.transaction() as connection:
            assert inbox.waiting(connection, 1) == []


def test_the_oldest_wait_in_front(database: Database) -> None:
    with database.transaction() as connection:
        inbox.keep(connection, [inbound(key=str(n)) for n in range(5)])
        assert [item.message.key for item in inbox.waiting(connection, 2)] == ["0", "1"]


def test_equal_bodies_are_kept_once_for_each_event(database: Database) -> None:
    body = b'{"status": 4}'
    with database.transaction() as connection:
        kept = [
            inbox.keep_notice(connection, event, body, NOW)
            for event in ("delivery-status", "message-send", "delivery-status")
        ]
        count = connection.scalar(select(func.count()).select_from(notices))
    assert [item.duplicate for item in kept] == [False, False, True]
    assert (kept[2].id, count) == (kept[0].id, 2)


def test_what_cannot_be_read_is_kept_byte_for_byte(database: Database) -> None:
    body = b"\xff\x00 no JSON"
    with database.transaction() as connection:
        first = quarantine.keep_unreadable(connection, "message-reply", body, "not JSON", NOW)
        again = quarantine.keep_unreadable(connection, "message-reply", body, "not JSON", NOW)
        found = quarantine.listed(connection)
    assert (first, again) == (Kept(1, duplicate=False), Kept(1, duplicate=True))
    assert found == [Quarantined(1, "message-reply", body, "not JSON", NOW)]
