"""Texts that say something else to the bot than they say to their author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from bot.authoring.lint.expressions import text_and_number
from bot.authoring.lint.sources import Told, warning
from bot.errors import Problem
from bot.text.words import words

_CURLY: Final = re.compile(
    "[“”„«][^“”„«»]*[“”»]|‘[^‘’]*’"  # all of it
    "|[“„«][^“”„«»]*|[^“”„«»]*”"  # cut at a comma
)
_CONTROL: Final = {
    "\0": r"\0",
    "\a": r"\a",
    "\b": r"\b",
    "\v": r"\v",
    "\f": r"\f",
    "\x1b": r"\e",
    "\x85": r"\N",
    "\u2028": r"\L",
    "\u2029": r"\P",
}
_CONTROLS: Final = re.compile(f"[{''.join(_CONTROL)}]")
_SLASHED: Final = re.compile(r"/(?P<pattern>.+)/[gimsuy]*")
_PATTERN: Final = re.compile(
    r"\||(?<=\w) / (?=\w)|\.[*+]|\\[bdwsBDWS]|\[\w-\w|^\^|\w\$$|\(\?|\w\?\w|\){1}[?*+]"
)
_MANNERS: Final = frozenset(
    "yes yeah yep no nope ok okay please pls thanks thank hi hello hey sorry well oh dear".split()
)
_MOST_WORDS: Final = 3


def odd_texts(told: Told) -> Iterator[Problem]:
    """All that can be said of one text by itself."""
    scalar, last = told.scalar, told.last
    if not scalar.plain:
        yield from _control_characters(told)
    elif not scalar.text.isascii():
        yield from _curly_quotes(told)
    if told.is_condition:
        if last in ("regex", "pattern"):
            yield from _slashes(told)
        elif "keywords" in told.keys[-2:] and last != "typos" and _is_no_name(told.keys):
            yield from _keyword(told)
        elif last == "expr":
            yield from text_and_number(told)
        return
    if "image" in told.keys[-2:] and "reply" in told.keys:
        yield from _image(told)
    if "{{" in scalar.text or "{%" in scalar.text:
        yield from text_and_number(told)


def _is_no_name(keys: tuple[str, ...]) -> bool:
    """A tag or a stored value may be named `keywords` too."""
    return not {"tags", "contact", "conversation"} & {*keys[-3:-1]}


def _curly_quotes(told: Told) -> Iterator[Problem]:
    scalar = told.scalar
    if _CURLY.fullmatch(scalar.text):
        yield warning(
            scalar.place,
            "curly-quotes",
            "curly quotes are part of the text: they do not quote it",
            f'write straight quotes: "{scalar.text.strip("“”„«»‘’")}"',
        )


def _control_characters(told: Told) -> Iterator[Problem]:
    scalar = told.scalar
    found = _CONTROLS.search(scalar.text)
    if found is not None:
        escape = _CONTROL[found[0]]
        what = "a backspace" if found[0] == "\b" else f"the character U+{ord(found[0]):04X}"
        whole = _CONTROLS.sub(lambda sign: _CONTROL[sign[0]], scalar.text)
        yield warning(
            scalar.place,
            "control-character",
            f"`{escape}` in double quotes is {what}, and no part of a pattern or text",
            f"use single quotes: '{whole}'",
        )


def _slashes(told: Told) -> Iterator[Problem]:
    found = _SLASHED.fullmatch(told.scalar.text)
    if found is not None:
        yield warning(
            told.scalar.place,
            "slashes",
            f"the slashes of `{found[0]}` are looked for as part of the pattern",
            f"write '{found['pattern']}'; upper and lower case make no difference",
        )


def _keyword(told: Told) -> Iterator[Problem]:
    scalar = told.scalar
    said = " ".join(words(scalar.text))
    if not said or scalar.text.isalnum():
        return
    if _PATTERN.search(scalar.text):
        parts = [part for part in re.split(r"\|| / ", scalar.text) if part.strip()]
        listed = f"[{', '.join(part.strip() for part in parts)}], or " if len(parts) > 1 else ""
        pattern = scalar.text.replace(" / ", "|")
        yield warning(
            scalar.place,
            "keyword-pattern",
            f"a keyword is words, not a pattern: `{scalar.text}` is compared as `{said}`",
            f"write {listed}regex: '{pattern}'",
        )
    elif _is_list(told):
        items = ", ".join(part.strip() for part in scalar.text.split(","))
        yield warning(
            scalar.place,
            "keyword-list",
            f"`{scalar.text}` is one keyword: it stands for the words `{said}` in a row",
            f"write a list: [{items}]",
        )


def _is_list(told: Told) -> bool:
    """`hours, open`; not `yes, please`, and in a list only where there are three."""
    parts = [words(part) for part in re.split(r"[,;]", told.scalar.text)]
    is_polite = any(not _MANNERS.isdisjoint(part) for part in parts)
    is_short = all(0 < len(part) <= (1 if told.is_item else _MOST_WORDS) for part in parts)
    return len(parts) > (2 if told.is_item else 1) and is_short and not is_polite


def _image(told: Told) -> Iterator[Problem]:
    text = told.scalar.text.strip()
    if not _may_be_url(text):
        yield warning(
            told.scalar.place,
            "image-url",
            f"`{text}` is not a URL: the provider fetches the picture from the internet",
            "https://example.com/map.png",
        )


def _may_be_url(text: str) -> bool:
    if text.startswith("{"):
        return True
    plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "x", text)
    try:
        parts = urlsplit(plain)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", plain)
