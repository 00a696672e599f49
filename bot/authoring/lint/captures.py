"""Captures that a template names and a match may lack."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.replies import templates
from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem
from bot.rules.rule import Rule
from bot.rules.templates.checks import LONG_STEM


def may_be_absent(rule: Rule, written: Written) -> Iterator[Problem]:
    """Names that have no value at each match, used without `default`: such a reply fails."""
    sure, captures = rule.when.guaranteed(), rule.when.captures()
    for template in templates(rule):
        for name in template.needs:
            if name.replace(LONG_STEM, "conversation.") in sure or (
                "." not in name and name not in captures
            ):
                continue
            yield warning(
                written.within(rule, template, rf"\{{[{{%].*?(?<![\w.])(?={re.escape(name)}\b)"),
                "may-be-absent",
                f"`{name}` is not there at every match, and the reply fails without it",
                f"{{{{ {name} | default('...') }}}}",
            )
