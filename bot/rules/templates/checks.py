"""What is wrong with a template, found when the rules load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from jinja2 import meta, nodes

from bot.rules.templates.filters import INTERNAL
from bot.rules.templates.sandbox import sandboxed
from bot.text.spelling import did_you_mean

ALWAYS: Final[Mapping[str, Set[str] | None]] = {
    "message": {"text", "sender", "number", "media_url", "tags", "external_id", "received_at"},
    "conversation": None,
    "tags": None,
    "contact": None,
    "vars": None,
    "now": None,
}
"""Names that every template may use, and the members of those whose members are fixed."""


_STATEMENTS: Final = (
    nodes.Template,
    nodes.Output,
    nodes.If,
    nodes.For,
    nodes.Assign,
    nodes.AssignBlock,
    nodes.Expr,
    nodes.Helper,
)


_STATEMENT_NAMES: Final = {"CallBlock": "call", "FilterBlock": "filter", "FromImport": "from"}


@dataclass(frozen=True)
class TemplateProblem:
    """What is wrong with a template, by line from 1 within it."""

    line: int
    code: str
    message: str
    hint: str = ""


def refused_statements(tree: nodes.Template) -> Iterator[TemplateProblem]:
    for node in tree.find_all(nodes.Stmt):
        line = node.lineno or 1
        if isinstance(node, nodes.For) and node.recursive:
            yield TemplateProblem(line, "template", "`recursive` loops are not allowed")
        elif not isinstance(node, _STATEMENTS):
            kind = type(node).__name__
            name = _STATEMENT_NAMES.get(kind, kind.lower())
            yield TemplateProblem(
                line, "template", f"`{name}` is not allowed", "use if, for and set"
            )


def unknown_names(tree: nodes.Template, known: Set[str]) -> Iterator[TemplateProblem]:
    undeclared = meta.find_undeclared_variables(tree)
    unknown = undeclared - known - sandboxed().globals.keys()
    named = [(n.name, n.lineno) for n in tree.find_all(nodes.Name)]
    named += [(n.name, n.lineno) for n in tree.find_all(nodes.NSRef)]
    if any(name == "self" for name, _ in named):  # Jinja's name for the template itself
        unknown = unknown | {"self"}
    for name in sorted(unknown):
        line = min((line for found, line in named if found == name), default=1)
        yield TemplateProblem(
            line, "unknown-name", f"nothing provides the name `{name}`", did_you_mean(name, known)
        )


def unknown_members(
    tree: nodes.Template, members: Mapping[str, Set[str] | None]
) -> Iterator[TemplateProblem]:
    for node in tree.find_all(nodes.Getattr):
        if not isinstance(node.node, nodes.Name):
            continue
        known = members.get(node.node.name)
        if known is not None and node.attr not in known:
            name = f"{node.node.name}.{node.attr}"
            hint = did_you_mean(node.attr, known)
            yield TemplateProblem(node.lineno, "unknown-name", f"there is no `{name}`", hint)


def unregistered_names(
    tree: nodes.Template,
    kind: type[nodes.Filter] | type[nodes.Test],
    what: str,
    known: Mapping[str, object],
) -> Iterator[TemplateProblem]:
    for node in tree.find_all(kind):
        if node.name not in known:
            hint = did_you_mean(node.name, known.keys() - INTERNAL)
            yield TemplateProblem(node.lineno, f"unknown-{what}", f"no {what} `{node.name}`", hint)
