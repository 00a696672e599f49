"""Texts that people get, and that would not look on a phone as their author sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.authoring.lint.sources import Told, Written, warning
from bot.errors import Problem
from bot.text.merge_fields import merge_fields

_SIGNS: Final = frozenset("[<«{%#~*&\\")
"""One of them is in all that is looked for."""
FILLED_IN: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_TAG: Final = re.compile(
    r"</?(?:b|i|u|p|a|br|hr|em|strong|span|div|font|small|big|center|ul|ol|li|h[1-6])"
    r"(?:\s[^<>]*)?/?>|&(?:amp|nbsp|lt|gt|quot|apos|#\d{2,5});",
    re.IGNORECASE,
)
_MARKDOWN: Final = re.compile(
    r"\*\*\w(?:[^*\n]*\S)?\*\*|\[[^\[\]\n]+\]\((?:https?:|www\.)[^\s()]+\)"
)
_BREAK: Final = re.compile(r"(?:\b[A-Za-z]:\\|\\\\)\S*|(?P<sign>\\n)")
"""Not that of `C:\\new`."""
_RAW: Final = re.compile(
    r"\{\{-?\s*(?P<name>message|contact|tags|conversation|vars|calendars|now|calendars\.\w+\.next)"
    r"\s*-?\}\}"
)
_INSTEAD: Final = {
    "message": "write {{ message.text }}",
    "contact": "name a value of it: {{ contact.first_name | default('there') }}",
    "tags": "name one of them: {{ tags.campaign | default('...') }}",
    "conversation": "name a value of it: {{ conversation.day | default('...') }}",
    "vars": "name one of them, as {{ vars.name }}",
    "calendars": "name one of them, as {{ calendars.open }}",
}


def as_people_get_it(told: Told, written: Written) -> Iterator[Problem]:
    """What stands in a text for a program that does not come."""
    if not told.is_said:
        return
    text = told.scalar.text
    if _SIGNS.isdisjoint(text):
        return
    bare = FILLED_IN.sub(lambda found: "\0" * len(found[0]), text)
    for field in merge_fields(bare):
        yield warning(
            written.sign(told.scalar, field.start),
            "merge-field",
            f"`{field.written}` is sent as it stands",
            f"write {field.ours}",
        )
    for found in [*_TAG.finditer(bare), *_MARKDOWN.finditer(bare)]:
        yield warning(
            written.sign(told.scalar, found.start()),
            "markup",
            f"`{found[0]}` is sent as it stands: a text message has no bold, no links in words",
            _plain(found[0]),
        )
    for found in _BREAK.finditer(bare):
        if not found["sign"]:
            continue
        yield warning(
            written.sign(told.scalar, found.start()),
            "line-break",
            f"`{found[0]}` is sent as it stands, and ends no line",
            "put the text in double quotes, or write it below `reply: |`",
        )
    for found in _RAW.finditer(text):
        name = found["name"]
        yield warning(
            written.sign(told.scalar, found.start("name")),
            "raw-value",
            f"`{found[0]}` is sent as programs write it",
            _INSTEAD.get(name) or f"write {{{{ {name} | date }}}} or {{{{ {name} | time }}}}",
        )


def _plain(markup: str) -> str:
    if markup.startswith("["):
        words, _, url = markup[1:-1].partition("](")
        return f"write {words}: {url}"
    if markup.startswith("**"):
        return f"write {markup.strip('*')}"
    if markup.lower().startswith(("<br", "<p", "</p")):
        return "end the line in double quotes with \\n, or write it below `reply: |`"
    signs = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
    sign = signs.get(markup.strip("&;").lower())
    return f"write {sign}" if sign and markup.startswith("&") else "leave it out"
