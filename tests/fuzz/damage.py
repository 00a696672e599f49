"""Damage to what was well-formed: the same pieces, but wrong."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

S = TypeVar("S", str, bytes)


def damaged(random: Random, whole: S, tokens: Sequence[S]) -> S:
    """One to four pieces cut out, repeated, moved, or replaced by a token."""
    for _ in range(random.choice([1, 1, 2, 4])):
        begin, end = sorted(random.randint(0, len(whole)) for _ in range(2))
        end = min(end, begin + random.choice([0, 1, 1, 3, 20]))
        piece = random.choice([whole[:0], whole[begin:end] * 2, random.choice(tokens)])
        if random.random() < 0.1:
            whole, begin, end = whole[:begin] + whole[end:], 0, 0
        whole = whole[:begin] + piece + whole[end:]
    return whole
