"""Two bots behind one server: the path tells whose event it is, and nothing crosses over."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.ledger import lane
from bot.ledger.database import Database, open_database
from bot.ledger.schema import inbox, outbox
from bot.ledger.writer import Writer
from bot.messaging.resources import Resources
from bot.runtime.live_rules import LiveRules
from bot.runtime.runner import Runner
from bot.settings import Settings
from bot.web.app import Served, create_app
from bot.web.console.desk import Desk
from tests.build import NOW, PERSON
from tests.conftest import Logged
from tests.support import HOURS, LINE, signed, webhook

pytestmark = pytest.mark.anyio

SECRETS = {"clinic": "secret-of-clinic", "shop": "secret-of-shop"}
FIRST = {"to": PERSON, "text": "Hello!", "longcodeId": LINE}
READY = {"status": "ready", "storage": "ok", "rules": "ok", "deciding": "ok", "sender": "ok"}


@dataclass(slots=True)
class Both:
    """One server, and the ledger of each account."""

    client: httpx.AsyncClient
    ledgers: dict[str, Database]
    errors: list[str]
    """Of the shop's rules."""

    async def post(self, path: str, secret: str, body: bytes) -> int:
        response = await self.client.post(path, content=body, headers=signed(body, secret))
        return response.status_code

    def counts(self, table: Any) -> dict[str, int]:
        found = {}
        for account, database in self.ledgers.items():
            with database.transaction() as connection:
                found[account] = connection.execute(
                    select(func.count()).select_from(table)
                ).scalar_one()
        return found


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        served, ledgers = [], {}
        errors: list[str] = []
        (tmp_path / "shop.yaml").write_text(HOURS)
        live = LiveRules(tmp_path / "shop.yaml", "America/New_York")
        for account, secret in SECRETS.items():
            url = f"sqlite:///{tmp_path / account}.db"
            ledgers[account] = stack.enter_context(closing(open_database(url)))
            resources = Resources(
                settings=Settings(account=account),
                writer=Writer(ledgers[account]),
                rules=live.current,
                clock=lambda: NOW,
            )
            stack.push_async_callback(asyncio.to_thread, resources.writer.close)
            runner = Runner(resources)
            one = Served(
                account=account,
                secrets=(secret,),
                bot=runner.intake,
                metrics=resources.metrics,
                desk=Desk.of(resources, live, runner.intake),
                rule_errors=tuple if account == "clinic" else lambda: errors,
            )
            served.append(one)
        transport = httpx.ASGITransport(create_app(*served), client=("127.0.0.1", 40_000))
        http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")
        yield Both(await stack.enter_async_context(http), ledgers, errors)


@pytest.mark.parametrize(
    ("path", "secret", "status", "kept"),
    [
        ("/webhooks/clinic/message-reply", "secret-of-clinic", 200, {"clinic": 1, "shop": 0}),
        ("/webhooks/shop/message-reply", "secret-of-shop", 200, {"clinic": 0, "shop": 1}),
        ("/webhooks/clinic/message-reply", "secret-of-shop", 401, {"clinic": 0, "shop": 0}),
        ("/webhooks/shop/message-reply", "secret-of-clinic", 401, {"clinic": 0, "shop": 0}),
        ("/webhooks/pub/message-reply", "secret-of-clinic", 404, {"clinic": 0, "shop": 0}),
        ("/webhooks/Clinic/message-reply", "secret-of-clinic", 404, {"clinic": 0, "shop": 0}),
        ("/webhooks/clinic/news", "secret-of-clinic", 404, {"clinic": 0, "shop": 0}),
        ("/webhooks/message-reply", "secret-of-clinic", 404, {"clinic": 0, "shop": 0}),
        ("/webhooks//message-reply", "secret-of-clinic", 404, {"clinic": 0, "shop": 0}),
    ],
)
async def test_a_webhook_is_kept_for_the_account_in_its_path(
    path: str, secret: str, status: int, kept: dict[str, int], both: Both
) -> None:
    assert (await both.post(path, secret, webhook()), both.counts(inbox)) == (status, kept)


async def test_the_same_message_is_new_to_each_account(both: Both) -> None:
    for account, secret in SECRETS.items():
        await both.post(f"/webhooks/{account}/message-reply", secret, webhook())
    assert both.counts(inbox) == {"clinic": 1, "shop": 1}


async def test_an_unknown_account_is_turned_away_before_any_work(both: Both) -> None:
    """Not even its size is looked at; of an account that is there it is."""
    large = b"x" * 70_000
    assert await both.post("/webhooks/pub/message-reply", "any", large) == 404
    assert await both.post("/webhooks/clinic/message-reply", "any", large) == 413
    assert "too large" in (await both.client.get("/metrics")).text


@pytest.mark.parametrize(
    ("path", "status", "queued"),
    [
        ("/api/clinic/messages", 202, {"clinic": 1, "shop": 0}),
        ("/api/shop/messages", 202, {"clinic": 0, "shop": 1}),
        ("/api/pub/messages", 404, {"clinic": 0, "shop": 0}),
        ("/api/messages", 404, {"clinic": 0, "shop": 0}),
    ],
)
async def test_a_first_message_is_queued_for_the_account_in_its_path(
    path: str, status: int, queued: dict[str, int], both: Both
) -> None:
    response = await both.client.post(path, json=FIRST)
    assert (response.status_code, both.counts(outbox)) == (status, queued)


async def test_all_are_ready_where_each_is(both: Both) -> None:
    ready = await both.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "accounts": {"clinic": READY, "shop": READY}},
    )


async def test_one_that_is_not_ready_is_named(both: Both) -> None:
    with both.ledgers["clinic"].transaction() as connection:
        lane.pause(connection, "the API key is missing or wrong")
    both.errors.append("rules.yaml:1:1: broken")
    ready = await both.client.get("/readyz")
    because = (
        "sender: the API key is missing or wrong (ends when a check finds the key good,"
        " or by `bot sender resume`)"
    )
    paused = {**READY, "status": "not ready", "sender": "paused", "errors": [because]}
    broken = {**READY, "status": "not ready", "rules": "broken", "errors": both.errors}
    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "not ready", "accounts": {"clinic": paused, "shop": broken}},
    )
    with both.ledgers["clinic"].transaction() as connection:
        lane.resume(connection)
    ready = await both.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "not ready", "accounts": {"clinic": READY, "shop": broken}},
    )


async def test_each_sample_has_its_account(both: Both) -> None:
    body = webhook()
    await both.post("/webhooks/clinic/message-reply", SECRETS["clinic"], body)
    await both.post("/webhooks/clinic/message-reply", SECRETS["clinic"], body)
    await both.post("/webhooks/shop/message-reply", SECRETS["clinic"], body)
    lines = (await both.client.get("/metrics")).text.splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert [line for line in samples if '{account="' not in line] == []
    counted = {line for line in samples if "_created" not in line and line.endswith(" 1.0")}
    events = 'event="message-reply"'
    assert counted == {
        f'bot_events_total{{account="clinic",{events},result="accepted"}} 1.0',
        f'bot_events_total{{account="clinic",{events},result="duplicate"}} 1.0',
        'bot_webhooks_rejected_total{account="shop",because="signature"} 1.0',
        'bot_waiting{account="clinic",where="inbox"} 1.0',
    }
    types = [line for line in lines if line.startswith("# TYPE ")]
    assert len(types) == len(set(types))  # each family is there once
    assert len({line.split()[2] for line in types}) == len(types)


async def test_a_line_in_the_log_names_the_account(both: Both, logged: Logged) -> None:
    unreadable = webhook(fromNumber=None)
    for account, secret in SECRETS.items():
        await both.post(f"/webhooks/{account}/message-reply", secret, unreadable)
    lines = logged().splitlines()
    assert [('"account": "clinic"' in line, '"account": "shop"' in line) for line in lines] == [
        (True, False),
        (False, True),
    ]


async def test_each_account_has_pages_of_its_own_and_one_switch(both: Both) -> None:
    await both.post("/webhooks/clinic/message-reply", SECRETS["clinic"], webhook())
    accounts = (await both.client.get("/index.json")).json()["accounts"]
    assert [(one["account"], one["rules"]) for one in accounts] == [("clinic", 2), ("shop", 2)]
    page = (await both.client.get("/clinic/rules")).text
    switched = ['class="switch"' in one for one in (page, (await both.client.get("/")).text)]
    assert switched == [True, False]  # where all are listed none is chosen
    links = set(re.findall(r'href="(/[^"]*)"', page)) - {"/"}
    assert {"/clinic", "/shop", "/clinic/inbox", "/clinic/rules/hours"} <= links
    assert [link for link in links if link.startswith("/shop/")] == []
    assert (await both.client.get("/shop/index.json")).json()["conversations"] == []
    statuses = [
        (await both.client.get(path)).status_code
        for path in ("/clinic", "/clinic/", "/pub", "/pub/rules.json", "/rules", "/pub/_live")
    ]
    assert statuses == [200, 200, 404, 404, 404, 404]
