"""The phone in a browser: over `bot demo`, and over a sandbox beside a `bot serve`."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.exchange import exchanging
from bot.sandbox.provider import Provider
from tests.integration.cli.test_cli import clean_environment
from tests.support import KEY, SECRET
from tests.system.browser import SCHEMES, WIDTHS, pages, wrong_with

pytestmark = pytest.mark.anyio

PERSON, OTHER = "+15555550123", "+15555550124"
HOSTILE = (
    "<script>console.error('ran')</script><img src=x onerror=console.error('ran')>",
    "\u202etxet desrever\u202c \u2067\u05e9\u05dc\u05d5\u05dd\u2069 \x1b[31mred\x1b[0m",
    "x" * 9_000,
    "\N{THUMBS UP SIGN}" * 300,
)
RULES = r"""
rules:
  - id: hours
    when: {keywords: hours}
    reply: "We're open 9-5."
  - id: remind
    when: {keywords: remind}
    reply: "I will."
    follow_up: {after: 20h, reply: "You wanted to hear from us."}
  - id: ask
    when: {keywords: book}
    ask: {as: day, text: "Which day?"}
    then: {reply: "See you {{ day }}."}
  - id: picture
    when: {media: true}
    reply: {text: "Nice picture.", image: "https://pictures.example/a.png"}
  - id: name
    when: {regex: 'I am (?P<who>\w+)'}
    set: {contact: {first_name: "{{ who }}"}}
    reply: "Hello {{ who }}."
"""
AT_END = "box => box.scrollTop > 0 && box.scrollHeight - box.scrollTop - box.clientHeight < 2"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003860180346d9c7c0000000049454e44ae426082"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "shop.yaml").write_text(RULES)
    return tmp_path


def bot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@asynccontextmanager
async def demo(folder: Path, *options: str) -> AsyncIterator[tuple[str, str]]:
    """The origins of phone and console, until the demo is told to end."""
    process = _started(folder, "demo", "--no-open", *options)
    assert process.stdout is not None
    try:
        lines = [await asyncio.to_thread(process.stdout.readline) for _ in range(2)]
        assert all(lines), process.communicate(timeout=10)
        yield lines[0].split()[-1].rstrip("/"), lines[1].split()[-1].rstrip("/")
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.to_thread(process.communicate, timeout=30)
        assert process.returncode == 0
        assert errors.startswith("look at it again: BOT_DATABASE_URL=sqlite:///")
    finally:
        _end(process)


def _started(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**clean_environment(), "NO_PROXY": "*", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=10)


async def says(phone: Any, text: str, answer: str) -> None:
    """Until the answer is there, and the text is told to have been delivered."""
    await phone.locator("[data-bubbles] > li").first.wait_for()
    before = await phone.locator(".theirs .bubble").count()
    await phone.get_by_role("textbox", name="Text message").fill(text)
    await phone.get_by_role("button", name="Send").click()
    await phone.locator(".theirs .bubble").nth(before).wait_for()
    assert await phone.locator(".theirs .bubble").nth(before).inner_text() == answer


async def test_texts_are_answered_and_explained_without_a_reload(folder: Path) -> None:
    async with demo(folder) as (origin, console), pages(origin) as page:
        await page.goto("/")
        await page.evaluate("window.isTheSame = true")
        phone = page.locator("[data-phone]")
        await phone.get_by_text("Thanks for signing up! Ask us anything.").wait_for()
        await says(phone, "What are your hours?", "We're open 9-5.")
        await page.locator(".answers .tag", has_text="replied").wait_for()
        link = page.locator(".answers a.rule")
        assert await link.get_attribute("href") == f"{console}/rules/hours"
        await page.locator(".answers summary").click()
        await page.locator(".trace .hit", has_text="hours").wait_for()
        await page.get_by_text("webhook message-reply").first.click()
        assert '"What are your hours?"' in await page.locator(".wire li [open] pre").inner_text()
        await says(phone, "I am Ann", "Hello Ann.")
        await page.locator(".facts", has_text="first_name").get_by_text("Ann").wait_for()
        await phone.get_by_role("textbox").fill("STOP")
        await phone.get_by_role("textbox").press("Enter")
        await page.get_by_text("gets none: opted out").wait_for()
        assert await page.evaluate("window.isTheSame")


async def test_a_picture_goes_along_and_one_comes_back(folder: Path) -> None:
    async with demo(folder) as (origin, _), pages(origin, forgives="400 .Bad") as page:
        await page.goto("/")
        phone = page.locator("[data-phone]")
        picture = {"name": "a.png", "mimeType": "image/png", "buffer": PNG}
        await phone.locator("[data-file]").set_input_files(files=[picture])
        await phone.get_by_role("img", name="The picture that goes along").wait_for()
        await phone.get_by_role("button", name="Send").click()
        await phone.get_by_text("Nice picture.").wait_for()
        assert await phone.locator(".mine .picture").evaluate("img => img.naturalWidth") == 1
        shown = await phone.locator(".linked").inner_text()
        assert shown == "Picture https://pictures.example/a.png"
        no_picture = {"name": "a.png", "mimeType": "image/png", "buffer": b"<svg/>"}
        async with page.expect_response("**/_phone/pictures") as refused:
            await phone.locator("[data-file]").set_input_files(files=[no_picture])
        assert (await refused.value).status == 400
        await page.get_by_text("This is not a PNG, JPEG or GIF.").wait_for()


async def test_two_phones_side_by_side_are_two_people(folder: Path) -> None:
    async with demo(folder) as (origin, _), pages(origin) as page:
        await page.goto("/")
        await page.get_by_role("textbox", name="Text message").fill("so much to say " * 60)
        await page.get_by_role("button", name="Send").click()
        await page.locator(".answers > li").wait_for()
        await page.get_by_role("button", name="Second phone").click()
        first, second = (page.locator("[data-phone]").nth(at) for at in range(2))
        await second.get_by_role("button", name="Let the business write first").wait_for()
        said = await first.locator("[data-bubbles]").element_handle()
        await page.wait_for_function(AT_END, arg=said, timeout=5_000)  # though it is narrower now
        await page.locator("[data-console][href$='/']").wait_for()  # there is no conversation yet
        await second.get_by_role("button", name="Let the business write first").click()
        await page.locator("[data-console][href$='/conversations/%2B15555550124']").wait_for()
        await second.get_by_text("Thanks for signing up!").wait_for()
        await says(second, "I am Bea", "Hello Bea.")
        await says(first, "I am Ann", "Hello Ann.")
        assert await first.get_by_text("Bea").count() == 0
        await first.locator("[data-who]").select_option("somebody")
        await page.get_by_label("Number").fill("(555) 555-0177")
        await page.get_by_role("button", name="Use it").click()
        await page.get_by_role("heading", name="(555) 555-0177").wait_for()
        await says(first, "hours", "We're open 9-5.")
        await page.reload()  # who is on the phones is in the address
        await page.get_by_role("heading", name="(555) 555-0177").wait_for()
        await second.get_by_text("Hello Bea.").wait_for()


async def test_a_saved_test_passes_and_a_changed_one_does_not(folder: Path) -> None:
    async with demo(folder) as (origin, _), pages(origin) as page:
        await page.goto("/")
        phone = page.locator("[data-phone]")
        await says(phone, 'hours "please": #1', "We're open 9-5.")
        await says(phone, "I want to book", "Which day?")
        await says(phone, "Friday", "See you Friday.")
        await says(phone, "I am Ann", "Hello Ann.")
        await phone.get_by_role("textbox").fill("STOP")
        await phone.get_by_role("textbox").press("Enter")
        await page.get_by_text("gets none: opted out").wait_for()
        await page.get_by_role("button", name="Save as test").click()
        await page.get_by_role("dialog", name="As a test").wait_for()
        saved = await page.locator("[data-yaml]").inner_text()
    (folder / "rules" / "phone.test.yaml").write_text(saved)
    ran = bot(folder, "test")
    assert (ran.returncode, ran.stdout) == (0, "5 passed, 0 failed\n"), saved
    (folder / "rules" / "phone.test.yaml").write_text(saved.replace("Friday.", "Monday."))
    assert bot(folder, "test").returncode == 1


async def test_restart_from_here_is_somebody_new_who_said_the_same(folder: Path) -> None:
    async with demo(folder) as (origin, _), pages(origin) as page:
        await page.goto("/")
        phone = page.locator("[data-phone]")
        await says(phone, "I want to book", "Which day?")
        await page.get_by_text("question ask", exact=True).wait_for()
        await says(phone, "Friday", "See you Friday.")
        await phone.locator(".mine", has_text="Friday").hover()
        await phone.get_by_role("button", name="Restart from here").last.click()
        await phone.get_by_text("See you Friday.").wait_for(state="detached")
        await phone.get_by_text("Which day?").wait_for()
        assert await phone.locator("[data-who]").input_value() != PERSON
        await says(phone, "Monday", "See you Monday.")
        await phone.locator("[data-who]").select_option(PERSON)
        await phone.get_by_text("See you Friday.").wait_for()


async def test_the_clock_goes_forward_and_things_happen_at_their_time(folder: Path) -> None:
    async with demo(folder, "--at", "2026-01-15 10:00") as (origin, _), pages(origin) as page:
        await page.goto("/")
        await page.locator("[data-now]", has_text="Thu, Jan 15").wait_for()
        phone = page.locator("[data-phone]")
        await says(phone, "remind me", "I will.")
        await page.get_by_role("heading", name="Timers").wait_for()
        await page.get_by_role("button", name="+1 day").click()
        await phone.get_by_text("You wanted to hear from us.").wait_for()
        await page.get_by_role("heading", name="Timers").wait_for(state="detached")
        await page.locator("[data-now]", has_text="Fri, Jan 16").wait_for()
        said = phone.locator(".theirs").last
        time = await said.locator("time").get_attribute("datetime")
        assert time is not None
        assert time.startswith("2026-01-16T13:00:0")  # 8 am there: never at night
        await page.get_by_role("button", name="Go").click()  # leads to where the time is typed
        field = page.get_by_label("Put the clock forward to")
        assert (await field.input_value()).startswith("2026-01-16T10:0")
        await field.fill("2026-01-17T21:15")  # of the bot's clock, wherever the browser is
        await page.get_by_role("button", name="Go").click()
        await page.locator("[data-now]", has_text="Sat, Jan 17, 9:15").wait_for()
        assert await field.input_value() == ""
        await page.get_by_role("button", name="Save as test").click()
        await page.get_by_role("dialog", name="As a test").wait_for()
        saved = await page.locator("[data-yaml]").inner_text()
        assert '  at: "2026-01-15 10:00"\n' in saved, saved


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_the_page_is_for_everybody(folder: Path, width: int, scheme: str) -> None:
    """Also where everything that is said there is hostile."""
    wrong = []
    async with demo(folder) as (origin, _), pages(origin, width, scheme) as page:
        await page.goto("/")
        for at, text in enumerate(HOSTILE):
            await page.get_by_role("textbox", name="Text message").fill(text)
            await page.get_by_role("button", name="Send").click()
            await page.locator(".answers > li").nth(at).wait_for()
        await page.get_by_role("button", name="Second phone").click()
        await page.get_by_role("button", name="Let the business write first").click()
        await page.locator(".answers summary").first.wait_for(state="detached")
        wrong += await wrong_with(page)
        await page.locator("[data-who]").last.select_option("somebody")
        wrong += await wrong_with(page)
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_role("dialog").wait_for(state="detached")
        await page.get_by_role("textbox", name="Text message").first.click()
        await page.locator("#decided header", has_text="555-0123").wait_for()
        await page.get_by_role("button", name="Save as test").click()
        await page.get_by_role("dialog", name="As a test").wait_for()
        wrong += await wrong_with(page)
    assert wrong == []


async def test_beside_a_server_of_somebody_else(folder: Path) -> None:
    """Nobody is told at first; then a foreign server is, whose clock cannot be moved."""
    async with (
        exchanging(Provider(), api_key=KEY) as exchange,
        pages(exchange.origin) as page,
    ):
        await page.goto("/")
        await page.get_by_text("No webhook on this machine is registered").wait_for()
        await page.get_by_role("textbox", name="Text message").fill("hours")
        await page.get_by_role("button", name="Send").click()
        await page.get_by_text("Nobody is told").wait_for()
        assert await page.locator("[data-clock]").is_hidden()
        assert await page.locator("[data-console]").is_hidden()
        account = {"MTA_API_KEY": KEY, "MTA_WEBHOOK_SECRET": SECRET}
        base = f"{exchange.origin}/v3"
        process = _started(folder, "serve", "--port", "0", MTA_BASE_URL=base, **account)
        try:
            assert process.stderr is not None
            served = ""
            while "bot serves on " not in served:
                served = await asyncio.to_thread(process.stderr.readline)
                assert served, "it has ended"
            url = f"{served.split()[-1]}/webhooks/message-reply"
            exchange.register("message-reply", url, SECRET)
            await says(page.locator("[data-phone]"), "hours", "We're open 9-5.")
            await page.locator(".answers .tag", has_text="replied").wait_for()
            async with page.expect_response("**/state.json?*") as told:
                await page.reload()
            assert (await (await told.value).json())["timezone"] == "America/New_York"
        finally:
            process.terminate()
            await asyncio.to_thread(process.communicate, timeout=30)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "attacker.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://attacker.example"}, 403),
    ],
)
async def test_pages_of_other_sites_learn_nothing(headers: dict[str, str], status: int) -> None:
    async with exchanging(Provider(), api_key=KEY) as exchange, httpx.AsyncClient() as client:
        for path in ("/", "/_phone/state.json"):
            answer = await client.get(f"{exchange.origin}{path}", headers=headers)
            assert answer.status_code == status
        if status == 200:
            assert "script-src 'self'" in answer.headers["content-security-policy"]
