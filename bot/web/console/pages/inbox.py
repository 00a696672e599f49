"""What waits for a person, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

from bot.errors import UsageError
from bot.ledger import attention, dead_letters, inbox_items, notifications, quarantine
from bot.ledger.inbox_items import Item, Kind
from bot.messaging import inbox_items as acts
from bot.messaging import json_views, outgoing
from bot.messaging.quarantine import take
from bot.model import LongTexts
from bot.text.durations import duration
from bot.web.console.desk import Visit
from bot.web.console.page import Act, Page
from bot.web.console.rendering import query

_FILTERS: Final = ("kind", "unmatched", "snoozed", "unread", "person-wrote")
MOST: Final = 100
"""Items on the page, those that wait longest; the others come up as these are done."""
_NARROWER: Final = {"unread": "unread", "person-wrote": "personWrote"}
"""Filters among those of a kind, with the member of an item that each asks for."""
_WAYS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.LIKELY_OPT_OUT: ("opt-out", "answer", "done", "snooze"),
    Kind.WRONG_NUMBER: ("done", "answer", "opt-out", "snooze"),
    Kind.HANDOFF: ("done", "snooze"),
    Kind.FAILED: ("answer", "done", "snooze"),
    Kind.HELD: ("answer", "done", "snooze"),
    Kind.UNMATCHED: ("done", "answer", "snooze"),
    Kind.DEAD_LETTER: ("retry", "drop", "done", "snooze"),
    Kind.QUARANTINE: ("retry", "drop", "done", "snooze"),
}
"""What can be done about each; the first is what is done most."""

_Do: TypeAlias = Callable[[Connection, Item, Visit, Mapping[str, str]], None]


async def _look(visit: Visit) -> Mapping[str, Any]:
    given = PAGE.filtered(visit)
    unmatched = bool(given["unmatched"]) or given["kind"] == Kind.UNMATCHED

    def find(connection: Connection) -> Mapping[str, Any]:
        snoozed = bool(given["snoozed"])
        found = inbox_items.listed(connection, visit.now, unmatched=unmatched, snoozed=snoozed)
        return _found(connection, found, given)

    return await visit.desk.resources.writer.read(find)


def _found(
    connection: Connection, found: Sequence[Item], given: Mapping[str, str]
) -> Mapping[str, Any]:
    of_kind = [item for item in found if given["kind"] in ("", item.kind)]
    paid = attention.paid(connection, of_kind)
    items = [
        {
            **json_views.inbox_item(item),
            "unread": paid[item.id].is_unread,
            "personWrote": paid[item.id].has_person_written,
            "ways": list(_WAYS[item.kind]),
        }
        for item in of_kind
    ]
    wanted = [member for name, member in _NARROWER.items() if given[name]]
    listed = [item for item in items if all(item[member] for member in wanted)]
    return {
        "wanted": given,
        "kinds": {kind: sum(item.kind == kind for item in found) for kind in Kind},
        **{count: sum(bool(item[count]) for item in items) for count in _NARROWER.values()},
        "items": listed[:MOST],
        "more": len(listed[MOST:]),
    }


def _act(do: _Do) -> Act:
    async def act(visit: Visit, form: Mapping[str, str]) -> str:
        def work(connection: Connection) -> None:
            do(connection, acts.one(connection, form.get("id", "")), visit, form)

        await visit.desk.intake.change(work)
        rest = query(**{name: form.get(name, "") for name in _FILTERS})
        return f"/inbox?{rest}" if rest else "/inbox"

    return act


def _done(connection: Connection, item: Item, visit: Visit, form: Mapping[str, str]) -> None:
    acts.done(connection, item.id, visit.who.name, visit.now)


def _snooze(connection: Connection, item: Item, visit: Visit, form: Mapping[str, str]) -> None:
    seconds = duration(form.get("for", "") or "2h")
    if not seconds:
        raise UsageError("for: is not a time, for example 30m, 2h or 1d")
    acts.snooze(connection, item.id, seconds, visit.now)


def _opt_out(connection: Connection, item: Item, visit: Visit, form: Mapping[str, str]) -> None:
    acts.opt_out(connection, item.id, visit.who.name, visit.now)


def _answer(connection: Connection, item: Item, visit: Visit, form: Mapping[str, str]) -> None:
    acts.answer(connection, item.id, visit.who.name, visit.now)


def _retry(connection: Connection, item: Item, visit: Visit, form: Mapping[str, str]) -> None:
    policy, now = visit.desk.resources.settings.long_texts, visit.now
    if _is_untold(item):
        notifications.retry(connection, _row_id(item), now)
    elif item.kind is Kind.DEAD_LETTER:
        _send_again(connection, item, policy, now)
    elif because := take(connection, _event(connection, item)):
        raise UsageError(f"{item.id}: still not readable: {because}")


def _send_again(connection: Connection, item: Item, policy: LongTexts, now: datetime) -> None:
    dead = dead_letters.one(connection, _row_id(item))
    if dead is None or not outgoing.retry(connection, dead, policy, None, now):
        raise UsageError(f"{item.id}: is too long still; see BOT_LONG_TEXTS")


def _drop(connection: Connection, item: Item, visit: Visit, form: Mapping[str, str]) -> None:
    if _is_untold(item):
        notifications.drop(connection, _row_id(item), visit.now)
    elif item.kind is Kind.DEAD_LETTER:
        dead_letters.drop(connection, _row_id(item), visit.now)
    else:
        quarantine.release(connection, _event(connection, item).id)


def _is_untold(item: Item) -> bool:
    """It was not for the person: a colleague or a program was to be told of them."""
    return item.id.startswith("notify-")


def _row_id(item: Item) -> int:
    return int(item.id.rpartition("-")[2])


def _event(connection: Connection, item: Item) -> quarantine.Quarantined:
    found = None
    if item.kind is Kind.QUARANTINE:
        found = quarantine.one(connection, _row_id(item))
    if found is None:
        raise UsageError(f"{item.id}: is nothing that can be tried again or dropped")
    return found


_DOINGS: Final[Mapping[str, _Do]] = {
    "done": _done,
    "snooze": _snooze,
    "opt-out": _opt_out,
    "answer": _answer,
    "retry": _retry,
    "drop": _drop,
}
PAGE: Final = Page(
    path="/inbox",
    title="Inbox",
    template="inbox.html",
    look=_look,
    acts={name: _act(do) for name, do in _DOINGS.items()},
    filters=_FILTERS,
    icon="inbox",
    is_live=True,
)
