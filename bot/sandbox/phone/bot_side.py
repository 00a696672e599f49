"""What the bot says of itself, by the `.json` twins of its console and its API."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from bot.sandbox.provider import Provider


class Trouble(Exception):
    """Why the bot says nothing; in words."""


@dataclass(frozen=True, slots=True)
class BotSide:
    """The bot is where the provider posts texts to; it is asked on this machine alone."""

    provider: Provider
    client: httpx.AsyncClient
    token: str | None = None
    """BOT_CONSOLE_TOKEN, where it has one."""

    @property
    def console(self) -> str | None:
        """Where its console is, without a slash at the end; None where nobody knows."""
        found = self._place()
        return None if found is None else "".join(found)

    async def conversation(self, person: str, ours: str) -> Mapping[str, Any] | None:
        """With all messages; None where the bot has none. Raises Trouble."""
        path = f"/conversations/{quote(person)}.json?all=1&to={quote(ours)}"
        return await self._twin(path)

    async def why(self, message_id: str) -> Mapping[str, Any] | None:
        """What each rule said to a message. Raises Trouble."""
        return await self._twin(f"/messages/{quote(message_id, safe='')}.json")

    async def write_first(self, person: str, text: str, longcode: int, tags: Any) -> None:
        """As another program of the business does. Raises Trouble."""
        origin, account = self._known_place()
        body = {"to": person, "text": text, "longcodeId": longcode, "tags": dict(tags)}
        await self._asked("POST", f"{origin}/api{account}/messages", body)

    async def _twin(self, path: str) -> Mapping[str, Any] | None:
        return await self._asked("GET", "".join(self._known_place()) + path)

    async def _asked(self, method: str, url: str, body: object = None) -> Mapping[str, Any] | None:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        try:
            answer = await self.client.request(method, url, json=body, headers=headers)
            found = answer.json()
        except (httpx.HTTPError, ValueError):
            raise Trouble("The bot does not answer.") from None
        if answer.status_code == 404:
            return None
        if answer.status_code in (401, 403):
            raise Trouble("The bot asks for BOT_CONSOLE_TOKEN: start the sandbox with it too.")
        if answer.status_code >= 300 or not isinstance(found, dict):
            said = found.get("error") if isinstance(found, dict) else None
            raise Trouble(f"The bot answers {answer.status_code}: {said}")
        return found

    def _known_place(self) -> tuple[str, str]:
        found = self._place()
        if found is None:
            raise Trouble("No webhook on this machine is registered for texts.")
        return found

    def _place(self) -> tuple[str, str] | None:
        """Its origin, and its account as a path, empty where it has no name."""
        for hook in self.provider.registered("message-reply"):
            origin, slash, rest = hook.url.rpartition("/webhooks/")
            if slash and _is_here(origin):
                account = rest.removesuffix("message-reply").strip("/")
                return origin, f"/{account}" if account else ""
        return None


def _is_here(origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
