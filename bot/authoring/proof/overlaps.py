"""Two rules that take the same message, of which the later one does not get it.

Most rules that look for words overlap: somebody may write both. So an overlap is told where
something shows that people do: a test, a recorded message, a keyword that both have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import combinations, islice, product
from typing import Final

from bot.authoring.explain import Said, mend
from bot.authoring.proof.automaton import Unknown
from bot.authoring.proof.languages import Asks, Languages, is_of_text
from bot.authoring.proof.search import And
from bot.authoring.proof.takers import keeps_what_it_takes
from bot.engine.decide import decide, decide_view
from bot.engine.search import ask
from bot.model import Match
from bot.rules.matchers.base import Matcher, MessageView, Needs, Phrase
from bot.rules.matchers.covering import Cases, Claim, is_void
from bot.rules.matchers.keywords import Keywords
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset

_MOST_MENDED: Final = 10
_MOST_STEPS: Final = 10_000_000
"""Of automata that are made for all pairs together."""


class Shown(IntEnum):
    """What shows that people write what two rules take, the most telling first."""

    FAILING_TEST = 0
    """Which wants the other one to answer."""
    MESSAGE = 1
    KEYWORD = 2
    TEST = 3
    """Which wants the first one to: somebody has thought of it."""
    NOTHING = 4
    """It may be written."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A message that two rules take."""

    first: Rule
    """That answers it."""
    other: Rule
    said: Said
    shown: Shown
    messages: int = 0
    """Recorded ones."""
    is_tested: bool = False
    """A test says which of the two answers such a message."""
    is_for_the_rest: bool = False
    """The other one, at the end, takes it whatever its words are: those before are meant to."""

    @property
    def is_answered_alike(self) -> bool:
        return _does(self.first) == _does(self.other)


def _for_the_rest(rules: Sequence[Rule]) -> Iterator[str]:
    """Rules at the end that take some messages whatever their words are."""
    for rule in reversed(rules):
        if not any(all(map(_is_beside_words, case)) for case in rule.when.cases()):
            return
        yield rule.id


def _takes_any_words(rule: Rule, seen: MessageView) -> bool:
    return any(
        all(_is_beside_words(claim) and _holds(claim, seen) for claim in case)
        for case in rule.when.cases()
    )


def _is_beside_words(claim: Claim) -> bool:
    needs = claim.needs() if isinstance(claim, Matcher) else None
    return needs is not None and needs == Needs(facts=needs.facts)


def _holds(claim: Claim, seen: MessageView) -> bool:
    return isinstance(claim, Matcher) and isinstance(claim.match(seen), Match)


def _does(rule: Rule) -> tuple[object, ...]:
    """What comes of a rule, as it is written."""
    texts = [text.source for spec in rule.replies for text in spec.templates()]
    rest = rule.silent, rule.sets, rule.state, rule.ask, rule.handoff, rule.notify
    return texts, rest, rule.follow_ups


@dataclass(frozen=True, slots=True)
class Rest:
    """How many pairs of rules are told to overlap by nothing, and why."""

    apart: int
    """They take no message in common, for certain."""
    hidden: int
    """A message that both take is answered by another rule before them."""
    unknown: int


class Overlaps:
    """Of one rule set, found one after the other; of a pair the most telling, shortest stays."""

    def __init__(self, ruleset: Ruleset, known: Mapping[str, Sequence[Said]], plain: Said) -> None:
        """`known`: messages in which rules are known to match, by rule; `plain` is any other."""
        self._ruleset = ruleset
        self._known, self._plain = known, plain
        self._found: dict[tuple[str, str], Overlap] = {}
        self._samples: dict[str, Said] = {}
        self._also: dict[str, Sequence[Rule]] = {}
        self._rest = frozenset(_for_the_rest(ruleset.rules))
        self._any: set[str] = set()
        """Rules whose samples ask for nothing beside the text."""
        self._asked: dict[str, Sequence[Cases]] = {}
        self._at = {rule.id: at for at, rule in enumerate(ruleset.rules)}
        self._languages = Languages(ruleset.rules, _MOST_STEPS)

    @property
    def found(self) -> Sequence[Overlap]:
        """The most telling first, then in the order in which they were found."""
        return sorted(self._found.values(), key=lambda one: one.shown)

    def add_tests(self, tests: Iterable[tuple[str, Said]]) -> None:
        """Messages, each with the rule that is to answer it; elsewhere the test fails."""
        for wanted, one in tests:
            if decide(one.message, one.context, self._ruleset).rule == wanted:
                self.add((one,), Shown.TEST)
            else:
                self.add((one,), Shown.FAILING_TEST, wanted=wanted)

    def add(self, said: Iterable[Said], shown: Shown, wanted: str | None = None) -> None:
        """Messages, each of which may show some; `wanted`: only with that rule as the other."""
        for one in said:
            takers = [rule for rule in self._candidates(one) if _takes(rule, one)]
            first = self._answering(takers, one) if len(takers) > 1 else None
            if first is not None:
                ids = [rule.id for rule in takers]
                for other in takers[ids.index(first.id) + 1 :]:
                    if wanted in (None, other.id):
                        self._add(first, other, one, shown)

    def add_keywords(self) -> None:
        """Pairs with a keyword in common, where a message of it alone goes to the first."""
        having: dict[Phrase, list[Rule]] = {}
        for rule in self._ruleset.rules:
            for phrase in dict.fromkeys(_keywords(rule)):
                having.setdefault(phrase, []).append(rule)
        for phrase, rules in having.items():
            for first, other in combinations(rules, 2):
                self._try(first, other, [" ".join(phrase)], Shown.KEYWORD)

    def add_rest(self, dead: Set[str]) -> Rest:
        """A message of every other pair, where there is one; `dead` rules are left out."""
        apart = hidden = unknown = 0
        listed = [rule for rule in self._ruleset.rules if rule.id not in dead]
        live = [rule for rule in listed if rule.is_enabled and not rule.is_shadow]
        for first, other in combinations(live, 2):
            if first.goes_on or (first.id, other.id) in self._found:
                continue
            if self._exclude(first, other):
                apart += 1
                continue
            found = self._try(first, other, self._texts(first, other), Shown.NOTHING)
            if found is None:
                try:
                    text = self._in_common(first, other)
                except Unknown:
                    unknown += 1
                    continue
                apart += text is None
                if text is not None:
                    found = self._try(first, other, [text], Shown.NOTHING)
                    unknown += found is None
            hidden += found is False
        return Rest(apart, hidden, unknown)

    def _exclude(self, first: Rule, other: Rule) -> bool:
        """What they ask beside the text no message meets."""
        return any(
            all(is_void((*one, *two)) for one in mine for two in theirs)
            for mine in self._beside(first)
            for theirs in self._beside(other)
        )

    def _beside(self, rule: Rule) -> Sequence[Cases]:
        found = self._asked.get(rule.id)
        if found is None:
            beside = (part.cases() for part in rule.when.parts if not is_of_text(part))
            found = self._asked[rule.id] = tuple(beside)
        return found

    def _texts(self, first: Rule, other: Rule) -> Iterator[str]:
        """That both may take, the shortest first."""
        mine, theirs = (self._sample(rule).message.text for rule in (first, other))
        if first in self._taking(other):
            yield theirs
        if other in self._taking(first):
            yield mine
        yield f"{mine} {theirs}"
        yield f"{theirs} {mine}"

    def _taking(self, rule: Rule) -> Sequence[Rule]:
        """The rules that take the text of its sample, in their order."""
        found = self._also.get(rule.id)
        if found is None:
            sample = self._sample(rule)
            taking = (one for one in self._candidates(sample) if _takes(one, sample))
            found = self._also[rule.id] = tuple(taking)
        return found

    def _candidates(self, said: Said) -> Iterator[Rule]:
        _, numbers = self._ruleset.index.candidates(said.seen())
        return (self._ruleset.rules[number] for number in numbers)

    def _answering(self, takers: Iterable[Rule], said: Said) -> Rule | None:
        """The one of them that answers, and ends the search."""
        decision = decide(said.message, said.context, self._ruleset)
        return next((one for one in takers if one.id == decision.rule and not one.goes_on), None)

    def _add(self, first: Rule, other: Rule, said: Said, shown: Shown) -> None:
        pair = first.id, other.id
        known = self._found.get(pair)
        messages = (known.messages if known else 0) + (shown is Shown.MESSAGE)
        is_tested = shown is Shown.TEST or (known is not None and known.is_tested)
        if known is not None and _tells_more(known, shown, said):
            shown, said = known.shown, known.said
        is_rest = other.id in self._rest and _takes_any_words(other, said.seen())
        self._found[pair] = Overlap(first, other, said, shown, messages, is_tested, is_rest)

    def _try(self, first: Rule, other: Rule, texts: Iterable[str], shown: Shown) -> bool | None:
        """Whether the first rule answers one of the texts that both take; None: there is none."""
        for base, text in product(self._bases(first, other), filter(str.strip, texts)):
            seen = MessageView(replace(base.message, text=text), base.context)
            if isinstance(ask(other, seen), Match):
                if not first.goes_on and self._is_answered_by(first, other, seen):
                    self._add(first, other, Said(seen.message, seen.context), shown)
                    return True
                if isinstance(ask(first, seen), Match):
                    return False
        return None

    def _is_answered_by(self, first: Rule, other: Rule, seen: MessageView) -> bool:
        return (
            not self._is_kept(first, other, seen)
            and decide_view(seen, self._ruleset).rule == first.id
        )

    def _is_kept(self, first: Rule, other: Rule, seen: MessageView) -> bool:
        """A rule before both, which takes the like of what one of them does, keeps it from them."""
        return seen.context.question is None and any(
            keeps_what_it_takes(one) and isinstance(ask(one, seen), Match)
            for rule in (first, other)
            for one in self._taking(rule)
            if self._at[one.id] < self._at[first.id]
        )

    def _bases(self, first: Rule, other: Rule) -> Sequence[Said]:
        """Situations in which both may match."""
        one, two = self._sample(first), self._sample(other)
        if other.id in self._any:
            return (one,)
        if first.id in self._any:
            return (two,)
        return _merged(one, two), _merged(two, one)

    def _sample(self, rule: Rule) -> Said:
        """A message that the rule takes, or may take as far as its text goes."""
        found = self._samples.get(rule.id)
        if found is None:
            known = (one for one in self._known.get(rule.id, ()) if _takes(rule, one))
            found = self._samples[rule.id] = next(known, None) or self._made(rule)
            if _is_alike(found, self._plain):
                self._any.add(rule.id)
        return found

    def _made(self, rule: Rule) -> Said:
        asks = Asks()
        try:
            wanted = self._languages.of_when(rule.when, asks, at_most=True)
            text = self._languages.shortest(wanted, asks) or ""
        except Unknown:
            text = ""
        said = Said(replace(self._plain.message, text=text), self._plain.context)
        mended = islice(mend(rule.when.parts, said), _MOST_MENDED)
        return next((one for one in mended if _takes(rule, one)), said)

    def _in_common(self, first: Rule, other: Rule) -> str | None:
        """One of the shortest texts that both may take. Raises Unknown."""
        asks = Asks()
        wanted = (self._languages.of_when(rule.when, asks, at_most=True) for rule in (first, other))
        return self._languages.shortest(And(tuple(wanted)), asks)


def _takes(rule: Rule, said: Said) -> bool:
    return isinstance(ask(rule, said.seen()), Match)


def _tells_more(known: Overlap, shown: Shown, said: Said) -> bool:
    """Or as much in no more characters."""
    sizes = len(known.said.message.text), len(said.message.text)
    return (known.shown, sizes[0]) <= (shown, sizes[1])


def _keywords(rule: Rule) -> Iterator[Phrase]:
    for part in rule.when.leaves():
        if isinstance(part, Keywords):
            yield from part.alone()


def _is_alike(one: Said, other: Said) -> bool:
    """But for their texts."""
    mine, theirs = one.message, other.message
    return (
        one.context == other.context
        and (mine.tags, mine.media_url, mine.sender)
        == (theirs.tags, theirs.media_url, theirs.sender)
        and (mine.number, mine.received_at) == (theirs.number, theirs.received_at)
    )


def _merged(one: Said, other: Said) -> Said:
    """What is known of both, of the first where they differ."""
    message = replace(
        one.message,
        tags={**other.message.tags, **one.message.tags},
        media_url=one.message.media_url or other.message.media_url,
    )
    mine, theirs = one.context, other.context
    context = replace(
        mine,
        contact={**theirs.contact, **mine.contact},
        values={**theirs.values, **mine.values},
        state=mine.state or theirs.state,
        answered_rule=mine.answered_rule or theirs.answered_rule,
    )
    return Said(message, context)
