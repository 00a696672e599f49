"""Logging in and out."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.errors import UsageError, plain
from bot.log import logger
from bot.messaging.opt_outs import name_of
from bot.web.auth import is_foreign, is_local
from bot.web.body import read_body
from bot.web.console.drawing import Drawing
from bot.web.console.security import Tries
from bot.web.console.visitors import COOKIE, LASTS, LONGEST_NAME, Visitors

_LARGEST_FORM: Final = 8_192
"""Bytes."""
_ELSEWHERE: Final = "set BOT_CONSOLE_TOKEN to use the console from elsewhere"


def to_login(request: Request, visitors: Visitors, drawing: Drawing) -> Response:
    """For somebody who may not come in yet."""
    if visitors.token is None:
        return drawing.error(request, 403, _ELSEWHERE)
    if is_foreign(request):
        # Browsers keep a strict cookie back where a link of another site led here; asked again
        # by this page of ours, they send it.
        return drawing.alone(request, "again.html")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    to = urlencode({"next": wanted})
    return RedirectResponse(f"{drawing.root}/_login?{to}", status_code=303)


def login_routes(visitors: Visitors, drawing: Drawing) -> list[Route]:
    tries = Tries()

    def form(
        request: Request, wanted: str, message: str = "", status: int = 200, name: str = ""
    ) -> Response:
        found = {"wanted": wanted, "message": message, "name": name}
        asks_token = visitors.token is not None
        return drawing.alone(request, "login.html", status, asks_token=asks_token, **found)

    async def show(request: Request) -> Response:
        if visitors.token is None and not is_local(request):
            return drawing.error(request, 403, _ELSEWHERE)
        return form(request, _own_path(request.query_params.get("next", "/")))

    async def log_in(request: Request) -> Response:
        if is_foreign(request) or (visitors.token is None and not is_local(request)):
            return drawing.error(request, 403, "this was asked by a page of another site")
        address, now = request.client.host if request.client else "", time.monotonic()
        given = await _members(request)
        wanted, said = _own_path(given.get("next", "/")), given.get("name", "")[:LONGEST_NAME]
        if wait := tries.wait(address, now):
            response = form(request, wanted, "Too many tries: wait a minute.", 429, said)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        if not visitors.knows(given.get("token", "")):
            tries.failed(address, now)
            logger().warning("console", act="log-in refused")
            return form(request, wanted, "This is not the token.", 403, said)
        try:
            name = name_of(said, "name")
        except UsageError:
            return form(request, wanted, "Say who you are: your name.", 400)
        logger().info("console", act="log-in", by=name)
        response = RedirectResponse(f"{drawing.root}{wanted}", status_code=303)
        response.set_cookie(
            COOKIE,
            visitors.cookie(name, time.time()),
            max_age=LASTS,
            path=drawing.root or "/",
            httponly=True,
            samesite="strict",
            secure=_is_secure(request),
        )
        return response

    async def log_out(request: Request) -> Response:
        if is_foreign(request):
            return drawing.error(request, 403, "this was asked by a page of another site")
        response = RedirectResponse(f"{drawing.root}/_login", status_code=303)
        response.delete_cookie(COOKIE, path=drawing.root or "/", httponly=True, samesite="strict")
        return response

    return [
        Route("/_login", show),
        Route("/_login", log_in, methods=["POST"]),
        Route("/_logout", log_out, methods=["POST"]),
    ]


def _own_path(written: str) -> str:
    """A path of this console, and of no other site.

    >>> _own_path("/rules?q=1"), _own_path("//evil.example"), _own_path("https://evil.example")
    ('/rules?q=1', '/', '/')
    """
    is_path = written.startswith("/") and not written.startswith(("//", "/\\"))
    return written if is_path and plain(written) == written else "/"


def _is_secure(request: Request) -> bool:
    """The browser came by TLS, as far as the proxy before us says: a wrong word of it only keeps
    the cookie from being sent."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))


async def _members(request: Request) -> dict[str, str]:
    body = await read_body(request, _LARGEST_FORM)
    try:
        return dict(parse_qsl((body or b"").decode(), max_num_fields=10))
    except ValueError:
        return {}
