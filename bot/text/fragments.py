r"""What a text must hold where a pattern is found in it: short pieces, one of which stands there.

A piece is characters and small classes in a row, as `order\s+#`, `\$\d`, `\d\d\d-\d`: a set of them
can be looked for in one pass, however many there are. What a pattern holds beside is left out, so
a piece may stand where the pattern is not found, and never the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final, TypeAlias

import re2

from bot.text.common_words import commonness_within
from bot.text.late import late

_TOKEN: Final = late(
    r"(?s)(?P<quoted>\\Q)|(?P<set>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])"
    r"|(?P<escape>\\(?:[pP](?:\{[^}]*\}|.)|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|.))"
    r"|(?P<flags>\(\?[imsU-]+\))|(?P<open>\((?:\?(?:P?<\w+>|[imsU-]*:))?)|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\})\??)|(?P<edge>[\^$])|(?P<any>\.)|(?P<letter>.)"
)
_EDGES: Final = frozenset({r"\b", r"\B", r"\A", r"\z"})
_KEPT: Final = frozenset({r"\d", r"\s", r"\t", r"\n", r"\r", r"\f", r"\v", r"\a"})
_SPACES: Final[Mapping[Choices, str]] = {((space,),): space for space in (r"\s", r"\ ")}
"""However many stand in a row, what is before them and behind them is one piece."""
_MOST_CHOICES: Final = 16
_LONGEST: Final = 24
_MOST_IN_CLASS: Final = 12
_RARE: Final = 0.005
_TELLS_NOTHING: Final = 0.6
_PRINTABLE: Final = "".join(map(chr, range(32, 127)))

Piece: TypeAlias = tuple[str, ...]
"""Each a character or a class, as RE2 writes it."""
Choices: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Fragments:
    """Pieces one of which stands in each text in which a pattern is found."""

    sources: tuple[str, ...]
    """In RE2 syntax; to be looked for whatever the case of letters."""
    beside: tuple[str, ...]
    """One of these stands there too; empty where there are none, or the first are rare enough."""
    share: float
    """Of ordinary texts about how many have one of them, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of a part of a pattern."""

    exact: Choices | None
    """All that it matches, but for its edges; None where that is too much."""
    needed: Choices | None = None
    """Where it is not exact: one of these stands in what it matches."""
    beside: Choices | None = None
    """And one of these."""
    begins: Choices = ((),)
    """It begins with one of these, and ends with one of those."""
    ends: Choices = ((),)


_ANYTHING: Final = _Found(None)
_NOTHING: Final = _Found(((),))


def fragments(source: str) -> Fragments | None:
    """Of a pattern in RE2 syntax that compiles; None where no piece must stand in a text."""
    tokens = list(tokens_of(source))
    if any(kind == "quoted" for kind, _ in tokens):
        return None
    tokens.reverse()
    found = _alternatives(tokens)
    if tokens:
        return None
    choices = _best(found)
    if choices is None:
        return None
    sources, share = _looked_for(choices)
    beside, other = _looked_for(found.beside or ())
    is_of_use = share > _RARE and 0 < other < _TELLS_NOTHING
    return Fragments(sources, beside if is_of_use else (), share)


def _looked_for(choices: Choices) -> tuple[tuple[str, ...], float]:
    """In RE2 syntax, without what holds another one, and the share of texts."""
    pieces = [piece[:_LONGEST] for piece in choices]
    least = dict.fromkeys(p for p in pieces if not any(_is_within(o, p) for o in pieces))
    return tuple(map("".join, least)), min(1.0, _total(tuple(least)))


@lru_cache(maxsize=4096)
def share_of(source: str) -> float:
    """Of ordinary texts about how many may hold the pattern, from 0 to 1."""
    found = fragments(source)
    return 1.0 if found is None else found.share


def _is_within(one: Piece, other: Piece) -> bool:
    """Where the longer one stands, the shorter one does."""
    size = len(one)
    starts = range(len(other) - size + 1)
    return size < len(other) and any(other[at : at + size] == one for at in starts)


def tokens_of(source: str) -> Iterator[tuple[str, str]]:
    """The parts of a pattern in RE2 syntax, each with its kind."""
    for found in _TOKEN.finditer(source):
        yield found.lastgroup or "", found[0]


def _alternatives(tokens: list[tuple[str, str]]) -> _Found:
    """What stands between `|`, up to a bracket that closes it; tokens are taken from the end."""
    choices = [_sequence(tokens)]
    while tokens and tokens[-1][0] == "bar":
        tokens.pop()
        choices.append(_sequence(tokens))
    if len(choices) == 1:
        return choices[0]
    exact = [one.exact for one in choices if one.exact is not None]
    if len(exact) == len(choices) and sum(map(len, exact)) <= _MOST_CHOICES:
        return _Found(tuple(dict.fromkeys(piece for one in exact for piece in one)))
    best = [_best(one) for one in choices]
    needed = [one for one in best if one is not None]
    if len(needed) < len(choices):
        return _ANYTHING
    begins = _either(one.begins if one.exact is None else one.exact for one in choices)
    ends = _either(one.ends if one.exact is None else one.exact for one in choices)
    return _Found(None, _either(needed, most=None), None, begins, ends)


def _either(several: Iterable[Choices], most: int | None = _MOST_CHOICES) -> Choices:
    found = tuple(dict.fromkeys(piece for choices in several for piece in choices))
    return found if most is None or len(found) <= most else ((),)


def _sequence(tokens: list[tuple[str, str]]) -> _Found:
    parts: list[_Found] = []
    while tokens and tokens[-1][0] not in ("bar", "close"):
        kind, text = tokens.pop()
        if kind in ("flags", "edge") or text in _EDGES:
            continue
        if kind == "open":
            part = _alternatives(tokens)
            if tokens:
                tokens.pop()
        else:
            part = _single(kind, text)
        if tokens and tokens[-1][0] == "repeat":
            part = _repeated(part, tokens.pop()[1], parts)
        parts.append(part)
    return _in_a_row(parts)


def _single(kind: str, text: str) -> _Found:
    if kind == "letter":
        if text.isascii():
            text = text.lower() if text.isalnum() else f"\\{text}"
        return _Found(((text,),))
    if kind == "escape" and (text in _KEPT or not (text[1].isalnum() or text[1] == "_")):
        return _Found(((text,),))
    if kind == "set" and _is_small(text):
        return _Found(((text,),))
    return _ANYTHING


@lru_cache(maxsize=256)
def _is_small(class_: str) -> bool:
    """Few characters, whatever their case; of classes inside it nothing is known."""
    if class_.startswith("[^") or "[:" in class_ or re.search(r"\\[^\W\d_]", class_):
        return False
    return len(re2.compile(f"(?i){class_}").findall(_PRINTABLE)) <= _MOST_IN_CLASS


def _repeated(part: _Found, sign: str, before: list[_Found]) -> _Found:
    """Of what stands there several times the first go before; the last is what is returned."""
    sign = sign if len(sign) == 1 else sign.removesuffix("?")
    space = _SPACES.get(part.exact or ())
    if space and sign in ("+", "*"):
        return _Found(((f"{space}{sign}",),))
    least, most = times_of(sign)
    if least == 0:
        if most == 1 and part.exact is not None and len(part.exact) < _MOST_CHOICES:
            return _Found(tuple(dict.fromkeys((*part.exact, ()))))
        return _ANYTHING
    many = [part] * min(least, _LONGEST)
    if most == least <= _LONGEST:
        before.extend(many[1:])
        return part
    before.extend((*many, _ANYTHING, *many[1:]))
    return part


def times_of(sign: str) -> tuple[int, int | None]:
    """How often `*`, `+`, `?` or `{2,5}` asks for what stands before it; None: without an end.

    >>> times_of("{2,5}"), times_of("+")
    ((2, 5), (1, None))
    """
    match sign:
        case "*":
            return 0, None
        case "+":
            return 1, None
        case "?":
            return 0, 1
    least, comma, most = sign.strip("{}").partition(",")
    return int(least), int(most) if most else (None if comma else int(least))


def _in_a_row(parts: Sequence[_Found]) -> _Found:
    runs: list[Choices] = []
    others: list[Choices] = []
    run: Choices = ((),)
    is_exact = True
    for part in parts:
        begins = part.begins if part.exact is None else part.exact
        fits = len(run) * len(begins) <= _MOST_CHOICES
        if fits:
            run = tuple((*a, *b) for a, b in product(run, begins))
        if part.exact is None or not fits:
            is_exact = False
            runs.append(run)
            run = part.ends if part.exact is None else part.exact
            others += filter(None, (part.needed, part.beside))
    if is_exact:
        return _Found(run)
    runs.append(run)
    telling = sorted(filter(_is_telling, (*runs, *others)), key=_total)
    first = telling[0] if telling else None
    second = next((other for other in telling if not _is_implied(other, first or ())), None)
    return _Found(None, first, second, runs[0], runs[-1])


def _is_implied(other: Choices, by: Choices) -> bool:
    """Each of the pieces holds one of the others."""
    return all(any(one == piece or _is_within(one, piece) for one in other) for piece in by)


def _best(found: _Found) -> Choices | None:
    choices = found.needed if found.exact is None else found.exact
    return choices if choices is not None and _is_telling(choices) else None


def _is_telling(choices: Choices) -> bool:
    return bool(choices) and all(choices)


def _total(choices: Choices) -> float:
    return sum(map(_share, choices))


_RUN: Final = late(r"[^\W\d_]+|\\[s ][+*]?|(?:\\?[d0-9])+|\[[^\]]*\]+|\\?.", re.DOTALL)
_OF_LETTERS: Final = {
    letter: share
    for share, letters in ((0.1, "eta"), (0.07, "oinsrh"), (0.03, "dlcumwf"), (0.02, "gypbvk"))
    for letter in letters
}
_OF_DIGITS: Final = (0.3, 0.2, 0.12, 0.08, 0.06, 0.05)
_OF_MARKS: Final = {
    **dict.fromkeys((rf"\{space}{sign}" for space in "s " for sign in ("", "+", "*")), 1.0),
    r"\.": 0.7,
    r"\,": 0.3,
    r"\'": 0.3,
    r"\?": 0.3,
    r"\!": 0.2,
    r"\-": 0.1,
}


def _share(piece: Piece) -> float:
    """Of ordinary texts about how many have it; an estimate is enough to choose by."""
    shares = sorted(map(_share_of_run, _RUN.findall("".join(piece))))
    return shares[0] * prod(0.5 for _ in shares[1:]) if shares else 1.0


def _share_of_run(run: str) -> float:
    if run[0] == "[":
        return 0.3
    if run.isalpha():
        by_chance = 80 * prod(_OF_LETTERS.get(letter, 0.001) for letter in run)
        return min(1.0, max(commonness_within(run) / 1000, by_chance))
    digits = len(run.replace("\\", ""))
    if run[-1] in "d0123456789":
        return _OF_DIGITS[min(digits, len(_OF_DIGITS)) - 1]
    return _OF_MARKS.get(run, 0.03)
