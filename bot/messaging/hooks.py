"""JSON to a URL of a rule, signed; never to a private address unless the owner wants that.

An address of this machine that is written out in the rule (`http://127.0.0.1:9000/hook`,
`localhost`) is meant so. All other private addresses, and names that lead to one, are for
`BOT_NOTIFY_PRIVATE=allow`. The connection goes to the address that was looked at, so that a name
cannot lead elsewhere a moment later; redirects are not followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Final

import httpx

from bot.provider.events import sign
from bot.provider.media import is_public
from bot.provider.tls import trust

DEADLINE: Final = 15.0
"""Seconds for a whole try."""
_HERE: Final = "localhost"


class Hooks:
    """Posts; a failure is a text, success is an empty one."""

    def __init__(self, secret: str | None, *, private: bool) -> None:
        """`private`: whether private addresses are allowed."""
        self._secret = secret
        self._private = private
        self._client = httpx.AsyncClient(timeout=DEADLINE, verify=trust(), trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def post(self, url: str, body: str, request_id: str) -> str:
        """Why nobody has it; empty where any 2xx says that somebody does."""
        if self._secret is None:
            return "BOT_NOTIFY_SECRET is not set"
        content = body.encode()
        headers = {
            "Content-Type": "application/json",
            "X-Signature": sign(self._secret, content),
            "X-Request-Id": request_id,
        }
        try:
            async with asyncio.timeout(DEADLINE):
                whole = httpx.URL(url)
                address = await self._address(whole)
                if address is None:
                    return "its address is private; BOT_NOTIFY_PRIVATE=allow allows that"
                return await self._send(whole, address, headers, content)
        except TimeoutError:
            return f"no answer within {DEADLINE:g} seconds"
        except OSError:
            return "its host is not known"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"it cannot be reached ({type(error).__name__})"

    async def _send(
        self, url: httpx.URL, address: str, headers: dict[str, str], content: bytes
    ) -> str:
        there = url.copy_with(host=address)
        headers = {**headers, "Host": url.netloc.decode("ascii")}
        named = {"sni_hostname": url.host}
        async with self._client.stream(
            "POST", there, headers=headers, content=content, extensions=named
        ) as response:
            return "" if response.is_success else f"answered {response.status_code}"

    async def _address(self, url: httpx.URL) -> str | None:
        """Where it leads; None where that is private and must not be."""
        loop = asyncio.get_running_loop()
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if self._private or all(map(is_public, addresses)) or _is_written_here(url.host):
            return str(addresses[0])
        return None


def _is_written_here(host: str) -> bool:
    """This machine, by its address or its one fixed name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _HERE
