"""Rules, keywords and patterns that no message can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem
from bot.model import Context, InboundMessage
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.answer import Answer
from bot.rules.matchers.base import Matcher, MessageView, When
from bot.rules.matchers.combined import Not
from bot.rules.matchers.covering import Case, Claim, case_covers, contradiction
from bot.rules.matchers.keywords import Keyword
from bot.rules.rule import Else, Rule
from bot.rules.ruleset import Ruleset
from bot.text.words import words

MOST_ALIKE: Final = 100
"""Cases of earlier rules under one mark: beyond that nothing is sure, and time stays linear."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no message of a case reaches its rule."""

    words: str
    rule: Rule | None = None
    """The rule before it that takes them."""


@dataclass(slots=True)
class Earlier:
    """What the rules before the one in question take."""

    _by_mark: dict[str, list[tuple[Case, Rule, int]]] = field(default_factory=dict)
    _all: Rule | None = None
    _count: int = 0
    _changed: int = 0
    """Rules before the last that stored something and went on."""

    def add(self, rule: Rule, cases: Iterable[Case]) -> None:
        self._count += 1
        if rule.goes_on and rule.sets:
            self._changed = self._count
        if not _keeps_what_it_takes(rule):
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

    def taker(self, case: Case) -> Rule | None:
        """The first found that takes every message of the case."""
        if self._all is not None:
            return self._all
        for mark in dict.fromkeys(mark for claim in case for mark in sorted(claim.marks())):
            for earlier, rule, number in self._by_mark.get(mark, ()):
                if case_covers(earlier, case) and self._is_unchanged(earlier, number):
                    return rule
        return None

    def _is_unchanged(self, case: Case, number: int) -> bool:
        """What the case looks at is the same when the later rule is asked."""
        return number > self._changed or not any(claim.reads_stored() for claim in case)


def _keeps_what_it_takes(rule: Rule) -> bool:
    """The search ends with each message that matches, on every day."""
    is_sure = rule.is_enabled and not (rule.is_shadow or rule.from_date or rule.until)
    passes_on = any(throttle.otherwise is Else.NEXT for throttle in rule.throttles)
    return is_sure and not rule.goes_on and not passes_on


def unreachable(ruleset: Ruleset, written: Written) -> Iterator[Problem]:
    earlier = Earlier()
    for rule in ruleset.rules:
        if not rule.is_enabled:
            continue
        if rule.from_date and rule.until and rule.until < rule.from_date:
            words = f"it ends on {rule.until}, before it begins on {rule.from_date}"
            yield _never(rule, [Reason(words)], written)
            continue
        cases = rule.when.cases()
        reasons = [_why_not(case, earlier, ruleset.guards) for case in cases]
        if cases and all(reasons):
            yield _never(rule, [reason for reason in reasons if reason], written)
        else:
            yield from _idle(rule, cases, reasons, written)
        live = [case for case, why in zip(cases, reasons, strict=True) if why is None]
        earlier.add(rule, live)


def _why_not(case: Case, earlier: Earlier, guards: Sequence[Guard]) -> Reason | None:
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
    rule = earlier.taker(case)
    return None if rule is None else Reason(f"rule `{rule.id}` ({rule.place.in_file})", rule)


def _never(rule: Rule, reasons: Sequence[Reason], written: Written) -> Problem:
    place = written.place(rule, "id", rule.id.__eq__)
    takers = list(dict.fromkeys(reason.words for reason in reasons if reason.rule))
    others = [reason.words for reason in reasons if not reason.rule]
    hint = "move it up, give it another `when`, or delete it"
    if others:
        because, hint = others[0], "mend its `when`"
    elif len(takers) == 1:
        because = f"{takers[0]} takes all its messages"
    else:
        because = f"{', '.join(takers[:-1])} and {takers[-1]} take all its messages"
    return warning(place, "never", f"rule `{rule.id}` can never fire: {because}", hint)


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
        if isinstance(claim, Keyword) and why[0] is not None and all(why):
            because = why[0].words + (" takes its messages" if why[0].rule else "")
            yield warning(
                written.place(rule, "when", _says(claim.phrase)),
                "idle-keyword",
                f"keyword `{claim}` has no effect: {because}",
                f"move rule `{rule.id}` above `{why[0].rule.id}`, or delete the keyword"
                if why[0].rule
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
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for rule in ruleset.rules:
        for part in _positive(rule.when):
            own = () if isinstance(part, Answer) else part.alone()  # its words nobody can choose
            for phrase in own:
                guard = _guard_that_takes(" ".join(phrase), ruleset.guards, now)
                if guard is not None:
                    yield warning(
                        written.place(rule, "when", _says(phrase)),
                        "taken-by-guard",
                        f"`{' '.join(phrase)}` alone goes to {guard}, never to this rule",
                        "ask for more words, for example `cancel my order`",
                    )


def _guard_that_takes(text: str, guards: Iterable[Guard], now: datetime) -> str | None:
    message = InboundMessage(key="lint", sender="+15555550123", text=text, received_at=now)
    seen = MessageView(message, Context(now=now))
    return next((g.NAME for g in guards if isinstance(g.examine(seen), Verdict)), None)
