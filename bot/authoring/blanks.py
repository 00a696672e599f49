"""What may be filled in where a template names something: values as people and systems give them.

Of captures the matcher says what they may be; of what is stored about a person, and of tags, the
tests of the rule, and else the name: `contact.first_name` is a first name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from jinja2 import meta, nodes

from bot.authoring.said_texts import SaidText
from bot.model import CaptureValue, Context, InboundMessage
from bot.rules.cases import DEFAULT_AT, DEFAULT_SENDER, Case
from bot.rules.matchers.date import Date
from bot.rules.matchers.phone import Phone
from bot.rules.matchers.samples import FREE, Samples
from bot.rules.templates.sandbox import sandboxed
from bot.rules.templates.values import template_names

_STORED: Final = ("tags", "contact", "conversation")
_FIXED: Final = frozenset({*_STORED, "message", "vars", "calendars", "now"})
_STORED_FREELY: Final = Samples(("example", "ex", "Łódź"), is_bounded=False)
_BY_NAME: Final = (
    (r"url|link", ("https://example.com/a1b2c3",)),
    (r"mail", ("anna@example.com",)),
    (r"phone|mobile", Phone.TRIED),
    (r"date|day|appointment", ("2026-01-20 09:30", "2026-09-23 12:30")),
    (r"time|hour", ("09:30", "12:30")),
    (r"price|amount|total|sum|balance|count", ("24.50", "5", "1234.50")),
    (r"points|guests|people|quantity|qty|age$", ("24", "5", "1234")),
    (r"number|id$|code", ("48213",)),
    (r"name", ("Anna", "Jo", "Maximilian", "Zoë")),
)


Values: TypeAlias = Mapping[str, CaptureValue | None]
"""By the names of blanks; None where there is none of that name, times in ISO form."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A name of a template, and what it may be."""

    name: str
    """`order_id`, `contact.first_name`, `now`, …"""
    samples: Samples
    may_be_absent: bool = False

    @property
    def values(self) -> tuple[CaptureValue | None, ...]:
        """A usual one first; None where there is none of that name."""
        return (*self.samples.values, None) if self.may_be_absent else self.samples.values

    def with_value(self, value: str) -> Blank:
        """The same, which may be that too, and nothing longer."""
        return replace(self, samples=Samples((*self.samples.values, value)))


def blanks(text: SaidText, cases: Iterable[Case]) -> tuple[Blank, ...]:
    """Of a text that is filled in; `cases` are the tests of its rule."""
    if text.template.is_plain:
        return ()
    tree = sandboxed(text.template.filters).parse(text.template.source)
    tested = list(cases)
    compared = _compared(tree)
    return tuple(
        _blank(name, text, _of_tests(name, tested), compared.get(name, ()))
        for name in dict.fromkeys(_names(tree))
    )


def filled_in(text: SaidText, values: Values) -> str:
    """The text with values by the names of its blanks. Raises ReplyError."""
    if text.template.is_plain:
        return text.template.render({})
    stored: dict[str, dict[str, str]] = {stem: {} for stem in (*_STORED, "message")}
    captures: dict[str, CaptureValue] = {}
    now = DEFAULT_AT.replace(tzinfo=ZoneInfo(text.timezone))
    for name, value in values.items():
        stem, _, attribute = name.partition(".")
        if value is None:
            continue
        if name == "now":
            now = datetime.fromisoformat(str(value))
        elif stem in stored and attribute:
            stored[stem][attribute] = str(value)
        else:
            captures[name] = value
    own, message = stored["conversation"], stored["message"]
    state, count = own.pop("state", None), int(own.pop("count", "0"))
    names = template_names(
        InboundMessage(
            key="",
            sender=message.get("sender", DEFAULT_SENDER),
            number=message.get("number", ""),
            text=message.get("text", ""),
            media_url=message.get("media_url"),
            external_id=message.get("external_id"),
            tags=stored["tags"],
            received_at=now,
        ),
        Context(now=now, contact=stored["contact"], values=own, state=state, count=count),
        captures,
        *(text.timezone, text.variables, text.calendars),
    )
    return text.template.render(names)


def _names(tree: nodes.Template) -> Iterator[str]:
    """In the order of the text: `order_id`, `tags.x`; `now`, also for a calendar's `next`."""
    undeclared = meta.find_undeclared_variables(tree) - sandboxed().globals.keys()
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
        if isinstance(node, nodes.Name):
            if node.name in undeclared and (node.name not in _FIXED or node.name == "now"):
                yield node.name
        elif name := _dotted(node):
            yield "now" if name in ("message.received_at", "calendars.next") else name


def _dotted(node: nodes.Node) -> str:
    """`tags.x` of a node that reads it; `calendars.next` of any calendar; empty of others."""
    match node:
        case nodes.Getattr(node=nodes.Name(name=stem), attr=attribute) if stem in _FIXED:
            pass
        case nodes.Getitem(node=nodes.Name(name=stem), arg=nodes.Const(value=str(attribute))):
            pass
        case nodes.Getattr(
            node=nodes.Getattr(node=nodes.Name(name="conversation"), attr="values"), attr=attribute
        ):
            stem = "conversation"
        case nodes.Getattr(
            node=nodes.Getattr(node=nodes.Name(name="message"), attr="tags"), attr=attribute
        ):
            stem = "tags"
        case nodes.Getattr(node=nodes.Getattr(node=nodes.Name(name="calendars")), attr="next"):
            return "calendars.next"
        case _:
            return ""
    if stem not in (*_STORED, "message") or (stem, attribute) == ("conversation", "values"):
        return ""
    return "" if stem == "message" and attribute == "tags" else f"{stem}.{attribute}"


def _compared(tree: nodes.Template) -> Mapping[str, tuple[str, ...]]:
    """Texts that the template compares a name with."""
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.find_all(nodes.Compare):
        constants = [c.value for c in node.find_all(nodes.Const) if isinstance(c.value, str)]
        for part in node.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
            name = part.name if isinstance(part, nodes.Name) else _dotted(part)
            found[name] = (*found.get(name, ()), *constants)
    return found


def _of_tests(name: str, cases: Iterable[Case]) -> Iterator[str]:
    stem, _, attribute = name.partition(".")
    for case in cases:
        values = {"tags": case.tags, "contact": case.contact}.get(stem, {})
        if attribute in values:
            yield values[attribute]


def _blank(name: str, text: SaidText, tested: Iterable[str], compared: Iterable[str]) -> Blank:
    is_free = name.partition(".")[0] in _STORED
    if name in text.samples:
        found = text.samples[name]
    elif name == "now":
        return Blank(name, Samples(tuple(_moments(text.timezone))))
    elif name in _OF_MESSAGES:
        found = _OF_MESSAGES[name]
    else:
        found = _by_name(name.rpartition(".")[2]) if is_free else FREE
    values = dict.fromkeys((*tested, *found.values, *compared) if is_free else found.values)
    may_be_absent = name not in text.template.needs and name not in _OF_MESSAGES
    return Blank(name, replace(found, values=tuple(values)), may_be_absent)


_OF_MESSAGES: Final[Mapping[str, Samples]] = {
    "message.text": FREE,
    "message.sender": Samples(Phone.TRIED),
    "message.number": Samples(("+15555550124", "")),
    "message.media_url": Samples(("", "https://example.com/picture.jpg"), is_bounded=False),
    "message.external_id": Samples(("", "m" * 64)),
    "conversation.count": Samples((3, 0, 9999)),
}


def _by_name(name: str) -> Samples:
    for pattern, values in _BY_NAME:
        if re.search(pattern, name.casefold()):
            return replace(_STORED_FREELY, values=tuple(values))
    return _STORED_FREELY


def _moments(timezone: str) -> Iterator[str]:
    """Days with names of each length, at half past nine and at half past twelve; each hour."""
    zone = ZoneInfo(timezone)
    usual = DEFAULT_AT.replace(tzinfo=zone)
    yield usual.isoformat()
    for day in Date.TRIED:
        for hour in (9, 12):
            yield datetime.fromisoformat(f"{day}T{hour:02}:30").replace(tzinfo=zone).isoformat()
    yield from ((usual + timedelta(hours=hours)).isoformat() for hours in range(24))
