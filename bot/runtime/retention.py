"""Deletes what is older than the settings keep, a little at a time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from bot.ledger.retention import purge
from bot.log import logger
from bot.messaging.resources import Resources

_BETWEEN_SWEEPS: Final = 3_600.0
"""Seconds until the ledger is looked through again for what is too old."""
_BETWEEN_STEPS: Final = 0.2
"""Seconds between two transactions of one sweep."""


async def purge_for_ever(resources: Resources, keep: timedelta, stopped: asyncio.Event) -> None:
    """Until `stopped` is set."""

    def step(connection: Connection) -> int:
        now, looks_back = resources.clock(), resources.rules().looks_back
        return purge(connection, now - keep, now - max(keep, looks_back))

    while not stopped.is_set():
        try:
            purged = await resources.writer.run(step)
        except Exception:
            logger().exception("what is too old could not be deleted")
            purged = 0
        if purged:
            logger().info("purged", rows=purged)
        with suppress(TimeoutError):
            async with asyncio.timeout(_BETWEEN_STEPS if purged else _BETWEEN_SWEEPS):
                await stopped.wait()
