r"""Patterns of rule files as trees; what each single part takes is asked of RE2 itself.

Not understood, and so never proved: `\Q…\E`, `\p{…}`, `\C`, ranges beside ASCII in classes, and
`\B`, which RE2 finds between the bytes of one character too.
"""

from __future__ import annotations

import re
from typing import Final

from bot.authoring.proof.automaton import Chain, Choice, Edge, Repeat, Symbols, Tree, Unknown
from bot.authoring.proof.letters import Letters
from bot.text.fragments import times_of, tokens_of

_EDGES: Final = {
    r"\A": Edge.BEGIN,
    r"\z": Edge.END,
    r"\b": Edge.BOUNDARY,
}
_DEEPEST: Final = 100
_FLAGS: Final = re.compile(r"\(\?(?P<on>[imsU]*)(?:-(?P<off>[imsU]+))?[:)]")
_BESIDE_ASCII: Final = re.compile(
    r"\\[BpPC]|\\x(?!\{0*[0-7]?[0-9A-Fa-f]\}|[0-7][0-9A-Fa-f])|\\[23]\d\d"
)
_RANGE: Final = re.compile(r"-[^\x00-\x7f]|[^\x00-\x7f]-(?!\])")


def tree_of(source: str, letters: Letters, *, ignore_case: bool) -> Tree:
    """Of a pattern that RE2 takes. Raises Unknown."""
    found = list(tokens_of(source))
    if "".join(text for _, text in found) != source:
        raise Unknown
    found.reverse()
    tree = _Reader(found, letters).alternatives("i" if ignore_case else "", 0)
    if found:
        raise Unknown
    return tree


class _Reader:
    """Takes tokens from the end of its list."""

    def __init__(self, listed: list[tuple[str, str]], letters: Letters) -> None:
        self._left = listed
        self._letters = letters

    def alternatives(self, flags: str, depth: int) -> Tree:
        """Up to the bracket that closes it, which stays; flags hold up to there."""
        if depth > _DEEPEST:
            raise Unknown
        branches: list[Tree] = []
        parts: list[Tree] = []
        while self._left and self._left[-1][0] != "close":
            kind, text = self._left.pop()
            if kind == "bar":
                branches.append(Chain(tuple(parts)))
                parts = []
            elif kind == "flags":
                flags = _changed(flags, text)
            else:
                parts.append(self._repeated(self._single(kind, text, flags, depth)))
        branches.append(Chain(tuple(parts)))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _single(self, kind: str, text: str, flags: str, depth: int) -> Tree:
        if kind == "open":
            inside = self.alternatives(_changed(flags, text), depth + 1)
            if not self._left:
                raise Unknown
            self._left.pop()
            return inside
        if kind == "edge":
            return _edge(text, "m" in flags)
        if kind == "escape" and text in _EDGES:
            return _EDGES[text]
        if kind in ("quoted", "repeat") or _BESIDE_ASCII.search(text):
            raise Unknown
        if kind == "set" and _RANGE.search(text):
            raise Unknown
        if not (text.isascii() or self._letters.has(text)):
            raise Unknown
        if kind == "letter" and text.isascii() and not text.isalnum():
            text = f"\\{text}"
        kept = "".join(flag for flag in "is" if flag in flags)
        return Symbols(self._letters.taken_by(text, kept))

    def _repeated(self, part: Tree) -> Tree:
        while self._left and self._left[-1][0] == "repeat":
            sign = self._left.pop()[1]
            least, most = times_of(sign if len(sign) == 1 else sign.removesuffix("?"))
            part = Repeat(part, least, most)
        return part


def _edge(text: str, is_multiline: bool) -> Edge:
    if text == "^":
        return Edge.LINE_BEGIN if is_multiline else Edge.BEGIN
    return Edge.LINE_END if is_multiline else Edge.END


def _changed(flags: str, text: str) -> str:
    found = _FLAGS.match(text)
    if found is None:
        return flags
    return "".join(sorted((set(flags) | set(found["on"])) - set(found["off"] or "")))
