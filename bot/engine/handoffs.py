"""What a person of ours does to a conversation: write in it, take it, give it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.engine.conversation import Thread
from bot.model import Change, ChangeKind, Handoff
from bot.rules.handoff import QUIET

END: Final = Change(ChangeKind.HANDOFF)
"""The conversation is given back."""


def written(thread: Thread, now: datetime, by: str, silent: int) -> Change:
    """One of us writes: the bot is silent for so many seconds, or for as long as it was to be."""
    before = thread.handoff or Handoff(since=now, ends_at=now)
    return Change(ChangeKind.HANDOFF, "", before.we_wrote(now, by, silent).as_json())


def taken(now: datetime, by: str, quiet: int = QUIET) -> Change:
    """One of us takes the conversation; it ends after so many seconds without a text."""
    return Change(ChangeKind.HANDOFF, "", in_hand(now, by, quiet).as_json())


def in_hand(now: datetime, by: str = "", quiet: int = QUIET) -> Handoff:
    return Handoff(since=now, ends_at=now + timedelta(seconds=quiet), quiet=quiet, by=by)
