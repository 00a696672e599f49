"""Recorded messages with the context in which they were decided, to be decided once more.

The thread of a conversation is put together again from the decisions that were made in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.authoring.diff import Answer, Past, Text
from bot.engine import bursts
from bot.engine.simulator import Given, Simulator
from bot.ledger import replay
from bot.ledger.inbox import InboxId
from bot.ledger.replay import Recorded
from bot.ledger.schema import inbox
from bot.model import Decision, InboundMessage, LongcodeId
from bot.rules.ruleset import Ruleset


def past(
    connection: Connection,
    ruleset: Ruleset,
    since: datetime | None = None,
    longcode_id: LongcodeId | None = None,
) -> Iterator[Past]:
    """Messages that came in since then, one person after the other, each in their order.

    What happened by itself in between is what happens by these rules: a question or a state ends.
    What is counted over all people is not known. `longcode_id` is the setting, for messages whose
    number nobody knows.
    """
    for page in replay.pages(connection, since):
        yield from of_people(connection, page, ruleset, since, longcode_id)


def of_people(
    connection: Connection,
    numbers: Sequence[str],
    ruleset: Ruleset,
    since: datetime | None,
    longcode_id: LongcodeId | None,
) -> Iterator[Past]:
    """The same of some people."""
    for person in replay.people_of(connection, numbers):
        for one, found in _of_person(person, ruleset, longcode_id):
            if since is None or one.message.received_at >= since:
                yield found


def of_one(
    person: Sequence[Recorded], wanted: InboxId, ruleset: Ruleset, longcode_id: LongcodeId | None
) -> Past | None:
    """Of all that a person has said the message with that id, as `past`."""
    found = _of_person(person, ruleset, longcode_id)
    return next((past for one, past in found if one.id == wanted), None)


def since_last(connection: Connection, most: int) -> datetime | None:
    """When the first of the last so many messages came in; None where there are not so many."""
    latest = select(inbox.c.received_at).order_by(inbox.c.received_at.desc())
    return connection.scalar(latest.offset(most - 1).limit(1))


def _of_person(
    person: Sequence[Recorded], ruleset: Ruleset, longcode_id: LongcodeId | None
) -> Iterator[tuple[Recorded, Past]]:
    simulator, burst = Simulator(ruleset), list[InboundMessage]()
    for one in person:
        given = Given(
            now=one.at,
            contact=one.contact,
            longcode_id=one.longcode_id or longcode_id,
            opted_out=one.opted_out,
            handed_over=one.handed_over,
        )
        if not burst:
            simulator.pass_time(one.message, one.message.received_at)
        burst.append(one.message)
        if one.answered_with is None:
            whole = bursts.joined(burst)
            context = simulator.context(whole, given)
            yield one, Past(whole, context, _answer(one.decision))
            burst = []
        simulator.record(one.message, one.decision, given)


def _answer(decision: Decision) -> Answer:
    texts = tuple(Text(reply.text, reply.image) for reply in decision.replies)
    return Answer(decision.outcome, decision.rule, decision.reason, texts)
