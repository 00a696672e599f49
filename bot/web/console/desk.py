"""What the pages of one account work on, and who asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.messaging.intake import Intake
from bot.messaging.resources import Resources
from bot.runtime.live_rules import LiveRules
from bot.web.console.live import Changes
from bot.web.console.remembered import Remembered
from bot.web.console.rulebook import Rulebooks
from bot.web.console.shared import Drawn, Shared
from bot.web.console.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Desk:
    """One account, as its pages see it."""

    account: str | None
    """None where it is the only one and has no name; else its name is in all of its paths."""
    resources: Resources
    live: LiveRules
    intake: Intake
    """Where what people of ours do is kept."""
    changes: Changes
    rulebooks: Rulebooks
    counts: Remembered[Mapping[str, Any]] = field(default_factory=Remembered)
    """Of the overview, by its span."""
    drawn: Shared[Drawn] = field(default_factory=Shared)
    """Pages that are live."""

    @classmethod
    def of(cls, resources: Resources, live: LiveRules, intake: Intake) -> Desk:
        account = resources.settings.account
        return cls(account, resources, live, intake, Changes(resources.writer), Rulebooks(live))

    @property
    def base(self) -> str:
        """What the paths of its pages begin with."""
        return "" if self.account is None else f"/{self.account}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who may come in asks for a page, or does something there."""

    desk: Desk
    who: Visitor
    now: datetime
    path: Mapping[str, str] = field(default_factory=dict)
    """What stands in the path where the page has `{name}`."""
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    """What was posted to a page that takes a form, or did not come to anything."""
    mistake: str = ""
    """Why it did not."""
