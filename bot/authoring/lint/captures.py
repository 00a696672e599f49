"""Captures that a template names and a match may lack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jinja2 import nodes

from bot.authoring.lint.replies import parsed, templates
from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem
from bot.rules.rule import Rule


def may_be_absent(rule: Rule, written: Written) -> Iterator[Problem]:
    """Names that have no value at each match, used without `default`: such a reply fails."""
    sure, captures = rule.when.guaranteed(), rule.when.captures()
    for template in templates(rule):
        if template.is_plain:
            continue
        for name in dict.fromkeys(bare_names(parsed(template.source))):
            if name.replace(_LONG_STEM, "conversation.") in sure or (
                "." not in name and name not in captures
            ):
                continue
            yield warning(
                written.within(rule, template, rf"\{{[{{%].*?(?<![\w.])(?={re.escape(name)}\b)"),
                "may-be-absent",
                f"`{name}` is not there at every match, and the reply fails without it",
                f"{{{{ {name} | default('...') }}}}",
            )


_STORED: Final = ("tags", "contact", "conversation")
_LONG_STEM: Final = "conversation.values."
_OF_IT: Final = ("state", "count", "values")


_METHODS: Final = frozenset({"items", "keys", "values", "get"})


def bare_names(node: nodes.Node) -> Iterator[str]:
    """Names and `tags.x` that are used where a missing one fails."""
    match node:
        case nodes.Filter(name="default" | "d", node=nodes.Name() | nodes.Getattr()):
            for argument in node.args:
                yield from bare_names(argument)
            return
        case nodes.Test(name="defined" | "undefined"):
            return
        case nodes.If() | nodes.CondExpr() if _asks_whether_defined(node.test):
            return
        case nodes.Name(ctx="load"):
            yield node.name
        case nodes.Getattr(node=nodes.Name(name="conversation")) if node.attr in _OF_IT:
            return
        case nodes.Getattr(node=nodes.Name(name=stem)) if stem in _STORED:
            if node.attr not in _METHODS:
                yield f"{stem}.{node.attr}"
            return
        case nodes.Getattr(node=nodes.Getattr(node=nodes.Name(name="conversation"), attr="values")):
            if node.attr not in _METHODS:
                yield f"{_LONG_STEM}{node.attr}"
            return
    for child in node.iter_child_nodes():
        yield from bare_names(child)


def _asks_whether_defined(test: nodes.Node) -> bool:
    tests = [test] if isinstance(test, nodes.Test) else list(test.find_all(nodes.Test))
    return any(found.name in ("defined", "undefined") for found in tests)
