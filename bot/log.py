"""Logs: one event a line, JSON unless stderr is a terminal; no texts, numbers or secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Final, TextIO

import structlog

_NO_NUMBERS: Final = frozenset({"timestamp", "message_id"})
_NUMBER: Final = re.compile(r"\+?\d[\d\s().-]{7,}\d")


def configure(*, quiet: bool = False) -> None:
    """For this process; libraries that log through `logging` come out the same way.

    `quiet` leaves only errors.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_numbers,
    ]
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    stream: Any = _Stream(sys.stderr)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.ERROR if quiet else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(stream),
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


class _Stream:
    """What cannot be logged, as on a full disk, is lost: it must not stop what it tells of."""

    def __init__(self, inner: TextIO) -> None:
        self._inner = inner

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._inner.write(text)

    def flush(self) -> None:
        with suppress(OSError):
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
