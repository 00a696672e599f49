"""Words that people are told to text, and that nothing takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from bot.authoring.lint.said import FILLED_IN
from bot.authoring.lint.sources import Told, Written, warning
from bot.engine.decide import decide
from bot.errors import Problem
from bot.model import FALLBACK, Context, InboundMessage
from bot.rules.ruleset import Ruleset
from bot.text.words import words

_QUOTE: Final = "[\"'\u201c\u201d\u2018\u2019]?"
_ASKED: Final = rf"{_QUOTE}[A-Z][A-Z0-9]+(?:[ -][A-Z][A-Z0-9]+)*{_QUOTE}"
_INVITES: Final = re.compile(
    r"\b(?i:text|txt|reply|send|respond|answer|env[ií][ae]|escrib[ae]|respond[ae]|contest[ae]|mand[ae])"
    r"(?i:\s+(?:back|with|us|the\s+words?|con|la\s+palabra))*\s+"
    rf"(?P<words>{_ASKED}(?:\s*(?:,|/|\b(?i:or|and|o|y)\b)+\s*{_ASKED})*)(?![\w-])"
)
_WORD: Final = re.compile(r"[A-Z][A-Z0-9]+(?:[ -][A-Z][A-Z0-9]+)*")
_NO_WORDS: Final = frozenset(
    "us me id am pm tv pdf jpg png gps sms mms pin zip url asap faq vip usa uk".split()
)
"""That stand in capitals by themselves."""
_HEARD: Final = frozenset(("when", "accept", "choices", "cancel", "lists", "words", "rules"))
"""Keys under which words stand that somebody may write."""


def invitations(
    texts: Sequence[Told], ruleset: Ruleset, written: Written, today: date
) -> Iterator[Problem]:
    """`Text SIZES for our sizes`, where no rule knows the word."""
    heard: frozenset[str] | None = None
    for told in texts:
        for at, word in _invited(told):
            if _is_answered(word, ruleset, today):
                continue
            heard = _heard(texts) if heard is None else heard
            if not heard.issuperset(words(word)):
                yield warning(
                    written.sign(told.scalar, at),
                    "unheard",
                    f"people are told to text {word}, and no rule takes it",
                    f"give a rule `keywords: [{word.lower()}]`, or name a word that a rule takes",
                )


def _invited(told: Told) -> Iterator[tuple[int, str]]:
    """Words that a text tells people to write, and where they stand in it."""
    if not told.is_said or told.scalar.text.isupper():
        return
    bare = FILLED_IN.sub(lambda found: "\0" * len(found[0]), told.scalar.text)
    for invites in _INVITES.finditer(bare):
        for found in _WORD.finditer(bare, invites.start("words"), invites.end("words")):
            if not _NO_WORDS.issuperset(words(found[0])):
                yield found.start(), found[0]


def _is_answered(word: str, ruleset: Ruleset, today: date) -> bool:
    now = datetime.combine(today, time(12), UTC)
    message = InboundMessage(key="", sender="+15555550123", text=word, received_at=now)
    decision = decide(message, Context(now=now), ruleset)
    return decision.rule not in (None, FALLBACK)


def _heard(texts: Sequence[Told]) -> frozenset[str]:
    """Words that stand where rules and questions say what they listen for."""
    listens = (one for one in texts if not one.is_said and not _HEARD.isdisjoint(one.keys))
    written = (text for one in listens for text in (one.scalar.text, *one.keys))
    return frozenset(word for text in written for word in words(text))
