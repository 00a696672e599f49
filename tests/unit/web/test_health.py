"""What a supervisor asks: alive, ready, and the counters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select

from bot.ledger import inbox, lane, sending
from bot.ledger.files import FileLock
from bot.ledger.schema import outbox
from bot.model import Rate
from bot.provider.answers import Accepted
from tests.build import NOW, inbound, ruleset
from tests.support import outbound, process, queue, webhook
from tests.unit.web.conftest import Web

pytestmark = pytest.mark.anyio


async def test_a_server_is_alive_and_ready(web: Web) -> None:
    alive, ready = await web.client.get("/healthz"), await web.client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "storage": "ok", "rules": "ok", "deciding": "ok", "sender": "ok"},
    )


async def test_while_the_database_is_held_by_another_it_is_alive_and_not_ready(
    web: Web, tmp_path: Path
) -> None:
    with closing(FileLock(tmp_path / "bot.db.lock")) as lock:
        assert lock.acquire(5)
        ready, alive = await web.client.get("/readyz"), await web.client.get("/healthz")
    assert (ready.status_code, ready.json()) == (
        503,
        failing("the database has not answered for 2 seconds"),
    )
    assert alive.status_code == 200
    assert (await web.client.get("/readyz")).status_code == 200


def failing(because: str) -> dict[str, object]:
    return {
        "status": "not ready",
        "storage": "failing",
        "rules": "ok",
        "deciding": "ok",
        "sender": "ok",
        "errors": [f"storage: {because}"],
    }


async def test_while_the_database_is_away_it_is_not_ready_and_says_so(
    web: Web, tmp_path: Path
) -> None:
    path = tmp_path / "bot.db"
    path.rename(tmp_path / "away.db")
    ready = await web.client.get("/readyz")
    because = (
        f"{path} was removed while the bot had it open: put it back, or stop the bot and start it"
        " again with the file that is to count"
    )
    assert (ready.status_code, ready.json()) == (503, failing(because))
    (tmp_path / "away.db").rename(path)
    assert (await web.client.get("/readyz")).status_code == 200


async def test_while_the_sender_is_paused_it_is_not_ready_and_says_why(web: Web) -> None:
    with web.database.transaction() as connection:
        lane.pause(connection, "the API key is missing or wrong")
    ready = await web.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        503,
        {
            "status": "not ready",
            "storage": "ok",
            "rules": "ok",
            "deciding": "ok",
            "sender": "paused",
            "errors": [
                "sender: the API key is missing or wrong (ends when a check finds the key good,"
                " or by `bot sender resume`)"
            ],
        },
    )
    assert (await counters(web))["bot_sender_paused"] == 1
    with web.database.transaction() as connection:
        lane.resume(connection)
    assert (await web.client.get("/readyz")).status_code == 200
    assert (await counters(web))["bot_sender_paused"] == 0


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def waits(connection: Connection, seconds: float, key: str = "r-1") -> None:
    inbox.keep(connection, [inbound("Hours?", key=key, received_at=ago(seconds))])


def was_decided(connection: Connection, seconds: float) -> None:
    waits(connection, seconds, key=f"decided {seconds}")
    process(connection, inbox.waiting(connection, 9)[-1], ruleset(""), ago(seconds))


def is_due(connection: Connection, seconds: float) -> None:
    queue(connection, outbound(), now=ago(seconds), due_at=ago(seconds))


def was_tried(connection: Connection, seconds: float) -> None:
    """And accepted."""
    queue(connection, outbound(), now=ago(9_999), due_at=ago(9_999))
    claim = sending.claim(connection, Rate(1_000, 1.0), ago(seconds))
    assert isinstance(claim, sending.Claim)
    sending.record(connection, claim, Accepted("1"), claim.message, ago(seconds))


def hangs(connection: Connection, seconds: float) -> None:
    """A call that never ends."""
    queue(connection, outbound(), now=ago(9_999), due_at=ago(9_999))
    sending.claim(connection, Rate(1_000, 1.0), ago(seconds))


def is_due_behind_a_retry(connection: Connection, seconds: float) -> None:
    first = queue(connection, outbound(), now=ago(9_999), due_at=ago(9_999))
    claim = sending.claim(connection, Rate(1_000, 1.0), ago(seconds))
    assert isinstance(claim, sending.Claim)
    sending.postpone(connection, claim, "away", NOW)
    chain = select(outbox.c.conversation_id).where(outbox.c.id == first)
    behind = connection.execute(chain).scalar_one()
    queue(connection, outbound(), conversation=behind, now=ago(seconds), due_at=ago(seconds))


def sends(connection: Connection) -> None:
    lane.note_sender(connection, ago(9_999))


Fact = Callable[[Connection], object]
NOTHING_DECIDED = "deciding: nothing was decided for 61 s, waiting: 1"
BY_HAND = "sender: paused by hand (ends by `bot sender resume`)"
NOTHING_TRIED = "sender: nothing was tried for 136 s, due: 1"


@pytest.mark.parametrize(
    ("facts", "errors"),
    [
        ([lambda c: waits(c, 60)], []),
        ([lambda c: waits(c, 61)], [NOTHING_DECIDED]),
        ([lambda c: was_decided(c, 61), lambda c: waits(c, 500)], [NOTHING_DECIDED]),
        # what waits for long while others are decided is a backlog, and a metric
        ([lambda c: was_decided(c, 59), lambda c: waits(c, 500)], []),
        ([lambda c: was_decided(c, 9_000)], []),
        # the rate's window is 15 s
        ([lambda c: is_due(c, 135)], []),
        ([lambda c: is_due(c, 136)], [NOTHING_TRIED]),
        ([lambda c: was_tried(c, 136), lambda c: is_due(c, 500)], [NOTHING_TRIED]),
        ([lambda c: was_tried(c, 134), lambda c: is_due(c, 500)], []),
        ([lambda c: was_tried(c, 9_000)], []),
        ([lambda c: hangs(c, 136), lambda c: is_due(c, 500)], [NOTHING_TRIED]),
        ([lambda c: is_due_behind_a_retry(c, 500)], []),
        ([lambda c: is_due(c, 500), lambda c: lane.back_off_until(c, ago(30))], []),
        ([lambda c: is_due(c, 500), lambda c: lane.back_off_until(c, ago(136))], [NOTHING_TRIED]),
        ([lambda c: is_due(c, 500), lambda c: lane.pause(c, lane.BY_HAND)], [BY_HAND]),
        ([lambda c: is_due(c, 500), lambda c: lane.note_sender(c, None)], []),
    ],
)
async def test_where_deciding_or_sending_stands_still_it_is_not_ready(
    facts: list[Fact], errors: list[str], web: Web
) -> None:
    with web.database.transaction() as connection:
        for fact in (sends, *facts):
            fact(connection)
    ready = await web.client.get("/readyz")
    found = ready.json()
    assert (ready.status_code, found.get("errors", [])) == (503 if errors else 200, errors)
    words = {error.partition(":")[0] for error in errors}
    assert (found["deciding"] != "ok", found["sender"] != "ok") == (
        "deciding" in words,
        "sender" in words,
    )


FAILS = ruleset(
    "rules: [{id: visit, when: always, reply: '{{ tags.day }}'}]\nfallback: {reply: Sorry.}"
)


@pytest.mark.parametrize(
    ("seconds", "warnings"),
    [
        (3_599, ["rule visit could not answer at 16:04 UTC, see `bot inbox`"]),
        (3_600, None),
    ],
)
async def test_a_rule_that_could_not_answer_is_a_warning_for_an_hour(
    seconds: float, warnings: list[str] | None, web: Web
) -> None:
    """Whichever machine decided."""
    with web.database.transaction() as connection:
        waits(connection, seconds, key="failed")
        [waiting] = inbox.waiting(connection, 9)
        process(connection, waiting, FAILS, ago(seconds))
        connection.execute(delete(outbox))  # what is due is another warning
    ready = await web.client.get("/readyz")
    assert (ready.status_code, ready.json().get("warnings")) == (200, warnings)


async def test_what_ends_a_pause_is_said(web: Web) -> None:
    with web.database.transaction() as connection:
        lane.pause_for_trials(connection, "the provider answered 402", NOW)
    [error] = (await web.client.get("/readyz")).json()["errors"]
    assert error == (
        "sender: the provider answered 402 (ends when the provider takes a trial message, the next"
        " at 2026-01-15T17:05:05Z, or by `bot sender resume`)"
    )


async def test_what_waits_is_told_with_its_age(web: Web) -> None:
    with web.database.transaction() as connection:
        queue(connection, outbound(), due_at=NOW - timedelta(seconds=90))
        queue(connection, outbound(), due_at=NOW - timedelta(seconds=30))
        queue(connection, outbound(), due_at=NOW + timedelta(seconds=30))
        queue(connection, outbound(), status="dead")
        inbox.keep(connection, [inbound(received_at=NOW - timedelta(seconds=5))])
    found = await counters(web)
    assert {name: value for name, value in found.items() if "{where=" in name} == {
        'bot_waiting{where="inbox"}': 1,
        'bot_waiting{where="outbox"}': 2,
        'bot_waiting_seconds{where="inbox"}': 5,
        'bot_waiting_seconds{where="outbox"}': 90,
        'bot_kept_for_a_person{where="dead letters"}': 1,
        'bot_kept_for_a_person{where="quarantine"}': 0,
    }


async def counters(web: Web) -> dict[str, float]:
    response = await web.client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = response.text.splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        if not name.partition("{")[0].endswith("_created")
    }


async def test_what_comes_in_is_counted(web: Web) -> None:
    for body in (webhook(), webhook(), webhook(fromNumber=None)):
        await web.post(body)
    await web.post(b'{"status": 4}', "delivery-status")
    await web.post(webhook(), **{"X-Signature": "0" * 64})
    await web.post(b"x" * 70_000)
    found = await counters(web)
    assert {name: value for name, value in found.items() if "_bucket" not in name} == {
        "bot_segments_today": 0,
        'bot_events_total{event="message-reply",result="accepted"}': 1,
        'bot_events_total{event="message-reply",result="duplicate"}': 1,
        'bot_events_total{event="message-reply",result="quarantined"}': 1,
        'bot_events_total{event="delivery-status",result="accepted"}': 1,
        'bot_webhooks_rejected_total{because="signature"}': 1,
        'bot_webhooks_rejected_total{because="too large"}': 1,
        'bot_waiting{where="inbox"}': 1,
        'bot_waiting{where="outbox"}': 0,
        'bot_waiting_seconds{where="inbox"}': 0,
        'bot_waiting_seconds{where="outbox"}': 0,
        'bot_kept_for_a_person{where="dead letters"}': 0,
        'bot_kept_for_a_person{where="quarantine"}': 1,
        "bot_sender_paused": 0,
        "bot_decide_seconds_count": 0,
        "bot_decide_seconds_sum": 0,
        "bot_send_seconds_count": 0,
        "bot_send_seconds_sum": 0,
        "bot_decide_wait_seconds_count": 0,
        "bot_decide_wait_seconds_sum": 0,
    }
