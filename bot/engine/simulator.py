"""Conversations simulated in memory: what `serve` keeps in the ledger, kept for one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.engine.conversation import Thread, Uses, tagged_rule
from bot.engine.decide import decide
from bot.model import Context, Decision, InboundMessage, LongcodeId, Per
from bot.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a message brings along beside itself; it wins over what was remembered."""

    now: datetime
    contact: Mapping[str, str] = field(default_factory=dict)
    longcode_id: LongcodeId | None = None
    state: str | None = None
    opted_out: bool | None = None


@dataclass(slots=True)
class Simulator:
    """Decides messages one after the other, as conversations go on."""

    ruleset: Ruleset
    _threads: dict[tuple[str, str], Thread] = field(default_factory=dict)
    _people: dict[str, Thread] = field(default_factory=dict)
    """Of each person the latest thread: what is theirs on all of our numbers."""
    _uses_of_all: Uses = field(default_factory=dict)

    def say(self, message: InboundMessage, given: Given, *, ask_all: bool = False) -> Decision:
        """Decide, and remember what the decision changes."""
        thread = self._thread(message)
        context = _context(thread, message, given)
        decision = decide(message, context, self.ruleset, ask_all=ask_all)
        thread = thread.after(message, decision, given.now)
        if decision.replies:
            thread = thread.sent(given.now, [reply.text for reply in decision.replies])
        self._threads[message.sender, message.number] = thread
        self._people[message.sender] = thread
        self._uses_of_all = _of(thread.uses, Per.ALL)
        return decision

    def context(self, message: InboundMessage, given: Given) -> Context:
        """What a decision about this message would know now; nothing is remembered."""
        return _context(self._thread(message), message, given)

    def _thread(self, message: InboundMessage) -> Thread:
        """Each part of it from the thread that knows it last."""
        thread = self._threads.get((message.sender, message.number), Thread())
        person = self._people.get(message.sender, thread)
        return replace(
            thread,
            contact=person.contact,
            opted_out=person.opted_out,
            opted_out_at=person.opted_out_at,
            replied_at=person.replied_at,
            uses={
                **_of(thread.uses, Per.CONVERSATION),
                **_of(person.uses, Per.CONTACT),
                **self._uses_of_all,
            },
        )


def _context(thread: Thread, message: InboundMessage, given: Given) -> Context:
    answered = tagged_rule(message)
    known = thread.context(
        message, given.now, answered_rule=answered, longcode_id=given.longcode_id
    )
    return replace(
        known,
        contact={**known.contact, **given.contact},
        state=known.state if given.state is None else given.state,
        opted_out=known.opted_out if given.opted_out is None else given.opted_out,
    )


def _of(uses: Uses, per: Per) -> Uses:
    return {key: times for key, times in uses.items() if key[0] is per}
