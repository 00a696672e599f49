"""`bot inbox`: what waits for a person, and what they do with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.ledger import inbox, quarantine
from bot.ledger.outbox import Status
from bot.ledger.schema import inbox_items, optouts
from bot.ledger.schema import outbox as outbox_table
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.support import HOURS, outbound, process, queue

RULES = ruleset(HOURS)
WISH = "Please take me off this list \x1b[2J"
ITEM = {
    "id": "in-1",
    "kind": "likely-opt-out",
    "at": "2026-01-15T17:04:05Z",
    "number": PERSON,
    "ourNumber": OUR_NUMBER,
    "text": WISH,
    "rule": "$opt-out",
    "reason": "likely-opt-out",
    "detail": "",
    "snoozedUntil": None,
}


def fill(connection: Connection) -> None:
    for key, text in (("1", WISH), ("2", "What?")):
        inbox.keep(connection, [inbound(text, key=key)])
        for waiting in inbox.waiting(connection, 10):
            process(connection, waiting, RULES, NOW)
    queue(connection, outbound("x"), status=Status.DEAD, reason="too-old")
    queue(connection, outbound("y"))
    quarantine.keep_unreadable(connection, "message-reply", b"?", "no JSON", NOW)


@pytest.fixture(autouse=True)
def filled(folder: Path) -> None:
    with ledger(folder) as connection:
        fill(connection)


def kinds(bot: Bot, *options: str) -> dict[str, str]:
    return {item["id"]: item["kind"] for item in bot("inbox", "list", "--json", *options).objects}


def test_the_list(bot: Bot) -> None:
    waits = {"in-1": "likely-opt-out", "out-1": "dead-letter", "quarantine-1": "quarantine"}
    assert kinds(bot) == waits
    assert kinds(bot, "--unmatched") == {**waits, "in-2": "unmatched"}
    assert bot("inbox", "list", "--json").objects[0] == ITEM
    said = bot("inbox").out.splitlines()
    assert said[0] == (
        "in-1  2026-01-15 12:04 EST  likely-opt-out  +15555550123  "
        "Please take me off this list �[2J"
    )
    assert said[2].endswith("quarantine  unknown  no JSON")


@pytest.mark.parametrize(
    ("item", "way_out"),
    [
        ("in-1", "bot inbox opt-out in-1 · bot inbox answer in-1 · bot inbox done in-1"),
        ("in-2", "add a rule, then bot inbox answer in-2 · bot inbox done in-2"),
        ("out-1", "bot dead-letters retry out-1 · bot dead-letters drop out-1"),
        ("quarantine-1", "bot quarantine show quarantine-1 · bot quarantine drop quarantine-1"),
    ],
)
def test_one_is_shown_with_what_can_be_done(item: str, way_out: str, bot: Bot) -> None:
    said = bot("inbox", "show", item)
    assert (said.code, said.out.splitlines()[-1].strip()) == (0, way_out)
    assert "\x1b" not in said.out
    [shown] = bot("inbox", "show", item, "--json").objects
    assert shown["id"] == item


def test_done_and_snoozed(bot: Bot, folder: Path) -> None:
    assert bot("inbox", "done", "out-1", "--by", "Kim").out == "1 done\n"
    assert bot("inbox", "snooze", "in-1", "--for", "2h").out.startswith("1 snoozed until 20")
    assert bot("inbox", "done", "quarantine-1").code == 0
    assert bot("inbox").out == "nothing waits for a person\n"
    assert kinds(bot, "--snoozed") == {"in-1": "likely-opt-out"}
    with ledger(folder) as connection:
        by = select(inbox_items.c.done_by).where(inbox_items.c.item == "out-1")
        assert connection.scalar(by) == "Kim"


def test_one_word_opts_the_person_out(bot: Bot, folder: Path) -> None:
    assert bot("inbox", "opt-out", "in-1", "--by", "Kim").out == f"{PERSON} gets no more texts\n"
    with ledger(folder) as connection:
        left: Any = connection.execute(
            select(optouts.c.number, optouts.c.because, optouts.c.by)
        ).one()
        statuses = connection.scalars(select(outbox_table.c.status)).all()
    assert tuple(left) == (PERSON, "in-1", "Kim")
    assert set(statuses) == {"dead", "dropped"}
    assert "in-1" not in kinds(bot)


def test_one_word_lets_the_rules_answer(bot: Bot, folder: Path) -> None:
    said = bot("inbox", "answer", "in-1")
    assert said.out == "in-1 will be decided again by `bot serve`\n"
    with ledger(folder) as connection:
        assert [waiting.id for waiting in inbox.waiting(connection, 9)] == [1]
    assert "in-1" not in kinds(bot, "--unmatched")


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (["show", "in-9"], "in-9: waits for nobody; `bot inbox list` shows what does"),
        (["done", "in-1", "x\x1b"], "x�: waits for nobody; `bot inbox list` shows what does"),
        (["snooze", "in-1", "--for", "1 year"], "--for 1 year: is not a time, for example"),
        (["opt-out", "out-1"], "out-1: is not a text of theirs; bot dead-letters retry out-1"),
        (["answer", "quarantine-1"], "quarantine-1: is not a text of theirs; bot quarantine"),
    ],
)
def test_mistakes_change_nothing(arguments: list[str], because: str, bot: Bot) -> None:
    before = kinds(bot, "--unmatched")
    ran = bot("inbox", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(because)
    assert kinds(bot, "--unmatched") == before


def test_a_conversation_is_taken_and_given_back(bot: Bot) -> None:
    taken = bot("conversations", "handoff", PERSON, "--for", "2h", "--by", "ann")
    assert (taken.code, taken.out.splitlines()[-1]) == (0, f"  bot conversations release {PERSON}")
    [item] = [one for one in bot("inbox", "list", "--json").objects if one["kind"] == "handoff"]
    shown = {name: item[name] for name in ("id", "kind", "text", "rule", "reason", "detail")}
    assert shown == {
        "id": "handoff-1",
        "kind": "handoff",
        "text": "What?",
        "rule": None,
        "reason": "paused",
        "detail": "taken by ann",
    }
    assert bot("inbox", "show", "handoff-1").out.splitlines()[-1].strip() == (
        f"bot conversations release {PERSON} · bot inbox done handoff-1, which does that too"
    )
    [chain, *_] = bot("conversations", "show", PERSON, "--json").objects
    assert chain["handedOver"] is True
    assert "in a person's hands until" in bot("conversations", "show", PERSON).out
    [given] = bot("conversations", "release", PERSON, "--json").objects
    assert (given["handedOver"], given["pausedUntil"]) == (False, None)
    assert "handoff-1" not in kinds(bot)
    for act in ("handoff", "release"):
        assert bot("conversations", act, "+15555550199").code == 2
