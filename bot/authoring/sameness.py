"""Whether two things that were read from rule files do the same: what they are made of is equal.

Where they stand in their files, and what is written for people, makes no difference. What cannot
be looked into is never the same as anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType, MethodType
from typing import Any, Final, SupportsIndex, cast

from bot.errors import Place
from bot.text.patterns import Pattern

_TEXTS: Final = frozenset({str, bytes})
_VALUES: Final = frozenset({int, float, bool, Decimal, date, datetime, time, timedelta})
_FOR_PEOPLE: Final = frozenset({"description", "place", "tests_at"})
_OWN_WAYS: Final = ("__reduce_ex__", "__reduce__", "__getstate__")


def is_same(one: Any, other: Any) -> bool:
    """True only where no message can tell the one from the other."""
    try:
        return _is_same(one, other)
    except RecursionError:
        return False


def _is_same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind in _TEXTS:
        return bool(one == other)
    if kind in _VALUES:  # equal ones may be written differently: 0 and -0, 3 and 3.0
        return bool(one == other) and repr(one) == repr(other)
    if kind is Place:
        return True
    if kind is Pattern:
        return bool(one.is_same_as(other)) and one.inner == other.inner
    if kind in (tuple, list) or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if kind in (dict, MappingProxyType):
        return _is_same([*one.items()], [*other.items()])  # its order too: a template may show it
    if kind in (frozenset, set):
        kinds = {*map(type, one)}
        return kinds == {*map(type, other)} and kinds <= {str, int, tuple} and bool(one == other)
    if kind is MethodType:
        return one.__func__ is other.__func__ and _is_same(one.__self__, other.__self__)
    mine, theirs = _members(one), _members(other)
    return mine is not None and _is_same(mine, theirs)


def _members(one: object) -> object:
    """All that makes it what it is; None where there is more to it than Python tells."""
    kind: Any = type(one)
    if is_dataclass(one):
        return [getattr(one, name) for name in _fields(kind)]
    if any(getattr(kind, way, None) is not getattr(object, way, None) for way in _OWN_WAYS):
        return None
    try:
        reduced = object.__reduce_ex__(one, cast("SupportsIndex", 2))
    except TypeError:  # a function, or an object of a library in C
        return None
    return [part for part in reduced[1:] if isinstance(part, tuple | Mapping)]


@lru_cache(maxsize=1_000)
def _fields(kind: Any) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in _FOR_PEOPLE]
