"""What a matcher is: it looks at a message and says Match, or Miss and why."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from itertools import chain, pairwise
from typing import ClassVar, Final, Self, TypeAlias

from bot.model import CaptureValue, Context, InboundMessage, Match, Miss
from bot.rules.hours import Calendar
from bot.rules.json_schema import Schema
from bot.rules.matchers import covering
from bot.rules.matchers.covering import Cases, Claim
from bot.rules.matchers.facts import Fact
from bot.rules.matchers.samples import FREE, Samples
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems
from bot.rules.templates.sandbox import Filters
from bot.text.common_words import commonness
from bot.text.patterns import Pattern
from bot.text.spelling import deletions
from bot.text.words import ascii_words, has_tone, normalise, plain_signs, without_tone, words

Phrase: TypeAlias = tuple[str, ...]
"""Normalised words in a row."""
Pair: TypeAlias = tuple[str, str]

OPENING: Final = 2_000
"""Characters within which numbers, dates and the like are looked for."""

MOST_NEAR: Final = 200
"""Words of a message that may be misspelled keywords, each of up to 16 letters."""
_LONGEST_NEAR: Final = 16

HIT: Final = Match()
"""A match without captures."""


class MessageView:
    """A message as matchers see it: split once, with the context of its conversation."""

    utf8: bytes
    """The original text, for RE2."""
    plain_utf8: bytes
    """The same with plain quotes, dashes and spaces; the same object where it holds no others."""
    words: tuple[str, ...]
    """Normalised, in order."""
    bare: tuple[str, ...]
    """The words without skin tones; the same object where there are none."""

    __slots__ = (
        *("_near", "_opening", "_vocabulary", "bare", "context"),
        *("message", "plain_utf8", "utf8", "words"),
    )

    def __init__(self, message: InboundMessage, context: Context) -> None:
        text = message.text
        self.message = message
        self.context = context
        if text.isascii():
            self.utf8 = self.plain_utf8 = text.encode()
            self.words = self.bare = ascii_words(self.utf8)
        else:
            self.utf8 = self.plain_utf8 = text.encode("utf-8", "replace")
            plain = plain_signs(text)
            if plain != text:
                self.plain_utf8 = plain.encode("utf-8", "replace")
            self.words = said = words(text)
            self.bare = tuple(map(without_tone, said)) if has_tone(text) else said
        self._vocabulary: Set[str] | None = None
        self._opening: str | None = None
        self._near: dict[int, Mapping[str, Set[str]]] | None = None

    @property
    def opening(self) -> str:
        """The beginning of the normalised text, punctuation and all."""
        if self._opening is None:
            self._opening = normalise(self.message.text[:OPENING])
        return self._opening

    @property
    def vocabulary(self) -> Set[str]:
        """The words, with and without skin tones."""
        if self._vocabulary is None:
            self._vocabulary = {*self.words, *self.bare}
        return self._vocabulary

    def pairs(self) -> Iterable[Pair]:
        """Each word with the one after it, with and without skin tones."""
        said, bare = self.words, self.bare
        if bare is said:
            return pairwise(said)
        return chain.from_iterable(
            zip(one, other[1:], strict=False) for one in (said, bare) for other in (said, bare)
        )

    def with_text(self, text: str) -> MessageView:
        """As if this had been written."""
        return MessageView(replace(self.message, text=text), self.context)

    def near(self, typos: int) -> Mapping[str, Set[str]]:
        """Words by what is left of them when up to `typos` characters are taken out."""
        if self._near is None:
            self._near = {}
        if typos not in self._near:
            found: dict[str, set[str]] = {}
            for word in dict.fromkeys(self.words[:MOST_NEAR]):
                if len(word) <= _LONGEST_NEAR:
                    for form in deletions(word, typos):
                        found.setdefault(form, set()).add(word)
            self._near[typos] = found
        return self._near[typos]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a message must have for a matcher to match at all: one of all that stands here.

    The index asks a rule only when the message has it.
    """

    words: Set[str] = frozenset()
    patterns: tuple[Pattern, ...] = ()
    near: Set[str] = frozenset()
    """What is left of words that may be misspelled; compared with `MessageView.near(typos)`."""
    typos: int = 0
    beside: Mapping[str, Set[str]] = field(default_factory=dict)
    """Words that are not enough alone: a message has one of these too, or needs not be asked."""
    oddness: bool = False
    """Enough is a text that is not all ASCII, or has a quotation mark; few are so."""
    pairs: Set[Pair] = frozenset()
    """Words of which the second follows the first."""
    facts: Set[Fact] = frozenset()
    also: Set[Fact] = frozenset()
    """Where there are any, one of these is known too, whatever of the rest is met."""

    def __or__(self, other: Needs) -> Needs:
        return Needs(
            self.words | other.words,
            self.patterns + other.patterns,
            self.near | other.near,
            max(self.typos, other.typos),
            {},
            self.oddness or other.oddness,
            self.pairs | other.pairs,
            self.facts | other.facts,
        )

    @property
    def commonness(self) -> float:
        """Of a thousand messages, about how many meet them; an estimate to choose by."""
        from bot.text.fragments import share_of  # asked where an index is made

        return (
            commonness(self.words)
            + sum(min(map(commonness, ({one}, {other}))) / 4 for one, other in self.pairs)
            + sum(1000 * share_of(pattern.source) for pattern in self.patterns)
            + len(self.near)
            + 50 * self.oddness
            + sum(fact.commonness for fact in self.facts)
        )

    def are_met(self, seen: MessageView) -> bool:
        if self.also and not any(fact.holds(seen.message, seen.context) for fact in self.also):
            return False
        return (
            not self.words.isdisjoint(seen.vocabulary)
            or not self.pairs.isdisjoint(seen.pairs())
            or any(fact.holds(seen.message, seen.context) for fact in self.facts)
            or (self.oddness and ('"' in seen.message.text or not seen.message.text.isascii()))
            or any(
                pattern.search(text) is not None
                for text in dict.fromkeys((seen.utf8, seen.plain_utf8))
                for pattern in self.patterns
            )
            or (bool(self.near) and not self.near.isdisjoint(seen.near(self.typos).keys()))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a rule file says for all its rules, as far as matchers need it."""

    timezone: str = "America/New_York"
    """IANA name; local times and dates are in it."""
    day_first: bool = False
    """`3/4` is the third of April (`defaults.dates: dmy`), else the fourth of March."""
    prefer: tuple[int, int] | None = None
    """`defaults.times`: where an hour without am or pm lies, in minutes of the day."""
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """`calendars` of the rule set, by name."""
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """`lists`: name → value → its synonyms, the value among them."""
    variables: Mapping[str, object] = field(default_factory=dict)
    plugins: Mapping[str, type[Matcher]] = field(default_factory=dict)
    """Matchers of the user's own packages, by their key."""
    filters: Filters = ()
    """Filters of the user's own packages."""
    languages: tuple[str, ...] = ()
    """`languages` of the rule set; empty where it names none."""

    @property
    def conventions(self) -> tuple[object, ...]:
        """What dates and times in a message are read by."""
        return self.timezone, self.day_first, self.prefer


class Reading:
    """What a matcher reads its YAML with."""

    def __init__(
        self, problems: Problems, sheet: Sheet, when: Callable[[Node, Reading], When]
    ) -> None:
        self.problems = problems
        self.sheet = sheet
        self._when = when

    def when(self, node: Node) -> When:
        """The `when` inside `any`, `all`, `not`."""
        return self._when(node, self)


def in_all(sets: Iterable[Set[str]]) -> Set[str]:
    """What each of them has; nothing where there are none."""
    listed = [frozenset(one) for one in sets]
    return frozenset.intersection(*listed) if listed else frozenset()


class Inner(StrEnum):
    """How the conditions in a matcher must hold."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


class Matcher(Claim, ABC):
    """One key of `when`: one file in this folder, one line in its registry.

    What else the bot wants to know of a matcher it asks the matcher; the defaults are right for
    one that looks at nothing but the context.
    """

    NAME: ClassVar[str]
    """The key in YAML; the docstring of its module is its page of the manual."""
    INNER: ClassVar[Inner | None] = None
    """Of one that is made of other conditions, which are `inner()`."""
    __slots__ = ()

    @classmethod
    @abstractmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        """From its YAML; mistakes go to `reading.problems`, and then the result is not used."""

    @abstractmethod
    def match(self, seen: MessageView) -> Match | Miss:
        """Total: nothing that a message can hold raises."""

    @classmethod
    def schema(cls) -> Schema:
        """JSON Schema of its YAML, for editors; {} takes anything."""
        return {}

    def captures(self) -> Set[str]:
        """Names that a match may provide."""
        return frozenset()

    def samples(self) -> Mapping[str, Samples]:
        """What each capture may be; of `tags.x` and the like, where only certain values match."""
        return dict.fromkeys(self.captures(), FREE)

    def guaranteed(self) -> Set[str]:
        """Captures, and dotted names of values, that every match provides."""
        return self.captures()

    def needs(self) -> Needs | None:
        """What a message must have; None where it may match any message."""
        return None

    def looks_back(self) -> timedelta:
        """How far into the history of the conversation it looks."""
        return timedelta()

    def rule_ids(self) -> Sequence[Scalar]:
        """Ids of rules that it names, with their places."""
        return ()

    def inner(self) -> tuple[When, ...]:
        """The conditions that it is made of."""
        return ()

    def with_inner(self, whens: tuple[When, ...]) -> Self:
        """The same made of others."""
        return self

    def vocabulary(self) -> Set[str]:
        """Words that it waits for: none of them is a misspelling of another rule's."""
        return frozenset()

    def protected(self, known: Set[str]) -> Self:
        """The same, but that none of the known words counts as a misspelled one."""
        return self

    def misspellings(self) -> Mapping[str, tuple[str, ...]]:
        """By word, some of what is taken for it too."""
        return {}

    def units(self) -> Iterator[tuple[str, Matcher]]:
        """What a test should exercise each by itself: its text, and a matcher of it alone."""
        return iter(())

    def mutants(self) -> Iterator[tuple[str, Matcher]]:
        """The same with one thing changed, and what that is, in words: tests should notice it."""
        return iter(())

    def cases(self) -> Cases:
        """What it claims of a message; see `covering`."""
        return ((self,),)

    def alone(self) -> tuple[Phrase, ...]:
        """Phrases that it may take when they are the whole message."""
        return ()

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        """Messages like a missed one in which it may match, the likeliest first."""
        return iter(())

    def breaks(self, seen: MessageView) -> Iterator[MessageView]:
        """Messages like a matched one in which it no longer matches."""
        return iter(())


@dataclass(frozen=True, slots=True)
class When:
    """All of its matchers must match; without any it matches every message (`always`)."""

    parts: tuple[Matcher, ...] = ()

    def match(self, seen: MessageView) -> Match | Miss:
        if len(self.parts) == 1:
            return self.parts[0].match(seen)
        captures: dict[str, CaptureValue] = {}
        for part in self.parts:
            result = part.match(seen)
            if isinstance(result, Miss):
                return result
            captures.update(result.captures)
        return Match(captures) if captures else HIT

    def walk(self) -> Iterator[Matcher]:
        """All matchers in it, those inside `any`, `all` and `not` too."""
        for part in self.parts:
            yield part
            for inner in part.inner():
                yield from inner.walk()

    def leaves(self) -> Iterator[Matcher]:
        """Conditions that hold nothing else; a `not` is one."""
        for part in self.parts:
            if part.INNER in (Inner.ANY, Inner.ALL):
                for inner in part.inner():
                    yield from inner.leaves()
            else:
                yield part

    def replaced(self, change: Callable[[Matcher], Matcher]) -> When:
        """Each matcher changed, those inside `any`, `all` and `not` too."""
        parts = []
        for part in self.parts:
            if part.inner():
                part = part.with_inner(tuple(when.replaced(change) for when in part.inner()))
            parts.append(change(part))
        return When(tuple(parts))

    def captures(self) -> Set[str]:
        return frozenset[str]().union(*(part.captures() for part in self.parts))

    def guaranteed(self) -> Set[str]:
        """Captures, and dotted names of values, that every match provides."""
        return frozenset[str]().union(*(part.guaranteed() for part in self.parts))

    def cases(self) -> Cases:
        return covering.combined((part, part.cases()) for part in self.parts)

    def covers(self, other: When) -> bool:
        """It takes every message that the other takes, for certain; False where nobody knows."""
        return covering.covers(self.cases(), other.cases())

    def needs(self, unsure: Set[tuple[str, str]] = frozenset()) -> Needs | None:
        """Of the parts' needs those that the fewest messages meet, and a fact beside them.

        Facts that are `unsure`, by kind and name, tell nothing.
        """
        known = [needs for part in self.parts if (needs := part.needs()) is not None]
        if unsure:
            known = [
                one
                for one in known
                if unsure.isdisjoint((fact.kind, fact.name) for fact in one.facts | one.also)
            ]
        rarest = min(known, key=lambda needs: needs.commonness, default=None)
        facts = [needs.facts for needs in known if needs == Needs(facts=needs.facts)]
        if rarest is None or rarest.facts or not facts:
            return rarest
        return replace(rarest, also=min(facts, key=len))
