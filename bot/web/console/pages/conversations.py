"""All conversations, the one with the latest change first, and those that are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from bot.ledger import search
from bot.ledger.latest import Latest, latest, opted_out
from bot.ledger.search import Wanted
from bot.messaging import json_views
from bot.model import Outcome
from bot.timezones import utc
from bot.web.console.desk import Visit
from bot.web.console.page import Page
from bot.web.conversations import place_of, wanted_of

_MOST: Final = 50
FILTERS: Final = ("search", "since", "outcome", "rule", "state")


async def _look(visit: Visit) -> Mapping[str, Any]:
    given = {name: one for name, one in visit.query.items() if one and name in (*FILTERS, "after")}
    wanted = wanted_of(given, visit.now)

    def find(connection: Connection) -> Mapping[str, Any]:
        return _found(connection, wanted, visit)

    found = await visit.desk.resources.writer.read(find)
    return {**found, "wanted": {name: given.get(name, "") for name in FILTERS}}


def _found(connection: Connection, wanted: Wanted, visit: Visit) -> Mapping[str, Any]:
    ones = list(search.found(connection, wanted, visit.now, _MOST + 1))
    shown, more = ones[:_MOST], len(ones) > _MOST
    said, left = latest(connection, shown), opted_out(connection, shown)
    return {
        "conversations": [
            {
                **json_views.summary(one, visit.now),
                "optedOut": one.contact in left,
                "last": _last(said.get(one.id)),
            }
            for one in shown
        ],
        "next": place_of(shown[-1]) if more else None,
        "outcomes": list(Outcome),
    }


def _last(said: Latest | None) -> Mapping[str, Any] | None:
    if said is None:
        return None
    return {
        "direction": "outbound" if said.is_ours else "inbound",
        "at": utc(said.at),
        "text": said.text,
        "mediaUrl": said.media_url,
        "outcome": said.outcome,
        "reason": said.reason,
        "status": said.status,
        "delivery": said.delivery,
    }


PAGE: Final = Page(
    path="/",
    title="Conversations",
    template="conversations.html",
    look=_look,
    icon="conversations",
    is_live=True,
)
