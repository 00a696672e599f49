"""Who may come into the console: by log-in, by token, on this machine; and what forms need."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

import httpx
import pytest

from bot.ledger import contacts
from bot.ledger.schema import outbox
from bot.web.console.security import HEADERS, Tries
from bot.web.console.visitors import COOKIE, LASTS, Visitors
from tests.build import PERSON
from tests.support import SECRET, signed, webhook
from tests.unit.web.conftest import Serve, Web

pytestmark = pytest.mark.anyio

TOKEN = "a-long-random-text"
AWAY = {"client": "203.0.113.5", "host": "bot.example"}
PAGES = ("/", "/index.json", f"/conversations/{PERSON}", "/messages/in-1", "/_live")


async def log_in(web: Web, token: str = TOKEN, name: str = "ann", **more: str) -> httpx.Response:
    members = {"token": token, "name": name, **more}
    return await web.client.post("/_login", data=members)


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_comes_in_from_elsewhere_without_a_token(serve: Serve, path: str) -> None:
    assert (await serve(**AWAY).client.get(path)).status_code in (401, 403)
    locked = await serve(token=TOKEN).client.get(path)
    assert locked.status_code in (303, 401)
    assert PERSON not in locked.text


async def test_a_log_in_leads_back_to_where_one_wanted_to_go(serve: Serve) -> None:
    web = serve(token=TOKEN, **AWAY)
    refused = await web.client.get("/?search=hours")
    assert refused.headers["location"] == "/_login?next=%2F%3Fsearch%3Dhours"
    assert 'value="/?search=hours"' in (await web.client.get(refused.headers["location"])).text
    entered = await log_in(web, next="/?search=hours")
    assert (entered.status_code, entered.headers["location"]) == (303, "/?search=hours")
    cookie = SimpleCookie(entered.headers["set-cookie"])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["secure"]) == (
        *(True, "strict", str(LASTS)),
        "",
    )
    assert (await web.client.get("/")).status_code == 200
    assert (await web.client.get("/index.json")).status_code == 200


async def test_the_cookie_is_for_tls_where_the_proxy_has_it(serve: Serve) -> None:
    web = serve(token=TOKEN, **AWAY)
    web.client.headers["X-Forwarded-Proto"] = "https"
    assert "secure" in (await log_in(web)).headers["set-cookie"].lower()


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_a_log_in_leads_to_no_other_site(serve: Serve, wanted: str) -> None:
    assert (await log_in(serve(token=TOKEN), next=wanted)).headers["location"] == "/"


async def test_a_wrong_token_is_refused_and_soon_not_even_looked_at(serve: Serve) -> None:
    web = serve(token=TOKEN, **AWAY)
    wrong = [await log_in(web, token="guess") for _ in range(Tries.MOST)]
    assert [(one.status_code, "set-cookie" in one.headers) for one in wrong] == [
        (403, False)
    ] * Tries.MOST
    right = await log_in(web)
    assert (right.status_code, int(right.headers["retry-after"]) <= 61) == (429, True)
    assert "set-cookie" not in right.headers


def test_tries_are_forgotten_after_a_minute_and_counted_for_each_address() -> None:
    tries = Tries()
    for _ in range(Tries.MOST):
        tries.failed("2001:db8::1", 100.0)
    assert tries.wait("2001:db8::2", 110.0) == 50.0
    assert (tries.wait("2001:db8::2", 160.0), tries.wait("2001:db8:0:1::1", 110.0)) == (0.0, 0.0)


async def test_a_bearer_token_opens_pages_and_twins(serve: Serve) -> None:
    web = serve(token=TOKEN, **AWAY)
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    statuses = [(await web.client.get(path, headers=bearer)).status_code for path in PAGES[:2]]
    assert statuses == [200, 200]
    other = {"Authorization": "Bearer other"}
    assert (await web.client.get("/index.json", headers=other)).status_code == 401


@pytest.mark.parametrize(
    "forged",
    ["", ".", "a.b", "!.!", "é", "W10.", "bnVsbA.bnVsbA"],
)
async def test_a_forged_cookie_is_none(serve: Serve, forged: str) -> None:
    web = serve(token=TOKEN, **AWAY)
    cookie = {"Cookie": f"{COOKIE}={forged}".encode()}
    response = await web.client.get("/index.json", headers=cookie)  # type: ignore[arg-type]
    assert response.status_code == 401


async def test_a_session_ends_with_its_time_and_with_its_token(serve: Serve) -> None:
    cookie = Visitors(TOKEN, b"").cookie("ann", 1_000.0)
    request = _request(cookie)
    known = Visitors(TOKEN, b"").who(request, 1_000.0 + LASTS - 1)
    assert known is not None
    assert (known.name, known.until) == ("ann", 1_000.0 + LASTS)
    assert Visitors(TOKEN, b"").who(request, 1_000.0 + LASTS) is None
    assert Visitors("another", b"").who(request, 1_000.0) is None


def _request(cookie: str):  # type: ignore[no-untyped-def]
    from starlette.requests import Request

    headers = [(b"cookie", f"{COOKIE}={cookie}".encode()), (b"host", b"bot.example")]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}
    return Request({**scope, "scheme": "http", "server": ("bot.example", 80), "client": None})


async def opt_out(web: Web, csrf: str | None = None, **headers: str) -> int:
    form = {"because": "called us", **({} if csrf is None else {"csrf": csrf})}
    path = f"/conversations/{PERSON}/opt-out"
    return (await web.client.post(path, data=form, headers=headers)).status_code


async def csrf_of(web: Web) -> str:
    page = (await web.client.get(f"/conversations/{PERSON}")).text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("said")
async def test_a_change_needs_the_token_of_its_session(web: Web, serve: Serve) -> None:
    locked = serve(token=TOKEN)
    await log_in(locked)
    csrf = await csrf_of(locked)
    refused = [
        await opt_out(locked),
        await opt_out(locked, "guess"),
        await opt_out(locked, await csrf_of(web)),
        await opt_out(locked, csrf, **{"Sec-Fetch-Site": "cross-site"}),
    ]
    assert refused == [400, 400, 400, 403]
    with web.database.transaction() as connection:
        assert contacts.known(connection, PERSON).opt_out is None
    assert await opt_out(locked, csrf) == 303
    with web.database.transaction() as connection:
        left = contacts.known(connection, PERSON).opt_out
    assert left is not None
    assert (left.by, left.because) == ("ann", "called us")


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("is_in", "status", "shown"),
    [
        (True, 400, "You are ann here now, and were not when this page was loaded: send it again."),
        (False, 401, "Nothing was sent. Log in again, and your text is where you wrote it"),
    ],
)
async def test_what_was_typed_outlives_the_session(
    serve: Serve, is_in: bool, status: int, shown: str
) -> None:
    locked = serve(token=TOKEN)
    if is_in:
        await log_in(locked)
    path, form = f"/conversations/{PERSON}", {"text": "Hello <b>", "csrf": "of another session"}
    answer = await locked.client.post(f"{path}/write", data=form)
    assert (answer.status_code, shown in answer.text) == (status, True)
    assert "Hello &lt;b&gt;</textarea>" in answer.text
    assert ("?next=%2Fconversations%2F%2B15555550123" in answer.text) is not is_in
    assert [row for row in locked.rows(outbox) if row.by] == []


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("token", "before", "after", "status"),
    [
        (TOKEN, "ann", "ann", 303),
        (TOKEN, "ann", "bob", 400),
        (None, "", "ann", 303),  # they say who they are
        (None, "ann", "ann", 303),
        (None, "ann", "bob", 400),
        (None, "ann", "", 400),
    ],
)
async def test_a_page_from_before_a_log_in_goes_on_as_the_same_person(
    serve: Serve, token: str | None, before: str, after: str, status: int
) -> None:
    web = serve(token=token)
    carried = []
    for name in (before, after):
        web.client.cookies.clear()
        if name:
            await log_in(web, token or "", name)
        carried.append(await csrf_of(web))
    assert await opt_out(web, carried[0]) == status


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize("token", [TOKEN, None])
async def test_a_restart_ends_no_session(serve: Serve, token: str | None) -> None:
    before, after = serve(token=token), serve(token=token)
    await log_in(before, token or "")
    after.client.cookies = before.client.cookies
    assert "ann" in (await after.client.get("/")).text
    assert await opt_out(after, await csrf_of(before)) == 303


@pytest.mark.usefixtures("said")
async def test_what_was_typed_is_there_beside_what_was_wrong_with_it(web: Web) -> None:
    typed = {"csrf": "x", "because": "said <b> so", "number": "555 <b>"}
    for path in (f"/conversations/{PERSON}/opt-out", "/opt-outs/add"):
        page = (await web.client.post(path, data=typed)).text
        assert 'name="because" value="said &lt;b&gt; so"' in page
        assert re.search(r'<details class="act[^>]* open>', page)
    assert 'required value="555 &lt;b&gt;"' in page
    await web.client.post(path, data={**typed, "csrf": await csrf_of(web), "number": PERSON})
    again = {**typed, "number": PERSON, "again": "1"}
    page = (await web.client.post("/opt-outs/remove", data=again)).text
    assert page.count('value="said &lt;b&gt; so"') == 1
    assert re.search(r'<details class="more-fields"[^>]* open>', page)


async def test_of_a_stranger_no_large_form_is_read(serve: Serve) -> None:
    locked = serve(token=TOKEN)
    answer = await locked.client.post("/playground", data={"text": "x" * 100_000})
    assert (answer.status_code, "xxx" in answer.text) == (401, False)


@pytest.mark.usefixtures("said")
async def test_an_act_is_logged_with_who_and_without_a_number(serve: Serve, logged) -> None:  # type: ignore[no-untyped-def]
    locked = serve(token=TOKEN)
    await log_in(locked)
    assert await opt_out(locked, await csrf_of(locked)) == 303
    lines = logged()
    assert '"act": "opt-out", "by": "ann"' in lines
    assert (PERSON in lines, "5555550123" in lines, TOKEN in lines) == (False, False, False)


async def test_a_link_of_another_site_may_lead_here_and_its_scripts_see_nothing(web: Web) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    link = {**foreign, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    framed = {**foreign, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    statuses = [
        (await web.client.get(path, headers=headers)).status_code
        for path, headers in (("/", link), ("/", framed), ("/", foreign), ("/index.json", foreign))
    ]
    assert statuses == [200, 403, 403, 403]


@pytest.mark.parametrize("path", ["/", "/index.json", "/_login", "/messages/none", "/_static/x/y"])
async def test_every_answer_carries_the_headers(web: Web, path: str) -> None:
    headers = (await web.client.get(path)).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert headers["cache-control"] == "no-store"


async def test_scripts_and_styles_are_kept_under_a_name_of_their_content(web: Web) -> None:
    page = (await web.client.get("/")).text
    [path] = re.findall(r'src="([^"]+/console\.js)"', page)
    script = await web.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"].startswith("text/javascript")
    stale = re.sub(r"_static/\w+", "_static/0123456789abcdef", path)
    assert (await web.client.get(stale)).status_code == 404
    assert (await web.client.get(path.replace("console.js", "../page.py"))).status_code == 404


@pytest.mark.usefixtures("said")
async def test_under_a_path_all_links_are_below_it(serve: Serve) -> None:
    web = serve(root="/bot")
    for asked in ("/bot", "/bot/", "/"):  # the proxy leaves the path to us, or takes it away
        page = (await web.client.get(asked)).text
        links = re.findall(r'(?:href|src|action|data-live)="(/[^"]*)"', page)
        assert [link for link in links if not f"{link}/".startswith("/bot/")] == []
        assert len(links) > 5
    body = webhook()
    assert (
        await web.client.post(
            "/bot/webhooks/message-reply", content=body, headers=signed(body, SECRET)
        )
    ).status_code == 200
    assert (await web.client.get("/bots")).status_code == 404


@pytest.mark.usefixtures("said")
async def test_on_this_machine_one_may_say_who_one_is(web: Web) -> None:
    assert "Token" not in (await web.client.get("/_login")).text
    assert "Say who you are" in (await web.client.get("/")).text
    entered = await web.client.post("/_login", data={"name": "ann"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert "<span>ann</span>" in (await web.client.get("/")).text
    assert await opt_out(web, await csrf_of(web)) == 303
    with web.database.transaction() as connection:
        left = contacts.known(connection, PERSON).opt_out
    assert left is not None
    assert left.by == "ann"


async def test_who_mistypes_the_token_types_that_again_alone(serve: Serve) -> None:
    refused = await log_in(serve(token=TOKEN), "guess <b>", "ann <b>")
    assert (refused.status_code, "guess" in refused.text) == (403, False)
    [name, token] = re.findall(r"<input name=[^>]*>", refused.text)[:2]
    assert ('value="ann &lt;b&gt;"' in name, "autofocus" in name) == (True, False)
    assert "autofocus" in token
