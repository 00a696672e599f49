"""Which requests can be read, and who may use API and console: with a token, or on this machine."""

from __future__ import annotations

import hmac
import ipaddress
import re
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

_HOST: Final = re.compile(rb"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")
_OURS: Final = (None, "same-origin", "none")
"""Values of Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/): of no browser, of a page of
ours, of a person who typed the address."""


def only_readable(app: ASGIApp, root: str = "") -> ASGIApp:
    """Refuses a request whose Host cannot be read; a slash at the end of a path does not count.

    What cannot be read would count as the address of this machine, from which more is allowed.
    `root`: the path under which a proxy serves us, which it may take away or leave to us.
    """

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            if len(hosts) > 1 or (hosts and not _HOST.fullmatch(hosts[0])):
                await refusal(400, "Host: cannot be read")(scope, receive, send)
                return
            if root and f"{scope['path']}/".startswith(f"{root}/"):
                scope["path"] = scope["path"].removeprefix(root) or "/"
            if scope["path"].endswith("/"):
                scope["path"] = scope["path"].rstrip("/") or "/"
        await app(scope, receive, send)

    return ask


def refuse_stranger(request: Request, token: str | None) -> Response | None:
    """None where the caller may come in."""
    if is_foreign(request):
        return refusal(403, "this was asked by a page of another site")
    if token is not None:
        if has_bearer(request, token):
            return None
        return JSONResponse(
            {"error": "a bearer token is needed"},
            status_code=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    if is_local(request):
        return None
    return refusal(403, "set BOT_CONSOLE_TOKEN to use this from elsewhere")


def has_bearer(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    given_bytes = given.strip().encode("utf-8", "replace")
    return scheme.lower() == "bearer" and hmac.compare_digest(given_bytes, token.encode())


def is_foreign(request: Request) -> bool:
    """Asked by a page of another site, as far as the browser says."""
    return request.headers.get("sec-fetch-site") not in _OURS


def is_local(request: Request) -> bool:
    """Asked on this machine, for this machine, by no proxy and from no foreign page."""
    host = request.url.hostname or ""
    foreign = any(
        request.headers.get(name) for name in ("x-forwarded-for", "forwarded", "x-real-ip")
    )
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.url.netloc}"
    return (
        not foreign
        and _is_loopback(request.client.host if request.client else "")
        and (host == "localhost" or _is_loopback(host))
        and (origin is None or origin == own)
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refusal(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)
