"""A scene for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
