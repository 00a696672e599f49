"""The head of a rule file: what it says for all its rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.errors import Place
from bot.model import LongTexts
from bot.rules import keys
from bot.rules.actions import read_long
from bot.rules.cases import clock, read_at
from bot.rules.hours import Calendar
from bot.rules.matchers.during import read_calendars, read_hours
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.rule import MAX_SEGMENTS
from bot.timezones import did_you_mean_zone, is_timezone

TOP_KEYS: Final = keys.FILE
TIMES_KEYS: Final = ("prefer",)
DEFAULTS_KEYS: Final = keys.DEFAULTS


@dataclass(slots=True)
class Head:
    """One file: what holds for all its rules."""

    root: MappingNode
    timezone: str
    max_segments: int = MAX_SEGMENTS
    long_texts: LongTexts | None = None
    day_first: bool = False
    prefer: tuple[int, int] | None = None
    cooldown: Node | None = None
    quiet: Node | None = None
    """`defaults.quiet_hours`."""
    at: datetime | None = None
    """`defaults.at`: when the texts of tests come in that do not say it."""
    variables: Mapping[str, object] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def read(cls, root: MappingNode, timezone: str, problems: Problems) -> Head:
        _check_keys(root, problems)
        file = cls(root, timezone)
        if (node := root.get("vars")) is not None:
            mapping = problems.mapping(node, "vars", 'vars: {open_hours: "9-5"}')
            pairs = mapping.items() if mapping is not None else iter(())
            file.variables = {key.text: _plain(value) for key, value in pairs}
        if (node := root.get("lists")) is not None:
            file.lists = _read_lists(node, problems)
        if (node := root.get("defaults")) is not None:
            defaults = problems.mapping(node, "defaults", "defaults: {cooldown: 1h}")
            if defaults is not None:
                file._read_defaults(defaults, problems)
        return file

    def _read_defaults(self, defaults: MappingNode, problems: Problems) -> None:
        problems.known_keys(defaults, DEFAULTS_KEYS, "key of defaults")
        self.cooldown, self.quiet = defaults.get("cooldown"), defaults.get("quiet_hours")
        if (node := defaults.get("timezone")) is not None:
            self.timezone = read_timezone(node, "defaults.timezone", problems) or self.timezone
        if (node := defaults.get("at")) is not None:
            self.at = read_at(node, clock(self.timezone), problems)
        if (node := defaults.get("max_segments")) is not None:
            self.max_segments = problems.number(node, "defaults.max_segments", least=1)
        if (node := defaults.get("long")) is not None:
            self.long_texts = read_long(node, "defaults.long", problems)
        if (node := defaults.get("dates")) is not None:
            order = problems.text(node, "defaults.dates")
            self.day_first = order == "dmy"
            if order not in ("mdy", "dmy"):
                problems.error(
                    node,
                    "dates",
                    f"`{order}` is not an order of dates",
                    "dates: mdy, or dates: dmy",
                )
        if (node := defaults.get("times")) is not None:
            self.prefer = _read_times(node, problems)


def _check_keys(root: MappingNode, problems: Problems) -> None:
    """A file that is one rule, or something else, and keys that are none."""
    if "rules" not in root.pairs and {"when", "reply"} & root.pairs.keys():
        key, _ = next(root.items())
        what = "a rule stands here without `rules:` above it and a dash before it"
        problems.error(key, "not-a-list", what, f"rules:, and below it: `  - {key.text}: …`")
        return
    names = list(root.pairs)
    if _is_something_else(names):
        known = ", ".join(f"`{key}`" for key in ("rules", "vars", "lists", "fallback", "guards"))
        what = f"this is not a rule file: it has none of {known} and the like, but `{names[0]}`"
        hint = "move it out of the folder, or begin its name with a dot"
        problems.error(root, "not-a-rule-file", what, hint)
        return
    problems.known_keys(root, TOP_KEYS, "key")


def _is_something_else(names: Collection[str]) -> bool:
    """Several keys, of which none is one of ours or like one."""
    if len(names) < 2 or not {*TOP_KEYS}.isdisjoint(names):
        return False
    from difflib import get_close_matches  # which is loaded for a mistake alone

    return not any(get_close_matches(name, TOP_KEYS, n=1) for name in names)


def read_timezone(node: Node, what: str, problems: Problems) -> str | None:
    """None where it is wrong."""
    name = problems.text(node, what)
    if is_timezone(name):
        return name
    near = did_you_mean_zone(name) or "America/Chicago"
    hint = f"an IANA name, {what.rpartition('.')[2]}: {near}"
    problems.error(node, "timezone", f"`{name}` is not a time zone", hint)
    return None


def _read_times(node: Node, problems: Problems) -> tuple[int, int] | None:
    """`{prefer: "08:00-20:00"}`: where an hour without am or pm lies."""
    mapping = problems.mapping(node, "defaults.times", 'times: {prefer: "08:00-20:00"}')
    if mapping is None:
        return None
    problems.known_keys(mapping, TIMES_KEYS, "key of defaults.times")
    prefer = mapping.get("prefer")
    if prefer is None:
        hint = 'times: {prefer: "08:00-20:00"}'
        problems.error(mapping, "missing-key", "defaults.times: needs `prefer`", hint)
        return None
    return read_hours(prefer, problems, "defaults.times.prefer")


def refuse_twice(roots: Iterable[MappingNode], problems: Problems) -> None:
    """A name in `vars` or `lists` of two files would mean one thing here and another there."""
    for section in ("vars", "lists"):
        first: dict[str, Place] = {}
        for name in (name for root in roots for name in _names(root.get(section))):
            place = first.setdefault(name.text, name.place)
            if place is not name.place:
                what = f"`{section}.{name.text}` has a value already, in {place}"
                hint = "delete one of the two, or give one another name"
                problems.deprecated(name, "twice", what, hint)


def _names(node: Node | None) -> list[Scalar]:
    return [key for key, _ in node.items()] if isinstance(node, MappingNode) else []


def _read_lists(node: Node, problems: Problems) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """`{shop: {downtown: [dt, "down town"]}}`: a value is a synonym of itself."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    mapping = problems.mapping(node, "lists", "lists: {shop: {downtown: [dt]}}")
    for name, values in mapping.items() if mapping is not None else ():
        example = f"{name.text}: {{downtown: [dt, center]}}"
        inner = problems.mapping(values, f"lists.{name.text}", example)
        if inner is not None and not inner.pairs:
            problems.error(name, "empty", f"lists.{name.text}: needs at least one value", example)
        found[name.text] = {
            value.text: (
                value.text,
                *(s.text for s in problems.texts(synonyms, f"lists.{name.text}.{value.text}")),
            )
            for value, synonyms in (inner.items() if inner is not None else ())
        }
    return found


def _plain(node: Node) -> object:
    """A variable as templates see it: text, list or mapping of texts."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [_plain(item) for item in node.items]
        case _:
            return {key.text: _plain(value) for key, value in node.items()}


def timezone_of(roots: Iterable[MappingNode], problems: Problems) -> str | None:
    """`timezone` of the rule set, which one file may name."""
    named = [node for root in roots if (node := root.get("timezone")) is not None]
    for node in named[1:]:
        what = f"`timezone` occurs twice in the rule set (first in {named[0].place})"
        problems.error(node, "twice", what, "keep one, or write defaults: {timezone: …}")
    return read_timezone(named[0], "timezone", problems) if named else None


def calendars_of(files: Iterable[Head], problems: Problems) -> Mapping[str, Calendar]:
    """`calendars` of the rule set, which one file may define, in the zone of that file."""
    first: Node | None = None
    found: Mapping[str, Calendar] = {}
    for file in files:
        node = file.root.get("calendars")
        if node is None:
            continue
        if first is not None:
            what = f"`calendars` occurs twice in the rule set (first in {first.place})"
            problems.error(node, "twice", what, "keep one")
        first, found = first or node, found or read_calendars(node, file.timezone, problems)
    return found
