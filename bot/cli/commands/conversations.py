"""Ordered chains of both directions."""

from __future__ import annotations

from typing import Any, Final

import click
from sqlalchemy import Connection, Row

from bot.cli import options
from bot.cli.output import dim, printable, utc
from bot.errors import UsageError
from bot.ledger import contacts, conversations


@click.command("list")
@options.json_option
def list_conversations(as_json: bool) -> int:
    """All conversations, the one with the latest message first."""
    with options.ledger() as connection:
        rows = conversations.listed(connection)
    for row in rows:
        if as_json:
            options.print_json(
                {
                    "id": row.id,
                    "at": utc(row.changed_at),
                    "reason": None,
                    "number": row.contact,
                    "ourNumber": row.number or None,
                    "longcodeId": row.longcode_id,
                    "received": row.received,
                }
            )
        else:
            ours = row.number or f"longcode {row.longcode_id}"
            print(f"{row.contact}  with {ours}  {row.received} received  {row.changed_at:%F %R}")
    if not rows and not as_json:
        print("no conversations yet")
    return 0


@click.command()
@click.argument("number", metavar="N")
@options.json_option
def show(number: str, as_json: bool) -> int:
    """What was said with the person N, in order, and which rule answered.

    \b
    Example:
      bot conversations show +15555550123
    """
    contact = options.number(number, "N")
    with options.ledger() as connection:
        found = [
            _as_object(connection, row) for row in conversations.with_contact(connection, contact)
        ]
    if not found:
        raise UsageError(f"there is no conversation with {contact}")
    for conversation in found:
        if as_json:
            options.print_json(conversation)
        else:
            _print(conversation)
    return 0


COMMANDS: Final = (list_conversations, show)


def _as_object(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    messages = [
        *(
            (m.received_at, 0, m.id, _inbound(m))
            for m in conversations.inbound_of(connection, row.id)
        ),
        *(
            (m.created_at, 1, m.id, _outbound(m))
            for m in conversations.outbound_of(connection, row.id)
        ),
    ]
    return {
        "number": row.contact,
        "ourNumber": row.number or None,
        "longcodeId": row.longcode_id,
        "state": row.state,
        "optedOut": contacts.is_opted_out(connection, row.contact),
        "handedOver": False,
        "contact": dict(contacts.contact_values(connection, row.contact)),
        "messages": [message for *_, message in sorted(messages, key=lambda m: m[:3])],
    }


def _inbound(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": f"in-{row.id}",
        "direction": "inbound",
        "at": utc(row.received_at),
        "text": row.text,
        "mediaUrl": row.media_url,
        "externalId": row.external_id,
        "inReplyTo": None if row.answers_id is None else f"out-{row.answers_id}",
        "rule": row.rule,
        "outcome": row.outcome,
        "reason": row.reason,
        "status": row.status,
        "messageId": row.message_id,
        "tags": row.tags,
    }


def _outbound(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": f"out-{row.id}",
        "direction": "outbound",
        "at": utc(row.created_at),
        "text": row.text,
        "mediaUrl": row.image,
        "externalId": row.external_id,
        "inReplyTo": None if row.inbox_id is None else f"in-{row.inbox_id}",
        "rule": row.rule,
        "outcome": None,
        "reason": row.reason or None,
        "status": row.status,
        "delivery": row.delivery,
        "messageId": row.message_id,
        "longcodeId": row.longcode_id,
        "tags": row.tags,
    }


def _print(conversation: dict[str, Any]) -> None:
    ours = conversation["ourNumber"] or f"longcode {conversation['longcodeId']}"
    left = ", opted out" if conversation["optedOut"] else ""
    print(f"{conversation['number']} with {ours}{left}")
    for message in conversation["messages"]:
        sign = "›" if message["direction"] == "inbound" else "‹"
        about = [message["outcome"], message["rule"], message["status"], message["reason"]]
        for line in printable(message["text"]).splitlines() or ["(no text)"]:
            print(f"  {sign} {line}")
        print(dim(f"    {message['at']}  {printable(' · '.join(filter(None, about)))}"))
