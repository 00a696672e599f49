"""When a message is decided: at once, or with those that follow it closely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from bot.engine import bursts
from bot.ledger import inbox
from bot.ledger.inbox import Waiting
from bot.messaging import processing
from bot.messaging.resources import Resources
from bot.model import Decision
from bot.rules.combine import Combine
from bot.rules.ruleset import Ruleset

Decided: TypeAlias = list[tuple[Waiting, Decision]]


def waves(waiting: Sequence[Waiting], ruleset: Ruleset) -> list[list[Waiting]]:
    """What may be decided at once: of each person the first, then of each the second, and so on.

    One by one where the answer to one may change what another person is answered.
    """
    if (
        ruleset.combine is not None
        or ruleset.counts_all
        or any(processing.is_signed(one.message.text) for one in waiting)
    ):
        return [[one] for one in waiting]
    found: list[list[Waiting]] = []
    before: Counter[str] = Counter()
    for one in waiting:
        number = before[one.message.sender]
        if number == len(found):
            found.append([])
        found[number].append(one)
        before[one.message.sender] += 1
    return found


def settle(
    connection: Connection,
    wave: Sequence[Waiting],
    ruleset: Ruleset,
    resources: Resources,
    now: datetime,
) -> Decided:
    """Decide what may be decided now of the conversations in which these messages wait.

    Not what waits for more texts: it comes again when its burst is over.
    """
    if ruleset.combine is None:
        return processing.answer(connection, [[one] for one in wave], ruleset, resources, now)
    return [done for one in wave for done in _settle(connection, one, ruleset, resources, now)]


def _settle(
    connection: Connection, item: Waiting, ruleset: Ruleset, resources: Resources, now: datetime
) -> Decided:
    if ruleset.combine is None or item.message.is_cleared:
        return processing.answer(connection, [[item]], ruleset, resources, now)
    waiting = inbox.waiting_with(connection, item)
    for number, one in enumerate(waiting):
        if one.is_new and processing.is_for_guard(connection, one, ruleset, resources, now):
            taken = processing.answer(connection, [[one]], ruleset, resources, now)
            before = _bursts(waiting[:number], ruleset.combine)
            for burst in before:
                taken += processing.answer(connection, [burst], ruleset, resources, now)
            return taken
    decided: Decided = []
    for burst in _bursts(waiting, ruleset.combine):
        _, over_at = bursts.first([one.message.received_at for one in burst], ruleset.combine)
        if over_at > now:
            inbox.put_off(connection, burst, over_at)
        else:
            decided += processing.answer(connection, [burst], ruleset, resources, now)
    return decided


def _bursts(waiting: Sequence[Waiting], combine: Combine) -> list[Sequence[Waiting]]:
    found: list[Sequence[Waiting]] = []
    while waiting:
        count, _ = bursts.first([one.message.received_at for one in waiting], combine)
        found.append(waiting[:count])
        waiting = waiting[count:]
    return found
