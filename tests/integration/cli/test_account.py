"""`bot numbers`, `webhooks` and `doctor`, with the stand-in on a real socket as the account."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.cli.provider import taken
from bot.errors import ProviderError
from bot.ledger import inbox, lane
from bot.ledger.database import open_database
from bot.provider.answers import Refused, RetryLater
from bot.provider.events import EVENTS
from bot.sandbox import GENERAL_LIMIT, Limit, Number, Provider, create_app, serving
from tests.build import NOW, OUR_NUMBER, inbound, ruleset
from tests.integration.cli.conftest import Bot, Ran, ledger
from tests.integration.cli.test_cli import clean_environment
from tests.postgres import Server
from tests.support import KEY, LINE, process

pytestmark = [pytest.mark.anyio, pytest.mark.system]  # over HTTP, at the pace of a lane

LONG_SECRET = "0123456789abcdef0123456789abcdef"
OLD_SECRET = "fedcba9876543210fedcba9876543210"
ORIGIN = "https://bot.example"
OURS = Number(id=LINE, number=OUR_NUMBER, toll_free_status="verified")
OTHER = Number(id=8, number="+15555550101")


@pytest.fixture
def provider() -> Provider:
    return Provider(numbers=[OURS, OTHER], general_limit=GENERAL_LIMIT)


@pytest.fixture
def folder(folder: Path) -> Path:
    """With somebody who answers HELP."""
    rules = folder / "rules" / "shop.yaml"
    rules.write_text(f"{rules.read_text()}guards: {{help: {{reply: The shop. STOP ends.}}}}\n")
    return folder


async def call(folder: Path, url: str, *arguments: str, **settings: str | None) -> Ran:
    """`bot …` as a process of its own: the provider runs in this one. None takes a setting out."""
    given = {"MTA_API_KEY": KEY, "MTA_WEBHOOK_SECRET": f"{LONG_SECRET},{OLD_SECRET}"} | settings
    set_ = {name: value for name, value in given.items() if value is not None}
    with anyio.fail_after(60):
        done = await anyio.run_process(
            [sys.executable, "-m", "bot", *arguments],
            check=False,
            cwd=folder,
            env={**clean_environment(), **set_, "MTA_BASE_URL": url},
            stderr=subprocess.PIPE,
        )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    secrets = (KEY, LONG_SECRET, OLD_SECRET, "not-for-logs")
    assert not any(secret in ran.out + ran.err for secret in secrets)
    return ran


async def bot(folder: Path, provider: Provider, *arguments: str, **settings: str | None) -> Ran:
    async with serving(create_app(provider, api_key=KEY)) as origin:
        return await call(folder, f"{origin}/v3", *arguments, **settings)


def registered(provider: Provider, event: str = "message-reply", **members: Any) -> int:
    """The id of a webhook that was there before."""
    given = {"event": event, "url": f"{ORIGIN}/webhooks/{event}", "secret": "old"} | members
    provider.register(given)
    return max(provider.webhooks)


# numbers


async def test_smart_replies_become_rules_that_doctor_no_longer_lacks(
    folder: Path, provider: Provider
) -> None:
    provider.smart_replies += [
        {"word": "menu", "message": "Soup."},
        {"word": "Hours", "message": "9-5"},
    ]
    ran = await bot(folder, provider, "import", "smart-replies", "--output", "rules/sr.yaml")
    assert (ran.code, ran.out.partition(";")[0]) == (
        1,
        "1 rule in rules/sr.yaml, 1 line to look at",
    )
    said = "`Hours` is answered by your rule `hours` (rules/shop.yaml:3) already; left out\n"
    assert ran.err == said
    tested = await bot(folder, provider, "test", "rules/sr.yaml", "--json")
    assert [case["passed"] for case in tested.objects] == [True]
    found = of(await bot(folder, provider, "doctor", "--json"), "smart-replies")
    assert [one["found"] for one in found] == [
        "`menu` is answered by MTA and by menu (rules/sr.yaml:5)",
        "`Hours` is answered by MTA and by hours (rules/shop.yaml:3)",
    ]


async def test_the_numbers_come_with_their_ids(folder: Path, provider: Provider) -> None:
    ran = await bot(folder, provider, "numbers", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.objects == [
        {"number": OUR_NUMBER, "longcodeId": 123, "tollFreeVerificationStatus": "verified"},
        {"number": "+15555550101", "longcodeId": 8, "tollFreeVerificationStatus": None},
    ]
    assert (await bot(folder, provider, "numbers")).out == (
        "+18005550100  longcodeId 123  toll-free: verified\n+15555550101  longcodeId 8\n"
    )


async def test_an_account_without_numbers_says_so(folder: Path) -> None:
    provider = Provider(numbers=[])
    assert (await bot(folder, provider, "numbers")).out == "the account has no numbers\n"
    assert (await bot(folder, provider, "numbers", "--json")).out == ""


# webhooks


async def test_every_event_is_registered_with_retries_and_the_first_secret(
    folder: Path, provider: Provider
) -> None:
    ran = await bot(folder, provider, "webhooks", "register", f"{ORIGIN}/")
    lines = [f"{event} registered: {ORIGIN}/webhooks/{event}\n" for event in EVENTS]
    assert (ran.code, ran.out, ran.err) == (0, "".join(lines), "")
    found = [
        (hook.event, hook.url, hook.secret, hook.retry_on_error, hook.max_throughput_per_minute)
        for hook in provider.webhooks.values()
    ]
    assert found == [(e, f"{ORIGIN}/webhooks/{e}", LONG_SECRET, True, 600) for e in EVENTS]


async def test_what_is_there_is_changed_and_not_doubled(folder: Path, provider: Provider) -> None:
    """Also where it stands on a later page, in other letters, and without retries."""
    for number in range(30):
        registered(provider, url=f"https://other.example/{number}")
    url = "https://BOT.example:443/webhooks/message-reply/"
    known = registered(provider, url=url, retryOnError=False)
    arguments = ("webhooks", "register", ORIGIN, "--event", "message-reply", "--json")
    ran = await bot(folder, provider, *arguments)
    assert ran.objects == [
        {
            "id": known,
            "event": "message-reply",
            "url": f"{ORIGIN}/webhooks/message-reply",
            "status": "updated",
            "doubles": [],
        }
    ]
    hook = provider.webhooks[known]
    assert (hook.secret, hook.retry_on_error, len(provider.webhooks)) == (LONG_SECRET, True, 31)
    assert hook.url == f"{ORIGIN}/webhooks/message-reply"


async def test_registering_again_changes_nothing(folder: Path, provider: Provider) -> None:
    arguments = ("webhooks", "register", "https://bot.example:8443/shop")
    await bot(folder, provider, *arguments)
    before = dict(provider.webhooks)
    ran = await bot(folder, provider, *arguments)
    assert [line.split()[1] for line in ran.out.splitlines()] == ["updated:"] * 4
    assert provider.webhooks == before
    assert before[min(before)].url == "https://bot.example:8443/shop/webhooks/message-reply"


async def test_doubles_are_said_with_the_command_that_removes_them(
    folder: Path, provider: Provider
) -> None:
    first, second, third = (registered(provider) for _ in range(3))
    arguments = ("webhooks", "register", ORIGIN, "--event", "message-reply")
    ran = await bot(folder, provider, *arguments)
    for double in (second, third):
        assert f"every event comes twice: bot webhooks delete {double}\n" in ran.out
    assert [hook.secret for hook in provider.webhooks.values()] == [LONG_SECRET, "old", "old"]
    [found] = (await bot(folder, provider, *arguments, "--json")).objects
    assert (found["id"], found["doubles"]) == (first, [second, third])
    listed = (await bot(folder, provider, "webhooks", "--json")).objects
    assert [(row["id"], row["doubleOf"]) for row in listed] == [
        (first, None),
        (second, first),
        (third, first),
    ]
    ran = await bot(folder, provider, "webhooks", "delete", str(second))
    assert (ran.code, ran.out) == (0, f"webhook {second} is deleted\n")
    assert list(provider.webhooks) == [first, third]


@pytest.mark.parametrize("arguments", [["webhooks"], ["webhooks", "list"]])
async def test_webhooks_are_listed(arguments: list[str], folder: Path, provider: Provider) -> None:
    assert (await bot(folder, provider, *arguments)).out == (
        "no webhooks yet: bot webhooks register https://…\n"
    )
    assert (await bot(folder, provider, *arguments, "--json")).out == ""
    hook = registered(provider, "delivery-status", url="https://x.example/a\x1b[31m")
    assert (await bot(folder, provider, *arguments)).out == (
        f"{hook}  delivery-status  https://x.example/a�[31m\n"
    )
    [row] = (await bot(folder, provider, *arguments, "--json")).objects
    assert row.pop("createdAt").endswith("Z")
    assert row == {
        "id": hook,
        "event": "delivery-status",
        "url": "https://x.example/a\x1b[31m",
        "retryOnError": None,
        "maxThroughputPerMinute": None,
        "doubleOf": None,
    }


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://bot.example", True),
        ("https://bot.example", False),
        ("http://127.0.0.1:8080", False),
        ("http://[::1]:8080", False),
    ],
)
async def test_plain_http_to_another_machine_is_warned_about(
    url: str, warned: bool, folder: Path, provider: Provider
) -> None:
    ran = await bot(folder, provider, "webhooks", "register", url, "--json")
    assert (ran.code, len(ran.objects), bool(ran.err)) == (0, 4, warned)
    assert "plain http" in ran.err or not warned


@pytest.mark.parametrize(
    "url",
    [
        "bot.example",
        "ftp://bot.example",
        "https://",
        "https://bot.example:0",
        "https://bot.example:99999",
        "https://bot.example/?a=b",
        "https://bot.example/#a",
        "https://me:hush@bot.example",
        "https://bot.example/a b",
        "https://bät.example",
        "https://[",
        "https://bot.example/webhooks/message-reply",
    ],
)
def test_what_is_no_url_of_the_bot_is_not_registered(
    url: str, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTA_API_KEY", KEY)
    monkeypatch.setenv("MTA_WEBHOOK_SECRET", LONG_SECRET)
    monkeypatch.setenv("MTA_BASE_URL", "http://127.0.0.1:1")
    ran = bot("webhooks", "register", url)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"URL {url}: needs ")


@pytest.mark.parametrize(
    ("arguments", "setting", "message"),
    [
        (["numbers"], "MTA_API_KEY", "MTA_API_KEY is not set"),
        (["webhooks"], "MTA_API_KEY", "MTA_API_KEY is not set"),
        (["webhooks", "delete", "11"], "MTA_API_KEY", "MTA_API_KEY is not set"),
        (["webhooks", "register", ORIGIN], "MTA_API_KEY", "MTA_API_KEY is not set"),
        (["webhooks", "register", ORIGIN], "MTA_WEBHOOK_SECRET", "MTA_WEBHOOK_SECRET is not set"),
        (["webhooks", "delete", "../numbers"], None, "'../numbers' is not a valid"),
        (["webhooks", "register", ORIGIN, "--event", "reply"], None, "'reply' is not one of"),
    ],
)
def test_what_is_missing_or_wrong_is_said(
    arguments: list[str],
    setting: str | None,
    message: str,
    bot: Bot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {"MTA_API_KEY": KEY, "MTA_WEBHOOK_SECRET": LONG_SECRET}
    for name, value in given.items():
        if name != setting:
            monkeypatch.setenv(name, value)
    ran = bot(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize(
    "arguments",
    [["numbers"], ["webhooks"], ["webhooks", "delete", "11"], ["webhooks", "register", ORIGIN]],
)
async def test_a_provider_that_refuses_is_quoted(
    arguments: list[str], folder: Path, provider: Provider
) -> None:
    ran = await bot(folder, provider, *arguments, MTA_API_KEY="wrong")
    said = "the provider answered 401: the API key is missing or wrong\n"
    assert (ran.code, ran.out, ran.err) == (2, "", said)
    ran = await call(folder, nowhere(), *arguments)
    said = "the provider could not be reached (ConnectError)\n"
    assert (ran.code, ran.out, ran.err) == (2, "", said)


async def test_a_webhook_that_is_not_there_cannot_be_deleted(
    folder: Path, provider: Provider
) -> None:
    ran = await bot(folder, provider, "webhooks", "delete", "11")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("the provider answered 404: No such webhook")


async def test_at_a_rate_limit_what_was_registered_is_told_and_the_rest_waits(
    folder: Path,
) -> None:
    provider = Provider(general_limit=Limit(3, 60.0))
    ran = await bot(folder, provider, "webhooks", "register", ORIGIN)
    assert (ran.code, ran.out.count("registered: "), len(provider.webhooks)) == (2, 2, 2)
    assert ran.err.startswith("the provider's rate limit: try again in ")


@pytest.mark.parametrize(
    "failure", [Refused("no\x1b[31m\nroot:"), RetryLater("no\x1b[31m\nroot:", after=7.2)]
)
def test_what_the_provider_says_steers_no_terminal(failure: Refused | RetryLater) -> None:
    with pytest.raises(ProviderError, match=r"^no�\[31m root:(: try again in 7 seconds)?$"):
        taken(failure)


def nowhere() -> str:
    """A URL where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/v3"


# doctor

NAMES = ["key", "clock", "numbers", "toll-free", "webhooks", "secret", "rules"]
NAMES += ["smart-replies", "server", "disk", "sqlite"]


def healthy(provider: Provider) -> None:
    for event in EVENTS:
        registered(provider, event)


def of(ran: Ran, name: str) -> list[dict[str, Any]]:
    return [found for found in ran.objects if found["name"] == name]


async def test_a_healthy_bot_has_nothing_to_mend(folder: Path, provider: Provider) -> None:
    healthy(provider)
    provider.smart_replies.append({"word": "menu", "message": "Soup."})
    ran = await bot(folder, provider, "doctor", "--json")
    assert [found["name"] for found in ran.objects] == NAMES
    # how full this machine's disk is, is not the test's to say
    assert {found["status"] for found in ran.objects if found["name"] != "disk"} == {"ok"}
    assert ran.err == ""
    assert not (folder / "bot.db").exists()


async def test_a_rule_that_could_not_answer_is_a_warning_until_somebody_has_looked(
    folder: Path, provider: Provider
) -> None:
    healthy(provider)
    rules = ruleset("rules: [{id: visit, when: always, reply: '{{ tags.day }}'}]")
    with ledger(folder) as connection:
        inbox.keep(connection, [inbound("my visit")])
        [waiting] = inbox.waiting(connection, 1)
        process(connection, waiting, rules, NOW)
    ran = await bot(folder, provider, "doctor", "--json")
    [found] = of(ran, "failed")
    assert (ran.code, found["status"], found["found"]) == (
        0,
        "warning",
        "rule visit could not answer 1 text since 2026-01-15 12:04 EST: template-error",
    )
    assert (await bot(folder, provider, "inbox", "done", f"in-{waiting.id}")).code == 0
    [found] = of(await bot(folder, provider, "doctor", "--json"), "failed")
    assert (found["status"], found["hint"]) == ("ok", "")


async def test_for_people_each_finding_is_a_line(folder: Path, provider: Provider) -> None:
    healthy(provider)
    lines = (await bot(folder, provider, "doctor")).out.splitlines()
    assert [line.split()[1] for line in lines] == NAMES
    assert lines[0] == "ok       key            the provider takes MTA_API_KEY"


def collides(folder: Path, provider: Provider) -> None:
    provider.smart_replies += [{"word": "Hours", "message": "9-5"}, {"word": "menu"}]


def unverified(folder: Path, provider: Provider) -> None:
    provider.numbers = (Number(id=LINE, number=OUR_NUMBER, toll_free_status="pending"),)


def without_help(folder: Path, provider: Provider) -> None:
    rules = folder / "rules" / "shop.yaml"
    rules.write_text(rules.read_text().replace("guards: {help: {reply: The shop. STOP ends.}}", ""))


def unregistered(folder: Path, provider: Provider) -> None:
    provider.webhooks.clear()


def doubled(folder: Path, provider: Provider) -> None:
    registered(provider)


def late(folder: Path, provider: Provider) -> None:
    provider.clock = lambda: datetime.now(UTC) - timedelta(minutes=5)


def broken(folder: Path, provider: Provider) -> None:
    (folder / "rules" / "shop.yaml").write_text("rules: [{id: hours}]\n")


def without_rules(folder: Path, provider: Provider) -> None:
    (folder / "rules" / "shop.yaml").unlink()


@pytest.mark.parametrize(
    ("spoil", "settings", "code", "wrong"),
    [
        (collides, {}, 0, {"smart-replies": "warning"}),
        (unverified, {}, 0, {"toll-free": "warning"}),
        (without_help, {}, 0, {"help": "warning"}),
        (unregistered, {}, 1, {"webhooks": "error"}),
        (doubled, {}, 0, {"webhooks": "warning"}),
        (late, {}, 0, {"clock": "warning"}),
        (broken, {}, 1, {"rules": "error", "smart-replies": "warning"}),
        (without_rules, {}, 1, {"rules": "error"}),
        (None, {"MTA_WEBHOOK_SECRET": None}, 1, {"secret": "error"}),
        (None, {"MTA_WEBHOOK_SECRET": "short"}, 0, {"secret": "warning"}),
        (None, {"BOT_LONGCODE_ID": "77"}, 1, {"numbers": "error"}),
        (None, {"BOT_UNKNOWN_LONGCODE": "default"}, 0, {"default-number": "warning"}),
        (None, {"BOT_DATABASE_URL": "sqlite:///not/there/yet/bot.db"}, 0, {}),
    ],
)
async def test_what_is_wrong_is_found_and_nothing_else(
    spoil: Callable[[Path, Provider], None] | None,
    settings: dict[str, str | None],
    code: int,
    wrong: dict[str, str],
    folder: Path,
    provider: Provider,
) -> None:
    healthy(provider)
    if spoil is not None:
        spoil(folder, provider)
    ran = await bot(folder, provider, "doctor", "--json", **settings)
    findings = [found for found in ran.objects if found["name"] != "disk"]
    bad = [found for found in findings if found["status"] != "ok"]
    # the first of each kind is the worst
    assert {found["name"]: found["status"] for found in reversed(bad)} == wrong
    assert all(found["hint"] for found in bad)
    assert ran.code == code


async def test_the_database_server_is_looked_at(
    folder: Path, provider: Provider, postgres: Server
) -> None:
    """The suite's own server does not sync; nothing listens on the other's socket."""
    healthy(provider)
    found = [
        of(await bot(folder, provider, "doctor", "--json", BOT_DATABASE_URL=url), "postgresql")[0]
        for url in (postgres.url("postgres"), f"postgresql:///none?host={folder}")
    ]
    assert [finding["status"] for finding in found] == ["error", "error"]
    assert "with fsync off" in found[0]["found"]
    assert "cannot be used" in found[1]["found"]


@pytest.mark.parametrize(
    ("runs", "seen_at", "status", "found"),
    [
        (False, None, "warning", "no server runs on this database"),
        (False, NOW, "warning", "no server runs on this database"),
        (True, NOW, "ok", "it runs"),
        (True, None, "warning", "it decides and records, and sends nothing"),
    ],
)
async def test_whether_a_server_runs(
    runs: bool,
    seen_at: datetime | None,
    status: str,
    found: str,
    folder: Path,
    provider: Provider,
) -> None:
    with ledger(folder) as connection:
        lane.note_sender(connection, seen_at)
    with contextlib.ExitStack() as stack:
        if runs:
            database = open_database(f"sqlite:///{folder / 'bot.db'}")
            stack.callback(database.close)
            stack.enter_context(database.only_sender())
        ran = await bot(folder, provider, "doctor", "--json")
    [server] = of(ran, "server")
    assert (server["status"], server["found"]) == (status, found)


async def test_a_paused_sender_is_seen(folder: Path, provider: Provider) -> None:
    with ledger(folder) as connection:
        lane.pause(connection, lane.BY_HAND)
    [sender] = of(await bot(folder, provider, "doctor", "--json"), "sender")
    assert sender == {
        "name": "sender",
        "status": "warning",
        "found": "paused: paused by hand",
        "hint": "ends by `bot sender resume`",
    }


async def test_a_ledger_of_another_version_is_left_as_it_is(
    folder: Path, provider: Provider
) -> None:
    with contextlib.closing(sqlite3.connect(folder / "bot.db")) as connection:
        connection.execute("CREATE TABLE lanes (account TEXT)")
    [server] = of(await bot(folder, provider, "doctor", "--json"), "server")
    assert (server["status"], "bot db upgrade" in server["hint"]) == ("warning", True)
    with contextlib.closing(sqlite3.connect(folder / "bot.db")) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("lanes",)]


async def test_a_double_and_a_collision_are_named(folder: Path, provider: Provider) -> None:
    healthy(provider)
    double = registered(provider)
    collides(folder, provider)
    ran = await bot(folder, provider, "doctor", "--json")
    assert of(ran, "webhooks") == [
        {
            "name": "webhooks",
            "status": "warning",
            "found": f"message-reply at {ORIGIN}/webhooks/message-reply is registered twice: "
            "every event comes twice",
            "hint": f"bot webhooks delete {double}",
        }
    ]
    assert [found["found"] for found in of(ran, "smart-replies")] == [
        "`Hours` is answered by MTA and by hours (rules/shop.yaml:3)"
    ]


ASKED = ("clock", "numbers", "webhooks", "smart-replies")


@pytest.mark.parametrize(
    ("api_key", "found", "has_time"),
    [
        ("wrong", "the provider answered 401: the API key is missing", True),
        (None, "MTA_API_KEY is not set", False),
    ],
)
async def test_without_a_good_key_the_rest_is_looked_at_all_the_same(
    api_key: str | None, found: str, has_time: bool, folder: Path, provider: Provider
) -> None:
    ran = await bot(folder, provider, "doctor", "--json", MTA_API_KEY=api_key)
    [key] = of(ran, "key")
    assert (ran.code, key["status"]) == (1, "error")
    assert key["found"].startswith(found)
    said = f"not checked: {found}"
    unasked = [row["name"] for row in ran.objects if row["found"].startswith(said)]
    assert unasked == [name for name in ASKED if name != "clock" or not has_time]
    assert [of(ran, name)[0]["status"] for name in ("secret", "rules", "sqlite")] == ["ok"] * 3


async def test_a_provider_that_is_not_there_is_asked_once(folder: Path) -> None:
    ran = await call(folder, nowhere(), "doctor", "--json")
    [key] = of(ran, "key")
    said = "the provider could not be reached (ConnectError)"
    assert (ran.code, key["status"], key["found"]) == (1, "error", said)
    for name in ASKED:
        [finding] = of(ran, name)
        assert (finding["status"], finding["found"]) == ("warning", f"not checked: {said}")
    assert of(ran, "rules")[0]["status"] == "ok"


class Counted:
    """The account, and how often it was asked for what."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.asked.append(scope["path"].removeprefix("/v3/"))
        await self.app(scope, receive, send)


CALLS = ["auth/verify-api-key", "dedicated-numbers", "webhooks", "smart-replies"]


@pytest.mark.parametrize(
    ("allowed", "unchecked"),
    [
        (0, ["numbers", "webhooks", "smart-replies"]),
        (1, ["numbers", "webhooks", "smart-replies"]),
        (2, ["webhooks", "smart-replies"]),
        (3, ["smart-replies"]),
        (4, []),
    ],
)
async def test_after_a_rate_limit_nothing_more_is_asked(
    allowed: int, unchecked: list[str], folder: Path
) -> None:
    provider = Provider(numbers=[OURS], general_limit=Limit(allowed, 60.0))
    healthy(provider)
    account = Counted(create_app(provider, api_key=KEY))
    async with serving(account) as origin:
        ran = await call(folder, f"{origin}/v3", "doctor", "--json")
    said = "not checked: the provider's rate limit: try again in "
    limited = [found for found in ran.objects if found["found"].startswith(said)]
    assert [found["name"] for found in limited] == unchecked
    assert (of(ran, "key")[0]["status"], ran.code) == ("ok" if allowed else "warning", 0)
    assert account.asked == CALLS[: allowed + 1]
