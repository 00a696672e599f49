"""The words of the domain, frozen: what comes in, what is known, what is decided.

A change is a new value (`dataclasses.replace`). Numbers are E.164 (`+15555550123`),
times are aware datetimes, lengths are characters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple, NewType, Self, TypeAlias

RuleId = NewType("RuleId", str)
"""`[a-z0-9-]+`, or `$name` for a guard, or `fallback`."""

LongcodeId = NewType("LongcodeId", int)
"""MTA's id of one of our numbers: not a phone number."""

CaptureValue: TypeAlias = str | int | float
FALLBACK = RuleId("fallback")


class Per(StrEnum):
    """Whom a cooldown or limit counts for."""

    CONTACT = "contact"
    CONVERSATION = "conversation"
    ALL = "all"


class Outcome(StrEnum):
    """How an inbound message ended: exactly one of these."""

    REPLIED = "replied"
    HELD = "held"
    SUPPRESSED = "suppressed"
    UNMATCHED = "unmatched"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a message was not simply answered."""

    OPT_OUT = "opt-out"
    LIKELY_OPT_OUT = "likely-opt-out"
    WRONG_NUMBER = "wrong-number"
    BUDGET = "budget"
    """More segments than the account may send in a day."""
    COMBINED = "combined"
    """It was decided together with the texts that followed it closely."""
    OPT_IN = "opt-in"
    OPTED_OUT = "opted-out"
    TAPBACK = "tapback"
    AUTO_REPLY = "auto-reply"
    LOOP = "loop"
    PAUSED = "paused"
    COOLDOWN = "cooldown"
    LIMIT = "limit"
    QUIET_HOURS = "quiet-hours"
    SILENT = "silent"
    TEMPLATE_ERROR = "template-error"
    LONGCODE_UNKNOWN = "longcode-unknown"
    TOO_LONG = "too-long"
    CANCELLED = "cancelled"
    """They took back what a question was about."""
    STALE = "stale"
    """The rule set has no such step any more, or its time is long past."""
    REPLACED = "replaced"
    """It is said at another time."""
    SUPERSEDED = "superseded"
    """They wrote before it was said."""
    CANNOT_BE_ANSWERED = "cannot-be-answered"
    """The sender is a short code or a name: nobody reads what is sent there."""
    TOO_OLD = "too-old"


class LongTexts(StrEnum):
    """What to do with a text that is longer than one SMS."""

    SPLIT = "split"
    """Send it as several messages, cut between words."""
    MMS = "mms"
    """Send it as an MMS without a picture, which MTA takes as `isMMS`."""
    HOLD = "hold"
    """It waits as a dead letter."""


class OnEnd(StrEnum):
    """What leaves when quiet hours end, of several replies that wait for that."""

    EACH = "each"
    LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One text that a person sent to one of our numbers."""

    key: str
    """Delivery key: equal for every repetition of the same webhook, at most 64 characters."""
    sender: str
    """Who wrote: E.164, or another address, see `phone_numbers.address`."""
    number: str = ""
    """Which of our numbers got it, in E.164; empty where the provider did not say."""
    text: str = ""
    """As it was written; empty for a picture without words."""
    media_url: str | None = None
    more_media: tuple[str, ...] = ()
    """URLs of further attachments."""
    external_id: str | None = None
    """The `externalId` of the message of ours that it answers, as far as the provider knows."""
    message_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the message of ours that it answers."""
    received_at: datetime
    sent_at: datetime | None = None
    """When it was written, by the provider's clock; None where it names no time."""
    odd: str = ""
    """What of it could not be read, in words; empty where all of it was."""
    is_cleared: bool = False
    """A person of ours has read it and wants it answered: it is not an opt-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of ours that one conversation is to answer, from its asking to its end."""

    rule: RuleId
    """The rule that asks."""
    step: str
    """Which of its questions; see `bot.rules.questions.Ask.step`."""
    key: str
    """Delivery key of the message upon which it was asked last."""
    captures: Mapping[str, CaptureValue] = field(default_factory=dict)
    """What the rule captured, and the answers so far."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the message upon which it was asked."""
    tries: int = 0
    """Answers that were not understood, or not allowed."""
    interruptions: int = 0
    expires: int
    """Seconds from the moment of sending until it ends by itself."""
    sending_at: datetime | None = None
    """Since when it is being sent, or may have been; None where that is settled."""
    asked_at: datetime | None = None
    """When it was sent last; None where it never was, was refused or dropped."""

    @property
    def expires_at(self) -> datetime | None:
        """None while its clock does not run."""
        return None if self.asked_at is None else self.asked_at + timedelta(seconds=self.expires)

    def is_open(self, received_at: datetime, now: datetime) -> bool:
        """Whether a text that came in then, and is decided now, may answer it."""
        if self.asked_at is None:
            return self.sending_at is not None
        expires_at = self.expires_at
        return self.asked_at <= max(received_at, now) and (
            expires_at is None or received_at < expires_at
        )

    def sent(self, at: datetime) -> Self:
        """It has left: it is open, and its clock begins."""
        return replace(self, sending_at=None, asked_at=at)

    def as_object(self) -> dict[str, Any]:
        """As it is stored."""
        times = {"sending_at": self.sending_at, "asked_at": self.asked_at}
        return {
            "rule": self.rule,
            "step": self.step,
            "key": self.key,
            "captures": dict(self.captures),
            "tags": dict(self.tags),
            "tries": self.tries,
            "interruptions": self.interruptions,
            "expires": self.expires,
            **{name: at.isoformat() for name, at in times.items() if at is not None},
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The same back."""
        named = stored.keys() & {"sending_at", "asked_at"}
        times = {name: datetime.fromisoformat(stored[name]) for name in named}
        return cls(**{**stored, **times})


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """A person of ours has a conversation in hand: the bot is silent in it until that ends."""

    since: datetime
    ends_at: datetime
    """Unless somebody writes before."""
    quiet: int = 0
    """Seconds without a text of either side after which it ends; 0 where nobody handed it over: a
    person of ours has written, and what they answer does not prolong it."""
    rule: RuleId | None = None
    """The rule that handed it over; None where a person of ours did."""
    path: str = ""
    """Of the part of that rule; see `Rule.path`."""
    by: str = ""
    """Who of us, where it was one of us."""
    written_at: datetime | None = None
    """When a person of ours last wrote in it."""
    unclaimed_at: datetime | None = None
    """When it ends, and something is said, unless a person of ours writes before."""
    captures: Mapping[str, CaptureValue] = field(default_factory=dict)
    """What the rule had captured."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the message upon which it was handed over."""

    @property
    def is_handed_over(self) -> bool:
        """A rule or a person of ours said so; else somebody has only written."""
        return self.quiet > 0

    @property
    def is_unclaimed(self) -> bool:
        """Nobody will have come when it ends."""
        return self.unclaimed_at is not None and self.unclaimed_at <= self.ends_at

    @property
    def due_at(self) -> datetime:
        """When it ends by itself."""
        return self.ends_at if self.unclaimed_at is None else min(self.ends_at, self.unclaimed_at)

    def they_wrote(self, at: datetime) -> Self:
        """Until a person of ours has written, that does not prolong it."""
        if not self.is_handed_over or self.written_at is None:
            return self
        return replace(self, ends_at=max(self.ends_at, at + timedelta(seconds=self.quiet)))

    def we_wrote(self, at: datetime, by: str, silent: int) -> Self:
        """A person of ours, who makes the bot silent for so many seconds."""
        ends_at = at + timedelta(seconds=max(self.quiet, silent))
        return replace(
            self, ends_at=max(self.ends_at, ends_at), written_at=at, unclaimed_at=None, by=by
        )

    def as_object(self) -> dict[str, Any]:
        """As it is stored."""
        times = {"written_at": self.written_at, "unclaimed_at": self.unclaimed_at}
        return {
            "since": self.since.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "quiet": self.quiet,
            "rule": self.rule,
            "path": self.path,
            "by": self.by,
            "captures": dict(self.captures),
            "tags": dict(self.tags),
            **{name: at.isoformat() for name, at in times.items() if at is not None},
        }

    def as_json(self) -> str:
        """The same as a text."""
        return json.dumps(self.as_object(), ensure_ascii=False)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The same back."""
        named = stored.keys() & {"since", "ends_at", "written_at", "unclaimed_at"}
        times = {name: datetime.fromisoformat(stored[name]) for name in named}
        return cls(**{**stored, **times})


class Took(StrEnum):
    """What an open question made of a text."""

    UNDERSTOOD = "understood"
    """An answer, an answer that is not allowed, or a wish to leave it."""
    NOT_UNDERSTOOD = "not-understood"
    """It counts as unmatched."""


class Echoes(NamedTuple):
    """How many texts that equal an earlier one of the same time were answered."""

    of_day: int = 0
    of_week: int = 0
    but_for_numbers: int = 0
    """Of a week, their numbers aside."""


NO_ECHOES: Final = Echoes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a decision may look up beside the message itself."""

    now: datetime
    """The time of the decision, aware."""
    contact: Mapping[str, str] = field(default_factory=dict)
    """What is stored about the person."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What is stored about the conversation."""
    longcode_id: LongcodeId | None = None
    """The number of ours that the message came to, as far as it is known now."""
    state: str | None = None
    question: Question | None = None
    """The one that is open now, if any."""
    handoff: Handoff | None = None
    """A person of ours has the conversation in hand."""
    count: int = 0
    """Inbound messages of this conversation before this one."""
    opted_out: bool = False
    opted_out_at: datetime | None = None
    """When they last wrote an opt-out, by the provider's clock; None where nobody knows."""
    held: Reason | None = None
    """Why nothing leaves to this person until somebody has decided; None where it does."""
    answered_rule: RuleId | None = None
    """The rule that sent the message of ours that this one answers."""
    received_at: tuple[datetime, ...] = ()
    """When earlier messages of this conversation came in, the latest first."""
    unmatched_at: tuple[datetime, ...] = ()
    """Those of them that no rule answered, or the fallback did."""
    equal_at: tuple[datetime, ...] = ()
    """Those of them with the same words as this one, of the rule that took most of these."""
    echoes: Echoes = NO_ECHOES
    """Of a text that equals an earlier one: how many such were answered."""
    replied_at: tuple[datetime, ...] = ()
    """When the bot last answered this person, the latest first."""
    fallbacks_in_row: int = 0
    """Answers of the fallback since a rule last answered, within a day."""
    failures_in_row: int = 0
    """Answers that could not be made since a rule last answered, within a day."""
    uses: Mapping[tuple[Per, str], tuple[datetime, ...]] = field(default_factory=dict)
    """When what has a cooldown or limit was last used, by its scope and key."""
    passes_on: bool = False
    """A colleague answers a notice, for the person that it was about."""
    sent_texts: tuple[str, ...] = ()
    """What we last wrote in this conversation, the latest first; known where a text quotes."""
    waiting: Set[str] = frozenset()
    """Keys of what is to be said later in this conversation."""


class ChangeKind(StrEnum):
    STATE = "state"
    """`name` is the state that is entered, empty to leave; `value` until when, ISO."""
    ON_EXPIRY = "on-expiry"
    """`name` is the rule that says something when its state ends, `value` which of its parts."""
    QUESTION = "question"
    """`name` is the rule that asks, `value` its question as JSON; None: no question is open."""
    HANDOFF = "handoff"
    """`name` is the rule that hands over, `value` the handoff as JSON; None ends it."""
    FOLLOW_UP = "follow-up"
    """`name` is its key, `value` what is to be said when, as JSON; None: it is not said."""
    USE = "use"
    """`name` is the key of a cooldown or limit, `value` its scope."""
    CONTACT = "contact"
    CONVERSATION = "conversation"
    OPT_OUT = "opt-out"
    OPT_IN = "opt-in"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a decision changes in what is stored."""

    kind: ChangeKind
    name: str = ""
    value: str | None = None
    """None removes the value."""

    def as_object(self) -> dict[str, str | None]:
        """As it is stored, and shown by `--json`."""
        return {"kind": str(self.kind), "name": self.name, "value": self.value}


@dataclass(frozen=True, slots=True)
class Match:
    """A matcher or guard holds; what it cut out of the message."""

    captures: Mapping[str, CaptureValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Miss:
    """A matcher or guard does not hold, and why, in words for the author of the rule."""

    because: str
    code: str = ""
    """A fixed word for programs: `date` or `mode` where the rule itself is off."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace: a rule that was asked, and what came of it."""

    rule: RuleId
    result: Match | Miss
    note: str = ""
    """Of a match: what is to be known of what the rule does, for its author."""

    def as_object(self) -> dict[str, str | bool]:
        """As it is stored, and shown by `--json`."""
        if isinstance(self.result, Match):
            noted = {"because": self.note} if self.note else {}
            return {"rule": self.rule, "matched": True, **noted}
        return {"rule": self.rule, "matched": False, "because": self.result.because}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message to be sent back."""

    text: str
    rule: RuleId
    image: str | None = None
    """Public URL of a picture; makes the message an MMS."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags that the rule adds to those carried over from the answered message."""
    send_at: datetime | None = None
    """Not before then; None is at once."""
    long_texts: LongTexts | None = None
    """What to do where it does not fit one SMS; None is what the settings say."""
    asks: str | None = None
    """The key of the question that it asks, see `Question.key`; None of every other message."""
    of_handoff: bool = False
    """It tells of a handoff, and leaves though the bot is silent by then."""
    unless_replied: bool = False
    """It does not leave where the person writes before."""
    is_unasked: bool = False
    """Nobody has just asked for it: it does not leave at night."""
    on_end: OnEnd | None = None
    """It waits for the end of quiet hours; None where it does not."""
    keep_until: datetime | None = None
    """It does not leave after that; None where it may at any time."""

    @property
    def is_put_off(self) -> bool:
        """Something may happen before it leaves that keeps it from that."""
        waits = self.unless_replied or self.on_end is not None
        return waits and self.send_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Somebody else is told of a message: a program at `url`, or a colleague at `to`."""

    event: str
    """`notify`, or `handoff` where a person is to take over."""
    rule: RuleId
    url: str = ""
    to: str = ""
    """E.164."""
    text: str = ""
    """What the colleague gets."""
    captures: Mapping[str, CaptureValue] = field(default_factory=dict)
    untold: str = ""
    """Why they will not be told; empty where they will, as far as is known by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an inbound message leads to, and how it came to that."""

    outcome: Outcome
    rule: RuleId | None = None
    """The rule that ended the search; None where no rule answered."""
    reason: Reason | None = None
    detail: str = ""
    """The reason in words, for a person; empty where the reason says it all."""
    captures: Mapping[str, CaptureValue] = field(default_factory=dict)
    replies: tuple[Reply, ...] = ()
    changes: tuple[Change, ...] = ()
    notices: tuple[Notice, ...] = ()
    trace: tuple[Step, ...] = ()
    took: Took | None = None
    """What an open question made of the text; None where none took it."""

    @property
    def leaving(self) -> tuple[Reply, ...]:
        """The replies that nothing can keep from leaving; one or the other after a delay."""
        return tuple(reply for reply in self.replies if not reply.is_put_off)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message of ours on its way to a person, as it stands in the outbox."""

    external_id: str
    """Fresh for every message, `[A-Za-z0-9_-]`, at most 64 characters."""
    request_id: str
    """32 hex digits: the same at each try of this message, never used for another."""
    to: str
    text: str
    image: str | None = None
    is_mms: bool = False
    """Sent as an MMS though it has no picture: there is room for more text."""
    longcode_id: LongcodeId | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rate:
    """Never more than `count` in any `seconds`."""

    count: int
    seconds: float
