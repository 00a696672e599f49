"""What was decided about each message: stored with its trace, and read again as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, insert, update

from bot.ledger.inbox import InboxId
from bot.ledger.schema import decisions, inbox
from bot.model import Change, ChangeKind, Decision, Match, Miss, Outcome, Reason, RuleId, Step, Took

_DECIDED: Final = update(inbox).where(inbox.c.id == bindparam("message"))
_DECISION: Final = insert(decisions)
COLUMNS: Final = tuple(column for column in decisions.c if column.name != "inbox_id")
"""What `read` wants to see, for those who join them to something else."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it was made, but for its replies, which are in the outbox."""

    decision: Decision
    ruleset: str
    """Digest of the rule set that decided, SHA-256 in hex."""
    at: datetime
    answered_with: InboxId | None = None
    """The last text of its burst, with which it was decided; None of one that was by itself."""
    place: str = ""
    """File and line of the rule, as it stood then; empty where none decided, or of an old one."""


@dataclass(frozen=True, slots=True)
class Closed:
    """An inbound message about which there is a decision."""

    id: InboxId
    recorded: Recorded
    conversation_id: int
    answers_id: int | None
    """The message of ours that it answers."""


def record(connection: Connection, closed: Sequence[Closed]) -> None:
    """Close inbound messages."""
    decided = [
        {
            "message": one.id,
            "status": "decided",
            "conversation_id": one.conversation_id,
            "answers_id": one.answers_id,
        }
        for one in closed
    ]
    connection.execute(_DECIDED, decided)
    connection.execute(_DECISION, [{"inbox_id": one.id, **write(one.recorded)} for one in closed])


def write(recorded: Recorded) -> dict[str, Any]:
    """By column, as `read` takes it."""
    decision = recorded.decision
    return {
        "outcome": decision.outcome,
        "rule": decision.rule,
        "reason": decision.reason,
        "detail": decision.detail,
        "captures": dict(decision.captures),
        "changes": [change.as_object() for change in decision.changes],
        "trace": [_written(step) for step in decision.trace],
        "ruleset": recorded.ruleset,
        "decided_at": recorded.at,
        "took": decision.took,
        "answered_with": recorded.answered_with,
        "place": recorded.place or None,
    }


def read(row: Mapping[str, Any] | RowMapping, *, traced: bool = True) -> Recorded:
    """The same back. What an older version stored is read as far as it goes.

    Where it is not `traced` the row needs no trace, and the decision has none.
    """
    decision = Decision(
        outcome=Outcome(row["outcome"]),
        rule=row["rule"] and RuleId(row["rule"]),
        reason=row["reason"] and Reason(row["reason"]),
        detail=row["detail"],
        captures=row["captures"],
        changes=tuple(map(_change, row["changes"])),
        trace=tuple(map(_step, row["trace"])) if traced else (),
        took=row["took"] and Took(row["took"]),
    )
    place = row["place"] or ""
    return Recorded(decision, row["ruleset"], row["decided_at"], row["answered_with"], place)


def _written(step: Step) -> dict[str, object]:
    captures = step.result.captures if isinstance(step.result, Match) else {}
    return {**step.as_object(), **({"captures": dict(captures)} if captures else {})}


def _step(written: Mapping[str, Any]) -> Step:
    if written["matched"]:
        match = Match(written.get("captures", {}))
        return Step(RuleId(written["rule"]), match, written.get("because", ""))
    return Step(RuleId(written["rule"]), Miss(written["because"]))


def _change(written: Mapping[str, Any]) -> Change:
    return Change(ChangeKind(written["kind"]), written["name"], written["value"])
