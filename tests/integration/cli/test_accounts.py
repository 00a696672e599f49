"""Commands where BOT_ACCOUNTS names several: which one each acts on, and how mistakes name it."""

from __future__ import annotations

import os
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger.database import open_database
from bot.ledger.files import FileLock
from bot.provider.client import Gateway
from bot.runtime.app import build_bot
from bot.runtime.live_rules import LiveRules
from bot.sandbox import Number, Provider
from bot.settings import Settings
from bot.web.server import build_app
from tests.build import OUR_NUMBER
from tests.conftest import Logged
from tests.integration.cli import test_account as provider_tests
from tests.integration.cli.conftest import Bot
from tests.support import HOURS, KEY, LINE, SECRET

SEVERAL = "BOT_ACCOUNTS has clinic, shop: say which is meant, as in bot --account clinic …"
CHAIN = '{"externalId": "a-1", "longcodeId": 123, "to": "+15555550123"}\n'
TESTED = (
    'rules:\n  - id: hi\n    when: {keywords: [hi]}\n    reply: "Hi."\n    tests: [{say: hi}]\n'
)


@pytest.fixture
def accounts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two accounts, of which each has rules of its own."""
    monkeypatch.setenv("BOT_ACCOUNTS", "clinic,shop")
    for name in ("clinic", "shop"):
        (folder / name).mkdir()
        (folder / name / "rules.yaml").write_text(HOURS.replace("We're", f"The {name} is"))
        monkeypatch.setenv(f"BOT_RULES_{name.upper()}", name)
    (folder / "tested.yaml").write_text(TESTED)
    return folder


def set_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLINIC", "SHOP"):
        monkeypatch.setenv(f"MTA_API_KEY_{name}", KEY)
        monkeypatch.setenv(f"MTA_WEBHOOK_SECRET_{name}", SECRET)


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    "arguments",
    [
        ["dry-run", "Hours?"],
        ["why", "hours", "Hours?"],
        ["check"],
        ["test"],
        ["fmt"],
        ["chat"],
        ["demo", "Hours?"],
        ["doctor"],
        ["doctor", "--rules", "tested.yaml"],
        ["conversations"],
        ["dead-letters"],
        ["quarantine"],
        ["sender"],
        ["numbers"],
        ["webhooks"],
        ["webhooks", "register", "https://bot.example"],
        ["send", "--to", "+15555550123", "--longcode", "123", "Hi"],
    ],
)
def test_what_needs_an_account_asks_which(arguments: list[str], bot: Bot) -> None:
    ran = bot(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(SEVERAL)


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    "arguments",
    [
        ["dry-run", "--rules", "tested.yaml", "hi"],
        ["why", "--rules", "tested.yaml", "hi", "hi"],
        ["check", "--rules", "tested.yaml"],
        ["test", "tested.yaml"],
        ["fmt", "--check", "clinic", "shop"],
        ["schema"],
        ["init", "new"],
        ["help"],
    ],
)
def test_what_only_reads_the_files_it_is_given_needs_no_account(
    arguments: list[str], bot: Bot
) -> None:
    ran = bot(*arguments)
    assert ran.err == ""
    assert ran.code == (1 if arguments[0] == "fmt" else 0)


@pytest.mark.usefixtures("accounts")
def test_all_accounts_are_checked_and_tested_each_by_its_rules(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_ACCOUNT", "shop")
    ran = bot("check", "--all-accounts")
    assert (ran.code, ran.err) == (0, "")
    assert [line for line in ran.out.splitlines() if "warning:" not in line] == [
        "clinic: 2 rules: 0 errors, 1 warning",
        "shop: 2 rules: 0 errors, 1 warning",
    ]
    for name in ("clinic", "shop"):
        Path(name, "more.yaml").write_text(TESTED)
    assert bot("test", "--all-accounts").out == "2 passed, 0 failed\n"
    ran = bot("test", "--all-accounts", "--json")
    assert [found["file"] for found in ran.objects] == ["clinic/more.yaml", "shop/more.yaml"]


@pytest.mark.usefixtures("accounts")
def test_what_is_wrong_with_one_account_stops_no_other(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("clinic", "rules.yaml").unlink()
    ran = bot("check", "--all-accounts")
    assert ran.code == 2
    assert ran.err.startswith("clinic: there is no rule file")
    assert ran.out.splitlines()[-1] == "shop: 2 rules: 0 errors, 1 warning"


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        (["check", "--rules", "tested.yaml"], "give no rules beside it"),
        (["test", "tested.yaml"], "give no rules beside it"),
        (["doctor", "--rules", "tested.yaml"], "give no rules beside it"),
        (["--account", "clinic", "check"], "give no --account beside it"),
        (["--account", "clinic", "test"], "give no --account beside it"),
    ],
)
@pytest.mark.usefixtures("accounts")
def test_all_accounts_and_one_of_them_are_a_contradiction(
    bot: Bot, arguments: list[str], mistake: str
) -> None:
    ran = bot(*arguments, "--all-accounts")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"{mistake}\n")


@pytest.mark.usefixtures("folder")
def test_without_accounts_all_is_the_one(bot: Bot) -> None:
    assert bot("check", "--all-accounts").out == bot("check").out


@pytest.mark.usefixtures("accounts")
def test_doctor_looks_at_all_accounts(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTA_BASE_URL", "http://127.0.0.1:9/v3")
    ran = bot("doctor", "--all-accounts")
    heads = [line for line in ran.out.splitlines() if line.startswith("account ")]
    assert (ran.code, heads) == (1, ["account clinic", "account shop"])
    named = [found["account"] for found in bot("doctor", "--all-accounts", "--json").objects]
    assert sorted(set(named)) == ["clinic", "shop"]
    assert named == sorted(named)


@pytest.mark.usefixtures("accounts")
def test_doctor_names_settings_and_commands_of_the_account(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret of one is never that of another: their programs belong to others."""
    monkeypatch.setenv("MTA_BASE_URL", "http://127.0.0.1:9/v3")
    monkeypatch.setenv("MTA_API_KEY_SHOP", "key")
    monkeypatch.setenv("BOT_NOTIFY_SECRET", "n" * 40)
    hook = "rules: [{id: a, when: always, reply: x, notify: https://hook.example}]"
    Path("shop", "hook.yaml").write_text(hook)
    said = {
        found["name"]: (found["found"], found["hint"])
        for found in bot("--account", "shop", "doctor", "--json").objects
    }
    assert said["notify"] == (
        "BOT_NOTIFY_SECRET_SHOP is not set: nobody is told by a",
        "set it to a long random text",
    )
    assert said["server"][1] == "start `bot serve`"
    assert "bot --account shop doctor again" in said["key"][1]


def test_chat_with_rules_needs_no_account(
    accounts: Path, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (accounts / "said.txt").open("w+") as said:
        said.write("hi\n")
        said.seek(0)
        monkeypatch.setattr("sys.stdin", said)
        ran = bot("chat", "--rules", "tested.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert "‹ Hi." in ran.out


@pytest.mark.parametrize("name", ["clinic", "shop"])
def test_an_account_answers_by_its_own_rules(
    name: str, accounts: Path, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_ACCOUNT", "shop")
    ran = bot("--account", name, "dry-run", "Hours?", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.objects[0]["replies"][0]["message"] == f"The {name} is open 9-5."
    assert os.environ["BOT_ACCOUNT"] == "shop"
    monkeypatch.delenv("BOT_ACCOUNT")
    bot("--account", name, "dry-run", "Hours?")
    assert "BOT_ACCOUNT" not in os.environ


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pub", "there is no account `pub`: BOT_ACCOUNTS has clinic, shop\n"),
        ("", "--account: needs a name of BOT_ACCOUNTS\n"),
    ],
)
def test_an_account_that_is_not_there_is_told(name: str, said: str, bot: Bot) -> None:
    ran = bot("--account", name, "dry-run", "--rules", "tested.yaml", "hi")
    assert (ran.code, ran.out, ran.err) == (2, "", said)


def test_each_account_has_its_own_conversations(accounts: Path, bot: Bot) -> None:
    (accounts / "sent.jsonl").write_text(CHAIN)
    assert bot("--account", "clinic", "messages", "import", "sent.jsonl").code == 0
    found = {
        name: len(bot("--account", name, "conversations", "--json").objects)
        for name in ("clinic", "shop")
    }
    assert found == {"clinic": 1, "shop": 0}
    assert sorted(path.name for path in accounts.glob("*.db")) == ["bot-clinic.db"]


def test_the_ledgers_of_all_accounts_are_copied_each_to_its_place(
    accounts: Path, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (accounts / "sent.jsonl").write_text(CHAIN)
    assert bot("--account", "clinic", "messages", "import", "sent.jsonl").code == 0
    assert bot("db", "upgrade").code == 0
    ran = bot("db", "copy", "sqlite:///bot.db", "sqlite:///new.db")
    assert (ran.code, ran.err) == (0, "")
    said = [line.partition(" messages in")[0] for line in ran.out.splitlines()]
    assert said == ["clinic: 1 conversation, 0", "shop: 0 conversations, 0"]
    names = sorted(path.name for path in accounts.glob("*.db"))
    assert names == ["bot-clinic.db", "bot-shop.db", "new-clinic.db", "new-shop.db"]
    ran = bot("--account", "clinic", "db", "copy", "sqlite:///new-clinic.db", "sqlite:///one.db")
    assert ran.out.startswith("clinic: 1 conversation, ")
    monkeypatch.setenv("BOT_DATABASE_URL", "sqlite:///new.db")
    assert len(bot("--account", "clinic", "conversations", "--json").objects) == 1


@pytest.mark.parametrize(
    ("source", "target", "mistake"),
    [
        ("sqlite:///not.db", "sqlite:///new.db", "there is no database to copy from"),
        ("sqlite:///bot.db", "sqlite:///./bot.db", "FROM and TO are the same database"),
        ("bot.db", "sqlite:///new.db", "the database cannot be used: its URL cannot be read"),
    ],
)
def test_a_copy_that_cannot_be_made_is_told_and_makes_no_file(
    folder: Path, bot: Bot, source: str, target: str, mistake: str
) -> None:
    assert bot("db", "upgrade").code == 0
    before = sorted(folder.glob("*.db"))
    ran = bot("db", "copy", source, target)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(mistake)
    assert sorted(folder.glob("*.db")) == before


def test_the_ledgers_of_all_accounts_are_brought_up_to_date(accounts: Path, bot: Bot) -> None:
    ran = bot("db", "upgrade", "--json")
    versions = {one["version"] for one in ran.objects}
    assert (ran.code, [one["account"] for one in ran.objects]) == (0, ["clinic", "shop"])
    [version] = versions
    said = [f"{name}: the database is at version {version}\n" for name in ("clinic", "shop")]
    assert bot("db", "upgrade").out == "".join(said)
    assert bot("--account", "shop", "db", "upgrade").out == said[1]
    assert bot("--account", "shop", "db", "upgrade", "--json").objects == [
        {"account": "shop", "version": version}
    ]


def test_without_accounts_the_database_has_no_name(folder: Path, bot: Bot) -> None:
    assert list(bot("db", "upgrade", "--json").objects[0]) == ["version"]
    assert bot("db", "upgrade").out.startswith("the database is at version ")


def test_a_ledger_that_cannot_be_used_names_its_account(
    accounts: Path, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL_SHOP", "sqlite:////proc/no/bot.db")
    ran = bot("db", "upgrade")
    assert ran.code == 2
    assert ran.err.startswith("account shop: the database sqlite:////proc/no/bot.db cannot be used")


# serve


@pytest.mark.usefixtures("accounts")
def test_serve_names_all_that_is_missing(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTA_API_KEY", KEY)
    monkeypatch.setenv("MTA_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("MTA_API_KEY_SHOP", KEY)
    monkeypatch.delenv("BOT_RULES_SHOP")
    ran = bot("serve")
    missing = [line.partition(" is not set: ")[0] for line in ran.err.splitlines()]
    assert (ran.code, missing) == (
        2,
        [
            "MTA_WEBHOOK_SECRET_CLINIC",
            "MTA_API_KEY_CLINIC",
            "MTA_WEBHOOK_SECRET_SHOP",
            "BOT_RULES_SHOP",
        ],
    )
    alone = bot("--account", "shop", "serve", "--rules", "tested.yaml")
    assert alone.err == (
        "MTA_WEBHOOK_SECRET_SHOP is not set: the secret that the webhooks are registered"
        " with, in .env (bot help serve)\n"
    )


@pytest.mark.usefixtures("accounts")
def test_serve_takes_rules_for_one_account_only(bot: Bot) -> None:
    ran = bot("serve", "--rules", "tested.yaml")
    assert (ran.code, ran.err) == (
        2,
        "--rules are one account's: bot --account clinic … --rules …\n",
    )


def test_serve_names_the_accounts_that_it_cannot_start(
    accounts: Path, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_needed(monkeypatch)
    (accounts / "clinic" / "rules.yaml").write_text("rules: [{}, {}]")
    with closing(FileLock(accounts / "bot-shop.db.sender")) as lock:
        assert lock.acquire(5)
        ran = bot("serve")
    *broken, busy = ran.err.splitlines()
    assert (ran.code, busy) == (
        2,
        "account shop: another `bot serve` uses this database: stop it first",
    )
    start = "account clinic: clinic/rules.yaml:1:"
    assert (len(broken) > 1, [line for line in broken if not line.startswith(start)]) == (True, [])


@pytest.mark.anyio
async def test_where_one_bot_cannot_start_the_others_are_stopped(
    accounts: Path, logged: Logged
) -> None:
    before = set(threading.enumerate())
    bots, databases = [], []
    for name in ("clinic", "shop", "school"):
        settings = Settings(account=name, webhook_secrets=(SECRET,), api_key=KEY)
        databases.append(open_database(f"sqlite:///{name}.db"))
        live = LiveRules(accounts / "clinic", settings.timezone)
        bots.append(build_bot(settings, live, databases[-1], Gateway("http://127.0.0.1:9", KEY)))
    with databases[1].transaction() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")
    app = build_app(bots)
    with pytest.raises(Exception, match="no such table"):
        async with app.router.lifespan_context(app):
            pytest.fail("it has started")
    writers = [t for t in set(threading.enumerate()) - before if t.name == "ledger-writer"]
    assert writers == []
    for database in databases:
        database.close()
    [line] = [line for line in logged().splitlines() if "could not be started" in line]
    assert '"account": "shop"' in line


# the provider's side


@pytest.mark.anyio
@pytest.mark.system
@pytest.mark.parametrize("given", ["https://bot.example/", "https://bot.example/p"])
async def test_the_webhooks_of_an_account_lead_to_its_paths(accounts: Path, given: str) -> None:
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)])
    more: dict[str, str | None] = {
        "BOT_ACCOUNTS": "clinic,shop",
        "BOT_RULES_SHOP": "shop",
        "MTA_API_KEY": "wrong",
        "MTA_API_KEY_SHOP": KEY,
        "MTA_WEBHOOK_SECRET_SHOP": provider_tests.LONG_SECRET,
    }

    async def bot(*arguments: str) -> list[dict[str, object]]:
        whole = ("--account", "shop", *arguments, "--json")
        return (await provider_tests.bot(accounts, provider, *whole, **more)).objects

    async def findings() -> dict[object, object]:
        found = [one for one in await bot("doctor") if one["name"] in ("key", "webhooks")]
        return {one["name"]: one["found"] for one in found}

    await bot("webhooks", "register", given, "--event", "delivery-status")
    plain = provider_tests.registered(provider)  # where a bot without accounts takes it
    elsewhere = "message-reply goes to https://bot.example/webhooks/message-reply, which is"
    before = await findings()
    assert str(before["webhooks"]).startswith(elsewhere)
    origin = given.rstrip("/")
    del provider.webhooks[plain]
    [made] = await bot("webhooks", "register", given, "--event", "message-reply")
    assert made["url"] == f"{origin}/webhooks/shop/message-reply"
    assert {hook.url for hook in provider.webhooks.values()} == {
        f"{origin}/webhooks/shop/{event}" for event in ("delivery-status", "message-reply")
    }
    assert await findings() == {
        "key": "the provider takes MTA_API_KEY_SHOP",
        "webhooks": ", ".join(
            f"{event} at {origin}/webhooks/shop/{event}"
            for event in ("delivery-status", "message-reply")
        ),
    }


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("path", ["/webhooks/shop/message-reply", "/webhooks/message-reply"])
def test_the_path_of_an_event_is_no_origin(
    path: str, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_needed(monkeypatch)
    ran = bot("--account", "shop", "webhooks", "register", f"https://bot.example{path}")
    assert ran.code == 2
    assert ran.err.endswith("needs no path of an event, only https://bot.example\n")
