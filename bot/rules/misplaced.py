"""Keys of a rule that stand one level too deep, or too high: told, and read where they belong."""

from __future__ import annotations

from typing import Final

from bot.rules import keys
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems

_ONLY_WHEN: Final = frozenset(keys.WHEN) - {*keys.RULE}
_STRAYS: Final = {"when": frozenset(keys.RULE) - {*keys.WHEN}, "tests": frozenset(keys.RULE)}


def put_right(node: MappingNode, problems: Problems) -> MappingNode:
    """Keys that stand in `when` or `tests`, or beside `when`, and belong elsewhere."""
    lost = node.pairs.keys() & _ONLY_WHEN
    inner = {name: found for name in _STRAYS if (found := _inside(node, name)) is not None}
    strays = {name: sorted(found.pairs.keys() & _STRAYS[name]) for name, found in inner.items()}
    if not lost and not any(strays.values()):
        return node
    found = MappingNode(dict(node.pairs), node.place)
    for name, stray in strays.items():
        if stray:
            _move_out(found, name, inner[name], stray, problems)
    if lost:
        _move_in(found, sorted(lost), problems)
    return found


def _inside(node: MappingNode, name: str) -> MappingNode | None:
    """A mapping in which keys of a rule are out of place; a test has some of its own."""
    inner = node.get(name)
    if not isinstance(inner, MappingNode) or (name == "tests" and "say" in inner.pairs):
        return None
    return inner


def _move_out(
    rule: MappingNode, name: str, inner: MappingNode, strays: list[str], problems: Problems
) -> None:
    outer, kept = rule.pairs[name][0], dict(inner.pairs)
    for stray in strays:
        key, _ = pair = kept.pop(stray)
        by = key.place.column - outer.place.column
        hint = f"move it {by} space{'' if by == 1 else 's'} to the left"
        if key.place.line == outer.place.line or by < 1:
            hint = f"close `{name}` with its braces before it: {name}: {{…}}, {stray}: …"
        what = f"`{stray}` belongs beside `{name}`, not in it"
        problems.error(key, "misplaced-key", what, hint)
        rule.pairs.setdefault(stray, pair)
    rule.pairs[name] = outer, MappingNode(kept, inner.place)
    if not kept:
        del rule.pairs[name]


def _move_in(rule: MappingNode, lost: list[str], problems: Problems) -> None:
    when = rule.get("when")
    outer = rule.pairs["when"][0] if when is not None else None
    inside = dict(when.pairs) if isinstance(when, MappingNode) else {}
    for name in lost:
        key, value = pair = rule.pairs.pop(name)
        shown = _text(value)
        hint = f"when: {{{name}: {shown if 0 < len(shown) < 40 else '…'}}}"
        if outer is not None and key.place.line > outer.place.line:
            hint = f"move it 2 spaces to the right, under `when`, or write when: {{{name}: …}}"
        what = f"`{name}` belongs in `when`, not beside it"
        problems.error(key, "misplaced-key", what, hint)
        inside.setdefault(name, pair)
    if when is None or isinstance(when, MappingNode) or not _text(when):
        place = outer.place if outer is not None else rule.place
        rule.pairs["when"] = outer or Scalar("when", place), MappingNode(inside, place)


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""
