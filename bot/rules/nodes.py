"""A YAML document as its author sees it: texts, lists and mappings with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.errors import Place


@dataclass(slots=True)
class Scalar:
    text: str
    place: Place
    plain: bool = True
    """Written without quotes."""
    block: bool = False
    """Written as a block (`|` or `>`): its text begins on the line after."""

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("null", "~", "")


@dataclass(slots=True)
class Sequence:
    items: list[Node]
    place: Place


@dataclass(slots=True)
class Mapping:
    pairs: dict[str, tuple[Scalar, Node]]
    place: Place

    def get(self, key: str) -> Node | None:
        pair = self.pairs.get(key)
        return pair[1] if pair else None

    @property
    def is_in_braces(self) -> bool:
        """Written so, and not in lines of its own."""
        first = next(iter(self.pairs.values()), None)
        return first is None or first[0].place != self.place

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.pairs.values())


Node: TypeAlias = Scalar | Sequence | Mapping


def kind(node: Node) -> str:
    return {Scalar: "text", Sequence: "list", Mapping: "mapping"}[type(node)]
