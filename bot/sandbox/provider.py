"""What the provider knows and does, without HTTP: values in, values out."""

from __future__ import annotations

import dataclasses
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from bot.sandbox.reading import SendRequest, read_send, read_webhook
from bot.sandbox.texts import e164, iso
from bot.sandbox.values import (
    Accepted,
    Attempt,
    Fault,
    Number,
    ReceivedMessage,
    Refusal,
    SentMessage,
    Webhook,
)
from bot.sandbox.window import SEND_LIMIT, Limit, Window

OUR_NUMBERS = (Number(id=1, number="+15555550100"),)
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
START_WORDS = frozenset({"start", "unstop"})
DELIVERED = (3, 4)
STOPPED = (11,)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Provider:
    """One account at Mobile Text Alerts, in memory; for one thread at a time.

    The first of `numbers` is the account's default. A limit of None does not limit: the general
    one, per IP address, is off unless given (`GENERAL_LIMIT` is MTA's).

    `strict_length` refuses an SMS that does not fit one segment. Whether MTA does that, splits it,
    or makes it an MMS is unknown; otherwise up to 1,550 characters pass, as for an MMS.

    Ids count up from the clock's microseconds, so that those of a stand-in started anew are new to
    a bot that remembers the old ones.
    """

    def __init__(
        self,
        *,
        numbers: Iterable[Number] = OUR_NUMBERS,
        strict_length: bool = False,
        send_limit: Limit | None = SEND_LIMIT,
        general_limit: Limit | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.numbers = tuple(numbers)
        self.clock = clock
        self.general_limit = general_limit
        self.send_window = Window(send_limit) if send_limit else None
        self.webhooks: dict[int, Webhook] = {}
        self.sent: list[SentMessage] = []
        self.received: list[ReceivedMessage] = []
        self.threads: dict[tuple[str, str], list[SentMessage | ReceivedMessage]] = {}
        """Keyed by (our number, person), oldest first, both directions."""
        self.unsubscribed: set[str] = set()
        self.request_ids: set[str] = set()
        self.smart_replies: list[Mapping[str, object]] = []
        """Rows of GET /smart-replies, each with `word` and `message`; they answer nobody here."""
        self.item_row: Callable[[SentMessage | ReceivedMessage], dict[str, object]] = item_row
        """How a message looks in `GET /threads/{id}/items`."""
        self.fates: dict[str, tuple[int, ...]] = {}
        """By person: the delivery-status codes of messages to them, in place of 3 and 4."""
        self.faults: deque[Fault] = deque()
        self.attempts: list[Attempt] = []
        self._strict_length = strict_length
        self._ids = itertools.count(int(clock().timestamp() * 1_000_000))

    def send(
        self, body: object, request_id: str | None = None, *, reach: bool = True
    ) -> Accepted | Refusal:
        """MTA API, POST /send. `reach=False` accepts for nobody.

        A request id is used up by an accepted call only, and is remembered for ever; both are
        guesses. It is looked at before the body.
        """
        if request_id is not None and not (request_id.isascii() and request_id.isalnum()):
            return Refusal(400, "X-Request-Id must be alphanumeric")
        if request_id in self.request_ids:
            return Refusal(409, "A request with this X-Request-Id was already accepted")
        request = read_send(body, strict_length=self._strict_length)
        if isinstance(request, Refusal):
            return request
        sender = self._sender(request.longcode_id)
        if sender is None:
            return Refusal(400, "longcodeId: not a number of this account")
        if request_id is not None:
            self.request_ids.add(request_id)
        return self._accept(request, sender, request_id, reach=reach)

    def inbound(
        self,
        sender: str,
        text: str | None,
        to: str | None = None,
        media_url: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        """A person writes; gives the body of the webhook message-reply, V3 (MTA API, webhooks).

        Without `to` they answer the number of ours that wrote to them last, else the default one.
        `externalId`, `tags` and `messageId` are those of the latest message from that number to
        that person, and missing where there is none: how MTA picks them is a guess; `tags` stand
        in for those of that message. A stop or start
        word changes the unsubscribes and is a message-reply all the same, which is likely but not
        documented.
        """
        person = _number(sender)
        ours = self._latest_number(person) if to is None else _number(to)
        if ours not in {number.number for number in self.numbers}:
            raise ValueError(f"{to} is not a number of this account")
        if not text and not media_url:
            raise ValueError("a message needs a text or a picture")
        received = ReceivedMessage(
            reply_id=f"r-{next(self._ids)}",
            sender=person,
            to=ours,
            text=text or None,
            media_url=media_url,
            at=self.clock(),
        )
        answered = self.latest_outbound(ours, person)
        self.received.append(received)
        self.threads.setdefault((ours, person), []).append(received)
        self._obey_stop_words(person, text or "")
        body = _reply_body(received, answered)
        return body if tags is None else {**body, "tags": dict(tags)}

    def latest_outbound(self, ours: str, person: str) -> SentMessage | None:
        """The last message from that number of ours to that person."""
        thread = self.threads.get((ours, person), [])
        return next((entry for entry in reversed(thread) if isinstance(entry, SentMessage)), None)

    def register(self, body: object) -> Webhook | Refusal:
        """MTA API, POST /webhooks. The same event and URL again is a second row (a guess)."""
        fields = read_webhook(body, whole=True)
        if isinstance(fields, Refusal):
            return fields
        webhook = Webhook(id=next(self._ids), created_at=self.clock(), **fields)
        self.webhooks[webhook.id] = webhook
        return webhook

    def change(self, webhook_id: int, body: object) -> Webhook | Refusal:
        """MTA API, PATCH /webhooks/{id}: any of the fields of POST."""
        if webhook_id not in self.webhooks:
            return Refusal(404, "No such webhook")
        fields = read_webhook(body, whole=False)
        if isinstance(fields, Refusal):
            return fields
        self.webhooks[webhook_id] = dataclasses.replace(self.webhooks[webhook_id], **fields)
        return self.webhooks[webhook_id]

    def registered(self, event: str) -> tuple[Webhook, ...]:
        return tuple(hook for hook in self.webhooks.values() if hook.event == event)

    def _sender(self, longcode_id: int | None) -> Number | None:
        if longcode_id is None:
            return self.numbers[0]
        return next((number for number in self.numbers if number.id == longcode_id), None)

    def _accept(
        self, request: SendRequest, sender: Number, request_id: str | None, *, reach: bool
    ) -> Accepted:
        """Numbers outside +1 are counted as failed: MTA says they may, we say they do."""
        message_id = str(next(self._ids))
        home = [person for person in request.recipients if person.startswith("+1")]
        messages = tuple(
            SentMessage(
                message_id=message_id,
                outbound_id=next(self._ids),
                to=person,
                text=request.text,
                image=request.image,
                longcode_id=sender.id,
                external_id=request.external_id,
                tags=request.tags,
                request_id=request_id,
                at=self.clock(),
                statuses=self._fate(person),
            )
            for person in (home if reach else ())
        )
        self.sent.extend(messages)
        for message in messages:
            self.threads.setdefault((sender.number, message.to), []).append(message)
        return Accepted(
            message_id=message_id,
            messages=messages,
            failed_international=len(request.recipients) - len(home),
        )

    def _fate(self, person: str) -> tuple[int, ...]:
        """To an unsubscribed number: accepted, then status 11. What MTA does is unknown."""
        if person in self.unsubscribed:
            return STOPPED
        return self.fates.get(person, DELIVERED)

    def _latest_number(self, person: str) -> str:
        ours = {number.id: number.number for number in self.numbers}
        sent = (message for message in reversed(self.sent) if message.to == person)
        return next((ours[message.longcode_id] for message in sent), self.numbers[0].number)

    def _obey_stop_words(self, person: str, text: str) -> None:
        word = text.strip().casefold()
        if word in STOP_WORDS:
            self.unsubscribed.add(person)
        elif word in START_WORDS:
            self.unsubscribed.discard(person)


def _number(value: str) -> str:
    number = e164(value)
    if number is None:
        raise ValueError(f"{value!r} is not a phone number")
    return number


def item_row(entry: SentMessage | ReceivedMessage) -> dict[str, object]:
    """A guess, with the names of the webhooks."""
    common = {"message": entry.text, "timestamp": iso(entry.at)}
    if isinstance(entry, SentMessage):
        ids = {"id": entry.message_id, "externalId": entry.external_id}
        return {**ids, **common, "direction": "outbound", "toNumber": entry.to}
    whom = {"fromNumber": entry.sender, "toNumber": entry.to, "url": entry.media_url}
    return {"id": entry.reply_id, **common, **whom, "direction": "inbound"}


def _reply_body(received: ReceivedMessage, answered: SentMessage | None) -> dict[str, object]:
    body: dict[str, object] = {
        "fromNumber": received.sender,
        "toNumber": received.to,
        "replyId": received.reply_id,
        "url": received.media_url,
        "timestamp": iso(received.at),
    }
    if received.text is not None:
        body["message"] = received.text
    if answered is not None:
        body["messageId"] = answered.message_id
        if answered.external_id is not None:
            body["externalId"] = answered.external_id
        if answered.tags:
            body["tags"] = dict(answered.tags)
    return body
