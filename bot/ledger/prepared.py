"""Statements that run for every message, by SQLite's driver itself."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError


class Found(NamedTuple):
    """What a statement gave back."""

    rows: Sequence[Any]
    """Values by the names of their columns."""
    changed: int
    """How many rows."""

    @property
    def first(self) -> Any:
        """None where there is no row."""
        return self.rows[0] if self.rows else None

    @property
    def value(self) -> Any:
        """The first of the first row; None where there is no row."""
        return self.rows[0][0] if self.rows else None


class Prepared:
    """A statement whose form never changes, but for which of its parameters are given.

    SQLAlchemy takes 75 µs to run one that takes SQLite 10, and each send needs twelve. It compiles
    this one once; then the driver runs it, in the transaction of the connection, with the values
    made as SQLAlchemy makes them. On a server it runs as any other.
    """

    __slots__ = ("_plans", "_statement")

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def __call__(self, connection: Connection, /, **values: object) -> Found:
        if connection.dialect.name != "sqlite":
            result = connection.execute(self._statement, values)
            return Found(result.all() if result.returns_rows else (), result.rowcount)
        names = tuple(values)
        plan = self._plans.get(names)
        if plan is None:
            plan = self._plans[names] = _plan(self._statement, names, connection.dialect)
        return plan.run(connection, values)


Processor = Callable[[Any], Any] | None


class _Plan(NamedTuple):
    sql: str
    parameters: Sequence[tuple[str, Processor, Any]]
    """In the order of the statement: under which name it is given, and what makes a value of the
    driver's of it; without a name that value itself."""
    columns: Sequence[Processor]
    row: Callable[..., Any]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Found:
        driver: Any = connection.connection.driver_connection
        given = [
            (to(values[name]) if to else values[name]) if name else fixed
            for name, to, fixed in self.parameters
        ]
        try:
            cursor = driver.execute(self.sql, given)
            rows = cursor.fetchall() if self.columns else ()
        except sqlite3.Error as error:
            # Without the values: an error goes to the log, a text must not.
            raise DBAPIError.instance(self.sql, None, error, sqlite3.Error) from error
        return Found([self._read(row) for row in rows], cursor.rowcount)

    def _read(self, row: Sequence[Any]) -> Any:
        found = zip(self.columns, row, strict=True)
        return self.row(*[to(value) if to else value for to, value in found])


def _plan(statement: Any, names: tuple[str, ...], dialect: Dialect) -> _Plan:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    parameters = []
    for name in compiled.positiontup:
        bind = compiled.binds[name]
        to = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required and name not in names:
            raise TypeError(f"{name} is missing")
        if name in names:
            parameters.append((name, to, None))
        else:
            parameters.append(("", None, to(bind.effective_value) if to else bind.effective_value))
    columns = getattr(statement, "exported_columns", ())
    readers = [of.type.dialect_impl(dialect).result_processor(dialect, None) for of in columns]
    row = namedtuple("Row", [of.key for of in columns], rename=True)  # type: ignore[misc]  # known when it runs
    return _Plan(str(compiled), parameters, readers, row)
