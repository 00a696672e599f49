"""Why a text got the answer that it got: what each rule that was asked had to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from bot.ledger import views
from bot.ledger.views import InboundView
from bot.messaging import json_views
from bot.web.console.desk import Visit
from bot.web.console.page import NotThere, Page


async def _look(visit: Visit) -> Mapping[str, Any]:
    written = re.fullmatch("in-([0-9]{1,18})", visit.path["id"])
    found = None
    if written is not None:
        row_id = int(written[1])

        def find(connection: Connection) -> InboundView | None:
            return views.inbound(connection, row_id)

        found = await visit.desk.resources.writer.read(find)
    if found is None:
        raise NotThere("There is no such message.")
    rules = visit.desk.live.ruleset
    return {
        **json_views.inbound(found, verbose=True),
        "number": found.message.sender,
        "isPresentRuleset": found.recorded is not None and found.recorded.ruleset == rules.digest,
    }


PAGE: Final = Page(
    path="/messages/{id}", title="Why this answer", template="why.html", look=_look, is_live=True
)
