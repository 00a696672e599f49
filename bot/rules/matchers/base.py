"""What a matcher is: it looks at a message and says Match, or Miss and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol, Self

from bot.model import CaptureValue, Context, InboundMessage, Match, Miss
from bot.rules.nodes import Node
from bot.rules.problems import Problems
from bot.text.patterns import Pattern
from bot.text.spelling import deletions
from bot.text.words import ascii_words, has_tone, normalise, without_tone, words

OPENING: Final = 5_000
"""Characters within which numbers, dates and the like are looked for."""

MOST_NEAR: Final = 200
"""Words of a message that may be misspelled keywords, each of up to 16 letters."""
_LONGEST_NEAR: Final = 16

HIT: Final = Match()
"""A match without captures."""


class Seen:
    """A message as matchers see it: split once, with the context of its conversation."""

    utf8: bytes
    """The original text, for RE2."""
    words: tuple[str, ...]
    """Normalised, in order."""
    bare: tuple[str, ...]
    """The words without skin tones; the same object where there are none."""

    __slots__ = ("_near", "_opening", "_vocabulary", "bare", "context", "message", "utf8", "words")

    def __init__(self, message: InboundMessage, context: Context) -> None:
        text = message.text
        self.message = message
        self.context = context
        if text.isascii():
            self.utf8 = text.encode()
            self.words = self.bare = ascii_words(self.utf8)
        else:
            self.utf8 = text.encode("utf-8", "replace")
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
    """What a message must have for a matcher to match at all: a word, a pattern or a near form.

    The index asks a rule only when the message has it.
    """

    words: Set[str] = frozenset()
    patterns: tuple[Pattern, ...] = ()
    near: Set[str] = frozenset()
    """What is left of words that may be misspelled; compared with `Seen.near(typos)`."""
    typos: int = 0

    def __or__(self, other: Needs) -> Needs:
        return Needs(
            self.words | other.words,
            self.patterns + other.patterns,
            self.near | other.near,
            max(self.typos, other.typos),
        )

    def are_met(self, seen: Seen) -> bool:
        return (
            not self.words.isdisjoint(seen.vocabulary)
            or any(pattern.search(seen.utf8) is not None for pattern in self.patterns)
            or (bool(self.near) and not self.near.isdisjoint(seen.near(self.typos).keys()))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a rule file says for all its rules, as far as matchers need it."""

    timezone: str = "America/New_York"
    """IANA name; local times and dates are in it."""
    day_first: bool = False
    """`3/4` is the third of April (`defaults.dates: dmy`), else the fourth of March."""
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """`lists`: name → value → its synonyms, the value among them."""
    variables: Mapping[str, object] = field(default_factory=dict)
    plugins: Mapping[str, type[Matcher]] = field(default_factory=dict)
    """Matchers of the user's own packages, by their key."""


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


class Matcher(Protocol):
    """One key of `when`: one file in `bot/matchers/`, one line in its registry."""

    NAME: ClassVar[str]
    """The key in YAML."""

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        """From its YAML; mistakes go to `reading.problems`, and then the result is not used."""

    def match(self, seen: Seen) -> Match | Miss:
        """Total: nothing that a message can hold raises."""

    def captures(self) -> Set[str]:
        """Names that a match may provide."""

    def needs(self) -> Needs | None:
        """None where it may match any message."""


@dataclass(frozen=True, slots=True)
class When:
    """All of its matchers must match; without any it matches every message (`always`)."""

    parts: tuple[Matcher, ...] = ()

    def match(self, seen: Seen) -> Match | Miss:
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
        """All matchers in it, those inside `any`, `all` and `not` too.

        A matcher that is made of others has them under `inner()`; `with_inner(whens)` is the
        same made of others.
        """
        for part in self.parts:
            yield part
            for inner in getattr(part, "inner", tuple)():
                yield from inner.walk()

    def replaced(self, change: Callable[[Matcher], Matcher]) -> When:
        """Each matcher changed, those inside `any`, `all` and `not` too."""
        parts = []
        for part in self.parts:
            with_inner = getattr(part, "with_inner", None)
            if with_inner is not None:
                inner: tuple[When, ...] = getattr(part, "inner", tuple)()
                part = with_inner(tuple(when.replaced(change) for when in inner))
            parts.append(change(part))
        return When(tuple(parts))

    def captures(self) -> Set[str]:
        return frozenset[str]().union(*(part.captures() for part in self.parts))

    def needs(self) -> Needs | None:
        """Of the parts' needs the most telling: words before patterns, few before many."""
        known = [needs for part in self.parts if (needs := part.needs()) is not None]
        return min(known, key=lambda n: (len(n.patterns), len(n.words) + len(n.near)), default=None)
