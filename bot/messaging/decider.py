"""Decides what waits in the inbox, for whoever says when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.errors import LedgerUnavailable
from bot.ledger import media
from bot.ledger.inbox import Waiting
from bot.log import Seen, logger
from bot.messaging.bursts import Decided, settle, waves
from bot.messaging.processing import fail
from bot.messaging.resources import Resources
from bot.model import Decision, Outcome

Next = Callable[[Connection, int, datetime], Sequence[Waiting]]
"""Up to so many messages that are to be decided by that time, in their order."""


class Decider:
    """Decides what waits in the inbox; a message that cannot be processed stops no other."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def decide(self, waiting: Next, limit: int) -> int:
        """Decide up to `limit` messages in one transaction; how many it has looked at.

        Raises OperationalError or LedgerUnavailable where the database is at fault; no message is
        then.
        """
        try:
            looked_at, decided = await self._resources.writer.run(
                lambda c: self._process(c, waiting(c, limit, self._resources.clock()))
            )
        except (OperationalError, LedgerUnavailable):
            raise
        except Exception:  # one of them is at fault: each by itself shows which
            if limit > 1:
                return await self.decide(waiting, 1)
            return await self._close_failed(waiting)
        for item, decision in decided:
            self._note(item, decision)
        return looked_at

    def _process(self, connection: Connection, waiting: Sequence[Waiting]) -> tuple[int, Decided]:
        """In the writer's thread; may run twice, so it touches nothing but the connection."""
        resources = self._resources
        ruleset, at = resources.rules(), resources.clock()
        decided: Decided = []
        for wave in waves(waiting, ruleset):
            done = {one.id for one, _ in decided}  # some with one before them
            items = [one for one in wave if one.id not in done]
            begin = resources.steady()
            decided += settle(connection, items, ruleset, resources, at)
            for _ in items:
                resources.metrics.processed((resources.steady() - begin) / len(items))
        return len(waiting), decided

    async def _close_failed(self, waiting: Next) -> int:
        """The oldest message cannot be processed: a fault of ours, which must not stop the rest."""
        logger().exception("a message cannot be processed")
        resources = self._resources
        resources.health.fault()

        def work(connection: Connection) -> int:
            for item in waiting(connection, 1, resources.clock()):
                because = "a fault in the bot, see its log"
                fail(connection, item, resources.rules(), because, resources.clock())
                if resources.settings.media_dir is not None:
                    media.queue(connection, item.id, item.message, resources.clock())
                return 1
            return 0

        return await self._resources.writer.run(work)

    def _note(self, waiting: Waiting, decision: Decision) -> None:
        now = self._resources.clock()
        self._resources.metrics.decided(decision, waiting.message.received_at, now)
        self._resources.health.decided()
        failed = decision.outcome is Outcome.FAILED
        (logger().error if failed else logger().info)(
            "decided",
            id=f"in-{waiting.id}",
            outcome=str(decision.outcome),
            rule=decision.rule,
            reason=decision.reason and str(decision.reason),
            replies=len(decision.replies),
            seen=Seen(waiting.message.sender, waiting.message.text),
            **({"see": f"bot inbox show in-{waiting.id}"} if failed else {}),
        )
