"""Deletes what is older than the settings keep, a little at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from bot.ledger.retention import forget
from bot.ledger.writer import Writer
from bot.log import logger
from bot.messaging.processing import Clock
from bot.rules.ruleset import Ruleset

_BETWEEN_SWEEPS: Final = 3_600.0
"""Seconds until the ledger is looked through again for what is too old."""
_BETWEEN_STEPS: Final = 0.2
"""Seconds between two transactions of one sweep."""


async def forget_for_ever(
    writer: Writer,
    keep: timedelta,
    rules: Callable[[], Ruleset],
    clock: Clock,
    stopped: asyncio.Event,
) -> None:
    """Until `stopped` is set."""

    def step(connection: Connection) -> int:
        now = clock()
        return forget(connection, now - keep, now - max(keep, rules().looks_back))

    while not stopped.is_set():
        try:
            forgotten = await writer.run(step)
        except Exception:
            logger().exception("what is too old could not be deleted")
            forgotten = 0
        if forgotten:
            logger().info("forgotten", rows=forgotten)
        with suppress(TimeoutError):
            async with asyncio.timeout(_BETWEEN_STEPS if forgotten else _BETWEEN_SWEEPS):
                await stopped.wait()
