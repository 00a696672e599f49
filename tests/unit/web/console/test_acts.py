"""What people do in the console comes to be, with their name, and what does not says why."""

from __future__ import annotations

import asyncio
import html
import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select

from bot.ledger import contacts, quarantine
from bot.ledger import inbox as stored_inbox
from bot.ledger.outbox import Status
from bot.ledger.schema import (
    conversations,
    decisions,
    holds,
    inbox,
    inbox_items,
    notifications,
    outbox,
)
from bot.rules.ruleset import Ruleset
from bot.web.console.pages.inbox import MOST
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import OTHER_PERSON, process, webhook
from tests.unit.web.conftest import Web

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("said")]

LATER = ruleset("""
rules:
  - id: later
    when: {keywords: [later]}
    reply: {text: "In an hour <b>.", delay: 1h}
    follow_up: {after: 1d, reply: "Tomorrow <b>."}
    state: {name: s, expires: 2h, on_expiry: "Ended."}
""")
HUMAN = ruleset("""
rules:
  - id: human
    when: {keywords: [human]}
    notify: {url: "https://shop.example/hook"}
    reply: Somebody will come.
""")
ELSEWHERE = f"/conversations/{OTHER_PERSON}"


async def act(web: Web, page: str, name: str, **form: str) -> httpx.Response:
    shown = (await web.client.get("/opt-outs")).text
    found = re.search(r'name="csrf" value="([^"]+)"', shown)
    assert found is not None
    return await web.client.post(f"{page}/{name}", data={"csrf": found[1], **form})


async def waiting(web: Web, **query: str) -> list[tuple[str, str]]:
    found = (await web.client.get("/inbox.json", params=query)).json()
    return [(item["id"], item["kind"]) for item in found["items"]]


def keep(web: Web, text: str, key: str, rules: Ruleset = LATER) -> None:
    """They write it, and it is decided."""
    with web.database.transaction() as connection:
        stored_inbox.keep(connection, [inbound(text, key=key, sender=OTHER_PERSON)])
        [found] = stored_inbox.waiting(connection, 1)
        process(connection, found, rules, NOW)


def kept(web: Web, table: Any) -> Any:
    return [row._mapping for row in web.rows(table)]


@pytest.fixture
def unmatched(web: Web) -> str:
    with web.database.transaction() as connection:
        mine = select(inbox.c.id).where(inbox.c.sender == OTHER_PERSON)
        return f"in-{connection.execute(mine).scalar_one()}"


async def test_an_unmatched_text_is_done_snoozed_and_answered(web: Web, unmatched: str) -> None:
    assert (unmatched, "unmatched") not in await waiting(web)
    assert (unmatched, "unmatched") in await waiting(web, unmatched="1")
    snoozed = await act(web, "/inbox", "snooze", id=unmatched, **{"for": "1d", "kind": "unmatched"})
    assert snoozed.headers["location"] == "/inbox?kind=unmatched"
    assert (unmatched, "unmatched") not in await waiting(web, unmatched="1")
    assert (unmatched, "unmatched") in await waiting(web, unmatched="1", snoozed="1")
    assert (await act(web, "/inbox", "done", id=unmatched)).status_code == 303
    [item] = kept(web, inbox_items)
    assert (item["item"], item["done_by"], item["done_at"]) == (unmatched, "console", NOW)
    assert (await act(web, "/inbox", "answer", id=unmatched)).status_code == 303
    again = [row["status"] for row in kept(web, inbox) if f"in-{row['id']}" == unmatched]
    assert again == ["waiting"]
    assert int(unmatched[3:]) not in [row["inbox_id"] for row in kept(web, decisions)]


async def test_what_does_not_wait_says_so_and_the_page_stays(web: Web) -> None:
    answer = await act(web, "/inbox", "done", id="in-<9>")
    assert answer.status_code == 400
    assert "in-&lt;9&gt;: waits for nobody" in answer.text
    assert "<h1>Inbox</h1>" in answer.text


@pytest.mark.parametrize(
    ("page", "name", "form", "place"),
    [
        (
            "/inbox",
            "done",
            {"id": "in-9", "kind": "failed", "unread": "1"},
            "?kind=failed&unread=1",
        ),
        (ELSEWHERE, "write", {"text": " ", "to": OUR_NUMBER}, "?to=%2B18005550100"),
        ("/opt-outs", "add", {"number": "x"}, ""),
    ],
)
async def test_what_was_refused_goes_on_as_the_page_it_came_from(
    web: Web, page: str, name: str, form: dict[str, str], place: str
) -> None:
    """It is told of changes, and none of its links or searches lead to where forms are posted."""
    answer = await act(web, page, name, **form)
    assert answer.status_code == 400
    body = re.search(r"<body[^>]*>", answer.text)
    assert body is not None
    shown = html.unescape(body[0])
    assert f'data-place="{page}{place}"' in shown
    assert f"at={quote(page, safe='')}" in shown
    assert re.findall(r'href="\?', answer.text) == []
    assert re.findall(r'<form method="get"(?! action)', answer.text) == []
    as_asked = (await web.client.get(f"{page}{place}")).text
    assert "data-place" not in as_asked
    assert as_asked.count('aria-current="true"') == answer.text.count('aria-current="true"')


async def test_the_quarantine_is_tried_again_and_dropped(web: Web) -> None:
    good, bad = webhook(replyId="r-late", message="Hours?"), b"{"
    with web.database.transaction() as connection:
        for body in (good, bad):
            quarantine.keep_unreadable(connection, "message-reply", body, "not JSON", NOW)
    first, second = [item for item, kind in await waiting(web) if kind == "quarantine"]
    assert (await act(web, "/inbox", "retry", id=first)).status_code == 303
    assert kept(web, inbox)[-1]["text"] == json.loads(good)["message"]
    still = await act(web, "/inbox", "retry", id=second)
    assert (still.status_code, "still not readable" in still.text) == (400, True)
    assert (await act(web, "/inbox", "drop", id=second)).status_code == 303
    assert [item for item, kind in await waiting(web) if kind == "quarantine"] == []


async def test_a_dead_letter_is_sent_again_or_dropped(web: Web) -> None:
    with web.database.transaction() as connection:
        dead = outbox.update().values(status=Status.DEAD, reason="no: a-b", done_at=NOW)
        connection.execute(dead)
    [(item, kind), *_] = await waiting(web)
    assert "hours · no: a-b</p>" in (await web.client.get("/inbox")).text
    assert kind == "dead-letter"
    assert (await act(web, "/inbox", "retry", id=item)).status_code == 303
    assert kept(web, outbox)[0]["status"] == Status.DUE
    with web.database.transaction() as connection:
        connection.execute(outbox.update().values(status=Status.DEAD))
    assert (await act(web, "/inbox", "drop", id=item)).status_code == 303
    assert kept(web, outbox)[0]["status"] == Status.DROPPED


async def test_a_person_writes_and_the_bot_is_silent_until_it_is_given_back(web: Web) -> None:
    sent = await act(
        web, ELSEWHERE, "write", text="Hello,\r\nAnn here.", to=OUR_NUMBER, seen="out-0"
    )
    assert sent.headers["location"].startswith(f"{ELSEWHERE}?to=")
    [message] = [row for row in kept(web, outbox) if row["recipient"] == OTHER_PERSON]
    assert (message["text"], message["by"], message["status"]) == (
        *("Hello,\nAnn here.", "console"),
        Status.DUE,
    )
    shown = (await web.client.get(f"{ELSEWHERE}.json")).json()
    assert (shown["handedOver"], shown["messages"][-1]["by"]) == (False, "console")
    assert (await act(web, ELSEWHERE, "handoff")).status_code == 303
    assert [row["handoff"]["by"] for row in kept(web, conversations) if row["handoff"]] == [
        "console"
    ]
    assert (await act(web, ELSEWHERE, "release")).status_code == 303
    assert [row["handoff"] for row in kept(web, conversations)] == [None, None]


async def test_what_another_person_wrote_meanwhile_is_seen_before_sending(web: Web) -> None:
    before = (await web.client.get(f"{ELSEWHERE}.json")).json()["seen"]
    await act(web, ELSEWHERE, "write", text="First.", seen=f"out-{before}")
    second = await act(web, ELSEWHERE, "write", text="Second <b>", seen=f"out-{before}")
    assert second.status_code == 400
    assert "You have written meanwhile" in second.text
    assert "Second &lt;b&gt;</textarea>" in second.text  # what was typed is not lost
    assert [row["text"] for row in kept(web, outbox) if row["by"]] == ["First."]
    now = (await web.client.get(f"{ELSEWHERE}.json")).json()["seen"]
    assert (await act(web, ELSEWHERE, "write", text="Second", seen=f"out-{now}")).status_code == 303


async def test_the_same_form_twice_at_once_is_sent_once(web: Web) -> None:
    form = {"text": "Once.", "seen": "out-0", "to": OUR_NUMBER}
    answers = await asyncio.gather(*(act(web, ELSEWHERE, "write", **form) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400, 400]
    assert [row["text"] for row in kept(web, outbox) if row["by"]] == ["Once."]


async def test_an_opt_out_is_added_and_taken_back(web: Web) -> None:
    page = "/opt-outs"
    wrong = await act(web, page, "add", number="nobody")
    assert (wrong.status_code, "number: is not a phone number" in wrong.text) == (400, True)
    assert (await act(web, page, "add", number="555-555-0123", because="called")).status_code == 303
    [left] = (await web.client.get("/opt-outs.json")).json()["optOuts"]
    assert left == {
        "number": PERSON,
        "since": "2026-01-15T17:04:05Z",
        "because": "called",
        "by": "console",
    }
    assert (await web.client.get("/opt-outs.json?search=999")).json()["optOuts"] == []
    assert (await act(web, page, "remove", number=PERSON)).status_code == 303
    with web.database.transaction() as connection:
        assert contacts.known(connection, PERSON).opt_out is None
    again = await act(web, page, "remove", number=PERSON)
    assert (again.status_code, "is not opted out" in again.text) == (400, True)


async def test_who_left_is_not_written_to(web: Web) -> None:
    await act(web, "/opt-outs", "add", number=OTHER_PERSON)
    page = (await web.client.get("/")).text
    assert "opted out" in page
    answer = await web.client.get(ELSEWHERE)
    assert "Answer as a person" not in answer.text


async def test_what_is_to_be_said_is_listed_and_taken_back(web: Web) -> None:
    keep(web, "later", "r-later")
    listed = (await web.client.get("/scheduled.json")).json()
    assert listed["isMore"] is False
    assert [(one["kind"], one["due"], one["text"]) for one in listed["scheduled"]] == [
        ("reply", "2026-01-15T18:04:05Z", "In an hour <b>."),
        ("expiry", "2026-01-15T19:04:05Z", None),
        ("follow-up", "2026-01-16T17:04:05Z", "Tomorrow <b>."),
    ]
    reply, expiry, follow_up = (one["id"] for one in listed["scheduled"])
    for page in ("/scheduled", ELSEWHERE):
        shown = (await web.client.get(page)).text
        buttons = re.findall(r'/cancel">.*?name="id" value="([^"]+)"', shown, re.DOTALL)
        assert ("<b>" in shown, sorted(buttons)) == (False, sorted([reply, follow_up]))
    there = await act(web, ELSEWHERE, "cancel", id=follow_up, to=OUR_NUMBER)
    assert there.headers["location"].startswith(f"{ELSEWHERE}?to=")
    assert (await act(web, "/scheduled", "cancel", id=reply)).headers["location"] == "/scheduled"
    left = (await web.client.get("/scheduled.json")).json()["scheduled"]
    assert [one["id"] for one in left] == [expiry]
    for gone, because in (
        (expiry, "ends by itself then, which cannot be cancelled"),
        (reply, "nothing waits under that id"),
        ("timer-<9>", "timer-&lt;9&gt;: nothing waits under that id"),
    ):
        again = await act(web, "/scheduled", "cancel", id=gone)
        assert (again.status_code, because in again.text) == (400, True)


async def unread(web: Web, **query: str) -> tuple[list[str], int, int]:
    """What is listed so, and how many are unread and unanswered."""
    found = (await web.client.get("/inbox.json", params=query)).json()
    return [one["id"] for one in found["items"]], found["unread"], found["personWrote"]


async def test_what_one_of_us_has_opened_is_read_for_all(web: Web, unmatched: str) -> None:
    mine = {"kind": "unmatched", "unread": "1"}
    listed, count, waits = await unread(web, **mine)
    assert (unmatched in listed, count, waits) == (True, 6, 6)
    await web.client.get(f"{ELSEWHERE}.json")  # which nobody has before them
    assert unmatched in (await unread(web, **mine))[0]
    await web.client.get(ELSEWHERE)
    assert await unread(web, **mine) == ([one for one in listed if one != unmatched], 5, 6)
    page = (await web.client.get("/inbox", params=mine)).text
    assert f'id="{unmatched}"' not in page
    assert 'unread <span class="number">5</span>' in page
    assert (await web.client.get(f"{ELSEWHERE}.json")).json()["unread"] is False
    await act(web, ELSEWHERE, "write", text="Hello.", seen="out-0")
    listed, _, waits = await unread(web, kind="unmatched", **{"person-wrote": "1"})
    assert (unmatched in listed, waits) == (False, 5)
    narrow = {"unread": "1", "person-wrote": "1"}
    back = await act(web, "/inbox", "done", id=unmatched, **narrow)
    assert back.headers["location"] == "/inbox?unread=1&person-wrote=1"


async def test_of_many_those_that_wait_longest_are_shown(web: Web) -> None:
    before = (await web.client.get("/inbox.json?kind=unmatched")).json()
    with web.database.transaction() as connection:
        for number in range(MOST):
            sender = f"+1555555{1000 + number}"
            stored_inbox.keep(connection, [inbound("what", key=f"many-{number}", sender=sender)])
            [waits] = stored_inbox.waiting(connection, 1)
            process(connection, waits, LATER, NOW)
    found = (await web.client.get("/inbox.json?kind=unmatched")).json()
    came = len(before["items"])
    assert (len(found["items"]), found["more"]) == (MOST, came)
    assert found["kinds"]["unmatched"] == MOST + came
    assert f"{came} more came after these." in (await web.client.get("/inbox?kind=unmatched")).text


async def test_who_has_a_wrong_number_waits_until_somebody_has_looked(web: Web) -> None:
    keep(web, "Sorry, wrong number", "r-wrong")
    [(item, _)] = [one for one in await waiting(web) if one[1] == "wrong-number"]
    page = (await web.client.get("/inbox?kind=wrong-number")).text
    assert re.findall(r'action="/inbox/([a-z-]+)"', page) == ["done", "answer", "opt-out", "snooze"]
    assert (await act(web, "/inbox", "done", id=item)).status_code == 303
    assert kept(web, holds) == []


async def test_who_was_not_told_is_told_again_or_never(web: Web) -> None:
    keep(web, "human", "r-human", HUMAN)
    with web.database.transaction() as connection:
        dead = {"status": Status.DEAD, "reason": "HTTP 500", "done_at": NOW}
        connection.execute(notifications.update().values(dead))
    [(item, _)] = [one for one in await waiting(web) if one[0].startswith("notify-")]
    assert (await act(web, "/inbox", "retry", id=item)).status_code == 303
    assert [row["status"] for row in kept(web, notifications)] == [Status.DUE]
    with web.database.transaction() as connection:
        connection.execute(notifications.update().values(dead))
    assert (await act(web, "/inbox", "drop", id=item)).status_code == 303
    assert [row["status"] for row in kept(web, notifications)] == [Status.DROPPED]
