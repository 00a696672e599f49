"""`bot contacts`: what is stored of a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ledger import contacts
from tests.build import NOW, PERSON, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.integration.cli.test_ledger_commands import take
from tests.support import HOURS, OTHER_PERSON

RULES = ruleset(HOURS)


def stored(bot: Bot) -> dict[str, dict[str, str]]:
    return {one["number"]: one["values"] for one in bot("contacts", "list", "--json").objects}


def test_values_are_set_shown_and_removed(bot: Bot, folder: Path) -> None:
    assert bot("contacts").out == "nothing is stored of anybody\n"
    ran = bot("contacts", "set", "555-555-0123", "first_name=Anna", "language=es", "note=a=b")
    assert ran.out == f"{PERSON}  first_name = Anna, language = es, note = a=b\n"
    assert bot("contacts", "set", PERSON, "note=", "language=null").code == 0
    assert stored(bot) == {PERSON: {"first_name": "Anna"}}
    assert bot("contacts").out == f"{PERSON}  first_name = Anna\n"
    bot("contacts", "set", PERSON, "first_name=")
    assert stored(bot) == {}


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ("state=x", "`state` is what templates have of it, choose another name"),
        ("count=x", "`count` is what"),
        ("values=x", "`values` is what"),
        ("first name=x", "`first name` is not a name, for example first_name"),
        ("1st=x", "`1st` is not a name"),
        ("note=a\x1b[2J", "has signs that cannot be printed"),
        ("note=a\nb", "has signs that cannot be printed"),
        ("note=" + "x" * 1_001, "note: has more than 1,000 characters"),
        ("note", "K=V note: write it as name=value"),
    ],
)
def test_what_cannot_be_stored_says_why(bot: Bot, pair: str, says: str) -> None:
    ran = bot("contacts", "set", PERSON, "ok=1", pair)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert stored(bot) == {}


def test_an_odd_name_that_is_stored_can_be_removed(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        contacts.store_values(connection, PERSON, {"first name": "Anna", "state": "x"})
    assert bot("contacts", "set", PERSON, "first name=", "state=null").code == 0
    assert stored(bot) == {}


def test_a_person_is_shown_with_all_that_is_stored(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        for n in range(7):
            take(connection, f"text {n}", rules=RULES, key=f"r-{n}")
        contacts.opt_out(connection, PERSON, "in-1", NOW)
        contacts.store_values(connection, PERSON, {"first_name": "Anna"})
    [one] = bot("contacts", "show", PERSON, "--json").objects
    [talk] = one.pop("conversations")
    assert one == {
        "number": PERSON,
        "values": {"first_name": "Anna"},
        "optedOut": True,
        "optOut": {
            "number": PERSON,
            "since": "2026-01-15T17:04:05Z",
            "because": "in-1",
            "by": "contact",
        },
    }
    assert [last["text"] for last in talk.pop("last")] == [f"text {n}" for n in range(2, 7)]
    assert talk == {"ourNumber": "+18005550100", "state": None, "received": 7}
    lines = bot("contacts", "show", PERSON).out.splitlines()
    assert lines[:4] == [
        PERSON,
        "  first_name = Anna",
        "  opted out since 2026-01-15 12:04 EST: in-1, by contact",
        "  with +18005550100, 7 received",
    ]
    assert bot("contacts", "show", OTHER_PERSON).out.endswith("nothing is stored of them\n")


GOOD = 'number,first_name,city\n+15555550123,Anna,\n555-555-0124,"Ben, jr",Paris\n'


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        "first_name;Number;city\nAnna;+15555550123;\nBen, jr;(555) 555-0124;Paris\n\n",
        "number\tfirst_name\tcity\n15555550123\tAnna\t\n15555550124\tBen, jr\tParis",
    ],
)
def test_a_file_of_people_is_stored(bot: Bot, folder: Path, content: str) -> None:
    bot("contacts", "set", PERSON, "city=Rome")
    (folder / "people.csv").write_bytes(content.encode())
    for _ in range(2):  # once more changes nothing
        ran = bot("contacts", "import", "people.csv")
        assert (ran.code, ran.out, ran.err) == (0, "2 stored, 0 with errors\n", "")
        assert stored(bot) == {
            PERSON: {"city": "Rome", "first_name": "Anna"},
            OTHER_PERSON: {"first_name": "Ben, jr", "city": "Paris"},
        }


BROKEN = b"""number,first_name
+15555550123,Anna
abc,Ben
+15555550124,Carl,more
+15555550125,"a
b"
555-555-0123,Dora
+15555550126,\xff
+15555550127
+15555550128,"x"y
+15555550129,Eve
"""
TOLD = [
    "people.csv:3: number abc: is not a phone number, for example +15555550123",
    "people.csv:4: has 3 cells, the head has 2",
    "people.csv:5: first_name a\ufffdb: has signs that cannot be printed, as a line's end",
    "people.csv:7: number +15555550123: stands in line 2 already",
    'people.csv:8: is not UTF-8: save it as "CSV UTF-8"',
    "people.csv:9: has 1 cells, the head has 2",
    "people.csv:10: is not CSV: ',' expected after '\"'",
]


def test_every_broken_row_is_told_and_nothing_is_stored(bot: Bot, folder: Path) -> None:
    (folder / "people.csv").write_bytes(BROKEN)
    ran = bot("contacts", "import", "people.csv")
    assert (ran.code, ran.err.splitlines()) == (2, TOLD)
    assert ran.out.startswith("nothing is stored: 7 of 9 rows are broken")
    assert stored(bot) == {}


def test_the_other_rows_are_stored_where_that_is_wanted(bot: Bot, folder: Path) -> None:
    (folder / "people.csv").write_bytes(BROKEN)
    ran = bot("contacts", "import", "people.csv", "--skip-broken", "--json")
    assert (ran.code, ran.err.splitlines()) == (2, TOLD)
    assert ran.objects == [{"stored": 2, "errors": 7}]
    assert stored(bot) == {PERSON: {"first_name": "Anna"}, "+15555550129": {"first_name": "Eve"}}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "line 1: needs the names of the columns, one of them `number`"),
        (
            b"name,city\n",
            "people.csv: line 1: needs a column `number`, and has `name`, `city`: rename",
        ),
        (b"number,a,a\n", "line 1: has `a` twice"),
        (b"number,Number\n", "line 1: has `number` twice"),
        (b"number,state\n", "line 1: `state` is what templates have of it"),
        (b"number,first name\n", "is not a name, for example first_name; write first_name"),
        (b"number,name\n", "there is nobody in it"),
        (b"PK\x03\x04...", "it is a spreadsheet; save it as CSV first"),
        (b"number,\xff\n", "is not a name"),
        (b"x" * (1 << 21), "line 1 is longer than 1 MiB"),
    ],
)
def test_a_file_that_is_of_no_use_says_why(
    bot: Bot, folder: Path, content: bytes, says: str
) -> None:
    (folder / "people.csv").write_bytes(content)
    ran = bot("contacts", "import", "people.csv")
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert bot("contacts", "import", "nowhere.csv").code == 2
