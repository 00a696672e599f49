"""What is wrong in a rule file, collected; and scalars read as what a field wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field
from typing import Final

from bot.errors import Place, Problem, Severity
from bot.rules.keys import meant, way_out
from bot.rules.nodes import Mapping, Node, Scalar, Sequence, kind
from bot.text.durations import duration, proposed
from bot.text.spelling import did_you_mean

_TRUE: Final = frozenset({"true", "yes", "on"})
_FALSE: Final = frozenset({"false", "no", "off"})
_PAIR: Final = re.compile(r"([\w-]+)\s*[=:]\s*([^\s=:{}\[\]]+)")
"""`campaign=spring`, as some write it."""
_SHAPES: Final = frozenset({"not-a-text", "not-a-list", "not-a-mapping"})


class Refused(Exception):
    """What stops the reading of a file, or of a part of it."""

    def __init__(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problem = Problem(place, code, message, hint)


@dataclass(slots=True)
class Problems:
    """Collects what is wrong, so that an author sees all of it at once."""

    found: list[Problem] = field(default_factory=list)
    sources: MappingOf[str, bytes | str] = field(default_factory=dict)
    """The files by their names, to find a place within a text."""
    _lines: dict[str, SequenceOf[str]] = field(default_factory=dict)
    is_partial: bool = False
    """Something could not be read, so nobody knows what it would have defined."""
    is_lenient: bool = False
    """What older versions loaded, and this one refuses, is a warning: so it is where rules run."""

    def error(self, node: Node | Place, code: str, message: str, hint: str = "") -> None:
        place = node if isinstance(node, Place) else node.place
        last = self.found[-1] if self.found else None
        if last is not None and last.place is place and last.code in _SHAPES:
            return  # what has the wrong shape is not told to have the wrong value too
        self.found.append(Problem(place, code, message, hint))

    def within(self, node: Scalar, offset: int, code: str, message: str, hint: str = "") -> None:
        """An error at a sign of a text, counted from 0."""
        self.error(self.place_within(node, offset), code, message, hint)

    def place_within(self, node: Scalar, offset: int) -> Place:
        """Of a sign of a text, counted from 0."""
        from bot.rules.syntax.parts import lines_of  # only a mistake pays for it
        from bot.rules.syntax.within import place_within

        file = node.place.file
        source = self.sources.get(file)
        if source is None:
            return node.place
        if file not in self._lines:
            text = source if isinstance(source, str) else source.decode("utf-8-sig", "replace")
            self._lines[file] = lines_of(text.removeprefix("\ufeff"))
        return place_within(self._lines[file], node, offset)

    def warning(self, node: Node | Place, code: str, message: str, hint: str = "") -> None:
        place = node if isinstance(node, Place) else node.place
        self.found.append(Problem(place, code, message, hint, Severity.WARNING))

    def deprecated(self, node: Node | Place, code: str, message: str, hint: str = "") -> None:
        """An error that loads for one more minor version, with a warning, where rules run."""
        (self.warning if self.is_lenient else self.error)(node, code, message, hint)

    def add(self, other: Problems) -> None:
        self.found += other.found
        self.is_partial |= other.is_partial

    def refuse(self, refused: Refused) -> None:
        self.found.append(refused.problem)
        self.is_partial = True

    def pair(self, parent: Mapping, key: Scalar, value: Node, *, is_item: bool = False) -> None:
        """Add a key to its mapping, which may be an item of a list; an error if it has it."""
        earlier = parent.pairs.setdefault(key.text, (key, value))[0].place
        if earlier is key.place:
            return
        first = next(iter(parent.pairs))
        what = f"`{key.text}` is here twice (first in line {earlier.line})"
        if is_item and key.text == first and earlier.line < key.place.line:
            shown = f" {value.text}" if isinstance(value, Scalar) and len(value.text) < 40 else ""
            hint = f"if a new one begins here, put a dash before it: `- {key.text}:{shown}`"
            self.error(key, "missing-dash", f"{what}: is a dash missing?", hint)
        elif not self._is_of_doubled(earlier, key.place):
            self.error(key, "duplicate-key", what, "keep one of them")

    def _is_of_doubled(self, earlier: Place, key: Place) -> bool:
        """The key is of an entry that lacks its dash, which has been told."""
        last = self.found[-1] if self.found else None
        return (
            last is not None
            and last.code == "missing-dash"
            and earlier.line < last.place.line <= key.line
            and last.place.column == key.column
        )

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.found if problem.severity is Severity.ERROR]

    def text(self, node: Node, what: str) -> str:
        """The text of a scalar; the empty text and an error where it is not one."""
        if isinstance(node, Scalar):
            return node.text
        self._no_text(node, f"{what}: needs a text, not a {kind(node)}")
        return ""

    def texts(self, node: Node, what: str) -> list[Scalar]:
        """A text, or a list of them, as scalars with their places."""
        if isinstance(node, Scalar):
            return [node]
        if isinstance(node, Mapping):
            self._no_text(node, f"{what}: needs a text or a list of them")
            return []
        good = [item for item in node.items if isinstance(item, Scalar)]
        for item in node.items:
            if not isinstance(item, Scalar):
                self._no_text(item, f"{what}: needs texts, not a {kind(item)}")
        return good

    def _no_text(self, node: Node, message: str) -> None:
        """Most often it is a text that YAML takes for something else."""
        hint = "write one text"
        if isinstance(node, Mapping):
            hint = f"put quotes around a text that holds `: ` or braces{_quoted(node)}"
        elif isinstance(node, Sequence) and len(node.items) == 1:
            [item] = node.items
            hint = f"take the brackets away{_quoted(item)}"
        self.error(node, "not-a-text", message, hint)

    @staticmethod
    def is_flag(node: Scalar) -> bool:
        return node.text.lower() in _TRUE | _FALSE

    def flag(self, node: Node, what: str) -> bool:
        text = node.text.lower() if isinstance(node, Scalar) else ""
        if text not in _TRUE and text not in _FALSE:
            hint = f"{what.rpartition('.')[2]}: true"
            self.error(node, "not-a-flag", f"{what}: needs true or false", hint)
        return text in _TRUE

    def duration(self, node: Node, what: str) -> int | None:
        """Seconds; None and an error where it is not a duration."""
        text = self.text(node, what)
        seconds = duration(text)
        if seconds is None:
            meant = proposed(text) or (f"{text}m" if re.fullmatch(r"\d{1,4}", text) else None)
            hint = "for example 30s, 5m, 1h, 2d, 1w"
            if meant is not None:
                hint = f"{what.rpartition('.')[2]}: {meant}; 30s, 5m, 1h, 2d, 1w are durations"
            self.error(node, "not-a-duration", f"{what}: is not a duration", hint)
        return seconds

    def number(self, node: Node, what: str, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        if isinstance(node, Scalar) and re.fullmatch(r"[+-]?\d{1,9}", node.text):
            number = int(node.text)
            if number >= least:
                return number
        hint = f"{what.rpartition('.')[2]}: {max(least, 1)}"
        message = f"{what}: needs a whole number of at least {least}"
        self.error(node, "not-a-number", message, hint)
        return least

    def mapping(self, node: Node, what: str, hint: str = "") -> Mapping | None:
        """None and an error where it is none; the hint is an example, whole as one writes it."""
        if isinstance(node, Mapping):
            return node
        found = _PAIR.fullmatch(node.text) if isinstance(node, Scalar) else None
        if found is not None:
            hint = f"{what.rpartition('.')[2]}: {{{found[1]}: {found[2]}}}"
        elif isinstance(node, Sequence) and any(isinstance(x, Mapping) for x in node.items):
            hint = f"take the dashes away: {hint or 'name: value'}"
        shape = f"{what}: needs `name: value` lines, not a {kind(node)}"
        self.error(node, "not-a-mapping", shape, hint or "name: value")
        return None

    def sequence(self, node: Node, what: str, hint: str = "") -> list[Node]:
        """Nothing and an error where it is none; the hint is an example of an item."""
        if isinstance(node, Sequence):
            return node.items
        item = hint
        if isinstance(node, Mapping) and node.pairs:
            key, value = next(node.items())
            item = f"{key.text}: {value.text if isinstance(value, Scalar) else '…'}"
        hint = f"put a dash before each: `- {item or '…'}`"
        if isinstance(node, Mapping) and node.is_in_braces:
            hint = f"put brackets around it: [{{{item}}}]"
        self.error(node, "not-a-list", f"{what}: needs a list, not a {kind(node)}", hint)
        return []

    def known_keys(self, node: Mapping, known: Iterable[str], what: str) -> Set[str]:
        """An error for each key that is not known, with what to write; the keys that are meant."""
        names = set(known)
        unknown = [key for key, _ in node.items() if key.text not in names]
        for key in unknown:
            hint = _listed(node, key, names) or way_out(key.text, names)
            self.error(key, "unknown-key", f"unknown {what} `{key.text}`", hint)
        return {found for key in unknown if (found := meant(key.text, names)) is not None}

    def unknown(self, node: Node | Place, what: str, name: str, known: Iterable[str]) -> None:
        """A name that is not among those known of its kind; `what` is the kind."""
        self.error(
            node,
            f"unknown-{what.split()[0]}",
            f"unknown {what} `{name}`",
            did_you_mean(name, known),
        )


def _listed(node: Mapping, key: Scalar, known: Set[str]) -> str:
    """`match: go, or go` in braces: to YAML what comes after the comma is a key of its own."""
    if not node.is_in_braces or not _is_nothing(node.get(key.text)):
        return ""
    first, texts = "", list[str]()
    for one, value in node.items():
        if one.text in known and isinstance(value, Scalar) and not value.is_null:
            first, texts = one.text, [value.text]
        elif one.text not in known and _is_nothing(value):
            texts.append(one.text)
        if one is key:
            break
    whole = f"{first}: [{', '.join(texts)}]"
    return f"put brackets around a list, quotes around a text: {whole}" if first else ""


def _is_nothing(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.plain and node.text == ""


def _quoted(node: Node) -> str:
    """`: "open: now"`, of what was meant to be a text."""
    if isinstance(node, Scalar):
        return f': "{node.text}"'
    pairs = list(node.items()) if isinstance(node, Mapping) else []
    for key, value in pairs[:1]:
        if len(pairs) == 1 and isinstance(value, Scalar):
            return f': "{key.text}: {value.text}"' if value.text else f': "{{{key.text}}}"'
    return ""
