"""`bot suggest`: from what nobody answered to keywords with tests, written where one says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ledger import inbox
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from tests.build import inbound
from tests.integration.cli.conftest import Bot, ledger
from tests.support import process

RULES = """\
# our shop
rules:
  - id: hours   # often asked
    when: {keywords: [hours, are you open]}   # when we are there
    reply: "9-5."
    tests: {match: ["Hours?"]}
  - id: order
    when: {keywords: [my order]}
    reply: |
      On its way.
fallback: {reply: "Sorry?"}
"""
WRITTEN = RULES.replace("are you open]", "are you open, hrs, when u open]").replace(
    '["Hours?"]', '["Hours?", hrs, when u open]'
)
SAID = {"hrs": 4, "Hours?": 3, "when u open": 3, "my ordr": 3, "asdf": 5, "closed?": 2}


@pytest.fixture(autouse=True)
def filled(folder: Path) -> Path:
    path = folder / "rules" / "shop.yaml"
    path.write_text(RULES)
    rules = load(read_rule_files(Path("rules"))).ruleset
    said = [text for text, many in SAID.items() for _ in range(many)]
    at = datetime.now(UTC) - timedelta(days=1)
    with ledger(folder) as connection:
        for number, text in enumerate(said):
            who = {"sender": f"+1555555{number:04}", "received_at": at}
            inbox.keep(connection, [inbound(text, key=f"r-{number}", **who)])
        for waiting in inbox.waiting(connection, 100):
            process(connection, waiting, rules, at)
    return path


def test_a_person_reads_what_to_add_and_what_it_would_change(bot: Bot, filled: Path) -> None:
    ran = bot("suggest")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "hours: asked for by 7 people\n"
        "  + hrs  (4 people; reads like `hours`)\n"
        "  + when u open  (3 people; reads like `are you open`)\n"
        "order: asked for by 3 people, to be put in by hand\n"
        "  + my ordr  (3 people; reads like `my order`)\n"
        "\n"
        "20 messages compared: 13 the same, 0 by another rule, 7 changed\n"
        "newly answered 0, newly silent 0; segments 20 → 20 (+0)\n"
        "\n"
        "fallback → hours: 7\n"
        "  › hrs\n"
        "    - Sorry?\n"
        "    + 9-5.\n"
        "  › when u open\n"
        "    - Sorry?\n"
        "    + 9-5.\n"
    )
    assert filled.read_text() == RULES


def test_written_they_pass_and_nothing_is_left_to_suggest(bot: Bot, filled: Path) -> None:
    ran = bot("suggest", "--write")
    assert (ran.code, ran.err) == (0, "changed: rules/shop.yaml\n")
    assert filled.read_text() == WRITTEN
    assert bot("test").code == 0
    assert [found["rule"] for found in bot("suggest", "--json").objects] == ["order"]
    assert bot("suggest", "--write").err == ""


def test_a_program_reads_an_object_a_rule(bot: Bot, filled: Path) -> None:
    assert bot("suggest", "--json", "--people", "4").objects == [
        {
            "rule": "hours",
            "people": 4,
            "byHand": False,
            "keywords": [{"text": "hrs", "people": 4, "because": "reads like `hours`"}],
        }
    ]
    assert filled.read_text() == RULES


def test_where_nobody_asks_for_anything(bot: Bot) -> None:
    for options in (("--people", "9"), ("--since", "1h")):
        ran = bot("suggest", *options)
        assert (ran.code, ran.out.split(":")[0]) == (0, "nothing to suggest")


def test_messages_of_a_file_suggest_the_same(bot: Bot, folder: Path) -> None:
    from_ledger = bot("suggest").out
    (folder / "messages.jsonl").write_text(bot("conversations", "export").out)
    (folder / "bot.db").unlink()
    ran = bot("suggest", "--against", "messages.jsonl")
    assert (ran.code, ran.out, ran.err) == (0, from_ledger, "")
    assert not (folder / "bot.db").exists()


def test_a_line_that_cannot_be_read_is_told_once(bot: Bot, folder: Path) -> None:
    (folder / "messages.jsonl").write_text(bot("conversations", "export").out + "{\n")
    ran = bot("suggest", "--against", "messages.jsonl", "--json")
    assert ran.code == 2
    assert ran.err.startswith("line 21: ")
    assert ran.err.count("\n") == 1
    assert [found["rule"] for found in ran.objects] == ["hours", "order"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--against", "a", "--since", "7d"), "give it or --against, not both"),
        (("--against", "-"), "read twice"),
        (("--against", "nowhere"), "nowhere"),
    ],
)
def test_a_file_that_is_no_help(bot: Bot, given: tuple[str, ...], said: str) -> None:
    ran = bot("suggest", *given)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
