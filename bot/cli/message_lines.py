"""Messages from a file or from stdin: JSON lines of webhooks, or a text a line."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, TypeVar

from bot.errors import UsageError, WebhookError, plain
from bot.provider import events
from bot.text.words import storable

T = TypeVar("T")

Reader: TypeAlias = Callable[[bytes], Mapping[str, Any]]
"""Of a line, as members of a webhook. Raises WebhookError."""
Numbered: TypeAlias = tuple[int, bytes]
"""A line with its number in the file, from 1."""

MUCH: Final = 2_000_000
"""Bytes of a file from which on it is read in parts, on all cores: some 10,000 messages."""
_PART: Final = 128 * 1024
_LONG: Final = 256 * 1024
"""Bytes of input from which on a progress bar is worth it."""
_LONGEST_LINE: Final = 1024 * 1024
_TOO_LONG: Final = b"\n\n(too long)"
"""Stands for one, and is none: a line ends at its first `\\n`."""


def reader_of(first: bytes) -> Reader:
    """By the first line of a file: texts do not begin as JSON does, nor with a line of 1 MiB."""
    is_json = first == _TOO_LONG or first.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")
    return members if is_json else plain_text


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


@dataclass(frozen=True, slots=True)
class Part:
    """Whole lines of a file, which whoever works on them reads."""

    path: str
    begin: int
    """Bytes before it."""
    size: int
    first: int
    """The number of its first line, from 1."""

    def lines(self) -> Iterator[Numbered]:
        end = self.begin + self.size
        with Path(self.path).open("rb") as file:
            file.seek(self.begin)
            for numbered in enumerate(_split(file), self.first):
                yield numbered
                if file.tell() >= end:
                    return


def is_much(input_file: str) -> bool:
    """Whether it is worth the processes; stdin is read by one."""
    try:
        return input_file != "-" and Path(input_file).stat().st_size > MUCH
    except OSError:  # who reads it says so
        return False


@contextmanager
def parts(input_file: str, option: str) -> Iterator[tuple[Reader, Iterable[Part]]]:
    """How its lines are read, and the parts of a file, under a progress bar.

    Raises UsageError, which names the option.
    """
    with lines(input_file, option) as found:
        reader = reader_of(next((line for line in found if line.strip()), b"{}"))
    cut = _cut(input_file)
    if sys.stderr.isatty():
        size = Path(input_file).stat().st_size
        yield reader, with_progress(cut, size, lambda part: part.size)
    else:
        yield reader, cut


def _cut(input_file: str) -> Iterator[Part]:
    begin, first = 0, 1
    with Path(input_file).open("rb") as file:
        while block := file.read(_PART):
            ends = block.count(b"\n")
            while block and not block.endswith(b"\n"):
                block = file.readline(_LONGEST_LINE)
                ends += block.endswith(b"\n")
            end = file.tell()
            yield Part(input_file, begin, end - begin, first)
            begin, first = end, first + ends


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
