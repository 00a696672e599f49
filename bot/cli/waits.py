"""What waits in a conversation for its time, for `bot chat`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from bot.cli.output import line
from bot.engine.waiting import FollowUp, Later, Timer, TimerKind
from bot.model import Context, Reply


def waiting_lines(
    timers: Iterable[Timer],
    queued: Iterable[Reply],
    context: Context,
    shown: Callable[[datetime], str],
) -> Iterator[str]:
    """One for each, the next first; `queued` are replies that leave later, whatever comes."""
    found = [(timer.due_at, _said(timer, context)) for timer in timers]
    found += [(at, f"reply: {line(one.text)}") for one in queued if (at := one.send_at)]
    for due_at, said in sorted(found):
        yield f"{shown(due_at)}  {said}"


def _said(timer: Timer, context: Context) -> str:
    unless = ", unless you write before" if timer.unless_replied else ""
    match timer.kind:
        case TimerKind.FOLLOW_UP:
            said = FollowUp.of(timer).preview or "(its text is not known yet)"
            return f"follow-up {timer.key}{unless}: {line(said)}"
        case TimerKind.REPLY:
            return f"reply{unless}: {line(Later.of(timer).reply.text)}"
        case TimerKind.QUESTION:
            question = context.question
            return f"the question {question.step} expires" if question else "the question expires"
        case TimerKind.STATE:
            return f"the state {context.state} ends"
        case TimerKind.HANDOFF:
            return "the bot takes the conversation back"
