"""One conversation: all that was said, with what was decided, and how it arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from bot.authoring.scenarios import zone_of
from bot.errors import LedgerUnavailable, UsageError
from bot.ledger import attention, views
from bot.ledger.outbox import OutboundView, Status
from bot.ledger.views import Chain
from bot.messaging import json_views, opt_outs
from bot.messaging.handoff import PersonText, Wish, read_text
from bot.rules.handoff import QUIET
from bot.text import phone_numbers
from bot.text.segments import measure
from bot.web.console.desk import Visit
from bot.web.console.page import NotThere, Page
from bot.web.console.pages import scheduled
from bot.web.console.rendering import number, query, segment

_MOST: Final = 200
"""Messages that are shown unless all are asked for."""
_PATIENCE: Final = 1.0
"""Seconds."""


async def _look(visit: Visit) -> Mapping[str, Any]:
    contact = _contact(visit)
    chains = await visit.desk.resources.writer.read(lambda c: views.chains_with(c, contact))
    if not chains:
        raise NotThere(f"There is no conversation with {contact}.")
    whole = _chosen(chains, visit.query.get("to") or visit.form.get("to") or None)
    shown = whole.messages if "all" in visit.query else whole.messages[-_MOST:]
    found = json_views.conversation(replace(whole, messages=shown), visit.now)
    texts = [one.message.text if isinstance(one, OutboundView) else None for one in shown]
    messages: Any = found["messages"]
    return {
        **found,
        "title": number(contact),
        "timezone": zone_of(visit.desk.live.ruleset),
        "ourNumbers": [one.conversation.number for one in chains],
        "seen": max((one.id for one in whole.messages if isinstance(one, OutboundView)), default=0),
        "earlier": len(whole.messages) - len(shown),
        "unread": _is_unread(whole),
        "messages": [
            message if text is None else {**message, "segments": measure(text).count}
            for message, text in zip(messages, texts, strict=True)
        ],
    }


def _is_unread(whole: Chain) -> bool:
    """Something has come to it since one of ours had it open."""
    last = whole.conversation.changed_at
    for one in whole.messages:
        if not isinstance(one, OutboundView):
            last = max(last, one.message.received_at)
        elif one.status is Status.DEAD:
            last = max(last, one.at)
    return whole.conversation.read_to is None or whole.conversation.read_to < last


async def _opened(visit: Visit, found: Mapping[str, Any]) -> bool:
    if not found["unread"]:
        return False
    contact, ours = _contact(visit), found["ourNumber"] or ""
    with suppress(LedgerUnavailable, SQLAlchemyError):  # it can be read all the same
        await visit.desk.resources.writer.run(
            lambda c: attention.read(c, contact, ours, visit.now), within=_PATIENCE
        )
    return True


def _chosen(chains: Sequence[Chain], ours: str | None) -> Chain:
    """That with the number of ours that is asked for, else where something changed last."""
    if ours is None:
        return max(chains, key=lambda one: one.conversation.changed_at)
    for chain in chains:
        if chain.conversation.number == ours:
            return chain
    raise NotThere(f"There is no conversation with this number and {ours}.")


async def _opt_out(visit: Visit, form: Mapping[str, str]) -> str:
    contact = phone_numbers.e164(visit.path["number"])
    if contact is None:
        raise UsageError("This is not a phone number.")
    because = opt_outs.reason(form.get("because"), "because") or opt_outs.BY_HAND
    await visit.desk.intake.opt_out(contact, because, visit.who.name)
    return _here(visit, form)


async def _write(visit: Visit, form: Mapping[str, str]) -> str:
    said = PersonText(_wish(visit, form), read_text(form.get("text")), _seen(form))
    await visit.desk.intake.write(said)
    return _here(visit, form)


def _seen(form: Mapping[str, str]) -> int:
    """The last message of ours that somebody has seen who sends this form."""
    number = form.get("seen", "").removeprefix("out-")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0


async def _take(visit: Visit, form: Mapping[str, str]) -> str:
    await visit.desk.intake.hand_over(_wish(visit, form), QUIET)
    return _here(visit, form)


async def _release(visit: Visit, form: Mapping[str, str]) -> str:
    await visit.desk.intake.release(_wish(visit, form))
    return _here(visit, form)


async def _cancel(visit: Visit, form: Mapping[str, str]) -> str:
    await scheduled.cancel(visit, form)
    return _here(visit, form)


def _wish(visit: Visit, form: Mapping[str, str]) -> Wish:
    return Wish(_contact(visit), form.get("to") or None, visit.who.name)


def _here(visit: Visit, form: Mapping[str, str]) -> str:
    path, to = f"/conversations/{segment(_contact(visit))}", query(to=form.get("to"))
    return f"{path}?{to}" if to else path


def _contact(visit: Visit) -> str:
    """Raises NotThere."""
    found = phone_numbers.address(visit.path["number"])
    if found is None:
        raise NotThere("This is not a phone number.")
    return found


PAGE: Final = Page(
    path="/conversations/{number}",
    title="Conversation",
    template="thread.html",
    look=_look,
    acts={
        "opt-out": _opt_out,
        "write": _write,
        "handoff": _take,
        "release": _release,
        "cancel": _cancel,
    },
    filters=("to",),
    is_live=True,
    about=_contact,
    opened=_opened,
)
