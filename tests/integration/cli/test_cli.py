"""Exit codes, and what is said on which of the two outputs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.cli.commands import REGISTRY
from tests.integration.cli.conftest import Bot
from tests.support import NAMES, ROOT


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_every_command_is_listed(arguments: list[str], bot: Bot) -> None:
    ran = bot(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert [name for name in REGISTRY if f"  {name} " not in ran.out] == []


@pytest.mark.parametrize("name", REGISTRY)
def test_every_command_explains_itself(name: str, bot: Bot) -> None:
    ran = bot(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "Usage: bot " + name in ran.out


def test_the_version_is_that_of_the_package(bot: Bot) -> None:
    ran = bot("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"bot {version('bot')}\n", "")


@pytest.mark.system
@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        (["conv"], ["conversations"]),
        (["dead-letters", ""], ["drop", "list", "retry", "show"]),
        (["sender", "re"], ["resume"]),
        (["why", "o"], ["order"]),
        (["why", "$opt-"], ["$opt-out", "$opt-in"]),
        (["why", "--rules", "missing", "h"], []),
        (["test", "--rule", "o"], ["order"]),
        (["test", "--rules", "missing", "--rule", "o"], []),
        (["help", "$l"], ["$loop"]),
        (["help", "mach"], ["machines"]),
        (["check", "--f"], ["--format"]),
    ],
)
def test_a_shell_is_told_what_may_follow(
    words: list[str], proposed: list[str], folder: Path
) -> None:
    _is_told(words, proposed, folder, {})


@pytest.mark.system
def test_a_shell_is_told_the_accounts(folder: Path) -> None:
    settings = {"BOT_ACCOUNTS": "clinic,shop", "BOT_RULES_CLINIC": "rules"}
    _is_told(["--account", "cl"], ["clinic"], folder, settings)
    _is_told(["--account", "clinic", "why", "o"], ["order"], folder, settings)
    _is_told(["--account", "c"], [], folder, {})


def _is_told(words: list[str], proposed: list[str], folder: Path, settings: dict[str, str]) -> None:
    asked = {"COMP_WORDS": shlex.join(["bot", *words]), "COMP_CWORD": str(len(words))}
    ran = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=folder,
        env={**clean_environment(), **settings, **asked, "_BOT_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "\n".join(f"plain,{word}" for word in proposed)
    assert ran.stderr == ""
    assert [path.name for path in folder.iterdir()] == ["rules"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed(shell: str, folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=folder,
        env={**clean_environment(), "_BOT_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"_BOT_COMPLETE={shell}_complete" in ran.stdout


@pytest.mark.parametrize("group", ["conversations", "dead-letters", "quarantine"])
def test_a_group_lists_where_no_command_is_named(group: str, bot: Bot) -> None:
    ran = bot(group)
    assert (ran.code, ran.out != "", ran) == (0, True, bot(group, "list"))
    assert bot(group, "--json") == bot(group, "list", "--json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dry-rnu"], "there is no command `dry-rnu`: did you mean `bot dry-run`?"),
        (["zzz"], "there is no command `zzz`: `bot --help` lists them"),
        (["--versoin"], "No such option"),
        (["dry-run", "--loud", "Hours?"], "No such option"),
        (["dry-run"], "nothing to answer"),
        (["dry-run", "--trace", "some", "Hours?"], "'some' is not one of"),
        (["dry-run", "--from", "me", "Hours?"], "--from me: is not a phone number"),
        (["dry-run", "--to", "you", "Hours?"], "--to you: is not a phone number"),
        (["dry-run", "--tag", "campaign", "Hours?"], "--tag campaign: write it as name=value"),
        (["dry-run", "--contact", "=x", "Hours?"], "--contact =x: write it as name=value"),
        (["dry-run", "--longcode", "+18005550100", "Hours?"], "--longcode +18005550100: needs"),
        (["dry-run", "--at", "soon", "Hours?"], "at soon: is not a time"),
        (["dry-run", "--input", "missing.jsonl"], "--input missing.jsonl: No such file"),
        (["dry-run", "--rules", "missing", "Hours?"], "missing: there is no such file or folder"),
        (["check", "--rules", "missing"], "missing: there is no such file or folder"),
        (["test", "missing"], "missing: there is no such file or folder"),
        (["why"], "give a TEXT, or a RULE and a TEXT in quotes"),
        (["why", "hours", "are", "you"], "give a TEXT, or a RULE and a TEXT in quotes"),
        (["conversations", "show"], "Missing argument"),
        (["conversations", "show", " "], "N  : is not a phone number"),
        (["conversations", "show", "+15555550123"], "there is no conversation with +15555550123"),
        (["conversations", "shwo", "+15555550123"], "did you mean `bot conversations show`?"),
        (["sender", "zzz"], "there is no command `zzz`: `bot sender --help` lists them"),
        (["conversations", "--loud"], "No such option"),
        (["messages"], "Commands:"),
        (["messages", "import", "missing.jsonl"], "missing.jsonl: No such file"),
        (["serve"], "MTA_WEBHOOK_SECRET is not set"),
        (["worker"], "MTA_API_KEY is not set"),
        (
            ["worker", "--dry-run"],
            "it needs BOT_DATABASE_URL=postgresql://…; on SQLite",
        ),
        (["serve", "--port", "70000"], "70000 is not in the range"),
        (["send", "Hi", "--to", "+15555550123", "--longcode", "1"], "MTA_API_KEY is not set"),
        (["send", "Hi", "--longcode", "1"], "say who gets it: --to N, or --file LIST.csv"),
        (["send", "Hi", "--to", "+15555550123"], "--longcode: give the id of one of `bot numbers`"),
    ],
)
def test_a_mistake_of_the_operator_is_said_in_words(
    arguments: list[str], message: str, bot: Bot
) -> None:
    ran = bot(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", [["dry-run", "Hours?"], ["check"], ["test"], ["demo", "Hi"]])
def test_a_wrong_setting_stops_every_command(
    command: list[str], bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TIMEZONE", "Mars/Olympus")
    ran = bot(*command)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("BOT_TIMEZONE `Mars/Olympus` is wrong; for example ")


@pytest.mark.parametrize(
    "command",
    [["conversations", "list"], ["dead-letters", "list"], ["quarantine", "list"]],
)
@pytest.mark.parametrize(
    "url",
    ["sqlite:////proc", "postgresql://bot:hush@127.0.0.1:1/bot"],
)
def test_a_database_that_cannot_be_opened_is_said_in_words(
    command: list[str], url: str, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL", url)
    ran = bot(*command)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("the database ")
    assert "hush" not in ran.err


@pytest.mark.system
def test_the_module_is_the_command(folder: Path) -> None:
    ran = python_m_bot(folder, "dry-run", "Hours?", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert '"message": "We\'re open 9-5."' in ran.stdout
    assert python_m_bot(folder, "dry-run").returncode == 2


@pytest.mark.system
def test_a_reader_that_leaves_early_is_no_fault_of_ours(folder: Path) -> None:
    """As in `bot dry-run … | head -1`."""
    (folder / "in.jsonl").write_text('{"message": "Hours?"}\n' * 20_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "dry-run", "--input", "in.jsonl", "--json"],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith('{"line": 1,')
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=20) == 1


def python_m_bot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    return {**kept, "PYTHONPATH": str(ROOT)}
