"""Machines for each test that wants some."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.sandbox import Number, Provider
from tests.build import OUR_NUMBER
from tests.integration.machines import Machines
from tests.support import LINE


@pytest.fixture
async def machines(postgres_url: str) -> AsyncIterator[Machines]:
    async with AsyncExitStack() as stack:
        provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
        yield Machines(postgres_url, provider, stack)


@pytest.fixture
async def jobs_may_fail() -> AsyncIterator[None]:
    """procrastinate cannot close a job that is gone, or whose database is; it says so."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda *_: None)
    yield
    gc.collect()
    loop.set_exception_handler(before)
