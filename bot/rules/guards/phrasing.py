"""The language in which families are written: patterns over the words of a text.

word        that word; `texts?`, `don'?t`, `sto{1,9}p` as in a regular expression;
            an accented letter also without its accent
(a|b c)     one of these; [a|b c] one of these or none; `)*` and `]*` several or none
<a|b>       one of these, the signs of the pattern: no text matches that has none of them
{name}      what the class of that name stands for; {name}* several of it or none
. ? _       a clause, a question or either of them ends (or the next begins)
^ $         the text begins with a clause; the text ends
* ...       up to four words of one clause; up to sixteen of several
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import Final, TypeAlias

from bot.text.common_words import commonness

_TOKEN: Final = re.compile(
    r"[(\[<][^()\[\]<>{}]+[)\]>]\*?|"  # a group with no other inside
    r"\{[a-z]\w*\}\*?|[)\]]\*?|[(\[<>|]|(?:[^\s()\[\]<>|{}]|\{\d+,\d+\})+"
)
_LETTER: Final = re.compile(r"(\[[^\]]+\]|.)(?:(\?)|\{(\d+),(\d+)\})?")
_ACCENTS: Final = str.maketrans(
    {spelled: f"[{plain}{spelled}]" for plain, spelled in zip("aeioun", "áéíóúñ", strict=True)}
)
_PLACES: Final = {
    ".": "[.] ",
    "?": "[?] ",
    "_": "[.?] ",
    "^": r"\A[.] ",
    "$": r"\z",
    "*": "(?:[^ .?]+ ){0,4}",
    "...": "(?:[^ ]+ ){0,16}",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word, as it is spelled in the pattern."""

    spelling: str

    def regex(self) -> str:
        return f"{self.spelling.translate(_ACCENTS)} "

    def needs(self) -> Set[str] | None:
        """Words of which a text must have one; None where they cannot be listed."""
        if self.spelling.isalpha() and self.spelling.isascii():
            return frozenset((self.spelling,))
        return None if "\\" in self.spelling else _spelled(self.spelling)


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a clause, or any words."""

    mark: str

    def regex(self) -> str:
        return _PLACES[self.mark]

    def needs(self) -> Set[str] | None:
        return None


@dataclass(frozen=True)
class Group:
    """One of several sequences."""

    choices: tuple[Parts, ...]
    repeat: str = ""
    """`?`, `*` or nothing, which is once."""
    is_sign: bool = False

    def regex(self) -> str:
        inner = "|".join("".join(part.regex() for part in choice) for choice in self.choices)
        return f"(?:{inner}){self.repeat}"

    def needs(self) -> Set[str] | None:
        return None if self.repeat else self._needs

    @cached_property
    def _needs(self) -> Set[str] | None:
        found: set[str] = set()
        for choice in self.choices:
            listed = [words for part in choice if (words := part.needs()) is not None]
            if not listed:
                return None
            found |= rarest(listed)
        return found


@dataclass(frozen=True)
class Flat:
    """A group with no other inside, as most are: words and places, kept as they are written."""

    source: str
    repeat: str = ""
    is_sign: bool = False

    @property
    def choices(self) -> Iterator[Parts]:
        return (tuple(_flat(choice)) for choice in self.source.split("|"))

    def regex(self) -> str:
        inner = "|".join("".join(part.regex() for part in choice) for choice in self.choices)
        return f"(?:{inner}){self.repeat}"

    def needs(self) -> Set[str] | None:
        return None if self.repeat else self._needs

    @cached_property
    def _needs(self) -> Set[str] | None:
        found: set[str] = set()
        for choice in self.source.split("|"):
            if choice.isalpha() and choice.isascii():
                found.add(choice)
                continue
            listed = [words for part in _flat(choice) if (words := part.needs()) is not None]
            if not listed:
                return None
            found |= rarest(listed)
        return found


def _flat(choice: str) -> Sequence[Word | Place]:
    return [Place(piece) if piece in _PLACES else Word(piece) for piece in choice.split()]


def rarest(listed: Sequence[Set[str]]) -> Set[str]:
    """Of sets of words the one of which the fewest texts have a word."""
    return listed[0] if len(listed) == 1 else min(listed, key=commonness)


Part: TypeAlias = Word | Place | Flat | Group
Parts: TypeAlias = tuple[Part, ...]
_ENDS: Final = {"(": ")", "[": "]", "<": ">"}


class Classes:
    """Classes of words by name, each parsed once."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._parsed: dict[str, Group] = {}

    def group(self, name: str) -> Group:
        """Raises ValueError where there is no such class."""
        if name not in self._sources:
            raise ValueError(f"no class `{name}`")
        if name not in self._parsed:
            inner = _choices(_TOKEN.findall(self._sources[name])[::-1], "", self)
            self._parsed[name] = Group(tuple(inner))
        return self._parsed[name]


def parse(pattern: str, classes: Classes) -> Parts:
    """Raises ValueError where a bracket is not closed or a class is unknown."""
    tokens = _TOKEN.findall(pattern)[::-1]
    choices = _choices(tokens, "", classes)
    if tokens or len(choices) != 1:
        raise ValueError(f"not a pattern: {pattern}")
    return choices[0]


def _choices(tokens: list[str], end: str, classes: Classes) -> list[Parts]:
    """What stands between `|`, up to the closing bracket; tokens are taken from the end."""
    choices: list[list[Part]] = [[]]
    while tokens and (not end or tokens[-1][0] != end):
        head = tokens.pop()
        if head == "|":
            choices.append([])
        elif head in _ENDS:
            nested = _choices(tokens, _ENDS[head], classes)
            if not tokens:
                raise ValueError(f"`{head}` is not closed")
            closing = tokens.pop()
            repeat = "*" if closing[1:] else "?" if head == "[" else ""
            choices[-1].append(Group(tuple(nested), repeat, head == "<"))
        elif head[0] == "{":
            group = classes.group(head.strip("{}*"))
            choices[-1].append(Group(group.choices, "*") if head[-1] == "*" else group)
        else:
            choices[-1].append(_simple(head))
    return [tuple(choice) for choice in choices]


@cache  # two thirds of them occur in several patterns
def _simple(token: str) -> Part:
    if token[0] in _ENDS:
        inner, _, repeat = token[1:].rpartition(_ENDS[token[0]])
        return Flat(inner, repeat or ("?" if token[0] == "[" else ""), token[0] == "<")
    return Place(token) if token in _PLACES else Word(token)


@cache
def _spelled(word: str) -> Set[str]:
    return frozenset(spellings(word))


def spellings(word: str) -> Iterator[str]:
    """All words that a word of a pattern stands for.

    >>> sorted(spellings("adiós?")), sorted(spellings("sto{1,2}p"))
    (['adio', 'adios', 'adió', 'adiós'], ['stoop', 'stop'])
    """
    if word.isalpha() and word.isascii():
        yield word
        return
    choices = []
    for letters, maybe, least, most in _LETTER.findall(word.translate(_ACCENTS)):
        kinds = letters.strip("[]")
        if least:
            counts = range(int(least), int(most) + 1)
            choices.append([kind * count for kind in kinds for count in counts])
        else:
            choices.append([*kinds, ""] if maybe else list(kinds))
    yield from map("".join, product(*choices))
