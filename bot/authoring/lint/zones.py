"""Times whose zone their author may not know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from bot.authoring.lint.sources import Told, calendar_names, told, warning
from bot.errors import Problem
from bot.rules.loader import Document
from bot.rules.nodes import Mapping, Scalar
from bot.rules.ruleset import Ruleset


def forgotten_zones(documents: Sequence[Document], ruleset: Ruleset) -> Iterator[Problem]:
    """One file names a zone for itself, and another has times without one."""
    zones = {document.file.path: _zone(document) for document in documents}
    named = {zone: path for path, zone in zones.items() if zone}
    if not named or any(d.root is not None and d.root.get("timezone") for d in documents):
        return
    zone, path = next(iter(named.items()))
    calendars = calendar_names(documents)
    if ruleset.timezone in named and len(named) == 1:
        return
    for document in documents:
        if not zones[document.file.path]:
            first = next(_times(document, calendars), None)
            if first is not None:
                yield warning(
                    first.scalar.place,
                    "zone",
                    f"times of this file are in {ruleset.timezone}: {zone} holds in {path} alone",
                    f"write `timezone: {zone}` at the top of one file, for all of them",
                )


_FIXED: Final = {
    "EST": "America/New_York",
    "MST": "America/Denver, or America/Phoenix, whose clocks never change",
}
_FROM_GREENWICH: Final = re.compile(r"(?i:Etc/)?GMT[+-][1-9]\d?")


def zones_without_summer(one: Told) -> Iterator[Problem]:
    """A zone whose clocks never change, where its author means those of a place."""
    name = one.scalar.text
    if one.last != "timezone" or not (name in _FIXED or _FROM_GREENWICH.fullmatch(name)):
        return
    what = "its clocks are never put forward: in summer they are an hour behind those of the place"
    if name not in _FIXED:
        what = (
            f"its clocks never change, and its sign is the other way round than in UTC{name[-2:]}"
        )
    zone = _FIXED.get(name, "the zone of a place, for example America/New_York")
    yield warning(one.scalar.place, "fixed-zone", f"`{name}`: {what}", f"write {zone}")


def _zone(document: Document) -> str:
    defaults = document.root.get("defaults") if document.root is not None else None
    zone = defaults.get("timezone") if isinstance(defaults, Mapping) else None
    return zone.text if isinstance(zone, Scalar) else ""


def _times(document: Document, calendars: Collection[str]) -> Iterator[Told]:
    """Hours without a zone of their own; a calendar has that of its file."""
    written = [one for one in told(document) if _is_time(one)]
    with_zone = {one.path[-2].place for one in written if one.last == "timezone"}
    for one in written:
        above = {key.place for key in one.path}
        if one.scalar.text not in calendars and above.isdisjoint(with_zone):
            yield one


def _is_time(one: Told) -> bool:
    is_hours = one.is_condition and ("during" in one.keys or "outside" in one.keys)
    return is_hours or one.keys[0] == "calendars" or "quiet_hours" in one.keys
