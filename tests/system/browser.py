"""Debian's chromium, and pages that may complain of nothing.

Playwright brings no browser of its own: `.ci/run` installs both.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-sync", "--no-first-run"),
]
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
_REPORTS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""
_SMALL = """
() => [...document.querySelectorAll("a, button, input, select, summary, textarea")]
  .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, .skip"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width && Math.min(width, height) < 24)
  .map(([one]) => one.outerHTML.slice(0, 200))
"""
"""What fingers do not hit: WCAG 2.2, 2.5.8, without its exceptions."""
_PATIENCE = 30_000
"""Milliseconds, on a machine that does other things too."""


@asynccontextmanager
async def pages(
    origin: str, width: int = 1280, scheme: Any = "light", *, forgives: str = "^$"
) -> AsyncIterator[Any]:
    """A page in a browser of its own, 800 pixels high; fails where it complained of something.

    `forgives`: a pattern of what it may complain of.
    """
    from playwright.async_api import async_playwright

    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(
            base_url=origin, viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        context.set_default_timeout(_PATIENCE)
        await context.add_init_script(_REPORTS)
        page = await context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        yield page
        await browser.close()
    assert [one for one in complaints if not re.search(forgives, one)] == []


async def wrong_with(page: Any) -> list[str]:
    """What axe finds that keeps people out, what is too small, whether the page is too wide."""
    from axe_playwright_python.async_playwright import Axe

    found = await Axe().run(page)
    serious = [
        f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    is_wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    small = [f"{page.url}: is small: {one}" for one in await page.evaluate(_SMALL)]
    return [*serious, *small, *([f"{page.url} is wider than its window"] if is_wide else [])]
