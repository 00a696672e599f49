"""That no rule answers a certain opt-out: each word of it, in each situation, is the guard's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.engine.decide import decide
from bot.engine.handoffs import in_hand
from bot.engine.simulator import in_state
from bot.model import ChangeKind, Context, Decision, InboundMessage, Reason
from bot.rules.guards.opt_out import OptOut
from bot.rules.matchers.state import State
from bot.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Proof:
    """What was asked, and what speaks against it."""

    words: Sequence[str]
    situations: Sequence[str]
    answered: Sequence[tuple[str, str, str]]
    """A word, a situation, and who answers instead of the guard."""


def prove(ruleset: Ruleset, now: datetime) -> Proof:
    """Ask each opt-out word, in all forms, in each state and question of the rules."""
    guards = [guard for guard in ruleset.guards if isinstance(guard, OptOut)]
    words = [word for guard in guards for word in guard.vocabulary()]
    situations = dict(_situations(ruleset, now))
    answered = [
        (said, name, str(decision.rule or decision.outcome))
        for name, context in situations.items()
        for word in words
        for said in _forms(word)
        if not _leaves(decision := decide(_message(said, now), context, ruleset))
    ]
    return Proof(words, list(situations), answered)


def _forms(word: str) -> Iterator[str]:
    """As people send it: with politeness, an emoji, twice, with what a phone writes under it."""
    yield from (word, f"{word.upper()}!", f"{word}, please", f"{word} {word}", f"{word} \U0001f6d1")
    yield from (f"{word} por favor", f"{word.upper()}, gracias", f"{word} thank you \U0001f64f")
    yield from (f"{word}\n{signature}" for signature in _SIGNATURES)
    if word == "stop":
        yield from ("S.T.O.P.", "s t o p", "STOP. S.T.O.P.")


_SIGNATURES: Final = ("Sent from my iPhone", "Enviado desde mi iPhone", "Envoyé de mon iPhone")


def _leaves(decision: Decision) -> bool:
    return any(change.kind is ChangeKind.OPT_OUT for change in decision.changes)


def _message(text: str, now: datetime) -> InboundMessage:
    return InboundMessage(key="", sender="+15555550123", text=text, received_at=now)


def _situations(ruleset: Ruleset, now: datetime) -> Iterator[tuple[str, Context]]:
    """By name: none, each state and open question, in a person's hands, held, opted out."""
    plain = Context(now=now)
    yield "nothing before it", plain
    states = {
        name
        for rule in ruleset.rules
        for part in rule.when.walk()
        if isinstance(part, State)
        for name in part.names
        if name not in ("any", "none")
    }
    asking = {rule.id for rule in ruleset.by_id.values() if rule.ask is not None}
    for name in sorted(states | asking):
        yield f"state {name}", in_state(plain, name, ruleset)
    yield "in the hands of a person", replace(plain, handoff=in_hand(now))
    yield "held for a person", replace(plain, held=Reason.LIKELY_OPT_OUT)
    yield "opted out already", replace(plain, opted_out=True)
