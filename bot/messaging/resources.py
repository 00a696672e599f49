"""What the work for one account needs, put together once and handed to each part."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from bot.engine.outbound import Ids
from bot.ledger.budget import Budget
from bot.ledger.writer import Writer
from bot.messaging.health import Health
from bot.messaging.longcodes import Longcodes
from bot.messaging.metrics import Metrics
from bot.provider.client import Gateway
from bot.provider.ids import new_ids
from bot.rules.ruleset import Ruleset
from bot.settings import Settings

Clock: TypeAlias = Callable[[], datetime]
"""The time, aware."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """One account's ledger, rules, provider and clocks."""

    settings: Settings
    writer: Writer
    rules: Callable[[], Ruleset]
    """Those that decide now."""
    gateway: Gateway | None = None
    """None where it decides and records, but sends nothing."""
    metrics: Metrics = field(default_factory=Metrics)
    health: Health = field(default_factory=Health)
    longcodes: Longcodes = field(default_factory=Longcodes)
    clock: Clock = utc_now
    """What everybody takes for the time."""
    steady: Callable[[], float] = time.monotonic
    """Seconds of a clock that nobody sets."""
    new_ids: Callable[[], Ids] = new_ids
    """Names for a message of ours, fresh each time."""

    @property
    def budget(self) -> Budget | None:
        """How much may leave in a day of the account's zone; None is without end."""
        many = self.settings.segments_per_day
        return None if many is None else Budget(many, self.rules().timezone)
