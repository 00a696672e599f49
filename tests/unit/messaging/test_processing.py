"""From an inbound message to its reply, with a real ledger and the stand-in as the provider."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import ANY

import httpx
import pytest
from sqlalchemy import Row, select

from bot.errors import UsageError
from bot.ledger import contacts as people
from bot.ledger import conversations as chains
from bot.ledger import dead_letters, inbox, views
from bot.ledger.database import Database
from bot.ledger.lane import Nothing
from bot.ledger.outbox import OutboundView
from bot.ledger.schema import contacts, conversations, decisions, lanes, optouts
from bot.ledger.schema import inbox as inbox_table
from bot.ledger.schema import outbox as table
from bot.ledger.writer import Writer
from bot.messaging import delivery, elsewhere, outgoing, processing
from bot.messaging.delivery import Delivered
from bot.messaging.elsewhere import SentElsewhere
from bot.messaging.longcodes import Longcodes
from bot.messaging.outgoing import FirstMessage
from bot.messaging.resources import Resources
from bot.model import Decision, InboundMessage, LongcodeId, LongTexts, Outcome, Rate, Reason
from bot.provider.answers import Accepted, Refused
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.sandbox import Fault, Number, Provider, create_app
from bot.settings import Settings, UnknownLongcode
from tests.build import OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import HOURS, KEY, LINE, OTHER_PERSON, outbound, queue
from tests.unit.sandbox.build import Clock

pytestmark = pytest.mark.anyio

RULES = ruleset(HOURS)
SETTINGS = Settings(api_key=KEY, send_rate=Rate(1_000, 1.0))
LONGCODES = {"record": 101, "tag": 102, "list": 103, "conversation": 104, "setting": 105}
"""What each step of the look-up would find, in their order."""
NUMBERS = [
    Number(id=9, number="+18005550109"),  # the account's default, which nothing else names
    *(Number(id=i, number=f"+18005550{i}") for i in LONGCODES.values()),
]


class Wire(httpx.AsyncBaseTransport):
    """To the stand-in in process; remembers what went over it."""

    def __init__(self, provider: Provider) -> None:
        self._inner = httpx.ASGITransport(create_app(provider, api_key=KEY))
        self.sent: list[dict[str, Any]] = []
        self.lists = 0
        self.fails: int | None = None
        """The status of each list of numbers, in place of the true one; 0 is a lost connection."""
        self.meanwhile: Callable[[], object] = lambda: None
        """What happens while the list of numbers is asked for."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/send"):
            self.sent.append(json.loads(request.content))
        else:
            self.lists += 1
            self.meanwhile()
            if self.fails == 0:
                raise httpx.ConnectError("away")
            if self.fails is not None:
                return httpx.Response(self.fails, json={})
        return await self._inner.handle_async_request(request)


@dataclass(slots=True)
class Scene:
    """One bot with its ledger, its provider and a clock that stands still."""

    database: Database
    writer: Writer
    gateway: Gateway
    provider: Provider
    wire: Wire
    settings: Settings = SETTINGS
    rules: Ruleset = RULES
    clock: Clock = field(default_factory=Clock)
    numbers: Longcodes = field(default_factory=Longcodes)
    _keys: Any = field(default_factory=lambda: itertools.count(1))

    def take(self, text: str = "Hours?", **members: Any) -> Decision:
        """A message comes in and is decided."""
        message = inbound(text, **{"key": f"r-{next(self._keys)}", **members})
        return self.process(message)

    def process(self, message: InboundMessage, *, sends: bool = True) -> Decision:
        with self.database.transaction() as connection:
            inbox.keep(connection, [message])
            [waiting] = inbox.waiting(connection, 10)
            resources = self.resources(sends=sends)
            now = self.clock()
            [(_, decision)] = processing.answer(connection, [[waiting]], self.rules, resources, now)
            return decision

    async def deliver(self) -> Delivered | Nothing:
        return await delivery.deliver(self.resources(), self.gateway)

    def resources(self, *, sends: bool = True) -> Resources:
        return Resources(
            settings=self.settings,
            writer=self.writer,
            rules=lambda: self.rules,
            gateway=self.gateway if sends else None,
            longcodes=self.numbers,
            clock=self.clock,
        )

    async def answer(self, text: str = "Hours?", **members: Any) -> dict[str, Any]:
        """What is posted in answer to a message."""
        self.take(text, **members)
        delivered = await self.deliver()
        assert isinstance(delivered, Delivered)
        assert isinstance(delivered.answer, Accepted)
        return self.wire.sent[-1]

    def rows(self, chosen: Any) -> list[Row[Any]]:
        with self.database.transaction() as connection:
            return list(connection.execute(select(chosen).order_by(*chosen.primary_key)))

    def replies(self) -> list[tuple[str, str]]:
        return [(row.status, row.reason) for row in self.rows(table)]


@pytest.fixture
async def scene(either_database: Database) -> AsyncIterator[Scene]:
    provider = Provider(numbers=NUMBERS, send_limit=None)
    wire = Wire(provider)
    gateway = Gateway("http://mta/v3", KEY, transport=wire)
    writer = Writer(either_database)
    yield Scene(either_database, writer, gateway, provider, wire)
    await gateway.close()
    await asyncio.to_thread(writer.close)


def knows(scene: Scene, *steps: str) -> dict[str, Any]:
    """Make each of these steps find its longcodeId; the members of the inbound message."""
    members: dict[str, Any] = {}
    with scene.database.transaction() as connection:
        known = LongcodeId(LONGCODES["conversation"]) if "conversation" in steps else None
        chain = chains.begin(connection, PERSON, OUR_NUMBER, known, scene.clock())
        if "record" in steps:
            line = LongcodeId(LONGCODES["record"])
            message = outbound(external_id="sent-1", longcode_id=line)
            queue(connection, message, conversation=chain.id, status="imported")
            members["external_id"] = "sent-1"
    if "tag" in steps:
        members["tags"] = {"longcodeId": str(LONGCODES["tag"])}
    if "list" in steps:
        line_103 = Number(id=LONGCODES["list"], number=OUR_NUMBER)
        scene.provider.numbers = (*NUMBERS[:3], line_103, *NUMBERS[4:])
    if "setting" in steps:
        scene.settings = replace(scene.settings, longcode_id=LongcodeId(LONGCODES["setting"]))
    return members


@pytest.mark.parametrize("step", LONGCODES)
async def test_the_first_step_that_finds_a_longcode_wins(step: str, scene: Scene) -> None:
    """With this step and all after it; the twin, without it, is the next case."""
    steps = list(LONGCODES)
    members = knows(scene, *steps[steps.index(step) :])
    assert (await scene.answer(**members))["longcodeId"] == LONGCODES[step]


@pytest.mark.parametrize("step", LONGCODES)
async def test_each_step_alone_finds_its_longcode(step: str, scene: Scene) -> None:
    assert (await scene.answer(**knows(scene, step)))["longcodeId"] == LONGCODES[step]


@pytest.mark.parametrize(
    ("step", "members"),
    [
        ("record", {"external_id": "of another system"}),
        ("record", {"sender": OTHER_PERSON}),  # our message went to somebody else
        ("tag", {"tags": {"longcodeId": "+18005550100"}}),  # a number is not an id
        ("tag", {"tags": {"longcodeid": "102"}}),
        ("list", {"number": "+18005550199"}),
        ("conversation", {"sender": OTHER_PERSON}),
        ("conversation", {"number": "+18005550199"}),
    ],
)
async def test_a_step_that_finds_nothing_leaves_it_to_the_next(
    step: str, members: dict[str, Any], scene: Scene
) -> None:
    found = knows(scene, step, "setting") | members
    assert (await scene.answer(**found))["longcodeId"] == LONGCODES["setting"]


async def test_a_reply_without_a_longcode_is_held_as_a_dead_letter(scene: Scene) -> None:
    scene.take()
    delivered = await scene.deliver()
    assert isinstance(delivered, Delivered)
    assert delivered.answer == Refused(Reason.LONGCODE_UNKNOWN)
    assert (scene.wire.sent, scene.replies()) == ([], [("dead", "longcode-unknown")])


async def test_by_setting_it_leaves_from_the_accounts_default_number(scene: Scene) -> None:
    scene.settings = replace(SETTINGS, unknown_longcode=UnknownLongcode.DEFAULT)
    assert "longcodeId" not in await scene.answer()
    assert scene.provider.sent[0].longcode_id == 9


async def test_what_was_sent_is_the_record_for_its_answer(scene: Scene) -> None:
    """A second turn needs no look-up: our own record names the line, whatever the tag says."""
    knows(scene, "list")
    first = await scene.answer()
    second = await scene.answer(external_id=first["externalId"], tags={"longcodeId": "102"})
    assert (first["longcodeId"], second["longcodeId"], scene.wire.lists) == (103, 103, 1)
    assert first["externalId"] != second["externalId"]


async def test_a_number_that_was_listed_is_not_asked_for_by_each_reply(scene: Scene) -> None:
    knows(scene, "list")
    for minutes in (0, 59, 2):
        scene.clock.move(60 * minutes)
        # Another person each time, so that no conversation knows.
        await scene.answer(sender=f"+1555555{1000 + minutes}")
        assert scene.wire.lists == 1


async def test_our_numbers_are_asked_for_once_an_hour(scene: Scene) -> None:
    knows(scene, "list")
    for minutes, lists in ((0, 1), (59, 1), (2, 2)):
        scene.clock.move(60 * minutes)
        await scene.numbers.refresh(scene.gateway, scene.writer, scene.clock())
        assert scene.wire.lists == lists
    assert scene.numbers.ours.by_number[OUR_NUMBER] == LONGCODES["list"]
    later = Longcodes()
    await later.load(scene.writer)
    assert (later.ours, scene.wire.lists) == (scene.numbers.ours, 2)


@pytest.mark.parametrize("is_listed_anew", [True, False])
async def test_a_number_that_was_registered_anew_is_followed(
    is_listed_anew: bool, scene: Scene
) -> None:
    """The provider refuses the id of our record; what is sent by the new one is another message."""
    old, new = LongcodeId(LONGCODES["list"]), LongcodeId(203)
    await scene.numbers.refresh(scene.gateway, scene.writer, scene.clock())
    number = scene.numbers.ours.by_id[old]
    others = [one for one in NUMBERS if one.id != old]
    scene.provider.numbers = (*others, *([Number(id=new, number=number)] if is_listed_anew else []))
    scene.clock.move(120)
    scene.take(number=number, tags={"longcodeId": str(old)})
    before = scene.rows(table)[0].request_id
    await scene.deliver()
    if is_listed_anew:
        await scene.deliver()
        assert [message.longcode_id for message in scene.provider.sent] == [new]
        assert scene.replies()[0][0] == "accepted"
        assert [sent["longcodeId"] for sent in scene.wire.sent] == [old, new]
        assert scene.rows(table)[0].request_id != before
    else:
        assert scene.replies()[0][0] == "dead"


async def test_what_the_webhook_does_not_bring_our_record_has(scene: Scene) -> None:
    scene.rules = ruleset(
        "rules:\n  - {id: spring, when: {tags: {campaign: spring}, to: '+18005550103'}, reply: Yes}"
    )
    await scene.numbers.refresh(scene.gateway, scene.writer, scene.clock())
    with scene.database.transaction() as connection:
        chain = chains.begin(connection, PERSON, "+18005550103", LongcodeId(103), scene.clock())
        message = outbound(external_id="sent-1", longcode_id=LongcodeId(103))
        message = replace(message, tags={"campaign": "spring"})
        queue(connection, message, conversation=chain.id, status="imported")
    bare = {"external_id": "sent-1", "number": ""}
    assert scene.take("Hi", **bare).rule == "spring"
    assert scene.take("Hi", **bare, tags={"campaign": "autumn"}).outcome is Outcome.UNMATCHED
    assert scene.take("Hi", number="").outcome is Outcome.UNMATCHED
    [*_, sent] = scene.rows(table)
    assert sent.tags == {"campaign": "spring", "rule": "spring"}


async def test_a_text_to_another_number_is_answered_from_that_one(scene: Scene) -> None:
    """Whatever message of ours it quotes."""
    await scene.numbers.refresh(scene.gateway, scene.writer, scene.clock())
    line = LongcodeId(LONGCODES["record"])
    with scene.database.transaction() as connection:
        outgoing.first_message(
            connection,
            FirstMessage(to=PERSON, text="Hi", longcode_id=line, external_id="first"),
            LongTexts.SPLIT,
            scene.clock(),
        )
    await scene.deliver()
    other = {"number": "+18005550102", "external_id": "first"}
    assert (await scene.answer(**other))["longcodeId"] == 102
    mine = {"number": "+18005550101", "external_id": "first"}
    assert (await scene.answer(**mine))["longcodeId"] == 101
    [first, second] = scene.rows(conversations)
    assert [(row.number, row.longcode_id) for row in (first, second)] == [
        ("+18005550101", 101),
        ("+18005550102", 102),
    ]
    quoting = {row.conversation_id: row.answers_id for row in scene.rows(inbox_table)}
    assert quoting == {first.id: 1, second.id: None}


async def test_a_number_that_the_list_lacks_is_asked_for_again_after_a_minute(
    scene: Scene,
) -> None:
    for seconds, lists in ((0, 1), (59, 1), (2, 2)):
        scene.clock.move(seconds)
        scene.take()
        await scene.deliver()
        assert scene.wire.lists == lists
    assert scene.replies() == [("dead", "longcode-unknown")] * 3


async def test_after_a_clock_was_set_back_a_number_is_asked_for_all_the_same(scene: Scene) -> None:
    for seconds, lists in ((0, 1), (-7_200, 2)):
        scene.clock.move(seconds)
        scene.take()
        await scene.deliver()
        assert scene.wire.lists == lists


@pytest.mark.parametrize("status", [0, 500, 429])
async def test_while_the_list_cannot_be_had_the_reply_waits(status: int, scene: Scene) -> None:
    knows(scene, "list", "setting")
    scene.wire.fails = status
    scene.take()
    await scene.deliver()
    assert [status for status, _ in scene.replies()] == ["due"]
    assert isinstance(await scene.deliver(), Nothing)
    scene.wire.fails = None
    scene.clock.move(2)
    await scene.deliver()
    assert [message["longcodeId"] for message in scene.wire.sent] == [103]


@pytest.mark.parametrize("status", [403, 404])
async def test_where_the_list_is_refused_the_look_up_goes_on(status: int, scene: Scene) -> None:
    members = knows(scene, "list", "conversation")
    scene.wire.fails = status
    assert (await scene.answer(**members))["longcodeId"] == LONGCODES["conversation"]


async def test_a_wrong_key_pauses_the_lane_and_makes_no_dead_letter(scene: Scene) -> None:
    knows(scene, "list")
    scene.wire.fails = 401
    scene.take()
    await scene.deliver()
    because = "the provider answered 401: the API key is missing or wrong"
    assert scene.replies() == [("due", because)]
    assert [row.paused for row in scene.rows(lanes)] == [because]
    assert await scene.deliver() == Nothing(None)


async def test_tags_are_carried_over_and_the_rule_goes_along(scene: Scene) -> None:
    sent = await scene.answer(tags={"longcodeId": "102", "campaign": "spring"})
    assert sent["tags"] == {"longcodeId": "102", "campaign": "spring", "rule": "hours"}


async def test_a_rule_of_before_is_not_carried_over(scene: Scene) -> None:
    sent = await scene.answer(tags={"longcodeId": "102", "rule": "an earlier one"})
    assert sent["tags"] == {"longcodeId": "102", "rule": "hours"}


async def test_a_whole_send(scene: Scene) -> None:
    sent = await scene.answer("order #48213", tags={"longcodeId": "102"})
    [message] = scene.provider.sent
    assert sent == {
        "subscribers": [PERSON],
        "message": "Order 48213 is on its way.",
        "longcodeId": 102,
        "externalId": message.external_id,
        "tags": {"longcodeId": "102", "rule": "order"},
    }
    assert message.request_id is not None
    assert len(message.request_id) == 32


async def test_a_decision_is_kept_with_its_trace(scene: Scene) -> None:
    scene.take("order #48213")
    [row] = scene.rows(decisions)
    assert (row.outcome, row.rule, row.reason, row.captures, row.changes, row.decided_at) == (
        "replied",
        "order",
        None,
        {"order_id": "48213"},
        [],
        scene.clock(),
    )
    captures = {"order_id": "48213"}
    assert row.trace[-1] == {"rule": "order", "matched": True, "captures": captures}
    assert row.ruleset == RULES.digest


REMEMBERS = """
rules:
  - id: name
    when: {regex: 'i am (?P<name>\\w+)'}
    set: {contact: {name: "{{ name }}"}, conversation: {step: named}}
    reply: "Hello {{ name }}."
  - id: forget
    when: {keywords: [forget]}
    set: {contact: {name: null}}
    silent: true
  - id: who
    when: {keywords: [who]}
    reply: "You are {{ contact.name | default('unknown') }}, {{ conversation.values.step }},
      {{ conversation.count }}."
"""


async def test_what_rules_set_is_there_for_the_next_message(scene: Scene) -> None:
    scene.rules = ruleset(REMEMBERS)
    scene.take("I am Zoe")
    assert scene.take("who am I?").replies[0].text == "You are Zoe, named, 1."
    scene.take("forget it")
    assert scene.take("who am I?").replies[0].text == "You are unknown, named, 3."


async def test_the_person_is_known_on_another_number_and_the_conversation_is_not(
    scene: Scene,
) -> None:
    scene.rules = ruleset(REMEMBERS)
    scene.take("I am Zoe")
    scene.take("I am Ann", sender=OTHER_PERSON, number="+18005550102")
    assert [(row.number, dict(row._mapping["values"])) for row in scene.rows(contacts)] == [
        (PERSON, {"name": "Zoe"}),
        (OTHER_PERSON, {"name": "Ann"}),
    ]
    decided = scene.take("who am I?", number="+18005550102")
    # Nothing is stored of the new conversation, which the template did not count with.
    assert (decided.outcome, decided.reason) == (Outcome.FAILED, Reason.TEMPLATE_ERROR)


async def test_an_opt_out_drops_what_is_queued_and_holds(scene: Scene) -> None:
    scene.take("Hours?")
    scene.take("Hours?", sender=OTHER_PERSON)
    stopped = scene.take("STOP")
    assert (stopped.outcome, stopped.reason) == (Outcome.SUPPRESSED, Reason.OPT_OUT)
    assert scene.replies() == [("dropped", "opt-out"), ("due", "")]
    assert [(row.number, row.because) for row in scene.rows(optouts)] == [(PERSON, "in-3")]
    assert scene.take("Hours?").reason is Reason.OPTED_OUT
    assert scene.take("Hours?", number="+18005550102").reason is Reason.OPTED_OUT


async def test_an_opt_in_brings_the_answers_back(scene: Scene) -> None:
    for text in ("STOP", "START"):
        scene.take(text)
    assert scene.rows(optouts) == []
    assert scene.take("Hours?").outcome is Outcome.REPLIED


@pytest.mark.parametrize(
    ("start", "returns"),
    [
        pytest.param(timedelta(seconds=1), True, id="written after it"),
        pytest.param(timedelta(), True, id="written at the same time"),
        pytest.param(timedelta(seconds=-1), False, id="written before it"),
    ],
)
@pytest.mark.parametrize("before", [[], ["STOP"]])
async def test_a_start_counts_only_where_it_was_written_after_the_last_stop(
    before: list[str], start: timedelta, returns: bool, scene: Scene
) -> None:
    said = scene.clock.now - timedelta(hours=1)
    for text in before:
        scene.take(text, sent_at=said - timedelta(hours=1))
    scene.take("STOP", sent_at=said)
    decision = scene.take("START", sent_at=said + start)
    assert (decision.reason, scene.rows(optouts) == []) == (
        (Reason.OPT_IN, True) if returns else (Reason.OPTED_OUT, False)
    )


@pytest.mark.parametrize(
    "provider_ahead", [timedelta(hours=1), timedelta(), timedelta(hours=-1)], ids=str
)
@pytest.mark.parametrize("timed", [(True, False), (False, True), (False, False)])
async def test_without_two_times_of_the_provider_the_order_of_arrival_counts(
    timed: tuple[bool, bool], provider_ahead: timedelta, scene: Scene
) -> None:
    """Whatever its clock says in relation to ours."""
    for text, has_time in zip(("STOP", "START"), timed, strict=True):
        scene.clock.now += timedelta(minutes=1)
        scene.take(text, sent_at=scene.clock.now + provider_ahead if has_time else None)
    assert scene.rows(optouts) == []


@pytest.mark.parametrize("provider_ahead", [timedelta(hours=1), timedelta(hours=-1)], ids=str)
@pytest.mark.parametrize("older", [True, False])
async def test_a_clock_apart_from_ours_changes_nothing_of_what_came_first(
    older: bool, provider_ahead: timedelta, scene: Scene
) -> None:
    said = scene.clock.now + provider_ahead
    scene.take("STOP", sent_at=said)
    scene.clock.now += timedelta(minutes=5)
    away = timedelta(seconds=-1 if older else 1)
    decision = scene.take("START", sent_at=said + away)
    assert decision.reason is (Reason.OPTED_OUT if older else Reason.OPT_IN)


async def test_who_was_reported_as_stopped_comes_back_by_any_start(scene: Scene) -> None:
    with scene.database.transaction() as connection:
        people.opt_out(connection, PERSON, "delivery-status 11", scene.clock.now)
    scene.take("START", sent_at=scene.clock.now - timedelta(hours=1))
    assert scene.rows(optouts) == []


@pytest.mark.parametrize(
    ("sender", "status", "reason"),
    [
        (PERSON, "due", ""),
        ("ann@shop.example", "due", ""),
        ("87121", "dropped", "cannot-be-answered"),
        ("MYBANK", "dropped", "cannot-be-answered"),
    ],
)
async def test_nobody_reads_what_a_short_code_gets(
    sender: str, status: str, reason: str, scene: Scene
) -> None:
    decision = scene.take("Hours?", sender=sender)
    assert decision.outcome is Outcome.REPLIED
    [row] = scene.rows(table)
    assert (row.recipient, row.status, row.reason) == (sender, status, reason)


async def test_a_stop_that_comes_late_counts_all_the_same(scene: Scene) -> None:
    scene.take("START", sent_at=scene.clock.now)
    scene.take("STOP", sent_at=scene.clock.now - timedelta(hours=1))
    assert [row.number for row in scene.rows(optouts)] == [PERSON]


async def test_only_the_confirmation_of_an_opt_out_gets_through(scene: Scene) -> None:
    scene.rules = ruleset('guards: {opt_out: {reply: "You are out."}}' + HOURS)
    scene.take("Hours?")
    scene.take("STOP", tags={"longcodeId": "102"})
    await scene.deliver()
    assert isinstance(await scene.deliver(), Nothing)
    assert [message["message"] for message in scene.wire.sent] == ["You are out."]


CONFIRMS = ruleset('guards: {opt_out: {reply: "You are out."}}' + HOURS)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["STOP", "STOP"], 1),
        (["STOP", "stop please", "STOP", "Stop!"], 1),
        (["STOP", "START", "STOP"], 1),
        (["STOP", "STOP", "START"], 1),
        (["START", "Hours?"], 0),
    ],
)
async def test_who_leaves_twice_is_told_once(texts: list[str], told: int, scene: Scene) -> None:
    scene.rules = CONFIRMS
    for text in texts:
        scene.clock.move(0.3)
        number = OUR_NUMBER if scene.rows(inbox_table) else "+18005550101"
        scene.take(text, number=number, sent_at=scene.clock(), tags={"longcodeId": "102"})
    for _ in range(6):
        await scene.deliver()
    sent = [message["message"] for message in scene.wire.sent]
    assert sent.count("You are out.") == told


async def test_who_leaves_again_while_the_confirmation_is_tried_again_is_told(scene: Scene) -> None:
    scene.rules = CONFIRMS
    scene.take("STOP", sent_at=scene.clock(), tags={"longcodeId": "102"})
    scene.provider.faults.append(Fault(status=500))
    await scene.deliver()
    scene.clock.move(2)
    scene.take("STOP", sent_at=scene.clock(), tags={"longcodeId": "102"})
    await scene.deliver()
    assert scene.replies() == [("accepted", "")]
    assert [sent.text for sent in scene.provider.sent] == ["You are out."]


async def test_who_leaves_while_the_list_is_asked_for_gets_nothing(scene: Scene) -> None:
    knows(scene, "list")
    scene.rules = ruleset('guards: {opt_out: {reply: "You are out."}}' + HOURS)
    scene.take("Hours?")
    scene.wire.meanwhile = lambda: scene.take("STOP")
    assert isinstance(await scene.deliver(), Nothing)
    await scene.deliver()
    assert scene.replies() == [("dropped", "opted-out"), ("accepted", "")]
    assert [message["message"] for message in scene.wire.sent] == ["You are out."]


async def test_a_dry_run_decides_and_records_and_sends_nothing(scene: Scene) -> None:
    decided = scene.process(inbound("Hours?"), sends=False)
    assert decided.outcome is Outcome.REPLIED
    assert scene.replies() == [("dropped", "dry run")]
    assert await scene.deliver() == Nothing(None)


async def test_a_delayed_reply_waits_for_its_time(scene: Scene) -> None:
    scene.rules = ruleset(
        "rules:\n- {id: later, when: {keywords: [hours]}, reply: {text: Open., delay: 10m}}"
    )
    scene.take(tags={"longcodeId": "102"})
    assert await scene.deliver() == Nothing(scene.clock() + timedelta(minutes=10))
    scene.clock.move(600)
    await scene.deliver()
    assert [message["message"] for message in scene.wire.sent] == ["Open."]


async def test_several_replies_leave_in_their_order_each_with_ids_of_its_own(scene: Scene) -> None:
    scene.rules = ruleset("rules:\n- {id: two, when: {keywords: [hours]}, reply: [one, two]}")
    scene.take(tags={"longcodeId": "102"})
    for _ in range(2):
        await scene.deliver()
    assert [message["message"] for message in scene.wire.sent] == ["one", "two"]
    assert len({message.external_id for message in scene.provider.sent}) == 2
    assert len({message.request_id for message in scene.provider.sent}) == 2


async def test_a_message_that_cannot_be_processed_is_closed_with_the_reason(scene: Scene) -> None:
    with scene.database.transaction() as connection:
        inbox.keep(connection, [inbound("Hours?")])
        [waiting] = inbox.waiting(connection, 10)
        processing.fail(connection, waiting, RULES, "a fault", scene.clock())
        assert inbox.waiting(connection, 10) == []
    [row] = scene.rows(decisions)
    assert (row.outcome, row.rule, row.detail, scene.replies()) == ("failed", None, "a fault", [])


async def test_a_first_message_begins_the_chain_that_its_answer_goes_on_with(scene: Scene) -> None:
    with scene.database.transaction() as connection:
        external_id = outgoing.first_message(
            connection,
            FirstMessage(
                to=PERSON,
                text="Ready?",
                longcode_id=LongcodeId(103),
                tags={"campaign": "spring"},
            ),
            LongTexts.SPLIT,
            scene.clock(),
        )
    await scene.deliver()
    answer = await scene.answer(external_id=external_id, tags={"campaign": "spring"})
    assert (answer["longcodeId"], answer["tags"]) == (103, {"campaign": "spring", "rule": "hours"})
    assert len(scene.rows(conversations)) == 1


async def test_an_imported_message_is_known_once_and_never_sent(scene: Scene) -> None:
    def imported() -> bool:
        with scene.database.transaction() as connection:
            sent = SentElsewhere(
                external_id="theirs-1", to=PERSON, longcode_id=LongcodeId(104), at=scene.clock()
            )
            return elsewhere.import_message(connection, sent)

    assert [imported(), imported()] == [True, False]
    assert await scene.deliver() == Nothing(None)
    assert (await scene.answer(external_id="theirs-1"))["longcodeId"] == 104


def import_at(scene: Scene, external_id: str, at: datetime, line: int = 104) -> None:
    with scene.database.transaction() as connection:
        sent = SentElsewhere(
            external_id=external_id, to=PERSON, longcode_id=LongcodeId(line), at=at
        )
        assert elsewhere.import_message(connection, sent)


def said(scene: Scene) -> list[list[str]]:
    """Each chain, as people see it: the external ids of ours, the texts of theirs."""
    with scene.database.transaction() as connection:
        chains_found = views.chains_with(connection, PERSON)
    return [
        [
            one.message.external_id if isinstance(one, OutboundView) else one.message.text
            for one in chain.messages
        ]
        for chain in chains_found
    ]


@pytest.mark.parametrize("listed", [True, False])
async def test_an_import_after_the_fact_stands_where_it_was_sent_and_links_its_answer(
    listed: bool, scene: Scene
) -> None:
    if listed:
        await scene.numbers.refresh(scene.gateway, scene.writer, scene.clock())
    begin = scene.clock.now
    number = f"+18005550{LONGCODES['conversation']}"
    scene.take("one", number=number)
    scene.clock.now += timedelta(minutes=1)
    scene.take("two", number=number, external_id="theirs-1", received_at=scene.clock.now)
    import_at(scene, "theirs-1", begin + timedelta(seconds=30))
    assert said(scene) == [["one", "theirs-1", "two"]]
    assert [row.answers_id for row in scene.rows(inbox_table)] == [None, 1]


async def test_an_import_whose_clock_is_ahead_stands_before_what_answers_it(scene: Scene) -> None:
    scene.take("two", external_id="theirs-1")
    import_at(scene, "theirs-1", scene.clock.now + timedelta(hours=1))
    assert said(scene) == [["theirs-1", "two"]]


@pytest.mark.parametrize("skew", [timedelta(hours=1), timedelta(hours=-1)], ids=str)
async def test_the_order_is_that_of_the_ledger_at_any_skew_of_clocks(
    skew: timedelta, scene: Scene
) -> None:
    """The machine that takes webhooks is ahead of the one that sends, or behind."""
    scene.settings = replace(scene.settings, longcode_id=LongcodeId(9))
    answers = []
    for text in ("Hours?", "order #1", "order #2"):
        scene.take(text, received_at=scene.clock.now + skew)
        await scene.deliver()
        scene.clock.now += timedelta(seconds=1)
        answers += [text, scene.wire.sent[-1]["externalId"]]
    assert said(scene) == [answers]


LONG = "four " * 40
PARTS = [("four " * 32).strip(), ("four " * 8).strip()]


def saying(text: str, image: str | None = None, long: LongTexts | None = None) -> Ruleset:
    picture = f", image: {image}" if image else ""
    when = "max_segments: 20, when: {keywords: hours}" + (f", long: {long}" if long else "")
    return ruleset(f'rules: [{{id: hours, {when}, reply: {{text: "{text}"{picture}}}}}]')


async def test_a_long_reply_leaves_in_parts_each_with_ids_of_its_own(scene: Scene) -> None:
    scene.rules = saying(LONG)
    scene.settings = replace(scene.settings, longcode_id=LongcodeId(9))
    scene.take()
    for _ in PARTS:
        await scene.deliver()
    assert [sent["message"] for sent in scene.wire.sent] == PARTS
    assert len({sent["externalId"] for sent in scene.wire.sent}) == 2
    assert [(row.inbox_id, row.rule) for row in scene.rows(table)] == [(1, "hours")] * 2


async def test_a_long_reply_leaves_as_an_mms_where_that_is_set(scene: Scene) -> None:
    scene.rules = saying(LONG)
    scene.settings = replace(scene.settings, longcode_id=LongcodeId(9), long_texts=LongTexts.MMS)
    sent = await scene.answer()
    assert (sent["message"], sent["isMMS"]) == (LONG.strip(), True)


@pytest.mark.parametrize("setting", LongTexts)
@pytest.mark.parametrize(
    ("long", "expected"),
    [
        (LongTexts.SPLIT, [("due", text, False) for text in PARTS]),
        (LongTexts.MMS, [("due", LONG.strip(), True)]),
        (LongTexts.HOLD, [("dead", LONG.strip(), False)]),
    ],
)
async def test_what_a_rule_says_of_long_replies_wins_over_the_setting(
    long: LongTexts, expected: list[tuple[str, str, bool]], setting: LongTexts, scene: Scene
) -> None:
    scene.rules = saying(LONG, long=long)
    scene.settings = replace(scene.settings, long_texts=setting)
    scene.take()
    assert [(row.status, row.text, row.is_mms) for row in scene.rows(table)] == expected


@pytest.mark.parametrize("setting", LongTexts)
async def test_a_dead_letter_that_was_to_be_an_mms_stays_one(
    setting: LongTexts, scene: Scene
) -> None:
    scene.rules = saying(LONG, long=LongTexts.MMS)
    scene.take()
    held = Delivered(ANY, Refused("longcode-unknown"))
    assert await scene.deliver() == held
    with scene.database.transaction() as connection:
        dead = dead_letters.one(connection, 1)
        assert dead is not None
        assert outgoing.retry(connection, dead, setting, LongcodeId(9), scene.clock())
    assert [(row.text, row.is_mms) for row in scene.rows(table)] == [(LONG.strip(), True)]


@pytest.mark.parametrize(
    ("text", "image", "policy"),
    [
        (LONG, None, LongTexts.HOLD),
        ("four " * 320, "https://example.com/1.jpg", LongTexts.SPLIT),
        ("four " * 320, "https://example.com/1.jpg", LongTexts.MMS),
    ],
)
async def test_a_reply_that_is_too_long_is_a_dead_letter_at_once(
    text: str, image: str | None, policy: LongTexts, scene: Scene
) -> None:
    scene.rules = saying(text, image)
    scene.settings = replace(scene.settings, long_texts=policy)
    scene.take()
    assert scene.replies() == [("dead", "too-long")]
    assert await scene.deliver() == Nothing(None)


async def test_a_text_that_does_not_fit_never_leaves_however_it_got_there(scene: Scene) -> None:
    with scene.database.transaction() as connection:
        queue(connection, outbound("a" * 161))
    assert await scene.deliver() == Delivered(ANY, Refused("too-long"))
    assert (scene.replies(), scene.wire.sent) == ([("dead", "too-long")], [])


async def test_a_dead_letter_that_was_too_long_leaves_in_parts_when_it_may(scene: Scene) -> None:
    scene.rules = saying(LONG)
    scene.settings = replace(scene.settings, longcode_id=LongcodeId(9), long_texts=LongTexts.HOLD)
    scene.take()
    for policy, taken in ((LongTexts.HOLD, False), (LongTexts.SPLIT, True)):
        with scene.database.transaction() as connection:
            dead = dead_letters.one(connection, 1)
            assert dead is not None
            assert outgoing.retry(connection, dead, policy, None, scene.clock()) is taken
    for _ in PARTS:
        await scene.deliver()
    assert [sent["message"] for sent in scene.wire.sent] == PARTS


async def test_a_long_first_message_leaves_in_parts_or_is_refused(scene: Scene) -> None:
    first = FirstMessage(to=PERSON, text=LONG, longcode_id=LINE, external_id="shop-1")
    now = scene.clock()
    with scene.database.transaction() as connection:
        with pytest.raises(UsageError, match="text: is too long"):
            outgoing.first_message(connection, first, LongTexts.HOLD, now)
        assert outgoing.first_message(connection, first, LongTexts.SPLIT, now) == "shop-1"
    rows = scene.rows(table)
    assert [row.text for row in rows] == PARTS
    assert rows[0].external_id == "shop-1" != rows[1].external_id
