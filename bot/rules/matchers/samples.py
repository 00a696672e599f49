"""What a capture may be, for those who ask how long a text gets with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

from bot.model import CaptureValue


@dataclass(frozen=True, slots=True)
class Samples:
    """Values to fill in."""

    values: tuple[CaptureValue, ...]
    """A usual one first."""
    is_bounded: bool = True
    """The shortest and the longest that there are stand among them."""

    def __or__(self, other: Samples) -> Samples:
        """Either may be captured."""
        values = tuple(dict.fromkeys((*self.values, *other.values)))
        return Samples(values, self.is_bounded and other.is_bounded)


FREE: Final = Samples(("something", "ok", "a 🙂"), is_bounded=False)
"""What people write as they like."""


def either(found: Iterable[Mapping[str, Samples]]) -> Mapping[str, Samples]:
    """By name, what one or another of them may give."""
    return reduce(_merged, found, {})


def _merged(one: Mapping[str, Samples], other: Mapping[str, Samples]) -> Mapping[str, Samples]:
    both = {name: one[name] | other[name] for name in one.keys() & other.keys()}
    return {**one, **other, **both}
