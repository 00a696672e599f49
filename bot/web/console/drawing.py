"""From what a page shows to its HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web.console.assets import Assets
from bot.web.console.desk import Visit
from bot.web.console.page import Page
from bot.web.console.rendering import clock, make_environment


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
        self._environment = make_environment()
        self._environment.globals.update(
            root=root,
            static=f"{root}/_static/{assets.version}",
            accounts=[name for name in accounts if name is not None],
            has_login=has_login,
            navigation=navigation,
        )

    def page(
        self, page: Page, visit: Visit, found: Mapping[str, Any], mark: str | None
    ) -> Response:
        """`mark`: the last change that it shows, of a page that is live."""
        desk = visit.desk
        return self._html(
            page.template,
            400 if visit.mistake else 200,
            title=found.get("title", page.title),
            page=page,
            found=found,
            visit=visit,
            base=self.root + desk.base,
            account=desk.account,
            mark=mark,
            place=page.path.format(**visit.path),
            **clock(desk.live.ruleset.timezone, visit.now),
        )

    def error(self, request: Request, status: int, message: str) -> Response:
        return self.alone(request, "error.html", status, message=message, code=status)

    def alone(self, request: Request, template: str, status: int = 200, **found: Any) -> Response:
        """A page without an account: log-in, errors."""
        return self._html(template, status, **found)

    def _html(self, template: str, status: int, **found: Any) -> Response:
        drawn = self._environment.get_template(template).render(found)
        return HTMLResponse(drawn.encode("utf-8", "replace"), status_code=status)
