"""Log-ins that end, servers that restart, and answers on their way: in the middle of work."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from bot.web.console.visitors import COOKIE, LASTS, Visitors
from tests.build import PERSON
from tests.system.browser import pages
from tests.system.scene import Scene

pytestmark = pytest.mark.anyio

TOKEN = "a-long-random-text"
TEXT = "Yes, we do.\nFor free."
THREAD = f"/conversations/{PERSON}"
FORGIVES = "ERR_|40[0-9] .(Bad|Unauthorized|Forbidden)"


async def asked(scene: Scene, **environment: str) -> None:
    """Somebody wants to know something, of a server that will be here again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        scene.options = ["--port", str(free.getsockname()[1])]
    await scene.start(**environment)
    await scene.deliver(fromNumber=PERSON, message="can you gift-wrap it?", replyId="r-1")


async def logs_in(page: Any, token: str = TOKEN, name: str = "ann") -> None:
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("Token").fill(token)
    await page.get_by_role("button", name="Log in").click()


def answer(page: Any) -> Any:
    return page.get_by_placeholder("Answer as a person")


async def sends(page: Any) -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name="Send").click()
    await page.locator(".ours .text").get_by_text("Yes, we do.").wait_for()
    assert await answer(page).input_value() == ""


async def was_sent_once(scene: Scene) -> None:
    await scene.all_sent(1)
    assert [sent.text for sent in scene.sent_to(PERSON)] == [TEXT]


async def test_a_session_that_ended_before_an_answer_was_sent(scene: Scene) -> None:
    await asked(scene, BOT_CONSOLE_TOKEN=TOKEN)
    async with pages(scene.origin, forgives=FORGIVES) as page:
        await page.goto(THREAD)
        await logs_in(page)
        await answer(page).fill(TEXT)
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Send").click()
        await page.get_by_role("heading", name="Your session has ended").wait_for()
        assert await page.get_by_label("Your text").input_value() == TEXT
        await page.get_by_role("link", name="Log in again").click()
        await logs_in(page)
        await answer(page).wait_for()
        assert await answer(page).input_value() == TEXT
        assert await page.locator("[data-count]").inner_text() == "1 segment"
        await sends(page)
        await page.reload()
        assert await answer(page).input_value() == ""
    await was_sent_once(scene)


async def test_a_page_says_that_its_session_has_ended(scene: Scene) -> None:
    """Also where nobody touches it; what was typed is nobody else's."""
    await asked(scene, BOT_CONSOLE_TOKEN=TOKEN)
    async with pages(scene.origin, forgives=FORGIVES) as page:
        await page.goto(THREAD)
        await logs_in(page)
        await answer(page).fill(TEXT)
        await page.wait_for_load_state("load")  # its scripts have run
        await scene.stop()
        await scene.start(BOT_CONSOLE_TOKEN=TOKEN * 2)
        await page.get_by_text("You are logged out.").wait_for()
        assert await answer(page).input_value() == TEXT
        await page.get_by_role("link", name="Log in").click()
        await logs_in(page, TOKEN * 2, "bob")
        await answer(page).wait_for()
        assert await answer(page).input_value() == ""
        await page.context.clear_cookies()
        await page.goto(THREAD)
        await logs_in(page, TOKEN * 2, "ann")
        await answer(page).wait_for()
        assert await answer(page).input_value() == TEXT
        await page.get_by_role("button", name="Log out").click()
        await logs_in(page, TOKEN * 2, "ann")
        await page.goto(THREAD)
        assert await answer(page).input_value() == ""


async def test_a_log_in_expires(scene: Scene) -> None:
    """The page says so by itself; what was typed is there again after another log-in."""
    await asked(scene, BOT_CONSOLE_TOKEN=TOKEN)
    async with pages(scene.origin, forgives=FORGIVES) as page:
        issued = time.time() - LASTS + 8
        cookie = Visitors(TOKEN, b"").cookie("ann", issued)
        await page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": scene.origin}])
        await page.goto(THREAD)
        await answer(page).fill(TEXT)
        await page.get_by_text("You are logged out.").wait_for()
        assert time.time() > issued + LASTS
        assert await answer(page).input_value() == TEXT
        await page.get_by_role("link", name="Log in").click()
        await logs_in(page)
        await answer(page).wait_for()
        assert await answer(page).input_value() == TEXT
        await sends(page)
    await was_sent_once(scene)


async def test_what_comes_in_while_one_looks_can_be_worked_on(scene: Scene) -> None:
    """Its forms are of who looks, though the page is drawn for all who have it open."""
    await asked(scene, BOT_CONSOLE_TOKEN=TOKEN)
    async with pages(scene.origin) as page:
        await page.goto("/inbox")
        await logs_in(page)
        await page.get_by_text("Nothing waits for you.").wait_for()
        await scene.deliver(fromNumber=PERSON, message="please stop texting me <b>", replyId="r-2")
        await page.get_by_role("button", name="Let the rules answer").wait_for()
        await page.get_by_role("button", name="Done").click()
        await page.get_by_text("Nothing waits for you.").wait_for()
        assert await page.get_by_role("alert").count() == 0
    assert '"act": "done", "by": "ann"' in scene.logs()


async def test_who_logs_in_again_in_another_tab_goes_on_in_this_one(scene: Scene) -> None:
    await asked(scene, BOT_CONSOLE_TOKEN=TOKEN)
    async with pages(scene.origin) as one:
        await one.goto(THREAD)
        await logs_in(one)
        await answer(one).fill(TEXT)
        two = await one.context.new_page()
        await two.goto(f"/_login?next={THREAD}")
        await logs_in(two)
        await answer(two).wait_for()
        await sends(one)
        await one.locator(".ours .meta", has_text="ann").wait_for()
    await was_sent_once(scene)


async def test_who_says_who_they_are_in_another_tab_is_that_here(scene: Scene) -> None:
    """Without a token; and the server may start anew meanwhile."""
    await asked(scene)
    async with pages(scene.origin, forgives=FORGIVES) as one:
        await one.goto(THREAD)
        await answer(one).fill(TEXT)
        two = await one.context.new_page()
        await two.goto(f"/_login?next={THREAD}")
        await two.get_by_label("Your name").fill("ann")
        await two.get_by_role("button", name="That is me").click()
        await answer(two).wait_for()
        await scene.stop()
        await scene.start()
        await sends(one)
        await one.locator(".ours .meta", has_text="ann").wait_for()
    await was_sent_once(scene)


async def test_two_sessions_in_one_browser(scene: Scene) -> None:
    """Who sends from a page of the session before is asked to look, and then is who they are."""
    await asked(scene, BOT_CONSOLE_TOKEN=TOKEN)
    async with pages(scene.origin, forgives=FORGIVES) as one:
        await one.goto(THREAD)
        await logs_in(one)
        await answer(one).fill(TEXT)
        two = await one.context.new_page()
        await two.goto(f"/_login?next={THREAD}")
        await logs_in(two, name="bob")
        await answer(two).wait_for()
        await one.get_by_role("button", name="Send").click()
        await one.get_by_text("You are bob here now, and were not when this").wait_for()
        assert await answer(one).input_value() == TEXT
        assert scene.provider.sent == []
        await sends(one)
        await one.locator(".ours .meta", has_text="bob").wait_for()
    await was_sent_once(scene)


async def test_a_server_that_is_away_while_an_answer_is_sent(scene: Scene) -> None:
    await asked(scene)
    async with pages(scene.origin, forgives=FORGIVES) as page:
        await page.goto(THREAD)
        await answer(page).fill(TEXT)
        await scene.stop()
        await page.get_by_role("button", name="Send").click()
        await page.wait_for_url("chrome-error://**")
        await scene.start()
        await page.goto(THREAD)
        assert await answer(page).input_value() == TEXT
        await sends(page)
    await was_sent_once(scene)


async def test_an_answer_that_arrived_unheard_is_not_offered_again(scene: Scene) -> None:
    await asked(scene)
    async with pages(scene.origin, forgives=FORGIVES) as page:

        async def lose_the_answer(route: Any) -> None:
            await route.fetch(max_redirects=0)
            await route.abort()

        await page.goto(THREAD)
        await page.route("**/write", lose_the_answer)
        await answer(page).fill(TEXT)
        await page.get_by_role("button", name="Send").click()
        await page.wait_for_url("chrome-error://**")
        await page.goto(THREAD)
        await page.locator(".ours .text").get_by_text("Yes, we do.").wait_for()
        assert await answer(page).input_value() == ""
    await was_sent_once(scene)


async def test_what_cannot_be_seen_in_an_answer_does_not_offer_it_again(scene: Scene) -> None:
    await asked(scene)
    async with pages(scene.origin) as page:
        await page.goto(THREAD)
        await answer(page).fill("Yes\u202c, \x1b[1mwe\t do.")
        async with page.expect_navigation():
            await page.get_by_role("button", name="Send").click()
        await page.locator(".ours .text").wait_for()
        assert await answer(page).input_value() == ""


async def test_two_tabs_of_one_person(scene: Scene) -> None:
    """The other tab sees the answer before it sends, and what it has seen is not sent blindly."""
    await asked(scene)
    async with pages(scene.origin, forgives=FORGIVES) as one:
        await one.goto(THREAD)
        two = await one.context.new_page()
        await two.goto(THREAD)
        await answer(two).fill(TEXT)
        seen = await two.locator("[name=seen]").get_attribute("value")
        await answer(one).fill(TEXT)
        await sends(one)
        await two.locator(".ours .text").get_by_text("Yes, we do.").wait_for()
        assert await answer(two).input_value() == TEXT
        # at once, before the page is drawn anew by what is told of the delivery
        sent = "(button, seen) => { button.form.elements.seen.value = seen; button.click(); }"
        await two.get_by_role("button", name="Send").evaluate(sent, seen)
        await two.get_by_text("You have written meanwhile.").wait_for()
        assert await answer(two).input_value() == TEXT
        assert two.url.partition("?")[0] == f"{scene.origin}{THREAD}"
        await scene.deliver(fromNumber=PERSON, message="thanks", replyId="r-2")
        await two.locator("[data-message]").get_by_text("thanks").wait_for()
        assert await two.get_by_text("You have written meanwhile.").is_visible()
        assert await answer(two).input_value() == TEXT
    await was_sent_once(scene)


async def test_a_key_does_nothing_to_what_is_not_chosen(scene: Scene) -> None:
    await asked(scene)
    await scene.deliver(fromNumber=PERSON, message="and send it?", replyId="r-2")
    async with pages(scene.origin) as page:
        await page.goto("/inbox?unmatched=1")
        waiting = page.locator("[data-item]")
        before = await waiting.count()
        await page.keyboard.press("e")
        await page.keyboard.press("s")
        await page.keyboard.press("j")
        await page.get_by_text("and send it?").wait_for()
        assert await waiting.count() == before > 0
        await page.keyboard.press("s")
        await waiting.nth(before - 1).wait_for(state="detached")
        assert await waiting.count() == before - 1


async def test_after_what_was_done_comes_what_stood_behind_it(scene: Scene) -> None:
    await asked(scene)
    for number in range(2, 5):
        await scene.deliver(fromNumber=PERSON, message=f"what {number}", replyId=f"r-{number}")
    async with pages(scene.origin) as page:
        await page.goto("/inbox?unmatched=1")
        await page.get_by_text("what 4").wait_for()
        for key in "jj":
            await page.keyboard.press(key)
        async with page.expect_navigation():
            await page.keyboard.press("e")
        await page.keyboard.press("j")
        chosen = page.locator("[data-item]:focus .text")
        assert await chosen.inner_text() == "what 3"
        async with page.expect_navigation():
            await page.keyboard.press("r")
        await page.go_back()
        await page.keyboard.press("j")
        assert await chosen.inner_text() == "what 3"


async def test_who_opens_a_conversation_has_read_it_for_all_of_us(scene: Scene) -> None:
    await asked(scene)
    async with pages(scene.origin) as ann, pages(scene.origin, 390) as bob:
        await ann.goto("/inbox?kind=unmatched")
        await ann.get_by_role("link", name="unread").click()
        await ann.locator("[data-item]").wait_for()
        await bob.goto(THREAD)
        await ann.get_by_text("Nothing of that kind waits for you.").wait_for()
        assert await ann.get_by_role("link", name="unread").inner_text() == "unread"
        await bob.close()  # who looks has read what comes
        await scene.deliver(fromNumber=PERSON, message="hello?", replyId="r-2")
        await ann.get_by_text("hello?").wait_for()
        assert await ann.get_by_role("link", name="unread").inner_text() == "unread 2"
        assert await ann.get_by_role("link", name="person wrote").inner_text() == "person wrote 2"
