"""What is stored of a person: values that rules set, and whether they opted out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from bot.ledger.database import insert_on_conflict
from bot.ledger.schema import contacts, optouts

_CONTACT: Final = select(contacts.c["values"]).where(contacts.c.number == bindparam("number"))


_OPTED_OUT: Final = select(optouts.c.number).where(optouts.c.number == bindparam("number"))


def contact_values(connection: Connection, number: str) -> Mapping[str, str]:
    values = connection.execute(_CONTACT, {"number": number}).scalar_one_or_none()
    return values or {}


def is_opted_out(connection: Connection, number: str) -> bool:
    return connection.execute(_OPTED_OUT, {"number": number}).first() is not None


def opt_out(connection: Connection, number: str, because: str, now: datetime) -> None:
    """For ever, or until they come back by themselves; the first time is kept."""
    connection.execute(
        insert_on_conflict(connection, optouts)
        .values(number=number, since=now, because=because)
        .on_conflict_do_nothing(index_elements=["number"])
    )


def opt_in(connection: Connection, number: str) -> None:
    connection.execute(delete(optouts).where(optouts.c.number == number))
