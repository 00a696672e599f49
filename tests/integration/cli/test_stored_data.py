"""`bot conversations list`, `export` and `forget`: what is stored is found, taken out, deleted."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.ledger import contacts, conversations
from bot.ledger.schema import outbox
from bot.messaging import outgoing
from bot.messaging.outgoing import FirstMessage
from bot.model import LongTexts
from tests.build import NOW, PERSON, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.integration.cli.test_ledger_commands import take
from tests.support import LINE, OTHER_PERSON, ROOT, outbound, queue

SHOP = r"""
rules:
  - hours: "We're open 9-5, {{ contact.first_name | default('you') }}."
  - id: order
    when: {regex: '(?P<kind>cake|tea) order'}
    reply: "Which {{ kind }}?"
    set: {contact: {likes: "{{ kind }}"}}
    state: {name: asked, expires: 1h}
  - id: asked
    when: {state: asked}
    reply: "Noted, {{ contact.likes }}."
    state: none
  - id: campaign
    when: {tags: {campaign: spring}}
    reply: "Spring."
"""
TEXTS = (
    (PERSON, "cake order", 0),
    (PERSON, "the big one", 5),
    (OTHER_PERSON, "Hours?", 6),
    (PERSON, "tea order", 10),
    (PERSON, "too late", 90),
    (PERSON, "STOP", 100),
    (PERSON, "hours", 101),
    (PERSON, "start", 102),
    (PERSON, "hours", 103),
)


@pytest.fixture(autouse=True)
def lived(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(SHOP)
    rules = ruleset(SHOP)
    with ledger(folder) as connection:
        for n, (sender, said, minutes) in enumerate(TEXTS):
            at = NOW + timedelta(minutes=minutes)
            take(connection, said, rules=rules, key=f"r-{n}", sender=sender, received_at=at)
        contacts.change_values(connection, PERSON, {"first_name": "Anna"})


def test_conversations_are_looked_for(bot: Bot) -> None:
    def found(*options: str) -> list[str]:
        ran = bot("conversations", "list", *options, "--json")
        assert (ran.code, ran.err) == (0, "")
        return [one["number"] for one in ran.objects]

    assert found() == [PERSON, OTHER_PERSON]
    assert found("--search", "BIG one") == [PERSON]
    assert found("--search", "which cake") == [PERSON]
    assert found("--rule", "hours") == [PERSON, OTHER_PERSON]
    assert found("--rule", "hours", "--outcome", "replied") == [PERSON, OTHER_PERSON]
    assert found("--since", "2026-01-15T17:30") == []
    assert found("--since", "2026-01-15T17:30+00:00") == [PERSON]
    assert found("--since", "7d") == []
    assert bot("conversations", "list", "--state", "asked").out == "no such conversation\n"
    wrong = bot("conversations", "list", "--since", "soon")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--since soon: is not a time, for example 7d or 2026-01-15" in wrong.err
    assert bot("conversations", "list", "--outcome", "odd").code == 2


def test_what_is_exported_is_decided_again_as_it_was(bot: Bot, folder: Path) -> None:
    """Each line alone: it carries what was known then."""
    ran = bot("conversations", "export")
    assert (ran.code, ran.err) == (0, "")
    (folder / "texts.jsonl").write_text(ran.out)
    again = bot("dry-run", "--input", "texts.jsonl", "--json").objects
    shown = {
        (PERSON, message["text"], message["at"]): (message["outcome"], message["rule"])
        for chain in bot("conversations", "show", PERSON, "--json").objects
        for message in chain["messages"]
        if message["direction"] == "inbound"
    }
    mine = [line for line in ran.objects if line["fromNumber"] == PERSON]
    both = [
        (shown[PERSON, line["message"], line["at"]], (one["outcome"], one["rule"]))
        for line, one in zip(ran.objects, again, strict=True)
        if line["fromNumber"] == PERSON
    ]
    assert [recorded for recorded, _ in both] == [anew for _, anew in both]
    assert len(both) == len(mine)
    known = [(line.get("state"), line["optedOut"], line["contact"].get("likes")) for line in mine]
    assert known == [
        (None, False, None),
        ("asked", False, "cake"),
        (None, False, "cake"),
        (None, False, "tea"),  # the state has ended
        (None, False, "tea"),
        (None, True, "tea"),
        (None, True, "tea"),
        (None, False, "tea"),
    ]
    assert all(line["contact"]["first_name"] == "Anna" for line in mine)
    assert mine[0] == {
        "fromNumber": PERSON,
        "toNumber": "+18005550100",
        "replyId": "0",
        "message": "cake order",
        "at": "2026-01-15T17:04:05Z",
        "contact": {"first_name": "Anna"},
        "optedOut": False,
    }
    played = bot("dry-run", "--input", "texts.jsonl", "--keep-state", "--json").objects
    assert [one["rule"] for one in played] == [one["rule"] for one in again]
    later = bot("conversations", "export", "--since", "2026-01-15T18:40+00:00").objects
    assert [line["message"] for line in later] == ["STOP", "hours", "start", "hours"]


def test_an_export_carries_number_tags_and_id_of_our_record(bot: Bot, folder: Path) -> None:
    rules = ruleset(SHOP)
    first = FirstMessage(
        to="+15555550199",
        text="Hello?",
        longcode_id=LINE,
        tags={"campaign": "spring"},
        external_id="shop-1",
    )
    with ledger(folder) as connection:
        outgoing.first_message(connection, first, LongTexts.SPLIT, NOW)
        members = {"sender": "+15555550199", "external_id": "shop-1", "number": ""}
        take(connection, "xyz", rules=rules, key="r-spring", **members)
    line = bot("conversations", "export").objects[-1]
    assert (line["tags"], line["longcodeId"]) == ({"campaign": "spring"}, 123)
    (folder / "texts.jsonl").write_text(json.dumps(line))
    [again] = bot("dry-run", "--input", "texts.jsonl", "--json").objects
    assert (again["rule"], again["replies"][0]["longcodeId"]) == ("campaign", 123)


def test_a_person_is_forgotten_and_the_file_with_them(
    bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTA_API_KEY", "key")
    bot("opt-outs", "add", PERSON, "--because", "wants to be forgotten", "--by", "ann")
    ran = bot("conversations", "forget", PERSON, "--yes", "--by", "kim", "--json")
    assert (ran.code, ran.err) == (0, "")
    [told] = ran.objects
    assert told.pop("messages") > len(TEXTS) - 1
    assert told == {"number": PERSON, "conversations": 1, "events": 0, "optedOut": True}
    stored = b"".join(path.read_bytes() for path in folder.glob("bot.db*"))
    for trace in (
        PERSON.removeprefix("+1"),
        "the big one",
        "Which cake",
        "Anna",
        "to be forgotten",
    ):
        assert trace.encode() not in stored, trace
    assert OTHER_PERSON.encode() in stored
    assert [one["number"] for one in bot("conversations", "list", "--json").objects] == [
        OTHER_PERSON
    ]
    assert bot("conversations", "show", PERSON).code == 2
    assert [one["number"] for one in bot("opt-outs", "list", "--json").objects] == [None]
    refused = bot("send", "--to", PERSON, "--longcode", 123, "Hello")
    assert refused.code == 2
    assert f"{PERSON} has opted out" in refused.err
    with ledger(folder) as connection:
        take(connection, "hours", rules=ruleset(SHOP), key="r-new")
    [chain] = bot("conversations", "show", PERSON, "--json").objects
    assert chain["messages"][0]["rule"] == "$opted-out"
    again = bot("conversations", "forget", "+15555550177", "--yes")
    assert (again.code, again.out) == (0, "nothing is stored of +15555550177\n")


def test_without_a_terminal_nobody_is_forgotten_by_chance(bot: Bot) -> None:
    ran = bot("conversations", "forget", PERSON)
    assert (ran.code, ran.out) == (2, "")
    assert "forget: asks on a terminal; where there is none, say --yes" in ran.err
    assert bot("conversations", "show", PERSON).code == 0


@pytest.mark.system
@pytest.mark.parametrize(
    ("typed", "is_gone"), [("555-555-0123", True), (OTHER_PERSON, False), ("yes", False)]
)
def test_on_a_terminal_the_number_is_typed(
    bot: Bot, folder: Path, typed: str, *, is_gone: bool
) -> None:
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "bot", "conversations", "forget", PERSON]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "LOGNAME": "kim"}
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdin=terminal, stdout=subprocess.PIPE
    ) as done:
        os.write(main, f"{typed}\n".encode())
        said, _ = done.communicate(timeout=60)
    os.close(terminal)
    os.close(main)
    assert (done.returncode, b"is forgotten" in said) == ((0, True) if is_gone else (2, False))
    assert (bot("conversations", "show", PERSON).code == 2) == is_gone


@pytest.mark.parametrize(
    ("statuses", "stands"),
    [
        ((None, None, None), None),
        (("delivered", None, None), None),
        (("delivered", "sent", "queued"), "sent"),
        (("delivered", "delivered", "delivered"), "delivered"),
        (("delivered", "delivery-failed", "sent"), "delivery-failed"),
        (("delivered", "delivery-unconfirmed", "sent"), "delivery-unconfirmed"),
        (("delivery-unconfirmed", "delivered", "invalid-number"), "invalid-number"),
        (("delivered", "dead", "held"), "dead"),
    ],
)
def test_a_reply_of_several_parts_stands_as_its_worst(
    bot: Bot, folder: Path, statuses: tuple[str | None, ...], stands: str | None
) -> None:
    contact = "+15555550199"
    with ledger(folder) as connection:
        chain = conversations.begin(connection, contact, "", LINE, NOW).id
        for n, word in enumerate(statuses, 1):
            ours = outbound(f"part {n}", to=contact, external_id=f"p-{n}")
            part_of = None if n == 1 else "p-1"
            row = queue(connection, ours, conversation=chain, part_of=part_of)
            is_status = word in ("dead", "held")
            columns = {"status": word} if is_status else {"delivery": word}
            connection.execute(update(outbox).where(outbox.c.id == row).values(**columns))
        queue(connection, outbound("alone", to=contact), conversation=chain)
    [shown] = bot("conversations", "show", contact, "--json").objects
    [first] = [one for one in shown["messages"] if "parts" in one]
    others = [one for one in shown["messages"] if "partOf" in one]
    [alone] = [one for one in shown["messages"] if one["text"] == "alone"]
    assert (first["delivery"], "partOf" in first) == (stands, False)
    assert [part["delivery"] for part in first["parts"]] == list(statuses)
    assert [part["externalId"] for part in first["parts"]] == ["p-1", "p-2", "p-3"]
    assert [(one["partOf"], "parts" in one) for one in others] == [("p-1", False)] * 2
    assert ("partOf" in alone, "parts" in alone, alone["delivery"]) == (False, False, None)
    said = bot("conversations", "show", contact).out
    assert ("· 3 parts" in said, str(stands) in said) == (True, stands is not None)
