"""`contact_tags`: which tags of messages are kept of the person, once in the rule set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems
from bot.rules.stored_values import name_fault

KEY: Final = "contact_tags"


def contact_tags_of(files: Iterable[MappingNode], problems: Problems) -> Mapping[str, str]:
    """By each value's name the tag that it comes from, as one file may say it."""
    named = [node for file in files if (node := file.get(KEY)) is not None]
    for node in named[1:]:
        what = f"`{KEY}` occurs twice in the rule set (first in {named[0].place})"
        problems.error(node, "twice", what, "keep one")
    if not named:
        return {}
    found: dict[str, str] = {}
    for tag, name in _pairs(named[0], problems):
        _check(tag, name, found, problems)
        found.setdefault(name.text, tag.text)
    return found


def _pairs(node: Node, problems: Problems) -> list[tuple[Scalar, Scalar]]:
    """Tags, each with the name of its value."""
    if not isinstance(node, Scalar) and not (
        node.pairs if isinstance(node, MappingNode) else node.items
    ):
        problems.error(node, "empty-list", f"{KEY}: needs at least one", f"{KEY}: [first_name]")
    if isinstance(node, MappingNode):
        return [(tag, name) for tag, one in node.items() for name in problems.texts(one, KEY)]
    return [(tag, tag) for tag in problems.texts(node, KEY)]


def _check(tag: Scalar, name: Scalar, found: Mapping[str, str], problems: Problems) -> None:
    fault = name_fault(name.text)
    if fault is not None:
        hint = f"{KEY}: {{{tag.text}: first_name}}"
        problems.error(name, "value-name", f"{KEY}: {fault}", hint)
    elif name.text in found:
        what = f"{KEY}: `{name.text}` is the value of `{found[name.text]}` already"
        problems.error(name, "value-name", what, "keep one of them")
