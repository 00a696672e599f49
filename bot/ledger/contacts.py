"""What is stored of a person: values that rules set, and whether they opted out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, case, delete, select

from bot.ledger.database import insert_on_conflict
from bot.ledger.schema import contacts, optouts

_CONTACT: Final = select(contacts.c["values"]).where(contacts.c.number == bindparam("number"))


_OPTED_OUT: Final = select(optouts.c.since).where(optouts.c.number == bindparam("number"))


def contact_values(connection: Connection, number: str) -> Mapping[str, str]:
    values = connection.execute(_CONTACT, {"number": number}).scalar_one_or_none()
    return values or {}


def store_values(connection: Connection, number: str, values: Mapping[str, str]) -> None:
    """In place of those of before."""
    stored = {"values": dict(values)}
    statement = insert_on_conflict(connection, contacts).values(number=number, **stored)
    connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=stored))


def opted_out_at(connection: Connection, number: str) -> datetime | None:
    """When they last opted out; None where they are not opted out."""
    at: datetime | None = connection.execute(_OPTED_OUT, {"number": number}).scalar_one_or_none()
    return at


def is_opted_out(connection: Connection, number: str) -> bool:
    return opted_out_at(connection, number) is not None


def opt_out(connection: Connection, number: str, because: str, at: datetime) -> None:
    """For ever, or until they come back by themselves later than `at`; the last time counts."""
    statement = insert_on_conflict(connection, optouts).values(
        number=number, since=at, because=because
    )
    later = case(
        (statement.excluded.since > optouts.c.since, statement.excluded.since),
        else_=optouts.c.since,
    )
    connection.execute(
        statement.on_conflict_do_update(index_elements=["number"], set_={"since": later})
    )


def opt_in(connection: Connection, number: str) -> None:
    connection.execute(delete(optouts).where(optouts.c.number == number))
