"""A scene, or some machines, for each test."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.sandbox import Number, Provider
from tests.build import OUR_NUMBER
from tests.support import LINE
from tests.system.clusters import Machines
from tests.system.scene import Scene, scene_in


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene_in(tmp_path) as scene:
        yield scene


@pytest.fixture
async def silent(tmp_path: Path) -> AsyncIterator[Scene]:
    """A provider that does not tell what became of a message."""
    async with scene_in(tmp_path, follows=False) as scene:
        yield scene


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
