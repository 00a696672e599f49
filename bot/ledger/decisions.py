"""What was decided about each message, kept with its trace."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, update

from bot.ledger.conversations import Answered, Conversation
from bot.ledger.inbox import Waiting
from bot.ledger.schema import decisions
from bot.ledger.schema import inbox as inbox_table
from bot.model import Decision
from bot.rules.ruleset import Ruleset

_DECIDED: Final = update(inbox_table).where(inbox_table.c.id == bindparam("message"))


_DECISION: Final = insert(decisions)


def record(
    connection: Connection,
    waiting: Waiting,
    conversation: Conversation,
    hint: Answered | None,
    decision: Decision,
    ruleset: Ruleset,
    now: datetime,
) -> None:
    decided = {
        "message": waiting.id,
        "status": "decided",
        "conversation_id": conversation.id,
        "answers_id": hint.id if hint is not None else None,
    }
    connection.execute(_DECIDED, decided)
    row = {
        "inbox_id": waiting.id,
        "outcome": decision.outcome,
        "rule": decision.rule,
        "reason": decision.reason,
        "detail": decision.detail,
        "captures": dict(decision.captures),
        "changes": [change.as_object() for change in decision.changes],
        "trace": [step.as_object() for step in decision.trace],
        "ruleset": ruleset.digest,
        "decided_at": now,
    }
    connection.execute(_DECISION, row)
