"""The pages of the console: a file each, and its line here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.web.console.page import Page
from bot.web.console.pages import conversations, thread, why

PAGES: Final[Sequence[Page]] = (conversations.PAGE, why.PAGE, thread.PAGE)
