"""`bot check --overlaps`: rules that take each other's messages, for people and for programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ledger import inbox
from tests.build import inbound, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.support import process

RULES = """\
rules:
  - {id: prices, when: {keywords: [price, cost]}, reply: "From $10."}
  - {id: delivery, when: {keywords: [delivery]}, reply: "It is free."}
  - {id: cost, when: {keywords: [my cost]}, reply: "Ask us."}
"""
PLACE = "rules/shop.yaml"
DEAD = (
    f"dead rule: {PLACE}:4:10: rule `cost` can never fire: rule `prices` ({PLACE}:2) takes all its "
    "messages, for example `my cost`"
)


@pytest.fixture(autouse=True)
def written(folder: Path) -> None:
    (folder / PLACE).write_text(RULES)


def overlap(text: str, shown: str, since: str = "") -> list[str]:
    return [
        f"wrong answer: `{text}` ({shown})",
        f"    goes to prices ({PLACE}:2), though delivery ({PLACE}:3) takes it too{since}",
    ]


def test_without_messages_only_what_the_rules_show(bot: Bot) -> None:
    ran = bot("check", "--overlaps")
    assert ran.out.splitlines() == [DEAD, "0 wrong answers, 1 dead rule, 0 tidy"]
    assert (ran.code, bot("check", "--overlaps", "--strict").code) == (0, 1)


def test_a_file_shows_what_people_write(bot: Bot, folder: Path) -> None:
    (folder / "said.txt").write_text("delivery\033[31m cost?\nhi\nwhat price is delivery\n")
    ran = bot("check", "--overlaps", "--against", "said.txt")
    assert ran.out.splitlines() == [
        *overlap("delivery\ufffd[31m cost?", "2 recorded messages"),
        DEAD,
        "1 wrong answer, 1 dead rule, 0 tidy",
    ]


def test_the_database_shows_it_and_how_long_a_rule_is_silent(
    bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTA_API_KEY", "key")
    rules = ruleset(RULES)
    with ledger(folder) as connection:
        for days, text in ((50, "hi"), (41, "delivery?"), (9, "delivery cost?"), (3, "price")):
            at = datetime.now(UTC) - timedelta(days=days, minutes=1)
            message = inbound(text, key=f"r-{days}", received_at=at)
            inbox.keep(connection, [message])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, rules, at)
    ran = bot("check", "--overlaps", "--since", "30d")
    assert ran.out.splitlines() == [
        *overlap("delivery cost?", "1 recorded message", "; no match in 41 days (2 messages)"),
        f"{DEAD}; no match in 50 days (4 messages)",
        "1 wrong answer, 1 dead rule, 0 tidy",
    ]


def test_programs_get_an_object_for_each(bot: Bot, folder: Path) -> None:
    (folder / "said.txt").write_text("delivery cost?\n")
    ran = bot("check", "--overlaps", "--against", "said.txt", "--json")
    dead, wrong = ran.objects
    assert wrong == {
        "rank": "wrong answer",
        "rule": "delivery",
        "code": "overlap",
        "file": PLACE,
        "line": 3,
        "answeredBy": "prices",
        "text": "delivery cost?",
        "tags": {},
        "shownBy": "message",
        "messages": 1,
        "tested": False,
    }
    assert (dead["rank"], dead["rule"], dead["code"]) == ("dead rule", "cost", "never")


def test_all_has_what_may_be_written(bot: Bot) -> None:
    ran = bot("check", "--overlaps", "--all")
    assert ran.out.splitlines()[1:] == [
        "may be: `cost delivery`",
        f"    goes to prices ({PLACE}:2), though delivery ({PLACE}:3) takes it too",
        "0 wrong answers, 1 dead rule, 0 tidy, 1 may be; of the other pairs 0 take no message in "
        "common for certain, of 0 a third rule answers what was found, and of 0 it is not known",
    ]


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (("--all",), "--all, --against and --since are for --overlaps: give that too"),
        (("--overlaps", "--against", "a", "--since", "3d"), "give it or --against, not both"),
        (("--overlaps", "--against", "no.txt"), "no.txt"),
        (("--overlaps", "--since", "x"), "is not a time, for example 7d"),
    ],
)
def test_mistakes_have_a_way_out(bot: Bot, arguments: tuple[str, ...], because: str) -> None:
    ran = bot("check", *arguments)
    assert (ran.code, because in ran.err) == (2, True), ran.err


def test_of_rules_that_do_not_load_the_errors_are_told(bot: Bot, folder: Path) -> None:
    (folder / PLACE).write_text("rules:\n  - {id: a, when: {keyword: [x]}, reply: Hi}\n")
    ran = bot("check", "--overlaps")
    assert ran.code == 1
    assert "unknown matcher `keyword`" in ran.out
