"""Conversations played in memory: what `serve` keeps in the ledger, kept for one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.decide import decide, tagged_rule
from bot.model import (
    FALLBACK,
    Change,
    ChangeKind,
    Context,
    Decision,
    InboundMessage,
    LongcodeId,
    Outcome,
    Per,
)
from bot.rules.guards.loop import FALLBACKS_WITHIN
from bot.rules.ruleset import Ruleset
from bot.text.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a message brings along beside itself; it wins over what was remembered."""

    now: datetime
    contact: Mapping[str, str] = field(default_factory=dict)
    longcode_id: LongcodeId | None = None
    state: str | None = None
    opted_out: bool | None = None


@dataclass(slots=True)
class _Chain:
    """One person and one of our numbers."""

    values: dict[str, str] = field(default_factory=dict)
    state: str | None = None
    state_until: datetime | None = None
    heard: list[tuple[datetime, tuple[str, ...], Decision]] = field(default_factory=list)
    """When, which words, and what came of it; the latest first."""


@dataclass(slots=True)
class Play:
    """Decides messages one after the other, as conversations go on."""

    ruleset: Ruleset
    _chains: dict[tuple[str, str], _Chain] = field(default_factory=dict)
    _contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    _opted_out: dict[str, datetime] = field(default_factory=dict)
    """Since when."""
    _replied: dict[str, list[datetime]] = field(default_factory=dict)
    _uses: dict[tuple[Per, str, str], tuple[datetime, ...]] = field(default_factory=dict)

    def say(self, message: InboundMessage, given: Given, *, ask_all: bool = False) -> Decision:
        """Decide, and remember what the decision changes."""
        chain = self._chains.setdefault((message.sender, message.number), _Chain())
        context = self._context(message, chain, given)
        decision = decide(message, context, self.ruleset, ask_all=ask_all)
        chain.heard.insert(0, (given.now, words(message.text), decision))
        replied = self._replied.setdefault(message.sender, [])
        replied[:0] = [given.now] * len(decision.replies)
        for change in decision.changes:
            self._change(message, chain, change, given.now)
        return decision

    def context(self, message: InboundMessage, given: Given) -> Context:
        """What a decision about this message would know now; nothing is remembered."""
        chain = self._chains.get((message.sender, message.number), _Chain())
        return self._context(message, chain, given)

    def _context(self, message: InboundMessage, chain: _Chain, given: Given) -> Context:
        is_over = chain.state_until is not None and chain.state_until <= given.now
        remembered = None if is_over else chain.state
        said = words(message.text)
        left_at = self._opted_out.get(message.sender)
        return Context(
            now=given.now,
            contact={**self._contacts.get(message.sender, {}), **given.contact},
            values=dict(chain.values),
            longcode_id=given.longcode_id,
            state=remembered if given.state is None else given.state,
            count=len(chain.heard),
            opted_out=left_at is not None if given.opted_out is None else given.opted_out,
            opted_out_at=left_at,
            answered_rule=tagged_rule(message),
            received_at=tuple(at for at, _, _ in chain.heard),
            unmatched_at=tuple(at for at, _, decision in chain.heard if _is_unmatched(decision)),
            equal_at=tuple(at for at, before, _ in chain.heard if said and before == said),
            replied_at=tuple(self._replied.get(message.sender, ())),
            fallbacks_in_row=_fallbacks(chain, given.now),
            uses={
                (per, key): times
                for (per, owner, key), times in self._uses.items()
                if owner == _owner(per, message)
            },
        )

    def _change(
        self, message: InboundMessage, chain: _Chain, change: Change, now: datetime
    ) -> None:
        match change.kind:
            case ChangeKind.OPT_OUT:
                before = self._opted_out.get(message.sender, message.written_at)
                self._opted_out[message.sender] = max(before, message.written_at)
            case ChangeKind.OPT_IN:
                self._opted_out.pop(message.sender, None)
            case ChangeKind.CONTACT:
                _set(self._contacts.setdefault(message.sender, {}), change)
            case ChangeKind.CONVERSATION:
                _set(chain.values, change)
            case ChangeKind.STATE:
                chain.state = change.name or None
                chain.state_until = datetime.fromisoformat(change.value) if change.value else None
            case ChangeKind.USE:
                per = Per(change.value or Per.CONVERSATION)
                use = per, _owner(per, message), change.name
                self._uses[use] = (now, *self._uses.get(use, ()))


def _owner(per: Per, message: InboundMessage) -> str:
    match per:
        case Per.CONTACT:
            return message.sender
        case Per.CONVERSATION:
            return f"{message.sender} {message.number}"
        case Per.ALL:
            return ""


def _is_unmatched(decision: Decision) -> bool:
    return decision.outcome is Outcome.UNMATCHED or decision.rule == FALLBACK


def _fallbacks(chain: _Chain, now: datetime) -> int:
    count = 0
    for at, _, decision in chain.heard:
        if at <= now - FALLBACKS_WITHIN:
            break
        if decision.outcome is Outcome.REPLIED:
            if decision.rule != FALLBACK:
                break
            count += 1
    return count


def _set(values: dict[str, str], change: Change) -> None:
    values.pop(change.name, None)
    if change.value is not None:
        values[change.name] = change.value
