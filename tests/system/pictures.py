"""`python -m tests.system.pictures`: the pictures of the README, of a `bot demo` as it is now."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from tests.support import ROOT
from tests.system.browser import pages
from tests.system.test_phone import demo, says

FOLDER: Final = ROOT / ".github"
PHONE: Final = FOLDER / "phone.png"
CONSOLE: Final = FOLDER / "console.png"
_SAID: Final = (
    (
        "Hi, are you open today?",
        "Yes, on Thursday, Jan 15 we're open. Our hours: Mon-Fri 9am-5pm, Sat 10am-2pm.",
    ),
    ("Where are you?", "We're at 12 Example Street, Springfield."),
    ("How much is it?", "Our prices: example.com/prices. For a quote call (555) 555-0100."),
)


async def main() -> None:
    async with demo(ROOT, "--at", "2026-01-15 10:00") as (origin, console):
        async with pages(origin) as page:
            await page.goto("/")
            phone = page.locator("[data-phone]")
            for text, answer in _SAID:
                await says(phone, text, answer)
            await page.locator(".answers .tag").nth(2).wait_for()
            await _rest(page)
            await page.locator(".answers summary").first.click()
            await page.locator(".trace .hit").wait_for()
            await page.screenshot(path=PHONE)
        async with pages(console) as page:
            await page.goto("/conversations/+15555550123")
            await page.get_by_role("link", name="why").last.wait_for()
            await _rest(page)
            await page.screenshot(path=CONSOLE)
    for picture in (PHONE, CONSOLE):
        print(f"{picture.relative_to(ROOT)}: {_bytes(picture)} bytes")


async def _rest(page: Any) -> None:
    """What tells and what has the pointer go away again."""
    await page.mouse.move(1270, 790)
    await page.wait_for_timeout(1_000)


def _bytes(path: Path) -> int:
    return path.stat().st_size


if __name__ == "__main__":
    asyncio.run(main())
