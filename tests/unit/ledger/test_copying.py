"""A ledger copied to another: every row of every table, or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.errors import LedgerError
from bot.ledger import copying, lane, schema
from bot.ledger.database import Database, clock_of, open_database
from bot.ledger.forgetting import HOLD_NOBODY
from bot.ledger.schema import metadata
from tests.build import NOW, PERSON
from tests.support import LINE, OTHER_PERSON, new_ledger, outbound, queue
from tests.unit.ledger.test_forgetting import live


@pytest.fixture(
    params=[
        "from sqlite to sqlite",
        pytest.param("from sqlite to postgres", marks=pytest.mark.system),
        pytest.param("from postgres to sqlite", marks=pytest.mark.system),
    ]
)
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """One in which all has happened, and an empty one."""
    urls: list[str] = []
    for place in (request.param.split()[1], request.param.split()[3]):
        folder = tmp_path / str(len(urls))
        folder.mkdir()
        server = place == "postgres"
        urls.append(request.getfixturevalue("postgres_url") if server else new_ledger(folder))
    with closing(open_database(urls[0])) as old, closing(open_database(urls[1])) as new:
        with old.transaction() as connection:
            live(connection, PERSON, "one")
            live(connection, OTHER_PERSON, "two")
            connection.execute(
                insert(schema.numbers), {"longcode_id": LINE, "number": "", "listed_at": NOW}
            )
            lane.pause(connection, "by hand")
        yield old, new


def rows(database: Database) -> dict[str, list[str]]:
    with database.transaction() as connection:
        return {
            name: sorted(repr(row) for row in connection.execute(select(table)))
            for name, table in metadata.tables.items()
        }


def copy(old: Database, new: Database) -> dict[str, int]:
    return dict(copying.copy(old, new, lambda _, __: None))


def test_every_row_arrives_as_it_was(both: tuple[Database, Database]) -> None:
    old, new = both
    before = rows(old)
    assert {name for name, found in before.items() if not found} <= HOLD_NOBODY
    told: list[tuple[int, int]] = []
    copied = copying.copy(old, new, lambda done, whole: told.append((done, whole)))
    assert rows(new) == rows(old) == before
    assert copied == {name: len(found) for name, found in before.items()}
    whole = sum(copied.values())
    assert told[-1] == (whole, whole)


def test_what_comes_next_gets_a_new_id(both: tuple[Database, Database]) -> None:
    old, new = both
    copy(old, new)
    with new.transaction() as connection:
        last = max(connection.scalars(select(schema.outbox.c.id)))
        queue(connection, outbound("next"))
        assert max(connection.scalars(select(schema.outbox.c.id))) == last + 1


def test_one_that_has_something_already_is_left_as_it_is(both: tuple[Database, Database]) -> None:
    old, new = both
    copy(old, new)
    before = rows(new)
    with pytest.raises(LedgerError, match="is not empty"):
        copy(old, new)
    assert rows(new) == before


def test_while_the_bot_works_on_one_nothing_is_copied(both: tuple[Database, Database]) -> None:
    old, new = both
    for used, which in ((old, "from"), (new, "to")):
        with used.transaction() as connection:
            lane.note_sender(connection, clock_of(connection))
        said = f"works on the database to copy {which}: stop"
        with used.only_sender(), pytest.raises(LedgerError, match=said):
            copy(old, new)
        with used.transaction() as connection:
            lane.note_sender(connection, clock_of(connection) - timedelta(minutes=1))
    copy(old, new)


def test_one_of_another_version_is_not_copied(both: tuple[Database, Database]) -> None:
    old, new = both
    with old.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(LedgerError, match="is at version 0001, this bot needs "):
        copy(old, new)
