"""What is stored of a person: values that rules set, and whether they opted out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Text, bindparam, delete, func, select

from bot.ledger.database import insert_on_conflict
from bot.ledger.schema import contacts, optouts

_PERSON: Final = select(bindparam("number", type_=Text).label("number")).subquery()
_KNOWN: Final = (
    select(contacts.c["values"], optouts.c.since, optouts.c.said_at)
    .select_from(_PERSON)
    .outerjoin(contacts, contacts.c.number == _PERSON.c.number)
    .outerjoin(optouts, optouts.c.number == _PERSON.c.number)
)
_OPTED_OUT: Final = select(optouts.c.since).where(optouts.c.number == bindparam("number"))


@dataclass(frozen=True, slots=True)
class OptOut:
    """Somebody gets no texts any more."""

    since: datetime
    said_at: datetime | None
    """When they last said so, by the provider's clock; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of a person."""

    values: Mapping[str, str]
    opt_out: OptOut | None
    """None where they are not opted out."""


def known(connection: Connection, number: str) -> Contact:
    values, since, said_at = connection.execute(_KNOWN, {"number": number}).one()
    return Contact(values or {}, None if since is None else OptOut(since, said_at))


def store_values(connection: Connection, number: str, values: Mapping[str, str]) -> None:
    """In place of those of before."""
    stored = {"values": dict(values)}
    statement = insert_on_conflict(connection, contacts).values(number=number, **stored)
    connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=stored))


def is_opted_out(connection: Connection, number: str) -> bool:
    return connection.execute(_OPTED_OUT, {"number": number}).first() is not None


def opt_out(
    connection: Connection,
    number: str,
    because: str,
    at: datetime,
    said_at: datetime | None = None,
) -> None:
    """For ever, or until they come back by themselves: what they write after `said_at`."""
    statement = insert_on_conflict(connection, optouts).values(
        number=number, since=at, because=because, said_at=said_at
    )
    known = func.coalesce(statement.excluded.said_at, optouts.c.said_at)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["number"], set_={"said_at": known})
    )


def opt_in(connection: Connection, number: str) -> None:
    connection.execute(delete(optouts).where(optouts.c.number == number))
