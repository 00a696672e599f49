"""Tests to paste, each read and run as it would be pasted before it is proposed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Final

from bot.authoring import run_cases, scenarios
from bot.authoring.explain import Said, mend
from bot.authoring.run_cases import fired
from bot.errors import RuleError
from bot.model import Miss
from bot.rules.cases import DEFAULT_SENDER, Case, Expected, read_tests, tested_at
from bot.rules.guards.base import Guard
from bot.rules.matchers.base import Matcher, MessageView
from bot.rules.matchers.during import During
from bot.rules.problems import Problems
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.rules.yaml import read_yaml

_NOTHING: Final = "something else"
_MOST: Final = 20
"""Messages that are tried for one proposal."""
_VALUES: Final = ("Friday", "2026-01-20", "10:30", "3")
"""For a tag or a value of the contact that a reply names."""


def plain(rule: Rule, say: str) -> Case:
    """A text alone, when the texts of the rule's tests come in."""
    at = tested_at(rule)
    return Case(rule=rule.id, place=rule.place, say=say, at=at, expected=Expected())


def taken(rule: Rule, ruleset: Ruleset) -> Iterator[Case]:
    """Texts that the rule takes: its keywords, and whatever else it takes."""
    for case in _taken(rule, [*_units(rule), plain(rule, _NOTHING)], ruleset):
        yield from (one for one in (case, *filled(case, rule)) if _checked(one, rule, ruleset))


def firing(
    rule: Rule, say: str, brought: Iterable[Case], ruleset: Ruleset, unit: Matcher | None = None
) -> str:
    """A test in which the rule takes the text, alone or with what its tests bring.

    `unit` holds in it too. Empty where none was found.
    """
    for case in _taken(
        rule, [plain(rule, say), *(replace(one, say=say) for one in brought)], ruleset
    ):
        if unit is not None and isinstance(unit.match(_seen(case, ruleset)), Miss):
            continue
        for whole in (case, *filled(case, rule)):
            if line := _checked(whole, rule, ruleset):
                return line
    return ""


def answering(rule: Rule, brought: Iterable[Case], ruleset: Ruleset) -> Iterator[str]:
    """Tests of the rule with all that it says."""
    for case in (*brought, *islice(taken(rule, ruleset), _FEW)):
        decision = run_cases.run(replace(case, expected=Expected()), ruleset).decision
        if decision.rule != rule.id or not decision.replies:
            continue
        texts = [_quoted(reply.text) for reply in decision.replies]
        told = f"reply: {texts[0]}" if len(texts) == 1 else f"replies: [{', '.join(texts)}]"
        line = f"{pasted(case, rule)[:-1]}, {told}}}"
        if _passes(line, rule, ruleset):
            yield line


def missing(rule: Rule, part: Matcher, taken: Iterable[Case], ruleset: Ruleset) -> str:
    """A test of the rule with something else beside it, so that this part is missed."""
    found = _taken(rule, [plain(rule, _NOTHING), *_units(rule)], ruleset)
    for case in (*taken, *islice(found, 5)):
        # a picture without a text is seldom what is meant
        tries = sorted(_otherwise(case, part, ruleset), key=lambda one: not one.say)
        for other in tries:
            if isinstance(part.match(_seen(other, ruleset)), Miss):
                line = _checked(other, rule, ruleset, fires=False)
                if line:
                    return line
    return ""


def telling(
    rule: Rule, before: Matcher, after: Matcher, taken: Iterable[Case], ruleset: Ruleset
) -> Iterator[str]:
    """Tests in which a condition and a changed one differ."""
    found = _taken(rule, [plain(rule, _NOTHING), *_units(rule)], ruleset)
    for case in (*taken, *islice(found, 5)):
        for other in _apart(case, before, after, ruleset):
            seen = _seen(other, ruleset)
            if isinstance(before.match(seen), Miss) is not isinstance(after.match(seen), Miss):
                for fires in (True, False):
                    if line := _checked(other, rule, ruleset, fires=fires):
                        yield line


def before_another(rule: Rule, behind: Rule, ruleset: Ruleset) -> Iterator[str]:
    """Tests in which a rule takes a text that the one behind it would take too."""
    texts = [
        [text for part in one.when.walk() for text, _ in part.units()] for one in (rule, behind)
    ]
    both = (f"{one} {other}" for one in texts[0][:_FEW] for other in texts[1][:_FEW])
    for text in (*texts[1][:_FEW], *both):
        if line := firing(rule, text, (), ruleset):
            yield line


_FEW: Final = 4
_WEEK: Final = 96 * 8
"""Quarters of an hour, and a day more."""


def _apart(case: Case, before: Matcher, after: Matcher, ruleset: Ruleset) -> Iterator[Case]:
    lost = before.vocabulary() - after.vocabulary()
    if lost:
        yield replace(case, say=f"{case.say} {' '.join(sorted(lost))}".strip())
        yield replace(case, say=" ".join(sorted(lost)))
    yield from _otherwise(case, before, ruleset)
    of_hours = range(1, _WEEK) if isinstance(before, During) else ()
    quarters = (timedelta(minutes=15 * number) for number in of_hours)
    yield from (replace(case, at=case.at + later) for later in quarters)


def in_language(rule: Rule, language: str, brought: Iterable[Case], ruleset: Ruleset) -> str:
    """A test in which the rule answers somebody of that language; empty where none was found."""
    cases = [*brought, *_units(rule), plain(rule, _NOTHING)]
    theirs = [replace(one, contact={**one.contact, "language": language}) for one in cases]
    lines = (_checked(case, rule, ruleset) for case in _taken(rule, theirs, ruleset))
    return next(filter(None, lines), "")


def of_guard(guard: Guard, ruleset: Ruleset) -> str:
    """A test in which the guard takes a message, beside any rule or as a conversation."""
    beside = next(iter(ruleset.by_id.values()), None)
    if beside is not None and guard.EXAMPLE:
        line = pasted(plain(beside, guard.EXAMPLE), beside, guard.NAME)
        if _passes(line, beside, ruleset):
            return line
    steps = json.dumps(guard.EXAMPLE)
    said = f"- {{name: {guard.KEY}, steps: [{{say: {steps}, rule: {guard.NAME}}}]}}"
    return next((line for line in (guard.SCENARIO, said) if _plays(line, ruleset)), "")


def filled(case: Case, rule: Rule) -> Iterator[Case]:
    """The case with what the texts of the rule need and it does not bring."""
    texts = [template for spec in rule.replies for template in spec.templates()]
    texts += [item.value for item in rule.sets if item.value is not None]
    named = [name.partition(".") for template in texts for name in template.needs]
    tags = [name for kind, _, name in named if kind == "tags"]
    contact = [name for kind, _, name in named if kind == "contact"]
    for value in _VALUES if tags or contact else ():
        yield replace(
            case,
            tags={**dict.fromkeys(tags, value), **case.tags},
            contact={**dict.fromkeys(contact, value), **case.contact},
        )


def pasted(case: Case, rule: Rule, answers: str = "") -> str:
    """A case as one pastes it beside a rule; `answers` is the rule that it expects, if any."""
    parts = [f"say: {_quoted(case.say)}", *([f"rule: {answers}"] if answers else [])]
    return f"- {{{', '.join([*parts, *brings(case, rule)])}}}"


def brings(case: Case, rule: Rule) -> Iterator[str]:
    """What comes with the text, but for what is so by itself."""
    for name, values in (("tags", case.tags), ("contact", case.contact)):
        if values:
            pairs = ", ".join(f"{_quoted(k)}: {_quoted(v)}" for k, v in values.items())
            yield f"{name}: {{{pairs}}}"
    if case.media_url:
        yield f"media: {_quoted(case.media_url)}"
    if case.state:
        yield f"state: {_quoted(case.state)}"
    if case.sender != DEFAULT_SENDER:
        yield f"from: {_quoted(case.sender)}"
    if case.number or case.longcode:
        yield f"to: {_quoted(case.number or case.longcode)}"
    if case.at != plain(rule, "").at:
        yield f"at: {_quoted(case.at.isoformat())}"


def _taken(rule: Rule, cases: Iterable[Case], ruleset: Ruleset) -> Iterator[Case]:
    """Those that the rule takes, or takes once what it misses is put in."""
    for case in cases:
        said = Said(run_cases.inbound(case), run_cases.context_of(case, ruleset))
        for near in islice(mend(rule.when.parts, said), _MOST):
            mended = _as_case(case, near)
            if fired(rule.id, run_cases.run(mended, ruleset).decision):
                yield mended


def _units(rule: Rule) -> Iterator[Case]:
    for part in rule.when.walk():
        yield from (plain(rule, text) for text, _ in part.units())


def _as_case(case: Case, said: Said) -> Case:
    message, context = said.message, said.context
    return replace(
        case,
        say=message.text,
        sender=message.sender,
        number=message.number,
        longcode="" if context.longcode_id is None else str(context.longcode_id),
        tags=message.tags,
        media_url=message.media_url,
        at=context.now,
        contact=context.contact,
        state=context.state,
    )


def _otherwise(case: Case, part: Matcher, ruleset: Ruleset) -> Iterator[Case]:
    for seen in part.breaks(_seen(case, ruleset)):
        yield _as_case(case, Said(seen.message, seen.context))
    yield from (replace(case, tags=_but(case.tags, name)) for name in case.tags)
    yield from (replace(case, contact=_but(case.contact, name)) for name in case.contact)
    yield replace(case, state=None)
    yield replace(case, media_url=None if case.media_url else "https://example.com/picture.jpg")
    yield replace(case, say=_NOTHING)
    yield replace(case, sender=DEFAULT_SENDER, number="", longcode="")
    yield replace(case, sender="+447700900123", number="", longcode="")
    yield from (replace(case, at=case.at + timedelta(hours=hours)) for hours in (12, 72, 84))
    yield replace(case, state="another")


def _but(values: Mapping[str, str], name: str) -> Mapping[str, str]:
    return {key: value for key, value in values.items() if key != name}


def _seen(case: Case, ruleset: Ruleset) -> MessageView:
    return MessageView(run_cases.inbound(case), run_cases.context_of(case, ruleset))


def _checked(case: Case, rule: Rule, ruleset: Ruleset, *, fires: bool = True) -> str:
    """The line of a case that passes; empty where it does not, or the rule does otherwise."""
    decision = run_cases.run(replace(case, expected=Expected()), ruleset).decision
    if fired(rule.id, decision) != fires:
        return ""
    # A rule that goes on has matched whoever answers.
    goes_on = fires and decision.rule != rule.id
    line = pasted(case, rule, "" if goes_on else decision.rule or "none")
    return line if _passes(line, rule, ruleset) else ""


def _passes(line: str, rule: Rule, ruleset: Ruleset) -> bool:
    problems = Problems()
    node = read_yaml("a proposal", line, problems)
    cases = read_tests(node, rule, problems) if node is not None else ()
    return not problems.errors and all(run_cases.run(case, ruleset).passed for case in cases)


def _plays(line: str, ruleset: Ruleset) -> bool:
    try:
        found = scenarios.read_conversations("a proposal", line, ruleset) if line else ()
    except RuleError:
        return False
    results = [result for one in found for result in scenarios.played(one, ruleset)]
    return bool(results) and all(result.passed for result in results)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
