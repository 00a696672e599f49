"""What the tests of a rule set exercise: rules, keywords, conditions and guards, not lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.authoring import run_cases
from bot.authoring.run_cases import Result, fired
from bot.model import Match, RuleId
from bot.rules import cases
from bot.rules.cases import Case, Expected
from bot.rules.matchers.base import Inner, Matcher, MessageView, When
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset

KINDS: Final = ("rules", "keywords", "conditions", "guards")
_NOTHING: Final = "something else"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no test exercises, with a line to paste where one was found."""

    kind: str
    rule: str
    what: str
    line: str
    description: str = ""
    """Of the rule, where it has one."""

    def as_object(self) -> dict[str, str]:
        about = {"description": self.description} if self.description else {}
        return {"kind": self.kind, "rule": self.rule, **about, "what": self.what, "line": self.line}


@dataclass(frozen=True, slots=True)
class Coverage:
    total: Mapping[str, int]
    gaps: tuple[Gap, ...]

    def covered(self, kind: str) -> int:
        return self.total[kind] - sum(gap.kind == kind for gap in self.gaps)

    def as_object(self) -> dict[str, Any]:
        counts = {kind: {"covered": self.covered(kind), "of": self.total[kind]} for kind in KINDS}
        return {"coverage": counts, "gaps": [gap.as_object() for gap in self.gaps]}


def measure(results: Iterable[Result], ruleset: Ruleset) -> Coverage:
    """What the messages of these results exercised.

    A rule when it fired; a keyword when it stood in a message that its rule took; a condition
    when it held in one that the rule took and was missed in another; a guard when it took one.
    """
    firing: dict[str, list[Result]] = {}
    beside: dict[str, list[Result]] = {}
    for result in results:
        beside.setdefault(result.case.rule, []).append(result)
        for step in result.decision.trace:
            if isinstance(step.result, Match):
                firing.setdefault(step.rule, []).append(result)
    total = dict.fromkeys(KINDS, 0)
    gaps: list[Gap] = []
    everyone = [*ruleset.rules, *([ruleset.fallback] if ruleset.fallback else [])]
    for rule in everyone:
        taken = firing.get(rule.id, [])
        total["rules"] += 1
        if not taken:
            gaps.append(_rule_gap(rule, ruleset))
        for text, unit in _units(rule.when):
            total["keywords"] += 1
            if not any(_holds(unit, result) for result in taken):
                line = _firing_line(rule, text, taken, ruleset)
                gaps.append(Gap("keywords", rule.id, f"`{text}`", line))
        asked = [*beside.get(rule.id, ()), *taken]
        for part in _leaves(rule.when):
            total["conditions"] += 1
            if not any(not _holds(part, result) for result in asked):
                what = f"`{part.NAME}` was never missed"
                gaps.append(
                    Gap("conditions", rule.id, what, _missing_line(rule, part, taken, ruleset))
                )
    for guard in ruleset.guards:
        if not guard.takes_any:
            continue
        total["guards"] += 1
        if guard.NAME not in firing:
            line = guard.SCENARIO
            if guard.EXAMPLE and _is_taken(guard.EXAMPLE, guard.NAME, ruleset):
                line = _line(guard.EXAMPLE, guard.NAME)
            gaps.append(Gap("guards", guard.NAME, "took no message", line))
    described = (replace(gap, description=ruleset.description(gap.rule)) for gap in gaps)
    return Coverage(total, tuple(described))


def _holds(part: Matcher, result: Result) -> bool:
    return isinstance(part.match(MessageView(result.message, result.context)), Match)


def _units(when: When) -> Iterator[tuple[str, Matcher]]:
    for part in when.parts:
        yield from part.units()
        for inner in part.inner() if part.INNER in (Inner.ANY, Inner.ALL) else ():
            yield from _units(inner)


def _leaves(when: When) -> Iterator[Matcher]:
    """Conditions that hold nothing else; a `not` is one."""
    for part in when.parts:
        if part.INNER in (Inner.ANY, Inner.ALL):
            for inner in part.inner():
                yield from _leaves(inner)
        else:
            yield part


def _rule_gap(rule: Rule, ruleset: Ruleset) -> Gap:
    tries = (_firing_line(rule, text, [], ruleset) for text, _ in _units(rule.when))
    return Gap("rules", rule.id, "fired in no test", next(filter(None, tries), ""))


def _firing_line(rule: Rule, say: str, taken: list[Result], ruleset: Ruleset) -> str:
    """A case in which the rule takes these words, alone or with what a test of it brings."""
    plain = Case(rule=rule.id, place=rule.place, say=say, at=_noon(rule), expected=Expected())
    brought = [replace(result.case, say=say) for result in taken if not result.case.conversation]
    for case in (plain, *brought[:5]):
        if fired(rule.id, run_cases.run(case, ruleset).decision):
            return _line(say, rule.id, case)
    return ""


def _missing_line(rule: Rule, part: Matcher, taken: list[Result], ruleset: Ruleset) -> str:
    """A test of the rule with something else beside it, so that just this part is missed."""
    for result in taken[:5]:
        if result.case.conversation:
            continue
        for other in _otherwise(result.case):
            ran = run_cases.run(other, ruleset)
            if not _holds(part, ran) and not fired(rule.id, ran.decision):
                return _line(other.say, ran.decision.rule or "none", other)
    return ""


def _otherwise(case: Case) -> Iterator[Case]:
    yield from (replace(case, tags=_but(case.tags, name)) for name in case.tags)
    yield from (replace(case, contact=_but(case.contact, name)) for name in case.contact)
    yield replace(case, state=None)
    yield replace(case, media_url=None if case.media_url else "https://example.com/picture.jpg")
    yield replace(case, say=_NOTHING)


def _but(values: Mapping[str, str], name: str) -> Mapping[str, str]:
    return {key: value for key, value in values.items() if key != name}


def _noon(rule: Rule) -> datetime:
    return cases.DEFAULT_AT.replace(tzinfo=ZoneInfo(rule.timezone))


def _is_taken(say: str, rule: RuleId, ruleset: Ruleset) -> bool:
    anyone = ruleset.rules[0].place if ruleset.rules else None
    if anyone is None:
        return False
    at = _noon(ruleset.rules[0])
    case = Case(rule=rule, place=anyone, say=say, at=at, expected=Expected())
    return run_cases.run(case, ruleset).decision.rule == rule


def _line(say: str, rule: str, case: Case | None = None) -> str:
    """A case as one pastes it."""
    parts = [f"say: {_quoted(say)}", f"rule: {rule}"]
    if case is not None:
        for name, values in (("tags", case.tags), ("contact", case.contact)):
            if values:
                pairs = ", ".join(f"{_quoted(k)}: {_quoted(v)}" for k, v in values.items())
                parts.append(f"{name}: {{{pairs}}}")
        parts += [f"media: {_quoted(case.media_url)}"] if case.media_url else []
        parts += [f"state: {_quoted(case.state)}"] if case.state else []
    return f"- {{{', '.join(parts)}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
