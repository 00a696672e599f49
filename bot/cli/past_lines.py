"""Recorded messages of a file, each line by itself, as `bot dry-run --input` takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.authoring.diff import Past
from bot.cli import message_lines, message_options, options
from bot.cli.message_lines import Numbered, Reader, plain_text, reader_of
from bot.engine.simulator import Simulator
from bot.errors import BotError
from bot.rules.ruleset import Ruleset
from bot.settings import Settings


@dataclass(slots=True)
class PastLines:
    """Reads them in the context that these rules give; of a line that cannot be read it tells."""

    ruleset: Ruleset
    settings: Settings
    tell: Callable[[int, str], None]
    """Of the number of a line, from 1, and what is wrong with it."""
    unreadable: int = 0
    _now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _nobody: Simulator = field(init=False)
    """Remembers nothing, so that each line is by itself."""

    def __post_init__(self) -> None:
        self._nobody = Simulator(self.ruleset)

    def read(self, against: str) -> Iterator[Past]:
        """Those of a file; `-` is stdin. Raises UsageError where there is no such file."""
        with message_lines.lines(against, "--against") as lines:
            yield from self.of(enumerate(lines, 1))

    def of(self, lines: Iterable[Numbered], read: Reader | None = None) -> Iterator[Past]:
        """Those of some lines; `read` is how, if the first one does not show it."""
        for number, line in lines:
            if not line.strip():
                continue
            read = read or reader_of(line)
            try:
                body = read(line)
                if read is plain_text:
                    body = {"fromNumber": options.SENDER, **body}
                past = self._past(body, number)
            except BotError as error:
                self.unreadable += 1
                self.tell(number, str(error))
                continue
            yield past

    def _past(self, body: Mapping[str, Any], number: int) -> Past:
        """Raises WebhookError, UsageError."""
        named = body.get("replyId") is not None or body.get("messageId") is not None
        message, given = message_options.read(
            body,
            key=None if named else f"line-{number}",
            timezone=self.ruleset.timezone,
            longcode_id=self.settings.longcode_id,
            now=self._now,
        )
        return Past(message, self._nobody.context(message, given))
