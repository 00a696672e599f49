"""Sentence templates: read into nodes, compiled to a program, run over the words of a message.

The program is that of a machine with alternatives (Thompson's): each of its steps is tried at
most once at each word, in the order of preference, so that time is bounded by their product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from bot.model import CaptureValue
from bot.rules.matchers.finder import Conventions
from bot.rules.matchers.sentence_grammar import (
    KINDS,
    Anything,
    Chain,
    Choice,
    Lists,
    ListSlot,
    Node,
    Parser,
    Slot,
    Words,
    needed_words,
    slot_names,
    sure_phrases,
)

MOST_READINGS: Final = 200
"""Of words of one message as a number, a date and the like."""

MOST_WORDS: Final = 200
"""Of a message that may be a sentence."""


@dataclass(frozen=True, slots=True)
class _Word:
    word: str


@dataclass(frozen=True, slots=True)
class _AnyWord:
    pass


@dataclass(frozen=True, slots=True)
class _Split:
    """Go on at one of these steps, the first by preference."""

    to: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Begin:
    name: str


@dataclass(frozen=True, slots=True)
class _End:
    name: str


@dataclass(frozen=True, slots=True)
class _Done:
    pass


_Step: TypeAlias = _Word | _AnyWord | _Split | _Begin | _End | _Done | Slot | ListSlot


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message, and how to get at what was written."""

    words: Sequence[str]
    bare: Sequence[str]
    """Without skin tones."""
    written: Callable[[int, int], str]
    """The original text of words from one to before another."""
    around: Callable[[int, int], str]
    """The same with the punctuation before and after them."""
    conventions: Callable[[], Conventions]
    _readings: dict[tuple[str, int, int], CaptureValue | None] = field(default_factory=dict)

    def read(self, kind: str, start: int, end: int) -> CaptureValue | None:
        """The value of a kind that these words are, if any; each is read once."""
        key = kind, start, end
        if key not in self._readings and len(self._readings) < MOST_READINGS:
            around = self.around(start, end)
            self._readings[key] = KINDS[kind].read(around, self.conventions())
        return self._readings.get(key)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was captured on the way, the latest first; `end` is 0 where a slot has just begun."""

    before: _Taken | None
    name: str
    start: int
    end: int
    value: CaptureValue | None


@dataclass(frozen=True, slots=True)
class Sentence:
    source: str
    names: Set[str]
    needs: Set[str] | None
    """Words of which a message must have one; None where it needs no certain word."""
    phrases: tuple[tuple[str, ...], ...]
    """Words that stand in a row in each message that it covers."""
    _steps: tuple[_Step, ...] = field(repr=False)
    _firsts: Set[str] | None = field(repr=False)
    """Words of which a message must begin with one; None where it may begin with any."""

    @classmethod
    def read(cls, source: str, lists: Lists) -> Sentence:
        """Raises SentenceError."""
        node = Parser(source, lists).read()
        steps: list[_Step] = []
        _compile(node, steps)
        steps.append(_Done())
        return cls(
            source,
            slot_names(node),
            needed_words(node),
            sure_phrases(node),
            tuple(steps),
            _firsts(steps),
        )

    @property
    def slots(self) -> Iterator[Slot | ListSlot]:
        """What takes a value of some kind; the other names take words as they stand."""
        return (step for step in self._steps if isinstance(step, Slot | ListSlot))

    def match(self, said: Said) -> dict[str, CaptureValue] | None:
        """Captures, where the template covers all the words."""
        size = len(said.words)
        if self._firsts is not None and self._firsts.isdisjoint((*said.words[:1], *said.bare[:1])):
            return None
        tried: set[tuple[int, int]] = set()
        stack: list[tuple[int, int, _Taken | None]] = [(0, 0, None)]
        while stack:
            number, at, taken = stack.pop()
            if (number, at) in tried:
                continue
            tried.add((number, at))
            step = self._steps[number]
            match step:
                case _Word(word):
                    if at < size and word in (said.words[at], said.bare[at]):
                        stack.append((number + 1, at + 1, taken))
                case _AnyWord():
                    if at < size:
                        stack.append((number + 1, at + 1, taken))
                case _Split(to):
                    stack.extend((other, at, taken) for other in reversed(to))
                case _Begin(name):
                    stack.append((number + 1, at, _Taken(taken, name, at, 0, None)))
                case _End(name):
                    stack.append((number + 1, at, _ended(taken, name, at)))
                case Slot(name, kind):
                    for end, value in _read_slot(kind, said, at):
                        stack.append((number + 1, end, _Taken(taken, name, at, end, value)))
                case ListSlot(name, phrases):
                    for end, text in _read_list(phrases, said, at):
                        stack.append((number + 1, end, _Taken(taken, name, at, end, text)))
                case _Done():
                    if at == size:
                        return _captures(taken, said)
        return None


def _firsts(steps: Sequence[_Step]) -> Set[str] | None:
    found: set[str] = set()
    stack = [0]
    while stack:
        number = stack.pop()
        match steps[number]:
            case _Word(word):
                found.add(word)
            case ListSlot(_, phrases):
                found.update(phrases)
            case _Split(to):
                stack.extend(to)
            case _Begin() | _End():
                stack.append(number + 1)
            case _:
                return None
    return found


def _compile(node: Node, steps: list[_Step]) -> None:
    match node:
        case Words(said):
            steps.extend(map(_Word, said))
        case Chain(parts):
            _compile_chain(parts, steps)
        case Choice():
            _compile_choice(node, steps)
        case Anything():
            # As few words as will do: leave before taking one more.
            at = len(steps)
            steps.extend((_Split((at + 3, at + 1)), _AnyWord(), _Split((at,))))
        case Slot(name, ""):
            at = len(steps)
            steps.extend((_Begin(name), _AnyWord(), _Split((at + 3, at + 1)), _End(name)))
        case Slot(name, "word"):
            steps.extend((_Begin(name), _AnyWord(), _End(name)))
        case _:
            steps.append(node)


def _compile_chain(parts: Sequence[Node], steps: list[_Step]) -> None:
    at = 0
    while at < len(parts):
        between = _between_anything(parts[at:])
        if between:
            _compile_between(between, steps)
        else:
            _compile(parts[at], steps)
        at += 1 + len(between)


def _between_anything(parts: Sequence[Node]) -> Sequence[Choice]:
    """`[…] […]` of `* […] […] *`, where they capture something."""
    if not isinstance(parts[0], Anything):
        return ()
    found = list[Choice]()
    for part in parts[1:]:
        if isinstance(part, Anything):
            return found if any(map(slot_names, found)) else ()
        if not isinstance(part, Choice) or not part.optional:
            break
        found.append(part)
    return ()


def _compile_between(found: Sequence[Choice], steps: list[_Step]) -> None:
    """Each taken where it stands in the text; else `*` would have as few words as will do: none.

    `* [a] [b] *` is `* a [b] *`, else `* b *`, else `*`; the last `*` is not compiled here.
    """
    ends = []
    for number, one in enumerate(found):
        if slot_names(one):
            begin = len(steps)
            steps.append(_Done())
            taken = replace(one, optional=False)
            _compile(Chain((Anything(), taken, *found[number + 1 :])), steps)
            ends.append(len(steps))
            steps.append(_Done())
            steps[begin] = _Split((begin + 1, len(steps)))
    for end in ends:
        steps[end] = _Split((len(steps),))


def _compile_choice(node: Choice, steps: list[_Step]) -> None:
    at = len(steps)
    steps.append(_Done())
    begins, ends = [], []
    for branch in node.branches:
        begins.append(len(steps))
        _compile(branch, steps)
        ends.append(len(steps))
        steps.append(_Done())
    after = len(steps)
    for end in ends:
        steps[end] = _Split((after,))
    steps[at] = _Split((*begins, after) if node.optional else tuple(begins))


def _read_slot(name: str, said: Said, at: int) -> Iterator[tuple[int, CaptureValue]]:
    """Where it may end, the shortest first: what is put on the stack last is tried first."""
    kind = KINDS[name]
    if at >= len(said.words) or not kind.begins.match(said.words[at]):
        return
    for end in range(at + 1, min(at + kind.most_words, len(said.words)) + 1):
        if kind.is_tight and len(said.written(at, end).split()) > 1:
            return
        value = said.read(name, at, end)
        if value is not None:
            yield end, value


def _read_list(
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]], said: Said, at: int
) -> Iterator[tuple[int, str]]:
    """The shortest first, as above."""
    if at >= len(said.words):
        return
    firsts = dict.fromkeys((said.words[at], said.bare[at]))
    for phrase, value in reversed([pair for first in firsts for pair in phrases.get(first, ())]):
        end = at + len(phrase)
        if end <= len(said.words) and all(
            wanted in (said.words[at + n], said.bare[at + n]) for n, wanted in enumerate(phrase)
        ):
            yield end, value


def _ended(taken: _Taken | None, name: str, at: int) -> _Taken | None:
    begun = taken
    while begun is not None and begun.name != name:
        begun = begun.before
    return _Taken(taken, name, begun.start, at, None) if begun is not None else taken


def _captures(taken: _Taken | None, said: Said) -> dict[str, CaptureValue]:
    found: dict[str, CaptureValue] = {}
    while taken is not None:
        if taken.end and taken.name not in found:
            value = taken.value
            found[taken.name] = said.written(taken.start, taken.end) if value is None else value
        taken = taken.before
    return dict(reversed(found.items()))
