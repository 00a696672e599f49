"""`bot why`: why one rule does or does not answer a message, condition by condition."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import click

from bot.cli import message_options, options
from bot.cli.output import colour, dim, printable
from bot.engine.decide import decide
from bot.engine.simulator import Play
from bot.errors import UsageError
from bot.model import FALLBACK, Context, Decision, InboundMessage, Match, Miss, RuleId
from bot.rules.cases import Case, fired
from bot.rules.conditions import All as AllConditions
from bot.rules.conditions import Condition, Exists, OneOf
from bot.rules.conditions import Not as NotCondition
from bot.rules.guards.base import Verdict
from bot.rules.loader import Loaded
from bot.rules.matchers.base import Matcher, Seen, When
from bot.rules.matchers.combined import All, Not
from bot.rules.matchers.combined import Any as AnyOf
from bot.rules.matchers.keywords import Keywords, Phrase
from bot.rules.matchers.media import Media
from bot.rules.matchers.numbers import From, To
from bot.rules.matchers.state import State
from bot.rules.matchers.tags import Contact, Conversation, Tags
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.settings import read_settings
from bot.text.words import normalise, storable

_MOST_TRIED: Final = 200
"""Messages that are tried in search of one that matches."""
_LONGEST_SHOWN: Final = 160
"""Characters of a reason in a terminal; `--json` has all of it."""


@click.command()
@click.argument("rule_id", metavar="RULE")
@click.argument("text", default="")
@options.rules_option
@message_options.message_options
@options.json_option
def command(
    rule_id: str, text: str, rules: Path | None, as_json: bool, given: dict[str, Any]
) -> int:
    """Show why RULE does or does not answer TEXT: each condition, and what would match.

    \b
    Examples:
      bot why hours "when are you there?"
      bot why confirm "Yes" --tag appointment="2026-01-20 09:30" --rules examples/clinic
      bot why '$opt-out' "please stop texting me"
    """
    settings = read_settings(needs_account=rules is None)
    loaded = options.load_rules(rules, settings)
    body = {"fromNumber": options.SENDER, **given, **({"message": storable(text)} if text else {})}
    message, beside = message_options.read(
        body,
        key="why",
        timezone=settings.timezone,
        longcode=settings.longcode_id,
        now=datetime.now(UTC),
    )
    said = _Said(message, Play(loaded.ruleset).context(message, beside))
    answer = _explain(rule_id, said, loaded)
    if as_json:
        options.print_json(answer.as_object())
    else:
        print("\n".join(answer.lines()))
    return 0


@dataclass(frozen=True, slots=True)
class _Said:
    message: InboundMessage
    context: Context

    def decide(self, ruleset: Ruleset) -> Decision:
        return decide(self.message, self.context, ruleset, ask_all=True)

    def seen(self) -> Seen:
        return Seen(self.message, self.context)

    def with_text(self, text: str) -> _Said:
        return replace(self, message=replace(self.message, text=text))


@dataclass(frozen=True, slots=True)
class _Held:
    """A condition, held against the message."""

    name: str
    because: str
    """Empty where it holds."""
    inside: tuple[_Held, ...] = ()

    def as_object(self) -> dict[str, Any]:
        return {
            "condition": self.name,
            "matched": not self.because,
            **({"because": self.because} if self.because else {}),
            **({"inside": [held.as_object() for held in self.inside]} if self.inside else {}),
        }

    def lines(self, indent: str = "    ") -> Iterator[str]:
        sign = colour("31", "✗") if self.because else colour("32", "✓")
        because = f": {_short(printable(self.because))}" if self.because and not self.inside else ""
        yield f"{indent}{sign} {self.name}{because}"
        for held in self.inside:
            yield from held.lines(indent + "  ")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


@dataclass(frozen=True, slots=True)
class _Answer:
    rule: str
    where: str
    said: _Said
    matched: bool
    """All its conditions hold."""
    decision: Decision
    conditions: tuple[_Held, ...]
    nearest: _Said | None
    misspelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By keyword with `typos`, some of what is taken for it."""

    @property
    def taken_by(self) -> str | None:
        """What answers instead, where the rule is never asked or goes on."""
        return None if self.decision.rule == self.rule else self.decision.rule

    @property
    def failed(self) -> _Held | None:
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
            "nearest": None if near is None else dict(_differences(self.said, near)),
            **({"misspelled": dict(self.misspelled)} if self.misspelled else {}),
        }

    def lines(self) -> Iterator[str]:
        text = self.said.message.text
        yield colour("1", f"› {printable(text) or '(no text)'}")
        yield dim(f"  read as: {printable(normalise(text)) or '(nothing)'}")
        yield f"  {self._verdict()}"
        for held in self.conditions:
            yield from held.lines()
        if self.nearest is not None:
            shown = ", ".join(
                f"{name} {printable(str(value))}"
                for name, value in _differences(self.said, self.nearest)
            )
            yield f"  would match: {shown}"
        for word, slips in self.misspelled.items():
            yield dim(f"  taken for {word} too: {', '.join(slips)} …")

    def _verdict(self) -> str:
        name = f"{self.rule}{dim(self.where)}"
        reason = f", {self.decision.reason}" if self.decision.reason else ""
        if not self.matched:
            instead = f"; {self.taken_by} answers" if self.taken_by else ""
            return f"{colour('31', 'does not match')}: {name}{instead}"
        if self.taken_by is None:
            return f"{colour('32', 'matches')}: {name}, outcome {self.decision.outcome}{reason}"
        verb = "answers" if fired(RuleId(self.rule), self.decision) else "is before it and answers"
        return f"{colour('33', 'matches')}: {name}, but {self.taken_by} {verb}{reason}"


def _explain(rule_id: str, said: _Said, loaded: Loaded) -> _Answer:
    """Raises UsageError where there is no such rule."""
    ruleset = loaded.ruleset
    decision = said.decide(ruleset)
    guard = next((guard for guard in ruleset.guards if rule_id == guard.NAME), None)
    if guard is not None:
        verdict = guard.examine(said.seen())
        because = "" if isinstance(verdict, Verdict) else verdict.because
        held = (_Held(guard.NAME, because),)
        return _Answer(rule_id, "", said, not because, decision, held, None)
    rule = ruleset.rule(rule_id)
    if rule is None:
        raise UsageError(_no_such_rule(rule_id, ruleset))
    where = f" ({rule.place.file}:{rule.place.line})"
    if rule_id == FALLBACK:
        matched = decision.rule == FALLBACK or fired(FALLBACK, decision)
        because = "" if matched else f"{decision.rule} answers"
        held = (_Held("nothing else answers", because),)
        return _Answer(rule_id, where, said, matched, decision, held, None)
    conditions = (*_gates(rule, said, ruleset), *_held(rule.when, said.seen()))
    matched = not any(held.because for held in conditions)
    nearest = None if matched else _nearest(rule, said, loaded)
    misspelled: dict[str, tuple[str, ...]] = {}
    for part in rule.when.walk():
        if isinstance(part, Keywords):
            misspelled.update(part.accepted())
    return _Answer(rule_id, where, said, matched, decision, conditions, nearest, misspelled)


def _no_such_rule(rule_id: str, ruleset: Ruleset) -> str:
    known = [*(rule.id for rule in ruleset.rules), *(guard.NAME for guard in ruleset.guards)]
    known += [FALLBACK] if ruleset.fallback else []
    near = difflib.get_close_matches(rule_id, known, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else "known: " + ", ".join(known[:20])
    return f"there is no rule `{rule_id}` ({hint})"


def _gates(rule: Rule, said: _Said, ruleset: Ruleset) -> Iterator[_Held]:
    """What the engine asks beside `when`: dates, shadow mode, cooldowns."""
    alone = Ruleset.build(
        guards=(),
        rules=(replace(rule, when=When()),),
        fallback=None,
        timezone=ruleset.timezone,
        variables=ruleset.variables,
        digest="",
    )
    [step] = said.decide(alone).trace
    if isinstance(step.result, Miss):
        because = step.result.because
        name = "mode" if because.startswith("mode: ") else "date"
        yield _Held(name, because.removeprefix("mode: "))


def _held(when: When, seen: Seen) -> tuple[_Held, ...]:
    if not when.parts:
        return (_Held("always", ""),)
    return tuple(_held_part(part, seen) for part in when.parts)


def _held_part(part: Matcher, seen: Seen) -> _Held:
    result = part.match(seen)
    inside: list[_Held] = []
    if isinstance(part, AnyOf | All):
        for when in part.inner():
            held = _held(when, seen)
            if len(held) == 1 or isinstance(part, All):
                inside += held
            else:
                because = "; ".join(h.because for h in held if h.because)
                inside.append(_Held("all of these", because, held))
    name = part.NAME
    if isinstance(result, Match) and result.captures:
        name += " (" + ", ".join(f"{k}: {v}" for k, v in result.captures.items()) + ")"
    return _Held(name, result.because if isinstance(result, Miss) else "", tuple(inside))


# The nearest message that matches


def _nearest(rule: Rule, said: _Said, loaded: Loaded) -> _Said | None:
    """The message with as little changed as makes the rule fire, among those that were tried."""
    mended = _mend(rule.when.parts, said)
    tested = (_as_tested(case, said) for case in loaded.cases if case.rule == rule.id and case.say)
    tries = [*islice(mended, _MOST_TRIED), *islice(tested, _MOST_TRIED)]
    matching = (near for near in tries if isinstance(rule.when.match(near.seen()), Match))
    firing = (
        near
        for near in matching
        if fired(rule.id, decide(near.message, near.context, loaded.ruleset))
    )
    return min(firing, key=lambda near: _distance(said, near), default=None)


def _distance(said: _Said, near: _Said) -> float:
    """How much was changed: by things, then by text."""
    before, after = normalise(said.message.text), normalise(near.message.text)
    ratio = difflib.SequenceMatcher(None, before, after, autojunk=False).ratio()
    others = [name for name, _ in _differences(said, near) if name != "text"]
    return len(others) + (1 - ratio)


def _as_tested(case: Case, said: _Said) -> _Said:
    """What a test of the rule says, as this person."""
    message = replace(
        said.message,
        text=case.say,
        tags={**said.message.tags, **case.tags},
        media_url=case.media_url or said.message.media_url,
    )
    contact = {**said.context.contact, **case.contact}
    state = said.context.state if case.state is None else case.state
    return _Said(message, replace(said.context, contact=contact, state=state))


def _mend(parts: Sequence[Matcher], said: _Said) -> Iterator[_Said]:
    """Messages that may meet all the parts, each with what a part misses put in."""
    if not parts:
        yield said
        return
    first, *rest = parts
    if isinstance(first.match(said.seen()), Match):
        yield from _mend(rest, said)
        return
    for mended in _mend_part(first, said):
        yield from _mend(rest, mended)


def _mend_part(part: Matcher, said: _Said) -> Iterator[_Said]:
    text = said.message.text
    match part:
        case Keywords():
            yield from map(said.with_text, _texts(part, text))
        case AnyOf():
            for alternative in part.alternatives:
                yield from _mend(alternative.parts, said)
        case All():
            yield from _mend(part.when.parts, said)
        case Not(when=When(parts=(Keywords() as keywords,))):
            yield said.with_text(_without(keywords.any, text))
        case Contact():
            for values in _values(part.wanted, said.context.contact):
                yield replace(said, context=replace(said.context, contact=values))
        case Conversation():
            return
        case Tags():
            for values in _values(part.wanted, said.message.tags):
                yield replace(said, message=replace(said.message, tags=values))
        case Media():
            ending = {"any": "jpg", "image": "jpg", "video": "mp4", "audio": "mp3"}
            url = f"https://example.com/media.{ending.get(part.wanted, 'pdf')}"
            media = None if part.wanted == "none" else url
            yield replace(said, message=replace(said.message, media_url=media))
        case State():
            for name in part.names:
                state = None if name == "none" else name
                yield replace(said, context=replace(said.context, state=state))
        case From():
            for prefix in part.prefixes:
                number = prefix + "5550123000"[: max(12 - len(prefix), 0)]
                yield replace(said, message=replace(said.message, sender=number))
        case To():
            for longcode in part.longcodes:
                yield replace(said, context=replace(said.context, longcode_id=longcode))
            for prefix in part.prefixes:
                number = prefix + "5550123000"[: max(12 - len(prefix), 0)]
                yield replace(said, message=replace(said.message, number=number))


def _texts(keywords: Keywords, text: str) -> Iterator[str]:
    """The text with what it misses put in; `exact` replaces it."""
    kept = " ".join([_without(keywords.none, text), *map(" ".join, keywords.all)]).strip()
    if keywords.exact:
        yield from map(" ".join, keywords.exact)
        return
    for start in keywords.starts or ((),):
        for any_of in keywords.any or ((),):
            yield " ".join([*start, *kept.split(), *any_of])


def _without(phrases: Iterable[Phrase], text: str) -> str:
    for phrase in phrases:
        pattern = r"(?i)(?<!\w)" + r"\W+".join(map(re.escape, phrase)) + r"(?!\w)"
        text = re.sub(pattern, " ", text)
    return " ".join(text.split())


def _values(
    wanted: Mapping[str, Condition], given: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    """The values with those that a condition misses set, or taken away."""
    values = dict(given)
    for name, condition in wanted.items():
        if condition.holds(values.get(name)):
            continue
        proposed = next((v for v in _proposals(condition) if condition.holds(v)), None)
        values.pop(name, None)
        if proposed is not None:
            values[name] = proposed
        elif not condition.holds(None):
            return
    yield values


def _proposals(condition: Condition) -> Iterator[str]:
    match condition:
        case OneOf():
            yield from condition.wanted
        case Exists() | NotCondition():
            yield "x"
        case AllConditions():
            for part in condition.parts:
                yield from _proposals(part)


def _differences(said: _Said, near: _Said) -> Iterator[tuple[str, object]]:
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
