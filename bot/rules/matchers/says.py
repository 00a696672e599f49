"""`says`: a sentence template that covers the whole message.

    when: {says: "[please] book (a|the) table for {guests:int} [on {day:date}]"}
    when: {says: ["my name is {name}", "* call me {name} *"]}
    when: {says: "[when|where] is the <shop> [shop] open"}    # lists: {shop: {downtown: [dt]}}

`[…]` may be missing, `(a|b)` is one of them, `*` is any words, none too; `* [to {day:date}] *`
takes the day wherever it stands. `{name}` takes one word or more, as few as will do; `{name:word}`
exactly one; `{name:int}`, `{name:number}`, `{name:date}`, `{name:time}`, `{name:phone}`,
`{name:email}` what the matchers of these names read.
`<list>` takes a value of a list of the file or one of its synonyms; the value is captured under
the list's name. Upper and lower case and punctuation make no difference, on either side; words
are whole (`(order|orders)`, not `order[s]`). `{name}` is cut from the text as it was written.
Texts of more than 2,000 characters or 200 words are not sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import cached_property
from typing import ClassVar, Self

from bot.model import CaptureValue, Match, Miss
from bot.rules.json_schema import TEXTS, Schema
from bot.rules.matchers.base import (
    HIT,
    OPENING,
    Matcher,
    MessageView,
    Needs,
    Phrase,
    Reading,
    Sheet,
    in_all,
)
from bot.rules.matchers.covering import Cases, Claim
from bot.rules.matchers.finder import SOME_DAY, Conventions, conventions_of
from bot.rules.matchers.samples import FREE, Samples, either
from bot.rules.matchers.sentence import MOST_WORDS, Said, Sentence
from bot.rules.matchers.sentence_grammar import KINDS, ListSlot, SentenceError, sure_slots
from bot.rules.nodes import Node, Scalar, Sequence
from bot.text.words import word_spans


class Says(Matcher):
    NAME: ClassVar[str] = "says"
    __slots__ = ("_miss", "sentences", "sheet")

    def __init__(self, sentences: tuple[Sentence, ...], sheet: Sheet) -> None:
        self.sentences = sentences
        self.sheet = sheet
        self._miss = Miss("does not match the sentence: " + " / ".join(s.source for s in sentences))

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        written = reading.problems.texts(node, cls.NAME)
        if isinstance(node, Sequence) and not node.items:
            reading.problems.error(
                node, "empty-list", "says: needs at least one sentence", '["my name is {name}"]'
            )
        sentences = (_sentence(scalar, reading) for scalar in written)
        return cls(tuple(sentence for sentence in sentences if sentence is not None), reading.sheet)

    def match(self, seen: MessageView) -> Match | Miss:
        if len(seen.message.text) > OPENING or len(seen.words) > MOST_WORDS:
            return Miss(f"longer than {OPENING:,} characters or {MOST_WORDS} words")
        written = _Written(seen, self.sheet)
        said = Said(
            seen.words, seen.bare, written.words, written.around, lambda: written.conventions
        )
        for sentence in self.sentences:
            captures = sentence.match(said)
            if captures is not None:
                return Match(captures) if captures else HIT
        return self._miss

    def captures(self) -> Set[str]:
        return frozenset[str]().union(*(sentence.names for sentence in self.sentences))

    def samples(self) -> Mapping[str, Samples]:
        return either(map(_samples, self.sentences))

    def needs(self) -> Needs | None:
        known = [sentence.needs for sentence in self.sentences]
        if any(needs is None for needs in known):
            return None
        return Needs(frozenset[str]().union(*(needs for needs in known if needs is not None)))

    @classmethod
    def schema(cls) -> Schema:
        return TEXTS

    def cases(self) -> Cases:
        return tuple((type(self)((sentence,), self.sheet),) for sentence in self.sentences)

    def covers(self, other: Claim) -> bool:
        """The same sentences, with the same lists and dates."""
        return (
            isinstance(other, Says)
            and all(sentence in self.sentences for sentence in other.sentences)
            and other.sheet.conventions == self.sheet.conventions
        )

    def sure_phrases(self) -> tuple[Phrase, ...]:
        return self.sentences[0].phrases if len(self.sentences) == 1 else ()

    def guaranteed(self) -> Set[str]:
        return in_all(sure_slots(sentence.source) for sentence in self.sentences)


def _samples(sentence: Sentence) -> Mapping[str, Samples]:
    found = dict.fromkeys(sentence.names, FREE)
    for slot in sentence.slots:
        if isinstance(slot, ListSlot):
            values: list[CaptureValue] = [v for some in slot.phrases.values() for _, v in some]
        else:
            kind = KINDS[slot.kind]
            read = (kind.read(text, SOME_DAY) for text in kind.tried)
            values = [value for value in read if value is not None]
        found[slot.name] = Samples(tuple(dict.fromkeys(values))) if values else FREE
    return found


def _sentence(scalar: Scalar, reading: Reading) -> Sentence | None:
    problems = reading.problems
    try:
        return Sentence.read(scalar.text, reading.sheet.lists)
    except SentenceError as error:
        place = problems.place_within(scalar, error.at)
        if error.known:
            what, _, name = str(error).rpartition(" ")
            problems.unknown(place, what, name.strip("`"), error.known)
        else:
            problems.error(place, "says", f"says: `{scalar.text}` {error}", error.hint)
        return None


class _Written:
    """The message as it was written, by its words; looked at only where a slot asks for it."""

    def __init__(self, seen: MessageView, sheet: Sheet) -> None:
        self._seen = seen
        self._sheet = sheet

    @cached_property
    def _spans(self) -> tuple[tuple[str, int, int], ...]:
        return word_spans(self._seen.message.text)

    @cached_property
    def conventions(self) -> Conventions:
        return conventions_of(self._seen, self._sheet)

    def words(self, start: int, end: int) -> str:
        return self._seen.message.text[self._spans[start][1] : self._spans[end - 1][2]]

    def around(self, start: int, end: int) -> str:
        """With what stands between them and their neighbours: the + of +1, the - of -5."""
        text, spans = self._seen.message.text, self._spans
        before = spans[start - 1][2] if start else 0
        after = spans[end][1] if end < len(spans) else len(text)
        whole = text[min(before, spans[start][1]) : max(after, spans[end - 1][2])]
        # The - of 9-5 is not a minus sign.
        return whole.lstrip("-\u2010\u2011\u2012\u2013\u2014") if start else whole
