"""The least that a webhook can do: HMAC and JSON, nothing kept; and a provider to send to."""

from __future__ import annotations

import asyncio
import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.provider.events import verify
from tests.benchmarks.load import SECRET


async def receive(request: Request) -> Response:
    body = await request.body()
    verify((SECRET,), body, request.headers.get("x-signature"))
    json.loads(body)
    return JSONResponse({"status": "accepted"})


async def send(request: Request) -> Response:
    """As a provider that takes 5 ms for a message."""
    message = json.loads(await request.body())
    await asyncio.sleep(0.005)
    data = {"messageId": message["externalId"], "totalSent": 1, "totalFailedInternationals": 0}
    return JSONResponse({"httpCode": 200, "message": "sent", "data": data})


class _Server(uvicorn.Server):
    async def startup(self, sockets: object = None) -> None:
        await super().startup(None)
        port = self.servers[0].sockets[0].getsockname()[1]
        print(f"http://127.0.0.1:{port}", file=sys.stderr)


def main() -> None:
    app = Starlette(
        routes=[
            Route("/webhooks/message-reply", receive, methods=["POST"]),
            Route("/v3/send", send, methods=["POST"]),
        ]
    )
    config = uvicorn.Config(
        app, port=0, loop="uvloop", http="httptools", ws="none", log_config=None, access_log=False
    )
    _Server(config).run()


if __name__ == "__main__":
    main()
