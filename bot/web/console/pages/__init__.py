"""The pages of the console: a file each, and its line here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.web.console.page import Page
from bot.web.console.pages import (
    canned,
    conversations,
    inbox,
    opt_outs,
    overview,
    playground,
    rule,
    rules,
    scheduled,
    thread,
    why,
)

PAGES: Final[Sequence[Page]] = (
    conversations.PAGE,
    thread.PAGE,
    canned.PAGE,
    why.PAGE,
    inbox.PAGE,
    overview.PAGE,
    rules.PAGE,
    rule.PAGE,
    playground.PAGE,
    scheduled.PAGE,
    opt_outs.PAGE,
)
"""Those with an icon are in the navigation, in this order."""
