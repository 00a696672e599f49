"""A command that reads creates nothing: no database, no folder, no lock beside it."""

from __future__ import annotations

import importlib
import io
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.commands import REGISTRY
from bot.ledger.database import open_database
from bot.ledger.glance import is_there
from tests.integration.cli.conftest import Bot, ledger
from tests.postgres import Server
from tests.support import KEY

pytestmark = pytest.mark.system

PERSON = "+15555550123"
READS = {
    "dry-run": ("Hours?",),
    "chat": (),
    "schema": (),
    "help": ("rules",),
    "why": ("hours", "Hours?"),
    "check": (),
    "test": (),
    "fmt": ("--check",),
    "doctor": (),
    "numbers": (),
    "demo": ("Hours?",),
    "sandbox": ("say", "Hours?"),
    "conversations list": (),
    "conversations show": (PERSON,),
    "sender status": (),
    "sender resume": (),
    "dead-letters list": (),
    "dead-letters show": ("out-5",),
    "dead-letters retry": ("--all",),
    "dead-letters drop": ("out-5",),
    "quarantine list": (),
    "quarantine show": ("quarantine-1",),
    "quarantine retry": ("quarantine-1",),
    "quarantine drop": ("quarantine-1",),
    "conversations export": (),
    "contacts list": (),
    "contacts show": (PERSON,),
    "opt-outs list": (),
    "opt-outs show": (PERSON,),
    "opt-outs export": (),
    "opt-outs audit": (),
    "stats": (),
    "suggest": (),
    "duel": (),
    "blame": ("out-5",),
    "diff": ("rules", "rules"),
    "scheduled list": (),
    "scheduled cancel": ("follow-up-5",),
    "inbox list": (),
    "inbox show": ("in-5",),
    "inbox done": ("in-5",),
    "inbox snooze": ("in-5", "--for", "2h"),
    "inbox opt-out": ("in-5",),
    "inbox answer": ("in-5",),
    "webhooks list": (),
    "webhooks register": ("https://bot.example",),
    "webhooks delete": ("11",),
}
WRITES = {
    *("init", "serve", "worker", "send", "import keywords", "messages import"),
    *("db upgrade", "db copy"),
    *("import smart-replies", "conversations handoff", "conversations release", "sender pause"),
    *("conversations forget", "contacts set", "contacts import"),
    *("opt-outs add", "opt-outs remove", "catch-up"),
}


def commands() -> set[str]:
    found: set[str] = set()
    for name, entry in REGISTRY.items():
        module = importlib.import_module(f"bot.cli.commands.{entry.module}")
        group = getattr(module, "COMMANDS", None)
        found |= {name} if group is None else {f"{name} {one.name}" for one in group}
    return found


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_every_command_is_known_to_read_or_to_write() -> None:
    assert commands() == READS.keys() | WRITES
    assert not READS.keys() & WRITES


@pytest.mark.parametrize("has_ledger", [False, True], ids=["fresh", "with a ledger"])
@pytest.mark.parametrize("command", READS)
def test_what_reads_creates_nothing(
    command: str, has_ledger: bool, bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTA_API_KEY", KEY)
    monkeypatch.setenv("MTA_WEBHOOK_SECRET", "secret")
    monkeypatch.setenv("MTA_BASE_URL", "http://127.0.0.1:1/v3")
    monkeypatch.setenv("BOT_DATABASE_URL", "sqlite:///data/bot.db")
    if has_ledger:
        with closing(open_database("sqlite:///data/bot.db")):
            pass
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Hours?\n")))
    before = below(folder)
    ran = bot(*command.split(), *READS[command])
    assert "Traceback" not in ran.err
    assert below(folder) == before


@pytest.mark.parametrize(
    "group", ["conversations", "dead-letters", "quarantine", "sender", "inbox"]
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_where_there_is_no_database_that_is_said(
    group: str, options: tuple[str, ...], bot: Bot, folder: Path
) -> None:
    said = f"there is no database yet at {folder / 'bot.db'}: `bot serve` makes it"
    missing = bot(group, *options)
    assert (missing.code, missing.err[: len(said)]) == (0, said)
    with ledger(folder):
        pass
    assert (bot(group, *options).err, bot(group, *options).out) == ("", missing.out)


@pytest.mark.parametrize(
    "command",
    [["opt-outs", "add", PERSON], ["contacts", "set", PERSON, "a=b"], ["sender", "pause"]],
)
def test_what_a_command_is_told_to_keep_is_kept(command: list[str], bot: Bot, folder: Path) -> None:
    assert (bot(*command).code, bot(*command).err) == (0, "")
    assert (folder / "bot.db").exists()


def test_a_server_without_our_tables_stays_without_them(
    postgres: Server, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.create("without_tables")
    url = postgres.url("without_tables")
    monkeypatch.setenv("BOT_DATABASE_URL", url)
    ran = bot("conversations")
    assert (ran.code, ran.out, is_there(url)) == (0, "no conversations yet\n", False)
    with closing(open_database(url)):
        assert is_there(url)
    assert bot("conversations").err == ""
    postgres.drop("without_tables")
