"""Requests and clients with defaults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
from starlette.types import ASGIApp

KEY = "test-key"
PERSON = "+15555550123"
OUR_NUMBER = "+15555550100"
OTHER_NUMBER = "+15555550101"


class Clock:
    """Stands still until it is moved on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 15, 17, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def body(**members: object) -> dict[str, object]:
    """Of a right POST /send; None takes a member out."""
    whole: dict[str, object] = {"subscribers": [PERSON], "message": "We open at 9."} | members
    return {name: value for name, value in whole.items() if value is not None}


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    """With the right key, in process."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://sandbox/v3",
        headers={"Authorization": f"Bearer {KEY}"},
    )
