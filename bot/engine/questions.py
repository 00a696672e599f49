"""What a text does to an open question: it answers, cancels, interrupts, or is not understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.engine import asking, body
from bot.engine.asking import END, stored
from bot.engine.body import Collected, Failed
from bot.engine.search import ask as asked_of
from bot.engine.search import search
from bot.model import (
    CaptureValue,
    ChangeKind,
    Decision,
    Match,
    Miss,
    Outcome,
    Question,
    Reason,
    RuleId,
    Step,
    Took,
)
from bot.rules.answers import Answer, NotAllowed, NotUnderstood, Weighed, also, weigh
from bot.rules.guards.opt_out import without_politeness
from bot.rules.matchers.base import MessageView
from bot.rules.questions import Ask, AskedQuestion, find
from bot.rules.rule import Rule, may_interrupt
from bot.rules.ruleset import Ruleset

MOST_INTERRUPTIONS: Final = 3
"""Of one question; after them a text that would be one more is not understood."""


def first(rule: Rule, now: datetime) -> Question | None:
    """The first question of a rule, as if it had been sent just now; None where it asks nothing."""
    if rule.ask is None or not rule.ask.questions:
        return None
    return Question(
        rule=rule.id,
        step=rule.ask.step(rule.ask.questions[0]),
        key="",
        expires=rule.ask.expires,
        asked_at=now,
    )


def is_gone(question: Question, ruleset: Ruleset) -> bool:
    """The rules were edited meanwhile, and no longer ask it."""
    rule = ruleset.rule(question.rule)
    return rule is None or not rule.is_enabled or find(rule, question.step) is None


def is_about_another(question: Question, answered: RuleId | None, ruleset: Ruleset) -> bool:
    """The text answers the question of another rule, which is closed."""
    if answered is None or answered == question.rule:
        return False
    rule = ruleset.rule(answered)
    return rule is not None and rule.ask is not None


def answer(
    question: Question,
    rules: Sequence[Rule],
    seen: MessageView,
    ruleset: Ruleset,
    so_far: Collected,
) -> Decision:
    """Decide a text to a question that the rule set asks; `rules` are those that may match it."""
    rule = ruleset.rule(question.rule)
    found = find(rule, question.step) if rule is not None else None
    if found is None:
        raise ValueError("the question is gone")
    opened = _Open(*found, question, seen, ruleset, so_far)
    try:
        return opened.decide(rules)
    except Failed as error:
        # What was asked cannot go on: the next text is an ordinary one.
        failed = so_far.failed(question.rule, error, Match(question.captures))
        return replace(failed, changes=(END,))


@dataclass(frozen=True, slots=True)
class _Open:
    """An open question, and a text that came to it."""

    part: Rule
    ask: Ask
    asked: AskedQuestion
    question: Question
    seen: MessageView
    ruleset: Ruleset
    so_far: Collected

    def decide(self, rules: Sequence[Rule]) -> Decision:
        if not self.ask.cancel.isdisjoint((self.seen.words, without_politeness(self.seen.words))):
            return self._cancelled()
        others = [rule for rule in rules if may_interrupt(rule, self.ask)]
        weighed = self._weighed(others)
        if isinstance(weighed, Answer):
            return self._answered(weighed)
        said = "not allowed" if isinstance(weighed, NotAllowed) else "not understood"
        self._trace(Miss(f"{said}: {weighed.because}"))
        if isinstance(weighed, NotUnderstood):
            interrupted = self._interrupted(others)
            if interrupted is not None:
                return interrupted
        return self._once_more(weighed)

    def _trace(self, result: Match | Miss) -> None:
        self.so_far.trace.append(Step(self.part.id, result))

    def _cancelled(self) -> Decision:
        self._trace(Match())
        self.so_far.changes.append(END)
        if self.ask.cancelled is not None:
            captures = self.question.captures
            text = body.text_of(self.part, self.ask.cancelled, captures, self.seen)
            if text:
                body.say(self.part, text, self.so_far)
        cancelled = self.so_far.suppressed(
            self.part.id, Reason.CANCELLED, Match(self.question.captures)
        )
        return replace(cancelled, outcome=Outcome.SUPPRESSED, took=Took.UNDERSTOOD)

    def _weighed(self, others: Iterable[Rule]) -> Weighed:
        weighed = weigh(self.asked, self.seen)
        takes_any = self.asked.accept is None and not self.asked.choices
        if isinstance(weighed, Answer) and takes_any:
            for rule in others:
                if self._is_keyword_of(rule):
                    return NotUnderstood(f"it is a keyword of {rule.id}")
        return weighed

    def _is_keyword_of(self, rule: Rule) -> bool:
        phrases = (phrase for part in rule.when.walk() for phrase in part.alone())
        return self.seen.words in phrases and isinstance(asked_of(rule, self.seen), Match)

    def _answered(self, found: Answer) -> Decision:
        captures: dict[str, CaptureValue] = dict(self.question.captures)
        self._keep(self.asked, found, captures)
        self._trace(Match({self.asked.name: found.value} if self.asked.name else {}))
        at = self.ask.questions.index(self.asked) + 1
        not_allowed, rest = set[str](), found.rest
        for question in self.ask.questions[at:]:
            if not question.name or question.name in captures or not rest.strip():
                continue
            more = also(question, self.seen.with_text(rest))
            if isinstance(more, Answer):
                self._keep(question, more, captures)
                rest = more.rest
            elif isinstance(more, NotAllowed):
                not_allowed.add(question.name)
        asking.go_on(
            *(self.part, self.ask, at, captures, self.seen, self.so_far), not_allowed=not_allowed
        )
        decision = self.so_far.decision(self.part, Match(captures))
        return replace(decision, took=Took.UNDERSTOOD)

    def _keep(
        self, question: AskedQuestion, found: Answer, captures: dict[str, CaptureValue]
    ) -> None:
        captures.update(found.captures)
        if question.name:
            captures[question.name] = found.value
            self.so_far.changes.append(stored(question, found.value))

    def _interrupted(self, rules: Iterable[Rule]) -> Decision | None:
        """A rule answers, then the question is asked again; None where none does."""
        if self.question.interruptions >= MOST_INTERRUPTIONS:
            return None
        decision = search(rules, self.seen, None, self.so_far)
        if decision.rule is None or decision.outcome is Outcome.FAILED:
            return None if decision.rule is None else decision
        kinds = {change.kind for change in decision.changes}
        if ChangeKind.QUESTION in kinds:
            return decision
        if kinds & {ChangeKind.STATE, ChangeKind.HANDOFF}:
            return replace(decision, changes=(*decision.changes, END))
        if not decision.replies:  # nothing has come between the question and its answer
            return decision
        again = replace(
            self.question,
            key=self.seen.message.key,
            interruptions=self.question.interruptions + 1,
        )
        asking.put(self.part, self.asked, again, self.seen, self.so_far)
        return replace(
            decision, replies=tuple(self.so_far.replies), changes=tuple(self.so_far.changes)
        )

    def _once_more(self, weighed: NotAllowed | NotUnderstood) -> Decision:
        tries, is_understood = self.question.tries + 1, isinstance(weighed, NotAllowed)
        took = Took.UNDERSTOOD if is_understood else Took.NOT_UNDERSTOOD
        if tries > len(self.asked.retry):
            return replace(self._given_up(), took=took)
        template = self.asked.retry[tries - 1]
        if is_understood and self.asked.invalid is not None:
            template = self.asked.invalid
        again = replace(self.question, key=self.seen.message.key, tries=tries)
        text = body.text_of(self.part, template, again.captures, self.seen)
        asking.say(self.part, text, again, self.so_far)
        return replace(self.so_far.decision(self.part, Match(again.captures)), took=took)

    def _given_up(self) -> Decision:
        captures, fallback = self.question.captures, self.ruleset.fallback
        self.so_far.changes.append(END)
        if self.ask.give_up is not None:
            asking.come(self.ask.give_up, captures, self.seen, self.so_far)
        elif fallback is not None:
            mine = replace(fallback, id=self.part.id, ask=None)
            asking.come(mine, captures, self.seen, self.so_far)
        else:
            nothing = self.so_far.decision(self.part, Match(captures))
            return replace(nothing, outcome=Outcome.UNMATCHED, reason=None)
        return self.so_far.decision(self.part, Match(captures))
