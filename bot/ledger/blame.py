"""Where a text that we sent came from: the text that it answers, and what decided it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, or_, select

from bot.authoring.diff import Past
from bot.ledger import outbox, past, replay, views
from bot.ledger.outbox import OutboundView, Status
from bot.ledger.schema import outbox as outbox_table
from bot.ledger.views import ConversationView, InboundView
from bot.model import LongcodeId
from bot.rules.ruleset import Ruleset

_ROW: Final = "out-"


class Source(StrEnum):
    """Who says a text."""

    RULE = "rule"
    """In answer to a text."""
    TIMER = "timer"
    """A rule, at its time: a follow-up, or the end of a question or a state."""
    PERSON = "person"
    """One of ours, in a conversation."""
    FIRST = "first message"
    """`bot send`, or the API."""
    ELSEWHERE = "another system"


@dataclass(frozen=True, slots=True)
class Blamed:
    """A text of ours."""

    sent: OutboundView
    conversation: ConversationView
    answers: InboundView | None
    """The text of theirs that it answers, with the decision."""

    @property
    def source(self) -> Source:
        if self.sent.status is Status.IMPORTED:
            return Source.ELSEWHERE
        if self.sent.by is not None:
            return Source.PERSON
        if self.sent.rule is None:
            return Source.FIRST
        return Source.TIMER if self.answers is None else Source.RULE


def find(connection: Connection, name: str) -> Blamed | None:
    """By its external id, the provider's message id, or `out-5`; None where there is no such."""
    wanted = or_(outbox_table.c.external_id == name, outbox_table.c.message_id == name)
    if (number := name.removeprefix(_ROW)) != name and number.isascii() and number.isdigit():
        wanted = outbox_table.c.id == int(number[:18])
    row = connection.execute(select(outbox_table).where(wanted).limit(1)).one_or_none()
    if row is None:
        return None
    answers = None if row.inbox_id is None else views.inbound(connection, row.inbox_id)
    return Blamed(outbox.view(row), views.one(connection, row.conversation_id), answers)


def then(
    connection: Connection, blamed: Blamed, ruleset: Ruleset, longcode_id: LongcodeId | None
) -> Past | None:
    """The text that it answers with what was known when it was decided; None where it answers none.

    As `past.past`, put together again: what is counted over all people is not known.
    """
    if blamed.answers is None:
        return None
    person = replay.person(connection, blamed.conversation.contact)
    return past.of_one(person, blamed.answers.id, ruleset, longcode_id)
