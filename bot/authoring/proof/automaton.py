r"""Automata of what a condition asks of a text: a tree, its states, and sets of these as one state.

A text is a row of symbols, characters or whole words; sets of symbols are bits of an integer.
Edges (`\b ^ $`) are decided when the next symbol is known, as RE2 does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, Protocol, TypeAlias

MOST_STEPS: Final = 5_000
"""Of one automaton: what would be larger is not looked at."""


class Unknown(Exception):
    """Nothing is proved: it cannot be said in automata, or would take too long."""


class Edge(IntEnum):
    """Where between two symbols, or at an end, an automaton may go on."""

    BEGIN = 0
    END = 1
    LINE_BEGIN = 2
    LINE_END = 3
    BOUNDARY = 4


@dataclass(frozen=True, slots=True)
class Symbols:
    """One symbol, out of these bits."""

    bits: int


@dataclass(frozen=True, slots=True)
class Chain:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    branches: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    part: Tree
    least: int = 0
    most: int | None = None


Tree: TypeAlias = Symbols | Edge | Chain | Choice | Repeat
EMPTY: Final = Chain(())
NOTHING: Final = Choice(())

State: TypeAlias = Any
"""Each automaton has its own, which can be a key of a dictionary."""


class Machine(Protocol):
    """A deterministic automaton that makes its states when they are first met.

    It may answer several questions at once, always in the same order.
    """

    start: State

    def step(self, state: State, symbol: int) -> State: ...

    def accepts(self, state: State) -> Sequence[bool]:
        """Of each whether the text may end here."""

    def fates(self, state: State) -> Sequence[bool | None]:
        """Of each what becomes of every text that goes on from here, where that is sure."""

    def cuts(self) -> Sequence[int]:
        """Sets of symbols that it tells apart."""


class Kind(IntEnum):
    """What stands on one side of an edge."""

    OTHER = 0
    WORD = 1
    NEWLINE = 2
    OUTSIDE = 3
    """Before the text, or behind it."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which symbols are letters to an edge, and which end lines."""

    word: int = 0
    newline: int = 0

    def of(self, symbol: int) -> Kind:
        if self.word >> symbol & 1:
            return Kind.WORD
        return Kind.NEWLINE if self.newline >> symbol & 1 else Kind.OTHER


@dataclass(frozen=True, slots=True)
class _Split:
    to: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Take:
    bits: int
    to: int


@dataclass(frozen=True, slots=True)
class _At:
    edge: Edge
    to: int


_END: Final = 0
"""The number of the step at which all was found."""
Core: TypeAlias = frozenset[int]
_FOUND: Final = "found"
_DEAD: Final = (frozenset[int](), Kind.OTHER)
_SURE: Final = (_FOUND, _DEAD)


@dataclass(slots=True)
class _Steps:
    """The steps of a tree, written from its end."""

    listed: list[_Split | _Take | _At] = field(default_factory=lambda: [_Split(())])

    def add(self, step: _Split | _Take | _At) -> int:
        if len(self.listed) >= MOST_STEPS:
            raise Unknown
        self.listed.append(step)
        return len(self.listed) - 1

    def write(self, tree: Tree, then: int) -> int:
        match tree:
            case Symbols(bits):
                return self.add(_Take(bits, then))
            case Edge():
                return self.add(_At(tree, then))
            case Chain(parts):
                for part in reversed(parts):
                    then = self.write(part, then)
                return then
            case Choice(branches):
                return self.add(_Split(tuple(self.write(one, then) for one in branches)))
            case Repeat(part, least, most):
                return self._repeated(part, least, most, then)

    def _repeated(self, part: Tree, least: int, most: int | None, then: int) -> int:
        if most is None:
            loop = self.add(_Split(()))
            self.listed[loop] = _Split((self.write(part, loop), then))
            then = loop
        else:
            after = then
            for _ in range(most - least):
                then = self.add(_Split((self.write(part, then), after)))
        for _ in range(least):
            then = self.write(part, then)
        return then


class Found:
    """What a tree finds in a text: anywhere in it, or from where it begins to where it ends."""

    def __init__(
        self, tree: Tree, kinds: Kinds = Kinds(), *, anywhere: bool = False, open_end: bool = False
    ) -> None:
        """`anywhere`: it may begin behind others; `open_end`: and others may follow. Raises
        Unknown."""
        steps = _Steps()
        self._first = steps.write(tree, _END)
        self._steps = steps.listed
        self._kinds = kinds
        self._open_end = open_end
        edges = {step.edge for step in self._steps if isinstance(step, _At)}
        self._has_edges = bool(edges)
        self._sees_words = Edge.BOUNDARY in edges
        self._sees_lines = bool(edges & {Edge.LINE_BEGIN, Edge.LINE_END})
        self._sees_begin = bool(edges & {Edge.BEGIN, Edge.LINE_BEGIN})
        self._closures: dict[tuple[Core, Kind, Kind], tuple[tuple[_Take, ...], bool]] = {}
        self._known: dict[tuple[State, int], State] = {}
        self._again = frozenset({self._first}) if anywhere and not self._is_anchored() else _DEAD[0]
        before = Kind.OUTSIDE if self._sees_begin else Kind.OTHER
        self.start: State = self._arrived(frozenset({self._first}), before)

    def _is_anchored(self) -> bool:
        """Nothing is found that does not begin where the text does."""
        takes, ends = self._walk(frozenset({self._first}), set(Edge) - {Edge.BEGIN})
        return not takes and not ends

    def step(self, state: State, symbol: int) -> State:
        if state in _SURE:
            return state
        key = state, symbol
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._stepped(state, symbol)
        return known

    def _stepped(self, state: State, symbol: int) -> State:
        core, before = state
        kind = self._kind(symbol)
        takes, ends = self._closure(core, before, kind)
        if ends and self._open_end:
            return _FOUND
        moved = {take.to for take in takes if take.bits >> symbol & 1} | self._again
        return self._arrived(frozenset(moved), kind) if moved else _DEAD

    def _arrived(self, core: Core, before: Kind) -> State:
        if self._open_end and self._walk(core, set())[1]:
            return _FOUND
        return core, before

    def accepts(self, state: State) -> Sequence[bool]:
        if state in _SURE:
            return (state == _FOUND,)
        core, before = state
        return (self._closure(core, before, Kind.OUTSIDE)[1],)

    def fates(self, state: State) -> Sequence[bool | None]:
        return (state == _FOUND if state in _SURE else None,)

    def cuts(self) -> Sequence[int]:
        found = {step.bits for step in self._steps if isinstance(step, _Take)}
        if self._sees_words:
            found.add(self._kinds.word)
        if self._sees_lines:
            found.add(self._kinds.newline)
        return sorted(found)

    def _kind(self, symbol: int) -> Kind:
        kind = self._kinds.of(symbol)
        sees = {Kind.WORD: self._sees_words, Kind.NEWLINE: self._sees_lines}
        return kind if sees.get(kind) else Kind.OTHER

    def _closure(self, core: Core, before: Kind, after: Kind) -> tuple[tuple[_Take, ...], bool]:
        key = core, before, after
        known = self._closures.get(key)
        if known is None:
            known = self._closures[key] = self._walk(core, set(_edges(before, after)))
        return known

    def _walk(self, core: Core, open_edges: set[Edge]) -> tuple[tuple[_Take, ...], bool]:
        """What may be taken next where these edges are, and whether all was found."""
        seen, stack = set(core), list(core)
        takes: list[_Take] = []
        while stack:
            step = self._steps[stack.pop()]
            match step:
                case _Take():
                    takes.append(step)
                    continue
                case _At(edge, to):
                    reached: tuple[int, ...] = (to,) if edge in open_edges else ()
                case _Split(reached):
                    pass
            for to in reached:
                if to not in seen:
                    seen.add(to)
                    stack.append(to)
        return tuple(takes), _END in seen


def _edges(before: Kind, after: Kind) -> Iterator[Edge]:
    if before is Kind.OUTSIDE:
        yield Edge.BEGIN
    if before in (Kind.OUTSIDE, Kind.NEWLINE):
        yield Edge.LINE_BEGIN
    if after is Kind.OUTSIDE:
        yield Edge.END
    if after in (Kind.OUTSIDE, Kind.NEWLINE):
        yield Edge.LINE_END
    if (before is Kind.WORD) is not (after is Kind.WORD):
        yield Edge.BOUNDARY
