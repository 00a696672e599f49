"""What conditions ask of a text, as formulas over automata: at most so much, or at least.

A formula of what a rule takes `at_most` has every text that it may take, one of what it takes
`at_least` only texts that it takes for certain. What is not a question of the text, or cannot be
said in automata, is all texts in the first and none in the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeAlias

from bot.authoring.proof.automaton import (
    EMPTY,
    NOTHING,
    Chain,
    Choice,
    Found,
    Machine,
    Repeat,
    Symbols,
    Tree,
    Unknown,
)
from bot.authoring.proof.letters import Letters
from bot.authoring.proof.pattern import tree_of
from bot.authoring.proof.search import ALWAYS, NEVER, And, Formula, Negated, Of, Or, Search
from bot.authoring.proof.words import Spelled, Vocabulary, is_written
from bot.rules.matchers import sentence_grammar as grammar
from bot.rules.matchers.base import Phrase, When
from bot.rules.matchers.combined import All, Any, Not
from bot.rules.matchers.covering import Case, Claim, Denial
from bot.rules.matchers.keywords import Keyword, Keywords
from bot.rules.matchers.regex import Regex
from bot.rules.matchers.says import Says
from bot.rules.rule import Rule
from bot.text.words import words


@dataclass(frozen=True, slots=True)
class Words:
    """Keywords: one of them stands in the text, begins it, or is all of it."""

    form: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    source: str
    lists: int
    """Which lists of names it is read with."""
    at_most: bool


@dataclass(frozen=True, slots=True)
class Finds:
    """A pattern."""

    source: str
    ignore_case: bool


Ask: TypeAlias = Words | Sentence | Finds


class Over(StrEnum):
    """What a text is a row of, to automata."""

    WORDS = "words"
    LETTERS = "letters"
    PLAIN_LETTERS = "plain letters"
    """Those in which words and letters are two readings of one text: ASCII without `_`, and what
    rules name beside it, as é; no sign that is put together with others or left out."""


class Languages:
    """Of one rule set: the automata of its conditions, each made once."""

    def __init__(self, rules: Iterable[Rule], most: int) -> None:
        """At `most` so many steps of automata are made."""
        self._rules = tuple(rules)
        self._search = Search(most)
        self._lists: list[grammar.Lists] = []
        self._made: dict[Ask, Machine | None] = {}
        self._spelled: dict[Ask, Machine] = {}

    def at_most(self, case: Case, asks: Asks) -> Formula:
        return And(tuple(self._of(claim, asks, at_most=True) for claim in case))

    def at_least(self, claims: Iterable[Claim], asks: Asks) -> Formula:
        return And(tuple(self._of(claim, asks, at_most=False) for claim in claims))

    def of_when(self, when: When, asks: Asks, *, at_most: bool) -> Formula:
        return And(tuple(self._of(part, asks, at_most=at_most) for part in when.parts))

    def _of(self, claim: Claim, asks: Asks, *, at_most: bool) -> Formula:
        match claim:
            case Keyword():
                return (
                    ALWAYS if claim.typos and at_most else asks(Words(claim.form, (claim.phrase,)))
                )
            case Keywords():
                return self._of_keywords(claim, asks, at_most=at_most)
            case Regex():
                return Or(tuple(asks(Finds(one.source, one.ignore_case)) for one in claim.patterns))
            case Says():
                lists = self._number_of(claim.sheet.lists)
                return Or(
                    tuple(asks(Sentence(one.source, lists, at_most)) for one in claim.sentences)
                )
            case Any() | All():
                inner = (self.of_when(when, asks, at_most=at_most) for when in claim.inner())
                return (Or if isinstance(claim, Any) else And)(tuple(inner))
            case Not():
                return Negated(self.of_when(claim.when, asks, at_most=not at_most))
            case Denial():
                denied = (
                    And(tuple(self._of(one, asks, at_most=not at_most) for one in case))
                    for case in claim.denied
                )
                return Negated(Or(tuple(denied)))
            case _:
                return ALWAYS if at_most else NEVER

    def _of_keywords(self, claim: Keywords, asks: Asks, *, at_most: bool) -> Formula:
        if claim.typos:
            return ALWAYS if at_most else NEVER
        either = (("any", claim.any), ("exact", claim.exact), ("starts", claim.starts))
        return And(
            (
                *(asks(Words("any", (phrase,))) for phrase in claim.all),
                *((Negated(asks(Words("any", claim.none))),) if claim.none else ()),
                *(asks(Words(form, phrases)) for form, phrases in either if phrases),
            )
        )

    def _number_of(self, lists: grammar.Lists) -> int:
        for number, known in enumerate(self._lists):
            if known is lists:
                return number
        self._lists.append(lists)
        return len(self._lists) - 1

    def shortest(self, formula: Formula, asks: Asks, over: Over | None = None) -> str | None:
        """One of the shortest texts of it; None where there is none. Raises Unknown."""
        self._search.check()
        over = over or asks.over()
        read = self._machine if over is Over.WORDS else self._over_letters
        machines = {read(ask): (number,) for number, ask in enumerate(asks.listed)}
        if over is Over.WORDS:
            said = self._search.shortest(formula, machines, self._vocabulary.all)
            if said is None:
                return None
            listed = [self._vocabulary.words[number] for number in said]
            if not is_written(listed):
                raise Unknown
            return " ".join(listed)
        symbols = self._letters.plain if over is Over.PLAIN_LETTERS else self._letters.all
        signs = self._search.shortest(formula, machines, symbols)
        return None if signs is None else "".join(self._letters.signs[number] for number in signs)

    def holds(self, formula: Formula, asks: Asks, text: str) -> bool:
        """Of a text. Raises Unknown."""
        rest = len(self._letters.signs) - 1
        letters = [self._letters.number.get(sign, rest) for sign in text]
        said = [self._vocabulary.number.get(word, 0) for word in words(text)]
        found: list[bool] = []
        for ask in asks.listed:
            machine = self._machine(ask)
            state = machine.start
            for symbol in letters if isinstance(ask, Finds) else said:
                state = machine.step(state, symbol)
            found += machine.accepts(state)
        return formula.value(found) is True

    def _over_letters(self, ask: Ask) -> Machine:
        machine = self._machine(ask)
        if isinstance(ask, Finds):
            return machine
        if ask not in self._spelled:
            self._spelled[ask] = Spelled(machine, self._vocabulary, self._letters)
        return self._spelled[ask]

    def _machine(self, ask: Ask) -> Machine:
        if ask not in self._made:
            try:
                self._made[ask] = self._new(ask)
            except Unknown:
                self._made[ask] = None
        machine = self._made[ask]
        if machine is None:
            raise Unknown
        return machine

    def _new(self, ask: Ask) -> Machine:
        match ask:
            case Finds(source, ignore_case):
                tree = tree_of(source, self._letters, ignore_case=ignore_case)
                return Found(tree, self._letters.kinds, anywhere=True, open_end=True)
            case Words(form, phrases):
                tree = Choice(tuple(map(self._row, phrases)))
                return Found(tree, anywhere=form == "any", open_end=form != "exact")
            case Sentence(source, lists, at_most):
                node = grammar.Parser(source, self._lists[lists]).read()
                return Found(self._tree(node, at_most=at_most))

    def _row(self, phrase: Phrase) -> Tree:
        return Chain(tuple(Symbols(self._vocabulary.taken_by(word)) for word in phrase))

    def _tree(self, node: grammar.Node, *, at_most: bool) -> Tree:
        any_word = Symbols(self._vocabulary.all)
        match node:
            case grammar.Words(said):
                return self._row(said)
            case grammar.Chain(parts):
                return Chain(tuple(self._tree(part, at_most=at_most) for part in parts))
            case grammar.Choice(branches, optional):
                listed = tuple(self._tree(one, at_most=at_most) for one in branches)
                return Choice((*listed, EMPTY) if optional else listed)
            case grammar.Anything():
                return Repeat(any_word)
            case grammar.ListSlot(_, phrases):
                return Choice(
                    tuple(self._row(phrase) for pairs in phrases.values() for phrase, _ in pairs)
                )
            case grammar.Slot(_, ""):
                return Repeat(any_word, 1)
            case grammar.Slot(_, "word"):
                return any_word
            case grammar.Slot(_, kind):
                return Repeat(any_word, 1, grammar.KINDS[kind].most_words) if at_most else NOTHING

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(word for part in self._parts() for word in _named(part))

    @cached_property
    def _letters(self) -> Letters:
        sources = (
            p.source for part in self._parts() if isinstance(part, Regex) for p in part.patterns
        )
        return Letters(sign for text in (*sources, *self._vocabulary.words) for sign in text)

    def _parts(self) -> Iterator[Claim]:
        return (part for rule in self._rules for part in rule.when.walk())


def is_of_text(claim: Claim) -> bool:
    """Some of what it asks is a question of the text that can be said in automata."""
    match claim:
        case Any() | All() | Not():
            return any(is_of_text(part) for when in claim.inner() for part in when.parts)
        case Denial():
            return any(is_of_text(one) for case in claim.denied for one in case)
        case _:
            return isinstance(claim, Keyword | Keywords | Regex | Says)


def _named(part: Claim) -> Iterator[str]:
    if isinstance(part, Keywords):
        yield from sorted(part.words())
    elif isinstance(part, Says):
        for sentence in part.sentences:
            yield from words(sentence.source)
        for values in part.sheet.lists.values():
            for synonyms in values.values():
                yield from (word for synonym in synonyms for word in words(synonym))


class Asks:
    """What the formulas of one search ask, numbered."""

    def __init__(self) -> None:
        self.listed: Final[list[Ask]] = []

    def __call__(self, ask: Ask) -> Of:
        if ask not in self.listed:
            self.listed.append(ask)
        return Of(self.listed.index(ask))

    def over(self) -> Over:
        """What all of them can be asked of."""
        patterns = sum(isinstance(ask, Finds) for ask in self.listed)
        if patterns == len(self.listed):
            return Over.LETTERS
        return Over.PLAIN_LETTERS if patterns else Over.WORDS

    def reservation(self) -> str:
        """Of which texts nothing is known, in words; empty where all are meant."""
        if self.over() is Over.PLAIN_LETTERS:
            return "in plain letters"
        if any(isinstance(ask, Sentence) and not ask.at_most for ask in self.listed):
            return "of up to 200 words"
        return ""
