"""What `GET /threads` tells of conversations at the provider; no I/O.

The members of an item are not documented: they are looked for under the names that the webhooks and
other lists have, and what is not told is not guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.model import LongcodeId
from bot.provider.answers import Refused
from bot.provider.events import id_text, instant, read_tags
from bot.text.phone_numbers import address, e164, longcode_id
from bot.text.words import storable


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A line of the list."""

    id: str
    latest_at: datetime | None
    """Of its last message; None where it does not say."""


@dataclass(frozen=True, slots=True)
class Thread:
    """With whom it is."""

    id: str
    people: tuple[str, ...]
    is_group: bool
    """It is with more than those."""

    @property
    def person(self) -> str | None:
        """None where it is not with one person for certain."""
        return self.people[0] if len(self.people) == 1 and not self.is_group else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadItem:
    """A message of a thread; None and empty where it does not say."""

    id: str | None = None
    reply_id: str | None = None
    is_theirs: bool | None = None
    sender: str | None = None
    recipient: str | None = None
    longcode_id: LongcodeId | None = None
    text: str = ""
    media_url: str | None = None
    external_id: str | None = None
    message_id: str | None = None
    tags: Mapping[str, str]
    at: datetime | None = None


_THEIRS: Final = frozenset(
    {"inbound", "incoming", "in", "received", "reply", "message-reply", "mo", "true"}
)
_OURS: Final = frozenset({"outbound", "outgoing", "out", "sent", "message-send", "mt", "false"})
_DIRECTIONS: Final = ("direction", "type", "kind", "event")
_FLAGS: Final = ("incoming", "isIncoming", "inbound", "isInbound", "isReply", "received")
_TIMES: Final = ("timestamp", "createdAt", "sentAt", "receivedAt", "date")
_PEOPLE: Final = ("e164Number", "number", "phoneNumber", "phone")


def read_threads(rows: Iterable[object]) -> tuple[ThreadRow, ...]:
    """Of `GET /threads`; what has no id is left out."""
    found = []
    for row in rows:
        if isinstance(row, dict) and (row_id := id_text(row, "id")) is not None:
            latest = row.get("latestMessage")
            found.append(ThreadRow(row_id, _at(latest) if isinstance(latest, dict) else None))
    return tuple(found)


def read_thread(row_id: str, body: bytes) -> Thread | Refused:
    """Of `GET /threads/{id}`."""
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        root = None
    data = root.get("data", root) if isinstance(root, dict) else None
    if not isinstance(data, dict):
        return Refused("the provider answered 200 with something else than a thread")
    rows = data.get("subscribers")
    numbers = [_person(row) for row in rows] if isinstance(rows, list) else []
    people = tuple(dict.fromkeys(filter(None, numbers)))
    others = ("groups", "allSubscribers", "multipleRecipients")
    return Thread(row_id, people, None in numbers or any(data.get(name) for name in others))


def read_items(rows: Sequence[object]) -> tuple[ThreadItem, ...]:
    """Of `GET /threads/{id}/items`; what is not an object is left out."""
    return tuple(_item(row) for row in rows if isinstance(row, dict))


def _item(row: Mapping[str, Any]) -> ThreadItem:
    inner = row.get("message")
    if isinstance(inner, dict):  # the message in an object of its own
        row = {**row, **inner, "message": inner.get("message") or inner.get("text")}
    text = next((row[name] for name in ("message", "text", "body") if _is_text(row, name)), "")
    url = next((row[name] for name in ("url", "mediaUrl", "image") if _is_text(row, name)), None)
    return ThreadItem(
        id=id_text(row, "id"),
        reply_id=id_text(row, "replyId"),
        is_theirs=_is_theirs(row),
        sender=_number(row, "fromNumber", "originationNumber", "from"),
        recipient=_number(row, "toNumber", "destinationNumber", "to"),
        longcode_id=longcode_id(row.get("longcodeId")),
        text=storable(text),
        media_url=storable(url) if url else None,
        external_id=id_text(row, "externalId"),
        message_id=id_text(row, "messageId"),
        tags=read_tags(row),
        at=_at(row),
    )


def _is_text(row: Mapping[str, Any], name: str) -> bool:
    return isinstance(row.get(name), str)


def _is_theirs(row: Mapping[str, Any]) -> bool | None:
    flag = next((row[name] for name in _FLAGS if isinstance(row.get(name), bool)), None)
    if flag is not None:
        return bool(flag)
    said = {str(row[name]).strip().lower() for name in _DIRECTIONS if _is_text(row, name)}
    if bool(said & _THEIRS) == bool(said & _OURS):
        return None
    return bool(said & _THEIRS)


def _number(row: Mapping[str, Any], *names: str) -> str | None:
    value = next((row[name] for name in names if row.get(name)), None)
    return _person(value) if isinstance(value, dict) else address(value)


def _person(row: object) -> str | None:
    if not isinstance(row, dict):
        return e164(row)
    return next(filter(None, (address(row.get(name)) for name in _PEOPLE)), None)


def _at(row: Mapping[str, Any]) -> datetime | None:
    return next(filter(None, (instant(row.get(name)) for name in _TIMES)), None)
