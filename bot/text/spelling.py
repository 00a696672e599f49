"""Words that nearly are another: for misspelled keywords, and for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable, Set


def deletions(word: str, most: int) -> Set[str]:
    """The word, and what is left when up to `most` characters after the first are taken out.

    Two words that differ by so many edits after the first letter have one of these in common.
    """
    found = newest = {word}
    for _ in range(most):
        newest = {w[:at] + w[at + 1 :] for w in newest for at in range(1, len(w))}
        found = found | newest
    return found


def distance(one: str, other: str) -> int:
    """Characters to insert, delete, replace or swap with their neighbours, each edited once.

    >>> distance("hours", "horus"), distance("hours", "ours"), distance("ca", "abc")
    (1, 1, 3)
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        row = [at]
        for to, wanted in enumerate(other, 1):
            cost = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (letter != wanted))
            if at > 1 < to and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, before[to - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = nearest(name, names)
    if near is not None:
        return f"did you mean `{near}`?"
    return "known: " + ", ".join(names) if names else "none is defined"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one that a slip of a finger makes of it, else one that looks alike; None of none.

    >>> nearest("tiem", ["items", "time", "title"]), nearest("hour", ["x"])
    ('time', None)
    """
    names = sorted(known)
    slips = [(distance(name, other), other) for other in names if abs(len(name) - len(other)) < 3]
    edits, other = min(slips, default=(99, ""))
    if edits <= max(1, len(name) // 4) and len(name) > 2:
        return other
    import difflib  # which is loaded for a mistake alone

    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.6)), None)
