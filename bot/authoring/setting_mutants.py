"""Rule sets in which a rule does something else, or a guard is set otherwise.

No single text tells whether a rule has a cooldown or stores a value: conversations do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice, pairwise, takewhile
from typing import Final, TypeAlias

from bot.authoring import proposals
from bot.authoring.drafts import Draft, Step, of_case, says
from bot.model import ChangeKind, Reason, RuleId
from bot.rules.cases import Case
from bot.rules.matchers.samples import FREE, either
from bot.rules.questions import Ask, AskedQuestion, Choice, parts
from bot.rules.quiet import Quiet
from bot.rules.rule import Else, FollowUp, Rule, SetValue, Throttle
from bot.rules.ruleset import Ruleset
from bot.text.durations import written

Drafts: TypeAlias = Callable[[Sequence[Case], Ruleset], Iterator[Draft]]
"""Conversations that may tell, from what the rule's tests bring along."""

_EVER: Final = 3_650 * 86_400
"""Seconds; a cooldown of this or more has no end worth a test."""
_FEW: Final = 3
_DAY: Final = 86_400
_UNTIL_A_DATE: Final = 60
"""Days, in which a date comes that a text names."""


@dataclass(frozen=True, slots=True)
class SettingMutant:
    """A rule set with something changed but conditions and order."""

    name: RuleId
    """Of the rule or the guard."""
    what: str
    ruleset: Ruleset
    drafts: Drafts
    rule: Rule | None = None
    """Where tests of its whole answer may tell, and no conversation is needed."""


def of_bodies(
    ruleset: Ruleset, of: Callable[[Rule], bool] | None = None
) -> Iterator[SettingMutant]:
    """With the answer of the next rule, other cooldowns and limits, or fewer choices; unstored."""
    for rule, behind in pairwise(one for one in ruleset.rules if one.is_enabled and one.replies):
        if rule.replies != behind.replies and (of is None or of(rule)):
            swapped = replace(rule, replies=behind.replies, fills_in=True)
            what = f"says what `{behind.id}` says"
            yield SettingMutant(rule.id, what, ruleset.with_rule(swapped), _none, rule)
    for rule in ruleset.by_id.values():
        if not rule.is_enabled or (of is not None and not of(rule)):
            continue
        for throttle in rule.throttles:
            yield from _of_throttle(rule, throttle, ruleset)
        for item in rule.sets:
            kept = tuple(one for one in rule.sets if one is not item)
            what = f"without `set` of {item.kind}.{item.name}"
            changed = ruleset.with_rule(replace(rule, sets=kept))
            yield SettingMutant(rule.id, what, changed, _storing(rule, item))
        if rule.quiet is not None:
            loud = ruleset.with_rule(replace(rule, quiet=None))
            yield SettingMutant(rule.id, "without `quiet_hours`", loud, _in_quiet(rule, rule.quiet))
        for later in rule.follow_ups:
            left = tuple(one for one in rule.follow_ups if one is not later)
            changed = ruleset.with_rule(replace(rule, follow_ups=left))
            key = "" if later.key == rule.id else f" `{later.key}`"
            yield SettingMutant(rule.id, f"without `follow_up`{key}", changed, _later(rule, later))
        for part in parts(rule):
            for question in part.ask.questions if part.ask is not None else ():
                yield from _of_choices(rule, part, question, ruleset)


def _none(brought: Sequence[Case], ruleset: Ruleset) -> Iterator[Draft]:
    return iter(())


def of_guards(ruleset: Ruleset) -> Iterator[SettingMutant]:
    """With one setting of a guard taken out or changed."""
    for guard in ruleset.guards:
        for what, other, steps in guard.mutants():
            guards = tuple(other if one is guard else one for one in ruleset.guards)
            yield SettingMutant(
                guard.NAME, what, ruleset.with_guards(guards), _only(Draft(tuple(steps)))
            )


def _only(draft: Draft) -> Drafts:
    return lambda brought, ruleset: iter([draft])


def _of_throttle(rule: Rule, throttle: Throttle, ruleset: Ruleset) -> Iterator[SettingMutant]:
    key = str(throttle.reason)
    again = _again(rule, throttle)

    def other(what: str, changed: Throttle | None, drafts: Drafts) -> SettingMutant:
        listed = (changed if one is throttle else one for one in rule.throttles)
        kept = tuple(one for one in listed if one is not None)
        return SettingMutant(
            rule.id, what, ruleset.with_rule(replace(rule, throttles=kept)), drafts
        )

    yield other(f"without `{key}`", None, again)
    if throttle.reason is Reason.LIMIT:
        more = replace(throttle, times=throttle.times + 1)
        yield other(f"`limit` takes one more than {throttle.times}", more, again)
    if throttle.otherwise is not Else.SILENT:
        yield other(f"`{key}` without `else`", replace(throttle, otherwise=Else.SILENT), again)
    if 1 < throttle.seconds < _EVER:
        half = replace(throttle, seconds=throttle.seconds // 2)
        twice = replace(throttle, seconds=throttle.seconds * 2)
        early = {"after": written(throttle.seconds * 3 // 4)}
        late = {"after": written(throttle.seconds * 3 // 2)}
        span = written(throttle.seconds)
        yield other(f"`{key}` of half of {span}", half, _again(rule, throttle, early))
        yield other(f"`{key}` of twice {span}", twice, _again(rule, throttle, late))


def _again(rule: Rule, throttle: Throttle, *wait: Step) -> Drafts:
    """As often as it is allowed, and once more."""

    def drafts(brought: Sequence[Case], ruleset: Ruleset) -> Iterator[Draft]:
        for case in _opening(rule, brought, ruleset):
            again = says(case.say)
            yield of_case(case, rule, *again * (throttle.times - 1), *wait, *again)

    return drafts


def _opening(rule: Rule, brought: Iterable[Case], ruleset: Ruleset) -> Iterator[Case]:
    """Texts that the rule takes: of its tests, and of its keywords."""
    yield from (case for case in brought if not case.state)
    found = proposals.taken(rule, ruleset)
    yield from islice(found, _FEW)


def _in_quiet(rule: Rule, quiet: Quiet) -> Drafts:
    """At the first hour of the week that is one of them."""

    def drafts(brought: Sequence[Case], ruleset: Ruleset) -> Iterator[Draft]:
        for case in _opening(rule, brought, ruleset):
            hours = (case.at + timedelta(hours=hour) for hour in range(168))
            at = next((one for one in hours if quiet.until(one, rule.timezone)), None)
            if at is not None:
                yield of_case(replace(case, at=at), rule)

    return drafts


def _later(rule: Rule, later: FollowUp) -> Drafts:
    """When it has been said: two days more, for the hour that it waits for."""

    def drafts(brought: Sequence[Case], ruleset: Ruleset) -> Iterator[Draft]:
        days = _UNTIL_A_DATE if later.on is not None else later.after // _DAY + 2
        for case in _opening(rule, brought, ruleset):
            yield of_case(case, rule, {"after": f"{days}d"})

    return drafts


def _storing(rule: Rule, item: SetValue) -> Drafts:
    """What another rule does then that looks at the value."""
    stem = "contact" if item.kind is ChangeKind.CONTACT else "conversation"
    name = f"{stem}.{item.name}"

    def drafts(brought: Sequence[Case], ruleset: Ruleset) -> Iterator[Draft]:
        for case in islice(_opening(rule, brought, ruleset), _FEW):
            for text in _reading(name, case, ruleset):
                yield of_case(case, rule, *says(text))

    return drafts


def _reading(name: str, case: Case, ruleset: Ruleset) -> Iterator[str]:
    """Texts for rules whose condition or text names the value."""
    stem, _, attribute = name.partition(".")
    for rule in ruleset.by_id.values():
        asks = any(name in mark for part in rule.when.walk() for mark in part.marks())
        told = (template for spec in rule.replies for template in spec.templates())
        if asks or any(f"{stem}.{attribute}" in template.source for template in told):
            texts = [text for part in rule.when.walk() for text, _ in part.units()]
            yield from texts[:_FEW] or ["something else", case.say]


def _of_choices(
    rule: Rule, part: Rule, question: AskedQuestion, ruleset: Ruleset
) -> Iterator[SettingMutant]:
    for choice in question.choices:
        for phrase in choice.phrases[1:]:
            less = replace(choice, phrases=tuple(one for one in choice.phrases if one != phrase))
            what = f"without `{' '.join(phrase)}` for the choice `{choice.value}`"
            yield _with_choice(rule, part, question, (choice, less), what, phrase, ruleset)
        if len(question.choices) > 2:
            what = f"without the choice `{choice.value}`"
            yield _with_choice(
                rule, part, question, (choice, None), what, choice.phrases[0], ruleset
            )


def _with_choice(
    rule: Rule,
    part: Rule,
    question: AskedQuestion,
    change: tuple[Choice, Choice | None],
    what: str,
    phrase: Sequence[str],
    ruleset: Ruleset,
) -> SettingMutant:
    before, after = change
    listed = (after if one is before else one for one in question.choices)
    other = replace(question, choices=tuple(one for one in listed if one is not None))
    changed = _asking(rule, part.path, question, other)
    return SettingMutant(
        rule.id, what, ruleset.with_rule(changed), _answering(rule, question, phrase)
    )


def _asking(rule: Rule, path: str, question: AskedQuestion, other: AskedQuestion) -> Rule:
    """The rule with another question in the part of that path."""
    ask = rule.ask
    if ask is None:
        return rule
    if rule.path == path:
        questions = tuple(other if one is question else one for one in ask.questions)
        return replace(rule, ask=replace(ask, questions=questions))
    then, give_up = ask.then, ask.give_up
    if then is not None and path.startswith(then.path):
        return replace(rule, ask=replace(ask, then=_asking(then, path, question, other)))
    if give_up is not None and path.startswith(give_up.path):
        return replace(rule, ask=replace(ask, give_up=_asking(give_up, path, question, other)))
    return rule


def _answering(rule: Rule, question: AskedQuestion, phrase: Sequence[str]) -> Drafts:
    """All questions before it answered, and then this one."""

    def drafts(brought: Sequence[Case], ruleset: Ruleset) -> Iterator[Draft]:
        for case in _opening(rule, brought, ruleset):
            before = [_answer(one) for one in _before(rule, question)]
            for skipped in range(len(before) + 1):
                texts = (*before[skipped:], " ".join(phrase))
                yield of_case(case, rule, *says(*texts))

    return drafts


def _before(rule: Rule, question: AskedQuestion) -> list[AskedQuestion]:
    asks: list[Ask] = [part.ask for part in parts(rule) if part.ask is not None]
    every = (one for ask in asks for one in ask.questions)
    return list(takewhile(lambda one: one is not question, every))


def _answer(question: AskedQuestion) -> str:
    if question.choices:
        return question.choices[0].value
    if question.accept is not None:
        found = either(part.samples() for part in question.accept.parts)
        for samples in found.values():
            return str(samples.values[0])
    return str(FREE.values[0])
