"""What pages show, that their twins show the same, and that nothing said there steers anything."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from bot.ledger import contacts
from bot.ledger.schema import conversations
from bot.web.console.pages import PAGES
from tests.build import NOW, OUR_NUMBER, PERSON
from tests.support import OTHER_PERSON, ROOT
from tests.unit.web.conftest import Web
from tests.unit.web.console.conftest import HOSTILE

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("said")]

CANNED = f"conversations/{PERSON}/canned"
PLAIN = [page.path.format(number=PERSON, rule="order", id="in-3") for page in PAGES]
ADDRESSES = [
    *PLAIN,
    *(
        "/messages/in-6",
        "/rules?tests=run",
        "/rules/order?tests=run",
        "/inbox?unmatched=1&snoozed=1",
    ),
    *(
        f"{path}?{urlencode({'search': text, 'text': text, 'from': text})}"
        for path in PLAIN
        for text in HOSTILE
    ),
]


class Seen(HTMLParser):
    """Elements that could run something, and the texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given.get("src"))
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]
        self.handlers += [tag] if tag in ("style", "img", "iframe", "object") else []

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


async def twin(web: Web, path: str, **query: str) -> Any:
    response = await web.client.get(path, params=query)
    assert response.headers["content-type"] == "application/json"
    return response.json()


async def test_conversations_newest_first_with_what_was_said_last(web: Web) -> None:
    found = await twin(web, "/index.json")
    assert [(one["number"], one["last"]["text"]) for one in found["conversations"]] == [
        (PERSON, HOSTILE[-1]),
        (OTHER_PERSON, "xyz"),
    ]
    assert found["conversations"][1]["last"] == {
        "direction": "inbound",
        "at": "2026-01-15T17:03:56Z",
        "text": "xyz",
        "mediaUrl": None,
        "outcome": "unmatched",
        "reason": None,
        "status": None,
        "delivery": None,
    }
    [only] = (await twin(web, "/index.json", search="XYZ"))["conversations"]
    assert only["number"] == OTHER_PERSON
    assert (await twin(web, "/index.json", rule="order"))["conversations"] == []


async def test_a_conversation_has_both_directions_and_what_a_text_costs(web: Web) -> None:
    found = await twin(web, f"/conversations/{PERSON}.json", to=OUR_NUMBER)
    first = found["messages"][0]
    [second, *_] = [one for one in found["messages"] if one["direction"] == "outbound"]
    assert (first["text"], first["outcome"], first["rule"]) == ("Hours?", "replied", "hours")
    assert (second["text"], second["segments"], second["status"]) == ("We're open 9-5.", 1, "due")
    assert (found["earlier"], found["ourNumbers"]) == (0, [OUR_NUMBER])


async def test_the_overview_counts_what_came_in_and_says_how_things_stand(web: Web) -> None:
    found = await twin(web, "/overview.json", since="1h")
    of = found["outcomes"]
    assert (found["messages"], of["replied"], of["unmatched"]) == (7, 1, 6)
    assert sum(part["messages"] for part in found["parts"]) == 7
    assert found["parts"][-1] == {
        "at": "2026-01-15T17:00:00Z",
        "messages": 7,
        **of,
        "waiting": 0,
    }
    assert found["unmatched"][0] == {"text": HOSTILE[1], "count": 1}
    now = found["now"]
    assert (now["undecided"], now["due"], now["paused"], now["troubles"]) == (0, 1, None, [])


async def test_canned_replies_are_what_the_rules_say(web: Web) -> None:
    found = await twin(web, f"/{CANNED}.json", to=OUR_NUMBER)
    hours = {"rule": "hours", "description": "", "text": "We're open 9-5.", "segments": 1}
    assert (found["replies"], found["isMore"]) == ([{**hours, "fits": False}], False)
    assert (await twin(web, f"/{CANNED}.json", search="OPEN"))["replies"] == found["replies"]
    assert (await twin(web, f"/{CANNED}.json", search="order"))["replies"] == []
    chosen = await web.client.get(f"/conversations/{PERSON}", params={"text": HOSTILE[0]})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in chosen.text


async def test_why_has_the_trace(web: Web) -> None:
    found = await twin(web, "/messages/in-1.json")
    assert found["trace"][-1] == {"rule": "hours", "matched": True}
    assert (found["isPresentRuleset"], found["number"]) == (False, PERSON)


async def test_what_is_known_of_a_person_may_have_any_name(web: Web) -> None:
    with web.database.transaction() as connection:
        contacts.store_values(
            connection, PERSON, {name: f"of {name}" for name in ("items", "get", "x")}
        )
    texts = Seen((await web.client.get(f"/conversations/{PERSON}")).text).texts
    assert [text for text in texts if text.startswith("of ")] == ["of items", "of get", "of x"]


@pytest.mark.parametrize("path", ADDRESSES)
async def test_hostile_texts_are_shown_and_do_nothing(web: Web, path: str) -> None:
    page = await web.client.get(path)
    seen = Seen(page.text)
    assert (page.status_code, seen.handlers) == (200, [])
    assert [src for src in seen.scripts if not (src or "").startswith("/_static/")] == []
    assert not {"\x1b", "\x00"} & set(page.text)


async def test_what_is_hostile_is_shown_as_it_stands(web: Web) -> None:
    texts = Seen((await web.client.get(f"/conversations/{PERSON}")).text).texts
    shown = [text.replace("\x1b", "␛").replace("\x00", "␀") for text in HOSTILE]
    assert [text for text in shown if text not in texts] == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/conversations/+15555550199", "There is no conversation with +15555550199."),
        ("/conversations/+15555550199/canned", "There is no conversation with +15555550199."),
        ("/messages/in-99", "There is no such message."),
        ("/messages/out-1", "There is no such message."),
        ("/?outcome=x", "outcome: is one of"),
        ("/?since=soon", "since: is not a time"),
        ("/overview?since=<b>", "since: is one of"),
    ],
)
async def test_a_page_that_is_not_there_says_so(web: Web, path: str, message: str) -> None:
    page = await web.client.get(path)
    head, mark, query = path.partition("?")
    as_json = await web.client.get(f"{head.rstrip('/') or '/index'}.json{mark}{query}")
    assert (page.status_code, as_json.status_code) in ((404, 404), (400, 400))
    assert message in page.text
    assert as_json.json()["error"].startswith(message)


FIELDS = ("id", "text", "because", "number", "for", "to", "seen", "kind", "unmatched", "snoozed")


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_forms_are_refused_or_done_and_do_nothing_else(web: Web, text: str) -> None:
    [csrf, *_] = re.findall(
        r'name="csrf" value="([^"]+)"', (await web.client.get("/opt-outs")).text
    )
    form = {**dict.fromkeys(FIELDS, text), "csrf": csrf}
    for page in PAGES:
        for name in page.acts:
            path = page.path.format(number=PERSON, rule="hours", id="in-1")
            answer = await web.client.post(f"{path}/{name}", data=form)
            seen = Seen(answer.text)
            assert answer.status_code in (303, 400, 404), (path, name)
            assert seen.handlers == []
            assert [src for src in seen.scripts if not (src or "").startswith("/_static/")] == []
            assert answer.headers.get("location", "/").startswith("/")


async def test_every_page_has_a_template_of_its_own() -> None:
    names = [page.template for page in PAGES]
    folder = ROOT / "bot/web/console/templates"
    assert len(set(names)) == len(names)
    assert [name for name in names if not (folder / name).is_file()] == []


@pytest.mark.parametrize(("seconds", "state"), [(1, "asked"), (0, None), (-1, None)])
async def test_a_state_that_has_ended_is_none(web: Web, seconds: int, state: str | None) -> None:
    until = NOW + timedelta(seconds=seconds)
    with web.database.transaction() as connection:
        connection.execute(update(conversations).values(state="asked", state_until=until))
    at_once = await twin(web, f"/conversations/{PERSON}.json", to=OUR_NUMBER)
    listed = (await twin(web, "/index.json"))["conversations"]
    assert at_once["state"] == state
    assert {one["state"] for one in listed} == {state}
