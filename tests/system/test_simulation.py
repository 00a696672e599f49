"""Many worlds keep every promise; and a bot that is broken on purpose is found out, each time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import update

from bot.engine import quiet
from bot.engine.timers import timers_of
from bot.engine.waiting import Which
from bot.ledger import contacts, due, history, lane, outbox, overtaken, questions, sending, timers
from bot.ledger import inbox as inbox_part
from bot.ledger.prepared import Prepared
from bot.ledger.schema import inbox
from bot.ledger.schema import outbox as outbox_table
from bot.messaging import delivery, longcodes, processing
from bot.messaging import timers as keeping
from bot.messaging.timers import Timekeeper
from bot.model import Reason
from bot.provider import events, ids
from bot.provider import sending as wire
from bot.provider.rate_limit import RateLimiter
from bot.rules.guards.paused import Paused
from tests.build import NOW
from tests.simulation import promises
from tests.simulation.promises import broken
from tests.simulation.world import Worlds

SEEDS = 200
"""Of each run of the suite; `python -m tests.simulation --seeds 10000` runs more."""
MOST = 60
"""Seeds within which a broken bot must be found out."""

Patches = Callable[[], list[AbstractContextManager[Any]]]


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    worlds = Worlds()
    yield worlds
    worlds.close()


def test_every_promise_holds(worlds: Worlds) -> None:
    found = {seed: broken(worlds.run(seed)) for seed in range(1, SEEDS + 1)}
    assert {seed: what for seed, what in found.items() if what} == {}


def test_a_seed_tells_the_same_story_each_time(worlds: Worlds) -> None:
    first, again = worlds.run(6), worlds.run(6)
    assert (first.log, first.counts) == (again.log, again.counts)
    assert first.log != worlds.run(7).log


def test_a_world_has_all_that_it_is_there_for(worlds: Worlds) -> None:
    counts = worlds.run(1).counts
    for seed in range(2, 12):
        counts += worlds.run(seed).counts
    wanted = ("messages", "repeats", "duplicates", "sends", "faults", "crashes", "jumps")
    assert [name for name in wanted if not counts[name]] == []


def _forgets_what_it_was_sending() -> list[AbstractContextManager[Any]]:
    return [patch.object(sending, "requeue", lambda connection, because, now: None)]


def _knows_no_repetition() -> list[AbstractContextManager[Any]]:
    real = events.delivery_key
    return [
        patch.object(
            events, "delivery_key", lambda data: real(data)[:40] + ids.new_ids().request_id[:20]
        )
    ]


def _loses_what_it_acknowledged() -> list[AbstractContextManager[Any]]:
    """The answer goes out before the commit."""

    def keep(connection: Any, messages: Any) -> Any:
        return [inbox_part.Kept(1, duplicate=False) for _ in messages]

    return [patch.object(inbox_part, "keep", keep)]


def _loses_replies() -> list[AbstractContextManager[Any]]:
    """The decision is kept and one in three of its replies is not."""
    real = outbox.put

    def put(connection: Any, queued: Any, now: Any) -> Any:
        return real(connection, [item for item in queued if int(item.inbox_id or 0) % 3], now)

    return [patch.object(outbox, "put", put)]


def _takes_any_name() -> list[AbstractContextManager[Any]]:
    """Each try under a new request id."""
    real = outbox.message_of

    def message_of(row: Any) -> Any:
        return replace(real(row), request_id=ids.new_ids().request_id)

    return [patch.object(sending, "message_of", message_of)]


def _has_no_order() -> list[AbstractContextManager[Any]]:
    """The latest first, and nothing waits for what was before it."""
    unblocked = due.next_due(in_order=False).order_by(None).order_by(outbox_table.c.id.desc())
    return [patch.object(sending, "NEXT_DUE", Prepared(unblocked))]


def _has_no_rate() -> list[AbstractContextManager[Any]]:
    return [
        patch.object(lane, "wait", lambda *_: None),
        patch.object(RateLimiter, "wait", lambda *_: 0.0),
    ]


def _believes_the_clock() -> list[AbstractContextManager[Any]]:
    return [patch.object(RateLimiter, "wait", lambda *_: 0.0)]


def _does_not_wait() -> list[AbstractContextManager[Any]]:
    return [
        patch.object(lane, "back_off_until", lambda connection, at: None),
        patch.object(RateLimiter, "sent", lambda self, now, after: None),
    ]


def _forgets_who_left() -> list[AbstractContextManager[Any]]:
    never = patch.object(overtaken, "is_opted_out", lambda connection, number: False)
    return [never, patch.object(outbox, "drop_queued", lambda *_, **__: None)]


def _confirms_each_opt_out() -> list[AbstractContextManager[Any]]:
    def known(*asked: Any) -> Any:
        return replace(contacts.known(*asked), opt_out=None)

    forgetful = SimpleNamespace(**{**vars(contacts), "known": known})
    return [patch.object(history, "contacts", forgetful)]


def _has_no_sense_of_time() -> list[AbstractContextManager[Any]]:
    async def fire(_: Any) -> int:
        return 0

    return [
        patch.object(Timekeeper, "fire", fire),
        patch.object(processing, "happen", lambda connection, conversation, thread, *_: thread),
    ]


def _says_it_again_later() -> list[AbstractContextManager[Any]]:
    """One in two of what was said by itself waits still."""
    real, done = timers.end, itertools.count()

    def end(connection: Any, conversation_id: Any, ended: Any, now: Any) -> None:
        if ended.reason or next(done) % 2:
            real(connection, conversation_id, ended, now)

    return [patch.object(timers, "end", end)]


def _reminds_those_who_left() -> list[AbstractContextManager[Any]]:
    real_end = timers.end

    def end(connection: Any, conversation_id: Any, ended: Any, now: Any) -> None:
        if ended.reason != Reason.OPT_OUT:
            real_end(connection, conversation_id, ended, now)

    return [
        patch.object(timers, "end", end),
        patch.object(questions, "end_all", lambda *_: None),
        patch.object(
            keeping, "timers_of", lambda thread: timers_of(replace(thread, opted_out=False))
        ),
    ]


def _reminds_those_who_replied() -> list[AbstractContextManager[Any]]:
    real = timers.end

    def end(connection: Any, conversation_id: Any, ended: Any, now: Any) -> None:
        if ended.which is not Which.UNLESS_REPLIED:
            real(connection, conversation_id, ended, now)

    return [patch.object(timers, "end", end)]


def _never_sleeps() -> list[AbstractContextManager[Any]]:
    asked = (quiet, delivery)
    return [patch.object(module, "quiet_of", lambda *_, **__: None) for module in asked]


def _sleeps_only_when_it_decides() -> list[AbstractContextManager[Any]]:
    """What waited for its turn leaves, though quiet hours have begun meanwhile."""
    return [patch.object(delivery, "quiet_of", lambda *_, **__: None)]


def _talks_beside_a_person() -> list[AbstractContextManager[Any]]:
    ended = SimpleNamespace(due_at=NOW - timedelta(days=1))
    return [
        patch.object(Paused, "examine", lambda self, seen: Paused.MISS),
        patch.object(outbox, "drop_said_by_rules", lambda *_: None),
        patch.object(overtaken, "Handoff", SimpleNamespace(of=lambda _: ended)),
    ]


def _excuses_itself_though_one_of_ours_has_come() -> list[AbstractContextManager[Any]]:
    """That nobody came, which quiet hours have held."""
    real = timers.end

    def end(connection: Any, conversation_id: Any, ended: Any, now: Any) -> None:
        if ended.reason != Reason.PAUSED:
            real(connection, conversation_id, ended, now)

    return [
        patch.object(timers, "end", end),
        patch.object(overtaken, "_is_silenced", lambda *_: False),
    ]


def _excuses_itself_though_it_has_answered() -> list[AbstractContextManager[Any]]:
    """That nobody came, which waited for its turn."""
    return [patch.object(overtaken, "_has_written", lambda *_: False)]


def _takes_the_confirmation_back() -> list[AbstractContextManager[Any]]:
    """Where they leave twice."""
    real = outbox.drop_queued

    def drop_queued(*about: Any, had_left: bool) -> None:
        real(*about, had_left=False)

    return [patch.object(outbox, "drop_queued", drop_queued)]


def _sends_from_any_number() -> list[AbstractContextManager[Any]]:
    async def find(*_: Any) -> Any:
        return 500

    return [
        patch.object(longcodes, "find", find),
        patch.object(longcodes, "stated", lambda *_: None),
    ]


def _reuses_names() -> list[AbstractContextManager[Any]]:
    """The random numbers repeat themselves, in as many bits as the ledger lets pass."""
    real = wire.send_body

    def send_body(message: Any) -> bytes:
        return real(replace(message, external_id=message.external_id[:1]))

    return [patch.object(wire, "send_body", send_body)]


def _says_something_else() -> list[AbstractContextManager[Any]]:
    real = wire.send_body

    def send_body(message: Any) -> bytes:
        return real(replace(message, text=message.text[:9]))

    return [patch.object(wire, "send_body", send_body)]


def _fails_at_some() -> list[AbstractContextManager[Any]]:
    real = processing.answer

    def answer(connection: Any, bursts: Any, *rest: Any) -> Any:
        if any(waiting.id == 7 for burst in bursts for waiting in burst):
            raise ValueError("a fault")
        return real(connection, bursts, *rest)

    return [patch.object(processing, "answer", answer)]


def _closes_without_deciding() -> list[AbstractContextManager[Any]]:
    def waiting(connection: Any, limit: int) -> Any:
        connection.execute(update(inbox).where(inbox.c.id % 5 == 0).values(status="lost"))
        return real(connection, limit)

    real = inbox_part.waiting
    return [patch.object(inbox_part, "waiting", waiting)]


BROKEN: dict[Patches, Callable[..., object]] = {
    _loses_what_it_acknowledged: promises.nothing_is_lost,
    _knows_no_repetition: promises.nothing_is_lost,
    _closes_without_deciding: promises.nothing_is_lost,
    _takes_any_name: promises.nothing_is_said_twice,
    _loses_replies: promises.what_was_decided_is_said,
    _says_something_else: promises.nothing_else_is_said,
    _has_no_order: promises.replies_keep_the_order,
    _has_no_rate: promises.no_more_than_the_rate,
    _believes_the_clock: promises.no_more_than_the_rate,
    _does_not_wait: promises.waits_as_it_was_told,
    _forgets_who_left: promises.who_left_is_left_alone,
    _confirms_each_opt_out: promises.who_left_is_left_alone,
    _takes_the_confirmation_back: promises.who_left_is_left_alone,
    _has_no_sense_of_time: promises.what_is_asked_ends_once,
    _says_it_again_later: promises.what_is_said_later_is_said_once,
    _reminds_those_who_left: promises.what_is_said_later_is_said_once,
    _reminds_those_who_replied: promises.what_is_said_later_is_said_once,
    _never_sleeps: promises.quiet_hours_are_quiet,
    _sleeps_only_when_it_decides: promises.quiet_hours_are_quiet,
    _talks_beside_a_person: promises.the_bot_is_silent_beside_a_person,
    _excuses_itself_though_one_of_ours_has_come: promises.the_bot_is_silent_beside_a_person,
    _excuses_itself_though_it_has_answered: promises.what_is_said_later_is_said_once,
    _sends_from_any_number: promises.it_leaves_from_the_number_written_to,
    _reuses_names: promises.every_name_is_fresh,
    _forgets_what_it_was_sending: promises.all_is_done_in_the_end,
    _fails_at_some: promises.nothing_fails_by_itself,
}


@pytest.mark.parametrize(("breaks", "promise"), BROKEN.items(), ids=lambda part: part.__name__)
def test_a_broken_bot_is_found_out(
    breaks: Patches, promise: Callable[..., object], worlds: Worlds
) -> None:
    assert promise in promises.PROMISES
    with ExitStack() as stack:
        for one in breaks():
            stack.enter_context(one)
        seeds = range(1, MOST + 1)
        found = (seed for seed in seeds if any(promise(worlds.run(seed))))
        assert next(found, None) is not None


def test_each_promise_has_a_bot_that_breaks_it() -> None:
    assert {*BROKEN.values()} == {*promises.PROMISES}
