"""Samples of what the provider sends, to learn its format from: the form stays, the content goes.

Names of members, types and lengths stay, and the words that MTA itself chose (events, delivery
statuses). Letters become `x`, digits `0`, phone numbers +15555550100, times the start of 2000.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.errors import WebhookError
from bot.provider import events

LONGEST_TEXT: Final = 200
"""Characters of one text that a sample shows."""
_DEEPEST: Final = 50
"""Levels of members in each other; what goes deeper is not a sample."""
_LONGEST_NUMBER: Final = 40
"""Digits."""

_NAME: Final = re.compile(r"(?!.*[0-9]{4})[A-Za-z_][A-Za-z0-9_-]{0,39}")
"""A member as a program names it; others may be data: `{"+15555550123": …}`."""
_E164: Final = re.compile(r"\+[0-9]{7,15}")
_PHONE: Final = "155555501000000"
_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{8}(?=T))"
    r"([T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_URL: Final = re.compile(r"(https?)://[^\s/?#]*(.*)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sample:
    """A body as it came, and the name of its file: equal for all bodies of one shape."""

    name: str
    event: str
    body: object
    status: int | None = None
    """Of an answer: its HTTP status."""

    def redacted(self) -> bytes:
        """The content of its file: JSON without a word of a person."""
        status = {} if self.status is None else {"status": self.status}
        whole = {"event": self.event, **status, "body": redacted(self.body)}
        return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def sample(event: str, body: bytes, status: int | None = None) -> Sample | None:
    """None where the body is not JSON, or too large or nested too deep to be looked at."""
    if len(body) > events.LARGEST_BODY:
        return None
    try:
        root = json.loads(body)
        whole = "\n".join([event, str(status), *shape(root)])
    except (ValueError, RecursionError):
        return None
    digest = hashlib.sha256(whole.encode()).hexdigest()
    return Sample(f"{event}-{digest[:12]}.json", event, root, status)


def shape(value: object) -> tuple[str, ...]:
    """The members with their JSON types, sorted; items of a list and tags are not told apart.

    Raises ValueError where it is nested too deep.

    >>> shape({"ids": [1, 2], "tags": {"flow": "hours"}})
    ('.ids: array', '.ids[]: integer', '.tags.*: string', '.tags: object', ': object')
    """
    return tuple(sorted(set(_paths(value, "", in_tags=False, depth=0))))


def redacted(value: object, name: str = "", *, in_tags: bool = False) -> object:
    """A value of JSON in its form; `name` is that of the member that holds it."""
    match value:
        case dict():
            return dict(_members(value, in_tags))
        case list():
            return [redacted(item, name, in_tags=in_tags) for item in value]
        case bool() | None:
            return value
        case _ if not in_tags and _is_word_of_mta(name, value):
            return value
        case int() | float():
            return _number(value)
        case _:
            return _text(str(value))


def _paths(value: object, path: str, *, in_tags: bool, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    yield f"{path}: {_type(value)}"
    if isinstance(value, dict):
        for name, item in value.items():
            deeper = f"{path}.{name if _stays(name, in_tags) else '*'}"
            yield from _paths(item, deeper, in_tags=in_tags or _are_tags(name), depth=depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, f"{path}[]", in_tags=in_tags, depth=depth + 1)


def _type(value: object) -> str:
    match value:
        case dict():
            return "object"
        case list():
            return "array"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case None:
            return "null"
        case _:
            return "string"


def _members(members: Mapping[str, object], in_tags: bool) -> Iterator[tuple[str, object]]:
    """Names that are redacted begin with `*`; equal ones are numbered, so that none is lost."""
    seen: Counter[str] = Counter()
    for name, item in members.items():
        value = redacted(item, name, in_tags=in_tags or _are_tags(name))
        if _stays(name, in_tags):
            yield name, value
            continue
        form = f"*{_text(name)}"
        seen[form] += 1
        yield form if seen[form] == 1 else f"{form}-{seen[form]}", value


def _stays(name: str, in_tags: bool) -> bool:
    """The business chose the names of tags, and may have put anything there."""
    return not in_tags and _NAME.fullmatch(name) is not None


def _are_tags(name: str) -> bool:
    return name.lower() == "tags"


def _is_word_of_mta(name: str, value: object) -> bool:
    if name in ("event", "type"):
        return value in events.EVENTS
    try:
        return name == "status" and events.read_delivery_status({name: value}).code is not None
    except WebhookError:
        return False


def _number(value: int | float) -> int | float:
    """As many digits before the point."""
    digits = len(str(abs(value)) if isinstance(value, int) else f"{abs(value):.0f}")
    power = int("1" + "0" * (min(digits, _LONGEST_NUMBER) - 1)) * (-1 if value < 0 else 1)
    return power if isinstance(value, int) else float(power)


def _text(text: str) -> str:
    text = text[:LONGEST_TEXT]
    if _E164.fullmatch(text):
        return "+" + _PHONE[: len(text) - 1]
    if time := _TIME.fullmatch(text):
        date = "2000-01-01" if "-" in time[1] else "20000101"
        return date + re.sub("[0-9]", "0", time[2] or "")
    if url := _URL.fullmatch(text):
        return f"{url[1].lower()}://example.com{_form(url[2])}"
    return _form(text)


def _form(text: str) -> str:
    return "".join(map(_character, text))


def _character(character: str) -> str:
    match unicodedata.category(character)[0]:
        case "L" | "M":
            return "X" if character.isupper() else "x"
        case "N":
            return "0"
        case "P" | "Z":
            return character
        case _:  # ASCII has no symbols that say anything; an emoji says a lot
            return character if character in "$+<=>^`|~\n\r\t" else "?"
