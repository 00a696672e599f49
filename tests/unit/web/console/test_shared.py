"""Pages that many have open are drawn once for all of them, and each is of who asks."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from bot.web.console import shared
from bot.web.console.shared import Shared
from tests.build import PERSON
from tests.unit.web.conftest import Serve, Web
from tests.unit.web.console.test_coming_in import TOKEN, log_in

pytestmark = pytest.mark.anyio


async def test_who_asks_within_a_moment_for_the_same_is_told_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared, "_MOMENT", 0.05)
    numbers = iter(range(9))

    async def find_out() -> int:
        await asyncio.sleep(0.01)
        return next(numbers)

    pages = Shared[int]()
    assert await asyncio.gather(*(pages.get("a", find_out) for _ in range(3))) == [0, 0, 0]
    assert await pages.get("b", find_out) == 1
    await asyncio.sleep(0.06)
    assert await pages.get("a", find_out) == 2


async def test_what_fails_fails_for_all_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "_MOMENT", 0.01)

    async def fail() -> int:
        raise LookupError("not now")

    async def find_out() -> int:
        return 1

    pages = Shared[int]()
    told = await asyncio.gather(*(pages.get("a", fail) for _ in range(2)), return_exceptions=True)
    assert [str(one) for one in told] == ["not now"] * 2
    await asyncio.sleep(0.02)
    assert await pages.get("a", find_out) == 1


def of_whom(page: httpx.Response) -> tuple[str, set[str]]:
    """The name that it says, and what its forms carry."""
    [name] = re.findall(r"Log out ([^<]*)<", page.text)
    return name, set(re.findall(r'name="csrf" value="([^"]*)"', page.text))


@pytest.mark.usefixtures("said")
async def test_the_same_page_for_two_is_of_each(serve: Serve, web: Web) -> None:
    locked = serve(token=TOKEN)
    found = []
    for name in ("ann", "<b>bob</b>"):
        await log_in(locked, name=name)
        found.append(of_whom(await locked.client.get("/inbox?unmatched=1")))
        again = of_whom(await locked.client.get("/opt-outs"))
        assert found[-1] == again  # which is not shared
    (ann, hers), (bob, his) = found
    assert (ann, bob) == ("ann", "&lt;b&gt;bob&lt;/b&gt;")
    assert len(hers) == len(his) == 1
    assert hers != his


OPEN = {"X-Open-Page": "1"}


@pytest.mark.usefixtures("said")
async def test_who_has_it_open_gets_what_is_of_nobody(serve: Serve, web: Web) -> None:
    """So it is drawn and packed once for all of them; strangers get nothing."""
    locked = serve(token=TOKEN)
    path = f"/conversations/{PERSON}"
    assert (await locked.client.get(path, headers=OPEN)).status_code == 303
    of_nobody = set()
    for name in ("ann", "bob"):
        await log_in(locked, name=name)
        found = await locked.client.get(path, headers=OPEN)
        of_nobody.add(found.text)
        whose, theirs = of_whom(await locked.client.get(path))
        assert whose == name
        assert found.headers["content-encoding"] == "gzip"
        assert found.headers["cache-control"] == "no-store"
        plain = await locked.client.get(path, headers={**OPEN, "Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert of_whom(plain) == (name, theirs)
    [page] = of_nobody
    assert re.findall(r'name="csrf" value="([^"]*)"', page) == ["", "", ""]
    assert re.findall(r"[0-9a-f]{32}", page) == []  # no place in which something is put elsewhere
