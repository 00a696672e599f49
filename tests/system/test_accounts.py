"""Two accounts, each with a stand-in of its own, and one server for both."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox import Courier, Number, Provider, create_app, serving
from tests.build import OUR_NUMBER, PERSON
from tests.integration.cli.test_cli import clean_environment
from tests.support import OTHER_PERSON, signed, until, webhook

pytestmark = pytest.mark.anyio

EVENTS = ("message-reply", "delivery-status")
NAMES = ("clinic", "shop")


@dataclass(slots=True)
class Account:
    """One business: its account at the stand-in, which takes only its key."""

    provider: Provider
    courier: Courier

    def said(self) -> list[tuple[str, str | None, int]]:
        return [(sent.to, sent.text, sent.longcode_id) for sent in self.provider.sent]


@dataclass(slots=True)
class Deployment:
    """Both accounts, and the one server."""

    folder: Path
    client: httpx.AsyncClient
    environment: dict[str, str]
    accounts: dict[str, Account]
    origin: str = ""
    process: subprocess.Popen[bytes] | None = None

    async def start(self, *options: str) -> None:
        log = self.folder / "serve.log"
        self._spawn(log, *options)
        await until(lambda: b"bot serves on " in log.read_bytes() or self.has_ended())
        lines = log.read_text().splitlines()
        [said] = [line for line in lines if line.startswith("bot serves on ")]
        self.origin = said.removeprefix("bot serves on ")
        for name, account in self.accounts.items():
            for event in EVENTS:
                url = f"{self.origin}/webhooks/{name}/{event}"
                account.provider.register({"event": event, "url": url, "secret": secret(name)})

    def _spawn(self, log: Path, *options: str) -> None:
        command = [sys.executable, "-m", "bot", *options, "serve", "--port", "0"]
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stderr=stderr
            )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    async def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        await until(self.has_ended, seconds=20)
        return self.process.wait(timeout=1)

    async def post(self, name: str, key: str) -> int:
        """A webhook for an account, signed with the secret of another or with its own."""
        body = webhook()
        response = await self.client.post(
            f"{self.origin}/webhooks/{name}/message-reply",
            content=body,
            headers=signed(body, secret(key)),
        )
        return response.status_code

    async def texts(self, name: str) -> dict[str, list[tuple[str, str, str]]]:
        """What the ledger of an account has: by person, each message."""
        found = {}
        for chain in await self.command(name, "conversations", "list"):
            [whole] = await self.command(name, "conversations", "show", chain["number"])
            messages = whole["messages"]
            found[chain["number"]] = [(m["id"], m["direction"], m["text"]) for m in messages]
        return found

    async def command(self, name: str, *arguments: str) -> list[dict[str, Any]]:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", "--account", name, *arguments, "--json"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]


def key(name: str) -> str:
    return f"key-of-{name}"


def secret(name: str) -> str:
    return f"secret-of-{name}"


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    environment = {
        **clean_environment(),
        "NO_PROXY": "*",
        "BOT_ACCOUNTS": ",".join(NAMES),
        "BOT_SEND_RATE": "1000/1s",
    }
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=10))
        accounts = {}
        for at, name in enumerate(NAMES, 1):
            provider = Provider(numbers=[Number(id=at, number=OUR_NUMBER)], send_limit=None)
            courier = Courier(provider, client, backoff=0.1)
            stack.push_async_callback(courier.settle)
            app = create_app(provider, api_key=key(name), on_sent=courier.follow)
            api = await stack.enter_async_context(serving(app))
            accounts[name] = Account(provider, courier)
            (tmp_path / f"{name}.yaml").write_text(f'rules:\n  - hours: "Hours of the {name}."\n')
            own = {
                "MTA_API_KEY": key(name),
                "MTA_WEBHOOK_SECRET": secret(name),
                "MTA_BASE_URL": f"{api}/v3",
                "BOT_RULES": f"{name}.yaml",
            }
            environment |= {f"{what}_{name.upper()}": value for what, value in own.items()}
        deployment = Deployment(tmp_path, client, environment, accounts)
        try:
            yield deployment
        finally:
            if deployment.process is not None and not deployment.has_ended():
                deployment.process.kill()
                deployment.process.wait(timeout=10)


async def test_two_accounts_live_apart_behind_one_server(deployment: Deployment) -> None:
    """The same person writes to both: each answers by its rules, with its key, in its ledger."""
    await deployment.start()
    clinic, shop = (deployment.accounts[name] for name in NAMES)
    for account in (clinic, shop):
        [delivery] = await account.courier.inbound(PERSON, "Hours?", OUR_NUMBER)
        assert delivery.arrived
    await clinic.courier.inbound(OTHER_PERSON, "STOP", OUR_NUMBER)
    await until(lambda: clinic.provider.sent and shop.provider.sent)
    first = await deployment.client.post(
        f"{deployment.origin}/api/shop/messages",
        json={"to": OTHER_PERSON, "text": "Hello!", "longcodeId": 2},
    )
    assert first.status_code == 202
    await until(lambda: len(shop.provider.sent) == 2)  # who left the clinic has not left the shop
    assert [await deployment.post("clinic", "shop"), await deployment.post("pub", "shop")] == [
        401,
        404,
    ]
    ready = await deployment.client.get(f"{deployment.origin}/readyz")
    assert (ready.status_code, list(ready.json()["accounts"])) == (200, list(NAMES))
    for account in (clinic, shop):
        await account.courier.settle()
    assert await deployment.stop() == 0

    assert clinic.said() == [(PERSON, "Hours of the clinic.", 1)]
    assert shop.said() == [(PERSON, "Hours of the shop.", 2), (OTHER_PERSON, "Hello!", 2)]
    assert await deployment.texts("clinic") == {
        PERSON: [("in-1", "inbound", "Hours?"), ("out-1", "outbound", "Hours of the clinic.")],
        OTHER_PERSON: [("in-2", "inbound", "STOP")],
    }
    assert await deployment.texts("shop") == {
        PERSON: [("in-1", "inbound", "Hours?"), ("out-1", "outbound", "Hours of the shop.")],
        OTHER_PERSON: [("out-2", "outbound", "Hello!")],
    }
    log = (deployment.folder / "serve.log").read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert sorted((line["account"], line["event"]) for line in lines) == [
        ("clinic", "decided"),
        ("clinic", "decided"),
        ("clinic", "sent"),
        ("shop", "decided"),
        ("shop", "sent"),
        ("shop", "sent"),
    ]
    hidden = [word(name) for name in NAMES for word in (key, secret)]
    assert [word for word in (*hidden, PERSON[2:], OTHER_PERSON[2:]) if word in log] == []


async def test_a_chosen_account_is_served_alone_under_its_name(deployment: Deployment) -> None:
    await deployment.start("--account", "clinic")
    assert [await deployment.post(name, name) for name in NAMES] == [200, 404]
    await until(lambda: deployment.accounts["clinic"].provider.sent)
    ready = (await deployment.client.get(f"{deployment.origin}/readyz")).json()
    assert list(ready["accounts"]) == ["clinic"]
    metrics = (await deployment.client.get(f"{deployment.origin}/metrics")).text
    assert 'bot_sends_total{account="clinic",result="accepted"} 1.0' in metrics
    assert await deployment.stop() == 0
    assert [path.name for path in deployment.folder.glob("*.db")] == ["bot-clinic.db"]


async def test_a_bad_key_of_one_account_does_not_stop_the_other(deployment: Deployment) -> None:
    deployment.environment["MTA_API_KEY_CLINIC"] = key("shop")
    await deployment.start()
    for name in NAMES:
        await deployment.accounts[name].courier.inbound(PERSON, "Hours?", OUR_NUMBER)

    async def clinic_is_paused() -> bool:
        ready = (await deployment.client.get(f"{deployment.origin}/readyz")).json()
        found = {name: stands["sender"] for name, stands in ready["accounts"].items()}
        return found == {"clinic": "paused", "shop": "ok"}

    await until(clinic_is_paused)
    await until(lambda: deployment.accounts["shop"].provider.sent)
    assert deployment.accounts["clinic"].provider.sent == []
    [status] = await deployment.command("clinic", "sender")
    assert (status["state"], [s["state"] for s in await deployment.command("shop", "sender")]) == (
        "paused",
        ["running"],
    )
