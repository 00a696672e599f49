"""`/api/conversations`: what the commands of that name tell and do, for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import UsageError, plain
from bot.ledger.contacts import OptOut
from bot.ledger.forgetting import Forgotten
from bot.ledger.search import Wanted
from bot.ledger.views import Chain, ConversationView
from bot.log import logger
from bot.messaging import json_views, opt_outs
from bot.messaging.handoff import PersonText, Wish, read_text
from bot.model import Outcome
from bot.rules.handoff import QUIET
from bot.text import phone_numbers
from bot.text.durations import duration
from bot.text.words import storable
from bot.timezones import utc
from bot.web.auth import refusal
from bot.web.body import Endpoint
from bot.web.requests import by_of, guarded, limit_of, lines, members_of, since_of

_FILTERS: Final = ("search", "since", "outcome", "rule", "state", "limit", "after")


class Conversations(Protocol):
    """Each raises LedgerUnavailable."""

    def clock(self) -> datetime: ...

    async def conversations(self, wanted: Wanted, limit: int) -> list[ConversationView]:
        """The one with the latest change first."""

    async def chains(self, contact: str) -> list[Chain]:
        """Every conversation with a person."""

    async def opt_out(self, contact: str, because: str, by: str) -> OptOut:
        """They get no texts any more; how it stands then."""

    async def write(self, text: PersonText) -> str:
        """Queue what one of us writes; its externalId. Raises UnknownError, OptedOutError."""

    async def hand_over(self, wanted: Wish, quiet: int) -> ConversationView:
        """One of us takes it. Raises UnknownError, OptedOutError."""

    async def release(self, wanted: Wish) -> ConversationView:
        """One of us gives it back. Raises UnknownError."""

    async def forget(self, contact: str, by: str) -> Forgotten:
        """Deletes all that is stored of a person."""


def list_endpoint(token: str | None, bot: Conversations) -> Endpoint:
    """`GET …/conversations`: a page of them; a header `Link` leads to the next."""

    async def answer(request: Request) -> Response:
        now = bot.clock()
        wanted, limit = _wanted(request.query_params, now)
        found = await bot.conversations(wanted, limit)
        response = lines(request, (json_views.summary(one, now) for one in found))
        if len(found) == limit:
            rest = {**request.query_params, "after": place_of(found[-1])}
            response.headers["Link"] = f'<?{urlencode(rest)}>; rel="next"'
        return response

    return guarded(token, answer)


def one_endpoint(token: str | None, bot: Conversations) -> Endpoint:
    """`GET …/conversations/{number}`: with all that was said."""

    async def answer(request: Request) -> Response:
        contact = _contact(request)
        found = await bot.chains(contact)
        if not found:
            return refusal(404, f"there is no conversation with {contact}")
        now = bot.clock()
        return lines(request, (json_views.conversation(chain, now) for chain in found))

    return guarded(token, answer)


def opt_out_endpoint(token: str | None, bot: Conversations) -> Endpoint:
    """`POST …/conversations/{number}/opt-out` `{by, because?}`."""

    async def answer(request: Request) -> Response:
        members = await members_of(request, ("by", "because"))
        by = opt_outs.name_of(members.get("by"), "by")
        because = opt_outs.reason(members.get("because"), "because") or opt_outs.BY_HAND
        contact = phone_numbers.e164(request.path_params["number"])
        if contact is None:
            raise UsageError("number: is not a phone number, for example +15555550123")
        left = await bot.opt_out(contact, because, by)
        return JSONResponse(json_views.opt_out(contact, left))

    return guarded(token, answer)


def forget_endpoint(token: str | None, bot: Conversations) -> Endpoint:
    """`POST …/conversations/{number}/forget` `{by}`."""

    async def answer(request: Request) -> Response:
        members = await members_of(request, ("by",))
        by, contact = opt_outs.name_of(members.get("by"), "by"), _contact(request)
        gone = await bot.forget(contact, by)
        logger().info("forgotten", by=by, messages=gone.messages)
        return JSONResponse(json_views.forgotten(contact, gone))

    return guarded(token, answer)


def write_endpoint(token: str | None, bot: Conversations) -> Endpoint:
    """`POST …/conversations/{number}/messages` `{text, by, ourNumber?}`."""

    async def answer(request: Request) -> Response:
        members = await members_of(request, ("text", "by", "ourNumber"))
        by = opt_outs.name_of(members.get("by"), "by")
        text = read_text(members.get("text"))
        external_id = await bot.write(PersonText(_wish(request, members, by), text))
        logger().info("a person of ours writes", by=by, external_id=external_id)
        return JSONResponse({"externalId": external_id}, status_code=202)

    return guarded(token, answer)


def hand_over_endpoint(token: str | None, bot: Conversations) -> Endpoint:
    """`POST …/conversations/{number}/handoff` `{by?, ourNumber?, for?}`."""

    async def answer(request: Request) -> Response:
        members = await members_of(request, ("by", "ourNumber", "for"))
        quiet = QUIET if members.get("for") is None else duration(str(members["for"]))
        if not quiet:
            raise UsageError("for: is not a time, for example 30m, 2h or 1d")
        wanted = _wish(request, members, by_of(members))
        found = await bot.hand_over(wanted, quiet)
        logger().info("handed over", by=wanted.by, conversation=found.id)
        return JSONResponse(json_views.held(found, bot.clock()))

    return guarded(token, answer)


def release_endpoint(token: str | None, bot: Conversations) -> Endpoint:
    """`POST …/conversations/{number}/release` `{by?, ourNumber?}`."""

    async def answer(request: Request) -> Response:
        members = await members_of(request, ("by", "ourNumber"))
        wanted = _wish(request, members, by_of(members))
        found = await bot.release(wanted)
        logger().info("given back", by=wanted.by, conversation=found.id)
        return JSONResponse(json_views.held(found, bot.clock()))

    return guarded(token, answer)


def _wish(request: Request, members: Mapping[str, Any], by: str) -> Wish:
    """Raises UsageError."""
    ours = members.get("ourNumber")
    if ours is not None and phone_numbers.e164(ours) is None:
        raise UsageError("ourNumber: is not a phone number, for example +18005550100")
    return Wish(_contact(request), None if ours is None else phone_numbers.e164(ours), by)


def _contact(request: Request) -> str:
    """Raises UsageError."""
    found = phone_numbers.address(request.path_params["number"])
    if found is None:
        raise UsageError("number: is not a phone number, for example +15555550123")
    return found


def _wanted(query: Mapping[str, str], now: datetime) -> tuple[Wanted, int]:
    """Raises UsageError."""
    if unknown := sorted(query.keys() - set(_FILTERS)):
        known = ", ".join(_FILTERS)
        raise UsageError(f"{plain(unknown[0])[:40]}: is not a filter; known: {known}")
    return wanted_of(query, now), limit_of(query)


def wanted_of(query: Mapping[str, str], now: datetime) -> Wanted:
    """What a query asks for. Raises UsageError."""
    outcome = query.get("outcome")
    if outcome is not None and outcome not in [*Outcome]:
        raise UsageError(f"outcome: is one of {', '.join(Outcome)}")
    return Wanted(
        said=storable(query.get("search", "")),
        since=since_of(query["since"], now) if "since" in query else None,
        outcome=outcome,
        rule=query.get("rule"),
        state=query.get("state"),
        after=_after(query.get("after")),
    )


def place_of(one: ConversationView) -> str:
    """What `after` takes for those behind it."""
    return f"{utc(one.changed_at)}~{one.id}"


def _after(written: str | None) -> tuple[datetime, int] | None:
    if written is None:
        return None
    at, _, row_id = written.partition("~")
    try:
        found = datetime.fromisoformat(at)
        return found.replace(tzinfo=found.tzinfo or UTC), int(row_id[:18])
    except ValueError:
        raise UsageError("after: is not what a header Link led to") from None
