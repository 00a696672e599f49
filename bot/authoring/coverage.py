"""What tests exercise: rules, keywords, conditions, languages and guards, not lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.authoring import proposals
from bot.authoring.run_cases import Result
from bot.model import Match
from bot.rules.cases import Case
from bot.rules.languages import chosen
from bot.rules.matchers.base import Inner, Matcher, MessageView, When
from bot.rules.rule import Rule, is_translated
from bot.rules.ruleset import Ruleset

KINDS: Final = ("rules", "keywords", "conditions", "languages", "guards")


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

    @property
    def percent(self) -> float:
        """Of all together; 100 where there is nothing to cover."""
        total = sum(self.total.values())
        return 100.0 * (total - len(self.gaps)) / total if total else 100.0

    def as_object(self) -> dict[str, Any]:
        counts = {kind: {"covered": self.covered(kind), "of": self.total[kind]} for kind in KINDS}
        return {"coverage": counts, "gaps": [gap.as_object() for gap in self.gaps]}


def measure(
    results: Iterable[Result], ruleset: Ruleset, of: Callable[[Rule], bool] | None = None
) -> Coverage:
    """What the messages of these results exercised; of some rules alone, where `of` says which.

    A rule when it fired; a keyword when it stood in a message that its rule took; a condition
    when it held in one that the rule took and was missed in another; a language of its texts
    when somebody got them in it; a guard when it took one.
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
    counted = [rule for rule in ruleset.by_id.values() if rule.is_enabled]
    for rule in counted if of is None else filter(of, counted):
        brought = _brought(firing.get(rule.id, []))
        taken = firing.get(rule.id, [])
        total["rules"] += 1
        if not taken:
            gaps.append(_rule_gap(rule, ruleset))
        for text, unit in _units(rule.when):
            total["keywords"] += 1
            if not any(_holds(unit, result) for result in taken):
                line = proposals.firing(rule, text, brought, ruleset, unit)
                gaps.append(Gap("keywords", rule.id, f"`{text}`", line))
        asked = [*beside.get(rule.id, ()), *taken]
        for part in rule.when.leaves():
            total["conditions"] += 1
            if not any(not _holds(part, result) for result in asked):
                what = f"`{part.NAME}` was never missed"
                line = proposals.missing(rule, part, brought, ruleset)
                gaps.append(Gap("conditions", rule.id, what, line))
        heard = {_language(result, ruleset) for result in taken}
        for language in ruleset.languages if is_translated(rule) else ():
            total["languages"] += 1
            if language not in heard:
                line = proposals.in_language(rule, language, brought, ruleset)
                gaps.append(Gap("languages", rule.id, f"`{language}`", line))
    for guard in ruleset.guards if of is None else ():
        if not guard.takes_any:
            continue
        total["guards"] += 1
        if guard.NAME not in firing:
            line = proposals.of_guard(guard, ruleset)
            gaps.append(Gap("guards", guard.NAME, "took no message", line))
    described = (replace(gap, description=ruleset.description(gap.rule)) for gap in gaps)
    return Coverage(total, tuple(described))


def _brought(taken: Iterable[Result]) -> list[Case]:
    """Tests of single texts, for what they bring along."""
    return [result.case for result in taken if not result.case.conversation][:5]


def _holds(part: Matcher, result: Result) -> bool:
    return isinstance(part.match(MessageView(result.message, result.context)), Match)


def _language(result: Result, ruleset: Ruleset) -> str:
    wanted = result.context.contact.get("language", "")
    return chosen(wanted, ruleset.languages) if ruleset.languages else ""


def _units(when: When) -> Iterator[tuple[str, Matcher]]:
    for part in when.parts:
        yield from part.units()
        for inner in part.inner() if part.INNER in (Inner.ANY, Inner.ALL) else ():
            yield from _units(inner)


def _rule_gap(rule: Rule, ruleset: Ruleset) -> Gap:
    texts = [*(text for text, _ in _units(rule.when)), "something else"]
    tries = (proposals.firing(rule, text, (), ruleset) for text in texts)
    return Gap("rules", rule.id, "fired in no test", next(filter(None, tries), ""))
