"""Decides what waits in the inbox; a message that cannot be processed stops no other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.ledger.inbox import Waiting
from bot.ledger.writer import Writer
from bot.log import logger
from bot.messaging import processing
from bot.messaging.metrics import Metrics
from bot.model import Decision
from bot.rules.ruleset import Ruleset
from bot.settings import Settings

Next = Callable[[Connection, int], Sequence[Waiting]]
"""Up to so many messages that wait, in their order."""


class Decider:
    def __init__(
        self,
        *,
        writer: Writer,
        settings: Settings,
        rules: Callable[[], Ruleset],
        numbers: processing.Numbers,
        metrics: Metrics,
        clock: processing.Clock,
        sends: bool,
    ) -> None:
        """Without `sends` it decides and records, but nothing leaves."""
        self._writer = writer
        self._settings = settings
        self._rules = rules
        self._numbers = numbers
        self._metrics = metrics
        self._clock = clock
        self._sends = sends

    async def decide(self, waiting: Next, limit: int) -> int:
        """Decide up to `limit` messages in one transaction; their number.

        Raises OperationalError where the database is at fault; no message is then.
        """
        try:
            decided = await self._writer.run(lambda c: self._process(c, waiting(c, limit)))
        except OperationalError:
            raise
        except Exception:
            if limit > 1:
                return await self.decide(waiting, 1)
            return await self._close_failed(waiting)
        for item, decision in decided:
            self._note(item, decision)
        return len(decided)

    def _process(
        self, connection: Connection, waiting: Sequence[Waiting]
    ) -> list[tuple[Waiting, Decision]]:
        """In the writer's thread; may run twice, so it touches nothing but the connection."""
        ruleset, at = self._rules(), self._clock()
        decided = []
        for item in waiting:
            begin = time.monotonic()
            decision = processing.process(
                connection,
                item,
                ruleset,
                self._settings,
                self._numbers.fresh(at),
                at,
                sends=self._sends,
            )
            self._metrics.processed(time.monotonic() - begin)
            decided.append((item, decision))
        return decided

    async def _close_failed(self, waiting: Next) -> int:
        """The oldest message cannot be processed: a fault of ours, which must not stop the rest."""
        logger().exception("a message cannot be processed")

        def work(connection: Connection) -> int:
            for item in waiting(connection, 1):
                because = "a fault in the bot, see its log"
                processing.fail(connection, item, self._rules(), because, self._clock())
                return 1
            return 0

        return await self._writer.run(work)

    def _note(self, waiting: Waiting, decision: Decision) -> None:
        self._metrics.decided(decision, waiting.message.received_at, self._clock())
        logger().info(
            "decided",
            id=f"in-{waiting.id}",
            outcome=str(decision.outcome),
            rule=decision.rule,
            reason=decision.reason and str(decision.reason),
            replies=len(decision.replies),
        )
