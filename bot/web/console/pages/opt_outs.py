"""Who gets no texts, since when, why, and who said so."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from bot.errors import UsageError
from bot.ledger import opt_outs as stored
from bot.messaging import json_views, opt_outs
from bot.text import phone_numbers
from bot.web.console.desk import Visit
from bot.web.console.page import Page

_MOST: Final = 500


async def _look(visit: Visit) -> Mapping[str, Any]:
    wanted = "".join(visit.query.get("search", "").split())

    def find(connection: Connection) -> list[stored.OptedOut]:
        ones = (one for one in stored.listed(connection) if wanted in (one.number or ""))
        return list(islice(ones, _MOST + 1))

    found = await visit.desk.resources.writer.read(find)
    return {
        "search": visit.query.get("search", ""),
        "isMore": len(found) > _MOST,
        "optOuts": [json_views.opt_out(one.number, one.opt_out) for one in found[:_MOST]],
    }


async def _add(visit: Visit, form: Mapping[str, str]) -> str:
    contact = phone_numbers.e164(form.get("number", ""))
    if contact is None:
        raise UsageError("number: is not a phone number, for example +15555550123")
    because = opt_outs.reason(form.get("because"), "because") or opt_outs.BY_HAND
    await visit.desk.intake.opt_out(contact, because, visit.who.name)
    return "/opt-outs"


async def _remove(visit: Visit, form: Mapping[str, str]) -> str:
    contact = phone_numbers.address(form.get("number", ""))
    because = opt_outs.reason(form.get("because"), "because")
    if contact is None:
        raise UsageError("number: is not a phone number, for example +15555550123")

    def work(connection: Connection) -> None:
        opt_outs.opt_in(connection, contact, because, visit.who.name, visit.now)

    await visit.desk.intake.change(work)
    return "/opt-outs"


PAGE: Final = Page(
    path="/opt-outs",
    title="Opt-outs",
    template="opt_outs.html",
    look=_look,
    acts={"add": _add, "remove": _remove},
    icon="out",
    is_live=True,
)
