"""`bot check --segments`: what texts cost, for people and for programs."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli.conftest import Bot

RULES = """\
defaults: {max_segments: 1}
rules:
  - id: hours
    when: {keywords: [hours]}
    reply: "We’re open 9-5, and until 8 on Thursdays. Parking is free of charge behind the house."
  - id: order
    when: {regex: 'order (?P<id>[0-9]{1,9})'}
    reply: "Order {{ id }} is on its way, {{ contact.first_name | default('there') }}."
  - {id: bye, when: {keywords: [bye]}, reply: "Bye!"}
"""
PLACE = "rules/shop.yaml"


def write(folder: Path, text: str) -> None:
    (folder / "rules" / "shop.yaml").write_text(text)


def test_the_dearest_comes_first_and_says_why(bot: Bot, folder: Path) -> None:
    write(folder, RULES)
    ran = bot("check", "--segments")
    assert ran.out.splitlines() == [
        "least  typical  most",
        f"    2        2     2   UCS-2  {PLACE}:5:12 hours, reply",
        "    at most 1 segment may be sent: it fails then",
        f"    `’` (U+2019) at {PLACE}:5:15: write ' (1 segment instead of 2)",
        f"    1        1     1+  UCS-2  {PLACE}:8:12 order, reply",
        "    unbounded: 2 segments from 133 characters of contact.first_name on",
        "3 texts: 1 always take one segment, 1 may take more, 1 without a bound",
    ]
    assert ran.code == 0


def test_all_are_shown_where_all_are_wanted(bot: Bot, folder: Path) -> None:
    write(folder, RULES)
    ran = bot("check", "--segments", "-v")
    assert f"    1        1     1   GSM-7  {PLACE}:9:47 bye, reply" in ran.out.splitlines()


def test_for_programs_there_is_an_object_for_each(bot: Bot, folder: Path) -> None:
    write(folder, RULES)
    hours, order, bye = bot("check", "--segments", "--json").objects
    once = {"segments": 1, "encoding": "GSM-7", "sent": 1, "text": "Bye!", "values": {}}
    assert bye == {
        "file": PLACE,
        "line": 9,
        "column": 47,
        "rule": "bye",
        "part": "reply",
        "language": None,
        "maxSegments": 1,
        "because": None,
        "unbounded": [],
        "characters": [],
        "least": once,
        "typical": once,
        "most": once,
    }
    assert hours["characters"] == [
        {
            "character": "’",
            "file": PLACE,
            "line": 5,
            "column": 15,
            "variable": None,
            "instead": "'",
            "segmentsThen": 1,
        }
    ]
    assert (hours["most"]["segments"], hours["most"]["sent"]) == (2, 1)
    assert order["most"]["values"] == {"id": "888888888", "contact.first_name": "Zoë"}
    assert order["least"]["text"] == "Order 8 is on its way, Jo."
    name = {"name": "contact.first_name", "from": 133, "segments": 2}
    assert order["unbounded"] == [name]


def test_what_is_not_sent_counts_where_it_is_strict(bot: Bot, folder: Path) -> None:
    write(folder, RULES)
    assert bot("check", "--segments", "--strict").code == 1
    write(folder, RULES.replace("max_segments: 1", "max_segments: 2"))
    assert bot("check", "--segments", "--strict").code == 0


def test_broken_rules_are_told_as_ever(bot: Bot, folder: Path) -> None:
    write(folder, "rules: [{id: a, when: {keyword: [a]}, reply: x}]")
    ran = bot("check", "--segments")
    assert (ran.code, ran.out.partition(": ")[0]) == (1, f"{PLACE}:1:24")
    assert ran.out == bot("check").out.partition("\n1 error")[0] + "\n"
