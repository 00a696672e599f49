"""The shortest text of a formula over automata: their states side by side, breadth first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.authoring.proof.automaton import Machine, State, Unknown

MOST_STATES: Final = 20_000
"""Of one search; more are not looked at, and then nothing is proved."""

_SHARES: Final = 10
"""Of all steps one search may make such a part: the others are to have theirs."""


@dataclass(frozen=True, slots=True)
class Both:
    """All of them."""

    parts: tuple[Formula, ...]

    def value(self, of: Sequence[bool | None]) -> bool | None:
        found = [part.value(of) for part in self.parts]
        return False if False in found else None if None in found else True


@dataclass(frozen=True, slots=True)
class Either:
    """Any of them."""

    parts: tuple[Formula, ...]

    def value(self, of: Sequence[bool | None]) -> bool | None:
        found = [part.value(of) for part in self.parts]
        return True if True in found else None if None in found else False


@dataclass(frozen=True, slots=True)
class Neither:
    part: Formula

    def value(self, of: Sequence[bool | None]) -> bool | None:
        found = self.part.value(of)
        return None if found is None else not found


@dataclass(frozen=True, slots=True)
class Of:
    """An automaton, by its number."""

    number: int

    def value(self, of: Sequence[bool | None]) -> bool | None:
        return of[self.number]


Formula: TypeAlias = Both | Either | Neither | Of
ALWAYS: Final = Both(())
NEVER: Final = Either(())

_States: TypeAlias = tuple[State, ...]


class Search:
    """How many steps may still be made, in all searches together."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._share = most // _SHARES

    def check(self) -> None:
        """Raises Unknown where no more are made."""
        if self._left <= 0:
            raise Unknown

    def shortest(
        self, formula: Formula, machines: Mapping[Machine, Sequence[int]], symbols: int
    ) -> tuple[int, ...] | None:
        """Of the texts out of these symbols one of the shortest; None where there is none.

        Each automaton comes with the numbers of the questions that it answers. Raises Unknown
        where too many states would have to be looked at.
        """
        ends_at = max(0, self._left - self._share)
        side_by_side = _SideBySide(formula, machines)
        classes = list(_classes(machines, symbols))
        start = side_by_side.start
        came_from: dict[_States, tuple[_States, int] | None] = {start: None}
        waiting = deque([start])
        while waiting:
            states = waiting.popleft()
            if side_by_side.accepts(states):
                return _way(states, came_from)
            self._left -= len(classes) * len(machines)
            if self._left <= ends_at:
                raise Unknown
            for symbol in classes:
                after = side_by_side.step(states, symbol)
                if after in came_from or side_by_side.is_lost(after):
                    continue
                if len(came_from) >= MOST_STATES:
                    raise Unknown
                came_from[after] = states, symbol
                waiting.append(after)
        return None


class _SideBySide:
    """Several automata, and what is asked of all of them."""

    def __init__(self, formula: Formula, machines: Mapping[Machine, Sequence[int]]) -> None:
        self._formula = formula
        self._machines = list(machines)
        places = [place for numbers in machines.values() for place in numbers]
        self._order = sorted(range(len(places)), key=places.__getitem__)
        self.start: _States = tuple(machine.start for machine in machines)

    def step(self, states: _States, symbol: int) -> _States:
        return tuple([m.step(s, symbol) for m, s in zip(self._machines, states, strict=True)])

    def accepts(self, states: _States) -> bool:
        pairs = zip(self._machines, states, strict=True)
        found = [value for machine, state in pairs for value in machine.accepts(state)]
        return self._formula.value([found[at] for at in self._order]) is True

    def is_lost(self, states: _States) -> bool:
        """No text that goes on from here is accepted."""
        pairs = zip(self._machines, states, strict=True)
        found = [value for machine, state in pairs for value in machine.fates(state)]
        return self._formula.value([found[at] for at in self._order]) is False


def _classes(machines: Iterable[Machine], symbols: int) -> Iterator[int]:
    """Of symbols that no automaton tells apart the first, in order."""
    parts = {symbols} if symbols else set()
    for cut in {cut for machine in machines for cut in machine.cuts()}:
        parts = {half for part in parts for half in (part & cut, part & ~cut) if half}
    yield from sorted((part & -part).bit_length() - 1 for part in parts)


def _way(
    states: _States, came_from: Mapping[_States, tuple[_States, int] | None]
) -> tuple[int, ...]:
    symbols: list[int] = []
    before = came_from[states]
    while before is not None:
        states, symbol = before
        symbols.append(symbol)
        before = came_from[states]
    return tuple(reversed(symbols))
