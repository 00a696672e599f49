"""The accounts of this server, where there are several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.web.console.desk import Desk, Visit
from bot.web.console.page import Page


def accounts_page(desks: Sequence[Desk]) -> Page:
    async def look(visit: Visit) -> Mapping[str, Any]:
        return {
            "accounts": [
                {
                    "account": desk.account,
                    "rules": len(desk.live.ruleset.rules),
                    "errors": list(desk.live.errors),
                }
                for desk in desks
            ]
        }

    return Page(path="/", title="Accounts", template="accounts.html", look=look)
