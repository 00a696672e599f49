"""Automata as tables: states and classes of symbols as numbers, each row made when it is asked for.

A table is kept for all searches in which its automaton takes part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.authoring.proof.automaton import Machine, State

Row = tuple[int, ...]


class Table:
    """Of one automaton over these symbols; its first state is 0."""

    def __init__(self, machine: Machine, symbols: int) -> None:
        self._machine = machine
        self._first, self.classes = _classes(machine.cuts(), symbols)
        self._states: list[State] = []
        self._numbers: dict[State, int] = {}
        self._rows: dict[int, Row] = {}
        self.accepts: Final[list[Sequence[bool]]] = []
        """By state, as the automaton says it."""
        self.fates: Final[list[Sequence[bool | None]]] = []
        self._number(machine.start)

    def row(self, number: int) -> Row:
        """The state after each class of symbols."""
        known = self._rows.get(number)
        if known is None:
            state = self._states[number]
            after = [self._number(self._machine.step(state, symbol)) for symbol in self._first]
            known = self._rows[number] = tuple(after)
        return known

    def _number(self, state: State) -> int:
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self._states)
            self._states.append(state)
            self.accepts.append(tuple(self._machine.accepts(state)))
            self.fates.append(tuple(self._machine.fates(state)))
        return number


def _classes(cuts: Iterable[int], symbols: int) -> tuple[Sequence[int], dict[int, int]]:
    """Of symbols that no cut tells apart the first of each class; and by symbol its class."""
    parts = {symbols} if symbols else set()
    for cut in set(cuts):
        parts = {half for part in parts for half in (part & cut, part & ~cut) if half}
    ordered = sorted(parts, key=_lowest)
    by_symbol = {symbol: at for at, part in enumerate(ordered) for symbol in _members(part)}
    return [_lowest(part) for part in ordered], by_symbol


def _lowest(part: int) -> int:
    return (part & -part).bit_length() - 1


def _members(part: int) -> Iterator[int]:
    while part:
        yield _lowest(part)
        part &= part - 1


def told_apart(tables: Sequence[Table], symbols: int) -> dict[tuple[int, ...], int]:
    """The classes of several tables side by side: of each the first of these symbols."""
    found: dict[tuple[int, ...], int] = {}
    for symbol in _members(symbols):
        found.setdefault(tuple([table.classes[symbol] for table in tables]), symbol)
    return found
