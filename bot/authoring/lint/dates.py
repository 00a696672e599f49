"""Dates that a reply would print as programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from bot.authoring.lint.replies import messages
from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem
from bot.rules.matchers.base import When
from bot.rules.matchers.date import Date
from bot.rules.matchers.says import Says
from bot.rules.questions import parts
from bot.rules.rule import Rule
from bot.rules.templates.template import Template

_SLOT: Final = re.compile(r"\{(\w+):date\}")


def raw_dates(rule: Rule, written: Written) -> Iterator[Problem]:
    """`{{ day }}` of a date that was found in the text is `2026-01-15`."""
    asked = [question for part in parts(rule) if part.ask for question in part.ask.questions]
    names = set(_dates(rule.when))
    for question in asked:
        if question.accept is not None and (found := set(_dates(question.accept))):
            names |= found | ({question.name} if question.name else set())
    if not names:
        return
    raw = re.compile(rf"\{{\{{-?\s*(?:conversation\.)?({'|'.join(sorted(names))})\s*-?\}}\}}")
    texts = chain.from_iterable(text.each() for question in asked for text in question.texts())
    for template in chain(chain.from_iterable(map(messages, parts(rule))), texts):
        yield from _raw(rule, template, raw, written)


def _dates(when: When) -> Iterator[str]:
    """Names of captures that are dates."""
    for part in when.walk():
        if isinstance(part, Date):
            yield part.capture
        elif isinstance(part, Says):
            yield from (name for one in part.sentences for name in _SLOT.findall(one.source))


def _raw(
    rule: Rule, template: Template, raw: re.Pattern[str], written: Written
) -> Iterator[Problem]:
    for found in raw.finditer(template.source):
        name = found[0].strip("{} -")
        yield warning(
            written.within(rule, template, rf"(?={re.escape(found[0])})"),
            "raw-date",
            f"`{found[0]}` is sent as programs write it, as 2026-01-15",
            f"write {{{{ {name} | date }}}}",
        )
