"""The grammar of `says`: a sentence template as a tree, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.model import CaptureValue
from bot.rules.matchers.date import Date
from bot.rules.matchers.date_grammar import DAY_BEGINS
from bot.rules.matchers.email import Email
from bot.rules.matchers.finder import Conventions
from bot.rules.matchers.number import Number
from bot.rules.matchers.number_grammar import NUMBER_BEGINS
from bot.rules.matchers.phone import Phone
from bot.rules.matchers.time import TIME_BEGINS, Time
from bot.text.late import late
from bot.text.words import words

Lists: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]


LONGEST: Final = 1_000
"""Characters of one template."""


_DEEPEST: Final = 20


_NAME: Final = late("[A-Za-z_][A-Za-z0-9_]*")


_TOKEN: Final = late(r"\{([^{}]*)\}|<([^<>]*)>|[\[\]()|*{}<>]|[^\[\]()|*{}<>]+")


class SentenceError(ValueError):
    """A template that cannot be read; `hint` says what to write instead."""

    def __init__(
        self, message: str, hint: str = "", known: Iterable[str] = (), *, at: int = 0
    ) -> None:
        super().__init__(message)
        self.at = at
        """The sign of the template at which it is wrong, from 0."""
        self.hint = hint
        self.known = tuple(known)
        """Names that could have been written instead."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a slot `{name:kind}` takes."""

    read: Callable[[str, Conventions], CaptureValue | None]
    most_words: int
    begins: re.Pattern[str]
    """What its first word looks like: the rest is looked at only then."""
    is_tight: bool = False
    """No white space stands in it."""
    tried: tuple[str, ...] = ()
    """Texts whose values are usual ones, the shortest and the longest."""


def _whole_number(text: str, conventions: Conventions) -> CaptureValue | None:
    value = Number.value(text, conventions)
    return value if isinstance(value, int) else None


_DIGIT: Final = late(r".*\d")


KINDS: Final[Mapping[str, Kind]] = {
    "int": Kind(_whole_number, 5, _DIGIT, is_tight=True, tried=Number.TRIED),
    "number": Kind(Number.value, 6, NUMBER_BEGINS, tried=Number.TRIED),
    "date": Kind(Date.value, 7, DAY_BEGINS, tried=Date.TRIED),
    "time": Kind(Time.value, 6, TIME_BEGINS, tried=Time.TRIED),
    "phone": Kind(Phone.value, 12, _DIGIT, tried=Phone.TRIED),
    "email": Kind(Email.value, 12, late(""), is_tight=True),
}


_WITHOUT_READER: Final = ("", "word")


@dataclass(frozen=True, slots=True)
class Words:
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ListSlot:
    name: str
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    """By their first words: phrases with the values they stand for, the longest first."""


@dataclass(frozen=True, slots=True)
class Anything:
    pass


@dataclass(frozen=True, slots=True)
class Chain:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them; `optional` where none will do too."""

    branches: tuple[Node, ...]
    optional: bool = False


Node: TypeAlias = Words | Slot | ListSlot | Anything | Chain | Choice


@dataclass(slots=True)
class Parser:
    source: str
    lists: Lists
    at: int = 0
    _named: dict[str, int] = field(default_factory=dict)
    """Where each slot was named last."""

    def read(self) -> Node:
        if len(self.source) > LONGEST:
            raise SentenceError(f"is longer than {LONGEST} characters", "use several", at=LONGEST)
        node = self._chain("", 0)
        if not any(not isinstance(part, Anything | Chain | Choice) for part in _walk(node)):
            raise SentenceError("holds no word", "to match every message, when: always")
        return node

    def _chain(self, ends: str, depth: int, opened: int = 0) -> Node:
        """Up to one of the characters `ends`, which stays, or to the end of the text.

        `opened` is where the bracket around it stands.
        """
        if depth > _DEEPEST:
            raise SentenceError("is nested too deep", "make it flatter", at=self.at)
        parts: list[Node] = []
        while self.at < len(self.source) and self.source[self.at] not in (ends or "|])"):
            parts.extend(self._part(depth))
        if self.at < len(self.source) and self.source[self.at] not in ends:
            raise self._misplaced()
        if ends and self.at == len(self.source):
            what = f"lacks a closing `{ends[0]}`"
            raise SentenceError(what, f"write `{ends[0]}` where it ends", at=opened)
        self._check_twice(parts)
        return Chain(tuple(parts))

    def _part(self, depth: int) -> Iterator[Node]:
        found = _TOKEN.match(self.source, self.at)
        assert found is not None  # noqa: S101  every character is in one of its branches
        piece = found[0]
        if piece in "[(|*])" or found[1] is not None or found[2] is not None:
            self._check_stands_apart(found.start(), found.end())
        if piece in "[(":
            self.at += 1
            yield self._choice("]" if piece == "[" else ")", depth + 1)
            return
        self.at = found.end()
        if piece == "*":
            yield Anything()
        elif found[1] is not None:
            slot = _slot(found[1], found.start(1))
            self._named[slot.name] = found.start()
            yield slot
        elif found[2] is not None:
            listed = _list_slot(found[2].strip(), self.lists, found.start())
            self._named[listed.name] = found.start()
            yield listed
        elif piece in "{}<>])|":
            self.at = found.start()
            raise self._misplaced()
        elif said := words(piece):
            yield Words(said)

    def _choice(self, end: str, depth: int) -> Choice:
        branches, opened = [], self.at - 1
        while True:
            start = self.at
            branches.append(self._chain(end + "|", depth, opened))
            if not self.source[start : self.at].strip():
                hint = "write what may be missing in [ ]"
                raise SentenceError("has an empty alternative", hint, at=self.at)
            closing = self.source[self.at]
            self.at += 1
            if closing == end:
                self._check_stands_apart(self.at - 1, self.at)
                return Choice(tuple(branches), optional=end == "]")

    def _misplaced(self) -> SentenceError:
        character = self.source[self.at]
        if character == "|":
            what, hint = "has a `|` outside of ( )", "put ( ) around the alternatives"
        elif character in "{<":
            what, hint = f"has a `{character}` that is never closed", "close it"
        else:
            what, hint = (
                f"has a `{character}` that closes nothing",
                "take it away, or open it before",
            )
        return SentenceError(what, hint, at=self.at)

    def _check_stands_apart(self, start: int, end: int) -> None:
        """`order[s]` looks like a part of a word, but words are whole."""
        piece, before, after = self.source[start:end], "", ""
        if piece[0] in "[({<*":
            before = self.source[start - 1 : start]
        if piece[-1] in "])}>*":
            after = self.source[end : end + 1]
        if before.isalnum() or after.isalnum():
            hint = "words are whole: (order|orders)"
            raise SentenceError(f"has `{piece}` stuck to a word", hint, at=start)

    def _check_twice(self, parts: list[Node]) -> None:
        seen: set[str] = set()
        for part in parts:
            if twice := seen & slot_names(part):
                name = min(twice)
                raise SentenceError(
                    f"names `{name}` twice", "give it two names", at=self._named[name]
                )
            seen |= slot_names(part)


def _slot(written: str, at: int) -> Slot:
    """What stands in braces, which begins there."""
    name, _, kind = (part.strip() for part in written.partition(":"))
    if not _NAME.fullmatch(name):
        what = f"has a slot `{{{written.strip()}}}` without a name"
        raise SentenceError(what, "{name} or {name:int}", at=at - 1)
    if kind not in KINDS and kind not in _WITHOUT_READER:
        behind = written.find(":") + 1
        raise SentenceError(
            f"kind of slot `{kind}`",
            known=(*KINDS, "word"),
            at=at + written.find(kind, behind),
        )
    return Slot(name, kind)


def _list_slot(name: str, lists: Lists, at: int) -> ListSlot:
    if not lists:
        what = f"names the list `{name}`, and there is none"
        raise SentenceError(what, "define it in lists:", at=at)
    if name not in lists:
        raise SentenceError(f"list `{name}`", known=lists, at=at)
    by_first: dict[str, dict[tuple[str, ...], str]] = {}
    for value, synonyms in lists[name].items():
        for synonym in synonyms:
            if phrase := words(synonym):
                by_first.setdefault(phrase[0], {}).setdefault(phrase, value)
    return ListSlot(
        name,
        {
            first: tuple(sorted(phrases.items(), key=lambda pair: -len(pair[0])))
            for first, phrases in by_first.items()
        },
    )


def _walk(node: Node) -> Iterator[Node]:
    yield node
    children = (
        node.parts if isinstance(node, Chain) else node.branches if isinstance(node, Choice) else ()
    )
    for child in children:
        yield from _walk(child)


def slot_names(node: Node) -> set[str]:
    return {part.name for part in _walk(node) if isinstance(part, Slot | ListSlot)}


def needed_words(node: Node) -> Set[str] | None:
    """Words of which one must be there; None where there are no such."""
    match node:
        case Words(said):
            return frozenset({max(said, key=len)})
        case ListSlot(_, phrases):
            return frozenset(phrases)
        case Chain(parts):
            known = [needs for part in parts if (needs := needed_words(part)) is not None]
            return min(
                known,
                key=lambda needs: (len(needs), -min(map(len, needs), default=0)),
                default=None,
            )
        case Choice(branches, False):
            of_branches = [needed_words(branch) for branch in branches]
            if any(needs is None for needs in of_branches):
                return None
            return frozenset[str]().union(*(needs for needs in of_branches if needs is not None))
        case _:
            return None


def sure_phrases(node: Node) -> tuple[tuple[str, ...], ...]:
    """Words that must be there in a row; those of alternatives need not."""
    match node:
        case Words(said):
            return (said,)
        case Chain(parts):
            return tuple(phrase for part in parts for phrase in sure_phrases(part))
        case _:
            return ()


_SLOT: Final = late(r"[\[\]()|]|[{<]\s*(\w+)[^{}<>]*[}>]")


def sure_slots(sentence: str) -> Set[str]:
    """Slots of a sentence template that each of its readings fills.

    >>> sorted(sure_slots("[hi] (book {n:int} tables|{n:int} tables) [for {who}]"))
    ['n']
    """
    open_parts: list[list[set[str]]] = [[set()]]
    """By open bracket: the slots of each alternative so far."""
    for piece in _SLOT.finditer(sentence):
        match piece[0]:
            case "[" | "(":
                open_parts.append([set()])
            case "|":
                open_parts[-1].append(set())
            case "]":
                open_parts.pop()
            case ")":
                open_parts[-2][-1] |= set.intersection(*open_parts.pop())
            case _:
                open_parts[-1][-1].add(piece[1])
    return open_parts[0][0]
