"""Conversations played in memory: what `serve` keeps in the ledger, kept for one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine import Ruleset, decide
from bot.model import Change, ChangeKind, Context, Decision, InboundMessage, LongcodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a message brings along beside itself; it wins over what was remembered."""

    now: datetime
    contact: Mapping[str, str] = field(default_factory=dict)
    longcode_id: LongcodeId | None = None
    state: str | None = None
    opted_out: bool | None = None


@dataclass(slots=True)
class Play:
    """Decides messages one after the other, as conversations go on."""

    ruleset: Ruleset
    _contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    _opted_out: set[str] = field(default_factory=set)
    _values: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    _received: dict[tuple[str, str], int] = field(default_factory=dict)

    def say(self, message: InboundMessage, given: Given, *, ask_all: bool = False) -> Decision:
        """Decide, and remember what the decision changes."""
        decision = decide(message, self._context(message, given), self.ruleset, ask_all=ask_all)
        chain = message.sender, message.number
        self._received[chain] = self._received.get(chain, 0) + 1
        for change in decision.changes:
            self._change(message, change)
        return decision

    def _context(self, message: InboundMessage, given: Given) -> Context:
        chain = message.sender, message.number
        remembered = message.sender in self._opted_out
        return Context(
            now=given.now,
            contact={**self._contacts.get(message.sender, {}), **given.contact},
            values=dict(self._values.get(chain, {})),
            longcode_id=given.longcode_id,
            state=given.state,
            count=self._received.get(chain, 0),
            opted_out=remembered if given.opted_out is None else given.opted_out,
        )

    def _change(self, message: InboundMessage, change: Change) -> None:
        match change.kind:
            case ChangeKind.OPT_OUT:
                self._opted_out.add(message.sender)
            case ChangeKind.OPT_IN:
                self._opted_out.discard(message.sender)
            case ChangeKind.CONTACT:
                _set(self._contacts.setdefault(message.sender, {}), change)
            case ChangeKind.CONVERSATION:
                _set(self._values.setdefault((message.sender, message.number), {}), change)


def _set(values: dict[str, str], change: Change) -> None:
    values.pop(change.name, None)
    if change.value is not None:
        values[change.name] = change.value
