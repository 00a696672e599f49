"""Keys of a rule that stand one level too deep, or too high: told, and read where they belong."""

from __future__ import annotations

from typing import Final

from bot.rules import keys
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems

_ONLY_WHEN: Final = frozenset(keys.WHEN) - {*keys.RULE}
_ONLY_RULE: Final = frozenset(keys.RULE) - {*keys.WHEN}


def put_right(node: MappingNode, problems: Problems) -> MappingNode:
    """Keys that stand in `when`, or beside it, and belong to the other: told, and moved."""
    when = node.get("when")
    inside = dict(when.pairs) if isinstance(when, MappingNode) else {}
    strays, lost = inside.keys() & _ONLY_RULE, node.pairs.keys() & _ONLY_WHEN
    if not strays and not lost:
        return node
    pairs = dict(node.pairs)
    when_key = pairs["when"][0] if when is not None else Scalar("when", node.place)
    for name in sorted(strays):
        key, _ = pair = inside.pop(name)
        what = f"`{name}` belongs beside `when`, not in it"
        problems.error(key, "misplaced-key", what, _move_out(key, when_key))
        pairs.setdefault(name, pair)
    for name in sorted(lost):
        key, value = pair = pairs.pop(name)
        what = f"`{name}` belongs in `when`, not beside it"
        hint = _move_in(key, value, when_key if when is not None else None)
        problems.error(key, "misplaced-key", what, hint)
        inside.setdefault(name, pair)
    if inside and (when is None or isinstance(when, MappingNode) or not _text(when)):
        pairs["when"] = when_key, MappingNode(inside, when_key.place)
    return MappingNode(pairs, node.place)


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _move_out(key: Scalar, when: Scalar) -> str:
    by = key.place.column - when.place.column
    if key.place.line == when.place.line or by < 1:
        return f"close `when` with its braces before it: when: {{…}}, {key.text}: …"
    return f"move it {by} space{'' if by == 1 else 's'} to the left"


def _move_in(key: Scalar, value: Node, when: Scalar | None) -> str:
    if when is not None and key.place.line > when.place.line:
        return f"move it 2 spaces to the right, under `when`, or write when: {{{key.text}: …}}"
    shown = _text(value)
    return f"when: {{{key.text}: {shown if 0 < len(shown) < 40 else '…'}}}"
