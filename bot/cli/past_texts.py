"""What people wrote, as a command finds it: texts of a file, or of the database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from bot.authoring.diff import Past
from bot.authoring.explain import Said
from bot.cli import options
from bot.cli.output import printable
from bot.cli.past_lines import PastLines
from bot.errors import UsageError
from bot.rules.ruleset import Ruleset
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.ledger.silence import Silence  # who asks no database need not load it

Silent: TypeAlias = Callable[[Iterable[str]], Mapping[str, "Silence"]]
"""How long these rules have decided nothing, of those of which it is known."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Where they come from."""

    against: str | None
    """A file; `-` is stdin."""
    since: str | None
    """Of the database, as in `30d`."""

    @contextmanager
    def of(self, ruleset: Ruleset, settings: Settings) -> Iterator[tuple[Iterable[Said], Silent]]:
        """As these rules see them. Raises UsageError."""
        if self.against is not None and self.since is not None:
            raise UsageError("--since is of the database: give it or --against, not both")
        if self.against is not None:
            yield _said(PastLines(ruleset, settings, _tell).read(self.against)), lambda _: {}
        elif self.since is None:
            yield (), lambda _: {}
        else:
            from bot.ledger import past, silence  # who gives a file needs no database

            now = datetime.now(UTC)
            begin = options.since(self.since, now)
            with options.ledger_to_read() as connection:
                found = past.past(connection, ruleset, begin, settings.longcode_id)
                yield _said(found), lambda rules: silence.silences(connection, rules, now)


def _said(past: Iterable[Past]) -> Iterator[Said]:
    return (Said(one.message, one.context) for one in past)


def _tell(number: int, because: str) -> None:
    print(f"line {number}: {printable(because)}", file=sys.stderr)
