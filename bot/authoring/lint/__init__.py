"""Warnings: what a rule set may say, and its author can hardly mean.

Only what is sure by looking at the rules alone: a warning that is often wrong is soon not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import date
from itertools import chain
from typing import Final

from bot.authoring.lint.captures import may_be_absent
from bot.authoring.lint.dates import raw_dates
from bot.authoring.lint.invitations import invitations
from bot.authoring.lint.later import said_later
from bot.authoring.lint.names import Names, odd_names
from bot.authoring.lint.patterns import patterns, without_literal
from bot.authoring.lint.questions import asking
from bot.authoring.lint.reachability import taken_by_guards, unreachable
from bot.authoring.lint.replies import forced_into_ucs2, invites_to_leave, too_long
from bot.authoring.lint.said import as_people_get_it
from bot.authoring.lint.sources import Written, calendar_names, told, warning
from bot.authoring.lint.texts import odd_texts
from bot.authoring.lint.zones import forgotten_zones, zones_without_summer
from bot.errors import Problem
from bot.rules.loader import Document, Loaded
from bot.rules.rule import Rule


def lint(loaded: Loaded, *, today: date, tested: Set[str] = frozenset()) -> tuple[Problem, ...]:
    """What is odd about rules that loaded, in order of place.

    `tested` are rules that conversation files test, beside those that `loaded.cases` do.
    """
    written = Written.of(loaded.documents)
    ruleset = loaded.ruleset
    everyone = [*ruleset.rules, *([ruleset.fallback] if ruleset.fallback else [])]
    known = {*tested, *(case.rule for case in loaded.cases)}
    known |= {case.expected.rule for case in loaded.cases if case.expected.rule}
    names = Names(calendar_names(loaded.documents))
    texts: list[Problem] = []
    everything = list(chain.from_iterable(map(told, loaded.documents)))
    for one in everything:
        names.add(one)
        texts.extend(odd_texts(one))
        texts.extend(as_people_get_it(one, written))
        texts.extend(zones_without_summer(one))
    found = chain(
        texts,
        odd_names(names, loaded.documents),
        forgotten_zones(loaded.documents, ruleset),
        unreachable(loaded, written, today),
        taken_by_guards(ruleset, written, today),
        _untested(ruleset.rules, known, written),
        without_literal(ruleset.rules, written),
        asking(ruleset, written),
        said_later(ruleset),
        invitations(everything, ruleset, written, today),
        *(check(rule, written) for rule in everyone for check in _OF_ONE_RULE),
        *(_over(rule, today, written) for rule in ruleset.rules),
    )
    return tuple(dict.fromkeys(sorted(found, key=lambda problem: problem.place)))


def lint_texts(documents: Iterable[Document]) -> Iterator[Problem]:
    """What is odd about texts by themselves, of files that need not load."""
    for one in chain.from_iterable(map(told, documents)):
        yield from odd_texts(one)


def _untested(rules: Iterable[Rule], tested: Set[str], written: Written) -> Iterator[Problem]:
    for rule in rules:
        if rule.is_enabled and rule.id not in tested and written.has_id(rule):
            yield warning(
                written.place(rule, "id", rule.id.__eq__),
                "no-test",
                f"rule `{rule.id}` has no test",
                'tests: {match: ["..."], no_match: ["..."]}',
            )


def _over(rule: Rule, today: date, written: Written) -> Iterator[Problem]:
    if rule.until is not None and rule.until < today:
        yield warning(
            written.place(rule, "until", lambda _: True),
            "past",
            f"rule `{rule.id}` is off since {rule.until}",
            "delete it, or give it a new `until`",
        )


_OF_ONE_RULE: Final = (
    *(patterns, may_be_absent, too_long, forced_into_ucs2, invites_to_leave, raw_dates),
)
