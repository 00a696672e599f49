"""Headers that each answer of the console carries, and limits of logging in."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, deque
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: browsers would then say `Origin: null` in our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def guarded(app: ASGIApp) -> ASGIApp:
    """With these headers; nothing is kept by browsers or proxies that does not ask for it."""

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await app(scope, receive, answer)

    return ask


class Tries:
    """How often an address has shown a wrong token of late."""

    MOST: Final = 5
    WITHIN: Final = 60.0
    """Seconds."""
    _MOST_ADDRESSES: Final = 10_000

    def __init__(self) -> None:
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str, now: float) -> float:
        """Seconds until it may try again; zero where it may. `now`: seconds of a steady clock."""
        failed = self._failed.get(_network(address))
        if failed is None or len(failed) < self.MOST:
            return 0.0
        return max(0.0, failed[0] + self.WITHIN - now)

    def failed(self, address: str, now: float) -> None:
        network = _network(address)
        self._failed.setdefault(network, deque(maxlen=self.MOST)).append(now)
        self._failed.move_to_end(network)
        if len(self._failed) > self._MOST_ADDRESSES:
            self._failed.popitem(last=False)


def _network(address: str) -> str:
    """Who has an IPv6 address has a whole network of them.

    >>> _network("2001:db8::1") == _network("2001:db8::2"), _network("192.0.2.1")
    (True, '192.0.2.1')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
