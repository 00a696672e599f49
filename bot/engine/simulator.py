"""Conversations simulated in memory: what `serve` keeps in the ledger, kept for one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.engine import waiting
from bot.engine.conversation import MOST_SENT, Thread, Uses, tagged_rule
from bot.engine.decide import decide
from bot.engine.handoffs import END, in_hand, written
from bot.engine.questions import first
from bot.engine.timers import carried, decide_timer, timers_of
from bot.engine.waiting import counts_when_due
from bot.model import ChangeKind, Context, Decision, InboundMessage, LongcodeId, Per, Reason
from bot.rules.guards.paused import after_person
from bot.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a message brings along beside itself; it wins over what was remembered."""

    now: datetime
    contact: Mapping[str, str] = field(default_factory=dict)
    longcode_id: LongcodeId | None = None
    state: str | None = None
    opted_out: bool | None = None
    handed_over: bool | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer was due."""

    at: datetime
    about: InboundMessage
    """Who is meant: a message without words."""
    decision: Decision


@dataclass(slots=True)
class Simulator:
    """Decides messages one after the other, as conversations go on."""

    ruleset: Ruleset
    _threads: dict[tuple[str, str], Thread] = field(default_factory=dict)
    _people: dict[str, Thread] = field(default_factory=dict)
    """Of each person the latest thread: what is theirs on all of our numbers."""
    _uses_of_all: Uses = field(default_factory=dict)
    _given: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Of each person what came along with their last message, and no rule has set anew."""

    def say(self, message: InboundMessage, given: Given, *, ask_all: bool = False) -> Decision:
        """Decide, and remember what the decision changes; what is due before goes first."""
        self.pass_time(message, given.now)
        thread = self._thread(message)
        context = self._context(thread, message, given)
        decision = decide(message, context, self.ruleset, ask_all=ask_all)
        thread = thread.after(message, decision, given.now)
        thread = _sent(thread, given.now, decision, counts=decision.took is None)
        self._keep(message, thread)
        self._bring(message.sender, given.contact, decision)
        if thread.opted_out:
            self._leave(message.sender)
        return decision

    def pass_time(self, message: InboundMessage, now: datetime) -> tuple[Fired, ...]:
        """What happens by itself until `now` in the conversation that a message belongs to."""
        fired: list[Fired] = []
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

    def person_writes(self, message: InboundMessage, text: str, now: datetime) -> None:
        """A person of ours, in the conversation that a message belongs to."""
        self.pass_time(message, now)
        thread = self._thread(message)
        change = written(thread, now, "", after_person(self.ruleset.guards))
        texts = (text, *thread.sent_texts)[:MOST_SENT]
        self._keep(message, replace(thread.changed([change], now), sent_texts=texts))

    def release(self, message: InboundMessage, now: datetime) -> None:
        """A person of ours gives the conversation back."""
        self.pass_time(message, now)
        self._keep(message, self._thread(message).changed([END], now))

    def context(self, message: InboundMessage, given: Given) -> Context:
        """What a decision about this message would know now; nothing is remembered."""
        return self._context(self._thread(message), message, given)

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
        thread = self._threads.get((message.sender, message.number), Thread())
        person = self._people.get(message.sender, thread)
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
        known = replace(
            known,
            contact={**known.contact, **given.contact},
            opted_out=known.opted_out if given.opted_out is None else given.opted_out,
        )
        if given.handed_over is not None:
            known = replace(known, handoff=in_hand(given.now) if given.handed_over else None)
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


def _of(uses: Uses, per: Per) -> Uses:
    return {key: times for key, times in uses.items() if key[0] is per}
