"""A conversation told twice: to the simulator, and to a ledger with all that `serve` runs on it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from sqlalchemy import Connection, delete, func, select

from bot.authoring.scenarios import Conversation
from bot.engine import outbound
from bot.engine.outbound import Ids, tags_of_person
from bot.engine.simulator import Decided, Given, Simulator
from bot.errors import OptedOutError
from bot.ledger import contacts, inbox
from bot.ledger.database import Database
from bot.ledger.lane import Nothing
from bot.ledger.outbox import Status
from bot.ledger.schema import decisions, digest_keys, metadata, outbox, timers
from bot.ledger.schema import inbox as messages
from bot.ledger.writer import T, Work, Writer
from bot.messaging import delivery, handoff
from bot.messaging.decider import Decider
from bot.messaging.handoff import PersonText, Wish
from bot.messaging.resources import Resources
from bot.messaging.timers import Timekeeper
from bot.model import ChangeKind, Decision, InboundMessage, LongcodeId, LongTexts, Rate
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.settings import Settings
from bot.text.phone_numbers import longcode_id
from tests.build import OUR_NUMBER, PERSON
from tests.support import KEY, LINE

_GRACE: Final = timedelta(seconds=0.25)
"""So long after its time a timer is looked at."""
_NO_IDS: Final = Ids("", "")
_MOMENT: Final = timedelta(microseconds=1)
_BETWEEN: Final = timedelta(seconds=1.37)
"""Between a step and the next: so a reply has left before the next text comes in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens next: a text of the person, one of ours, or only that time passes."""

    after: timedelta = timedelta()
    """So long after what was before."""
    say: str | None = None
    agent: str = ""
    releases: bool = False
    media: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps, who takes them, and when they begin."""

    steps: Sequence[Step]
    at: datetime
    sender: str = PERSON
    number: str = OUR_NUMBER
    tags: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    longcode: LongcodeId = LINE


@dataclass(frozen=True, slots=True)
class Said:
    """What was decided of a text."""

    number: int
    """Of its step."""
    text: str
    outcome: str
    rule: str | None
    reason: str | None
    changes: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """What is to leave to the person, and when."""

    at: datetime
    text: str
    image: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a plan, in its order."""

    said: Sequence[Said]
    left: Sequence[Left]


def plan_of(conversation: Conversation, ruleset: Ruleset) -> Plan:
    """The same as a file of tests has it; its `at` become time that passes. Without `state`."""
    start, steps, combine = conversation.start, list[Step](), ruleset.combine
    now, waited, follows = start.at, timedelta(), True
    for turn in conversation.turns:
        if turn.wait is not None:
            if combine is not None and not follows and turn.wait >= combine.wait:
                waited += combine.wait
            waited, follows = waited + turn.wait, True
            continue
        if turn.is_timed:
            waited = turn.case.at - now
        elif combine is not None and not follows:
            waited += combine.wait  # what was said before it has been answered
        follows = False
        now, case = now + waited, turn.case
        if turn.is_release:
            step = Step(after=waited, releases=True)
        elif turn.is_ours:
            step = Step(after=waited, agent=case.say)
        else:
            media, tags, contact = case.media_url, case.tags, case.contact
            step = Step(after=waited, say=case.say, media=media, tags=tags, contact=contact)
        steps.append(step)
        waited = timedelta()
    known = longcode_id(start.longcode) or LINE
    return Plan(
        steps=[*steps, Step(after=waited)],
        at=start.at.astimezone(UTC),
        sender=start.sender,
        number=start.number or OUR_NUMBER,
        tags=start.tags,
        contact=start.contact,
        longcode=known,
    )


def simulated(plan: Plan, ruleset: Ruleset) -> Told:
    """By the simulator, as tests, chat and dry run use it."""
    return _Simulated(plan, ruleset).told()


class _Simulated:
    def __init__(self, plan: Plan, ruleset: Ruleset) -> None:
        self._plan, self._simulator = plan, Simulator(ruleset)
        self._tags: Mapping[str, str] = plan.tags
        self._contact = dict(plan.contact)
        self._now = plan.at
        self._said: list[Said] = []
        self._left: list[Left] = []

    def told(self) -> Told:
        for number, step in enumerate(self._plan.steps):
            self._now += step.after
            self._heard(self._simulator.settle(self._now - _MOMENT))
            self._pass()
            message = self._message(number, step)
            if step.releases:
                self._simulator.release(message, self._now)
            elif step.agent:
                if self._simulator.person_writes(message, step.agent, self._now):
                    self._tags = tags_of_person(self._tags)
            elif step.say is not None:
                given = Given(
                    now=self._now,
                    contact={**self._contact, **step.contact},
                    longcode_id=self._plan.longcode,
                )
                self._heard(self._simulator.take(message, given))
            self._now += _BETWEEN
        self._now += timedelta(minutes=1)
        self._heard(self._simulator.settle(self._now))
        self._pass()
        return Told(sorted(self._said, key=lambda one: one.number), self._left)

    def _message(self, number: int, step: Step) -> InboundMessage:
        return InboundMessage(
            key=f"m-{number}",
            sender=self._plan.sender,
            number=self._plan.number,
            text=step.say or "",
            media_url=step.media,
            tags={**self._tags, **step.tags},
            received_at=self._now,
        )

    def _pass(self) -> None:
        for fired in self._simulator.pass_time(self._message(0, Step()), self._now):
            self._leaves(fired.decision, fired.about, fired.at)

    def _heard(self, decided: Iterable[Decided]) -> None:
        for one in decided:
            said, decision = one.message, one.decision
            why = None if decision.reason is None else str(decision.reason)
            changes = [change.as_object() for change in decision.changes]
            self._said.append(
                Said(
                    _number(said.key), said.text, str(decision.outcome), decision.rule, why, changes
                )
            )
            self._leaves(decision, said, one.context.now)

    def _leaves(self, decision: Decision, message: InboundMessage, now: datetime) -> None:
        for change in decision.changes:
            if change.kind is ChangeKind.CONTACT:
                self._contact.pop(change.name, None)
        for reply in decision.leaving:
            whole = outbound.message_of(reply, message, None, _NO_IDS)
            self._tags = whole.tags
            for part in outbound.parts_of(
                whole, reply.long_texts or LongTexts.SPLIT, lambda: _NO_IDS
            ):
                at = reply.send_at or now
                self._left.append(Left(at, part.text, part.image, part.tags))


def _number(key: str) -> int:
    return int(key.removeprefix("m-"))


class Ledgers:
    """Tells plans to one ledger, emptied in between."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def told(self, plan: Plan, ruleset: Ruleset) -> Told:
        """By all that `serve` runs, with a clock that jumps to what is next."""
        with self._database.connection() as connection:
            with connection.begin():
                for table in reversed(metadata.sorted_tables):
                    if table is not digest_keys:  # it is made with the database
                        connection.execute(delete(table))
            return asyncio.run(_Live(plan, ruleset, self._database, connection).told())


class _AtOnce(Writer):
    """The real one's commits, one for each piece of work, without its thread."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database, self._connection = database, connection

    async def run(self, work: Work[T], *, within: float | None = None, aside: bool = False) -> T:
        with self._database.transaction_on(self._connection):
            return work(self._connection)


class _Live:
    def __init__(
        self, plan: Plan, ruleset: Ruleset, database: Database, connection: Connection
    ) -> None:
        self._plan = plan
        self._now = plan.at
        self._writer, ids = _AtOnce(database, connection), itertools.count(1)

        def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(200, json={"data": {"messageId": str(next(ids))}})

        self._gateway = Gateway("http://mta/v3", KEY, transport=httpx.MockTransport(answer))
        self._resources = Resources(
            settings=Settings(api_key=KEY, send_rate=Rate(100_000, 1.0), longcode_id=plan.longcode),
            writer=self._writer,
            rules=lambda: ruleset,
            gateway=self._gateway,
            clock=lambda: self._now,
        )
        self._decider, self._timekeeper = Decider(self._resources), Timekeeper(self._resources)
        self._said: list[Said] = []
        self._seen: set[int] = set()
        self._left: list[Left] = []
        self._last_sent = 0

    async def told(self) -> Told:
        await self._writer.run(lambda c: self._know(c, self._plan.contact))
        for number, step in enumerate(self._plan.steps):
            await self._pass(self._now + step.after)
            await self._take(number, step)
            await self._run()
            await self._pass(self._now + _BETWEEN)
        await self._pass(self._now + timedelta(minutes=1))
        await self._gateway.close()
        return Told(sorted(self._said, key=lambda one: one.number), self._left)

    async def _take(self, number: int, step: Step) -> None:
        wanted = Wish(self._plan.sender, self._plan.number, "Ann")
        if step.releases:
            await self._writer.run(lambda c: handoff.release(c, wanted, self._now))
        elif step.agent:
            text, resources = PersonText(wanted, step.agent), self._resources
            with suppress(OptedOutError):
                await self._writer.run(lambda c: handoff.write(c, text, resources, self._now))
        elif step.say is not None:
            message = InboundMessage(
                key=f"m-{number}",
                sender=self._plan.sender,
                number=self._plan.number,
                text=step.say,
                media_url=step.media,
                received_at=self._now,
            )
            await self._writer.run(lambda c: self._comes_in(c, message, step))

    def _comes_in(self, connection: Connection, message: InboundMessage, step: Step) -> None:
        """With the tags of ours that it answers, as the provider sends them."""
        self._know(connection, step.contact)
        last = connection.execute(
            select(outbox.c.external_id, outbox.c.tags)
            .where(outbox.c.recipient == self._plan.sender, outbox.c.status == Status.ACCEPTED)
            .order_by(outbox.c.after_id.desc(), outbox.c.id.desc())
        ).first()
        tags = self._plan.tags if last is None else last.tags
        external_id = None if last is None else last.external_id
        whole = replace(message, tags={**tags, **step.tags}, external_id=external_id)
        inbox.keep(connection, [whole])

    def _know(self, connection: Connection, values: Mapping[str, str]) -> None:
        if values:
            contacts.change_values(connection, self._plan.sender, values)

    async def _pass(self, until: datetime) -> None:
        """From one thing that is due to the next."""
        while (due := await self._writer.run(self._next)) is not None and due < until:
            self._now = due
            await self._run()
        self._now = until
        await self._run()

    def _next(self, connection: Connection) -> datetime | None:
        columns = (
            select(func.min(timers.c.due_at)).where(
                timers.c.status == "due", timers.c.due_at > self._now - _GRACE
            ),
            select(func.min(messages.c.decide_after)).where(
                messages.c.status == "waiting", messages.c.decide_after > self._now
            ),
            select(func.min(outbox.c.due_at)).where(
                outbox.c.status == "due", outbox.c.due_at > self._now
            ),
        )
        timer, burst, reply = (connection.scalar(column) for column in columns)
        found = (None if timer is None else timer + _GRACE, burst, reply)
        return min((at for at in found if at is not None), default=None)

    async def _run(self) -> None:
        """All that may happen now."""
        while await self._decider.decide(inbox.waiting, 8) or await self._timekeeper.fire():
            await self._writer.run(self._look)
        await self._writer.run(self._look)
        while not isinstance(await delivery.deliver(self._resources, self._gateway), Nothing):
            pass

    def _look(self, connection: Connection) -> None:
        """What is new of decisions and of messages that are to leave."""
        found = select(decisions, messages.c.text, messages.c.key, messages.c.id).join(
            messages, messages.c.id == decisions.c.inbox_id
        )
        for row in connection.execute(found.order_by(messages.c.id)):
            if row.id not in self._seen:
                self._seen.add(row.id)
                said = Said(
                    _number(row.key), row.text, row.outcome, row.rule, row.reason, row.changes
                )
                self._said.append(said)
        new = select(outbox).where(
            outbox.c.id > self._last_sent,
            outbox.c.recipient == self._plan.sender,
            outbox.c.by.is_(None),
        )
        for row in connection.execute(new.order_by(outbox.c.id)):
            self._last_sent = row.id
            self._left.append(Left(row.due_at, row.text, row.image, row.tags))


def same(plan: Plan, ruleset: Ruleset, ledgers: Ledgers) -> Told:
    """By both the same; of a time they may differ by when somebody looks at timers."""
    one, other = simulated(plan, ruleset), ledgers.told(plan, ruleset)
    assert one.said == other.said
    assert [_timeless(left) for left in one.left] == [_timeless(left) for left in other.left]
    for left, right in zip(one.left, other.left, strict=True):
        assert abs(left.at - right.at) <= 2 * _GRACE
    return other


def _timeless(left: Left) -> tuple[object, ...]:
    return left.text, left.image, dict(left.tags)
