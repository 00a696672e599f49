"""The console in a browser, over a real server and the stand-in."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from bot.text.segments import measure
from tests.build import PERSON
from tests.support import OTHER_PERSON
from tests.system.browser import pages, wrong_with
from tests.system.scene import Scene
from tests.system.test_console_pages import HOSTILE

pytestmark = pytest.mark.anyio

TOKEN = "a-long-random-text"


async def hears(scene: Scene, text: str, number: str = PERSON, **members: Any) -> None:
    members = {"replyId": f"r-{hash((text, number))}", **members}
    await scene.deliver(fromNumber=number, message=text, **members)


async def bubbles(page: Any) -> list[str]:
    found: list[str] = await page.locator("[data-message] .text").all_inner_texts()
    return found


async def test_a_conversation_is_followed_as_it_happens(scene: Scene) -> None:
    await scene.start()
    await hears(scene, "Hours?")
    async with pages(scene.origin) as page:
        await page.goto("/")
        await page.get_by_text("We're open 9-5.").wait_for()
        await page.evaluate("window.isTheSame = true")
        await hears(scene, "number 7", OTHER_PERSON)
        await page.get_by_text("Got 7.").wait_for()
        await page.get_by_role("searchbox").fill("hours")
        await page.get_by_text("Got 7.").wait_for(state="detached")
        assert page.url.endswith("/?search=hours")
        assert await page.evaluate("window.isTheSame")  # nothing of it was a new page
        await page.keyboard.press("Escape")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="+1 555-555-0123").wait_for()
        assert await bubbles(page) == ["Hours?", "We're open 9-5."]
        await page.evaluate("window.isTheSame = true")
        await hears(scene, "what about Sundays")
        await page.get_by_text("what about Sundays").wait_for()
        assert await page.evaluate("window.isTheSame")
        await page.get_by_role("link", name="why").first.click()
        dialog = page.get_by_role("dialog", name="Why this answer")
        assert "matches" in await dialog.inner_text()
        await page.keyboard.press("Escape")
        await page.get_by_text("Opt out…").click()
        await page.get_by_label("Because").fill("called us")
        await hears(scene, "still there?")  # what is being typed stays
        await page.get_by_text("still there?").wait_for()
        assert await page.get_by_label("Because").input_value() == "called us"
        await page.get_by_role("button", name="Opt out").click()
        await page.get_by_text("gets none: opted out").wait_for()
    [shown] = scene.command("opt-outs", "list")
    assert (shown["number"], shown["because"], shown["by"]) == (PERSON, "called us", "console")


async def test_who_reads_further_up_is_left_there(scene: Scene) -> None:
    await scene.start()
    for number in range(4):
        await hears(scene, f"number {number} {'and so on ' * 50}", replyId=f"r-{number}")
    await scene.all_sent(4)
    async with pages(scene.origin) as page:
        await page.goto(f"/conversations/{PERSON}")
        tail = page.locator("[data-tail]")
        assert await tail.evaluate("box => box.scrollHeight - box.scrollTop - box.clientHeight < 2")
        await tail.evaluate("box => box.scrollTop = 0")
        await hears(scene, "number 99")
        await page.get_by_role("button", name="2 new").click()
        await page.get_by_text("Got 99.").wait_for()
        assert await tail.evaluate("box => box.scrollHeight - box.scrollTop - box.clientHeight < 2")


async def test_the_overview_draws_what_its_table_says_and_follows(scene: Scene) -> None:
    await scene.start()
    await hears(scene, "Hours?")
    await scene.all_sent(1)
    async with pages(scene.origin) as page:
        await page.goto("/overview")
        answered = page.locator("[data-series=replied] [data-value]")
        assert await answered.inner_text() == "1"
        await page.locator(".chart canvas").wait_for()
        await page.get_by_text("As a table").click()
        assert await page.locator("#as-table tbody tr").count() == 25
        await page.evaluate("window.isTheSame = true")
        await hears(scene, "do you gift-wrap?", OTHER_PERSON)
        await page.get_by_role("link", name="do you gift-wrap?").wait_for()
        assert await page.locator("[data-series=unmatched] [data-value]").inner_text() == "1"
        assert await page.locator("#as-table").get_attribute("open") is not None
        box = await page.locator(".chart").bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + 80, box["y"] + 80)
        await page.get_by_text("from Yesterday").wait_for()
        assert await answered.inner_text() == "0"
        assert await page.evaluate("window.isTheSame")
        await page.get_by_role("link", name="90 days").click()
        await page.locator("#as-table tbody tr").nth(89).wait_for(state="attached")


async def test_log_in_restart_and_end_of_a_session(scene: Scene) -> None:
    """What came in while the connection was lost is there when it is back."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        scene.options = ["--port", str(free.getsockname()[1])]
    await scene.start(BOT_CONSOLE_TOKEN=TOKEN)
    await hears(scene, "Hours?")
    async with pages(scene.origin, forgives="ERR_|403 .Forbidden") as page:
        await page.goto("/?search=hours")
        wrong = await wrong_with(page)
        await page.get_by_label("Your name").fill("ann")
        await page.get_by_label("Token").fill("guess")
        await page.get_by_role("button", name="Log in").click()
        await page.get_by_text("This is not the token.").wait_for()
        await page.get_by_label("Your name").fill("ann")
        await page.get_by_label("Token").fill(TOKEN)
        await page.get_by_role("button", name="Log in").click()
        await page.get_by_text("We're open 9-5.").wait_for()
        assert (page.url, wrong) == (f"{scene.origin}/?search=hours", [])
        await page.goto("/")
        assert await scene.stop() == 0
        await scene.start(BOT_CONSOLE_TOKEN=TOKEN)
        await hears(scene, "number 5", OTHER_PERSON)
        await page.get_by_text("Got 5.").wait_for()
        await page.get_by_role("button", name="Log out").click()
        await page.goto("/")
        await page.get_by_role("heading", name="Log in").wait_for()


async def test_the_playground_answers_while_one_types(scene: Scene) -> None:
    await scene.start()
    async with pages(scene.origin) as page:
        await page.goto("/rules")
        await page.get_by_role("link", name="Playground").click()
        await page.get_by_label("Text", exact=True).fill("number 42")
        await page.get_by_text("Got 42.", exact=True).wait_for()
        await page.get_by_text("Save as test").click()
        test = await page.get_by_role("region", name="Test").inner_text()
        assert test.splitlines() == [
            *('- say: "number 42"', '  rule: "number"', '  reply: "Got 42."'),
        ]
        await page.get_by_text("Who writes, and when").click()
        await page.get_by_label("At", exact=True).focus()
        await page.keyboard.type("0115")
        await page.get_by_label("Text", exact=True).evaluate(_INPUT)  # an answer comes meanwhile
        async with page.expect_response("**/playground"):
            await page.keyboard.type("2026")
        await page.wait_for_timeout(100)
        await page.keyboard.press("Tab")
        await page.keyboard.type("0530P")
        assert await page.evaluate("document.activeElement.name") == "at"
        assert await page.get_by_label("At", exact=True).input_value() == "2026-01-15T17:30"
        test = page.get_by_role("region", name="Test")
        await test.get_by_text('at: "2026-01-15 17:30"').wait_for()
        await page.get_by_text("Try other rules").click()
        await page.get_by_label("A whole rule file").fill("rules:\n  - number: 'Other rules.'\n")
        await page.locator(".phone").get_by_text("Other rules.").wait_for()
        await page.get_by_role("button", name="What would change").click()
        changed = page.get_by_role("region", name="What would change")
        assert "0 of the last 0 messages would be answered otherwise" in await changed.inner_text()
        await page.get_by_label("A whole rule file").fill("rules: [{id: a, wen: 1}]")
        await page.locator(".warnings").wait_for()
    assert scene.provider.sent == []
    assert scene.command("conversations", "list") == []


async def says_who(page: Any, name: str) -> None:
    await page.goto("/_login")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name="That is me").click()
    await page.get_by_role("heading", name="Conversations").wait_for()


async def test_two_of_us_see_each_other_and_what_each_has_written(scene: Scene) -> None:
    await scene.start()
    await hears(scene, "can you gift-wrap it?")
    async with (
        pages(scene.origin, forgives="400 .Bad Request") as ann,
        pages(scene.origin, 390, forgives="400 .Bad Request") as bob,
    ):
        await says_who(ann, "ann")
        await says_who(bob, "bob")
        await ann.goto("/inbox?unmatched=1")
        await bob.goto(f"/conversations/{PERSON}")
        await ann.get_by_text("bob is looking at this").wait_for()
        await ann.goto(f"/conversations/{PERSON}")
        await bob.get_by_text("ann is looking at this").wait_for()
        seen = await bob.locator("[name=seen]").get_attribute("value")
        await ann.get_by_role("link", name="Canned replies").click()
        dialog = ann.get_by_role("dialog", name="Canned replies")
        await dialog.get_by_label("Rule or words").fill("open")
        await dialog.get_by_text("Nice picture.").wait_for(state="detached")
        await dialog.get_by_text("We're open 9-5.").click()
        answer = ann.get_by_placeholder("Answer as a person")
        assert await answer.input_value() == "We're open 9-5."
        assert await ann.locator("[data-count]").inner_text() == "1 segment"
        await ann.keyboard.type(" And yes, for free.")
        await ann.get_by_role("button", name="Send").click()
        await ann.locator(".ours .text").get_by_text("for free").wait_for()
        await bob.get_by_placeholder("Answer as a person").fill("We do not.")
        box = await bob.get_by_placeholder("Answer as a person").bounding_box()
        assert box["width"] > 200  # also on a phone
        await bob.evaluate(_SEND, seen)  # as if his page had not heard of it yet
        await bob.get_by_text("ann has written meanwhile.").wait_for()
        assert await bob.get_by_placeholder("Answer as a person").input_value() == "We do not."
        await bob.locator(".ours .text").get_by_text("for free").wait_for()
        await ann.close()
        await bob.get_by_text("ann is looking at this").wait_for(state="hidden")
    await scene.all_sent(1)
    assert [sent.text for sent in scene.sent_to(PERSON)] == ["We're open 9-5. And yes, for free."]


async def test_a_person_answers_and_gives_back(scene: Scene) -> None:
    """Two of us at once: what the other one wrote is seen, and only then is ours sent."""
    await scene.start()
    await hears(scene, "can you gift-wrap it?")
    await hears(scene, "please stop texting me, I am at work", OTHER_PERSON)
    async with pages(scene.origin, forgives="400 .Bad Request") as page:
        await page.goto("/inbox")
        await page.keyboard.press("j")
        await page.get_by_role("button", name="Opt out").click()
        await page.get_by_text("Nothing waits for you.").wait_for()
        await page.get_by_role("link", name="unmatched").click()
        await page.get_by_role("link", name="Write to them").click()
        answer = page.get_by_placeholder("Answer as a person")
        await answer.fill("Yes, we do, for free. " * 8)
        assert await page.locator("[data-count]").inner_text() == "2 segments"
        counted = await page.evaluate(_COUNT, TEXTS)
        assert counted == [measure(text).count for text in TEXTS]
        await answer.fill("Yes, for free.")
        await page.get_by_role("button", name="Send").dblclick()
        await page.locator(".ours .text").get_by_text("Yes, for free.").wait_for()
        assert await answer.input_value() == ""
        await page.get_by_role("button", name="Give back to the bot").click()
        await page.get_by_role("button", name="Take over").wait_for()
        await page.goto("/inbox?unmatched=1")
        await page.keyboard.press("j")
        await page.keyboard.press("e")
        await page.get_by_text("Nothing waits for you.").wait_for()
    await scene.all_sent(1)
    assert [(sent.to, sent.text) for sent in scene.provider.sent] == [(PERSON, "Yes, for free.")]


_INPUT = "(area) => area.form.dispatchEvent(new Event('input', { bubbles: true }))"
_SEND = """
(seen) => {
  document.querySelector("[name=seen]").value = seen;
  document.querySelector("form.write").requestSubmit();
}
"""
TEXTS = ["", "x" * 160, "x" * 161, "{" * 80, "{" * 81, "\u20ac" * 154, "\u017c" * 71, *HOSTILE]
_COUNT = """
async (texts) => {
  const own = document.querySelector("script[type=module]").src;
  const { segmentsOf } = await import(new URL("segments.js", own));
  return texts.map(segmentsOf);
}
"""
