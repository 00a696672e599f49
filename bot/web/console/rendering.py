"""Templates: every text from outside is escaped, and what cannot be seen is shown by a sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.ledger.outbox import FINAL
from bot.timezones import local

_FOLDER: Final = Path(__file__).parent / "templates"
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_NEAR: Final = {-1: "Tomorrow", 0: "Today", 1: "Yesterday"}
"""Days by how long ago they were."""
_SHORT: Final = 160
"""Characters of a text in a list."""


class _Environment(Environment):
    """Looks `one.name` up in a mapping first, not among its methods, which 500 messages do 10,000
    times: 63 ms, not 70. So what others name is gone through by `|items`."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def templates() -> Environment:
    """One for all consoles of a process: each template is compiled once, in 28 ms all of them."""
    environment = _Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        shown=shown,
        short=short,
        segment=segment,
        words=words,
        number=number,
    )
    environment.globals.update(query=query, bad_ends=sorted(FINAL - {"delivered"}))
    environment.tests.update(web_address=is_web_address)
    return environment


def shown(text: object) -> str:
    """A text from outside: what steers terminals or is not a character has a sign of its own.

    >>> shown("a\\x1b[2J\\x00")
    'a␛[2J␀'
    """
    return _UNSEEN.sub(_sign, str(text))


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"


def short(text: object) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(shown(str(text)[: 4 * _SHORT]).split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


@lru_cache(maxsize=4096)
def number(address: str) -> str:
    """A phone number as the world writes it: easier to read than its digits in a row.

    >>> number("+15555550123"), number("87121")
    ('+1 555-555-0123', '87121')
    """
    import phonenumbers  # 30 ms, and only the console shows numbers so

    try:
        parsed = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return shown(address)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def segment(written: object) -> str:
    """One part of a path.

    >>> segment("+1555/x")
    '+1555%2Fx'
    """
    return quote(str(written).encode("utf-8", "replace"), safe="+$")


def is_web_address(url: object) -> bool:
    """A link to it runs no script.

    >>> is_web_address("https://a.example/b.jpg"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return re.match(r"https?://", str(url), re.IGNORECASE) is not None


def words(name: object) -> str:
    """A fixed word of ours as people read it.

    >>> words("likely-opt-out")
    'likely opt-out'
    """
    written = str(name)
    return _SAID.get(written, written.replace("-", " "))


_SAID: Final = {
    "likely-opt-out": "likely opt-out",
    "opt-out": "opt-out",
    "opt-in": "opt-in",
    "follow-up": "follow-up",
    "opted-out": "opted out",
}


def query(**members: object) -> str:
    """What follows the `?` of a link; without what is None or empty."""
    return urlencode({name: one for name, one in members.items() if one not in (None, "")})


def clock(timezone: str, now: datetime) -> Mapping[str, Callable[..., Any]]:
    """Times as people of an account read them."""
    today = local(now, timezone).date()

    @cache
    def at(written: str) -> datetime:
        return local(datetime.fromisoformat(written), timezone)

    def day(written: str) -> str:
        found = at(written).date()
        days = (today - found).days
        if days in _NEAR:
            return _NEAR[days]
        return f"{found:%a, %b} {found.day}" + (
            f", {found.year}" if found.year != today.year else ""
        )

    def time(written: str) -> Markup:
        return _time(written, f"{at(written):%H:%M}", at(written))

    def lately(written: str) -> Markup:
        found, days = at(written), (today - at(written).date()).days
        said = f"{found:%H:%M}" if days == 0 else "Yesterday" if days == 1 else day(written)
        return _time(written, said, found)

    def moment(written: str) -> Markup:
        return _time(written, f"{day(written)} {at(written):%H:%M}", at(written))

    return {"day": day, "time": time, "lately": lately, "moment": moment}


def _time(written: str, said: str, at: datetime) -> Markup:
    whole = f"{at:%a, %b} {at.day}, {at:%Y %H:%M:%S %Z}"
    return Markup(f'<time datetime="{escape(written)}" title="{whole}">{said}</time>')  # noqa: S704 - ours
