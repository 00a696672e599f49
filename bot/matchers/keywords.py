"""`keywords`: words or phrases that stand in the message, never inside another word.

    when: {keywords: [hours, "opening times"]}    # any of them stands in it
    when: {keywords: {all: [cancel, order]}}      # every one
    when: {keywords: {any: [order], none: [cancel]}}
    when: {keywords: {exact: [yes, "yes please"]}}  # the whole message is one of them
    when: {keywords: {starts: [order]}}           # the message begins with one of them

Upper and lower case, kinds of quotes and punctuation make no difference, accents do; `hours` does
not stand in `48hours`. A phrase is its words in a row. An emoji is a word: without a skin tone it
takes every tone. The keys `any`, `all`, `none`, `exact`, `starts` beside each other must all hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import ClassVar, Final, Self, TypeAlias

from bot.matcher import HIT, Needs, Reading, Seen
from bot.model import Match, Miss
from bot.source import Node, Scalar, Sequence
from bot.text import words

Phrase: TypeAlias = tuple[str, ...]

FORMS: Final = ("any", "all", "none", "exact", "starts")
_NOBODY: Final[frozenset[str]] = frozenset()


class Keywords:
    NAME: ClassVar[str] = "keywords"
    __slots__ = ("_misses", "all", "any", "exact", "none", "phrases", "singles", "starts")

    def __init__(
        self,
        *,
        any: tuple[Phrase, ...] = (),
        all: tuple[Phrase, ...] = (),
        none: tuple[Phrase, ...] = (),
        exact: tuple[Phrase, ...] = (),
        starts: tuple[Phrase, ...] = (),
    ) -> None:
        self.any, self.all, self.none, self.exact, self.starts = any, all, none, exact, starts
        self.singles = frozenset(phrase[0] for phrase in any if len(phrase) == 1)
        self.phrases = tuple(phrase for phrase in any if len(phrase) > 1)
        self._misses = {
            "any": Miss(f"none of these stands in it: {_list(any)}"),
            "exact": Miss(f"the whole message is none of these: {_list(exact)}"),
            "starts": Miss(f"it begins with none of these: {_list(starts)}"),
        }

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        if isinstance(node, Scalar | Sequence):
            return cls(any=_phrases(node, reading, cls.NAME))
        reading.problems.known_keys(node, FORMS, "form of keywords")
        if not node.pairs:
            reading.problems.error(node, "empty", "keywords: needs at least one word")
        forms = {
            key.text: _phrases(value, reading, f"keywords.{key.text}")
            for key, value in node.items()
            if key.text in FORMS
        }
        return cls(**forms)

    def match(self, seen: Seen) -> Match | Miss:
        if (
            self.any
            and self.singles.isdisjoint(seen.vocabulary)
            and not any(stands_in(phrase, seen) for phrase in self.phrases)
        ):
            return self._misses["any"]
        for phrase in self.all:
            if not stands_in(phrase, seen):
                return Miss(f"this does not stand in it: {' '.join(phrase)}")
        for phrase in self.none:
            if stands_in(phrase, seen):
                return Miss(f"this stands in it: {' '.join(phrase)}")
        if self.exact and not any(_equal(phrase, seen) for phrase in self.exact):
            return self._misses["exact"]
        if self.starts and not any(_begins(phrase, seen) for phrase in self.starts):
            return self._misses["starts"]
        return HIT

    def captures(self) -> Set[str]:
        return _NOBODY

    def needs(self) -> Needs | None:
        if self.all:
            return Needs(frozenset({max((p[0] for p in self.all), key=len)}))
        for phrases in (self.exact, self.starts, self.any):
            if phrases:
                return Needs(frozenset(phrase[0] for phrase in phrases))
        return None


def stands_in(phrase: Phrase, seen: Seen) -> bool:
    """The words of the phrase stand in the message in a row."""
    if phrase[0] not in seen.vocabulary:
        return False
    size = len(phrase)
    return size == 1 or any(_same(phrase, seen, at) for at in range(len(seen.words) - size + 1))


def _same(phrase: Phrase, seen: Seen, at: int) -> bool:
    end = at + len(phrase)
    return phrase == seen.words[at:end] or (
        seen.bare is not seen.words
        and len(seen.words) >= end
        and all(
            wanted in (word, bare)
            for wanted, word, bare in zip(
                phrase, seen.words[at:end], seen.bare[at:end], strict=True
            )
        )
    )


def _equal(phrase: Phrase, seen: Seen) -> bool:
    return len(phrase) == len(seen.words) and _same(phrase, seen, 0)


def _begins(phrase: Phrase, seen: Seen) -> bool:
    return _same(phrase, seen, 0)


def _phrases(node: Node, reading: Reading, what: str) -> tuple[Phrase, ...]:
    written = reading.problems.texts(node, what)
    if not written and isinstance(node, Sequence) and not node.items:
        reading.problems.error(node, "empty-list", f"{what}: needs at least one word")
    phrases: list[Phrase] = []
    for scalar in written:
        phrase = words(scalar.text)
        if phrase:
            phrases.append(phrase)
        else:
            reading.problems.error(
                scalar,
                "no-word",
                f"{what}: there is no word in `{scalar.text}`",
                "for punctuation use `regex`",
            )
    return tuple(dict.fromkeys(phrases))


def _list(phrases: Iterable[Phrase]) -> str:
    return ", ".join(" ".join(phrase) for phrase in phrases)
