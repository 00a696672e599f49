"""Scripts and styles, under a name that changes when one of them does: browsers keep them."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_FOLDER: Final = Path(__file__).parent / "static"
_SERVED: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    zipped: bytes
    media_type: str


class Assets:
    """All of them, read once; they refer to each other by relative paths."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.suffix in _SERVED)
        self._files: Mapping[str, _File] = {
            path.relative_to(folder).as_posix(): _read(path) for path in paths
        }
        digest = hashlib.sha256()
        for name, file in self._files.items():
            digest.update(f"{name} {len(file.content)} ".encode() + file.content)
        self.version = digest.hexdigest()[:16]

    async def serve(self, request: Request) -> Response:
        file = self._files.get(request.path_params["name"])
        if file is None or request.path_params["version"] != self.version:
            return PlainTextResponse("there is no such file", status_code=404)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        zipped = "gzip" in request.headers.get("accept-encoding", "")
        if zipped:
            headers["Content-Encoding"] = "gzip"
        content = file.zipped if zipped else file.content
        return Response(content, media_type=file.media_type, headers=headers)


@cache  # a process serves each account's console
def _read(path: Path) -> _File:
    content = path.read_bytes()
    return _File(content, gzip.compress(content, mtime=0), _SERVED[path.suffix])
