"""A mistake quotes an argument or the name of a file: on its line, and steering no terminal."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Bot, Ran

TAG = "\N{TAG LATIN CAPITAL LETTER A}"
HOSTILE = f"\x1b[2J\x07\x9b31m\x7f\u2028\u202e\u2066\u061c{TAG}\x85\r\b\udcff\nforged\n"
BROKEN = "rules:\n- id: a\n  when: {keyword: [x]}\n  reply: b\n"
CROOKED = "rules:\n- when: {keywords: [x]}\n  id: a\n  reply: b\n"
PERSON = "+15555550123"


def assert_harmless(ran: Ran) -> None:
    shown = ran.out + ran.err
    odd = [sign for sign in shown if sign != "\n" and unicodedata.category(sign)[0] in "CZ"]
    assert set(odd) <= {" "}
    assert [line for line in shown.split("\n") if line.startswith("forged")] == []
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    "arguments",
    [
        [HOSTILE],
        ["--account", HOSTILE, "check"],
        ["--" + HOSTILE],
        ["dry-run", "--" + HOSTILE, "Hours?"],
        ["dry-run", "--from", HOSTILE, "Hours?"],
        ["dry-run", "--to", HOSTILE, "Hours?"],
        ["dry-run", "--tag", HOSTILE, "Hours?"],
        ["dry-run", "--contact", HOSTILE, "Hours?"],
        ["dry-run", "--longcode", HOSTILE, "Hours?"],
        ["dry-run", "--at", HOSTILE, "Hours?"],
        ["dry-run", "--trace", HOSTILE, "Hours?"],
        ["dry-run", "--input", HOSTILE],
        ["dry-run", "--rules", HOSTILE, "Hours?"],
        ["chat", "--rules", HOSTILE],
        ["check", "--rules", HOSTILE],
        ["check", "--format", HOSTILE],
        ["test", HOSTILE],
        ["test", "--junit", f"no/{HOSTILE}/x.xml"],
        ["why", HOSTILE, "Hours?"],
        ["fmt", HOSTILE],
        ["help", HOSTILE],
        ["init", "rules/shop.yaml", HOSTILE],
        ["init", f"rules/shop.yaml/{HOSTILE}"],
        ["serve", "--host", HOSTILE],
        ["serve", "--port", HOSTILE],
        ["serve", "--rules", HOSTILE],
        ["send", "--to", HOSTILE, "--longcode", "1", "Hi"],
        ["send", "--to", PERSON, "--longcode", HOSTILE, "Hi"],
        ["send", "--to", PERSON, "--longcode", "1", "--tag", HOSTILE, "Hi"],
        ["conversations", HOSTILE],
        ["conversations", "show", HOSTILE],
        ["dead-letters", "show", HOSTILE],
        ["dead-letters", "retry", HOSTILE],
        ["quarantine", "show", HOSTILE],
        ["quarantine", "retry", HOSTILE],
        ["messages", "import", HOSTILE],
        ["webhooks", "register", HOSTILE],
        ["webhooks", "delete", HOSTILE],
        ["demo", "--rules", HOSTILE],
    ],
    ids=lambda arguments: " ".join(arguments).encode("ascii", "replace").decode()[:40],
)
def test_an_argument_is_quoted_without_harm(
    arguments: list[str], bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTA_API_KEY", "key")
    monkeypatch.setenv("MTA_WEBHOOK_SECRET", "secret")
    ran = bot(*arguments)
    assert ran.code == 2
    assert_harmless(ran)


@pytest.mark.parametrize("name", ["BOT_PORT", "BOT_TIMEZONE", "BOT_ACCOUNTS", "BOT_ACCOUNT"])
def test_so_is_a_setting(name: str, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, f"x{HOSTILE}x")
    ran = bot("check")
    assert ran.code == 2
    assert_harmless(ran)


@pytest.mark.parametrize("content", [BROKEN, CROOKED, "- x: [", ""])
@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["check", "--format", "github"],
        ["check", "--json"],
        ["test"],
        ["test", "--json"],
        ["test", "--coverage"],
        ["dry-run", "x"],
        ["dry-run", "x", "--json"],
        ["why", "x"],
        ["fmt", "--check"],
        ["fmt"],
        ["demo", "x"],
        ["serve"],
    ],
    ids=" ".join,
)
def test_so_is_the_name_of_a_file(
    command: list[str], content: str, bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTA_WEBHOOK_SECRET", "secret")
    monkeypatch.setenv("BOT_RULES", "odd")
    (folder / "odd").mkdir()
    (folder / "odd" / f"a{HOSTILE}.yaml").write_text(content)
    if content == CROOKED and command[0] in ("demo", "serve"):
        pytest.skip("it would run")
    ran = bot(*command)
    assert ran.code in (0, 1, 2)
    assert_harmless(ran)


def test_so_is_the_name_of_a_file_that_init_would_write_over(bot: Bot, folder: Path) -> None:
    (folder / "rules" / f"a{HOSTILE}.yaml").write_text(CROOKED)
    ran = bot("init", "rules")
    assert ran.code == 2
    assert_harmless(ran)


def test_files_are_named_as_they_are_where_they_can_be(bot: Bot, folder: Path) -> None:
    (folder / "rules" / "hélas é.yaml").write_text(BROKEN)
    assert bot("check").out.startswith("rules/hélas é.yaml:3:10: error: ")
