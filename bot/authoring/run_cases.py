"""Runs the tests that stand beside the rules, and says what was expected and what came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.engine.decide import decide
from bot.engine.simulator import in_state
from bot.model import Context, Decision, InboundMessage, Match, Miss, Outcome, Reason, RuleId
from bot.rules.cases import Case, Contains, Expected, ExpectedText, Matches
from bot.rules.rule import OneOf, ReplyTemplate, Rule
from bot.rules.ruleset import Ruleset
from bot.text import segments
from bot.text.phone_numbers import longcode_id


@dataclass(frozen=True, slots=True)
class Result:
    case: Case
    expected: Mapping[str, object]
    got: Mapping[str, object]
    decision: Decision
    message: InboundMessage
    context: Context
    """What was decided on."""

    @property
    def passed(self) -> bool:
        return self.expected == self.got


def run(case: Case, ruleset: Ruleset, *, ask_all: bool = False) -> Result:
    """Decide the message of the case and compare what it names; its rule is tested as if live.

    `ask_all` asks every rule in turn, for rules that the index does not know.
    """
    ruleset = live(ruleset, (case.rule,))
    message, context = inbound(case), context_of(case, ruleset)
    # Why a rule did not match is known only where it was asked.
    everyone = ask_all or case.expected.because is not None
    decision = decide(message, context, ruleset, ask_all=everyone)
    return result_of(case, decision, message, context, ruleset)


def live(ruleset: Ruleset, names: Iterable[str]) -> Ruleset:
    """The same with these rules live, where they are in shadow mode."""
    for name in names:
        rule = ruleset.rule(name)
        if rule is not None and rule.is_shadow:
            ruleset = ruleset.with_rule(replace(rule, is_shadow=False))
    return ruleset


def inbound(case: Case) -> InboundMessage:
    return InboundMessage(
        key=f"test-{case.place.line}-{case.place.column}",
        sender=case.sender,
        number=case.number,
        text=case.say,
        media_url=case.media_url,
        tags=case.tags,
        received_at=case.at,
    )


def context_of(case: Case, ruleset: Ruleset) -> Context:
    context = Context(now=case.at, contact=case.contact, longcode_id=longcode_id(case.longcode))
    return context if case.state is None else in_state(context, case.state, ruleset)


def result_of(
    case: Case, decision: Decision, message: InboundMessage, context: Context, ruleset: Ruleset
) -> Result:
    """What the case expects of a decision, beside what it got.

    An answer that cannot be made is what no case expects that does not say so.
    """
    expected, got = _compare(case, decision)
    if _wants_an_answer(case.expected) and got.get("fires", True):
        failure = (
            failure_of(decision)
            or _failing_choice(decision, message, context, ruleset)
            or _failing_language(decision, message, context, ruleset)
        )
        if failure:
            expected, got = {**expected, "failure": "none"}, {**got, "failure": failure}
    return Result(case, expected, got, decision, message, context)


def _wants_an_answer(wanted: Expected) -> bool:
    """Or it does not care, as the step of a conversation that expects nothing."""
    if wanted.outcome is not None or wanted.reason is not None or wanted.fires is False:
        return False
    return wanted.because is None or replace(wanted, because=None) != Expected()


def failure_of(decision: Decision) -> str:
    """Why the answer cannot be made or never leaves; empty where it does."""
    if decision.outcome is Outcome.FAILED:
        return f"{decision.reason}: {decision.detail}"
    for reply in decision.replies:
        if reply.long_texts is not None and not segments.pieces(
            reply.text, reply.long_texts, has_image=reply.image is not None
        ):
            return f"{Reason.TOO_LONG}: with `long: {reply.long_texts}` it is never sent"
    return ""


def _failing_choice(
    decision: Decision, message: InboundMessage, context: Context, ruleset: Ruleset
) -> str:
    """Of `one_of`, what would have failed had it been drawn."""
    for step in decision.trace:
        rule = ruleset.rule(step.rule) if isinstance(step.result, Match) else None
        for drawn, choice in _draws(rule) if rule is not None else ():
            failure = failure_of(decide(message, context, ruleset.with_rule(drawn)))
            if failure:
                return f"{failure} (in `{choice.text.source}` of one_of)"
    return ""


def _failing_language(
    decision: Decision, message: InboundMessage, context: Context, ruleset: Ruleset
) -> str:
    """What would have failed for somebody of another language, who gets it from the same rule."""
    if not decision.replies or "language" in context.contact:
        return ""
    for language in ruleset.languages[1:]:
        contact = {**context.contact, "language": language}
        other = decide(message, replace(context, contact=contact), ruleset)
        failure = failure_of(other) if other.rule == decision.rule else ""
        if failure:
            return f"{failure} (in `{language}`)"
    return ""


def _draws(rule: Rule) -> Iterator[tuple[Rule, ReplyTemplate]]:
    """The rule with each choice of its `one_of` alone."""
    for at, spec in enumerate(rule.replies):
        for choice in spec.choices if isinstance(spec, OneOf) else ():
            replies = (*rule.replies[:at], choice, *rule.replies[at + 1 :])
            yield replace(rule, replies=replies), choice


def _compare(case: Case, decision: Decision) -> tuple[Mapping[str, object], Mapping[str, object]]:
    wanted = case.expected
    expected: dict[str, object] = {}
    got: dict[str, object] = {}
    if wanted.fires is not None:
        expected["fires"] = wanted.fires
        got["fires"] = fired(case.rule, decision)
    if wanted.rule is not None:
        expected["rule"], got["rule"] = wanted.rule, decision.rule or "none"
    if wanted.outcome is not None:
        expected["outcome"], got["outcome"] = wanted.outcome, str(decision.outcome)
    if wanted.reason is not None:
        expected["reason"], got["reason"] = wanted.reason, str(decision.reason or "none")
    if wanted.replies is not None:
        texts = [reply.text for reply in decision.replies]
        expected["replies"] = [_show(text) for text in wanted.replies]
        got["replies"] = _agreeing(wanted.replies, texts)
    if wanted.captures is not None:
        expected["captures"] = dict(wanted.captures)
        got["captures"] = {name: str(value) for name, value in decision.captures.items()}
    if wanted.segments is not None:
        counts = [segments.measure(reply.text).count for reply in decision.replies]
        expected["segments"], got["segments"] = wanted.segments, sum(counts)
    if wanted.because is not None:
        found = _because(case.rule, decision)
        expected["because"] = wanted.because
        got["because"] = wanted.because if wanted.because in found else found
    return expected, got


def fired(rule: RuleId, decision: Decision) -> bool:
    """The rule matched, whether or not it ended the search."""
    return any(step.rule == rule and isinstance(step.result, Match) for step in decision.trace)


def _because(rule: RuleId, decision: Decision) -> str:
    misses = [
        step.result.because
        for step in decision.trace
        if step.rule == rule and isinstance(step.result, Miss)
    ]
    return "; ".join([*misses, *([str(decision.reason)] if decision.reason else [])])


def _agreeing(wanted: tuple[ExpectedText, ...], texts: list[str]) -> list[str]:
    """The texts, each put as the expectation where it meets it, so that equal means met."""
    shown = []
    for at, text in enumerate(texts):
        met = at < len(wanted) and _meets(wanted[at], text)
        shown.append(_show(wanted[at]) if met else text)
    return shown


def _meets(wanted: ExpectedText, text: str) -> bool:
    match wanted:
        case Contains(part):
            return part in text
        case Matches(pattern):
            return pattern.search(text.encode("utf-8", "replace")) is not None
        case _:
            return wanted == text


def _show(wanted: ExpectedText) -> str:
    match wanted:
        case Contains(part):
            return f"contains {part}"
        case Matches(pattern):
            return f"matches {pattern.source}"
        case _:
            return wanted


def wanted_rule(result: Result) -> str:
    """The rule that should have answered."""
    return result.case.expected.rule or result.case.rule
