"""Recorded messages compared, of a file or of the database: on all cores where there are many."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from bot.authoring.diff import Past, Tally, compare
from bot.authoring.old_and_new import OldAndNew
from bot.cli import diff_report, message_lines, options
from bot.cli.message_lines import Part, Reader
from bot.cli.output import printable
from bot.cli.past_lines import PastLines
from bot.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection  # who compares with a file needs no database

P = TypeVar("P")

_MANY: Final = 10_000
"""Messages of the database that are worth the processes."""


@dataclass(slots=True)
class Found:
    """What has been compared so far."""

    tally: Tally
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Comparing:
    """Compares messages, and tells at once of each that is answered otherwise, as JSON."""

    both: OldAndNew
    settings: Settings
    samples: int
    as_json: bool

    def file(self, against: str) -> Found:
        """Raises UsageError where there is no such file."""
        if not message_lines.is_much(against):
            lines = self._lines()
            return self.compared(lines.read(against), lines)
        with message_lines.parts(against, "--against") as (reader, parts):
            return self._on_all_cores(lambda part: self._part(part, reader), parts)

    def ledger(self, since: datetime) -> Found:
        """Those that came in since then."""
        from bot.ledger import past, stats

        with options.ledger_to_read() as connection:
            many = stats.received(connection, since)
            if many < _MANY:
                ours = self.settings.longcode_id
                return self.compared(past.past(connection, self.both.old, since, ours))
        with ExitStack() as stack:
            people = _People(self, since, stack)
            return self._on_all_cores(people.compared, people.pages(), many)

    def _on_all_cores(
        self, compared: Callable[[P], Found], parts: Iterable[P], many: int | None = None
    ) -> Found:
        """Of a database it is known how many there are: under a progress bar."""
        from bot.cli import cores

        whole = Found(Tally(self.samples))
        results = cores.in_order(compared, parts, first_here=many is None)
        if many is not None and sys.stderr.isatty():
            results = message_lines.with_progress(results, many, lambda one: one.tally.compared)
        for found in results:
            whole.tally.add_all(found.tally)
            whole.unreadable += found.unreadable
        return whole

    def _part(self, part: Part, reader: Reader) -> Found:
        lines = self._lines()
        return self.compared(lines.of(part.lines(), reader), lines)

    def _lines(self) -> PastLines:
        return PastLines(self.both.old, self.settings, self._tell)

    def compared(self, past: Iterable[Past], lines: PastLines | None = None) -> Found:
        """Each is compared, told of if need be, and forgotten."""
        tally = Tally(self.samples)
        for one in past:
            compared = compare(one, self.both, self.settings.long_texts)
            tally.add(compared)
            if self.as_json and compared.is_changed:
                options.print_json(diff_report.as_object(compared))
        return Found(tally, 0 if lines is None else lines.unreadable)

    def _tell(self, number: int, because: str) -> None:
        if self.as_json:
            options.print_json({"line": number, "error": because})
        else:
            print(f"line {number}: {printable(because)}", file=sys.stderr)


@dataclass(slots=True)
class _People:
    """Those of the database; each process reads them through a connection of its own."""

    comparing: Comparing
    since: datetime
    stack: ExitStack
    _connection: Connection | None = field(default=None)

    def pages(self) -> Iterator[Sequence[str]]:
        from bot.ledger import replay

        with options.ledger_to_read() as connection:
            yield from replay.pages(connection, self.since)

    def compared(self, numbers: Sequence[str]) -> Found:
        from bot.ledger import past

        if self._connection is None:
            self._connection = self.stack.enter_context(options.ledger_to_read())
        ours = self.comparing.settings.longcode_id
        both = self.comparing.both
        return self.comparing.compared(
            past.of_people(self._connection, numbers, both.old, self.since, ours)
        )
