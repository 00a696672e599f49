"""What is known of a message beside its words, by names that an index can look up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from bot.model import Context, InboundMessage
from bot.rules import conditions
from bot.rules.conditions import Condition
from bot.rules.matchers.attachments import kind as kind_of_media

_LONGEST_NUMBER: Final = 16
"""Characters of an E.164 number."""


class Fact(NamedTuple):
    """A tag, a stored value, a state, …: that it is there, or that it is equal to something."""

    kind: str
    """The key of `when` that asks for it."""
    name: str
    value: str | None = None
    """As equal values are folded; None where any will do."""

    @property
    def commonness(self) -> float:
        """Of a thousand messages, about how many know it; an estimate to choose by."""
        if self.value is not None:
            return 5
        return 800 if self == ("state", "none", None) else 30

    def holds(self, message: InboundMessage, context: Context) -> bool:
        found = KINDS[self.kind](message, context).get(self.name)
        return found is not None and self.value in (None, conditions.fold(found))


Known = Mapping[str, str]
Look = Callable[[InboundMessage, Context], Known]


def _states(_: InboundMessage, context: Context) -> Known:
    known = {context.state or "none": ""}
    return known if context.question is None else {**known, context.question.rule: ""}


def _answered(_: InboundMessage, context: Context) -> Known:
    return {} if context.answered_rule is None else {context.answered_rule: ""}


def _media(message: InboundMessage, _: Context) -> Known:
    if not message.media_url and not message.more_media:
        return {}
    return dict.fromkeys(map(kind_of_media, (message.media_url, *message.more_media)), "")


def _held(_: InboundMessage, context: Context) -> Known:
    return {} if context.held is None else {context.held: ""}


def _to(message: InboundMessage, context: Context) -> Known:
    known = _beginnings(message.number)
    return known if context.longcode_id is None else {**known, str(context.longcode_id): ""}


def _beginnings(number: str) -> Known:
    return {number[:size]: "" for size in range(1, min(len(number), _LONGEST_NUMBER) + 1)}


KINDS: Final[Mapping[str, Look]] = {
    "tags": lambda message, _: message.tags,
    "contact": lambda _, context: context.contact,
    "conversation": lambda _, context: context.values,
    "state": _states,
    "in_reply_to": _answered,
    "media": _media,
    "from": lambda message, _: _beginnings(message.sender),
    "to": _to,
    "held": _held,
}


def needed(kind: str, name: str, condition: Condition) -> frozenset[Fact] | None:
    """One of these is known where a condition on a value holds; None where that is not sure."""
    match condition:
        case conditions.OneOf():
            return frozenset(Fact(kind, name, value) for value in condition.folded)
        case conditions.All():
            parts = [needed(kind, name, part) for part in condition.parts]
            known = [facts for facts in parts if facts is not None]
            return min(known, key=_looseness, default=None)
        case _:
            return None if condition.holds(None) else frozenset({Fact(kind, name)})


def _looseness(facts: frozenset[Fact]) -> tuple[bool, int]:
    return any(fact.value is None for fact in facts), len(facts)


class FactIndex:
    """Numbers of rules by facts of which each needs one."""

    def __init__(self, needed: Iterable[tuple[Fact, int]]) -> None:
        by_kind: dict[str, dict[str, dict[str | None, list[int]]]] = {}
        for (kind, name, value), number in needed:
            by_name = by_kind.setdefault(kind, {})
            by_name.setdefault(name, {}).setdefault(value, []).append(number)
        self._looks: Final = [
            (KINDS[kind], {name: _fixed(by_value) for name, by_value in by_name.items()})
            for kind, by_name in by_kind.items()
        ]

    def __bool__(self) -> bool:
        return bool(self._looks)

    def found(self, message: InboundMessage, context: Context) -> list[tuple[int, ...]]:
        """Numbers of rules; nothing where none needs what is known."""
        numbers: list[tuple[int, ...]] = []
        for look, by_name in self._looks:
            known = look(message, context)
            for name in known.keys() & by_name.keys() if known else ():
                by_value = by_name[name]
                if None in by_value:
                    numbers.append(by_value[None])
                if (of_value := by_value.get(conditions.fold(known[name]))) is not None:
                    numbers.append(of_value)
        return numbers


def _fixed(by_value: Mapping[str | None, list[int]]) -> Mapping[str | None, tuple[int, ...]]:
    return {value: tuple(numbers) for value, numbers in by_value.items()}
