"""Messages from a file or from stdin: JSON lines of webhooks, or a text a line."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from bot.errors import UsageError, WebhookError, plain
from bot.provider import events
from bot.text.words import storable

T = TypeVar("T")

_LONG: Final = 256 * 1024
"""Bytes of input from which on a progress bar is worth it."""
_LONGEST_LINE: Final = 1024 * 1024
_TOO_LONG: Final = b"\n\n(too long)"
"""Stands for one, and is none: a line ends at its first `\\n`."""


def is_json(line: bytes) -> bool:
    """By the first line of a file: texts do not begin like this, nor does a line of a megabyte."""
    return line == _TOO_LONG or line.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def plain_text(line: bytes) -> Mapping[str, Any]:
    """A line that is a text, as members of a webhook. Raises WebhookError."""
    if line == _TOO_LONG:
        raise WebhookError("the line is longer than 1 MiB")
    return {"message": storable(line.decode("utf-8-sig", "replace").strip())}


def members(line: bytes) -> Mapping[str, Any]:
    """A line's webhook body; what stands beside `data` (`at`, `longcodeId`) counts too.

    Raises WebhookError.
    """
    if line == _TOO_LONG:
        raise WebhookError("the line is longer than 1 MiB")
    try:
        root = json.loads(line)
    except (ValueError, RecursionError):
        raise WebhookError("the line is not JSON") from None
    data = events.members(root)
    return data if data is root else {**_beside(root), **data}


def _beside(root: Mapping[str, Any]) -> Mapping[str, Any]:
    names = ("longcodeId", "at", "contact", "state", "optedOut", "handedOver")
    return {name: root[name] for name in names if name in root}


@contextmanager
def lines(input_file: str, option: str) -> Iterator[Iterable[bytes]]:
    """The lines of a file or of stdin (`-`), under a progress bar where that is of use.

    Raises UsageError, which names the option.
    """
    with _open(input_file, option) as stream:
        found = _split(stream)
        size = Path(input_file).stat().st_size if input_file != "-" else None
        if sys.stderr.isatty() and (size is None or size > _LONG):
            yield with_progress(found, size, len)
        else:
            yield found


def _open(input_file: str, option: str) -> Any:
    if input_file == "-":
        return sys.stdin.buffer
    try:
        return Path(input_file).open("rb")
    except OSError as error:
        raise UsageError(f"{option} {plain(input_file)}: {error.strerror}") from None


def _split(stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline(_LONGEST_LINE):
        end = line
        while not end.endswith(b"\n") and (end := stream.readline(_LONGEST_LINE)):
            line = _TOO_LONG
        yield line


def with_progress(found: Iterable[T], total: int | None, size: Callable[[T], int]) -> Iterator[T]:
    """The same, under a bar on stderr; `size` is what one of them adds to the total."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    both = sys.stdout.isatty()
    with Progress(
        console=console, transient=True, redirect_stdout=both, redirect_stderr=both
    ) as progress:
        task = progress.add_task("messages", total=total)
        for one in found:
            yield one
            progress.update(task, advance=size(one))
