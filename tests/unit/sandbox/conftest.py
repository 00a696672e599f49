"""What the tests of the stand-in share: an account with two numbers, and a client in process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox import Number, Provider, create_app
from tests.unit.sandbox.build import KEY, OTHER_NUMBER, OUR_NUMBER, client_of


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def provider() -> Provider:
    return Provider(numbers=(Number(id=7, number=OUR_NUMBER), Number(id=8, number=OTHER_NUMBER)))


@pytest.fixture
async def client(provider: Provider) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(provider, api_key=KEY)) as client:
        yield client
