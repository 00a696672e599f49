"""The thread of a conversation: what is known of one person and one of our numbers.

One frozen value, whoever keeps it: the ledger in its tables, the simulator in memory. Both load
it, ask it for the context of a decision, and store what it is after the decision.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from bot.engine.waiting import Ended, Later, Timer, Which, counts_when_due, follow_up_timer
from bot.model import (
    FALLBACK,
    NO_ECHOES,
    Change,
    ChangeKind,
    Context,
    Decision,
    Echoes,
    Handoff,
    InboundMessage,
    LongcodeId,
    Outcome,
    Per,
    Question,
    Reason,
    Reply,
    RuleId,
    Took,
)
from bot.rules.guards.loop import (
    DAY,
    EQUAL_WITHIN,
    FALLBACKS_WITHIN,
    MOST_ECHOES,
    MOST_REPLIES,
    WEEK,
)
from bot.text.words import words

MOST_HEARD: Final = 500
"""Messages of one conversation that are looked back at."""
MOST_SENT: Final = 20
"""Texts of ours that a reaction may quote."""

_NUMBER: Final = re.compile(r"\d+")
_NO_WRITING: Final = (Reason.TAPBACK, Reason.AUTO_REPLY)
"""What a phone sends by itself, or nearly so: who put something off until they write waits on."""

Uses = Mapping[tuple[Per, str], tuple[datetime, ...]]
"""When what has a cooldown or limit was used, by its scope and key, the latest first."""


class Heard(NamedTuple):
    """An earlier message of the conversation, and what came of it."""

    at: datetime
    text: str
    outcome: Outcome
    rule: RuleId | None
    took: Took | None = None
    """What an open question made of it, if one took it."""

    @property
    def is_answered(self) -> bool:
        """By a rule that no question of ours had asked for it."""
        return self.outcome in (Outcome.REPLIED, Outcome.FAILED) and self.took is None

    @property
    def is_unmatched(self) -> bool:
        """No rule answered it, or only the fallback did, or the question did not understand it."""
        not_understood = self.took is Took.NOT_UNDERSTOOD
        return self.outcome is Outcome.UNMATCHED or self.rule == FALLBACK or not_understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What deciding may look back at; all of it the latest first."""

    contact: Mapping[str, str] = field(default_factory=dict)
    """What rules stored of the person."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What rules stored of the conversation."""
    state: str | None = None
    state_until: datetime | None = None
    state_from: tuple[RuleId, str] | None = None
    """Whose `on_expiry` is said when the state ends: a rule, and which part of it."""
    question: Question | None = None
    """What was asked last; not open before it has been sent."""
    handoff: Handoff | None = None
    """A person of ours has it in hand."""
    received: int = 0
    """Inbound messages so far."""
    opted_out: bool = False
    opted_out_at: datetime | None = None
    """When they last wrote an opt-out, by the provider's clock; None where nobody knows."""
    held: Reason | None = None
    """Why nothing leaves to this person until somebody has decided; None where it does."""
    heard: tuple[Heard, ...] = ()
    replied_at: tuple[datetime, ...] = ()
    """When replies to this person were last sent, from whichever number."""
    uses: Uses = field(default_factory=dict)
    sent_texts: tuple[str, ...] = ()
    """What we last wrote; loaded only for a message that quotes."""
    scheduled: tuple[Timer, ...] = ()
    """What is to be said later; of a stored thread only what is due."""
    waiting: Set[str] = frozenset()
    """The keys of all that is to be said later."""
    ended: tuple[Ended, ...] = ()
    """What of it does not wait any more since the thread was loaded."""

    def state_at(self, now: datetime) -> str | None:
        """None where there is no state, or it has ended."""
        return lasting(self.state, self.state_until, now)

    def context(
        self,
        message: InboundMessage,
        now: datetime,
        *,
        answered_rule: RuleId | None,
        longcode_id: LongcodeId | None,
    ) -> Context:
        """What a decision about this message may look up.

        `answered_rule` sent the message of ours that it answers, `longcode_id` is the number that
        it came to, as far as either is known.
        """
        said = words(message.text) if self.heard else ()  # nothing else can be equal to it
        question = self.question
        is_open = question is not None and question.is_open(message.received_at, now)
        fallbacks, failures = self._in_row(now)
        return Context(
            now=now,
            contact=self.contact,
            values=self.values,
            longcode_id=longcode_id,
            state=self.state_at(now),
            question=question if is_open else None,
            handoff=self.handoff,
            count=self.received,
            opted_out=self.opted_out,
            opted_out_at=self.opted_out_at,
            held=self.held,
            answered_rule=answered_rule,
            received_at=tuple([heard.at for heard in self.heard]),
            unmatched_at=tuple([heard.at for heard in self.heard if heard.is_unmatched]),
            equal_at=self._equal(said, now),
            echoes=self._echoes(said, now),
            replied_at=self.replied_at,
            fallbacks_in_row=fallbacks,
            failures_in_row=failures,
            uses=self.uses,
            sent_texts=self.sent_texts,
            waiting=self.waiting,
        )

    def after(self, message: InboundMessage, decision: Decision, now: datetime) -> Thread:
        """The thread when the decision about a message has been applied."""
        heard = Heard(
            message.received_at, message.text, decision.outcome, decision.rule, decision.took
        )
        thread = replace(
            self, received=self.received + 1, heard=(heard, *self.heard[: MOST_HEARD - 1])
        )
        thread = thread._held_after(decision)
        if decision.reason is Reason.PAUSED and self.handoff is not None:
            thread = replace(thread, handoff=self.handoff.they_wrote(message.received_at))
        if decision.reason not in _NO_WRITING:
            thread = thread.without(Ended(Which.UNLESS_REPLIED, Reason.SUPERSEDED))
        thread = thread.changed(decision.changes, now, said_at=message.sent_at)
        return thread.put_off(message, decision.replies, counts=decision.took is None)

    def _held_after(self, decision: Decision) -> Thread:
        """What reads like an opt-out, or as if we had the wrong person, holds what is to leave.

        The first ends the questions of rules too, and by a text that rules may answer.
        """
        if self.opted_out:
            return self
        if decision.reason is Reason.LIKELY_OPT_OUT:
            asked = self.question if self.is_asked_to_leave else None
            held = self.held or Reason.LIKELY_OPT_OUT
            return replace(self, held=held, question=asked, state_from=None)
        if decision.reason is Reason.WRONG_NUMBER:
            return replace(self, held=Reason.WRONG_NUMBER)
        is_ordinary = decision.rule is None or not decision.rule.startswith("$")
        if self.held is Reason.LIKELY_OPT_OUT and is_ordinary:
            return replace(self, held=None)
        return self

    @property
    def is_asked_to_leave(self) -> bool:
        """A guard asks, not a rule."""
        return self.question is not None and self.question.rule.startswith("$")

    def changed(
        self, changes: Iterable[Change], now: datetime, *, said_at: datetime | None = None
    ) -> Thread:
        """When these are applied; `said_at`: when they wrote, by the provider's clock."""
        thread = self
        for change in changes:
            thread = thread._changed(change, said_at, now)
        return thread

    def put_off(self, answers: InboundMessage, replies: Iterable[Reply], *, counts: bool) -> Thread:
        """With those of the replies that wait; `counts` as in `sent`."""
        thread = self
        later = {
            number: Later(reply=reply, answers=answers.key, tags=dict(answers.tags), counts=counts)
            for number, reply in enumerate(replies)
            if reply.is_put_off and not self.opted_out
        }
        if any(one.is_latest for one in later.values()):
            thread = thread.without(Ended(Which.LATEST, Reason.SUPERSEDED))
        for number, one in later.items():
            thread = thread._waits(one.timer(number))
        return thread

    def without(self, ended: Ended) -> Thread:
        """What has ended waits no more."""
        if not self.waiting:
            return self
        gone = {ended.key} if ended.which is Which.ONE else set()
        return replace(
            self,
            scheduled=tuple(timer for timer in self.scheduled if not ended.takes(timer)),
            waiting=frozenset() if ended.which is Which.ALL else self.waiting - gone,
            ended=(*self.ended, ended),
        )

    def silenced(self, reason: str) -> Thread:
        """Nothing is asked any more, and nothing is said later."""
        return replace(self, question=None, state_from=None).without(Ended(Which.ALL, reason))

    def happened(
        self, timer: Timer, message: InboundMessage, decision: Decision, now: datetime
    ) -> Thread:
        """The thread when what was decided of a timer is applied; `message` is `nobody`."""
        this = Ended(Which.ONE, kind=timer.kind, key=timer.key)
        thread = self.without(this) if timer in self.scheduled else self
        thread = thread.changed(decision.changes, now)
        return thread.put_off(message, decision.replies, counts=counts_when_due(timer))

    def sent(self, at: datetime, replies: Iterable[Reply], *, counts: bool = True) -> Thread:
        """The thread when one more answer has been sent, of one message or several.

        It `counts` for the guard against loops, unless it belongs to an open question.
        """
        texts = [reply.text for reply in replies]
        replied_at = (at, *self.replied_at[: MOST_REPLIES - 1]) if counts else self.replied_at
        thread = replace(
            self,
            replied_at=replied_at,
            sent_texts=(*reversed(texts), *self.sent_texts)[:MOST_SENT],
        )
        for reply in replies:
            if thread.question is not None and thread.question.key == reply.asks:
                thread = replace(thread, question=thread.question.sent(reply.send_at or at))
        return thread

    def _changed(self, change: Change, said_at: datetime | None, now: datetime) -> Thread:
        match change.kind:
            case ChangeKind.OPT_OUT:
                known = [at for at in (self.opted_out_at, said_at) if at is not None]
                latest = max(known, default=None)
                left = replace(self.silenced(Reason.OPT_OUT), handoff=None, held=None)
                return replace(left, opted_out=True, opted_out_at=latest)
            case ChangeKind.OPT_IN:
                return replace(self, opted_out=False, opted_out_at=None, held=None)
            case ChangeKind.CONTACT:
                return replace(self, contact=_with(self.contact, change))
            case ChangeKind.CONVERSATION:
                return replace(self, values=_with(self.values, change))
            case ChangeKind.STATE:
                until = datetime.fromisoformat(change.value) if change.value else None
                state = change.name or None
                return replace(self, state=state, state_until=until, state_from=None)
            case ChangeKind.ON_EXPIRY:
                return replace(self, state_from=(RuleId(change.name), change.value or ""))
            case ChangeKind.QUESTION:
                return replace(self, question=self._asked(change.value))
            case ChangeKind.HANDOFF:
                return self._handed_over(change.value)
            case ChangeKind.FOLLOW_UP:
                timer = follow_up_timer(change)
                replaced = Ended(Which.ONE, Reason.REPLACED, key=change.name)
                return self.without(replaced) if timer is None else self._waits(timer)
            case ChangeKind.USE:
                use = Per(change.value or Per.CONVERSATION), change.name
                return replace(self, uses={**self.uses, use: (now, *self.uses.get(use, ()))})

    def _waits(self, timer: Timer) -> Thread:
        """In place of what has the same name."""
        others = (one for one in self.scheduled if (one.kind, one.key) != (timer.kind, timer.key))
        scheduled = sorted([*others, timer], key=lambda one: one.due_at)
        return replace(self, scheduled=tuple(scheduled), waiting=self.waiting | {timer.key})

    def _asked(self, written: str | None) -> Question | None:
        """Until it has left again, the same question stays as open as it was."""
        if written is None:
            return None
        question, before = Question.of(json.loads(written)), self.question
        if before is None or (before.rule, before.step) != (question.rule, question.step):
            return question
        return replace(question, sending_at=before.sending_at, asked_at=before.asked_at)

    def _handed_over(self, written: str | None) -> Thread:
        if written is None:
            return replace(self, handoff=None)
        handoff = Handoff.of(json.loads(written))
        which = Which.ALL if handoff.is_handed_over else Which.OF_HANDOFF
        ends = self.without(Ended(which, Reason.PAUSED))
        return replace(ends, handoff=handoff, question=None)

    def _equal(self, said: tuple[str, ...], now: datetime) -> tuple[datetime, ...]:
        """Equal answers to questions of several rules are not a sign of a machine."""
        if not said:
            return ()
        by_rule: dict[RuleId | None, list[datetime]] = {}
        for heard in self.heard:
            if heard.took is None and heard.at > now - EQUAL_WITHIN and words(heard.text) == said:
                rule = None if heard.is_unmatched else heard.rule
                by_rule.setdefault(rule, []).append(heard.at)
        most = max(by_rule.values(), key=lambda times: len(times), default=[])
        return tuple(most)

    def _echoes(self, said: tuple[str, ...], now: datetime) -> Echoes:
        # Few conversations have so many texts in a week that it is worth a closer look.
        if not said or len(self.heard) <= MOST_ECHOES.of_day:
            return NO_ECHOES
        week = [
            (heard.at, words(heard.text), heard.is_answered)
            for heard in reversed(self.heard)
            if heard.at > now - WEEK
        ]
        day = [one for one in week if one[0] > now - DAY]
        numbered = [(at, _without_numbers(spoken), answered) for at, spoken, answered in week]
        return Echoes(
            _echoed(said, day), _echoed(said, week), _echoed(_without_numbers(said), numbered)
        )

    def _in_row(self, now: datetime) -> tuple[int, int]:
        """Answers of the fallback, and failed ones, since a rule last answered; silence is none."""
        fallbacks = failures = 0
        for heard in self.heard:
            if heard.at <= now - FALLBACKS_WITHIN:
                break
            if heard.outcome is Outcome.REPLIED:
                if heard.rule != FALLBACK:
                    break
                fallbacks += 1
            failures += heard.outcome is Outcome.FAILED
        return fallbacks, failures


def lasting(state: str | None, until: datetime | None, now: datetime) -> str | None:
    """A state that has not ended yet; None: there is none."""
    return None if until is not None and until <= now else state


_Spoken: TypeAlias = tuple[datetime, tuple[str, ...], bool]
"""When, which words, and whether they were answered."""


def _echoed(said: tuple[str, ...], before: Iterable[_Spoken]) -> int:
    """How many texts that equal one before them were answered; 0 if this one equals none."""
    earlier: set[tuple[str, ...]] = set()
    count = 0
    for _, spoken, answered in before:
        count += answered and spoken in earlier
        earlier.add(spoken)
    return count if said in earlier else 0


def _without_numbers(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_NUMBER.sub("0", word) for word in said)


def tagged_rule(message: InboundMessage) -> RuleId | None:
    """The rule that sent what is answered, by the tag that every reply of ours carries."""
    tag = message.tags.get("rule")
    return RuleId(tag) if tag else None


def _with(values: Mapping[str, str], change: Change) -> Mapping[str, str]:
    kept = {name: value for name, value in values.items() if name != change.name}
    return kept if change.value is None else {**kept, change.name: change.value}
