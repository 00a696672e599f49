"""Logs: one event a line. JSON, with no text, number or secret in it; on a terminal, where a person
looks on, what came in and which rule answers: `10:31:02 +1555…0123: hours? → hours`.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TextIO

import structlog

from bot.errors import plain
from bot.timezones import DEFAULT_TIMEZONE, local

_NO_NUMBERS: Final = frozenset({"timestamp", "message_id"})
_NUMBER: Final = re.compile(r"\+?\d[\d\s().-]{7,}\d")


@dataclass(frozen=True, slots=True)
class Seen:
    """Who wrote what, for a terminal alone: whatever else renders it gets nothing of it."""

    sender: str
    text: str

    def __repr__(self) -> str:
        return "Seen(…)"


def configure(*, quiet: bool = False, timezone: str = DEFAULT_TIMEZONE) -> None:
    """For this process; libraries that log through `logging` come out the same way.

    `quiet` leaves only errors; `timezone` is of the clock on a terminal.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_numbers,
    ]
    renderer: structlog.types.Processor = structlog.processors.JSONRenderer()
    if sys.stderr.isatty():
        renderer = _ForPeople(timezone)
    else:
        shared.append(_without_seen)
    stream: Any = _Stream(sys.stderr)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.ERROR if quiet else logging.INFO
        ),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(
        handlers=[handler], level=logging.ERROR if quiet else logging.WARNING, force=True
    )


def _without_seen(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    event.pop("seen", None)
    return event


class _ForPeople:
    """A line that a person reads while it happens."""

    def __init__(self, timezone: str) -> None:
        self._timezone = timezone
        self._has_colours = not os.environ.get("NO_COLOR")

    def __call__(self, _logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
        rest = dict(event)
        at = local(datetime.fromisoformat(rest.pop("timestamp")), self._timezone)
        level, said = rest.pop("level"), plain(rest.pop("event"))
        account, exception = rest.pop("account", None), rest.pop("exception", None)
        seen = rest.pop("seen", None)
        if isinstance(seen, Seen):
            what = f"{shortened_number(seen.sender)}: {_shown(seen.text)} → {_answer(rest)}"
        else:
            named = ", ".join(f"{key} {_value(value)}" for key, value in rest.items() if value)
            what = f"{said} ({named})" if named else said
        sign = "" if level == "info" else f"{self._coloured(level)}: "
        whose = f"[{account}] " if account else ""
        below = f"\n{exception}" if exception else ""
        return f"{at:%H:%M:%S} {whose}{sign}{what}{below}"

    def _coloured(self, level: str) -> str:
        code = {"warning": "33"}.get(level, "31")
        return f"\033[{code}m{level}\033[0m" if self._has_colours else level


def _value(value: object) -> str:
    return "; ".join(map(plain, value)) if isinstance(value, list | tuple) else plain(value)


def _answer(decided: MutableMapping[str, Any]) -> str:
    rule, outcome, reason = (decided.get(name) for name in ("rule", "outcome", "reason"))
    if outcome == "replied":
        return str(rule)
    because = f"{outcome}, {reason}" if reason else f"{outcome}"
    return f"{rule or 'no rule'} ({because})"


def _shown(text: str) -> str:
    line = plain(" ".join(text.split()))
    return (line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…") or "(no text)"


def shortened_number(number: str) -> str:
    """
    >>> shortened_number("+15555550123"), shortened_number("242424")
    ('+1555…0123', '…24')
    """
    whole = plain(number)
    return f"{whole[:5]}…{whole[-4:]}" if len(whole) > 10 else f"…{whole[-2:]}"


_LONGEST: Final = 60
"""Characters of a text."""


class _Stream:
    """What cannot be logged, as on a full disk or to a stream that is closed, is lost: it must not
    stop what it tells of."""

    def __init__(self, inner: TextIO) -> None:
        self._inner = inner

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._inner.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._inner.flush()


def mask_numbers(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Phone numbers keep their last two digits, wherever they come in but for MTA's own ids."""
    for key, value in event.items():
        if isinstance(value, str) and key not in _NO_NUMBERS:
            event[key] = _NUMBER.sub(lambda found: f"…{found[0][-2:]}", value)
    return event


def of_account(account: str | None) -> AbstractContextManager[None]:
    """What is logged inside, and by tasks and asyncio's threads that begin inside, names it."""
    if account is None:
        return nullcontext()
    return structlog.contextvars.bound_contextvars(account=account)


def logger() -> structlog.typing.FilteringBoundLogger:
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return log
