"""What waits in a conversation for its time, and what ends it before that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from bot.model import (
    CaptureValue,
    Change,
    ChangeKind,
    InboundMessage,
    LongTexts,
    OnEnd,
    Reply,
    RuleId,
)


class TimerKind(StrEnum):
    QUESTION = "question"
    """A question has had no answer for too long."""
    STATE = "state"
    """A state ends by itself, and something is said."""
    HANDOFF = "handoff"
    """The bot takes the conversation back."""
    FOLLOW_UP = "follow-up"
    """A rule has put off what it says."""
    REPLY = "reply"
    """A reply leaves whose text is fixed."""


class Timer(NamedTuple):
    """Something that happens in a conversation by itself, at that time."""

    due_at: datetime
    kind: TimerKind
    key: str = ""
    """Its name among those of its kind in the conversation; of an expiry empty."""
    unless_replied: bool = False
    """It ends where the person writes before."""
    is_latest: bool = False
    """It ends where another reply waits for the end of quiet hours."""
    of_handoff: bool = False
    """It ends where a person of ours writes before."""
    content: str = ""
    """What is to be said, as JSON: a `FollowUp` or a `Later`."""


class Which(StrEnum):
    """What of that which waits has ended."""

    ONE = "one"
    UNLESS_REPLIED = "unless-replied"
    LATEST = "latest"
    OF_HANDOFF = "of-handoff"
    ALL = "all"


class Ended(NamedTuple):
    """Something does not wait any more: it has happened, or it will not."""

    which: Which
    reason: str = ""
    """Why it will not; empty where it has happened."""
    kind: TimerKind = TimerKind.FOLLOW_UP
    key: str = ""
    """Of ONE, as its kind."""

    def takes(self, timer: Timer) -> bool:
        match self.which:
            case Which.ONE:
                return (timer.kind, timer.key) == (self.kind, self.key)
            case Which.UNLESS_REPLIED:
                return timer.unless_replied
            case Which.LATEST:
                return timer.is_latest
            case Which.OF_HANDOFF:
                return timer.of_handoff
            case Which.ALL:
                return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What a rule has put off: said as the rule says it when its time has come."""

    rule: RuleId
    path: str = ""
    """Which part of the rule; see `bot.rules.rule.Rule.path`."""
    captures: Mapping[str, CaptureValue] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    """Of the message upon which it was put off."""
    text: str = ""
    """Of that message."""
    preview: str = ""
    """What it would say now, for people."""

    def change(self, key: str, due_at: datetime, *, unless_replied: bool) -> Change:
        """It waits until then, under that key."""
        when = {"due_at": due_at.isoformat(), "unless_replied": unless_replied}
        return Change(ChangeKind.FOLLOW_UP, key, _json({**when, **asdict(self)}))

    def later(self, timer: Timer, due_at: datetime) -> Change:
        """The same, at another time."""
        return self.change(timer.key, due_at, unless_replied=timer.unless_replied)

    @classmethod
    def of(cls, timer: Timer) -> Self:
        """The same back."""
        stored = json.loads(timer.content)
        return cls(**{name: stored[name] for name in cls.__dataclass_fields__ if name in stored})


def follow_up_timer(change: Change) -> Timer | None:
    """What waits by a change of it; None where it does not any more."""
    if change.value is None:
        return None
    stored = json.loads(change.value)
    due_at = datetime.fromisoformat(stored["due_at"])
    kind, unless_replied = TimerKind.FOLLOW_UP, stored["unless_replied"]
    return Timer(due_at, kind, change.name, unless_replied, content=change.value)


class Later(NamedTuple):
    """A reply that leaves later, unless something comes between."""

    reply: Reply
    answers: str
    """Delivery key of the message that it answers."""
    tags: Mapping[str, str]
    """Of that message."""
    counts: bool
    """For the guard against loops."""

    @property
    def is_latest(self) -> bool:
        """Of several such only the last leaves."""
        return self.reply.on_end is OnEnd.LATEST and not self.reply.is_unasked

    def timer(self, number: int) -> Timer:
        """What waits; `number` is its place among the replies to that message."""
        reply = self.reply
        if reply.send_at is None:
            raise ValueError("it leaves at once")
        until = reply.keep_until and reply.keep_until.isoformat()
        stored = {**asdict(reply), "send_at": None, "keep_until": until}
        about = {"answers": self.answers, "tags": dict(self.tags), "counts": self.counts}
        return Timer(
            reply.send_at,
            TimerKind.REPLY,
            f"{self.answers}/{number}",
            reply.unless_replied,
            self.is_latest,
            reply.of_handoff,
            _json({"reply": stored, **about}),
        )

    @classmethod
    def of(cls, timer: Timer) -> Self:
        """The same back; its time has come."""
        stored = json.loads(timer.content)
        said = stored["reply"]
        read = {"long_texts": LongTexts, "on_end": OnEnd, "keep_until": datetime.fromisoformat}
        kinds = {name: said[name] and kind(said[name]) for name, kind in read.items()}
        return cls(**{**stored, "reply": Reply(**{**said, **kinds})})


def counts_when_due(timer: Timer) -> bool:
    """Whether what it says counts for the guard against loops: as an answer to a text does."""
    return timer.kind is TimerKind.REPLY and Later.of(timer).counts


def nobody(timer: Timer, about: InboundMessage) -> InboundMessage:
    """Stands for the message that is not there when a timer is due; `about` says who is meant."""
    tags, text = about.tags, ""
    if timer.kind is TimerKind.FOLLOW_UP:
        put_off = FollowUp.of(timer)
        tags, text = put_off.tags, put_off.text
    elif timer.kind is TimerKind.REPLY:
        tags = Later.of(timer).tags
    name = f"{about.sender}\0{about.number}\0{timer.kind}\0{timer.key}\0{timer.due_at.isoformat()}"
    key = "timer-" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]
    return replace(about, key=key, text=text, media_url=None, tags=tags, received_at=timer.due_at)


def _json(stored: Mapping[str, Any]) -> str:
    return json.dumps(stored, ensure_ascii=False)
