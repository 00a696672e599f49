"""Opt-outs with their history, by number and, of people who are forgotten, by digest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, select, text

from bot.ledger import contacts, opt_outs
from bot.ledger.contacts import CONTACT, PROVIDER, Changed, OptOut
from bot.ledger.database import Database, open_database
from bot.ledger.migrations.versions import v0011_opt_out_history
from bot.ledger.opt_outs import Change, OptedOut
from bot.ledger.schema import digest_keys, optout_changes, optouts
from tests.build import NOW, PERSON
from tests.support import OTHER_PERSON, database_url

LATER = NOW + timedelta(hours=1)
STATUS = "delivery-status 11"


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def out(connection: Connection, because: str = "in-1", by: str = CONTACT, hours: int = 0) -> None:
    contacts.opt_out(connection, PERSON, because, NOW + timedelta(hours=hours), by=by)


@pytest.mark.parametrize(
    ("acts", "because", "by", "history"),
    [
        ([("in-1", CONTACT)], "in-1", CONTACT, ["in-1"]),
        ([("in-1", CONTACT), ("in-2", CONTACT)], "in-1", CONTACT, ["in-1"]),
        ([(STATUS, PROVIDER), ("in-2", CONTACT)], STATUS, PROVIDER, [STATUS]),
        ([("in-1", CONTACT), ("she called", "ann")], "in-1", CONTACT, ["in-1"]),
        ([("she called", "ann"), ("again", "bob")], "she called", "ann", ["she called"]),
        # What they said themselves counts for more than what one of us noted.
        ([("she called", "ann"), ("in-2", CONTACT)], "in-2", CONTACT, ["she called", "in-2"]),
        ([("she called", "ann"), (STATUS, PROVIDER)], STATUS, PROVIDER, ["she called", STATUS]),
    ],
)
def test_each_change_is_kept_and_theirs_counts(
    connection: Connection, acts: list[tuple[str, str]], because: str, by: str, history: list[str]
) -> None:
    for hours, (why, who) in enumerate(acts):
        out(connection, why, who, hours)
    assert contacts.known(connection, PERSON).opt_out == OptOut(NOW, None, because, by)
    assert [change.because for change in opt_outs.history(connection, PERSON)] == history


def test_an_opt_in_is_a_change_only_where_there_was_an_opt_out(connection: Connection) -> None:
    contacts.opt_in(connection, PERSON, "in-1", NOW)
    out(connection, "in-2")
    contacts.opt_in(connection, PERSON, "signed anew", LATER, "ann")
    contacts.opt_in(connection, PERSON, "in-3", LATER)
    assert opt_outs.history(connection, PERSON) == [
        Change(NOW, Changed.OUT, "in-2", CONTACT),
        Change(LATER, Changed.IN, "signed anew", "ann"),
    ]
    assert opt_outs.history(connection, OTHER_PERSON) == []
    assert list(opt_outs.listed(connection)) == []


def test_the_time_of_the_last_stop_stays_whoever_noted_it(connection: Connection) -> None:
    contacts.opt_out(connection, PERSON, "in-1", NOW, said_at=NOW)
    contacts.opt_out(connection, PERSON, STATUS, LATER, by=PROVIDER)
    assert contacts.known(connection, PERSON).opt_out == OptOut(NOW, NOW, "in-1", CONTACT)
    contacts.opt_out(connection, PERSON, "in-2", LATER, said_at=LATER)
    assert contacts.known(connection, PERSON).opt_out == OptOut(NOW, LATER, "in-1", CONTACT)


def test_who_is_forgotten_stays_opted_out_and_their_number_stands_nowhere(
    connection: Connection,
) -> None:
    out(connection)
    contacts.opt_out(connection, OTHER_PERSON, "in-9", NOW)
    assert contacts.keep_digest(connection, PERSON, "ann", LATER)
    assert contacts.is_opted_out(connection, PERSON)
    assert contacts.known(connection, PERSON).opt_out == OptOut(NOW, None, "forgotten", CONTACT)
    assert list(opt_outs.listed(connection)) == [
        OptedOut(None, OptOut(NOW, None, "forgotten", CONTACT)),
        OptedOut(OTHER_PERSON, OptOut(NOW, None, "in-9", CONTACT)),
    ]
    rows = [*connection.execute(select(optouts)), *connection.execute(select(optout_changes))]
    assert PERSON.removeprefix("+") not in repr(rows)
    assert sorted(row.because for row in rows) == ["forgotten", "forgotten", "in-9", "in-9"]
    assert contacts.keep_digest(connection, PERSON, "ann", LATER)  # twice is once
    assert len(list(opt_outs.listed(connection))) == 2


def test_who_was_not_opted_out_leaves_nothing(connection: Connection) -> None:
    out(connection)
    contacts.opt_in(connection, PERSON, "in-2", NOW)
    assert not contacts.keep_digest(connection, PERSON, "ann", LATER)
    assert not contacts.is_opted_out(connection, PERSON)
    for table in (optouts, optout_changes):
        assert connection.execute(select(table)).all() == []


def test_a_forgotten_one_may_come_back_or_say_stop_again(connection: Connection) -> None:
    out(connection)
    contacts.keep_digest(connection, PERSON, "ann", NOW)
    out(connection, "in-7", hours=1)
    assert [one.number for one in opt_outs.listed(connection)] == [PERSON]
    contacts.keep_digest(connection, PERSON, "ann", NOW)
    contacts.opt_in(connection, PERSON, "in-8", LATER)
    assert not contacts.is_opted_out(connection, PERSON)
    assert list(opt_outs.listed(connection)) == []


@given(number=st.text(max_size=260))
def test_no_number_is_taken_for_a_digest_that_is_none(number: str) -> None:
    assert not contacts.is_digest(number) or number.startswith("#sha256:")


def test_a_database_has_a_key_of_its_own(database: Database) -> None:
    with database.transaction() as connection:
        keys = connection.execute(select(digest_keys.c.key)).scalars().all()
    assert [len(key) for key in keys] == [32]


def test_what_an_earlier_version_knew_is_the_begin_of_the_history(tmp_path: Path) -> None:
    engine = create_engine(database_url(tmp_path))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "bot.ledger:migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, v0011_opt_out_history.down_revision)
        at = NOW.timestamp() * 1e6
        for number, because in ((PERSON, "in-1"), (OTHER_PERSON, STATUS)):
            row = {"number": number, "at": at, "because": because}
            connection.execute(
                text(
                    "INSERT INTO optouts (number, since, because) VALUES (:number, :at, :because)"
                ),
                row,
            )
    engine.dispose()
    with (
        closing(open_database(database_url(tmp_path))) as database,
        database.transaction() as connection,
    ):
        for number, because, by in ((PERSON, "in-1", CONTACT), (OTHER_PERSON, STATUS, PROVIDER)):
            assert contacts.known(connection, number).opt_out == OptOut(NOW, None, because, by)
            assert opt_outs.history(connection, number) == [Change(NOW, Changed.OUT, because, by)]


def test_who_reads_for_long_is_in_nobody_s_way(database: Database) -> None:
    """A snapshot: what is written meanwhile is not in it, and nobody waits for it."""
    with database.transaction() as connection:
        out(connection)
    with database.reading() as looks:
        before = list(opt_outs.listed(looks))
        with database.transaction() as connection:
            contacts.opt_out(connection, OTHER_PERSON, "in-9", LATER)
        assert [one.number for one in before] == [PERSON]
    with database.reading() as looks:
        assert [one.number for one in opt_outs.listed(looks)] == [PERSON, OTHER_PERSON]
