"""What a file of SQLite still holds of rows that are gone: https://sqlite.org/fileformat2.html.

With `secure_delete` what is deleted is overwritten with zeros. What stays are copies that were left
where a page was split, and what was deleted before that was on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from typing import BinaryIO, Final

_HEADER: Final = 100
"""Bytes of the file, before the first page's own header."""
_FIRST_FREE: Final = 32
"""Where the file's header names the first page of the list of free ones."""
_BRANCHES: Final = (2, 5)
_TREE: Final = (*_BRANCHES, 10, 13)
"""With which a page of a table or an index begins. A page in use that begins otherwise holds a part
of one long row, and zeros."""
_CHUNK: Final = 1_000_000
"""Bytes that are looked through at once."""


def holds(file: BinaryIO, page_size: int, words: Collection[bytes]) -> bool:
    """Whether one of these stands where no row is."""
    chunk = bytearray()
    for found in residue(file, page_size):
        chunk += found + b"\0"
        if len(chunk) > _CHUNK:
            if any(word in chunk for word in words):
                return True
            chunk.clear()
    return any(word in chunk for word in words)


def residue(file: BinaryIO, page_size: int) -> Iterator[bytes]:
    """What stands where no row is, but for the zeros around it."""
    free, number, at = _free(file, page_size), 1, _HEADER
    file.seek(0)
    while len(page := file.read(page_size)) == page_size:
        for part in (page,) if number in free else _unused(page, at):
            if found := part.strip(b"\0"):
                yield found
        number, at = number + 1, 0


def _free(file: BinaryIO, page_size: int) -> Set[int]:
    """The numbers of pages that are not in use."""
    file.seek(_FIRST_FREE)
    found, trunk = set[int](), int.from_bytes(file.read(4), "big")
    while trunk and trunk not in found:
        found.add(trunk)
        file.seek((trunk - 1) * page_size)
        page = file.read(page_size)
        many = int.from_bytes(page[4:8], "big")
        found.update(int.from_bytes(page[at : at + 4], "big") for at in range(8, 8 + 4 * many, 4))
        trunk = int.from_bytes(page[:4], "big")
    return found


def _unused(page: bytes, at: int) -> Iterator[bytes]:
    """The gap between the list of the rows and the rows, and each free block among those."""
    if page[at] not in _TREE:
        return
    rows = at + (12 if page[at] in _BRANCHES else 8)
    yield page[rows + 2 * _number(page, at + 3) : _number(page, at + 5) or len(page)]
    block = _number(page, at + 1)
    while block:
        following = _number(page, block)
        yield page[block + 4 : block + _number(page, block + 2)]
        block = following if following > block else 0


def _number(page: bytes, at: int) -> int:
    return int.from_bytes(page[at : at + 2], "big")
