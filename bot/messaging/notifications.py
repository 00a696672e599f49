"""Tells others what was decided: programs by POST, colleagues by texts; each until they have it."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection

from bot.engine.conversation import Thread
from bot.ledger import notifications
from bot.ledger.conversations import Conversation
from bot.ledger.notifications import Kind, Notification, Status, Wanted
from bot.log import logger
from bot.messaging import colleagues
from bot.messaging.hooks import Hooks
from bot.messaging.resources import Resources
from bot.model import Decision, InboundMessage, Notice
from bot.timezones import utc

_BATCH: Final = 8
"""Programs that are told at once."""


def keep(
    connection: Connection,
    decision: Decision,
    message: InboundMessage,
    conversation: Conversation,
    thread: Thread,
    resources: Resources,
    now: datetime,
) -> None:
    """In the transaction of the decision, `thread` as it is after it."""
    for number, notice in enumerate(decision.notices):
        body = notice.text if notice.to else _body(notice, message, conversation, thread)
        is_dry = resources.gateway is None
        wanted = Wanted(
            key=f"{message.key}-{number}",
            request_id=resources.new_ids().request_id,
            conversation_id=conversation.id,
            kind=Kind.TEXT if notice.to else Kind.POST,
            target=notice.to or notice.url,
            body=body,
            rule=notice.rule,
            status=Status.DROPPED if is_dry else Status.DUE,
            reason="dry run" if is_dry else "",
        )
        notifications.put(connection, wanted, now)


def _body(
    notice: Notice, message: InboundMessage, conversation: Conversation, thread: Thread
) -> str:
    whole = {
        "event": notice.event,
        "at": utc(message.received_at),
        "number": message.sender,
        "ourNumber": message.number or None,
        "text": message.text,
        "rule": notice.rule,
        "captures": dict(notice.captures),
        "conversation": {
            "state": thread.state,
            "values": dict(thread.values),
            "contact": dict(thread.contact),
            "handedOver": thread.handoff is not None and thread.handoff.is_handed_over,
            "received": thread.received,
        },
        "mediaUrl": message.media_url,
        "tags": dict(message.tags),
    }
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace").decode()


class Notifier:
    """Finds what is due and tells it; each claimed by one machine alone."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        settings = resources.settings
        self._hooks = Hooks(settings.notify_secret, private=settings.notify_private)

    async def close(self) -> None:
        await self._hooks.close()

    async def tell(self) -> int:
        """What is due, up to a batch; how many it were. Raises what is wrong with the ledger."""
        writer, clock = self._resources.writer, self._resources.clock
        claimed = await writer.run(lambda c: notifications.claim(c, _BATCH, clock()))
        await asyncio.gather(*map(self._tell, claimed))
        return len(claimed)

    async def _tell(self, told: Notification) -> None:
        writer, clock = self._resources.writer, self._resources.clock
        if told.kind is Kind.POST:
            because = await self._hooks.post(told.target, told.body, told.request_id)
            status = await writer.run(lambda c: _record(c, told, because, clock()))
            self._note(told, status, because)
            return
        because = await writer.run(partial(self._queue, told))
        self._note(told, Status.DROPPED if because else Status.DONE, because)

    def _queue(self, told: Notification, connection: Connection) -> str:
        """A text, in the transaction that ends the row: it is queued once."""
        work = colleagues.tell if told.kind is Kind.TEXT else colleagues.say
        now = self._resources.clock()
        if not notifications.taken(connection, told, now):
            return "another machine has it"
        because = work(connection, told, self._resources, now)
        if told.kind is Kind.TEXT and because:
            notifications.refused(connection, told, because)
        elif because:
            notifications.dropped(connection, told, because)
        return because

    def _note(self, told: Notification, status: Status, because: str) -> None:
        about = {"id": f"notify-{told.id}", "kind": str(told.kind)}
        if told.kind is Kind.POST:
            about["host"] = urlsplit(told.target).hostname or ""
        if status is Status.DONE:
            logger().info("told", **about)
        elif status is Status.DUE:
            logger().warning("will be told again", **about, because=because)
        else:
            tell = logger().error if told.kind is Kind.POST else logger().warning
            tell("not told", **about, because=because)


def _record(connection: Connection, told: Notification, because: str, now: datetime) -> Status:
    if because:
        return notifications.failed(connection, told, because, now)
    notifications.taken(connection, told, now)
    return Status.DONE
