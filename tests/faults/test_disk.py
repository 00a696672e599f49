"""A disk that is full or fails: 503 and never 200, nothing lost, and no restart afterwards."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tests.build import PERSON
from tests.end_to_end.scene import Scene, answers, scene_in
from tests.support import OTHER_PERSON, webhook

pytestmark = pytest.mark.anyio


async def ready(scene: Scene) -> int:
    return (await scene.client.get(f"{scene.origin}/readyz")).status_code


async def test_a_server_whose_files_cannot_grow_says_so_and_recovers(tmp_path: Path) -> None:
    async with scene_in(tmp_path, follows=False) as scene:
        await scene.start()
        assert await scene.post(webhook(message="number 1", replyId="1")) == 200
        await scene.all_sent(1)
        assert await ready(scene) == 200
        grow(scene, largest(scene.folder))
        assert await ready(scene) == 503
        assert await scene.post(webhook(message="number 2", replyId="2")) == 503
        assert await scene.post(webhook(replyId="3", fromNumber=OTHER_PERSON)) == 503
        grow(scene, resource.RLIM_INFINITY)
        assert await ready(scene) == 200
        assert await scene.post(webhook(message="number 2", replyId="2")) == 200
        await scene.all_sent(2)
        assert answers(scene) == {PERSON: ["Got 1.", "Got 2."]}
        assert await scene.stop() == 0


def grow(scene: Scene, size: int) -> None:
    """How far the server's files may grow; beyond, its writes fail."""
    assert scene.process is not None
    _, hard = resource.prlimit(scene.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(scene.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def largest(folder: Path) -> int:
    return max(path.stat().st_size for path in folder.glob("bot.db*"))
