"""Everything that decides, whole: guards, rules, fallback, and what deciding looks up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.model import Decision, Miss, Outcome, Per, RuleId, Step
from bot.rules.combine import Combine
from bot.rules.guards.base import Guard, Verdict
from bot.rules.hours import Calendar
from bot.rules.matchers.base import MessageView
from bot.rules.notify import Notify
from bot.rules.questions import parts
from bot.rules.rule import Rule

if TYPE_CHECKING:
    from bot.rules.index import Index


@dataclass(frozen=True, kw_only=True)
class Ruleset:
    """Everything that decides, whole: built by the loader, swapped in one piece."""

    guards: tuple[Guard, ...]
    rules: tuple[Rule, ...]
    fallback: Rule | None
    failed: Rule | None
    """What answers where an answer could not be made: `guards.failed`, else the fallback."""
    timezone: str
    """Of guards, and of rules whose file names none; IANA name."""
    variables: Mapping[str, object]
    """`vars` of all files, for the texts of guards."""
    calendars: Mapping[str, Calendar]
    """Of the rule set, by name."""
    languages: tuple[str, ...]
    """Of its texts, the first where nothing says which; empty where it names none."""
    combine: Combine | None
    """Which texts are decided as one; None where each is by itself."""
    contact_tags: Mapping[str, str]
    """By the name of a value of a person the tag that it comes from."""
    digest: str
    """SHA-256 of the files: which rules decided."""
    by_id: Mapping[str, Rule]
    """The rules and the fallback."""
    make_index: Callable[[], Index]
    """The same at every call."""
    looks_back: timedelta
    """How far back a cooldown, a limit or a `count` looks at most; zero where there is none."""
    counts_all: bool
    """A cooldown or limit counts the uses of all people together."""
    checks: tuple[tuple[Callable[[MessageView], Verdict | Miss], Miss], ...]
    """How each guard is asked, and what it says where it has nothing to say."""
    passed: Decision
    """Of a message that has no sign of any guard or rule, where there is no fallback."""

    @classmethod
    def build(
        cls,
        *,
        guards: tuple[Guard, ...],
        rules: tuple[Rule, ...],
        fallback: Rule | None,
        failed: Rule | None = None,
        timezone: str,
        variables: Mapping[str, object],
        calendars: Mapping[str, Calendar],
        languages: tuple[str, ...] = (),
        combine: Combine | None = None,
        contact_tags: Mapping[str, str] = MappingProxyType({}),
        digest: str,
    ) -> Ruleset:
        """With what deciding looks up at every message."""
        misses = [guard.miss for guard in guards]
        whole = (*rules, *([fallback] if fallback else []))
        answering = [part for rule in whole for part in parts(rule)]
        return cls(
            guards=guards,
            rules=rules,
            fallback=fallback,
            failed=failed,
            timezone=timezone,
            variables=variables,
            calendars=calendars,
            languages=languages,
            combine=combine,
            contact_tags=contact_tags,
            digest=digest,
            by_id={rule.id: rule for rule in whole},
            make_index=cache(lambda: _index(guards, rules)),
            looks_back=_looks_back(answering),
            counts_all=any(
                throttle.per is Per.ALL for rule in answering for throttle in rule.throttles
            ),
            checks=tuple(zip([guard.examine for guard in guards], misses, strict=True)),
            passed=Decision(
                outcome=Outcome.UNMATCHED,
                trace=tuple(map(Step, [guard.NAME for guard in guards], misses)),
            ),
        )

    @cached_property
    def index(self) -> Index:
        """Made when first asked: who asks few rules of one text each in turn needs none."""
        return self.make_index()

    def ready(self) -> Ruleset:
        """Itself, once all is made that deciding looks up: else the first message waits for it."""
        _ = self.index
        return self

    def description(self, rule_id: str | None) -> str:
        """What the author says of a rule; empty where they say nothing, or of a guard."""
        rule = None if rule_id is None else self.rule(rule_id)
        return "" if rule is None else rule.description

    @property
    def notify_urls(self) -> frozenset[RuleId]:
        """Rules that notify a URL."""
        return frozenset(rule for rule, notify in self._notified() if notify.url)

    @property
    def notify_numbers(self) -> frozenset[tuple[RuleId, str]]:
        """Rules that notify a colleague, with the number, E.164."""
        return frozenset((rule, notify.to) for rule, notify in self._notified() if notify.to)

    def _notified(self) -> Iterator[tuple[RuleId, Notify]]:
        for rule in self.by_id.values():
            for part in parts(rule):
                of_handoff = None if part.handoff is None else part.handoff.notify
                yield from ((rule.id, one) for one in (part.notify, of_handoff) if one is not None)

    def rule(self, rule_id: str) -> Rule | None:
        return self.by_id.get(rule_id)

    def with_rules(self, rules: tuple[Rule, ...]) -> Ruleset:
        """The same with other rules, whatever messages those take."""
        return self._with(self.guards, rules)

    def with_guards(self, guards: tuple[Guard, ...]) -> Ruleset:
        """The same with guards that are set otherwise."""
        return self._with(guards, self.rules)

    def _with(self, guards: tuple[Guard, ...], rules: tuple[Rule, ...]) -> Ruleset:
        return Ruleset.build(
            guards=guards,
            rules=rules,
            fallback=self.fallback,
            failed=self.failed,
            timezone=self.timezone,
            variables=self.variables,
            calendars=self.calendars,
            languages=self.languages,
            combine=self.combine,
            contact_tags=self.contact_tags,
            digest=self.digest,
        )

    def with_rule(self, rule: Rule) -> Ruleset:
        """The same with another rule of that id, which takes the same messages."""
        old = self.by_id[rule.id]
        return replace(
            self,
            rules=tuple(rule if one is old else one for one in self.rules),
            fallback=rule if self.fallback is old else self.fallback,
            by_id={**self.by_id, rule.id: rule},
        )


def _index(guards: Sequence[Guard], rules: Sequence[Rule]) -> Index:
    from bot.rules.index import Index  # with its automata, which a single text has no use for

    return Index(guards, rules)


def _looks_back(rules: Iterable[Rule]) -> timedelta:
    spans = [timedelta(seconds=one.seconds) for rule in rules for one in rule.throttles]
    spans += [part.looks_back() for rule in rules for part in rule.when.walk()]
    asked = [one for rule in rules if rule.ask is not None for one in rule.ask.questions]
    accepted = [one.accept for one in asked if one.accept is not None]
    spans += [part.looks_back() for when in accepted for part in when.walk()]
    return max(spans, default=timedelta())
