"""The rules against other answering machines: who goes on for ever, and what stops it.

A machine gets a text of ours, answers after a while, the rules decide, and so on, on a clock that
is simulated. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bot.engine.outbound import cost_of
from bot.engine.simulator import Fired, Given, Simulator
from bot.model import Decision, InboundMessage
from bot.rules.ruleset import Ruleset

MOST: Final = 200
"""Answers of ours after which it goes on for ever."""
_CAMPAIGN: Final = "Our summer sale begins on Monday."
"""The text that a machine answers first."""

Answers: TypeAlias = Callable[[str, int], str | None]
"""What it answers to a text, the first of them being 0; None where it says nothing."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Somebody else's automatic answers."""

    name: str
    answers: Answers
    delay: int = 5
    """Seconds until it answers."""


def _always(*texts: str) -> Answers:
    return lambda _, number: texts[number % len(texts)]


def _numbered(text: str) -> Answers:
    return lambda _, number: text.format(number + 1)


_AWAY: Final = "I am out of the office until Monday and will answer then."
_ASKS: Final = "How can I help you?"
MACHINES: Final = (
    Machine("out of office", _always(_AWAY), 30),
    Machine("out of office, hourly", _always(_AWAY), 3_600),
    Machine("driving, iPhone", _always("I'm driving with Do Not Disturb While Driving turned on.")),
    Machine("driving, Android", _always("I'm driving right now. I'll text you back later.")),
    Machine("not monitored", _always("This number is not monitored. Please call us.")),
    Machine("no such subscriber", _always("The number you texted cannot receive messages.")),
    Machine("carrier, blocked", _always("Free msg: your message was blocked by the recipient.")),
    Machine("sign-up of another", _always("You are subscribed to Alerts. Reply STOP to end.")),
    Machine("end of another", _always("You have been unsubscribed and get no more messages.")),
    Machine("help of another", _always("Alerts: reply HELP for help, STOP to end.")),
    Machine("keyword bot", _always("Sorry, I did not get that. Reply HOURS or PRICES.")),
    Machine("keyword bot, slow", _always("Sorry, I did not get that. Reply HOURS or PRICES."), 120),
    Machine("menu", _always("Reply 1 for hours, 2 for prices, 3 for a person.")),
    Machine("asks back", _always(_ASKS, "Is there anything else?")),
    Machine("asks for hours", _always("What are your hours?")),
    Machine("asks for hours, slow", _always("What are your hours?"), 660),
    Machine("asks for hours, hourly", _always("What are your hours?"), 3_600),
    Machine("asks for hours, numbered", _numbered("#{}: what are your hours?"), 130),
    Machine("says yes", _always("Yes")),
    Machine("thanks", _always("Thanks!", "Thank you!", "You're welcome!")),
    Machine("ticket system", _numbered("Ticket #{} was opened. We answer within a day."), 40),
    Machine("ticket system, slow", _numbered("Ticket #{} was opened. We answer soon."), 900),
    Machine("echo", lambda text, _: text),
    Machine("echo, slow", lambda text, _: text, 660),
    Machine("reaction", lambda text, _: f"Liked \u201c{text}\u201d"),
    Machine("says stop", _always("STOP")),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A text, of theirs or of ours."""

    is_ours: bool
    text: str
    at: datetime


@dataclass(slots=True)
class Duel:
    """How it went."""

    machine: str
    answers: int = 0
    """Of ours."""
    segments: int = 0
    ended_by: str = ""
    """Why no answer of ours came any more; empty where it goes on for ever."""
    said: list[Said] = field(default_factory=list)

    @property
    def lasts(self) -> timedelta:
        """From the first answer of the machine to the last of ours."""
        ours = [said.at for said in self.said if said.is_ours]
        return ours[-1] - self.said[0].at if ours else timedelta()

    def add(self, decision: Decision, at: datetime) -> None:
        """What leaves of ours."""
        for reply in decision.leaving:
            self.answers += 1
            self.segments += cost_of(reply.text, is_mms=bool(reply.image))
            self.said.append(Said(is_ours=True, text=reply.text, at=at))

    def take(self, fired: Iterable[Fired]) -> None:
        """What was due."""
        for one in fired:
            self.add(one.decision, one.at)


def duels(
    ruleset: Ruleset, now: datetime, machines: Sequence[Machine] = MACHINES
) -> Iterator[Duel]:
    """Against each machine, and against the same rules at another number."""
    for machine in machines:
        yield duel(ruleset, machine, now)
    yield duel(ruleset, Machine("the same rules", _Rules(ruleset, now).answers), now)


def duel(ruleset: Ruleset, machine: Machine, now: datetime) -> Duel:
    """From a text of a campaign on, until one of both says nothing and nothing of ours is due."""
    found, simulator = Duel(machine.name), Simulator(ruleset)
    heard = _CAMPAIGN
    for number in range(MOST):
        answer = machine.answers(heard, number)
        ended_by, message = "it says nothing more", _from_it(answer or "", number, now)
        before = len(found.said)
        if answer is not None:
            now += timedelta(seconds=machine.delay)
            message = _from_it(answer, number, now)
            found.take(simulator.pass_time(message, now))
            found.said.append(Said(is_ours=False, text=answer, at=now))
            decision = simulator.say(message, Given(now=now))
            ended_by = _why(decision)
            found.add(decision, now)
        if not any(said.is_ours for said in found.said[before:]):
            now = _wait(simulator, message, now, found)
        ours = [said.text for said in found.said[before:] if said.is_ours]
        if not ours:
            found.ended_by = ended_by
            return found
        heard = ours[-1]
    return found


def _from_it(text: str, number: int, now: datetime) -> InboundMessage:
    return InboundMessage(key=f"duel-{number}", sender="+15555550123", text=text, received_at=now)


def _why(decision: Decision) -> str:
    why = decision.reason or decision.outcome
    return f"{decision.rule}: {why}" if decision.rule else str(why)


def _wait(simulator: Simulator, message: InboundMessage, now: datetime, found: Duel) -> datetime:
    """Until something of ours leaves by itself, as a follow-up does, or nothing is due."""
    before = found.answers
    while found.answers == before:
        due = [timer.due_at for timer in simulator.waits(message) if timer.due_at > now]
        if not due:
            break
        now = min(due)
        found.take(simulator.pass_time(message, now))
    return now


class _Rules:
    """The same rules as a machine, that know another person."""

    def __init__(self, ruleset: Ruleset, now: datetime) -> None:
        self._simulator = Simulator(ruleset)
        self._now = now

    def answers(self, text: str, number: int) -> str | None:
        self._now += timedelta(seconds=5)
        message = InboundMessage(
            key=f"theirs-{number}", sender="+18005550100", text=text, received_at=self._now
        )
        leaving = self._simulator.say(message, Given(now=self._now)).leaving
        return leaving[-1].text if leaving else None
