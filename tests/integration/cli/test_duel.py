"""`bot duel`: machines that answer machines, and what ends it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.authoring.duel import MACHINES, MOST, Answers, Machine, duel, duels
from tests.build import NOW, ruleset
from tests.integration.cli.conftest import Bot

RULES = """\
rules:
  - {id: hours, when: {keywords: [hours]}, reply: "We're open 9-5, ask for our hours."}
fallback: {reply: "Sorry?"}
"""
OUT_OF_OFFICE = "out of office: 0 answers, 0 segments; ended by $auto-reply: auto-reply"


@pytest.fixture(autouse=True)
def rules(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(RULES)


def test_each_machine_is_ended_and_says_by_what(bot: Bot) -> None:
    ran = bot("duel")
    lines = ran.out.splitlines()
    assert (ran.code, len(lines), lines[0]) == (0, len(MACHINES) + 2, OUT_OF_OFFICE)
    assert "keyword bot: 4 answers, 4 segments in 15 seconds; ended by $loop: loop" in lines
    assert "asks for hours, slow: 30 answers, 30 segments in 5 hours; ended by $loop: loop" in lines
    assert (
        "asks for hours, hourly: 100 answers, 100 segments in 4 days; ended by $loop: loop" in lines
    )
    assert (
        "asks for hours, numbered: 150 answers, 150 segments in 5 hours; ended by $loop: loop"
        in lines
    )
    assert "says stop: 0 answers, 0 segments; ended by $opt-out: opt-out" in lines
    assert lines[-1] == f"0 of {len(MACHINES) + 1} machines get more than 150 answers"
    found = bot("duel", "--json").objects
    assert found[0] == {
        "machine": "out of office",
        "answers": 0,
        "segments": 0,
        "seconds": 0,
        "endedBy": "$auto-reply: auto-reply",
    }


def test_more_than_one_wants_is_a_failure(bot: Bot) -> None:
    ran = bot("duel", "--most", "29")
    assert (ran.code, ran.out.splitlines()[-1]) == (
        1,
        f"4 of {len(MACHINES) + 1} machines get more than 29 answers",
    )


def test_one_is_shown_with_what_is_said(bot: Bot) -> None:
    ran = bot("duel", "--machine", "says yes")
    assert (ran.code, ran.out) == (
        0,
        "› Yes\n‹ Sorry?\n" * 3
        + "› Yes\nsays yes: 3 answers, 3 segments in 10 seconds; ended by $loop: loop\n",
    )
    ran = bot("duel", "--machine", "says yse")
    assert (ran.code, ran.err) == (
        2,
        "--machine says yse: there is no such machine (did you mean `says yes`?)\n",
    )


def test_it_begins_when_one_says(bot: Bot, folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(
        "defaults: {timezone: UTC}\n"
        "rules: [{id: a, when: {keywords: ['yes'], during: Mon-Sun 09:00-17:00}, reply: Hi}]\n"
    )
    for at, answers in (("2026-01-15 10:00", 4), ("2026-01-15 20:00", 0)):
        [found] = bot("duel", "--machine", "says yes", "--at", at, "--json").objects
        assert found["answers"] == answers
    ran = bot("duel", "--at", "yesterdy")
    assert (ran.code, ran.err[:16]) == (2, "--at yesterdy: i")


def test_what_no_guard_ends_goes_on_for_ever() -> None:
    greets = ruleset("rules: [{id: all, when: always, reply: '{{ message.text }} more'}]")
    slow = Machine("slow", lambda _, number: f"text {number}", 90_000)
    told = duel(greets, slow, NOW)
    assert (told.answers, told.ended_by) == (MOST, "")
    silent = ruleset("rules: [{id: a, when: {keywords: [x]}, reply: y}]")
    assert [one.ended_by for one in duels(silent, NOW, ())] == ["it says nothing more"]


SILENT = "it says nothing more"
FOLLOWS = """\
rules:
  - id: tables
    when: {keywords: [table]}
    reply: Which day?
    follow_up: {after: 2h, reply: "Still a table?", unless: replied}
  - id: asks
    when: {keywords: [order]}
    ask: {text: "Which order?", as: order}
    expires: 4h
    on_expiry: Text ORDER again.
    then: {reply: Thanks}
"""


@pytest.mark.parametrize(
    ("answers", "expected", "ended_by"),
    [
        (lambda _, number: None if number else "A table", ["Which day?", "Still a table?"], SILENT),
        (
            lambda text, number: "A table" if number < 2 else None,
            ["Which day?", "Which day?", "Still a table?"],
            SILENT,
        ),
        (
            lambda text, number: (
                "table, please" if text.startswith("Still") or not number else None
            ),
            ["Which day?", "Still a table?"] * 100,
            "",
        ),
        (
            lambda text, number: "order" if text.startswith(("Our", "Text")) else None,
            ["Which order?", "Text ORDER again."] * 100,
            "",
        ),
    ],
)
def test_what_is_due_leaves_at_its_time(
    answers: Answers, expected: list[str], ended_by: str
) -> None:
    found = duel(ruleset(FOLLOWS), Machine("a", answers), datetime(2026, 1, 15, 15, tzinfo=UTC))
    ours = [said.text for said in found.said if said.is_ours]
    assert (ours, found.ended_by) == (expected, ended_by)
    assert found.answers == found.segments == len(ours)
