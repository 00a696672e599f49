"""A prepared statement does what SQLAlchemy does with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    bindparam,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.ledger.database import Database
from bot.ledger.prepared import Prepared
from bot.ledger.schema import inbox, lanes, trials

ROW = {
    "key": "r-1",
    "status": "waiting",
    "sender": "+15555550123",
    "number": "",
    "text": "Open? ☂",
    "tags": {"a": "1", "b": "☂"},
    "received_at": datetime(2026, 1, 15, 12, 30, tzinfo=timezone(timedelta(hours=2))),
    "is_cleared": True,
}
INSERT = insert(inbox).returning(inbox.c.id)
OF = inbox.c.key == bindparam("named")
SELECTS: list[tuple[Any, dict[str, object]]] = [
    (select(inbox), {}),
    (select(inbox).where(OF), {"named": "r-1"}),
    (select(inbox).where(OF), {"named": "r-2"}),
    (select(inbox.c.received_at, inbox.c.tags.label("said")).where(OF), {"named": "r-1"}),
    (select(func.count(), func.max(inbox.c.received_at)), {}),
    (select(inbox.c.id, literal("x").label("y")).limit(1).offset(bindparam("skip")), {"skip": 0}),
    (
        union_all(select(inbox.c.id).where(OF), select(inbox.c.id).where(inbox.c.is_cleared)),
        {"named": "r-1"},
    ),
    (
        select(inbox.c.id).where(
            inbox.c.received_at == bindparam("at", type_=inbox.c.received_at.type)
        ),
        {"at": ROW["received_at"]},
    ),
]


@pytest.mark.parametrize(("statement", "values"), SELECTS)
def test_it_finds_the_same(
    statement: Any, values: dict[str, object], either_database: Database
) -> None:
    with either_database.transaction() as connection:
        connection.execute(insert(inbox).values(ROW))
        prepared, rows = Prepared(statement), connection.execute(statement, values).all()
        for _ in range(2):
            found = prepared(connection, **values)
            assert [tuple(row) for row in found.rows] == [tuple(row) for row in rows]
            assert found.first == (found.rows[0] if rows else None)
            assert found.value == (rows[0][0] if rows else None)
        for name in inbox.c.keys() if rows and len(rows[0]) == len(inbox.c) else ():
            assert getattr(found.first, name) == getattr(rows[0], name)


def test_it_writes_the_same(either_database: Database) -> None:
    with either_database.transaction() as connection:
        first = connection.execute(INSERT, {**ROW, "key": "r-0"}).scalar_one()
        assert Prepared(INSERT)(connection, **ROW).rows == [(first + 1,)]
        rows = connection.execute(select(inbox).order_by(inbox.c.id)).all()
        assert rows[0][2:] == rows[1][2:]
        change = Prepared(update(inbox).where(OF))
        later = datetime(2026, 1, 16, tzinfo=UTC)
        assert change(connection, named="r-1", sent_at=later).changed == 1
        assert change(connection, named="r-2", sent_at=later).changed == 0
        # One and the same with other columns.
        assert change(connection, named="r-0", text="", tags={}, sent_at=None).changed == 1
        stored = connection.execute(
            select(inbox.c.key, inbox.c.text, inbox.c.tags, inbox.c.sent_at).order_by(inbox.c.id)
        )
        assert stored.all() == [("r-0", "", {}, None), ("r-1", ROW["text"], ROW["tags"], later)]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.fixed_dictionaries(
        {
            "account": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            "paused": st.none() | st.text("a☂'\"%:?"),
            "not_before": st.none()
            | st.datetimes(
                datetime(1, 1, 2),
                datetime(9999, 12, 30),
                timezones=st.just(UTC),
            ),
            "trials": st.integers(-(2**31), 2**31 - 1),
        }
    )
)
def test_any_value_comes_back_as_it_was(values: dict[str, Any], database: Database) -> None:
    with database.transaction() as connection:
        Prepared(insert(lanes))(connection, **values, segments=0)
        mine = select(lanes).where(lanes.c.account == bindparam("whose"))
        found = Prepared(mine)(connection, whose=values["account"]).first
        assert {name: getattr(found, name) for name in values} == values
        assert tuple(found) == tuple(connection.execute(mine, {"whose": values["account"]}).one())
        connection.rollback()


def test_it_is_part_of_the_transaction(database: Database) -> None:
    add = Prepared(insert(trials))
    with database.connection() as connection:
        for end, stored in (("rollback", []), ("commit", [b"2"])):
            begun = connection.begin()
            add(connection, content=b"1" if end == "rollback" else b"2")
            getattr(begun, end)()
            assert list(connection.scalars(select(trials.c.content))) == stored
            connection.rollback()


def test_what_goes_wrong_is_an_error_of_sqlalchemy(database: Database) -> None:
    add = Prepared(insert(inbox))
    with database.transaction() as connection:
        add(connection, **ROW)
    with database.connection() as connection:
        with pytest.raises(IntegrityError) as caught:
            add(connection, **ROW)
        assert "Open?" not in str(caught.value)
        connection.rollback()
        with pytest.raises(DBAPIError):
            Prepared(select(Table("nowhere", MetaData(), Column("id", Integer))))(connection)
        connection.rollback()
        with pytest.raises((TypeError, StatementError), match="named"):
            Prepared(select(inbox).where(OF))(connection)
