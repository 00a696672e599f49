"""Asking the provider from a command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.cli.output import line
from bot.errors import ProviderError
from bot.provider.account import Failure, in_words
from bot.provider.answers import Refused, RetryLater
from bot.provider.client import Gateway
from bot.settings import Settings

T = TypeVar("T")


def ask(settings: Settings, call: Callable[[Gateway], Awaitable[T]]) -> T:
    """What `call` makes of the account. Raises SettingsError where there is no key."""
    api_key = settings.needed_api_key()

    async def asked() -> T:
        gateway = Gateway(settings.base_url, api_key)
        try:
            return await call(gateway)
        finally:
            await gateway.close()

    return asyncio.run(asked())


def taken(answer: T | Failure) -> T:
    """Raises ProviderError at a failure."""
    if isinstance(answer, Refused | RetryLater):
        raise ProviderError(line(in_words(answer)))
    return answer
