"""Pages of the manual on a terminal: code too wide for it is broken where that harms nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_REMARK: Final = re.compile(r"(?P<code>.*\S)\s{2,}(?P<remark># .*)")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_BETWEEN: Final = " · "
_LEADS_TO: Final = re.compile(r" (?=→ )")


def narrowed(page: str, width: int) -> str:
    """Its lines of code within `width` columns, as far as they can be.

    A remark behind code goes on a line of its own above it, so that what is pasted still is
    what it was; a list of forms goes on in the next line.
    """
    is_fenced, lines = False, list[str]()
    for line in page.split("\n"):
        if line.startswith("```"):
            is_fenced = not is_fenced
        room = width if is_fenced else width + 4
        is_code = is_fenced or line.startswith("    ")
        lines += _broken(line, room) if is_code and len(line) > room else [line]
    return "\n".join(lines)


def _broken(line: str, room: int) -> Iterator[str]:
    indent = " " * (len(line) - len(line.lstrip(" ")))
    found = _REMARK.fullmatch(line)
    if found is not None and not {"'", '"'} & {*_QUOTED.sub("", found["code"])}:
        yield f"{indent}{found['remark']}"
        yield found["code"]
    elif _BETWEEN in line or _LEADS_TO.search(line):
        yield from _packed(line, f"{indent}  ", room)
    else:
        yield line


def _packed(line: str, hanging: str, room: int) -> Iterator[str]:
    done = ""
    for number, form in enumerate(line.split(_BETWEEN)):
        for at, piece in enumerate(_LEADS_TO.split(form)):
            between = " " if at else _BETWEEN if number else ""
            if done and len(done) + len(between) + len(piece) > room - 2:
                yield (done + between).rstrip()
                done = hanging + piece
            else:
                done += between + piece
    yield done
