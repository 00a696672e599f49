"""Keywords that unmatched texts ask for: which rule they belong to, and why.

A text belongs to a rule where it reads like one of its keywords or tests, misspelled, shortened or
with other small words; or where most people who wrote it went on and got that rule's answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bot.engine.decide import decide
from bot.model import FALLBACK, Context, InboundMessage, RuleId
from bot.rules.guards.forms import OPT_OUTS
from bot.rules.loader import Loaded
from bot.rules.matchers.base import Inner, When
from bot.rules.matchers.keywords import Keywords
from bot.rules.rule import Rule
from bot.text.common_words import commonness
from bot.text.spelling import distance
from bot.text.words import words

Phrase: TypeAlias = tuple[str, ...]

PEOPLE: Final = 3
"""Who wrote a text, at least: fewer tell too little, and what they wrote may be their own."""
_LONGEST: Final = 6
"""Words of a text that may become a keyword."""
_SOON: Final = timedelta(minutes=10)
"""In which people say otherwise what was not understood."""
_ALIKE: Final = 0.75
_WENT_ON: Final = 0.5
"""Of the people who wrote a text."""
MOST_PEOPLE: Final = 500
"""Who are told apart for one text; more of them tell no more."""
_MOST: Final = 20_000
"""Different texts that are kept; of what comes later, only those that are known already."""
_USUAL: Final = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "y": "why",
    "n": "and",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "tmrw": "tomorrow",
    "appt": "appointment",
}
"""As people shorten words that many keywords have."""


@dataclass(slots=True)
class Wish:
    """A text that no rule answers, by its words."""

    phrase: Phrase
    spelled: Counter[str] = field(default_factory=Counter)
    people: set[int] = field(default_factory=set)
    went_on: dict[RuleId, set[int]] = field(default_factory=dict)
    """Who got that rule's answer soon after."""

    @property
    def text(self) -> str:
        """As most people write it."""
        return max(self.spelled, key=lambda text: (self.spelled[text], text))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that should take texts which no rule takes."""

    rule: RuleId
    wishes: tuple[Wish, ...]
    because: tuple[str, ...]
    """Of each of them."""

    @property
    def people(self) -> int:
        return len(set[int]().union(*(wish.people for wish in self.wishes)))


class Heard:
    """What people wrote that no rule answers, and what rules answer beside it."""

    def __init__(self) -> None:
        self.wishes: dict[Phrase, Wish] = {}
        self.answered: dict[Phrase, RuleId] = {}
        self.messages = 0
        """That no rule answered."""
        self._open: tuple[int, Wish, datetime] | None = None

    def add(self, message: InboundMessage, rule: RuleId | None) -> None:
        """A message of a person, and the rule that answers it; those of one come in their order."""
        who, said = hash(message.sender), words(message.text)
        if rule not in (None, FALLBACK):
            if rule is not None:
                self._answer(who, rule, message.received_at, said)
            return
        self.messages += 1
        wish = self.wishes.get(said)
        if wish is None and said and len(said) <= _LONGEST and len(self.wishes) < _MOST:
            wish = self.wishes[said] = Wish(said)
        if wish is not None:
            if len(wish.spelled) < PEOPLE * 10 or message.text in wish.spelled:
                wish.spelled[message.text.strip()] += 1
            if len(wish.people) < MOST_PEOPLE:
                wish.people.add(who)
            self._open = who, wish, message.received_at

    def _answer(self, who: int, rule: RuleId, at: datetime, said: Phrase) -> None:
        if len(self.answered) < _MOST:
            self.answered.setdefault(said, rule)
        if self._open is not None and not rule.startswith("$"):
            asked, wish, before = self._open
            if asked == who and who in wish.people and at - before <= _SOON:
                wish.went_on.setdefault(rule, set()).add(who)
        self._open = None


def suggestions(heard: Heard, loaded: Loaded, least: int = PEOPLE) -> list[Suggestion]:
    """What at least so many people wrote, by the rule that it belongs to; the most people first."""
    known = list(_known(loaded))
    order = {rule.id: at for at, rule in enumerate(loaded.ruleset.rules)}
    found: dict[RuleId, list[tuple[Wish, str]]] = {}
    for wish in heard.wishes.values():
        if len(wish.people) < least or not _may_be_keyword(wish, loaded):
            continue
        for rule, because in _belongs(wish, known):
            if not _takes_from_others(wish.phrase, rule, order, heard.answered):
                found.setdefault(rule, []).append((wish, because))
                break
    made = [_suggestion(rule, wishes) for rule, wishes in found.items()]
    return sorted(made, key=lambda one: (-one.people, one.rule))


def _suggestion(rule: RuleId, wishes: list[tuple[Wish, str]]) -> Suggestion:
    wishes.sort(key=lambda one: (-len(one[0].people), one[0].phrase))
    return Suggestion(rule, tuple(w for w, _ in wishes), tuple(because for _, because in wishes))


def _may_be_keyword(wish: Wish, loaded: Loaded) -> bool:
    """No guard, and no rule of today, takes it; it is not a wish to leave, and says something."""
    said = wish.phrase
    if commonness(frozenset(said)) > 400 and len(said) == 1:
        return False
    if OPT_OUTS.find(" ".join(said), said) is not None:
        return False
    case = next(iter(loaded.cases), None)
    now = case.at if case is not None else datetime.fromisoformat("2026-01-15T12:00:00+00:00")
    message = InboundMessage(key="", sender="+15555550123", text=wish.text, received_at=now)
    return decide(message, Context(now=now), loaded.ruleset).rule in (None, FALLBACK)


def _known(loaded: Loaded) -> Iterator[tuple[Rule, str, Phrase]]:
    """What each rule that has keywords takes: its keywords, and texts of its tests."""
    tested: dict[RuleId, list[str]] = {}
    for case in loaded.cases:
        takes = case.expected.fires or case.expected.rule == case.rule
        if takes and not (case.tags or case.state or case.contact):
            tested.setdefault(case.rule, []).append(case.say)
    for rule in loaded.ruleset.rules:
        parts = list(_keywords(rule.when))
        if not parts or not rule.is_enabled:
            continue
        texts = [text for part in parts for text, _ in part.units()]
        for text in (*texts, *tested.get(rule.id, ())):
            if said := words(text):
                yield rule, text, said


def _keywords(when: When) -> Iterator[Keywords]:
    """Those one of which is asked for, perhaps as one of several alternatives."""
    for part in when.parts:
        if isinstance(part, Keywords):
            yield part
        elif part.INNER is Inner.ANY:
            for one in part.inner():
                yield from _keywords(one)


def _belongs(wish: Wish, known: Iterable[tuple[Rule, str, Phrase]]) -> Iterator[tuple[RuleId, str]]:
    """Rules that it may belong to, the likeliest first, each with why."""
    best: dict[RuleId, tuple[float, str]] = {}
    for rule, text, phrase in known:
        alike = _likeness(wish.phrase, phrase)
        if alike >= _ALIKE and alike > best.get(rule.id, (0.0, ""))[0]:
            best[rule.id] = alike, f"reads like `{text}`"
    for rule, _, _ in known:
        many = len(wish.went_on.get(rule.id, ()))
        if many >= 2 and many >= _WENT_ON * len(wish.people):
            alike, because = best.get(rule.id, (0.0, ""))
            then = f"{many} of them went on and were answered by it"
            if then not in because:
                best[rule.id] = alike + 1, f"{because}; {then}" if because else then
    for rule_id in sorted(best, key=lambda one: (-best[one][0], one)):
        yield rule_id, best[rule_id][1]


def _likeness(said: Phrase, known: Phrase) -> float:
    """0 to 1: how much of both are the same words, the seldom ones weighing more."""
    one = [_USUAL.get(word, word) for word in said]
    left = list(known)
    same = 0.0
    for word in one:
        match = next((other for other in left if _is_like(word, other)), None)
        if match is not None:
            left.remove(match)
            same += 2 * _weight(match)
    whole = sum(map(_weight, one)) + sum(map(_weight, known))
    return same / whole if whole else 0.0


def _weight(word: str) -> float:
    return 1.0 if commonness({word}) < 5 else 0.15


def _is_like(word: str, known: str) -> bool:
    """The same, misspelled, of several, or written without its vowels."""
    if word == known:
        return True
    if min(len(word), len(known)) < 3 or word[0] != known[0]:
        return False
    if _bare(word) == _bare(known) and len(_bare(known)) > 1:
        return True
    return distance(word, known) <= (1 if len(known) < 7 else 2) and len(known) > 3


def _bare(word: str) -> str:
    return "".join(sign for sign in word.removesuffix("s") if sign not in "aeiouáéíóú")


def _takes_from_others(
    phrase: Phrase, rule: RuleId, order: Mapping[RuleId, int], answered: Mapping[Phrase, RuleId]
) -> bool:
    """As a keyword it would take a text that a rule behind answers today."""
    mine = order.get(rule, 0)
    return any(
        order.get(other, -1) > mine and _contains(said, phrase)
        for said, other in answered.items()
        if other != rule
    )


def _contains(said: Sequence[str], phrase: Phrase) -> bool:
    size = len(phrase)
    return any(tuple(said[at : at + size]) == phrase for at in range(len(said) - size + 1))
