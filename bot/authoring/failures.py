"""What a test that failed says to its author: said, expected, came, why, and what to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.authoring.proposals import brings, filled, plain
from bot.authoring.run_cases import Result, fired, live, run, wanted_rule
from bot.engine.decide import decide
from bot.model import FALLBACK, Miss
from bot.rules.matchers.base import MessageView
from bot.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Failure:
    said: str
    differences: tuple[tuple[str, str], ...]
    """What was expected, and what came instead."""
    answered: str
    because: str
    """The first condition of the expected rule that missed; empty where that is not the point."""
    write: str
    """What to write; empty where nobody can know."""

    @property
    def summary(self) -> str:
        """On one line."""
        return "; ".join(f"expected {wanted}, got {came}" for wanted, came in self.differences)

    def lines(self) -> Iterator[str]:
        yield f"said {self.said}"
        for wanted, came in self.differences:
            yield f"expected {wanted}"
            yield f"     got {came}"
        yield self.answered
        if self.because:
            yield self.because
        if self.write:
            yield f"write {self.write}"


def failure(result: Result, ruleset: Ruleset) -> Failure:
    """Why a result is not what its test expects."""
    tested = live(ruleset, (result.case.rule,))
    decision = result.decision
    reason = f", {decision.reason}" if decision.reason else ""
    detail = f": {decision.detail}" if decision.detail else ""
    because = _missed(result, tested)
    return Failure(
        said=f'"{result.case.say}" on {_at(result)}{_with(result)}',
        differences=tuple(_differences(result)),
        answered=f"{decision.rule or 'no rule'} answered: {decision.outcome}{reason}{detail}",
        because=f"{wanted_rule(result)} did not: {because}" if because else "",
        write=_write(result, tested, because),
    )


def _with(result: Result) -> str:
    message, context = result.message, result.context
    given: list[tuple[str, Mapping[str, str]]] = [
        ("tags", message.tags),
        ("contact", context.contact),
    ]
    found = [f", {name} {_pairs(values)}" for name, values in given if values]
    return "".join([*found, f", state {context.state}" if context.state else ""])


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in values.items())


def _differences(result: Result) -> Iterator[tuple[str, str]]:
    for name, wanted in result.expected.items():
        got = result.got[name]
        if wanted != got:
            yield _named(name, wanted, result), _named(name, got, result)


def _named(name: str, value: object, result: Result) -> str:
    """A value of a test, in words."""
    match name, value:
        case "fires", bool():
            return f"{result.case.rule} {'answers' if value else 'does not answer'}"
        case "failure", "none":
            return "an answer that can be made"
        case "failure" | "replies", _:
            texts = value if isinstance(value, list) else [value]
            return ", ".join(map(str, texts)) or "no message"
        case "captures", dict():
            return f"captures {_pairs(value)}" if value else "no captures"
    return f"{name} {value}"


def _missed(result: Result, ruleset: Ruleset) -> str:
    """Why the expected rule did not answer."""
    wanted, decision = wanted_rule(result), result.decision
    if result.expected.get("fires") is False or decision.rule == wanted:
        return ""
    seen = MessageView(result.message, result.context)
    guard = next((guard for guard in ruleset.guards if wanted == guard.NAME), None)
    if guard is not None:
        verdict = guard.examine(seen)
        return verdict.because if isinstance(verdict, Miss) else ""
    rule = ruleset.rule(wanted)
    if rule is None or (wanted == FALLBACK and not fired(rule.id, decision)):
        return ""
    if fired(rule.id, decision):
        return "it matched, but went on or is limited"
    alone = Ruleset.build(
        guards=(),
        rules=(rule,),
        fallback=None,
        timezone=ruleset.timezone,
        variables=ruleset.variables,
        calendars=ruleset.calendars,
        digest="",
    )
    found = decide(result.message, result.context, alone, ask_all=True).trace[0].result
    if isinstance(found, Miss):
        return found.because
    other = ruleset.rule(decision.rule or "")
    where = f" ({other.place.in_file})" if other is not None else ""
    return f"it matches, but {decision.rule or 'something'}{where} comes before it"


def _write(result: Result, ruleset: Ruleset, because: str) -> str:
    case = result.case
    if "failure" in result.got and result.expected["failure"] != result.got["failure"]:
        return _to_make_it(result, ruleset)
    rule = ruleset.rule(case.rule)
    if result.expected.get("fires") is False and rule is not None:
        return "it under `match`, or make the rule narrower: keywords: {none: [...]}"
    if because.startswith("off "):
        expected = ruleset.rule(wanted_rule(result))
        at = "" if expected is None else f"{plain(expected, '').at:%Y-%m-%d %H:%M}"
        return f"at: {at}, when it is on"
    if "comes before it" in because and wanted_rule(result) == case.rule:
        return f"rule: {result.decision.rule} where that is right, else put {case.rule} before it"
    replies = [reply.text for reply in result.decision.replies]
    if list(result.expected) == ["replies"] and len(replies) == 1:
        return f"reply: {replies[0]!r} where that is right"
    return ""


def _to_make_it(result: Result, ruleset: Ruleset) -> str:
    case, decision = result.case, result.decision
    rule = ruleset.rule(decision.rule or "")
    if rule is None or case.conversation:
        return ""
    if "template-error" not in str(result.got["failure"]):
        return "a shorter reply or a list of them, or raise `max_segments`"
    for whole in filled(case, rule):
        if run(whole, ruleset).passed:
            given = ", ".join(brings(whole, rule))
            default = "or in the reply {{ … | default('...') }}"
            if case.is_listed:
                return f"{given} beside `say`, {default}"
            return f'tests: {{with: {{{given}}}, match: ["{case.say}"]}}, {default}'
    return "outcome: failed where that is right, else mend the reply"


def _at(result: Result) -> str:
    """On the clock of the test."""
    return f"{result.context.now.astimezone(result.case.at.tzinfo):%a %Y-%m-%d %H:%M}"


def circumstances(result: Result, ruleset: Ruleset) -> str:
    """What a test runs against, where it is not what is meant by itself; for `-v`."""
    rule = ruleset.rule(result.case.rule)
    found = []
    if rule is not None and rule.is_shadow:
        found.append("as if it were live: `mode: shadow`")
    if rule is not None and (rule.from_date or rule.until):
        found.append(f"at {_at(result)}, when it is on")
    return "; ".join(found)
