"""`bot scheduled`: what waits for its time, and what is taken back of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.ledger import inbox
from bot.ledger.schema import outbox, timers
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.support import process

RULES = ruleset("""
timezone: UTC
rules:
  - id: quote
    when: {keywords: [quote]}
    reply: [{text: Now., delay: 1h}, {text: Soon., delay: 2h, unless: replied}]
    follow_up: {after: 1d, reply: "Any question, {{ message.text }}?"}
  - id: book
    when: {keywords: [book]}
    state: {name: which, expires: 3h, on_expiry: "Then not."}
    silent: true
""")


@pytest.fixture(autouse=True)
def written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTA_API_KEY", "key")
    monkeypatch.setenv("BOT_TIMEZONE", "America/Chicago")
    with ledger(folder) as connection:
        for number, text in enumerate(("book", "a quote")):
            inbox.keep(connection, [inbound(text, key=f"r-{number}")])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, RULES, NOW)


def test_it_is_listed_the_next_first(bot: Bot) -> None:
    told = bot("scheduled", "list", "--json").objects
    kinds = [one.pop("id").partition("-")[0] for one in told]
    assert kinds == ["out", "timer", "timer", "timer"]
    about = {"number": PERSON, "ourNumber": OUR_NUMBER}

    def due(hours: int) -> str:
        return f"{NOW + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"

    quote = {**about, "rule": "quote"}
    assert told == [
        {"kind": "reply", "due": due(1), "text": "Now.", **quote},
        {"kind": "reply", "due": due(2), "text": "Soon.", **quote},
        {"kind": "expiry", "due": due(3), "text": None, **about, "rule": "book"},
        {"kind": "follow-up", "due": due(24), "text": "Any question, a quote?", **quote},
    ]
    first = bot("scheduled").out.splitlines()[0]
    assert first == f"out-1  2026-01-15 12:04 CST  reply  {PERSON}  quote  Now."


def test_a_conversation_ends_with_what_waits(bot: Bot) -> None:
    lines = bot("conversations", "show", PERSON).out.splitlines()
    assert lines[-2].strip() == "… Any question, a quote?"
    assert "due 2026-01-16 11:04:05 CST  timer-" in lines[-1]
    [chain] = bot("conversations", "show", PERSON, "--json").objects
    assert [one["kind"] for one in chain["scheduled"]] == [
        *("reply", "reply", "expiry", "follow-up"),
    ]


def test_what_is_cancelled_is_not_said(bot: Bot, folder: Path) -> None:
    ids = [one["id"] for one in bot("scheduled", "list", "--json").objects]
    queued, soon, expiry, later = ids
    ran = bot("scheduled", "cancel", queued, soon, later)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [f"{one}: {PERSON} is not told" for one in (queued, soon, later)],
    )
    assert [one["id"] for one in bot("scheduled", "list", "--json").objects] == [expiry]
    with ledger(folder) as connection:
        dropped = timers.select().where(timers.c.status == "dropped")
        assert {row.reason for row in connection.execute(dropped)} == {"cancelled"}
        [row] = connection.execute(outbox.select()).all()
        assert (row.status, row.reason) == ("dropped", "cancelled")
    again = bot("scheduled", "cancel", later)
    assert (again.code, again.out) == (2, "")
    assert f"{later}: nothing waits under that id" in again.err


@pytest.mark.parametrize("written", ["x", "timer-", "timer-99", "out-99", "timer-²", "-1"])
def test_ids_that_are_none(written: str, bot: Bot) -> None:
    ran = bot("scheduled", "cancel", "--", written)
    assert (ran.code, ran.out) == (2, "")
    assert "nothing waits under that id" in ran.err


def test_what_ends_by_itself_cannot_be_cancelled(bot: Bot) -> None:
    [expiry] = [o for o in bot("scheduled", "list", "--json").objects if o["kind"] == "expiry"]
    ran = bot("scheduled", "cancel", expiry["id"])
    assert ran.code == 2
    assert "cannot be cancelled" in ran.err
