r"""Patterns in RE2 syntax as trees: groups, alternatives and how often a part stands in a row.

What is quoted by `\Q…\E` is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.text.fragments import times_of, tokens_of

_DEEPEST: Final = 100


class PatternTreeError(ValueError):
    """Nested too deep, quoted, or no pattern."""


@dataclass(frozen=True, slots=True)
class Part:
    """What takes one character, an edge, or flags for what follows."""

    kind: str
    """As `tokens_of` names it."""
    source: str


@dataclass(frozen=True, slots=True)
class Repeat:
    part: Node
    least: int
    most: int | None
    """None where there is no end."""


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives, each of them parts in a row."""

    opens: str
    """As it is written: `(?P<name>`, `(?i:`; empty for the whole pattern."""
    branches: tuple[tuple[Node, ...], ...]

    @property
    def name(self) -> str:
        """Empty where it has none."""
        return self.opens.partition("<")[2].rstrip(">")


Node: TypeAlias = Part | Repeat | Group


def tree_of(source: str) -> Group:
    """Of a pattern that compiles. Raises PatternTreeError.

    >>> tree_of("(?P<day>mon|tue)").branches[0][0].name
    'day'
    """
    tokens = list(tokens_of(source))
    if "".join(text for _, text in tokens) != source:
        raise PatternTreeError
    tokens.reverse()
    whole = Group("", _branches(tokens, 0))
    if tokens:
        raise PatternTreeError
    return whole


def _branches(tokens: list[tuple[str, str]], depth: int) -> tuple[tuple[Node, ...], ...]:
    """Up to a bracket that closes them, which stays; tokens are taken from the end."""
    if depth > _DEEPEST:
        raise PatternTreeError
    branches: list[tuple[Node, ...]] = []
    parts: list[Node] = []
    while tokens and tokens[-1][0] != "close":
        kind, text = tokens.pop()
        if kind == "bar":
            branches.append(tuple(parts))
            parts = []
        elif kind == "open":
            parts.append(Group(text, _branches(tokens, depth + 1)))
            if not tokens:
                raise PatternTreeError
            tokens.pop()
        elif kind == "repeat" and parts:
            sign = text if len(text) == 1 else text.removesuffix("?")
            parts.append(Repeat(parts.pop(), *times_of(sign)))
        elif kind in ("quoted", "repeat"):
            raise PatternTreeError
        else:
            parts.append(Part(kind, text))
    return (*branches, tuple(parts))
