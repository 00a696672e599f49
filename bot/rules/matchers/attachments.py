"""What an attachment is, by the ending of its URL's path."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

_ENDINGS: Final = {
    "image": "jpg jpeg png gif bmp webp heic heif tif tiff",
    "video": "mp4 m4v mov 3gp 3gpp 3g2 mpg mpeg avi webm mkv",
    "audio": "mp3 m4a aac amr wav ogg oga opus flac",
}
_KIND: Final = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
KINDS: Final = (*_ENDINGS, "file")


def kind(url: str | None) -> str:
    """`none`, `image`, `video`, `audio` or `file`."""
    if not url:
        return "none"
    try:
        path = urlsplit(url).path
    except ValueError:
        return "file"
    return _KIND.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "file")
