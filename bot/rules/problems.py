"""What is wrong in a rule file, collected; and scalars read as what a field wants."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.errors import Place, Problem, Severity
from bot.rules.nodes import Mapping, Node, Scalar, Sequence, kind

_TRUE: Final = frozenset({"true", "yes", "on"})
_FALSE: Final = frozenset({"false", "no", "off"})


@dataclass(slots=True)
class Problems:
    """Collects what is wrong, so that an author sees all of it at once."""

    found: list[Problem] = field(default_factory=list)

    def error(self, node: Node | Place, code: str, message: str, hint: str = "") -> None:
        place = node if isinstance(node, Place) else node.place
        self.found.append(Problem(place, code, message, hint))

    def warning(self, node: Node | Place, code: str, message: str, hint: str = "") -> None:
        place = node if isinstance(node, Place) else node.place
        self.found.append(Problem(place, code, message, hint, Severity.WARNING))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.found if problem.severity is Severity.ERROR]

    def text(self, node: Node, what: str) -> str:
        """The text of a scalar; the empty text and an error where it is not one."""
        if isinstance(node, Scalar):
            return node.text
        self.error(node, "not-a-text", f"{what}: needs a text, not a {kind(node)}")
        return ""

    def texts(self, node: Node, what: str) -> list[Scalar]:
        """A text, or a list of them, as scalars with their places."""
        if isinstance(node, Scalar):
            return [node]
        if isinstance(node, Mapping):
            self.error(node, "not-a-list", f"{what}: needs a text or a list of them")
            return []
        good = [item for item in node.items if isinstance(item, Scalar)]
        for item in node.items:
            if not isinstance(item, Scalar):
                hint = "put quotes around a text that holds `: `"
                self.error(item, "not-a-text", f"{what}: needs texts, not a {kind(item)}", hint)
        return good

    def flag(self, node: Node, what: str) -> bool:
        text = node.text.lower() if isinstance(node, Scalar) else ""
        if text not in _TRUE and text not in _FALSE:
            self.error(node, "not-a-flag", f"{what}: needs true or false")
        return text in _TRUE

    def number(self, node: Node, what: str, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        if isinstance(node, Scalar) and re.fullmatch(r"[+-]?\d{1,9}", node.text):
            number = int(node.text)
            if number >= least:
                return number
        self.error(node, "not-a-number", f"{what}: needs a whole number of at least {least}")
        return least

    def mapping(self, node: Node, what: str) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        self.error(node, "not-a-mapping", f"{what}: needs `name: value` lines, not a {kind(node)}")
        return None

    def sequence(self, node: Node, what: str) -> list[Node]:
        if isinstance(node, Sequence):
            return node.items
        self.error(node, "not-a-list", f"{what}: needs a list, not a {kind(node)}")
        return []

    def known_keys(self, node: Mapping, known: Iterable[str], what: str) -> None:
        """An error for each key that is not known, with the nearest that is."""
        names = list(known)
        for key, _ in node.items():
            if key.text not in names:
                self.unknown(key, what, key.text, names)

    def unknown(
        self,
        node: Node | Place,
        what: str,
        name: str,
        known: Iterable[str],
        code: str = "unknown-key",
    ) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else "known: " + ", ".join(names)
        self.error(node, code, f"unknown {what} `{name}`", hint)
