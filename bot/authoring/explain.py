"""Why a rule does or does not answer a message, and what would have matched."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from bot.authoring.run_cases import fired
from bot.engine.decide import decide
from bot.errors import UsageError, plain
from bot.model import FALLBACK, Context, Decision, InboundMessage, Match, Miss, Question
from bot.rules.cases import Case
from bot.rules.guards.base import Verdict
from bot.rules.loader import Loaded
from bot.rules.matchers.base import Inner, Matcher, MessageView, When
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.text.words import normalise

_MOST_TRIED: Final = 200
"""Messages that are tried in search of one that matches."""
_MOST_RULES: Final = 500
"""Rules that are looked at in search of one that nearly matches."""
_MOST_NEAREST: Final = 3


@dataclass(frozen=True, slots=True)
class Said:
    message: InboundMessage
    context: Context

    def decide(self, ruleset: Ruleset) -> Decision:
        return decide(self.message, self.context, ruleset, ask_all=True)

    def seen(self) -> MessageView:
        return MessageView(self.message, self.context)


@dataclass(frozen=True, slots=True)
class Held:
    """A condition, held against the message."""

    name: str
    because: str
    """Empty where it holds."""
    inside: tuple[Held, ...] = ()

    def as_object(self) -> dict[str, Any]:
        return {
            "condition": self.name,
            "matched": not self.because,
            **({"because": self.because} if self.because else {}),
            **({"inside": [held.as_object() for held in self.inside]} if self.inside else {}),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    rule: str
    where: str
    said: Said
    matched: bool
    """All its conditions hold."""
    decision: Decision
    conditions: tuple[Held, ...]
    nearest: Said | None
    description: str = ""
    """What the rule is for, in the words of its author."""
    misspelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By keyword with `typos`, some of what is taken for it."""

    @property
    def taken_by(self) -> str | None:
        """What answers instead, where the rule is never asked or goes on."""
        return None if self.decision.rule == self.rule else self.decision.rule

    @property
    def failed(self) -> Held | None:
        return next((held for held in self.conditions if held.because), None)

    def as_object(self) -> dict[str, Any]:
        near = self.nearest
        return {
            "rule": self.rule,
            "matched": self.matched,
            "seen": normalise(self.said.message.text),
            "conditions": [held.as_object() for held in self.conditions],
            "failed": None if self.failed is None else self.failed.as_object(),
            "answeredBy": self.decision.rule,
            "outcome": str(self.decision.outcome),
            "reason": None if self.decision.reason is None else str(self.decision.reason),
            "nearest": None if near is None else dict(self.would_match),
            **({"description": self.description} if self.description else {}),
            **({"misspelled": dict(self.misspelled)} if self.misspelled else {}),
        }

    @property
    def would_match(self) -> Iterator[tuple[str, object]]:
        """What to change of the message so that the rule matches, by name."""
        return iter(()) if self.nearest is None else _differences(self.said, self.nearest)


@dataclass(frozen=True, slots=True)
class Other:
    """A rule whose conditions hold too, and why it does not answer."""

    rule: str
    where: str
    because: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a message gets the answer that it gets."""

    said: Said
    decision: Decision
    by: Explanation | None
    """Of the rule or guard that decides; None where none does."""
    others: tuple[Other, ...]
    nearest: tuple[Explanation, ...]
    """Where only the fallback answers: rules that would with a little changed, the least first."""

    def as_object(self) -> dict[str, Any]:
        decision, by = self.decision, self.by
        return {
            "rule": decision.rule,
            "outcome": str(decision.outcome),
            "reason": None if decision.reason is None else str(decision.reason),
            "seen": normalise(self.said.message.text),
            "conditions": [] if by is None else [held.as_object() for held in by.conditions],
            "others": [{"rule": one.rule, "because": one.because} for one in self.others],
            "nearest": [{"rule": one.rule, **dict(one.would_match)} for one in self.nearest],
        }


def explain_answer(said: Said, loaded: Loaded) -> Answer:
    """Which rule answers, which others would, and, where none does, which nearly would."""
    ruleset = loaded.ruleset
    decision = said.decide(ruleset)
    by = None if decision.rule is None else explain(decision.rule, said, loaded)
    others = tuple(_others(said, decision, ruleset))
    nearest: list[Explanation] = []
    if decision.rule in (None, FALLBACK):
        taken = {one.rule for one in others}
        near = [
            (found, rule)
            for rule in ruleset.rules[:_MOST_RULES]
            if rule.id not in taken and (found := _nearest(rule, said, loaded)) is not None
        ]
        near.sort(key=lambda pair: (_foreign(said, pair[0]), _distance(said, pair[0])))
        nearest += [explain(rule.id, said, loaded) for _, rule in near[:_MOST_NEAREST]]
    return Answer(said, decision, by, others, tuple(nearest))


def _others(said: Said, decision: Decision, ruleset: Ruleset) -> Iterator[Other]:
    misses = {
        step.rule: step.result.because for step in decision.trace if isinstance(step.result, Miss)
    }
    for rule in ruleset.rules:
        if rule.id == decision.rule or not isinstance(rule.when.match(said.seen()), Match):
            continue
        if fired(rule.id, decision):
            because = "goes on with the next rule"
        else:
            because = misses.get(rule.id, f"comes after {decision.rule}, which ends the search")
        yield Other(rule.id, f" ({rule.place.in_file})", because)


def explain(rule_id: str, said: Said, loaded: Loaded) -> Explanation:
    """Raises UsageError where there is no such rule."""
    ruleset = loaded.ruleset
    decision = said.decide(ruleset)
    guard = next((guard for guard in ruleset.guards if rule_id == guard.NAME), None)
    if guard is not None:
        verdict = guard.examine(said.seen())
        because = "" if isinstance(verdict, Verdict) else verdict.because
        held = (Held(guard.NAME, because),)
        return Explanation(rule_id, "", said, not because, decision, held, None)
    rule = ruleset.rule(rule_id)
    if rule is None:
        raise UsageError(_no_such_rule(rule_id, ruleset))
    where = f" ({rule.place.in_file})"
    if rule_id == FALLBACK:
        matched = decision.rule == FALLBACK or fired(FALLBACK, decision)
        because = "" if matched else f"{decision.rule} answers"
        held = (Held("nothing else answers", because),)
        about = rule.description
        return Explanation(rule_id, where, said, matched, decision, held, None, about)
    question = said.context.question
    if question is not None and question.rule == rule_id:
        answered = _held_by_question(question, decision)
        is_answer, about = not answered.because, rule.description
        return Explanation(rule_id, where, said, is_answer, decision, (answered,), None, about)
    conditions = (*_gates(rule, said, ruleset), *_held(rule.when, said.seen()))
    matched = not any(held.because for held in conditions)
    nearest = None if matched else _nearest(rule, said, loaded)
    misspelled: dict[str, tuple[str, ...]] = {}
    for part in rule.when.walk():
        misspelled.update(part.misspellings())
    return Explanation(
        rule=rule_id,
        where=where,
        said=said,
        matched=matched,
        decision=decision,
        conditions=conditions,
        nearest=nearest,
        description=rule.description,
        misspelled=misspelled,
    )


def _held_by_question(question: Question, decision: Decision) -> Held:
    """What its open question made of the text, before any rule was asked."""
    steps = [step.result for step in decision.trace if step.rule == question.rule]
    because = steps[0].because if steps and isinstance(steps[0], Miss) else ""
    if not steps:
        because = f"{decision.rule} answers before it"
    return Held(f"an answer to its question {question.step}", because)


def _no_such_rule(rule_id: str, ruleset: Ruleset) -> str:
    known = [*(rule.id for rule in ruleset.rules), *(guard.NAME for guard in ruleset.guards)]
    known += [FALLBACK] if ruleset.fallback else []
    near = difflib.get_close_matches(rule_id, known, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else "known: " + ", ".join(known[:20])
    return f"there is no rule `{plain(rule_id)}` ({hint})"


def _gates(rule: Rule, said: Said, ruleset: Ruleset) -> Iterator[Held]:
    """What the engine asks beside `when`: dates, shadow mode, cooldowns."""
    alone = Ruleset.build(
        guards=(),
        rules=(replace(rule, when=When()),),
        fallback=None,
        timezone=ruleset.timezone,
        variables=ruleset.variables,
        calendars=ruleset.calendars,
        digest="",
    )
    [step] = said.decide(alone).trace
    if isinstance(step.result, Miss):
        yield Held(step.result.code, step.result.because)


def _held(when: When, seen: MessageView) -> tuple[Held, ...]:
    if not when.parts:
        return (Held("always", ""),)
    return tuple(_held_part(part, seen) for part in when.parts)


def _held_part(part: Matcher, seen: MessageView) -> Held:
    result = part.match(seen)
    inside: list[Held] = []
    for when in part.inner() if part.INNER in (Inner.ANY, Inner.ALL) else ():
        held = _held(when, seen)
        if len(held) == 1 or part.INNER is Inner.ALL:
            inside += held
        else:
            because = "; ".join(h.because for h in held if h.because)
            inside.append(Held("all of these", because, held))
    name = part.NAME
    if isinstance(result, Match) and result.captures:
        name += " (" + ", ".join(f"{k}: {v}" for k, v in result.captures.items()) + ")"
    return Held(name, result.because if isinstance(result, Miss) else "", tuple(inside))


def _nearest(rule: Rule, said: Said, loaded: Loaded) -> Said | None:
    """The message with as little changed as makes the rule fire, among those that were tried."""
    mended = mend(rule.when.parts, said)
    tested = (_as_tested(case, said) for case in loaded.cases if case.rule == rule.id and case.say)
    tries = [*islice(mended, _MOST_TRIED), *islice(tested, _MOST_TRIED)]
    matching = (near for near in tries if isinstance(rule.when.match(near.seen()), Match))
    firing = (
        near
        for near in matching
        if fired(rule.id, decide(near.message, near.context, loaded.ruleset))
    )
    return min(firing, key=lambda near: _distance(said, near), default=None)


def _foreign(said: Said, near: Said) -> float:
    """How much comes from nowhere, or is lost: things, and words like none of the other."""
    was, words = (normalise(one.message.text).split() for one in (said, near))
    others = sum(name != "text" for name, _ in _differences(said, near))
    return others + _unlike(words, was) + _unlike(was, words)


def _unlike(words: Sequence[str], others: Sequence[str]) -> float:
    return sum(1 - max((_likeness(word, one) for one in others), default=0) for word in words)


def _likeness(word: str, other: str) -> float:
    return difflib.SequenceMatcher(None, word, other, autojunk=False).ratio()


def _distance(said: Said, near: Said) -> float:
    """How much was changed: by things, then by text."""
    before, after = normalise(said.message.text), normalise(near.message.text)
    ratio = difflib.SequenceMatcher(None, before, after, autojunk=False).ratio()
    others = [name for name, _ in _differences(said, near) if name != "text"]
    return len(others) + (1 - ratio)


def _as_tested(case: Case, said: Said) -> Said:
    """What a test of the rule says, as this person."""
    message = replace(
        said.message,
        text=case.say,
        tags={**said.message.tags, **case.tags},
        media_url=case.media_url or said.message.media_url,
    )
    contact = {**said.context.contact, **case.contact}
    state = said.context.state if case.state is None else case.state
    return Said(message, replace(said.context, contact=contact, state=state))


def mend(parts: Sequence[Matcher], said: Said) -> Iterator[Said]:
    """Messages that may meet all the parts, each with what a part misses put in."""
    if not parts:
        yield said
        return
    first, *rest = parts
    if isinstance(first.match(said.seen()), Match):
        yield from mend(rest, said)
        return
    for mended in _mend_part(first, said):
        yield from mend(rest, mended)


def _mend_part(part: Matcher, said: Said) -> Iterator[Said]:
    if part.INNER in (Inner.ANY, Inner.ALL):
        for when in part.inner():
            yield from mend(when.parts, said)
        return
    for seen in part.repairs(said.seen()):
        yield Said(seen.message, seen.context)


def _differences(said: Said, near: Said) -> Iterator[tuple[str, object]]:
    """What must be given otherwise, by the name of its option."""
    before, after = said.message, near.message
    if after.text != before.text:
        yield "text", after.text
    for name, old, new in (
        ("--tag", before.tags, after.tags),
        ("--contact", said.context.contact, near.context.contact),
    ):
        changed = [f"{key}={value}" for key, value in new.items() if old.get(key) != value]
        changed += [f"(without {key})" for key in old if key not in new]
        if changed:
            yield name, " ".join(changed)
    for name, was, now in (
        ("--media", before.media_url, after.media_url),
        ("--state", said.context.state, near.context.state),
        ("--from", before.sender, after.sender),
        ("--to", before.number, after.number),
        ("--longcode", said.context.longcode_id, near.context.longcode_id),
    ):
        if was != now:
            yield name, "(without)" if now is None else now
    if after.received_at != before.received_at:
        yield "--at", after.received_at.isoformat(timespec="minutes")
