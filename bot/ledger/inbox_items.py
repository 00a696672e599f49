"""What waits for a person, wherever it is stored, and what became of it.

An item is nothing of its own: it is a decision, a dead letter or an event in quarantine. Only what
a person did with it is kept here, and counts until it waits anew: a dead letter that was sent again
and came back, a text that fails again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from bot.ledger import dead_letters, handoffs, holds, notifications, quarantine
from bot.ledger.database import insert_on_conflict
from bot.ledger.dead_letters import DeadLetter
from bot.ledger.handoffs import HandedOver
from bot.ledger.inbox import contact_lock
from bot.ledger.locks import advisory_lock
from bot.ledger.notifications import Untold
from bot.ledger.quarantine import Quarantined
from bot.ledger.questions import handoff_of
from bot.ledger.schema import conversations, decisions, inbox, inbox_items, optouts
from bot.model import Outcome, Reason


class Kind(StrEnum):
    """Why it waits for a person."""

    LIKELY_OPT_OUT = "likely-opt-out"
    WRONG_NUMBER = "wrong-number"
    HANDOFF = "handoff"
    FAILED = "failed"
    HELD = "held"
    """They wrote while a person of ours had the conversation in hand, who has not written since."""
    UNMATCHED = "unmatched"
    DEAD_LETTER = "dead-letter"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that waits for a person."""

    id: str
    """As lists show it: `in-5` a text of theirs, `out-5` one of ours, `handoff-5`, `quarantine-5`.
    """
    kind: Kind
    at: datetime
    """Since when it waits."""
    number: str | None = None
    """The person's, E.164; None where nobody knows it."""
    our_number: str | None = None
    text: str | None = None
    rule: str | None = None
    reason: str = ""
    detail: str = ""
    snoozed_until: datetime | None = None
    """It is not listed before."""


_HOLDING: Final = (Reason.LIKELY_OPT_OUT, Reason.WRONG_NUMBER)
"""Until somebody has decided, nothing leaves to who wrote it."""
_DECIDED: Final[Select[Any]] = (
    select(
        inbox.c.id,
        inbox.c.sender,
        conversations.c.number,
        inbox.c.text,
        decisions.c.decided_at,
        decisions.c.outcome,
        decisions.c.reason,
        decisions.c.rule,
        decisions.c.detail,
        inbox_items.c.done_at,
        inbox_items.c.snoozed_until,
    )
    .select_from(decisions)
    .join(inbox, inbox.c.id == decisions.c.inbox_id)
    .join(conversations, conversations.c.id == inbox.c.conversation_id)
    .outerjoin(
        inbox_items,
        and_(
            inbox_items.c.item == "in-" + cast(inbox.c.id, Text),
            inbox_items.c.changed_at >= decisions.c.decided_at,
        ),
    )
)
_NEVER: Final = bindparam("never", datetime.fromtimestamp(0, UTC), decisions.c.decided_at.type)
_WAITS: Final = or_(
    decisions.c.outcome == Outcome.FAILED,
    and_(
        decisions.c.outcome == Outcome.HELD,
        decisions.c.reason.in_(_HOLDING),
        # Who has left since then waits for nothing.
        ~exists().where(optouts.c.number == inbox.c.sender),
    ),
    and_(
        decisions.c.outcome == Outcome.HELD,
        decisions.c.reason == Reason.PAUSED,
        decisions.c.decided_at > func.coalesce(conversations.c.seen_to_at, _NEVER),
        # One that is handed over is listed as a whole.
        func.coalesce(handoffs.is_handed_over(), false()).is_(False),
        ~exists().where(optouts.c.number == inbox.c.sender),
    ),
)
_MAY_WAIT: Final = or_(_WAITS, decisions.c.outcome == Outcome.UNMATCHED)
_STATES: Final = select(
    *(inbox_items.c.item, inbox_items.c.done_at),
    *(inbox_items.c.snoozed_until, inbox_items.c.changed_at),
)


def listed(
    connection: Connection, now: datetime, *, unmatched: bool = False, snoozed: bool = False
) -> list[Item]:
    """What waits now, longest first; what is done does not, what is snoozed only where asked."""
    wanted = _MAY_WAIT if unmatched else _WAITS
    decided = connection.execute(_DECIDED.where(wanted, inbox_items.c.done_at.is_(None)))
    found = [*map(_of_decision, decided), *_others(connection, now)]
    shown = [item for item in found if snoozed or not _is_snoozed(item, now)]
    return sorted(shown, key=lambda item: item.at)


def _others(connection: Connection, now: datetime) -> Iterator[Item]:
    """Handoffs, dead letters and quarantine, but for those that are done."""
    states = connection.execute(_STATES.where(inbox_items.c.item.not_like("in-%"))).all()
    known = {state.item: state for state in states}
    untold = map(_of_untold, notifications.dead(connection))
    handed = map(_of_handoff, handoffs.listed(connection, now))
    letters = map(_of_dead_letter, dead_letters.listed(connection))
    for item in (*handed, *letters, *untold, *map(_of_event, quarantine.listed(connection))):
        state = known.get(item.id)
        if state is None or state.changed_at < item.at:
            yield item
        elif state.done_at is None:
            yield replace(item, snoozed_until=state.snoozed_until)


def likely_opt_outs(connection: Connection) -> int:
    """How many texts that read like an opt-out wait for a person, snoozed or not."""
    wait = _DECIDED.where(_WAITS, inbox_items.c.done_at.is_(None))
    likely = wait.where(decisions.c.reason == Reason.LIKELY_OPT_OUT).subquery()
    found: int = connection.execute(select(func.count()).select_from(likely)).scalar_one()
    return found


def one(connection: Connection, item_id: str) -> Item | None:
    """Whether or not it is snoozed or done; None where there is no such thing."""
    kind, _, digits = item_id.rpartition("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    row_id = int(digits)
    if kind == "in":
        row = connection.execute(_DECIDED.where(_MAY_WAIT, inbox.c.id == row_id)).one_or_none()
        return None if row is None else _of_decision(row)
    found: Item | None = None
    if kind == "out":
        dead = dead_letters.one(connection, row_id)
        found = None if dead is None else _of_dead_letter(dead)
    elif kind == "handoff":
        handed = handoffs.one(connection, row_id)
        found = None if handed is None else _of_handoff(handed)
    elif kind == "notify":
        untold = [one for one in notifications.dead(connection) if one.id == row_id]
        found = _of_untold(untold[0]) if untold else None
    elif kind == "quarantine":
        event = quarantine.one(connection, row_id)
        found = None if event is None else _of_event(event)
    if found is None:
        return None
    state = connection.execute(
        _STATES.where(inbox_items.c.item == found.id, inbox_items.c.changed_at >= found.at)
    ).one_or_none()
    return found if state is None else replace(found, snoozed_until=state.snoozed_until)


def done(connection: Connection, item: Item, by: str, now: datetime) -> None:
    """Nobody needs to look at it any more."""
    _store(connection, item, now, done_at=now, done_by=by, snoozed_until=None)
    if item.number is not None and item.kind in (Kind.LIKELY_OPT_OUT, Kind.WRONG_NUMBER):
        advisory_lock(connection, contact_lock(item.number))
        holds.change(connection, item.number, None, now)


def snooze(connection: Connection, item: Item, until: datetime, now: datetime) -> None:
    """It waits again from then on, whether or not it was done."""
    _store(connection, item, now, done_at=None, done_by=None, snoozed_until=until)


def answer(connection: Connection, item: Item, by: str, now: datetime) -> None:
    """Let the rules decide a text again, as no opt-out: it waits to be decided like a new one."""
    row_id = int(item.id.removeprefix("in-"))
    connection.execute(delete(decisions).where(decisions.c.inbox_id == row_id))
    again = update(inbox).where(inbox.c.id == row_id).values(status="waiting", is_cleared=True)
    chain = connection.execute(again.returning(inbox.c.conversation_id)).scalar_one()
    received = {"received": conversations.c.received - 1}  # it is received once
    connection.execute(update(conversations).where(conversations.c.id == chain).values(**received))
    done(connection, item, by, now)


def is_in_hand(connection: Connection, item: Item, now: datetime) -> bool:
    """A person of ours has the conversation of that text in hand."""
    row_id = int(item.id.removeprefix("in-"))
    of = select(conversations.c.handoff).join(inbox, inbox.c.conversation_id == conversations.c.id)
    found = handoff_of(connection.scalar(of.where(inbox.c.id == row_id)))
    return found is not None and found.due_at > now


def _store(connection: Connection, item: Item, now: datetime, **state: object) -> None:
    values = {**state, "changed_at": now}
    statement = insert_on_conflict(connection, inbox_items).values(item=item.id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["item"], set_=values))


def _is_snoozed(item: Item, now: datetime) -> bool:
    return item.snoozed_until is not None and item.snoozed_until > now


def _of_decision(row: Row[Any]) -> Item:
    return Item(
        id=f"in-{row.id}",
        kind=Kind(row.reason if row.reason in _HOLDING else row.outcome),
        at=row.decided_at,
        number=row.sender,
        our_number=row.number or None,
        text=row.text,
        rule=row.rule,
        reason=row.reason or "",
        detail=row.detail,
        snoozed_until=row.snoozed_until,
    )


def _of_handoff(one: HandedOver) -> Item:
    handoff = one.handoff
    wrote = f"{handoff.by} has written" if handoff.written_at is not None else "nobody has written"
    stands = wrote if handoff.rule or handoff.written_at else f"taken by {handoff.by}"
    return Item(
        id=f"handoff-{one.id}",
        kind=Kind.HANDOFF,
        at=handoff.since,
        number=one.contact,
        our_number=one.number or None,
        text=one.text,
        rule=handoff.rule,
        reason=Reason.PAUSED,
        detail="; ".join(filter(None, (stands, one.untold))),
    )


def _of_dead_letter(dead: DeadLetter) -> Item:
    return Item(
        id=f"out-{dead.id}",
        kind=Kind.DEAD_LETTER,
        at=dead.at,
        number=dead.queued.message.to,
        our_number=dead.our_number or None,
        text=dead.queued.message.text,
        rule=dead.queued.rule,
        reason=dead.queued.reason,
    )


def _of_untold(one: Untold) -> Item:
    return Item(
        id=f"notify-{one.id}",
        kind=Kind.DEAD_LETTER,
        at=one.at,
        number=one.contact,
        our_number=one.our_number or None,
        rule=one.rule,
        reason=one.reason,
        detail=f"not told: {one.target}",
    )


def _of_event(event: Quarantined) -> Item:
    return Item(
        id=f"quarantine-{event.id}",
        kind=Kind.QUARANTINE,
        at=event.received_at,
        reason=event.because,
        detail=event.event,
    )
