"""Rules with one thing changed, and whether a test notices: what no test notices may break unseen.

A change is judged by the tests that it may concern: those in whose message the changed condition
comes out otherwise, or whose answer is of the changed rule or guard. A change that no text tells
from the rules as they are is not a gap of the tests, and nothing is said of rules whose tests fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, TypeAlias

from bot.authoring import drafts, proposals, run_cases, setting_mutants
from bot.authoring.mutants import Mutant, of_conditions
from bot.authoring.run_cases import Result
from bot.authoring.scenarios import Conversation, played
from bot.authoring.setting_mutants import SettingMutant
from bot.model import CaptureValue, Match, RuleId
from bot.rules.cases import read_tests
from bot.rules.matchers.base import MessageView, When
from bot.rules.problems import Problems
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.rules.yaml import read_yaml

_MOST_LINES: Final = 12
"""Tests that are tried for one mutant that no test notices."""

AnyMutant: TypeAlias = Mutant | SettingMutant
Captured: TypeAlias = Mapping[str, CaptureValue] | None
"""None where the conditions do not hold."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A mutant that no test notices."""

    rule: str
    what: str
    line: str
    """A test that does, to paste beside the rule; a conversation where it begins with a name."""

    @property
    def is_conversation(self) -> bool:
        return self.line.startswith("- {name:")

    def as_object(self) -> Mapping[str, str]:
        return {"rule": self.rule, "what": self.what, "line": self.line}


@dataclass(slots=True)
class Mutation:
    """What became of all mutants."""

    noticed: int = 0
    missed: list[Missed] = field(default_factory=list)
    alike: list[tuple[str, str]] = field(default_factory=list)
    """Rule and change for which no text was found that tells."""
    unjudged: list[tuple[str, str]] = field(default_factory=list)
    """Rule and change that no test notices which passes, where others of the rule fail."""

    @property
    def percent(self) -> float:
        """Of those that a text tells; 100 where there is none."""
        told = self.noticed + len(self.missed)
        return 100.0 * self.noticed / told if told else 100.0

    def as_object(self) -> Mapping[str, Any]:
        return {
            "noticed": self.noticed,
            "missed": [one.as_object() for one in self.missed],
            "alike": [{"rule": rule, "what": what} for rule, what in self.alike],
            "unjudged": [{"rule": rule, "what": what} for rule, what in self.unjudged],
        }


def mutants(ruleset: Ruleset, of: Callable[[Rule], bool] | None = None) -> Iterator[AnyMutant]:
    """All that are made of a rule set; of some rules alone, where `of` says which."""
    yield from of_conditions(ruleset, of)
    yield from setting_mutants.of_bodies(ruleset, of)
    if of is None:
        yield from setting_mutants.of_guards(ruleset)


class Judge:
    """Tells of mutants whether the tests of a rule set notice them."""

    def __init__(
        self,
        ruleset: Ruleset,
        results: Sequence[Result],
        conversations: Sequence[Conversation],
    ) -> None:
        """`results` are those of the tests, of the conversations too."""
        self._ruleset = ruleset
        broken = [result for result in results if not result.passed]
        self._broken = {name for one in broken for name in _names(one)}
        self._talks = {turn.case.place: talk for talk in conversations for turn in talk.turns}
        failing = {id(talk) for one in broken if (talk := self._talk_of(one)) is not None}
        passed = [one for one in results if one.passed and id(self._talk_of(one)) not in failing]
        self._seen = [(one, MessageView(one.message, one.context)) for one in passed]
        self._known: dict[str, Sequence[Captured]] = {}
        self._by_name: dict[str, list[Result]] = {}
        for one in passed:
            for name in _names(one):
                self._by_name.setdefault(name, []).append(one)
        self._in_hand = [
            one
            for one in passed
            if (talk := self._talk_of(one)) is not None and any(turn.is_ours for turn in talk.turns)
        ]

    def _talk_of(self, one: Result) -> Conversation | None:
        """The conversation that it is a step of; others may have the same name."""
        return self._talks.get(one.case.place)

    def judge(self, mutant: AnyMutant, found: Mutation) -> None:
        """Count it where it belongs."""
        if self._is_noticed(mutant):
            found.noticed += 1
        elif mutant.name in self._broken:
            found.unjudged.append((mutant.name, mutant.what))
        elif line := self._line(mutant):
            found.missed.append(Missed(mutant.name, mutant.what, line))
        else:
            found.alike.append((mutant.name, mutant.what))

    def _line(self, mutant: AnyMutant) -> str:
        """A test that notices it; empty where none was found."""
        brought = [one.case for one in self._by_name.get(mutant.name, ())]
        alone = [c for c in brought if c.rule == mutant.name and not c.conversation][:3]
        if isinstance(mutant, SettingMutant) and mutant.rule is not None:
            answers = proposals.answering(mutant.rule, alone, self._ruleset)
            tests = islice(answers, _MOST_LINES)
            return next((t for t in tests if _fails(t, mutant.rule, mutant.ruleset)), "")
        if isinstance(mutant, SettingMutant):
            tried = islice(mutant.drafts(alone, self._ruleset), _MOST_LINES)
            name = f"{mutant.name} {mutant.what}".replace("`", "")
            return drafts.telling(name, tried, self._ruleset, mutant.ruleset)
        tests = islice(mutant.lines(alone, self._ruleset), _MOST_LINES)
        changed = replace(self._ruleset, rules=mutant.rules, by_id=_by_id(self._ruleset, mutant))
        return next((t for t in tests if _fails(t, mutant.rule, changed, ask_all=True)), "")

    def _concerned(self, mutant: Mutant) -> Iterator[Result]:
        """Tests that the change may concern at all."""
        matched = self._matched(mutant.rule)
        others = self._matched(mutant.behind) if mutant.behind is not None else matched
        for at, (one, seen) in enumerate(self._seen):
            if mutant.when is not None:
                if matched[at] != _captured(mutant.when, seen):
                    yield one
            elif matched[at] is not None and others[at] is not None:
                yield one

    def _matched(self, rule: Rule) -> Sequence[Captured]:
        """Of each test what the conditions of a rule capture, as they are."""
        known = self._known.get(rule.id)
        if known is None:
            known = self._known[rule.id] = [_captured(rule.when, seen) for _, seen in self._seen]
        return known

    def _is_noticed(self, mutant: AnyMutant) -> bool:
        if isinstance(mutant, SettingMutant):
            concerned = self._by_name.get(mutant.name, [])
            if mutant.name.startswith("$"):  # whether a guard takes a text may depend on it
                concerned = [*concerned, *self._in_hand]
            return self._fail(concerned, mutant.ruleset, lambda: mutant.ruleset)
        changed = replace(self._ruleset, rules=mutant.rules, by_id=_by_id(self._ruleset, mutant))
        return self._fail(
            self._concerned(mutant),
            changed,
            lambda: self._ruleset.with_rules(mutant.rules),
            ask_all=True,
        )

    def _fail(
        self,
        concerned: Iterable[Result],
        changed: Ruleset,
        whole: Callable[[], Ruleset],
        *,
        ask_all: bool = False,
    ) -> bool:
        """Whether one of the tests does; `whole` is for conversations, with an index."""
        talks: dict[int, Conversation] = {}
        for one in concerned:
            talk = self._talk_of(one)
            if talk is not None:
                talks[id(talk)] = talk
            elif not run_cases.run(one.case, changed, ask_all=ask_all).passed:
                return True
        if not talks:
            return False
        ruleset = whole()
        return any(not one.passed for talk in talks.values() for one in played(talk, ruleset))


def _fails(line: str, rule: Rule, changed: Ruleset, *, ask_all: bool = False) -> bool:
    problems = Problems()
    node = read_yaml("a proposal", line, problems)
    cases = read_tests(node, rule, problems) if node is not None else ()
    return any(not run_cases.run(case, changed, ask_all=ask_all).passed for case in cases)


def _names(one: Result) -> set[RuleId]:
    """Rules and guards that a test is about, or that answer in it."""
    found = {one.case.rule, RuleId(one.case.expected.rule or "")}
    found |= {step.rule for step in one.decision.trace if isinstance(step.result, Match)}
    found |= {reply.rule for reply in one.decision.replies}
    return found | ({one.decision.rule} if one.decision.rule is not None else set())


def _by_id(ruleset: Ruleset, mutant: Mutant) -> Mapping[str, Rule]:
    return {**ruleset.by_id, **{rule.id: rule for rule in mutant.rules}}


def _captured(when: When, seen: MessageView) -> Captured:
    result = when.match(seen)
    return result.captures if isinstance(result, Match) else None
