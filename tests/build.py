"""Messages, contexts and rule sets with defaults; a test names what matters to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import RuleError
from bot.model import Context, InboundMessage
from bot.rules.loader import Loaded, SourceFile, load
from bot.rules.ruleset import Ruleset

NOW = datetime(2026, 1, 15, 17, 4, 5, tzinfo=UTC)
PERSON = "+15555550123"
OUR_NUMBER = "+18005550100"
FILE = "rules.yaml"


def inbound(text: str = "", **members: Any) -> InboundMessage:
    defaults = {"key": "r-1", "sender": PERSON, "number": OUR_NUMBER, "received_at": NOW}
    return InboundMessage(text=text, **{**defaults, **members})


def context(**members: Any) -> Context:
    return Context(**{"now": NOW, **members})


def loaded(*texts: str | bytes) -> Loaded:
    """Of one text, the file `rules.yaml`; of several, `1.yaml`, `2.yaml`, …"""
    if len(texts) == 1:
        return load([SourceFile(FILE, texts[0])])
    return load([SourceFile(f"{at}.yaml", text) for at, text in enumerate(texts, 1)])


def ruleset(*texts: str | bytes) -> Ruleset:
    return loaded(*texts).ruleset


def mistakes(*texts: str | bytes) -> list[str]:
    """What is wrong with these files, one line each."""
    with pytest.raises(RuleError) as raised:
        loaded(*texts)
    return [str(problem) for problem in raised.value.problems]
