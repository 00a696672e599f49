"""Names that a template uses and that may have no value when it is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from bot.authoring.lint.replies import templates
from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem
from bot.rules.questions import Ask, AskedQuestion
from bot.rules.rule import Rule
from bot.rules.templates.checks import LONG_STEM
from bot.rules.templates.template import Template


def may_be_absent(rule: Rule, written: Written) -> Iterator[Problem]:
    """Names that have no value at each match, used without `default`: such a reply fails."""
    if not rule.fills_in and rule.ask is None:
        return
    yield from _of_part(rule, rule, rule.when.guaranteed(), rule.when.captures(), written)


def _of_part(
    rule: Rule, part: Rule, sure: Set[str], captures: Set[str], written: Written
) -> Iterator[Problem]:
    """Of the rule, or of what comes of its questions; `sure` have a value there."""
    dates = {one for later in part.follow_ups if later.on for one in later.on.each()}
    for template in templates(part):
        yield from _lacking(rule, template, sure, captures, written, is_date=template in dates)
    if part.ask is None:
        return
    answered, known = sure, captures
    for question in part.ask.questions:
        known = known | _answers(question, captures=True)
        for text in _each(question.texts()):
            yield from _lacking(rule, text, answered, known, written)
        answered = answered | _answers(question, captures=False)
    for text in _each(_ends(part.ask)):
        yield from _lacking(rule, text, sure, known, written)
    for after in part.ask.after():
        if len(after.path) > len(part.path):  # else it is of one above
            there = answered if after is part.ask.then else sure
            yield from _of_part(rule, after, there, known, written)


def _answers(question: AskedQuestion, *, captures: bool) -> Set[str]:
    """Names that an answer gives, each time or perhaps."""
    accept = question.accept
    of_accept = frozenset[str]()
    if accept is not None:
        of_accept = frozenset(accept.captures() if captures else accept.guaranteed())
    if not question.name:
        return of_accept
    return of_accept | {question.name, f"conversation.{question.name}"}


def _ends(ask: Ask) -> Iterator[Template]:
    yield from (text for text in (ask.on_expiry, ask.cancelled) if text is not None)


def _each(texts: Iterable[Template]) -> Iterator[Template]:
    return (one for text in texts for one in text.each())


def _lacking(
    rule: Rule,
    template: Template,
    sure: Set[str],
    captures: Set[str],
    written: Written,
    *,
    is_date: bool = False,
) -> Iterator[Problem]:
    for name in template.needs:
        if name.replace(LONG_STEM, "conversation.") in sure or (
            "." not in name and name not in captures
        ):
            continue
        otherwise = "there" if name == "contact.first_name" else "..."
        hint = f"{{{{ {name} | default('{otherwise}') }}}}"
        if is_date:
            hint = f"{{{{ {name} | default('') }}}}: without a date nothing is said later"
        yield warning(
            written.within(rule, template, rf"\{{[{{%].*?(?<![\w.])(?={re.escape(name)}\b)"),
            "may-be-absent",
            f"`{name}` is not there at every match, and the reply fails without it",
            hint,
        )
