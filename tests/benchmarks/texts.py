"""Texts to measure with: real ones where they are at hand, else made up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 1, 15, 17, 4, tzinfo=UTC)
REAL = Path(__file__).parents[3] / "shared" / "data" / "sms-spam-collection.tsv"
MADE_UP = (
    "Hi, are you open today?",
    "Ok lar... see you at 5 then",
    "can someone call me back about my order please, it was due on Monday",
    "👍 thanks!!",
    "Yes that works for me. Which entrance do I take? I'm coming by bus",
)


def texts(count: int) -> list[str]:
    """Ordinary messages of people, `count` of them."""
    if REAL.is_file():
        lines = REAL.read_text(encoding="utf-8").splitlines()[1:]
        found = [line.split("\t", 1)[1] for line in lines if line.startswith("ham\t")]
    else:
        found = list(MADE_UP)
    return (found * (count // len(found) + 1))[:count]
