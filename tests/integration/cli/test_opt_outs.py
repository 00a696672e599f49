"""`bot opt-outs`: who gets no texts, why, and who said so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.ledger import contacts
from bot.ledger.schema import outbox
from bot.timezones import DEFAULT_TIMEZONE, local
from tests.build import NOW, PERSON
from tests.integration.cli.conftest import Bot, ledger
from tests.support import OTHER_PERSON, outbound, queue

BY = ("--by", "ann")


@pytest.fixture(autouse=True)
def login(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "kim")
    monkeypatch.setenv("MTA_API_KEY", "key")


def test_somebody_is_opted_out_by_one_of_us_and_back(bot: Bot, folder: Path) -> None:
    assert bot("opt-outs").out == "nobody is opted out\n"
    ran = bot("opt-outs", "add", "(555) 555-0123", "--because", "called us", *BY)
    assert (ran.code, ran.out, ran.err) == (0, f"{PERSON} gets no more texts\n", "")
    [one] = bot("opt-outs", "list", "--json").objects
    since = one.pop("since")
    assert one == {"number": PERSON, "because": "called us", "by": "ann"}
    shown = f"{local(datetime.fromisoformat(since), DEFAULT_TIMEZONE):%Y-%m-%d %H:%M %Z}"
    assert bot("opt-outs").out == f"{PERSON}  since {shown}  called us, by ann\n"
    again = bot("opt-outs", "add", PERSON).out
    assert again == f"{PERSON} is opted out since {shown}: called us\n"
    refused = bot("send", "--to", PERSON, "--longcode", 123, "Hello")
    assert (refused.code, refused.out) == (2, "")
    assert f"to: {PERSON} has opted out and gets no messages" in refused.err
    ran = bot("opt-outs", "remove", PERSON)
    assert (ran.code, ran.out.partition(";")[0]) == (0, f"{PERSON} gets texts again")
    assert bot("opt-outs", "list", "--json").objects == []
    told = [
        (one["change"], one["because"], one["by"])
        for one in bot("opt-outs", "show", PERSON, "--json").objects
    ]
    assert told == [("opt-out", "called us", "ann"), ("opt-in", "by hand", "kim")]
    assert bot("opt-outs", "show", PERSON).out.endswith(f"{PERSON} is not opted out\n")


def test_what_waits_for_them_is_dropped_and_for_others_not(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        for to in (PERSON, OTHER_PERSON):
            queue(connection, outbound(to=to))
    bot("opt-outs", "add", PERSON)
    with ledger(folder) as connection:
        rows = connection.execute(outbox.select().order_by(outbox.c.id)).all()
    assert [(row.status, row.reason) for row in rows] == [("dropped", "opt-out"), ("due", "")]


@pytest.mark.parametrize(
    ("because", "by"),
    [("in-5", contacts.CONTACT), ("delivery-status 11", contacts.PROVIDER), ("in-5", "ann")],
)
def test_their_own_opt_out_ends_only_with_a_reason(
    bot: Bot, folder: Path, because: str, by: str
) -> None:
    with ledger(folder) as connection:
        contacts.opt_out(connection, PERSON, because, NOW, by=by)
    ran = bot("opt-outs", "remove", PERSON)
    assert (ran.code, ran.out) == (2, "")
    assert f"opted out themselves ({because}, 2026-01-15)" in ran.err
    assert "give --because with how they did" in ran.err
    assert len(bot("opt-outs", "list", "--json").objects) == 1
    assert bot("opt-outs", "remove", PERSON, "--because", "signed anew").code == 0
    assert bot("opt-outs", "list", "--json").objects == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "5550123"), "N 5550123: is not a phone number, for example +15555550123"),
        (("add", "stop\x1b"), "is not a phone number"),
        (("add", PERSON, "--by", "contact"), "--by contact: stands for somebody else"),
        (("add", PERSON, "--because", "x" * 501), "--because: needs a text of at most 500"),
        (("remove", PERSON), f"{PERSON}: is not opted out"),
    ],
)
def test_what_cannot_be_done_says_why(bot: Bot, arguments: tuple[str, ...], says: str) -> None:
    ran = bot("opt-outs", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert bot("opt-outs", "list", "--json").objects == []


def test_all_leave_as_csv_or_json(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        contacts.opt_out(connection, PERSON, 'said "stop", twice\n', NOW, by="ann")
        contacts.opt_out(connection, OTHER_PERSON, "in-1", NOW)
        contacts.keep_digest(connection, OTHER_PERSON, "ann", NOW)
    ran = bot("opt-outs", "export")
    assert ran.out == (
        f'number,since,because,by\n{PERSON},2026-01-15T17:04:05Z,"said ""stop"", twice ",ann\n'
    )
    assert ran.err == "left out: 1 person who was forgotten, whose number nobody knows\n"
    told = [(one["number"], one["because"]) for one in bot("opt-outs", "export", "--json").objects]
    assert told == [(None, "forgotten"), (PERSON, 'said "stop", twice\n')]
    assert "(forgotten)  since 2026-01-15 12:04 EST  forgotten, by contact\n" in bot("opt-outs").out
