"""`bot opt-outs audit`: missed wishes to leave, what went out after them, and the ten days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, update

from bot.authoring.opt_out_proof import prove
from bot.ledger import inbox
from bot.ledger.opt_out_audit import last_day
from bot.ledger.outbox import Status
from bot.ledger.schema import attempts, inbox_items, outbox
from bot.ledger.schema import inbox as inbox_table
from bot.messaging import opt_outs
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from tests.build import NOW, inbound, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.support import HOURS, ROOT, outbound, process, queue

RULES = ruleset(HOURS)
AT = datetime.now(UTC) - timedelta(days=2)
"""Of most of what was said."""
LONG_AGO = AT - timedelta(days=40)


def take(connection: Connection, person: int, text: str, at: datetime = AT) -> int:
    """A text that some older bot took for a question after the hours."""
    sender = f"+1555555010{person}"
    said = "please stop texting me" if text.startswith("now ") else "hours"
    inbox.keep(connection, [inbound(said, key=f"r-{person}", sender=sender, received_at=at)])
    for waiting in inbox.waiting(connection, 10):
        process(connection, waiting, RULES, at)
    this = update(inbox_table).where(inbox_table.c.key == f"r-{person}")
    connection.execute(this.values(text=text.removeprefix("now ")))
    return person


def send(connection: Connection, person: int, at: datetime, **members: object) -> None:
    external_id = f"late-{person}-{at:%s}"
    message = outbound("Sale!", to=f"+1555555010{person}", external_id=external_id)
    queue(connection, message, status=Status.DUE)
    this = update(outbox).where(outbox.c.external_id == external_id)
    connection.execute(this.values(status=Status.ACCEPTED, done_at=at, **members))
    [row] = connection.execute(this.returning(outbox.c.id).values(tries=1)).all()
    begun = {"outbox_id": row.id, "started_at": at, "finished_at": at, "answer": "accepted"}
    connection.execute(insert(attempts).values(**begun, result="accepted"))


def leave(connection: Connection, person: int, at: datetime = AT) -> None:
    opt_outs.opt_out(connection, f"+1555555010{person}", "said so", "ann", at)


@pytest.fixture(autouse=True)
def filled(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(HOURS)
    with ledger(folder) as connection:
        take(connection, 1, "STOP")
        take(connection, 2, "please take me off your list", LONG_AGO)
        take(connection, 3, "now please stop texting me")  # waits for a person
        take(connection, 4, "hours")
        take(connection, 5, "STOP", AT - timedelta(hours=1))
        leave(connection, 5)  # later
        take(connection, 6, "please stop texting me")
        done = {"item": "in-6", "done_at": AT, "done_by": "ann", "changed_at": AT}
        connection.execute(insert(inbox_items).values(**done))
        leave(connection, 7)
        send(connection, 7, AT + timedelta(hours=1))
        send(connection, 7, AT + timedelta(minutes=1), confirms_opt_out=True)
        send(connection, 7, AT - timedelta(hours=1))
        leave(connection, 8, LONG_AGO)
        opt_outs.opt_in(connection, "+15555550108", "anew", "ann", LONG_AGO + timedelta(days=1))
        send(connection, 8, AT)


def test_what_was_missed_what_waits_and_what_went_out(bot: Bot) -> None:
    ran = bot("opt-outs", "audit", "--json")
    *found, proof = ran.objects
    assert (ran.code, ran.err) == (1, "")
    told = [(one["kind"], one["id"], one["number"], one["certain"], one["late"]) for one in found]
    late = found[-1]["id"]
    assert told == [
        ("missed", "in-1", "+15555550101", True, False),
        ("missed", "in-2", "+15555550102", False, True),
        ("waiting", "in-3", "+15555550103", False, False),
        ("sent", late, "+15555550107", False, False),
    ]
    assert found[0]["rule"] == "hours"
    assert found[3]["text"] == "Sale!"
    assert (proof["answered"], proof["words"]) == ([], 11)


def test_a_person_reads_what_to_do(bot: Bot) -> None:
    lines = bot("opt-outs", "audit").out.splitlines()
    assert lines[0].endswith("  +15555550101  is an opt-out, answered by hours")
    assert lines[1] == "    STOP"
    assert lines[2].endswith(': bot opt-outs add +15555550101 --because "in-1"')
    assert lines[5].startswith("    late since ")
    assert lines[8].endswith(": bot inbox show in-3")
    assert lines[10:] == [
        "    Sale!",
        lines[11],
        "2 that read like a wish to leave and got another answer, or none, 1 waiting for a person "
        "to decide, 1 sent to somebody who had left",
        "none of 2 rules answers any of 11 opt-out words, in 4 situations each",
    ]
    assert lines[11].startswith("    bot blame out-")


def test_since_then_nothing_was_missed(bot: Bot) -> None:
    ran = bot("opt-outs", "audit", "--since", "1h")
    assert (ran.code, ran.out.splitlines()[0]) == (
        0,
        "every wish to leave was honoured, and nothing went to who had left",
    )


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (date(2026, 11, 27), date(2026, 12, 11)),  # a Friday
        (date(2026, 11, 28), date(2026, 12, 11)),
        (date(2026, 11, 30), date(2026, 12, 14)),
    ],
)
def test_ten_business_days_leave_out_the_weekends(begin: date, end: date) -> None:
    assert last_day(begin) == end


@pytest.mark.parametrize("path", ["rules", "examples/clinic", "examples/shop", "examples/school"])
def test_no_rule_of_ours_answers_a_certain_opt_out(path: str) -> None:
    """In any form: S.T.O.P., twice, with an emoji, a signature, a courtesy in Spanish."""
    proof = prove(load(read_rule_files(ROOT / path)).ruleset, NOW)
    assert (proof.answered, len(proof.words) >= 11) == ([], True)


def test_a_guard_that_knew_a_word_less_would_be_told() -> None:
    """The proof is not a tautology: with the words of another rule set it finds who answers."""
    rules = ruleset('rules: [{id: any, when: always, reply: "Hi."}]')
    more = ruleset("{guards: {opt_out: {words: [farewell]}}, rules: []}")
    asked = prove(replace(rules, guards=(*rules.guards, *more.guards)), NOW).answered
    assert {rule for _, _, rule in asked} == {"any", "$paused", "$opted-out"}
    assert [(text, rule) for text, where, rule in asked if where == "nothing before it"][:3] == [
        *(("farewell", "any"), ("FAREWELL!", "any"), ("farewell, please", "any")),
    ]


def test_every_word_is_asked_in_every_situation() -> None:
    rules = ruleset("""
    guards: {opt_out: {words: [basta]}}
    rules:
      - {id: any, when: always, reply: "Hi."}
      - {id: stop, when: {keywords: [stop], state: any}, reply: "No."}
      - {id: name, when: {keywords: [name]}, ask: {as: name, text: "Name?"}}
      - {id: in-it, when: {state: waiting, regex: '.*'}, reply: "In it."}
      - {id: into, when: {keywords: [go]}, state: waiting, reply: "Go."}
    """)
    proof = prove(rules, NOW)
    assert (len(proof.words), proof.answered) == (12, [])
    assert proof.situations == [
        "nothing before it",
        "state name",
        "state waiting",
        "in the hands of a person",
        "held for a person",
        "opted out already",
    ]
