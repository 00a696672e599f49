"""Asking the provider from a command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from bot.cli.output import line
from bot.errors import ProviderError, UsageError, plain
from bot.provider.account import Failure, in_words
from bot.provider.answers import Refused, RetryLater
from bot.provider.client import Gateway
from bot.provider.events import EVENTS, webhook_path
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


def origin(url: str, account: str | None) -> str:
    """Where the bot is reached, with the path that a proxy may ask for. Raises UsageError."""
    wrong = UsageError(
        f"URL {plain(url)}: needs where MTA reaches the bot, for example https://bot.example"
    )
    if not url.isascii() or not url.isprintable() or " " in url:
        raise wrong
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        raise wrong from None
    if not is_url or parts.query or parts.fragment or "@" in parts.netloc:
        raise wrong
    found = url.rstrip("/?#")
    paths = [webhook_path(event, name) for event in EVENTS for name in (None, account)]
    if found.endswith(tuple(paths)):
        hint = found.rpartition("/webhooks/")[0]
        raise UsageError(f"URL {url}: needs no path of an event, only {hint}")
    return found
