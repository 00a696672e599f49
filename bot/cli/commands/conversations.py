"""Ordered chains of both directions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from bot.cli import options
from bot.cli.output import change_line, dim, printable, step_line, utc
from bot.errors import UsageError
from bot.ledger import views
from bot.ledger.decisions import Recorded
from bot.ledger.outbox import OutboundView
from bot.ledger.views import Chain, InboundView


@click.command("list")
@options.json_option
def list_conversations(as_json: bool) -> int:
    """All conversations, the one with the latest message first."""
    with options.ledger() as connection:
        found = views.all_conversations(connection)
    for one in found:
        if as_json:
            options.print_json(
                {
                    "id": one.id,
                    "at": utc(one.changed_at),
                    "reason": None,
                    "number": one.contact,
                    "ourNumber": one.number or None,
                    "longcodeId": one.longcode_id,
                    "received": one.received,
                }
            )
        else:
            ours = one.number or f"longcode {one.longcode_id}"
            print(f"{one.contact}  with {ours}  {one.received} received  {one.changed_at:%F %R}")
    if not found and not as_json:
        print("no conversations yet")
    return 0


@click.command()
@click.argument("number", metavar="N")
@click.option("-v", "--verbose", is_flag=True, help="With the trace of each decision.")
@options.json_option
def show(number: str, verbose: bool, as_json: bool) -> int:
    """What was said with the person N, in order, and which rule answered.

    \b
    Examples:
      bot conversations show +15555550123
      bot conversations show +15555550123 -v
    """
    contact = options.address(number, "N")
    with options.ledger() as connection:
        found = views.chains_with(connection, contact)
    if not found:
        raise UsageError(f"there is no conversation with {contact}")
    for chain in found:
        if as_json:
            options.print_json(_as_object(chain, verbose=verbose))
        else:
            print("\n".join(_lines(chain, verbose=verbose)))
    return 0


COMMANDS: Final = (list_conversations, show)


def _as_object(chain: Chain, *, verbose: bool) -> dict[str, object]:
    conversation = chain.conversation
    return {
        "number": conversation.contact,
        "ourNumber": conversation.number or None,
        "longcodeId": conversation.longcode_id,
        "state": conversation.state,
        "optedOut": chain.opted_out,
        "handedOver": False,
        "contact": dict(chain.contact),
        "messages": [
            _inbound(one, verbose=verbose) if isinstance(one, InboundView) else _outbound(one)
            for one in chain.messages
        ],
    }


def _inbound(inbound: InboundView, *, verbose: bool) -> dict[str, object]:
    message, recorded = inbound.message, inbound.recorded
    decision = recorded.decision if recorded is not None else None
    return {
        "id": f"in-{inbound.id}",
        "direction": "inbound",
        "at": utc(message.received_at),
        "sentAt": None if message.sent_at is None else utc(message.sent_at),
        "text": message.text,
        "mediaUrl": message.media_url,
        **({"moreMedia": message.more_media} if message.more_media else {}),
        **({"odd": message.odd} if message.odd else {}),
        "externalId": message.external_id,
        "inReplyTo": None if inbound.answers_id is None else f"out-{inbound.answers_id}",
        "rule": decision and decision.rule,
        "outcome": decision and decision.outcome,
        "reason": decision and decision.reason,
        "status": inbound.status,
        "messageId": message.message_id,
        "tags": message.tags,
        **(_decided(recorded, verbose=verbose) if recorded is not None else {}),
    }


def _decided(recorded: Recorded, *, verbose: bool) -> dict[str, object]:
    decision = recorded.decision
    trace = [step.as_object() for step in decision.trace]
    return {
        "detail": decision.detail or None,
        "captures": dict(decision.captures),
        "changes": [change.as_object() for change in decision.changes],
        "ruleset": recorded.ruleset,
        **({"trace": trace} if verbose else {}),
    }


def _outbound(outbound: OutboundView) -> dict[str, object]:
    message = outbound.message
    return {
        "id": f"out-{outbound.id}",
        "direction": "outbound",
        "at": utc(outbound.at),
        "queuedAt": utc(outbound.queued_at),
        "text": message.text,
        "mediaUrl": message.image,
        "externalId": message.external_id,
        "inReplyTo": None if outbound.inbox_id is None else f"in-{outbound.inbox_id}",
        "rule": outbound.rule,
        "outcome": None,
        "reason": outbound.reason or None,
        "status": outbound.status,
        "delivery": outbound.delivery,
        "messageId": outbound.message_id,
        "longcodeId": message.longcode_id,
        "tags": message.tags,
    }


def _lines(chain: Chain, *, verbose: bool) -> Iterator[str]:
    conversation = chain.conversation
    ours = conversation.number or f"longcode {conversation.longcode_id}"
    left = ", opted out" if chain.opted_out else ""
    yield f"{conversation.contact} with {ours}{left}"
    for one in chain.messages:
        if isinstance(one, OutboundView):
            about = (one.rule, one.status, one.reason)
            yield from _said("‹", one.message.text, utc(one.at), about)
            continue
        decision = one.recorded.decision if one.recorded is not None else None
        words = (decision.outcome, decision.rule) if decision is not None else ()
        about = (*words, one.status, decision and decision.reason)
        yield from _said("›", one.message.text, utc(one.message.received_at), about)
        if one.message.odd:
            yield dim(f"      not all of it could be read: {printable(one.message.odd)}")
        if one.recorded is not None:
            yield from (dim(f"      {line}") for line in _because(one.recorded, verbose=verbose))


def _said(sign: str, text: str, at: str, about: tuple[str | None, ...]) -> Iterator[str]:
    for line in printable(text).splitlines() or ["(no text)"]:
        yield f"  {sign} {line}"
    yield dim(f"    {at}  {printable(' · '.join(filter(None, about)))}")


def _because(recorded: Recorded, *, verbose: bool) -> Iterator[str]:
    """What else is known of a decision."""
    decision = recorded.decision
    if decision.detail:
        yield printable(decision.detail)
    if decision.captures:
        yield printable(", ".join(f"{name} = {value}" for name, value in decision.captures.items()))
    yield from map(change_line, decision.changes)
    if verbose:
        yield from map(step_line, decision.trace)
        yield f"by the rules {recorded.ruleset[:12]}"
