"""Codes with which colleagues answer: each stands for a conversation, and is one colleague's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, insert, select

from bot.ledger.schema import colleague_codes, outbox

MOST: Final = 20
"""Notices to one colleague within an hour."""
WITHIN: Final = timedelta(hours=1)


def code_of(connection: Connection, colleague: str, conversation_id: int) -> str | None:
    """With which they answer in that conversation; None where they were never told of it."""
    mine = colleague_codes.c.colleague == colleague
    found: str | None = connection.scalar(
        select(colleague_codes.c.code).where(
            mine, colleague_codes.c.conversation_id == conversation_id
        )
    )
    return found


def conversation_of(connection: Connection, colleague: str, code: str) -> int | None:
    """What a code of theirs stands for."""
    found: int | None = connection.scalar(
        select(colleague_codes.c.conversation_id).where(
            colleague_codes.c.colleague == colleague, colleague_codes.c.code == code
        )
    )
    return found


def keep(
    connection: Connection, colleague: str, code: str, conversation_id: int, now: datetime
) -> None:
    row = {"colleague": colleague, "code": code, "conversation_id": conversation_id, "at": now}
    connection.execute(insert(colleague_codes).values(**row))


def told_lately(connection: Connection, colleague: str, now: datetime) -> int:
    """Notices to them within the last hour."""
    told = select(func.count()).where(
        outbox.c.recipient == colleague,
        outbox.c.is_notice,
        outbox.c.status != "dropped",
        outbox.c.created_at > now - WITHIN,
    )
    return int(connection.execute(told).scalar_one())
