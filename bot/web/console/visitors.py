"""Who sits before the console: a signed cookie says it, for some hours.

The cookie is a name and an end, signed by HMAC-SHA-256 with a key that is made of
BOT_CONSOLE_TOKEN: another token ends all sessions, and nothing is stored. Without a token, which
is on this machine only, it is made of another secret of the server, or at the start.

What forms carry is of a name and not of one session: who logs in again goes on in the pages that
are open. Nobody can read it who may not come in, and a page of another site is refused by its
Sec-Fetch-Site and by the cookie's SameSite before it is looked at.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from bot.web.auth import has_bearer, is_local

COOKIE: Final = "bot_console"
_NAMELESS: Final = "console"
"""Who sits at this machine and has not said who they are."""
LASTS: Final = 12 * 3600
"""Seconds."""
LONGEST_NAME: Final = 60
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may come in."""

    name: str
    """As the log and the ledger are to have it."""
    csrf: str
    """What each form of theirs carries."""
    until: float | None = None
    """When their session ends, seconds since 1970; None where they have none."""


class Visitors:
    """Knows its visitors by their cookies, a bearer token, or that they sit at this machine."""

    def __init__(self, token: str | None, secret: bytes) -> None:
        """`secret`: what the key is made of where there is no token."""
        self.token = token
        seed = secret if token is None else token.encode()
        self._key = hmac.digest(seed, b"bot console session", "sha256")

    def who(self, request: Request, now: float) -> Visitor | None:
        """None where a log-in is needed. `now`: seconds since 1970."""
        if self.token is None and not is_local(request):
            return None
        cookie = request.cookies.get(COOKIE, "")
        found = self._read(cookie, now)
        if found is not None:
            return Visitor(found[0], self._csrf(found[0]), found[1])
        if self.token is not None and not has_bearer(request, self.token):
            return None
        name = _NAMELESS if self.token is None else "api"
        return Visitor(name, self._csrf(name))

    def is_of(self, who: Visitor, carried: str) -> bool:
        """A form that carries that is of a page of theirs, perhaps from before they said who they
        are."""
        names = (who.name,) if self.token is not None else (who.name, _NAMELESS)
        given = carried.encode()
        return any(hmac.compare_digest(given, self._csrf(name).encode()) for name in names)

    def cookie(self, name: str, now: float) -> str:
        """Of somebody who has shown the token."""
        written = json.dumps([name, int(now) + LASTS], ensure_ascii=True).encode()
        return f"{_base64(written)}.{_base64(self._sign(written))}"

    def knows(self, token: str) -> bool:
        return self.token is None or hmac.compare_digest(token.encode(), self.token.encode())

    def _read(self, cookie: str, now: float) -> tuple[str, float] | None:
        try:
            written, signature = (
                base64.urlsafe_b64decode(part + "==") for part in cookie.split(".")
            )
            if not hmac.compare_digest(self._sign(written), signature):
                return None
            name, until = json.loads(written)
        except ValueError:
            return None
        return (name, until) if until > now else None

    def _sign(self, written: bytes) -> bytes:
        return hmac.digest(self._key, b"cookie " + written, "sha256")

    def _csrf(self, name: str) -> str:
        return _base64(hmac.digest(self._key, b"csrf " + name.encode(), "sha256"))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
