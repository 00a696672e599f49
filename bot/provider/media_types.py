"""What kind of file some bytes begin: by the bytes, never by a name or a header from outside."""

from __future__ import annotations

from typing import Final, NamedTuple


class MediaType(NamedTuple):
    name: str
    """As in MIME."""
    ending: str


HEAD: Final = 64
"""Bytes that it takes to tell."""
UNKNOWN: Final = MediaType("application/octet-stream", ".bin")
_SIGNS: Final = (
    (b"\xff\xd8\xff", MediaType("image/jpeg", ".jpg")),
    (b"\x89PNG\r\n\x1a\n", MediaType("image/png", ".png")),
    (b"GIF8", MediaType("image/gif", ".gif")),
    (b"II*\x00", MediaType("image/tiff", ".tiff")),
    (b"MM\x00*", MediaType("image/tiff", ".tiff")),
    (b"OggS", MediaType("audio/ogg", ".ogg")),
    (b"fLaC", MediaType("audio/flac", ".flac")),
    (b"ID3", MediaType("audio/mpeg", ".mp3")),
    (b"\xff\xfb", MediaType("audio/mpeg", ".mp3")),
    (b"\xff\xf3", MediaType("audio/mpeg", ".mp3")),
    (b"\xff\xf1", MediaType("audio/aac", ".aac")),
    (b"\xff\xf9", MediaType("audio/aac", ".aac")),
    (b"#!AMR", MediaType("audio/amr", ".amr")),
    (b"\x1aE\xdf\xa3", MediaType("video/webm", ".webm")),
    (b"%PDF-", MediaType("application/pdf", ".pdf")),
    (b"{\\rtf", MediaType("application/rtf", ".rtf")),
    (b"BEGIN:VCARD", MediaType("text/vcard", ".vcf")),
    (b"BEGIN:VCALENDAR", MediaType("text/calendar", ".ics")),
)
_RIFF: Final = {
    b"WEBP": MediaType("image/webp", ".webp"),
    b"WAVE": MediaType("audio/wav", ".wav"),
    b"AVI ": MediaType("video/x-msvideo", ".avi"),
}
_BRANDS: Final = {
    b"heic": MediaType("image/heic", ".heic"),
    b"heix": MediaType("image/heic", ".heic"),
    b"mif1": MediaType("image/heif", ".heif"),
    b"avif": MediaType("image/avif", ".avif"),
    b"M4A ": MediaType("audio/mp4", ".m4a"),
    b"qt  ": MediaType("video/quicktime", ".mov"),
}
"""ISO/IEC 14496-12, `ftyp`."""
_3GP: Final = MediaType("video/3gpp", ".3gp")
_MP4: Final = MediaType("video/mp4", ".mp4")
_BMP: Final = MediaType("image/bmp", ".bmp")


ENDINGS: Final = tuple(
    dict.fromkeys(
        kind.ending
        for kind in (
            *(kind for _, kind in _SIGNS),
            *_RIFF.values(),
            *_BRANDS.values(),
            *(_3GP, _MP4, _BMP, UNKNOWN),
        )
    )
)
"""All that a file may have."""


def media_type(head: bytes) -> MediaType:
    """Of a file that begins so.

    >>> media_type(b"GIF89a...").name, media_type(b"<script>").name
    ('image/gif', 'application/octet-stream')
    """
    for sign, found in _SIGNS:
        if head.startswith(sign):
            return found
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _3GP if head[8:11] in (b"3gp", b"3g2") else _MP4)
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return _BMP
    return UNKNOWN
