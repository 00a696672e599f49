"""Every page of the console, at each width, light and dark, where all that was said is hostile."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from bot.web.console.pages import PAGES
from bot.web.console.pages.accounts import accounts_page
from tests.build import PERSON
from tests.support import OTHER_PERSON, until
from tests.system.browser import SCHEMES, WIDTHS, pages, wrong_with
from tests.system.scene import Scene
from tests.system.test_accounts import Deployment, deployment

pytestmark = pytest.mark.anyio

__all__ = ["deployment"]

HOSTILE = (
    "<script>console.error('ran')</script><img src=x onerror=console.error('ran')>",
    "\u202etxet desrever\u202c \u2067\u05e9\u05dc\u05d5\u05dd\u2069 \x1b[31mred\x1b[0m",
    "x" * 10_000,
    "\N{THUMBS UP SIGN}" * 300,
)
ABROAD = "+447400123456"
"""Nothing can be sent there."""
THIRD = "+15555550125"
NOT_OURS = "+18005550199"
"""What is answered from there waits as a dead letter."""
RULES = """
rules:
  - id: later
    description: "<script>console.error('ran')</script> {long}"
    when: {keywords: later}
    set: {contact: {first_name: "{{ message.text }}", "items": "of <b>"}}
    reply: {text: "Later: {{ message.text }}", delay: 2h}
    follow_up: {after: 20h, reply: "<b>Well?</b> {long}"}
  - id: echo
    when: {keywords: echo}
    reply: "{{ message.text }}"
  - id: person
    when: {keywords: person}
    description: "<b>asked</b> {long}"
    handoff: {reply: "One moment."}
"""


def addresses(**of: str) -> list[str]:
    """Of each page, so that a new one is not forgotten."""
    return [page.path.format(**of) for page in PAGES]


MORE = (
    *(
        "/messages/in-2",
        "/rules?tests=run",
        "/rules/number?tests=run",
        "/inbox?unmatched=1&snoozed=1",
    ),
    *("/inbox?kind=dead-letter", "/inbox?kind=quarantine", "/overview?since=90d"),
    f"/?{urlencode({'search': HOSTILE[0]})}",
    f"/conversations/{PERSON}?all=1",
    f"/conversations/{OTHER_PERSON}",
    f"/playground?{urlencode({'text': HOSTILE[0], 'contact': f'name={HOSTILE[1]}'})}",
    f"/playground?{urlencode({'text': 'number 7', 'rules': 'rules: [{id: a, wen: 1}]'})}",
    f"/playground?{urlencode({'compare': 1, 'rules': 'rules: [{number: Another.}]'})}",
)


async def fill(scene: Scene) -> None:
    """Something of each kind that waits for people, or is to come."""
    rules = RULES.replace("{long}", "so " + "long" * 30)
    (scene.folder / "rules" / "more.yaml").write_text(rules)
    await scene.start()
    for number, text in enumerate(HOSTILE):
        await scene.deliver(
            fromNumber=PERSON, message=text, replyId=f"h-{number}", tags={"campaign": text[:200]}
        )
        await scene.deliver(fromNumber=PERSON, message=f"number {number}", replyId=f"n-{number}")
    for number, text in enumerate(("please stop texting me <b>", "later <i>", "person")):
        await scene.deliver(fromNumber=OTHER_PERSON, message=text, replyId=f"o-{number}")
    await scene.deliver(fromNumber=ABROAD, message="number 1", replyId="a-1")
    for number, text in enumerate(HOSTILE[:2]):
        said = {"message": f"echo {text}", "toNumber": NOT_OURS, "replyId": f"d-{number}"}
        await scene.deliver(fromNumber=THIRD, **said)
    await until(lambda: len(scene.command("dead-letters", "list")) == 2)
    await scene.post(b'{"message": "<script>console.error(1)</script>"')
    scene.run("opt-outs", "add", ABROAD, "--because", HOSTILE[0])
    await scene.all_sent(len(HOSTILE) + 1)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_every_page_is_for_everybody(scene: Scene, width: int, scheme: str) -> None:
    await fill(scene)
    wrong = []
    async with pages(scene.origin, width, scheme) as page:
        for path in (*addresses(number=PERSON, rule="later", id="in-1"), *MORE):
            await page.goto(path)
            wrong += await wrong_with(page)
            if await page.locator(".empty").count() and path != "/playground":
                wrong.append(f"{page.url} shows nothing")
        await page.keyboard.press("?")
        wrong += await wrong_with(page)
    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS)
async def test_pages_of_several_accounts_are_too(deployment: Deployment, width: int) -> None:
    await deployment.start()
    wrong = []
    async with pages(deployment.origin, width) as page:
        for path in (accounts_page([]).path, "/shop", "/shop/overview", "/clinic/inbox", "/_login"):
            await page.goto(path)
            wrong += await wrong_with(page)
    assert wrong == []
