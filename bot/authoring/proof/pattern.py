r"""Patterns of rule files as trees; what each single part takes is asked of RE2 itself.

Not understood, and so never proved: `\Q…\E`, `\p{…}`, `\C`, ranges beside ASCII in classes, and
`\B`, which RE2 finds between the bytes of one character too.
"""

from __future__ import annotations

import re
from typing import Final

from bot.authoring.proof.automaton import Chain, Choice, Edge, Repeat, Symbols, Tree, Unknown
from bot.authoring.proof.letters import Letters
from bot.text import pattern_tree
from bot.text.pattern_tree import Group, Node, Part, PatternTreeError

_EDGES: Final = {
    r"\A": Edge.BEGIN,
    r"\z": Edge.END,
    r"\b": Edge.BOUNDARY,
}
_FLAGS: Final = re.compile(r"\(\?(?P<on>[imsU]*)(?:-(?P<off>[imsU]+))?[:)]")
_BESIDE_ASCII: Final = re.compile(
    r"\\[BpPC]|\\x(?!\{0*[0-7]?[0-9A-Fa-f]\}|[0-7][0-9A-Fa-f])|\\[23]\d\d"
)
_RANGE: Final = re.compile(r"-[^\x00-\x7f]|[^\x00-\x7f]-(?!\])")


def tree_of(source: str, letters: Letters, *, ignore_case: bool) -> Tree:
    """Of a pattern that RE2 takes. Raises Unknown."""
    try:
        whole = pattern_tree.tree_of(source)
    except PatternTreeError:
        raise Unknown from None
    return _group(whole, letters, "i" if ignore_case else "")


def _group(group: Group, letters: Letters, flags: str) -> Tree:
    """Flags within it hold from where they stand to its end."""
    flags = _changed(flags, group.opens)
    branches: list[Tree] = []
    for branch in group.branches:
        parts: list[Tree] = []
        for node in branch:
            if isinstance(node, Part) and node.kind == "flags":
                flags = _changed(flags, node.source)
            else:
                parts.append(_of(node, letters, flags))
        branches.append(Chain(tuple(parts)))
    return branches[0] if len(branches) == 1 else Choice(tuple(branches))


def _of(node: Node, letters: Letters, flags: str) -> Tree:
    match node:
        case Group():
            return _group(node, letters, flags)
        case pattern_tree.Repeat(part, least, most):
            return Repeat(_of(part, letters, flags), least, most)
        case Part(kind, text):
            return _part(kind, text, letters, flags)


def _part(kind: str, text: str, letters: Letters, flags: str) -> Tree:
    if kind == "edge":
        return _edge(text, "m" in flags)
    if kind == "escape" and text in _EDGES:
        return _EDGES[text]
    if _BESIDE_ASCII.search(text):
        raise Unknown
    if kind == "set" and _RANGE.search(text):
        raise Unknown
    if not (text.isascii() or letters.has(text)):
        raise Unknown
    if kind == "letter" and text.isascii() and not text.isalnum():
        text = f"\\{text}"
    kept = "".join(flag for flag in "is" if flag in flags)
    return Symbols(letters.taken_by(text, kept))


def _edge(text: str, is_multiline: bool) -> Edge:
    if text == "^":
        return Edge.LINE_BEGIN if is_multiline else Edge.BEGIN
    return Edge.LINE_END if is_multiline else Edge.END


def _changed(flags: str, text: str) -> str:
    found = _FLAGS.match(text)
    if found is None:
        return flags
    return "".join(sorted((set(flags) | set(found["on"])) - set(found["off"] or "")))
