"""The shortest text of a formula over automata: their states side by side, breadth first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.authoring.proof.automaton import Machine, Unknown
from bot.authoring.proof.tables import Row, Table, told_apart

MOST_STATES: Final = 20_000
"""Of one search; more are not looked at, and then nothing is proved."""

_SHARES: Final = 10
"""Of all steps one search may make such a part: the others are to have theirs."""


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: tuple[Formula, ...]

    def value(self, of: Sequence[bool | None]) -> bool | None:
        return _value(self.parts, of, settled_by=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    parts: tuple[Formula, ...]

    def value(self, of: Sequence[bool | None]) -> bool | None:
        return _value(self.parts, of, settled_by=True)


@dataclass(frozen=True, slots=True)
class Negated:
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


Formula: TypeAlias = And | Or | Negated | Of
ALWAYS: Final = And(())
NEVER: Final = Or(())


def _value(parts: Iterable[Formula], of: Sequence[bool | None], *, settled_by: bool) -> bool | None:
    """One such part settles it; else it is open while any part is."""
    found: bool | None = not settled_by
    for part in parts:
        value = part.value(of)
        if value is settled_by:
            return value
        found = None if value is None else found
    return found


_States: TypeAlias = tuple[int, ...]


class Search:
    """How many steps may still be made, in all searches together, and what they found out."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._share = most // _SHARES
        self._tables: dict[tuple[Machine, int], Table] = {}

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
        tables = [self._table(machine, symbols) for machine in machines]
        side_by_side = _SideBySide(formula, tables, machines.values())
        classes = told_apart(tables, symbols)
        columns = list(zip(*classes, strict=True)) if tables else []
        start: _States = (0,) * len(tables)
        came_from: dict[_States, tuple[_States, int] | None] = {start: None}
        waiting = deque([start])
        while waiting:
            states = waiting.popleft()
            if side_by_side.accepts(states):
                return _way(states, came_from)
            self._left -= len(classes) * len(tables)
            if self._left <= ends_at:
                raise Unknown
            rows = [table.row(state) for table, state in zip(tables, states, strict=True)]
            steps = zip(*map(_picked, rows, columns), strict=True)
            for after, symbol in zip(steps, classes.values(), strict=bool(tables)):
                if after in came_from or side_by_side.is_lost(after):
                    continue
                if len(came_from) >= MOST_STATES:
                    raise Unknown
                came_from[after] = states, symbol
                waiting.append(after)
        return None

    def _table(self, machine: Machine, symbols: int) -> Table:
        key = machine, symbols
        if key not in self._tables:
            self._tables[key] = Table(machine, symbols)
        return self._tables[key]


def _picked(row: Row, column: Sequence[int]) -> Iterator[int]:
    return map(row.__getitem__, column)


class _SideBySide:
    """Several automata, and what is asked of all of them."""

    def __init__(
        self, formula: Formula, tables: Sequence[Table], numbers: Iterable[Sequence[int]]
    ) -> None:
        self._formula = formula
        self._accepts = [table.accepts for table in tables]
        self._fates = [table.fates for table in tables]
        places = [place for some in numbers for place in some]
        self._order = sorted(range(len(places)), key=places.__getitem__)

    def accepts(self, states: _States) -> bool:
        return self._value(self._accepts, states) is True

    def is_lost(self, states: _States) -> bool:
        """No text that goes on from here is accepted."""
        return self._value(self._fates, states) is False

    def _value(
        self, tables: Iterable[Sequence[Sequence[bool | None]]], states: _States
    ) -> bool | None:
        pairs = zip(tables, states, strict=True)
        found = [value for table, state in pairs for value in table[state]]
        return self._formula.value([found[at] for at in self._order])


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
