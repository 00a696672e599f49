"""Conversations simulated in memory: what `serve` keeps in the ledger, kept for one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from bot.engine import bursts, waiting
from bot.engine.conversation import MOST_SENT, Thread, Uses, tagged_rule
from bot.engine.decide import decide, is_for_guard
from bot.engine.handoffs import END, in_hand, written
from bot.engine.questions import first
from bot.engine.timers import carried, decide_timer, timers_of
from bot.engine.waiting import Timer, TimerKind, counts_when_due
from bot.model import ChangeKind, Context, Decision, InboundMessage, LongcodeId, Per, Reason
from bot.rules.guards.paused import after_person
from bot.rules.ruleset import Ruleset

_MOMENT: Final = timedelta(microseconds=1)
_NEW: Final = Thread()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a message brings along beside itself; it wins over what was remembered."""

    now: datetime
    contact: Mapping[str, str] = field(default_factory=dict)
    longcode_id: LongcodeId | None = None
    state: str | None = None
    opted_out: bool | None = None
    handed_over: bool | None = None


class Fired(NamedTuple):
    """A timer was due."""

    at: datetime
    about: InboundMessage
    """Who is meant: a message without words."""
    decision: Decision


class Taken(NamedTuple):
    """A message that has come in."""

    message: InboundMessage
    given: Given
    ask_all: bool


class Decided(NamedTuple):
    """What became of a message."""

    message: InboundMessage
    decision: Decision
    context: Context
    """What was known of it."""
    answered_with: InboundMessage | None = None
    """The last of its burst, whose answer is for both."""


@dataclass(slots=True)
class Simulator:
    """Decides messages one after the other, as conversations go on."""

    ruleset: Ruleset
    _threads: dict[tuple[str, str], Thread] = field(default_factory=dict)
    _bursts: dict[tuple[str, str], list[Taken]] = field(default_factory=dict)
    """Texts that wait for more of the same person."""
    _people: dict[str, Thread] = field(default_factory=dict)
    """Of each person the latest thread: what is theirs on all of our numbers."""
    _uses_of_all: Uses = field(default_factory=dict)
    _given: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Of each person what came along with their last message, and no rule has set anew."""

    def take(
        self, message: InboundMessage, given: Given, *, ask_all: bool = False
    ) -> list[Decided]:
        """What is decided when a message comes in.

        Where the rule set combines texts, these are those of bursts that are over; the message
        itself is among them only where a guard takes it.
        """
        taken, combine = Taken(message, given, ask_all), self.ruleset.combine
        if combine is None:
            return [self._decided(taken)]
        decided = self.settle(given.now - _MOMENT)
        if is_for_guard(message, self.context(message, given), self.ruleset):
            decided.append(self._decided(taken))
            return decided + self._end(_key(message), given.now)
        self._bursts.setdefault(_key(message), []).append(taken)
        return decided

    def settle(self, now: datetime) -> list[Decided]:
        """What is decided of texts that wait for more until then."""
        decided: list[Decided] = []
        for key in list(self._bursts):
            over_at = self._over_at(key)
            if over_at is not None and over_at <= now:
                decided += self._end(key, over_at)
        return decided

    def flush(self) -> list[Decided]:
        """What is decided of all that wait for more texts, when none has come."""
        return self.settle(datetime.max.replace(tzinfo=UTC))

    def _over_at(self, key: tuple[str, str]) -> datetime | None:
        if self.ruleset.combine is None:
            return None
        received = [one.given.now for one in self._bursts[key]]
        return bursts.first(received, self.ruleset.combine)[1]

    def _end(self, key: tuple[str, str], now: datetime) -> list[Decided]:
        """Decide a burst as one now that it is over: the last is answered, the others with it."""
        burst = self._bursts.pop(key, [])
        if not burst:
            return []
        *others, last = burst
        self.pass_time(burst[0].message, burst[0].given.now)
        decided = []
        for one in others:
            context, together = self.context(one.message, one.given), bursts.combined()
            thread = self._thread(one.message)
            self._keep(one.message, thread.after(one.message, together, now))
            decided.append(Decided(one.message, together, context, last.message))
        whole = bursts.joined([one.message for one in burst])
        own = replace(whole, text=last.message.text)
        answered = self._say(whole, Taken(own, replace(last.given, now=now), last.ask_all))
        return [*decided, answered._replace(message=last.message)]

    def _decided(self, taken: Taken) -> Decided:
        self.pass_time(taken.message, taken.given.now)
        return self._say(taken.message, taken)

    def say(self, message: InboundMessage, given: Given, *, ask_all: bool = False) -> Decision:
        """Decide at once, and remember what that changes; what is due before goes first."""
        return self._decided(Taken(message, given, ask_all)).decision

    def once(self, message: InboundMessage, given: Given, *, ask_all: bool = False) -> Decided:
        """Decide by what is known now, and remember nothing; nothing that is due goes first."""
        context = self.context(message, given)
        decision = decide(message, context, self.ruleset, ask_all=ask_all)
        return Decided(message, decision, context)

    def _say(self, whole: InboundMessage, own: Taken) -> Decided:
        """`own` is what the person wrote last, `whole` the same with what came before it."""
        decided = self.once(whole, own.given, ask_all=own.ask_all)
        self.record(own.message, decided.decision, own.given)
        return decided

    def record(self, message: InboundMessage, decision: Decision, given: Given) -> None:
        """Remember what was decided about a message, here or elsewhere."""
        thread = self._thread(message).after(message, decision, given.now)
        thread = _sent(thread, given.now, decision, counts=decision.took is None)
        self._keep(message, thread)
        self._bring(message.sender, given.contact, decision)
        if thread.opted_out:
            self._leave(message.sender)

    def pass_time(self, message: InboundMessage, now: datetime) -> tuple[Fired, ...]:
        """What happens by itself until `now` in the conversation that a message belongs to.

        Texts that wait for more are decided before.
        """
        fired: list[Fired] = []
        if _key(message) in self._bursts:
            return ()
        while True:
            thread = self._thread(message)
            due = [timer for timer in timers_of(thread) if timer.due_at <= now]
            if not due or thread.held:
                return tuple(fired)
            timer, at = due[0], due[0].due_at
            nobody = waiting.nobody(timer, replace(message, tags=carried(timer, thread)))
            context = thread.context(nobody, at, answered_rule=None, longcode_id=None)
            given = self._given.get(message.sender, {})
            context = replace(context, contact={**context.contact, **given})
            decision = decide_timer(timer, thread, context, nobody, self.ruleset)
            thread = thread.happened(timer, nobody, decision, at)
            thread = _sent(thread, at, decision, counts=counts_when_due(timer))
            self._keep(message, thread)
            fired.append(Fired(at, nobody, decision))

    def person_writes(self, message: InboundMessage, text: str, now: datetime) -> bool:
        """A person of ours, in the conversation that a message belongs to.

        False where nothing leaves, since its person has opted out.
        """
        self.pass_time(message, now)
        thread = self._thread(message)
        if thread.opted_out:
            return False
        change = written(thread, now, "", after_person(self.ruleset.guards))
        texts = (text, *thread.sent_texts)[:MOST_SENT]
        self._keep(message, replace(thread.changed([change], now), sent_texts=texts))
        return True

    def release(self, message: InboundMessage, now: datetime) -> None:
        """A person of ours gives the conversation back."""
        self.pass_time(message, now)
        self._keep(message, self._thread(message).changed([END], now))

    def context(self, message: InboundMessage, given: Given) -> Context:
        """What a decision about this message would know now; nothing is remembered."""
        return self._context(self._thread(message), message, given)

    def waits(self, message: InboundMessage) -> tuple[Timer, ...]:
        """What will happen by itself in the conversation that a message belongs to."""
        thread = self._thread(message)
        if thread.state and thread.state_until is not None and thread.state_from is None:
            return (*timers_of(thread), Timer(thread.state_until, TimerKind.STATE))
        return timers_of(thread)

    def _leave(self, sender: str) -> None:
        """Who has left is asked nothing more, on none of our numbers."""
        for key, thread in self._threads.items():
            if key[0] == sender:
                self._threads[key] = replace(thread.silenced(Reason.OPT_OUT), handoff=None)

    def _bring(self, sender: str, contact: Mapping[str, str], decision: Decision) -> None:
        of_contact = (one for one in decision.changes if one.kind is ChangeKind.CONTACT)
        anew = {change.name for change in of_contact}
        self._given[sender] = {name: contact[name] for name in contact if name not in anew}

    def _keep(self, message: InboundMessage, thread: Thread) -> None:
        self._threads[message.sender, message.number] = thread
        self._people[message.sender] = thread
        self._uses_of_all = _of(thread.uses, Per.ALL)

    def _thread(self, message: InboundMessage) -> Thread:
        """Each part of it from the thread that knows it last."""
        thread = self._threads.get((message.sender, message.number), _NEW)
        person = self._people.get(message.sender, thread)
        if person is thread and not self._uses_of_all:
            return thread
        return replace(
            thread,
            contact=person.contact,
            opted_out=person.opted_out,
            opted_out_at=person.opted_out_at,
            held=person.held,
            replied_at=person.replied_at,
            uses={
                **_of(thread.uses, Per.CONVERSATION),
                **_of(person.uses, Per.CONTACT),
                **self._uses_of_all,
            },
        )

    def _context(self, thread: Thread, message: InboundMessage, given: Given) -> Context:
        known = thread.context(
            message, given.now, answered_rule=tagged_rule(message), longcode_id=given.longcode_id
        )
        brought: dict[str, Any] = {}
        if given.contact:
            brought["contact"] = {**known.contact, **given.contact}
        if given.opted_out not in (None, known.opted_out):
            brought["opted_out"] = given.opted_out
        if given.handed_over or (given.handed_over is False and known.handoff is not None):
            brought["handoff"] = in_hand(given.now) if given.handed_over else None
        known = replace(known, **brought) if brought else known
        return known if given.state is None else in_state(known, given.state, self.ruleset)


def in_state(context: Context, state: str, ruleset: Ruleset) -> Context:
    """As if the conversation were in that state; a rule that asks has its first question open."""
    rule = ruleset.rule(state)
    question = None if rule is None else first(rule, context.now)
    if question is None:
        return replace(context, state=state)
    return replace(context, question=question)


def _sent(thread: Thread, at: datetime, decision: Decision, *, counts: bool) -> Thread:
    return thread.sent(at, decision.leaving, counts=counts) if decision.leaving else thread


def _key(message: InboundMessage) -> tuple[str, str]:
    return message.sender, message.number


def _of(uses: Uses, per: Per) -> Uses:
    return {key: times for key, times in uses.items() if key[0] is per}
