"""The provider's envelopes (MTA API, errors and success) and answers that are not answers."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from datetime import datetime

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.texts import iso
from bot.sandbox.values import Fault, Refusal

_KINDS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request_error", "MTABadRequestError"),
    401: ("unauthorized_error", "MTAUnauthorizedError"),
    403: ("forbidden_error", "MTAForbiddenError"),
    500: ("internal_server_error", "MTAInternalServerError"),
    # the words of these are not documented
    404: ("not_found_error", "MTANotFoundError"),
    409: ("conflict_error", "MTAConflictError"),
    429: ("rate_limit_error", "RateLimitError"),
}


def success(message: str, data: object = None) -> JSONResponse:
    body = {"success": True, "message": message}
    return JSONResponse(body if data is None else body | {"data": data})


def refused(
    refusal: Refusal, now: datetime, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The error envelope of MTA API section 7."""
    kind, name = _KINDS.get(refusal.status, _KINDS[500])
    body: dict[str, object] = {
        "httpCode": refusal.status,
        "message": refusal.message,
        "timestamp": iso(now),
        "type": kind,
        "name": name,
        "requestId": str(uuid.uuid4()),
    }
    if refusal.status == 403:
        body["reason"] = None
    return JSONResponse(body, status_code=refusal.status, headers=headers)


async def read_json(request: Request) -> object | Refusal:
    """The JSON of a body; a form is refused even where its content would do."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return Refusal(400, "Content-Type must be application/json")
    try:
        body: object = await request.json()
    except (ValueError, RecursionError, ClientDisconnect):
        return Refusal(400, "The body is not JSON")
    return body


class Dropped(Response):
    """No answer: the connection closes instead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin an answer that cannot be written: uvicorn then closes without having sent a byte.

        In process (httpx.ASGITransport) nothing checks the header and there is no connection, so
        the client's error is raised right here.
        """
        unwritable = [(b"no such header", b"")]
        try:
            await send({"type": "http.response.start", "status": 500, "headers": unwritable})
        except Exception:  # uvicorn's RuntimeError, h11's LocalProtocolError
            return
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")


class Dripping(Response):
    """A body without end, a byte at a time; only over a real connection, which somebody closes."""

    def __init__(self, status: int, headers: Mapping[str, str], seconds: float) -> None:
        super().__init__(status_code=status, headers=headers, media_type="application/json")
        del self.headers["content-length"]
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = {"type": "http.response.start", "status": self.status_code}
        await send({**head, "headers": self.raw_headers})
        closed = asyncio.ensure_future(_closed(receive))
        try:
            while not closed.done():
                await send({"type": "http.response.body", "body": b" ", "more_body": True})
                await asyncio.wait([closed], timeout=self._seconds)
        finally:
            closed.cancel()


async def _closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def instead(fault: Fault, now: datetime) -> Response | None:
    """What a fault answers in place of the truth, if it does."""
    if fault.reset:
        return Dropped()
    headers = dict(fault.headers)
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    status = fault.status or 200
    if fault.drip is not None:
        return Dripping(status, headers, fault.drip)
    if fault.body is not None:
        return Response(fault.body, status, headers, media_type="text/html")
    if fault.status is not None:
        return refused(Refusal(status, "Scripted fault"), now, headers)
    return None
