"""What is stored of a person: values that rules set, and whether they opted out.

Who is opted out stands under their number. Of a person who was forgotten there is only a keyed hash
of it, with a key of this database: they stay opted out, and no list shows the number.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Text, bindparam, delete, func, insert, select, union_all, update

from bot.ledger.database import insert_on_conflict
from bot.ledger.prepared import Prepared
from bot.ledger.schema import contacts, digest_keys, holds, optout_changes, optouts
from bot.model import Reason

CONTACT: Final = "contact"
"""Who opted out or in: the person, by a text; else a name of one of us."""
PROVIDER: Final = "provider"
"""The same: the provider, by a delivery status."""

_TEXT: Final = re.compile("in-[0-9]+")

_NUMBER: Final = bindparam("person", type_=Text)
_DIGEST: Final = bindparam("digest", type_=Text)
_EITHER: Final = optouts.c.number.in_((_NUMBER, _DIGEST))
"""Under the number or its digest; never both."""
# Two look-ups by the index: for IN, SQLite makes a table of its own each time.
_PERSON: Final = select(_NUMBER.label("number")).subquery()
_NAMED: Final = optouts.alias()
_FORGOTTEN: Final = optouts.alias()
_KNOWN: Final = (
    select(
        contacts.c["values"],
        *(
            func.coalesce(_NAMED.c[name], _FORGOTTEN.c[name])
            for name in ("since", "said_at", "because", "by")
        ),
        holds.c.reason,
    )
    .select_from(_PERSON)
    .outerjoin(contacts, contacts.c.number == _PERSON.c.number)
    .outerjoin(_NAMED, _NAMED.c.number == _PERSON.c.number)
    .outerjoin(_FORGOTTEN, _FORGOTTEN.c.number == _DIGEST)
    .outerjoin(holds, holds.c.number == _PERSON.c.number)
)
_NUMBERS: Final = bindparam("numbers", type_=Text, expanding=True)
_VALUES: Final = select(contacts.c.number, contacts.c["values"].label("stored")).where(
    contacts.c.number.in_(_NUMBERS)
)
_HELD: Final = select(holds.c.number, holds.c.reason).where(holds.c.number.in_(_NUMBERS))
_LEFT: Final = select(
    *(optouts.c.number, optouts.c.since, optouts.c.said_at, optouts.c.because, optouts.c.by)
).where(optouts.c.number.in_(_NUMBERS))
_OPTED_OUT: Final = Prepared(
    union_all(
        select(optouts.c.since).where(optouts.c.number == _NUMBER),
        select(optouts.c.since).where(optouts.c.number == _DIGEST),
    )
)


class Changed(StrEnum):
    """What `optout_changes` tells of."""

    OUT = "opt-out"
    IN = "opt-in"
    FORGOTTEN = "forgotten"
    """Opted out still, and nothing else is known of them."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """Somebody gets no texts any more."""

    since: datetime
    said_at: datetime | None
    """When they last said so, by the provider's clock; None where nobody knows."""
    because: str
    """A text as `in-5`, or words."""
    by: str
    """CONTACT, PROVIDER, or who of us."""

    @property
    def is_theirs(self) -> bool:
        """They said so themselves, to us or to the provider."""
        return self.by in (CONTACT, PROVIDER) or _TEXT.fullmatch(self.because) is not None


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of a person."""

    values: Mapping[str, str]
    opt_out: OptOut | None
    """None where they are not opted out."""
    held: Reason | None = None
    """Why nothing leaves to them until somebody has decided; None where it does."""


def known(connection: Connection, number: str) -> Contact:
    values, *left, held = connection.execute(_KNOWN, _names(connection, number)).one()
    opt_out = None if left[0] is None else OptOut(*left)
    return Contact(values or {}, opt_out, None if held is None else Reason(held))


def known_each(connection: Connection, numbers: Sequence[str]) -> Mapping[str, Contact]:
    """Of many at once; nobody of whom nothing is stored is among them."""
    of = {"numbers": list(numbers)}
    values = {row.number: row.stored for row in connection.execute(_VALUES, of)}
    held = {row.number: Reason(row.reason) for row in connection.execute(_HELD, of)}
    under = {name: one for one in numbers for name in _names(connection, one).values()}
    rows = connection.execute(_LEFT, {"numbers": list(under)})
    left = {under[name]: OptOut(*rest) for name, *rest in rows}
    return {
        one: Contact(values.get(one, {}), left.get(one), Reason(held[one]) if one in held else None)
        for one in {*values, *held, *left}
    }


def store_values(connection: Connection, number: str, values: Mapping[str, str]) -> None:
    """In place of those of before."""
    stored = {"values": dict(values)}
    statement = insert_on_conflict(connection, contacts).values(number=number, **stored)
    connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=stored))


def change_values(
    connection: Connection, number: str, changes: Mapping[str, str | None]
) -> Mapping[str, str]:
    """Beside those of before, None removes one; all of them then."""
    merged = {**known(connection, number).values, **changes}
    values = {name: value for name, value in merged.items() if value is not None}
    if values:
        store_values(connection, number, values)
    else:
        connection.execute(delete(contacts).where(contacts.c.number == number))
    return values


def listed(connection: Connection) -> Iterator[tuple[str, Contact]]:
    """Everybody of whom something is stored, by number."""
    of_all = select(contacts.c.number).order_by(contacts.c.number)
    for number in connection.scalars(of_all.execution_options(yield_per=_PAGE)):
        yield number, known(connection, number)


_PAGE: Final = 500
"""Rows that are in memory at once."""


def is_opted_out(connection: Connection, number: str) -> bool:
    return _OPTED_OUT(connection, **_names(connection, number)).first is not None


def opt_out(
    connection: Connection,
    number: str,
    because: str,
    at: datetime,
    said_at: datetime | None = None,
    by: str = CONTACT,
) -> OptOut:
    """For ever, or until they come back by themselves: what they write after `said_at`.

    How it stands then. Where one of us did it and now they do, it is theirs, since the first time.
    """
    connection.execute(delete(holds).where(holds.c.number == number))
    before = known(connection, number).opt_out
    new = OptOut(at, said_at, because, by)
    if before is not None:
        first = before if before.is_theirs or not new.is_theirs else new
        new = OptOut(before.since, said_at or before.said_at, first.because, first.by)
    if before is None or (before.because, before.by) != (new.because, new.by):
        _note(connection, number, Changed.OUT, because, by, at)
    if before is not None:  # perhaps under its digest
        connection.execute(delete(optouts).where(_EITHER), _names(connection, number))
    stored = {
        "since": new.since,
        "said_at": new.said_at,
        "because": new.because,
        "by": new.by,
    }
    statement = insert_on_conflict(connection, optouts).values(number=number, **stored)
    connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=stored))
    return new


def opt_in(
    connection: Connection, number: str, because: str, at: datetime, by: str = CONTACT
) -> None:
    """Texts may be sent to them again."""
    deleted = connection.execute(delete(optouts).where(_EITHER), _names(connection, number))
    if deleted.rowcount:
        _note(connection, number, Changed.IN, because, by, at)


def keep_digest(connection: Connection, number: str, by: str, at: datetime) -> bool:
    """Of an opt-out and its history only a digest stays; whether they are opted out."""
    names = _names(connection, number)
    kept = {"number": names["digest"], "because": Changed.FORGOTTEN}
    is_out = is_opted_out(connection, number)
    connection.execute(update(optouts).where(_EITHER).values(**kept), names)
    connection.execute(
        delete(optout_changes).where(optout_changes.c.number.in_(list(names.values())))
    )
    if is_out:
        _note(connection, names["digest"], Changed.FORGOTTEN, Changed.FORGOTTEN, by, at)
    return is_out


def is_digest(number: str) -> bool:
    """Whether this stands for somebody who was forgotten; no number has such a form."""
    return number.startswith(_SIGN) and len(number) == len(_SIGN) + 64


_SIGN: Final = "#sha256:"


def _note(
    connection: Connection, number: str, change: Changed, because: str, by: str, at: datetime
) -> None:
    row = {"number": number, "at": at, "change": change, "because": because, "by": by}
    connection.execute(insert(optout_changes), row)


def _names(connection: Connection, number: str) -> dict[str, str]:
    """Under which an opt-out may stand."""
    found = hmac.digest(_key(connection), number.encode("utf-8", "surrogatepass"), "sha256")
    return {"person": number, "digest": _SIGN + found.hex()}


def _key(connection: Connection) -> bytes:
    """It is as old as the database and never changes: a connection asks once."""
    info = connection.info
    if "digest key" not in info:
        info["digest key"] = connection.execute(select(digest_keys.c.key)).scalar_one()
    key: bytes = info["digest key"]
    return key
