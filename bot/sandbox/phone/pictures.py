"""Pictures that people attach: kept in memory, and served at an address of the sandbox."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

LARGEST: Final = 512_000
"""Bytes: what MTA carries in an MMS is 500 KB."""
_MOST: Final = 50
_BEGINS: Final = {
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "gif": (b"GIF8", "image/gif"),
}


class Pictures:
    """The last fifty."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        self._count = 0

    def keep(self, content: bytes) -> str:
        """Its name. Raises ValueError where it is not a picture that MTA carries."""
        if len(content) > LARGEST:
            raise ValueError("A picture may have 500 KB.")
        for ending, (begin, media_type) in _BEGINS.items():
            if content.startswith(begin):
                self._count += 1
                name = f"{self._count}.{ending}"
                self._kept[name] = content, media_type
                if len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
                return name
        raise ValueError("This is not a PNG, JPEG or GIF.")

    def find(self, name: str) -> tuple[bytes, str] | None:
        """What it is, and its media type."""
        return self._kept.get(name)
