"""Rules, keywords and patterns that no message can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from bot.authoring.explain import Said
from bot.authoring.lint.sources import Written, warning
from bot.authoring.proof.taken import Before, Refuted
from bot.authoring.proof.takers import asked, is_asked_wherever, keeps_what_it_takes
from bot.authoring.run_cases import context_of, inbound
from bot.errors import Problem
from bot.model import Context, InboundMessage
from bot.rules.guards.base import Guard, Verdict
from bot.rules.loader import Loaded
from bot.rules.matchers.answer import Answer
from bot.rules.matchers.base import Matcher, MessageView, When
from bot.rules.matchers.combined import Not
from bot.rules.matchers.covering import Case, Claim, case_covers, contradiction
from bot.rules.matchers.keywords import Keyword
from bot.rules.questions import Ask
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.text.words import words

MOST_ALIKE: Final = 100
"""Cases of earlier rules under one mark: beyond that nothing is sure, and time stays linear."""

MOST_PROVED: Final = 1_000
"""Rules of a set of which each is held against all before it; of more, only what is the same."""
MOST_STEPS: Final = 500_000
"""Of automata that are made for all of them: a part of a second, also while a server reloads."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no message of a case reaches its rule."""

    words: str = ""
    """Where no rule takes them."""
    rules: tuple[Rule, ...] = ()
    """Those before it that take them."""
    reservation: str = ""
    """Of which of them that is so; empty where it is of all."""
    said: tuple[Said, ...] = ()
    """Messages of the case."""

    def __str__(self) -> str:
        return self.words or _listed(
            [f"rule `{one.id}` ({one.place.in_file})" for one in self.rules]
        )


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


@dataclass(slots=True)
class Earlier:
    """What the rules before the one in question take."""

    questions: Sequence[Ask] = ()
    """That are asked anywhere."""
    _by_mark: dict[str, list[tuple[Case, Rule, int]]] = field(default_factory=dict)
    _all: Rule | None = None
    _count: int = 0
    _changed: int = 0
    """Rules before the last that stored something and went on."""

    def add(self, rule: Rule, cases: Iterable[Case]) -> None:
        self._count += 1
        if rule.goes_on and rule.sets:
            self._changed = self._count
        if not keeps_what_it_takes(rule):
            return
        for case in cases:
            marks = [mark for claim in case for mark in claim.marks()]
            if not marks:
                self._all = self._all or rule
                continue
            # The rarest: "two words 1", "two words 2" each have one of their own.
            found = min(marks, key=lambda mark: len(self._by_mark.get(mark, ())))
            alike = self._by_mark.setdefault(found, [])
            if len(alike) < MOST_ALIKE:
                alike.append((case, rule, self._count))

    def taker(self, case: Case, rule: Rule) -> Rule | None:
        """The first found that takes every message of a case of the rule."""
        if self._all is not None and is_asked_wherever(self._all, rule, self.questions):
            return self._all
        for mark in dict.fromkeys(mark for claim in case for mark in sorted(claim.marks())):
            for earlier, other, number in self._by_mark.get(mark, ()):
                if (
                    case_covers(earlier, case)
                    and self._is_unchanged(earlier, number)
                    and is_asked_wherever(other, rule, self.questions)
                ):
                    return other
        return None

    def _is_unchanged(self, case: Case, number: int) -> bool:
        """What the case looks at is the same when the later rule is asked."""
        return number > self._changed or not any(claim.reads_stored() for claim in case)


def unreachable(
    loaded: Loaded, written: Written, today: date, most: int = MOST_STEPS
) -> Iterator[Problem]:
    """After at `most` so many steps of automata; in a large set only where more are allowed."""
    ruleset = loaded.ruleset
    earlier = Earlier(asked(ruleset))
    is_proved = len(ruleset.rules) <= MOST_PROVED or most > MOST_STEPS
    before = Before(ruleset, tested(loaded), anybody(today), most) if is_proved else None
    for rule in ruleset.rules:
        if not rule.is_enabled:
            continue
        if rule.from_date and rule.until and rule.until < rule.from_date:
            words = f"it ends on {rule.until}, before it begins on {rule.from_date}"
            yield _never(rule, Reason(words), "", written)
            continue
        cases = rule.when.cases()
        reasons = [_why_not(case, rule, earlier, before, ruleset.guards) for case in cases]
        if cases and all(reasons):
            yield from _all_taken(rule, [why for why in reasons if why], before, written)
        else:
            yield from _idle(rule, cases, reasons, written)
        live = [
            case for case, why in zip(cases, reasons, strict=True) if why is None or why.reservation
        ]
        earlier.add(rule, live)


def tested(loaded: Loaded) -> Mapping[str, Sequence[Said]]:
    """By rule, what its tests say, and what is known then."""
    found: dict[str, list[Said]] = {}
    for case in loaded.cases:
        said = Said(inbound(case), context_of(case, loaded.ruleset))
        found.setdefault(case.rule, []).append(said)
    return found


def anybody(today: date) -> Said:
    """A message without words, about which nothing is known."""
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    message = InboundMessage(key="lint", sender="+15555550123", text="", received_at=now)
    return Said(message, Context(now=now))


def _why_not(
    case: Case, rule: Rule, earlier: Earlier, before: Before | None, guards: Sequence[Guard]
) -> Reason | None:
    denial = contradiction(case)
    if denial is not None:
        shown = [str(claim) for one in denial.denied for claim in one if isinstance(claim, Keyword)]
        what = f"`{shown[0]}`" if shown else "what it asks for"
        return Reason(f"its own `{denial.word}` forbids {what}")
    for claim in case:
        if isinstance(claim, Keyword) and claim.form == "exact" and not claim.typos:
            guard = next((guard for guard in guards if guard.takes_words(claim.phrase)), None)
            if guard is not None:
                return Reason(f"{guard.NAME} takes `{claim}`")
    taker = earlier.taker(case, rule)
    if taker is not None:
        return Reason(rules=(taker,), said=tuple(before.any_of(case, rule)) if before else ())
    taken = before.takes(case, rule) if before is not None else None
    if taken is None:
        return None
    said = (taken.example,) if taken.example is not None else ()
    return Reason(rules=taken.by, reservation=taken.reservation, said=said)


def _all_taken(
    rule: Rule, reasons: Sequence[Reason], before: Before | None, written: Written
) -> Iterator[Problem]:
    own = next((reason for reason in reasons if not reason.rules), None)
    if own is not None:
        yield _never(rule, own, "", written)
        return
    takers = tuple({one.id: one for reason in reasons for one in reason.rules}.values())
    reservation = max((reason.reservation for reason in reasons), key=len)
    whole = Reason(rules=takers, reservation=reservation)
    said = [one for reason in reasons for one in reason.said]
    try:
        example = before.example(rule, takers, said) if before is not None else None
    except Refuted:
        return
    yield _never(rule, whole, f", for example `{example}`" if example else "", written)


def _never(rule: Rule, why: Reason, example: str, written: Written) -> Problem:
    place = written.place(rule, "id", rule.id.__eq__)
    if not why.rules:
        what = f"rule `{rule.id}` can never fire: {why.words}"
        return warning(place, "never", what, "mend its `when`")
    hint = "move it up, give it another `when`, or delete it"
    take = f"{why} {'takes' if len(why.rules) == 1 else 'take'} all its messages"
    if why.reservation:
        what = f"rule `{rule.id}` hardly ever fires: {take} {why.reservation}{example}"
        return warning(place, "hardly-ever", what, hint)
    return warning(place, "never", f"rule `{rule.id}` can never fire: {take}{example}", hint)


def _idle(
    rule: Rule, cases: Sequence[Case], reasons: Sequence[Reason | None], written: Written
) -> Iterator[Problem]:
    """Keywords and patterns without effect in a rule that has others."""
    if not any(reasons):
        return
    by_claim: dict[int, tuple[Claim, list[Reason | None]]] = {}
    for case, reason in zip(cases, reasons, strict=True):
        for claim in case:
            by_claim.setdefault(id(claim), (claim, []))[1].append(reason)
    for claim, why in by_claim.values():
        because = why[0]
        if isinstance(claim, Keyword) and because is not None and all(why):
            takes = " takes its messages" if len(because.rules) == 1 else " take its messages"
            if because.reservation:
                takes += f" {because.reservation}"
            yield warning(
                written.place(rule, "when", _says(claim.phrase)),
                "idle-keyword",
                f"keyword `{claim}` has no effect: {because}{takes if because.rules else ''}",
                f"move rule `{rule.id}` above `{because.rules[0].id}`, or delete the keyword"
                if because.rules
                else "delete it",
            )


def _says(phrase: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda text: words(text) == phrase


def _positive(when: When) -> Iterator[Matcher]:
    """All that may have to hold for a message."""
    for part in when.parts:
        if part.INNER is None:
            yield part
        elif not isinstance(part, Not):
            for inner in part.inner():
                yield from _positive(inner)


def taken_by_guards(ruleset: Ruleset, written: Written, today: date) -> Iterator[Problem]:
    """Keywords that never reach a rule when they are the whole message."""
    context = Context(now=datetime(today.year, today.month, today.day, tzinfo=UTC))
    guards = ruleset.with_rules(())
    for rule in ruleset.rules:
        for part in _positive(rule.when):
            own = () if isinstance(part, Answer) else part.alone()  # its words nobody can choose
            for phrase in own:
                guard = _guard_that_takes(" ".join(phrase), guards, context)
                if guard is not None:
                    yield warning(
                        written.place(rule, "when", _says(phrase)),
                        "taken-by-guard",
                        f"`{' '.join(phrase)}` alone goes to {guard}, never to this rule",
                        "ask for more words, for example `cancel my order`",
                    )


def _guard_that_takes(text: str, ruleset: Ruleset, context: Context) -> str | None:
    sender = "+15555550123"
    message = InboundMessage(key="lint", sender=sender, text=text, received_at=context.now)
    seen = MessageView(message, context)
    numbers, _ = ruleset.index.candidates(seen)
    guards = (ruleset.guards[number] for number in numbers)
    return next((g.NAME for g in guards if isinstance(g.examine(seen), Verdict)), None)
