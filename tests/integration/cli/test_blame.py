"""`bot blame`: a text that we sent, back to the rule and the text that it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.ledger import inbox
from bot.ledger.blame import Source
from bot.ledger.outbox import Status
from bot.ledger.schema import outbox as outbox_table
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from tests.build import NOW, PERSON, inbound
from tests.integration.cli.conftest import Bot, ledger
from tests.support import outbound, process, queue

RULES = """\
rules:
  - id: promo
    when: {keywords: [hours]}
    reply: "10 % off today."
    mode: shadow
  - id: hours
    when: {keywords: [hours], number: true}
    reply: "At {{ number }} we're open."
"""
MOVED = RULES.replace("rules:", "# ours\nrules:").replace("we're open", "we are open")


@pytest.fixture(autouse=True)
def filled(folder: Path) -> Path:
    path = folder / "rules" / "shop.yaml"
    path.write_text(RULES)
    rules = load(read_rule_files(Path("rules"))).ruleset
    with ledger(folder) as connection:
        inbox.keep(connection, [inbound("Hours at 5?", key="1")])
        for waiting in inbox.waiting(connection, 10):
            process(connection, waiting, rules, NOW)
        _others(connection)
    return path


def _others(connection: Connection) -> None:
    for name, status, values in (
        ("first", Status.DUE, {}),
        ("ann", Status.DUE, {"by": "ann"}),
        ("else", Status.IMPORTED, {}),
        ("later", Status.DUE, {"rule": "hours"}),
    ):
        queue(connection, outbound(external_id=f"own-{name}"), status=status)
        if values:
            mine = update(outbox_table).where(outbox_table.c.external_id == f"own-{name}")
            connection.execute(mine.values(**values))


def test_a_reply_is_told_from_its_rule_to_its_text(bot: Bot) -> None:
    ran = bot("blame", "out-1")
    digest = load(read_rule_files(Path("rules"))).ruleset.digest[:12]
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:7] == [
        "‹ At 5 we're open.",
        f"  to {PERSON}, 2026-01-15 12:04:05 EST  due",
        "  by hours (rules/shop.yaml:6)",
        f"  by the rules {digest}, which are those of today",
        "  in answer to in-1, 2026-01-15 12:04:05 EST",
        "  › Hours at 5?",
        "    number = 5",
    ]
    assert lines[-3:] == [
        "    · promo: shadow; else it would have matched",
        "    ✓ hours",
        "  in shadow, promo would have replied by promo: 10 % off today.",
    ]


def test_rules_that_changed_say_where_it_stood_and_what_they_answer_now(
    bot: Bot, filled: Path
) -> None:
    filled.write_text(MOVED)
    lines = bot("blame", "out-1").out.splitlines()
    assert lines[2] == "  by hours (then at rules/shop.yaml:6, today at rules/shop.yaml:7)"
    assert lines[3].endswith(", others than those of today")
    assert lines[-1] == "  the rules of today: replied by hours: At 5 we are open."
    filled.write_text("rules: []")
    lines = bot("blame", "out-1").out.splitlines()
    assert lines[2] == "  by hours (then at rules/shop.yaml:6, today there is no such rule)"
    assert lines[-2:] == [
        "  in shadow, promo would have answered",
        "  the rules of today: unmatched",
    ]
    filled.write_text("rules: [")
    ran = bot("blame", "out-1")
    assert (ran.code, ran.out.splitlines()[2]) == (0, "  by hours (rules/shop.yaml:6)")
    assert ran.err.startswith("the rules of today are not compared: rules/shop.yaml:")


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("first", Source.FIRST, "the first message of a conversation, by `bot send` or the API"),
        ("ann", Source.PERSON, "written by ann"),
        ("else", Source.ELSEWHERE, "sent by another system, and noted here"),
        ("later", Source.TIMER, "by hours, at its time (today at rules/shop.yaml:6)"),
    ],
)
def test_what_no_text_asked_for_says_who_sent_it(
    name: str, source: Source, said: str, bot: Bot
) -> None:
    assert f"  {said}" in bot("blame", f"own-{name}").out.splitlines()
    [found] = bot("blame", f"own-{name}", "--json").objects
    assert (found["source"], found["answers"], found["place"]) == (source, None, None)


def test_a_program_reads_all_of_it(bot: Bot, filled: Path) -> None:
    filled.write_text(MOVED)
    [found] = bot("blame", "out-1", "--json").objects
    external_id = found["sent"]["externalId"]
    assert bot("blame", external_id, "--json").objects == [found]
    told: dict[str, Any] = {
        name: found[name] for name in ("number", "source", "place", "placeNow", "now", "shadow")
    }
    assert told == {
        "number": PERSON,
        "source": "rule",
        "place": "rules/shop.yaml:6",
        "placeNow": "rules/shop.yaml:7",
        "now": {"outcome": "replied", "rule": "hours", "replies": ["At 5 we are open."]},
        "shadow": [{"rule": "promo", "outcome": "replied", "replies": ["10 % off today."]}],
    }
    assert found["answers"]["trace"][-1]["rule"] == "hours"


def test_an_id_that_nobody_knows_is_a_mistake_with_a_way_out(bot: Bot) -> None:
    for name in ("out-99", "x\x1b[2J", "out-" + "9" * 40):
        ran = bot("blame", name)
        assert (ran.code, ran.out) == (2, "")
        assert "we sent no text with that id; `bot conversations show N --json`" in ran.err
        assert "\x1b" not in ran.err
