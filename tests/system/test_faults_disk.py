"""A disk that is full or fails: 503 and never 200, nothing lost, and no restart afterwards."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.build import PERSON
from tests.faults.disk import KINDS, Kind, sweep
from tests.support import OTHER_PERSON, webhook
from tests.system.scene import Scene, answers, scene_in

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_fault_at_any_operation_loses_nothing_and_needs_no_restart(
    kind: Kind, tmp_path: Path
) -> None:
    found = await sweep(tmp_path, kind, places=(1, 3, 8))
    assert found.is_good, found
    assert found.hit


async def ready(scene: Scene) -> int:
    return (await scene.client.get(f"{scene.origin}/readyz")).status_code


async def test_a_server_whose_files_cannot_grow_says_so_and_recovers(tmp_path: Path) -> None:
    async with scene_in(tmp_path, follows=False) as scene:
        await begin(scene)
        grow(scene, largest(tmp_path))
        await refuses(scene)
        grow(scene, resource.RLIM_INFINITY)
        await goes_on(scene)


async def test_a_server_on_a_full_disk_says_so_and_recovers(small_disk: Path) -> None:
    async with scene_in(small_disk, follows=False) as scene:
        await begin(scene)
        ballast = small_disk / "ballast"
        fill(ballast)
        await refuses(scene)
        ballast.unlink()
        await goes_on(scene)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, where we may mount one."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system is not allowed here")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill(ballast: Path) -> None:
    """Until not even a byte has room."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(512))


async def begin(scene: Scene) -> None:
    await scene.start()
    assert await scene.post(webhook(message="number 1", replyId="1")) == 200
    await scene.all_sent(1)
    assert await ready(scene) == 200


async def refuses(scene: Scene) -> None:
    assert await ready(scene) == 503
    assert await scene.post(webhook(message="number 2", replyId="2")) == 503
    assert await scene.post(webhook(replyId="3", fromNumber=OTHER_PERSON)) == 503


async def goes_on(scene: Scene) -> None:
    """Without a restart."""
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
