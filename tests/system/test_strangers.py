"""Who has no secret of ours keeps nobody else from being heard."""

from __future__ import annotations

import asyncio
import resource
from contextlib import AsyncExitStack, suppress
from urllib.parse import urlsplit

import anyio
import pytest

from tests.support import webhook
from tests.system.scene import Scene

pytestmark = pytest.mark.anyio

SLOW = (b"", b"POST /webhooks/message-reply HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")


@pytest.mark.parametrize("begin", SLOW)
async def test_a_text_is_answered_beside_more_senders_than_files_may_be_open(
    begin: bytes, scene: Scene
) -> None:
    await scene.start()
    assert scene.process is not None
    resource.prlimit(scene.process.pid, resource.RLIMIT_NOFILE, (1_024, 1_024))
    port = urlsplit(scene.origin).port
    async with AsyncExitStack() as stack:
        for _ in range(1_200):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            writer.write(begin)
        assert await scene.post(webhook()) == 200
        await scene.all_sent(1)


async def test_a_header_without_end_is_cut(scene: Scene) -> None:
    await scene.start()
    _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(scene.origin).port)
    writer.write(b"POST /webhooks/message-reply HTTP/1.1\r\nX-Signature: ")
    passed = 0
    with anyio.fail_after(30), suppress(ConnectionError):
        while passed < 64 * 2**20:
            writer.write(b"x" * 65_536)
            await writer.drain()
            passed += 65_536
    writer.close()
    assert passed < 32 * 2**20
    assert await scene.post(webhook()) == 200
