"""From what a page shows to its HTML."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web.console.assets import Assets
from bot.web.console.desk import Visit
from bot.web.console.page import Page
from bot.web.console.rendering import clock, query, shown, templates
from bot.web.console.shared import Drawn
from bot.web.console.visitors import Visitor


class Drawing:
    """The templates, and what all of them want to know."""

    def __init__(
        self,
        assets: Assets,
        accounts: Sequence[str | None],
        root: str,
        navigation: Sequence[Page],
        *,
        has_login: bool,
    ) -> None:
        """`root`: the path under which a proxy serves us, empty where there is none."""
        self.assets = assets
        self.root = root
        self._name, self._csrf = secrets.token_hex(16), secrets.token_hex(16)
        """Of nobody: what stands in their places until it is known for whom a page is."""
        self._everywhere = {
            "root": root,
            "static": f"{root}/_static/{assets.version}",
            "accounts": [name for name in accounts if name is not None],
            "has_login": has_login,
            "navigation": navigation,
        }

    def page(
        self, page: Page, visit: Visit, found: Mapping[str, Any], mark: str | None
    ) -> Response:
        """`mark`: the last change that it shows, of a page that is live."""
        drawn = self._drawn(page, visit, found, mark)
        return _response(drawn, 400 if visit.mistake else 200)

    def for_all(self, page: Page, visit: Visit, found: Mapping[str, Any], mark: str) -> Drawn:
        """As `page`, for all who look at the same; `for_one` makes it theirs."""
        anybody = replace(visit.who, name=self._name, csrf=self._csrf)
        theirs = self._drawn(page, replace(visit, who=anybody), found, mark)
        return Drawn(theirs, self._of(theirs, "", ""))

    def for_one(self, drawn: Drawn, who: Visitor) -> Response:
        return _response(self._of(drawn.of_one, who.csrf, escape(shown(who.name))), 200)

    def for_open_page(self, drawn: Drawn) -> Response:
        """For who has it open and knows whose it is: `live.js` takes over what forms carry."""
        packed = {"Content-Encoding": "gzip"}
        return HTMLResponse(drawn.packed, headers=packed)

    def _of(self, drawn: str, csrf: str, name: str) -> str:
        return drawn.replace(self._csrf, csrf).replace(self._name, name)

    def _drawn(self, page: Page, visit: Visit, found: Mapping[str, Any], mark: str | None) -> str:
        desk = visit.desk
        return self._rendered(
            page.template,
            title=found.get("title", page.title),
            page=page,
            found=found,
            visit=visit,
            base=self.root + desk.base,
            account=desk.account,
            mark=mark,
            about=page.person(visit),
            filtered=query(**page.filtered(visit)),
            place=page.path.format(**visit.path),
            **clock(desk.live.ruleset.timezone, visit.now),
        )

    def error(self, request: Request, status: int, message: str) -> Response:
        return self.alone(request, "error.html", status, message=message, code=status)

    def alone(self, request: Request, template: str, status: int = 200, **found: Any) -> Response:
        """A page without an account: log-in, errors."""
        return self._html(template, status, **found)

    def _html(self, template: str, status: int, **found: Any) -> Response:
        return _response(self._rendered(template, **found), status)

    def _rendered(self, template: str, **found: Any) -> str:
        return templates().get_template(template).render(self._everywhere, **found)


def _response(drawn: str, status: int) -> Response:
    return HTMLResponse(drawn.encode("utf-8", "replace"), status_code=status)
