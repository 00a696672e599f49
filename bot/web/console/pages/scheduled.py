"""What will be said later, and what ends by itself; what is to be said can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.ledger import scheduled as stored
from bot.messaging import json_views, scheduled
from bot.web.console.desk import Visit
from bot.web.console.page import Page

_MOST: Final = 200


async def _look(visit: Visit) -> Mapping[str, Any]:
    found = await visit.desk.resources.writer.read(lambda c: stored.listed(c, _MOST + 1))
    return {
        "isMore": len(found) > _MOST,
        "scheduled": list(map(json_views.scheduled, found[:_MOST])),
    }


async def cancel(visit: Visit, form: Mapping[str, str]) -> None:
    """What a form names is not said. Raises UsageError."""
    wanted = form.get("id", "")
    await visit.desk.intake.change(lambda c: scheduled.cancel(c, wanted, visit.now))


async def _cancel(visit: Visit, form: Mapping[str, str]) -> str:
    await cancel(visit, form)
    return "/scheduled"


PAGE: Final = Page(
    path="/scheduled",
    title="Scheduled",
    template="scheduled.html",
    look=_look,
    acts={"cancel": _cancel},
    icon="scheduled",
    is_live=True,
)
