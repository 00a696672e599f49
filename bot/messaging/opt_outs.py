"""What a person of ours does about opt-outs: a call, a letter, a form is as good as a text."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from bot.errors import UsageError, plain
from bot.ledger import contacts, inbox
from bot.ledger import opt_outs as ledger
from bot.ledger.contacts import OptOut
from bot.ledger.locks import advisory_lock
from bot.text.words import storable

BY_HAND: Final = "by hand"
LONGEST: Final = 500
"""Characters of a reason or a name."""


def opt_out(connection: Connection, number: str, because: str, by: str, now: datetime) -> OptOut:
    """They get no texts any more, also none that waits for them; how it stands then."""
    return ledger.leave(connection, number, because, now, by=by)


def opt_in(
    connection: Connection, number: str, because: str | None, by: str, now: datetime
) -> OptOut:
    """They get texts again; how it stood before.

    Raises UsageError where they are not opted out, or where they said so themselves and nothing
    says why that holds no longer.
    """
    advisory_lock(connection, inbox.contact_lock(number))
    before = contacts.known(connection, number).opt_out
    if before is None:
        raise UsageError(f"{number}: is not opted out")
    if before.is_theirs and because is None:
        raise UsageError(
            f"{number}: opted out themselves ({before.because}, {before.since:%F}), and by law only"
            " they can end that: give --because with how they did, or let them text START"
        )
    contacts.opt_in(connection, number, because or BY_HAND, now, by)
    return before


def reason(written: object, name: str) -> str | None:
    """Words of one of us, as they are kept; None where there are none. Raises UsageError."""
    if written is None or written == "":
        return None
    if not isinstance(written, str) or len(written) > LONGEST:
        raise UsageError(f"{name}: needs a text of at most {LONGEST} characters")
    return plain(storable(written)).strip() or None


def name_of(written: object, name: str) -> str:
    """Who of us does something. Raises UsageError."""
    found = reason(written, name)
    if found is None:
        raise UsageError(f"{name}: needs the name of who does it")
    if found in (contacts.CONTACT, contacts.PROVIDER):
        raise UsageError(f"{name} {found}: stands for somebody else, name who of you does it")
    return found
