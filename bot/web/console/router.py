"""From requests to pages: who may come in, what a page shows, what a form does, and what failed."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import QueryParams
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot import log
from bot.errors import LedgerUnavailable, UsageError
from bot.log import logger
from bot.text import phone_numbers
from bot.web.auth import is_foreign, refusal, refuse_stranger
from bot.web.body import Endpoint, read_body
from bot.web.console.assets import Assets
from bot.web.console.desk import Desk, Visit
from bot.web.console.drawing import Drawing
from bot.web.console.live import Event, Watcher
from bot.web.console.login import login_routes, to_login
from bot.web.console.page import Act, NotThere, Page
from bot.web.console.pages import PAGES
from bot.web.console.pages.accounts import accounts_page
from bot.web.console.security import guarded
from bot.web.console.shared import Drawn
from bot.web.console.visitors import Visitor, Visitors

_LARGEST_FORM: Final = 1_048_576
"""Bytes."""
_LARGEST_OF_STRANGERS: Final = 65_536
"""Of somebody who is not logged in any more."""
_OTHER_NAME: Final = "You are {} here now, and were not when this page was loaded: send it again."
_LONGEST_PATH: Final = 200
"""Characters."""
_MOST_WATCHERS: Final = 200
"""Connections of a server that wait for changes; it has 512 in all."""
OPEN_PAGE: Final = "x-open-page"
_GONE: Final = "the database cannot be used now; try again"


def console_routes(desks: Sequence[Desk], token: str | None, root: str) -> list[Route]:
    """Of all pages of all accounts. `root`: BOT_ROOT_PATH, empty where there is none."""
    if not desks:
        return []
    known = "".join(desks[0].resources.settings.webhook_secrets).encode()
    visitors = Visitors(token, known or secrets.token_bytes(32))
    drawing = Drawing(
        Assets(),
        [desk.account for desk in desks],
        root,
        [page for page in PAGES if page.icon],
        has_login=token is not None,
    )
    router = _Router({desk.account: desk for desk in desks}, visitors, drawing)
    named = desks[0].account is not None
    base = "/{account}" if named else ""
    routes = [
        Route("/_static/{version}/{name:path}", drawing.assets.serve),
        *login_routes(visitors, drawing),
        Route(f"{base}/_live", router.live),
    ]
    if named:
        routes += router.routes(accounts_page(desks), "")
    for page in PAGES:
        routes += router.routes(page, base)
    unpacked = Middleware(guarded), Middleware(GZipMiddleware, minimum_size=800, compresslevel=5)
    return [
        Route(route.path, route.endpoint, methods=route.methods, middleware=unpacked)
        for route in routes
    ]


class _Router:
    def __init__(
        self, desks: Mapping[str | None, Desk], visitors: Visitors, drawing: Drawing
    ) -> None:
        self._desks = desks
        self._visitors = visitors
        self._drawing = drawing
        self._watchers = 0

    def routes(self, page: Page, base: str) -> list[Route]:
        path = (base + page.path).rstrip("/") or "/"
        return [
            Route(base + page.twin, self._twin(page)),
            Route(path, self._draw(page)),
            *([Route(path, self._take(page), methods=["POST"])] if page.takes_form else []),
            *(
                Route(f"{path.rstrip('/')}/{name}", self._do(page, act), methods=["POST"])
                for name, act in page.acts.items()
            ),
        ]

    def _twin(self, page: Page) -> Endpoint:
        async def answer(request: Request) -> Response:
            who = self._who(request)
            if is_foreign(request) or who is None:
                refused = refuse_stranger(request, self._visitors.token)
                return refused or refusal(401, "log in")
            return await self._guarded(request, show, _json_error, who)

        async def show(request: Request, visit: Visit) -> Response:
            found = await page.look(visit)
            return Response(
                json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"),
                media_type="application/json",
            )

        return answer

    def _draw(self, page: Page) -> Endpoint:
        async def answer(request: Request) -> Response:
            who = self._who(request)
            if is_foreign(request) and not _is_followed_link(request):
                return self._drawing.error(request, 403, "this was asked by a page of another site")
            if who is None:
                return to_login(request, self._visitors, self._drawing)
            return await self._guarded(request, show, self._drawing.error, who)

        async def show(request: Request, visit: Visit) -> Response:
            if not page.is_live:
                return self._drawing.page(page, visit, await page.look(visit), None)
            mark = await visit.desk.changes.mark(page.person(visit))
            of = (page.path, mark, visit.who.until is None)
            asked = (*of, *visit.path.items(), *visit.query.items())
            drawn = await visit.desk.drawn.get(asked, lambda: self._for_all(page, visit, mark))
            if _is_open_page(request):
                return self._drawing.for_open_page(drawn)
            return self._drawing.for_one(drawn, visit.who)

        return answer

    async def _for_all(self, page: Page, visit: Visit, mark: str) -> Drawn:
        found = await page.look(visit)
        if page.opened is not None and await page.opened(visit, found):
            visit.desk.changes.note()
        begin = time.perf_counter()
        drawn = self._drawing.for_all(page, visit, found, mark)
        visit.desk.changes.pace.drawn(time.perf_counter() - begin)
        return drawn

    def _take(self, page: Page) -> Endpoint:
        async def show(request: Request, visit: Visit, form: Mapping[str, str]) -> Response:
            return await self._again(page, visit, form)

        return self._posted(page, show)

    def _do(self, page: Page, act: Act) -> Endpoint:
        async def do(request: Request, visit: Visit, form: Mapping[str, str]) -> Response:
            try:
                path = await act(visit, form)
            except UsageError as wrong:
                return await self._again(page, visit, form, str(wrong))
            visit.desk.changes.note()
            logger().info("console", act=request.url.path.rpartition("/")[2], by=visit.who.name)
            return RedirectResponse(f"{self._drawing.root}{visit.desk.base}{path}", status_code=303)

        return self._posted(page, do)

    async def _again(
        self, page: Page, visit: Visit, form: Mapping[str, str], mistake: str = ""
    ) -> Response:
        """The page, with what was typed: nothing of it is lost."""
        visit = replace(visit, form=form, mistake=mistake)
        mark = await visit.desk.changes.mark(page.person(visit)) if page.is_live else None
        return self._drawing.page(page, visit, await page.look(visit), mark)

    def _posted(
        self, page: Page, do: Callable[[Request, Visit, Mapping[str, str]], Awaitable[Response]]
    ) -> Endpoint:
        """Of a form of that page, which somebody posts who may."""

        async def answer(request: Request) -> Response:
            who = self._who(request)
            if is_foreign(request):
                return self._drawing.error(request, 403, "this was asked by a page of another site")
            if who is None:
                return await ended(request)
            return await self._guarded(request, take, self._drawing.error, who)

        async def ended(request: Request) -> Response:
            form: Mapping[str, str] = {}
            with suppress(UsageError):
                form = await _form(request, _LARGEST_OF_STRANGERS)
            back = request.url.path if page.takes_form else request.url.path.rpartition("/")[0]
            found = {"typed": form.get("text", ""), "back": urlencode({"next": back or "/"})}
            return self._drawing.alone(request, "ended.html", 401, **found)

        async def take(request: Request, visit: Visit) -> Response:
            form = await _form(request, _LARGEST_FORM)
            if not self._visitors.is_of(visit.who, form.get("csrf", "")):
                return await self._again(page, visit, form, _OTHER_NAME.format(visit.who.name))
            return await do(request, visit, form)

        return answer

    async def live(self, request: Request) -> Response:
        """Tells at once, and from then on, when there is more than the caller has seen."""
        who = self._who(request)
        if is_foreign(request) or who is None:
            return refusal(401, "log in")
        desk = self._desks.get(request.path_params.get("account"))
        if desk is None:
            return refusal(404, "there is no such account")
        if self._watchers >= _MOST_WATCHERS:
            return refusal(503, "too many pages are open")
        seen = request.headers.get("last-event-id") or request.query_params.get("after")
        page = request.query_params.get("at", "")[:_LONGEST_PATH]
        about = phone_numbers.address(request.query_params.get("about", "")) or ""
        events = self._events(desk, who, Watcher(page, who.name, seen, about))
        return StreamingResponse(events, media_type="text/event-stream")

    async def _events(self, desk: Desk, who: Visitor, watcher: Watcher) -> AsyncIterator[str]:
        self._watchers += 1
        try:
            yield "retry: 1000\n\n"
            async for event in desk.changes.since(watcher):
                if who.until is not None and who.until < time.time():
                    return
                yield _written(event)
        finally:
            self._watchers -= 1

    def _who(self, request: Request) -> Visitor | None:
        return self._visitors.who(request, time.time())

    async def _guarded(
        self,
        request: Request,
        show: Callable[[Request, Visit], Awaitable[Response]],
        error: Callable[[Request, int, str], Response],
        who: Visitor,
    ) -> Response:
        account = request.path_params.get("account")
        desk = self._desks.get(account) or (None if account else next(iter(self._desks.values())))
        if desk is None:
            return error(request, 404, "there is no such account")
        visit = Visit(
            desk=desk,
            who=who,
            now=desk.resources.clock(),
            path=request.path_params,
            query=QueryParams(_typed(request.query_params.multi_items())),
        )
        try:
            with log.of_account(account):
                return await show(request, visit)
        except NotThere as missing:
            return error(request, 404, str(missing))
        except UsageError as wrong:
            return error(request, 400, str(wrong))
        except (LedgerUnavailable, SQLAlchemyError) as trouble:
            logger().error("a page could not be shown", because=type(trouble).__name__)
            return error(request, 503, _GONE)


def _written(event: Event) -> str:
    """As server-sent events are."""
    if event.mark is not None:
        return f"id: {event.mark}\ndata: changed\n\n"
    if event.others is not None:
        return f"event: others\ndata: {json.dumps(event.others)}\n\n"
    return ": \n\n"


def _is_open_page(request: Request) -> bool:
    """Its script asks, to draw anew what it shows."""
    headers = request.headers
    return OPEN_PAGE in headers and "gzip" in headers.get("accept-encoding", "")


def _json_error(request: Request, status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)


def _is_followed_link(request: Request) -> bool:
    """A person came here from elsewhere; no page of another site can read what is shown."""
    headers = request.headers
    is_document = headers.get("sec-fetch-dest") == "document"
    return request.method == "GET" and is_document and headers.get("sec-fetch-mode") == "navigate"


async def _form(request: Request, largest: int) -> Mapping[str, str]:
    """Raises UsageError."""
    body = await read_body(request, largest)
    if body is None:
        raise UsageError("the form is too large")
    try:
        members = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise UsageError("the form cannot be read") from None
    return dict(_typed(members))


def _typed(members: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Browsers send each end of a line as CR LF, and people would get it so."""
    return [(name, one.replace("\r\n", "\n")) for name, one in members]
