"""A rule asks: its first question, the next one, or what comes when all are answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Final

from bot.engine import body
from bot.engine.body import Collected, Failed
from bot.model import CaptureValue, Change, ChangeKind, Match, Question, Reason, RuleId
from bot.rules.answers import Answer, NotAllowed, known
from bot.rules.matchers.base import MessageView
from bot.rules.questions import Ask, AskedQuestion
from bot.rules.rule import Rule

_DAY: Final = 86_400
END: Final = Change(ChangeKind.QUESTION)
"""No question is open any more."""
Captures = Mapping[str, CaptureValue]


def begin(part: Rule, ask: Ask, captures: Captures, seen: MessageView, so_far: Collected) -> None:
    """Ask what nothing has captured yet. Raises Failed."""
    found, not_allowed = dict(captures), set[str]()
    for question in ask.questions:
        if question.name not in found:
            continue
        weighed = known(question, found.pop(question.name), seen)
        if isinstance(weighed, Answer):
            found[question.name] = weighed.value
            so_far.changes.append(stored(question, weighed.value))
        elif isinstance(weighed, NotAllowed):
            not_allowed.add(question.name)
    go_on(part, ask, 0, found, seen, so_far, not_allowed=not_allowed)


def go_on(
    part: Rule,
    ask: Ask,
    at: int,
    captures: Captures,
    seen: MessageView,
    so_far: Collected,
    *,
    not_allowed: Set[str] = frozenset(),
) -> None:
    """Ask the next question from `at` on that has no answer; without one, do what comes then.

    Of those that are `not_allowed` an answer was refused already. Raises Failed.
    """
    seen = MessageView(seen.message, body.changed(seen.context, so_far.changes))
    for question in ask.questions[at:]:
        if question.name and question.name in captures:
            continue
        if question.name in not_allowed and question.invalid is not None:
            body.say(part, body.text_of(part, question.invalid, captures, seen), so_far)
        put(part, question, new(part, ask, question, captures, seen), seen, so_far)
        return
    if seen.context.question is not None:
        so_far.changes.append(END)
    if ask.then is not None:
        come(ask.then, captures, seen, so_far)


def come(part: Rule, captures: Captures, seen: MessageView, so_far: Collected) -> None:
    """Do what comes of questions. Raises Failed."""
    match = Match(captures)
    throttle = body.throttle_of(part, seen)
    if throttle is not None:
        body.instead(part, throttle, match, seen, so_far)
        return
    body.do(part, match, seen, so_far)
    if part.ask is not None:
        begin(part, part.ask, captures, seen, so_far)


def new(
    part: Rule, ask: Ask, question: AskedQuestion, captures: Captures, seen: MessageView
) -> Question:
    """A question that is asked for the first time."""
    return Question(
        rule=part.id,
        step=ask.step(question),
        key=seen.message.key,
        captures=captures,
        tags=seen.message.tags,
        expires=ask.expires,
    )


def of_guard(name: RuleId, seen: MessageView) -> Change:
    """A guard asks: it is open for a day, or until a rule takes a text."""
    question = Question(rule=name, step="", key=seen.message.key, expires=_DAY)
    return Change(ChangeKind.QUESTION, name, json.dumps(question.as_object()))


def put(
    part: Rule, asked: AskedQuestion, question: Question, seen: MessageView, so_far: Collected
) -> None:
    """Say its text as the last message. Raises Failed."""
    say(part, body.text_of(part, asked.text, question.captures, seen), question, so_far)


def say(part: Rule, text: str, question: Question, so_far: Collected) -> None:
    """Ask it, in whatever words. Raises Failed."""
    if not text:
        raise Failed(Reason.TEMPLATE_ERROR, "there is no text in the question")
    body.say(part, text, so_far, asks=question.key)
    unsent = replace(question, sending_at=None, asked_at=None)
    written = json.dumps(unsent.as_object(), ensure_ascii=False)
    so_far.changes.append(Change(ChangeKind.QUESTION, part.id, written))


def stored(question: AskedQuestion, value: CaptureValue) -> Change:
    """The answer, as rules see it later."""
    return Change(ChangeKind.CONVERSATION, question.name, str(value))
