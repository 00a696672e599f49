"""Forgetting a person: nothing of them is left in any table, nor in the bytes of the file."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from bot.engine.waiting import Timer, TimerKind
from bot.errors import LedgerUnavailable
from bot.ledger import (
    caught_up,
    colleagues,
    contacts,
    inbox,
    media,
    notifications,
    opt_outs,
    quarantine,
    schema,
    search,
    sending,
    timers,
    views,
)
from bot.ledger.database import Database, open_database
from bot.ledger.forgetting import HOLD_NOBODY, Forgotten, Request, bodies, forget
from bot.ledger.lane import Nothing
from bot.ledger.notifications import Kind
from bot.ledger.notifications import Wanted as Told
from bot.ledger.schema import metadata
from bot.ledger.search import Wanted
from bot.ledger.sending import Claim
from bot.messaging import notices, outgoing
from bot.messaging.outgoing import FirstMessage
from bot.model import LongTexts, Rate
from bot.provider import events
from bot.provider.answers import Accepted
from tests.build import NOW, PERSON, inbound, ruleset
from tests.support import LINE, OTHER_PERSON, database_url, outbound, process, queue

RATE = Rate(20, 15.0)
SECRET_WORDS = ("Marzipan", "Amaryllis", "Zanzibar", "Quetzal", "Chrysalis")
RULES = ruleset(
    """
rules:
  - id: cake
    when: {regex: '(?P<cake>Marzipan)'}
    reply: "Amaryllis for you"
    set: {contact: {likes: "{{ cake }}"}, conversation: {last: "{{ cake }}"}}
    cooldown: {once: 1d, per: contact}
  - id: again
    when: {keywords: [again]}
    reply: "Hello"
    cooldown: 1h
"""
)


def say(connection: Connection, said: str, **members: object) -> None:
    inbox.keep(connection, [inbound(said, **members)])
    for waiting in inbox.waiting(connection, 10):
        process(connection, waiting, RULES, NOW)


def status(connection: Connection, **members: object) -> None:
    body = json.dumps({"status": 4, **members}).encode()
    read = events.read_delivery_status(json.loads(body))
    notices.keep_notice(connection, "delivery-status", body, read, NOW)


def live(connection: Connection, person: str, tag: str, *, last: bool = True) -> None:
    """All that can happen with a person, in every table."""
    first = FirstMessage(
        to=person,
        text=f"{tag} Zanzibar",
        longcode_id=LINE,
        external_id=f"{tag}-first",
        tags={"trip": f"{tag} Zanzibar"},
    )
    outgoing.first_message(connection, first, LongTexts.SPLIT, NOW)
    claimed = sending.claim(connection, RATE, NOW)
    assert isinstance(claimed, Claim)
    sending.record(connection, claimed, Accepted(f"{tag}-id"), claimed.message, NOW)
    status(connection, messageId=f"{tag}-id", toNumber=person)
    status(connection, externalId=f"{tag}-first")
    status(connection, messageId="unknown", toNumber=person.removeprefix("+1"))
    say(connection, f"{tag} Marzipan again", key=f"r-{tag}1", sender=person)
    say(connection, "again", key=f"r-{tag}2", sender=person, external_id=f"{tag}-first")
    say(connection, "again", key=f"r-{tag}3", sender=person, number="+18005550101")
    written = f"{person[2:5]}-{person[5:8]}-{person[8:]}"
    for body in (
        json.dumps({"from": person, "text": "Quetzal"}).encode(),
        f"not JSON ({written}) Quetzal".encode(),
    ):
        quarantine.keep_unreadable(connection, "message-reply", body, "is odd", NOW)
    [heard, *_] = connection.scalars(
        select(schema.inbox.c.id).where(schema.inbox.c.sender == person)
    )
    row = {"item": f"in-{heard}", "done_by": "ann", "changed_at": NOW}
    connection.execute(insert(schema.inbox_items), row)
    picture = inbound(media_url=f"https://mta.example/{tag}-Quetzal.jpg")
    media.queue(connection, heard, picture, NOW)
    caught_up.note(connection, f"{tag}/1", inbound("again", sender=person), heard, NOW)
    mine = schema.conversations.c.contact == person
    [chain, *_] = connection.scalars(select(schema.conversations.c.id).where(mine))
    timers.keep(connection, chain, (Timer(NOW, TimerKind.STATE),))
    told = Told(
        key=f"r-{tag}1-0",
        request_id="a" * 32,
        conversation_id=chain,
        kind=Kind.POST,
        target="https://example.com/hook",
        body=f"{tag} Amaryllis",
    )
    notifications.put(connection, told, NOW)
    colleagues.keep(connection, f"colleague of {tag}", "ab12", chain, NOW)
    contacts.opt_out(connection, person, f"{tag} Chrysalis", NOW, by="ann")
    held = {"number": person, "reason": "likely-opt-out", "since": NOW}
    connection.execute(insert(schema.holds), held)
    if last:
        inbox.keep(connection, [inbound("Marzipan, last", key=f"r-{tag}4", sender=person)])


def rows(connection: Connection) -> dict[str, list[str]]:
    return {
        name: [repr(row) for row in connection.execute(select(table))]
        for name, table in metadata.tables.items()
        if name not in HOLD_NOBODY
    }


def key_of(row: str) -> str:
    """Its first column."""
    return row.partition(",")[0]


def leave(database: Database, person: str = PERSON) -> Forgotten:
    with database.reading() as connection:
        found = bodies(connection, person)
    with database.transaction() as connection:
        return forget(connection, Request(number=person, by="kim", at=NOW, rate=RATE), found)


def about(told: dict[str, list[str]], tag: str, person: str) -> list[str]:
    digits = person.removeprefix("+1")
    names = (f"'{tag}", f"r-{tag}", digits, f"{digits[:3]}-{digits[3:6]}-{digits[6:]}")
    return [row for rows in told.values() for row in rows if any(name in row for name in names)]


def test_every_table_is_looked_after(database: Database) -> None:
    """`live` writes to each that may hold somebody, and no row of it is left as it was."""
    with database.transaction() as connection:
        live(connection, OTHER_PERSON, "others", last=False)
        before = rows(connection)
        live(connection, PERSON, "theirs")
        added = {
            name: {row for row in told if key_of(row) not in map(key_of, before[name])}
            for name, told in rows(connection).items()
        }
    assert [name for name, told in added.items() if not told] == []
    leave(database)
    with database.transaction() as connection:
        left = rows(connection)
    assert [name for name, told in added.items() if told & set(left[name])] == []


@pytest.mark.parametrize("order", ["before", "after", "alone"])
def test_nothing_is_left_of_them_and_all_of_others(database: Database, order: str) -> None:
    with database.transaction() as connection:
        if order == "before":
            live(connection, PERSON, "theirs")
        if order != "alone":
            live(connection, OTHER_PERSON, "others", last=False)
        if order != "before":
            live(connection, PERSON, "theirs")
        before = about(rows(connection), "others", OTHER_PERSON)
    done = leave(database)
    assert (done.conversations, done.had_values, done.is_opted_out) == (3, True, True)
    assert done.events >= 4
    assert done.was_known
    with database.transaction() as connection:
        told = rows(connection)
        assert about(told, "theirs", PERSON) == []
        assert about(told, "others", OTHER_PERSON) == before
        assert contacts.is_opted_out(connection, PERSON)
        assert [change.changed for change in opt_outs.history(connection, PERSON)] == []
        assert views.chains_with(connection, PERSON) == []
        known = {one.contact for one in search.found(connection, Wanted(), NOW)}
        assert known == ({OTHER_PERSON} if order != "alone" else set())
    again = leave(database)
    assert (again.messages, again.conversations, again.is_opted_out) == (0, 0, True)


def test_who_was_never_here_is_not_known(database: Database) -> None:
    with database.transaction() as connection:
        live(connection, OTHER_PERSON, "others")
        before = rows(connection)
    assert not leave(database).was_known
    with database.transaction() as connection:
        assert rows(connection) == before


def test_no_id_is_given_away_again(database: Database) -> None:
    """What is under way, and the order of chains, go by them."""
    with database.transaction() as connection:
        live(connection, OTHER_PERSON, "others", last=False)
        live(connection, PERSON, "theirs")
        tables = [metadata.tables[name] for name in ("inbox", "outbox", "attempts")]
        last = [max(connection.scalars(select(table.c.id))) for table in tables]
    leave(database)
    with database.transaction() as connection:
        contacts.opt_in(connection, OTHER_PERSON, "in-9", NOW)
        say(connection, "Marzipan", key="r-new", sender="+15555550199")
        queue(connection, outbound(to="+15555550199"))
        claimed = sending.claim(connection, RATE, NOW + timedelta(minutes=1))
        assert isinstance(claimed, Claim)
        assert all(
            max(connection.scalars(select(table.c.id))) > known
            for table, known in zip(tables, last, strict=True)
        )


def test_the_rate_is_kept_though_nobody_can_count(database: Database) -> None:
    with database.transaction() as connection:
        for _ in range(3):
            queue(connection, outbound())
            claimed = sending.claim(connection, RATE, NOW)
            assert isinstance(claimed, Claim)
            sending.record(connection, claimed, Accepted("1"), claimed.message, NOW)
    leave(database)
    with database.transaction() as connection:
        queue(connection, outbound(to=OTHER_PERSON))
        at = NOW + timedelta(seconds=RATE.seconds)
        assert sending.claim(connection, RATE, at - timedelta(seconds=1)) == Nothing(at)
        assert isinstance(sending.claim(connection, RATE, at), Claim)


def test_an_answer_that_comes_after_they_were_forgotten_changes_nothing_of_others(
    database: Database,
) -> None:
    with database.transaction() as connection:
        queue(connection, outbound("Zanzibar"))
        claimed = sending.claim(connection, RATE, NOW)
        assert isinstance(claimed, Claim)
    leave(database)
    with database.transaction() as connection:
        queue(connection, outbound(to=OTHER_PERSON))
        sending.record(connection, claimed, Accepted("55501"), claimed.message, NOW)
        mine = text("SELECT status FROM outbox WHERE recipient = :number")
        assert connection.scalars(mine, {"number": OTHER_PERSON}).all() == ["due"]


def test_the_file_and_its_wal_hold_nothing_of_them(tmp_path: Path) -> None:
    """Also not what was changed or deleted long before."""
    with closing(open_database(database_url(tmp_path))) as database:
        with database.transaction() as connection:
            live(connection, PERSON, "theirs")
            for n in range(300):
                say(connection, f"Marzipan number {n}", key=f"r-m{n}", sender=PERSON)
            live(connection, OTHER_PERSON, "Others")
        database.overwrite_deleted(leave(database).words)
        found = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert b"Others-first" in found
    assert OTHER_PERSON.encode() in found
    digits = PERSON.removeprefix("+1")
    written = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    for trace in (digits, written, "theirs", "Marzipan number"):
        assert found.count(trace.encode()) == 0, trace


def test_what_was_deleted_before_it_was_overwritten_goes_too(tmp_path: Path) -> None:
    """By an older version of the bot, which left it in the file."""
    with closing(open_database(database_url(tmp_path))) as database:
        with database.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA secure_delete=OFF")
            with connection.begin():
                live(connection, PERSON, "theirs")
                for n in range(300):
                    say(connection, f"Marzipan number {n}", key=f"r-m{n}", sender=PERSON)
            with connection.begin():
                known = bodies(connection, PERSON)
                request = Request(number=PERSON, by="kim", at=NOW, rate=RATE)
                words = forget(connection, request, known).words
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = (tmp_path / "bot.db").read_bytes()
        database.overwrite_deleted(words)
        after = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    digits = PERSON.removeprefix("+").encode()
    assert (digits in before, digits in after, b"Marzipan number" in after) == (True, False, False)


@pytest.mark.system
def test_who_reads_the_file_is_in_the_way(tmp_path: Path) -> None:
    with closing(open_database(database_url(tmp_path))) as database:
        with database.transaction() as connection:
            live(connection, PERSON, "theirs")
        words = leave(database).words
        with database.reading() as connection:
            connection.execute(text("SELECT count(*) FROM inbox")).all()
            with pytest.raises(LedgerUnavailable, match="can still be read in the file"):
                database.overwrite_deleted(words)
        database.overwrite_deleted(words)


@pytest.mark.parametrize(
    ("number", "body", "expected"),
    [
        (PERSON, '{"a": ["\\u002b15555550123"]}', True),
        (PERSON, '{"a": 15555550123}', True),
        (PERSON, '{"a": "tel:+1 (555) 555-0123"}', True),
        (PERSON, "5555550123,x", True),
        (PERSON, '{"a": "155555501230"}', False),
        (PERSON, '{"a": "95555550123"}', False),
        (PERSON, '{"a": "+15555550124"}', False),
        ("+447700900123", "07700 900123", True),
        ("+447700900123", "0044 7700 900123", True),
        ("+447700900123", "447700900124", False),
        ("87121", '{"a": "87121"}', True),
        ("87121", '{"a": "187121"}', False),
        ("ann@shop.example", '{"a": "Ann@Shop.example"}', True),
        ("ann@shop.example", '{"a": "joann@shop.example"}', False),
        ("+99912345678", '{"a": "99912345678"}', True),
    ],
)
def test_a_body_names_a_person_however_it_is_written(
    database: Database,
    number: str,
    body: str,
    expected: bool,
) -> None:
    with database.transaction() as connection:
        kept = quarantine.keep_unreadable(connection, "message-reply", body.encode(), "odd", NOW)
        found = bodies(connection, number)
    assert found.quarantine == ({kept.id} if expected else set())
    assert found.last == (0, kept.id)


def test_what_comes_between_looking_and_forgetting_goes_too(database: Database) -> None:
    with database.transaction() as connection:
        say(connection, "Marzipan", sender=PERSON)
    with database.reading() as connection:
        found = bodies(connection, PERSON)
    with database.transaction() as connection:
        status(connection, messageId="new", toNumber=PERSON)
        done = forget(connection, Request(number=PERSON, by="kim", at=NOW, rate=RATE), found)
        assert done.events == 1
        assert about(rows(connection), "theirs", PERSON) == []
