"""What a supervisor asks: alive, ready, and the counters."""

from __future__ import annotations

import fcntl
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ledger import inbox, lane
from tests.build import NOW, inbound
from tests.support import outbound, queue, webhook
from tests.unit.web.conftest import Web

pytestmark = pytest.mark.anyio


async def test_a_server_is_alive_and_ready(web: Web) -> None:
    alive, ready = await web.client.get("/healthz"), await web.client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "storage": "ok", "rules": "ok", "sender": "ok"},
    )


async def test_while_the_database_is_held_by_another_it_is_alive_and_not_ready(
    web: Web, tmp_path: Path
) -> None:
    with (tmp_path / "bot.db.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready, alive = await web.client.get("/readyz"), await web.client.get("/healthz")
    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "not ready", "storage": "failing", "rules": "ok", "sender": "ok"},
    )
    assert alive.status_code == 200
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
            "sender": "paused",
            "errors": ["sender: the API key is missing or wrong"],
        },
    )
    assert (await counters(web))["bot_sender_paused"] == 1
    with web.database.transaction() as connection:
        lane.resume(connection)
    assert (await web.client.get("/readyz")).status_code == 200
    assert (await counters(web))["bot_sender_paused"] == 0


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
