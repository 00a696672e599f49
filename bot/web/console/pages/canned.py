"""Canned replies: texts of rules, filled in for one person, to be sent as they are or changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from bot.engine.canned import Canned, canned
from bot.errors import UnknownError
from bot.messaging.canned import seen_last
from bot.rules.matchers.base import MessageView
from bot.rules.ruleset import Ruleset
from bot.text import phone_numbers
from bot.text.segments import measure
from bot.web.console.desk import Visit
from bot.web.console.page import NotThere, Page
from bot.web.console.rendering import number

_MOST: Final = 100
"""Texts of one page."""


async def _look(visit: Visit) -> Mapping[str, Any]:
    contact = phone_numbers.address(visit.path["number"])
    ours, search = visit.query.get("to") or None, visit.query.get("search", "")
    if contact is None:
        raise NotThere("This is not a phone number.")
    try:
        seen = await visit.desk.resources.writer.read(
            lambda c: seen_last(c, contact, ours, visit.now)
        )
    except UnknownError as error:
        raise NotThere(f"There is no conversation with {contact}.") from error
    found = await asyncio.to_thread(_found, visit.desk.live.ruleset, seen, search)
    return {
        "title": f"Canned replies to {number(contact)}",
        "number": contact,
        "to": ours,
        "search": search,
        "isMore": len(found) > _MOST,
        "replies": [
            {
                "rule": one.rule,
                "description": one.description,
                "text": one.text,
                "segments": measure(one.text).count,
                "fits": one.fits,
            }
            for one in found[:_MOST]
        ],
    }


def _found(ruleset: Ruleset, seen: MessageView, search: str) -> Sequence[Canned]:
    return [*islice(canned(ruleset, seen, search), _MOST + 1)]


PAGE: Final = Page(
    path="/conversations/{number}/canned",
    title="Canned replies",
    template="canned.html",
    look=_look,
)
