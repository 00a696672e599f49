"""`keywords`: words or phrases that the message contains, never inside another word.

    when: {keywords: [hours, "opening times"]}    # it contains any of them
    when: {keywords: {all: [cancel, order]}}      # every one
    when: {keywords: {any: [order], none: [cancel]}}
    when: {keywords: {exact: [yes, "yes please"]}}  # the whole message is one of them
    when: {keywords: {starts: [order]}}           # the message begins with one of them

Upper and lower case, kinds of quotes and punctuation make no difference, accents do; `hours` is
not found in `48hours`. A phrase is its words in a row. An emoji is a word: without a skin tone it
takes every tone. The keys `any`, `all`, `none`, `exact`, `starts` beside each other must all hold.

    when: {keywords: {any: [hours, "opening times"], typos: 1}}   # horus, opning times

`typos` takes misspelled words too: those of four letters or more may differ by so many edits each,
1 or 2 (a letter too many, missing, wrong, or swapped with its neighbour), but for the first
letter. A word that is a keyword of any rule, or of an opt-out, is never a misspelled one. Looked
for in the first 200 words of a message, in those of up to 16 letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final, Self, TypeAlias

from bot.model import Match, Miss
from bot.rules.json_schema import NUMBER, TEXTS, Schema, by_kind, keyed, said
from bot.rules.matchers.base import (
    HIT,
    Matcher,
    MessageView,
    Needs,
    Pair,
    Phrase,
    Reading,
)
from bot.rules.matchers.covering import Cases, Claim, Denial, combined
from bot.rules.nodes import Node, Scalar, Sequence
from bot.text.common_words import commonness, rarest
from bot.text.late import late
from bot.text.spelling import deletions, distance
from bot.text.words import without_tone, words

FORMS: Final = ("any", "all", "none", "exact", "starts")
_MOST_TYPOS: Final = 2
_LEAST_LETTERS: Final = 4
_NOBODY: Final[frozenset[str]] = frozenset()

Heard: TypeAlias = Mapping[str, Set[str]]
"""Words of keywords, and the words of a message that may stand for them."""
_AS_WRITTEN: Final[Heard] = {}


_SIGN: Final = late(r"(?<=\w)[+#%*=^~]|[#$*^~€£¥](?=\w)|(?<=\+)\+")


class Keywords(Matcher):
    NAME: ClassVar[str] = "keywords"
    __slots__ = (
        *(
            "_forms",
            "_misses",
            "_own",
            "all",
            "any",
            "exact",
            "foreign",
            "none",
            "phrases",
            "singles",
        ),
        *("starts", "typos"),
    )

    def __init__(
        self,
        *,
        any: tuple[Phrase, ...] = (),
        all: tuple[Phrase, ...] = (),
        none: tuple[Phrase, ...] = (),
        exact: tuple[Phrase, ...] = (),
        starts: tuple[Phrase, ...] = (),
    ) -> None:
        self.any, self.all, self.none, self.exact, self.starts = any, all, none, exact, starts
        self.typos = 0
        """Edits by which words may differ."""
        self.foreign = _NOBODY
        """Words that never count as misspelled, beside our own."""
        self._own = self.words()
        self._forms: Mapping[str, Set[str]] = {}
        self.singles = frozenset(phrase[0] for phrase in any if len(phrase) == 1)
        self.phrases = tuple(phrase for phrase in any if len(phrase) > 1)
        self._misses = {
            "any": Miss(f"contains none of: {_list(any)}"),
            "exact": Miss(f"the whole message is not one of: {_list(exact)}"),
            "starts": Miss(f"begins with none of: {_list(starts)}"),
        }

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        if isinstance(node, Scalar | Sequence):
            return cls(any=_phrases(node, reading, cls.NAME))
        reading.problems.known_keys(node, (*FORMS, "typos"), "form of keywords")
        forms = {
            key.text: _phrases(value, reading, f"keywords.{key.text}")
            for key, value in node.items()
            if key.text in FORMS
        }
        if not node.pairs.keys() - {"typos"}:
            reading.problems.error(
                node, "empty", "keywords: needs at least one word", "any: [hours]"
            )
        typos = node.get("typos")
        return cls(**forms).tolerating(_typos(typos, reading) if typos is not None else 0)

    def words(self) -> Set[str]:
        """All words of all keywords."""
        forms = (self.any, self.all, self.none, self.exact, self.starts)
        return frozenset(word for phrases in forms for phrase in phrases for word in phrase)

    def tolerating(self, typos: int, foreign: Set[str] = _NOBODY) -> Self:
        """The same with so many typos, but never onto one of the foreign words."""
        other = type(self)(
            any=self.any, all=self.all, none=self.none, exact=self.exact, starts=self.starts
        )
        other.typos = typos
        other.foreign = frozenset(foreign)
        other._forms = _by_form(self.words(), typos) if typos else {}
        return other

    def accepted(self) -> Mapping[str, tuple[str, ...]]:
        """By word, some misspellings that are taken for it: a letter less, two swapped."""
        return {
            word: tuple(sorted(_slips(word) - self.foreign - self.words()))
            for word in sorted(self.words())
            if self.typos and _may_be_misspelled(word)
        }

    def match(self, seen: MessageView) -> Match | Miss:
        heard = self._heard(seen) if self.typos else _AS_WRITTEN
        if (
            self.any
            and self.singles.isdisjoint(seen.vocabulary)
            and self.singles.isdisjoint(heard)
            and not any(stands_in(phrase, seen, heard) for phrase in self.phrases)
        ):
            return self._misses["any"]
        for phrase in self.all:
            if not stands_in(phrase, seen, heard):
                return Miss(f"does not contain: {' '.join(phrase)}")
        for phrase in self.none:
            if stands_in(phrase, seen, heard):
                return Miss(f"contains: {' '.join(phrase)}")
        if self.exact and not any(_equal(phrase, seen, heard) for phrase in self.exact):
            return self._misses["exact"]
        if self.starts and not any(_begins(phrase, seen, heard) for phrase in self.starts):
            return self._misses["starts"]
        return HIT

    def _heard(self, seen: MessageView) -> Heard:
        near = seen.near(self.typos)
        heard: dict[str, set[str]] = {}
        for form in self._forms.keys() & near.keys():
            for heard_word in near[form] - self.foreign - self._own:
                for word in self._forms[form]:
                    # The first letters are the same: no form begins with another.
                    if distance(word[1:], heard_word[1:]) <= self.typos:
                        heard.setdefault(word, set()).add(heard_word)
        return heard

    def needs(self) -> Needs | None:
        either = [phrases for phrases in (self.exact, self.starts, self.any) if phrases]
        found = [self._needs(phrases) for phrases in (*either, *((one,) for one in self.all))]
        return min(found, key=lambda needs: needs.commonness, default=None)

    def _needs(self, phrases: Iterable[Phrase]) -> Needs:
        """Of each phrase the word, or the two words in a row, that the fewest texts have."""
        if self.typos:
            needed = frozenset(map(rarest, phrases))
            near = frozenset(_by_form(needed, self.typos))
            return Needs(needed, near=near, typos=self.typos)
        return Needs(
            frozenset(phrase[0] for phrase in phrases if len(phrase) == 1),
            pairs=frozenset(min(pairwise(p), key=_rareness) for p in phrases if len(p) > 1),
        )

    @classmethod
    def schema(cls) -> Schema:
        forms = {
            "any": said(TEXTS, "The message contains any of them."),
            "all": said(TEXTS, "It contains every one."),
            "none": said(TEXTS, "It contains none of them."),
            "exact": said(TEXTS, "The whole message is one of them."),
            "starts": said(TEXTS, "The message begins with one of them."),
            "typos": said(NUMBER, "Edits by which words of four and more letters may differ."),
        }
        return by_kind(TEXTS, mapping=keyed(forms, least=1))

    def vocabulary(self) -> Set[str]:
        return self.words()

    def protected(self, known: Set[str]) -> Self:
        return self.tolerating(self.typos, known) if self.typos else self

    def misspellings(self) -> Mapping[str, tuple[str, ...]]:
        return self.accepted() if self.typos else {}

    def mutants(self) -> Iterator[tuple[str, Matcher]]:
        forms = {form: getattr(self, form) for form in FORMS}
        for form, phrases in forms.items():
            for phrase in phrases:
                left = {**forms, form: tuple(one for one in phrases if one != phrase)}
                if any(left[one] for one in FORMS if one != "none"):
                    named = "the keyword" if form == "any" else f"`{form}`"
                    other = type(self)(**left).tolerating(self.typos, self.foreign)
                    yield f"without {named} `{' '.join(phrase)}`", other

    def units(self) -> Iterator[tuple[str, Matcher]]:
        for form in ("any", "all", "exact", "starts"):
            for phrase in getattr(self, form):
                alone = type(self)(**{form: (phrase,)}).tolerating(self.typos, self.foreign)
                yield " ".join(phrase), alone

    def cases(self) -> Cases:
        foreign = self.foreign | self._own if self.typos else _NOBODY
        always = [Keyword("any", phrase, self.typos, foreign) for phrase in self.all]
        never = [Keyword("any", phrase, self.typos, foreign) for phrase in self.none]
        denied = [Denial(((keyword,),), "none") for keyword in never]
        forms: list[tuple[Claim, Cases]] = [(self, ((*always, *denied),))]
        for form in ("any", "exact", "starts"):
            claims = [Keyword(form, p, self.typos, foreign) for p in getattr(self, form)]
            if claims:
                forms.append((self, tuple((claim,) for claim in claims)))
        return combined(forms)

    def alone(self) -> tuple[Phrase, ...]:
        return (*self.any, *self.exact)

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        """The text with what it misses put in; `exact` replaces it."""
        kept = [_without(self.none, seen.message.text), *map(" ".join, self.all)]
        if self.exact:
            yield from (seen.with_text(" ".join(phrase)) for phrase in self.exact)
            return
        for start in self.starts or ((),):
            for any_of_them in self.any or ((),):
                words = [*start, *" ".join(kept).split(), *any_of_them]
                yield seen.with_text(" ".join(words))

    def breaks(self, seen: MessageView) -> Iterator[MessageView]:
        yield seen.with_text(_without(self.any, seen.message.text))


@dataclass(frozen=True, slots=True)
class Keyword(Claim):
    """One keyword: `any`, `exact` or `starts`."""

    form: str
    phrase: Phrase
    typos: int = 0
    foreign: Set[str] = _NOBODY
    """Words that never count as misspelled."""

    def covers(self, other: Claim) -> bool:
        if not isinstance(other, Keyword):
            return self.form == "any" and any(
                _holds(said, self.phrase) for said in other.sure_phrases()
            )
        if other.typos and not (self.typos >= other.typos and self.foreign <= other.foreign):
            return False
        if self.form == "any":
            return _holds(other.phrase, self.phrase)
        begins = _takes(self.phrase, other.phrase[: len(self.phrase)])
        if self.form == "starts":
            return other.form in ("starts", "exact") and begins
        return self.form == other.form == "exact" and _takes(self.phrase, other.phrase)

    def marks(self) -> Set[str]:
        return {*self.phrase, *map(without_tone, self.phrase)}

    def sure_phrases(self) -> tuple[Phrase, ...]:
        return () if self.typos else (self.phrase,)

    def __str__(self) -> str:
        return " ".join(self.phrase)


def _rareness(pair: Pair) -> tuple[float, float]:
    one, other = (commonness({word}) for word in pair)
    return min(one, other), one + other


def _takes(phrase: Phrase, said: Phrase) -> bool:
    """Word for word; one without a skin tone takes every tone."""
    return len(phrase) == len(said) and all(
        wanted in (word, without_tone(word)) for wanted, word in zip(phrase, said, strict=True)
    )


def _holds(said: Phrase, phrase: Phrase) -> bool:
    """The phrase stands in the longer one."""
    size = len(phrase)
    return any(_takes(phrase, said[at : at + size]) for at in range(len(said) - size + 1))


def _may_be_misspelled(word: str) -> bool:
    return sum(map(str.isalpha, word)) >= _LEAST_LETTERS


def _by_form(written: Iterable[str], typos: int) -> Mapping[str, Set[str]]:
    """Words by what is left of them when up to `typos` characters are taken out."""
    found: dict[str, set[str]] = {}
    for word in filter(_may_be_misspelled, written):
        for form in deletions(word, typos):
            found.setdefault(form, set()).add(word)
    return found


def _slips(word: str) -> Set[str]:
    """What fingers make of a word, one slip each."""
    swapped = {
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)
    }
    return (swapped | deletions(word, 1)) - {word}


def stands_in(phrase: Phrase, seen: MessageView, heard: Heard = _AS_WRITTEN) -> bool:
    """The words of the phrase stand in the message in a row."""
    if seen.bare is seen.words and not heard:
        return _stands_as_written(phrase, seen.words)
    if phrase[0] not in seen.vocabulary and phrase[0] not in heard:
        return False
    size = len(phrase)
    return size == 1 or any(
        _same(phrase, seen, at, heard) for at in range(len(seen.words) - size + 1)
    )


def _stands_as_written(phrase: Phrase, said: Phrase) -> bool:
    first, size, at = phrase[0], len(phrase), -1
    for _ in range(said.count(first)):
        at = said.index(first, at + 1)
        if size == 1 or said[at : at + size] == phrase:
            return True
    return False


def _same(phrase: Phrase, seen: MessageView, at: int, heard: Heard) -> bool:
    end = at + len(phrase)
    if phrase == seen.words[at:end]:
        return True
    if len(seen.words) < end or (seen.bare is seen.words and not heard):
        return False
    return all(
        wanted in (word, bare) or word in heard.get(wanted, _NOBODY)
        for wanted, word, bare in zip(phrase, seen.words[at:end], seen.bare[at:end], strict=True)
    )


def _equal(phrase: Phrase, seen: MessageView, heard: Heard) -> bool:
    return len(phrase) == len(seen.words) and _same(phrase, seen, 0, heard)


def _begins(phrase: Phrase, seen: MessageView, heard: Heard) -> bool:
    return _same(phrase, seen, 0, heard)


def _typos(node: Node, reading: Reading) -> int:
    typos = reading.problems.number(node, "keywords.typos")
    if typos > _MOST_TYPOS:
        reading.problems.error(
            node, "typos", "keywords.typos: 1 or 2, more would be other words", "typos: 1"
        )
    return min(typos, _MOST_TYPOS)


def _phrases(node: Node, reading: Reading, what: str) -> tuple[Phrase, ...]:
    written = reading.problems.texts(node, what)
    if not written and isinstance(node, Sequence) and not node.items:
        reading.problems.error(node, "empty-list", f"{what}: needs at least one word", "[hours]")
    phrases: list[Phrase] = []
    for scalar in written:
        phrase = words(scalar.text)
        if phrase:
            phrases.append(phrase)
            _warn_of_signs(scalar, phrase, reading, what)
        else:
            reading.problems.error(
                scalar,
                "no-word",
                f"{what}: there is no word in `{scalar.text}`",
                "for punctuation use `regex`",
            )
    return tuple(dict.fromkeys(phrases))


def _warn_of_signs(scalar: Scalar, phrase: Phrase, reading: Reading, what: str) -> None:
    """`C++` is compared as `c`, `$5` as `5`."""
    signs = "".join(dict.fromkeys(_SIGN.findall(scalar.text)))
    if signs:
        said = f"{what}: `{scalar.text}` is compared as `{' '.join(phrase)}`, without `{signs}`"
        hint = "for signs use `regex`"
        if signs == "*":
            hint = "list the words that are meant, [open, opening], or write regex: '\\bopen'"
        reading.problems.warning(scalar, "sign-vanishes", said, hint)


def _list(phrases: Iterable[Phrase]) -> str:
    return ", ".join(" ".join(phrase) for phrase in phrases)


def _without(phrases: Iterable[Phrase], text: str) -> str:
    for phrase in phrases:
        pattern = r"(?i)(?<!\w)" + r"\W+".join(map(re.escape, phrase)) + r"(?!\w)"
        text = re.sub(pattern, " ", text)
    return " ".join(text.split())
