"""`bot sandbox` beside `bot serve`: what it prints is enough for all commands of the account."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.test_cli import clean_environment
from tests.support import HOURS

PERSON = "+15555550123"


@dataclass(frozen=True, slots=True)
class Shop:
    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command prints."""
        ran = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (code, ""), ran.stdout
        return ran.stdout

    @contextmanager
    def running(self, *arguments: str, said_on: str = "stdout") -> Iterator[Iterator[str]]:
        """The lines that it says, until the block ends; then it ends as it is told to."""
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            text=True,
            stdout=subprocess.PIPE if said_on == "stdout" else None,
            stderr=subprocess.PIPE if said_on == "stderr" else None,
        )
        said = process.stdout or process.stderr
        assert said is not None
        try:
            yield iter(said.readline, "")
            process.send_signal(signal.SIGTERM)
            said.read()
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
            process.wait(timeout=10)
            said.close()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "shop.yaml").write_text(HOURS)
    return Shop(tmp_path, {**clean_environment(), "NO_PROXY": "*"})


def until(lines: Iterator[str], wanted: Sequence[str]) -> list[str]:
    """What is said up to a line that has all of these in it."""
    found = []
    for line in lines:
        found.append(line)
        if all(part in line for part in wanted):
            return found
    raise AssertionError(f"{wanted} was not said: {found}")


def test_the_printed_environment_is_all_that_others_need(shop: Shop) -> None:
    with shop.running("sandbox", "--port", "0") as lines:
        next(lines)
        environment = dict(pair.split("=", 1) for pair in next(lines).split())
        assert list(environment) == ["MTA_BASE_URL", "MTA_API_KEY", "MTA_WEBHOOK_SECRET"]
        here = Shop(shop.folder, {**shop.environment, **environment})
        with here.running("serve", "--port", "0", said_on="stderr") as served:
            origin = until(served, ["bot serves on "])[-1].split()[-1]
            assert here.run("numbers").startswith("+18005550100  longcodeId 123")
            assert here.run("sandbox", "say", "Hours?", code=1).startswith("nobody is told")
            here.run("webhooks", "register", origin)
            assert here.run("sandbox", "say", "--from", PERSON, "Hours?", "--tag", "a=b") == (
                f"{origin}/webhooks/message-reply answered 200\n"
            )
            said = until(lines, [f"{PERSON} ‹ +18005550100  We're open 9-5."])[-1]
            assert "longcodeId 123, externalId " in said
            assert said.endswith(", a=b, rule=hours\n")
            until(lines, ["delivery-status", "answered 200"])
            assert "We're open 9-5." in here.run("conversations", "show", PERSON)
        again = here.run("sandbox", "say", "Hours?", "--json", code=1)
        assert [one["answers"] for one in json.loads(again)["told"]] == [[None] * 3]


def test_it_registers_the_bot_and_logs_for_programs(shop: Shop) -> None:
    with shop.running("sandbox", "--port", "0", "--webhook", "http://127.0.0.1:9", "--json") as all:
        begin = json.loads(next(all))
        here = Shop(shop.folder, {**shop.environment, **begin["environment"]})
        listed = [json.loads(one)["url"] for one in here.run("webhooks", "--json").splitlines()]
        assert listed[0] == "http://127.0.0.1:9/webhooks/message-reply"
        here.run("send", "--to", PERSON, "--longcode", "123", "Is Friday fine?", code=0)
        event = json.loads(next(all))
        assert (event["id"], event["called"], event["status"]) == (1, "GET /v3/webhooks", 200)


MISTAKES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("sandbox", "say", "Hi", "--port", "9"), "there is no sandbox on port 9"),
    (("sandbox", "say"), "say what is said"),
    (("sandbox", "say", "Hi", "--from", "me"), "--from me: is not a phone number"),
    (("sandbox", "--webhook", "x"), "URL x: needs where MTA reaches the bot"),
)


@pytest.mark.parametrize(("arguments", "said"), MISTAKES)
def test_a_mistake_is_told(shop: Shop, arguments: tuple[str, ...], said: str) -> None:
    ran: Any = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=shop.folder,
        env=dict(shop.environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(said)
