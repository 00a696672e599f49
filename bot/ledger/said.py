"""What people write over a span of time: the same texts together, and the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from bot.ledger.schema import decisions, inbox
from bot.ledger.stats import NOT_UNDERSTOOD, Span
from bot.text.common_words import ORDINARY
from bot.text.words import words

MOST: Final = 10
"""Texts that no rule answered, as many as are told."""
_PAGE: Final = 1_000
"""Rows in memory at once."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text or a word, and how many messages it was."""

    text: str
    count: int


def texts(connection: Connection, span: Span, *, not_understood: bool = False) -> Iterator[Said]:
    """Each text as it was written, in no order; of all, or only of what no rule answered."""
    many = func.count()
    every = (
        select(inbox.c.text, many)
        .join(decisions, decisions.c.inbox_id == inbox.c.id)
        .where(inbox.c.received_at >= span.since, inbox.c.received_at < span.until)
        .group_by(inbox.c.text)
    )
    wanted = every.where(NOT_UNDERSTOOD) if not_understood else every
    for row in connection.execute(wanted.execution_options(yield_per=_PAGE)):
        yield Said(*row)


def unmatched(connection: Connection, span: Span, most: int) -> list[Said]:
    """The most frequent texts that no rule answered, as most people spell them.

    Texts of the same words are one, whatever stands between them.
    """
    many, spelled = Counter[str](), dict[str, Said]()
    for said in texts(connection, span, not_understood=True):
        key = " ".join(words(said.text)) or said.text.strip()
        many[key] += said.count
        known = spelled.get(key)
        if known is None or (said.count, known.text) > (known.count, said.text):
            spelled[key] = said
    found = [Said(spelled[key].text, count) for key, count in many.items()]
    return sorted(found, key=lambda one: (-one.count, one.text))[:most]


def frequent_words(connection: Connection, span: Span, most: int) -> list[Said]:
    """Words by the number of messages that have them, but for those that all texts are full of."""
    many = Counter[str]()
    for said in texts(connection, span):
        for word in set(words(said.text)) - ORDINARY:
            many[word] += said.count
    found = (Said(word, count) for word, count in many.items())
    return sorted(found, key=lambda one: (-one.count, one.text))[:most]
