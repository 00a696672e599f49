"""Conditions that no value can meet, or that every value meets: their author meant another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal

from bot.rules.conditions import All, Compares, Condition, Exists, Not, OneOf, covers


def never_holds(condition: Condition) -> bool:
    """No value meets all of its parts, as far as that can be told from what is written."""
    parts = list(_parts(condition))
    if any(isinstance(part, Exists) and not part.wanted for part in parts):
        return not condition.holds(None)
    listed = [part for part in parts if isinstance(part, OneOf)]
    if listed:
        return not any(condition.holds(value) for value in listed[0].wanted)
    return _is_empty([part for part in parts if isinstance(part, Compares)])


def exclude(one: Condition, other: Condition) -> bool:
    """No value meets both, for certain, and neither does a missing one."""
    if isinstance(one, All | Not):
        one, other = other, one
    match one, other:
        case _, All(parts):
            return any(exclude(one, part) for part in parts)
        case _, Not(inner):
            return covers(inner, one)
        case Exists(wanted=False), _:
            return not other.holds(None)
        case _, Exists(wanted=False):
            return not one.holds(None)
        case OneOf(), OneOf():
            return one.folded.isdisjoint(other.folded)
        case Compares(), Compares():
            return _is_empty([one, other])
        case (Compares() as bound, OneOf() as some) | (OneOf() as some, Compares() as bound):
            return bound.wanted[0] == "number" and not any(map(bound.holds, some.wanted))
        case _:
            return False


def of_counts(condition: Condition, least: int) -> bool | None:
    """Whether every number from the least on meets it, or none does; None where some do."""
    bounds = {least, *(number + step for number in _numbers(condition) for step in (-1, 0, 1))}
    held = {condition.holds(str(number)) for number in bounds if number >= least}
    return held.pop() if len(held) == 1 else None


def _numbers(condition: Condition) -> Iterator[int]:
    for part in _parts(condition):
        written = part.wanted if isinstance(part, OneOf) else ()
        if isinstance(part, Compares) and isinstance(part.wanted[1], Decimal):
            yield int(part.wanted[1].to_integral_value(ROUND_FLOOR))
        yield from (int(text) for text in written if text.strip().isdecimal())


def _parts(condition: Condition) -> Iterator[Condition]:
    for part in condition.parts if isinstance(condition, All) else (condition,):
        yield from _parts(part) if isinstance(part, All) else (part,)


def _is_empty(bounds: Sequence[Compares]) -> bool:
    """What is above the one is not below the other; no value is of two kinds."""
    low = [bound for bound in bounds if bound.sign.startswith("g")]
    high = [bound for bound in bounds if bound.sign.startswith("l")]
    if len({bound.wanted[0] for bound in bounds}) > 1:
        return True
    return any(
        not (below.holds(above.written) and above.holds(below.written))
        for above in low
        for below in high
    )
