"""Who may use API and console: with a token, or on this machine only."""

from __future__ import annotations

import hmac
import ipaddress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


def refuse_stranger(request: Request, token: str | None) -> Response | None:
    """None where the caller may come in."""
    if token is not None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        given_bytes = given.strip().encode("utf-8", "replace")
        if scheme.lower() == "bearer" and hmac.compare_digest(given_bytes, token.encode()):
            return None
        return JSONResponse(
            {"error": "a bearer token is needed"},
            status_code=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    if is_local(request):
        return None
    return refusal(403, "set BOT_CONSOLE_TOKEN to use this from elsewhere")


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
