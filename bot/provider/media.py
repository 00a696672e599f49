"""Fetches an attachment from where the provider has put it, into a file.

The URL comes from outside: it leads to no machine of ours. Names are resolved first, every address
must be public, and the connection goes to the very address that was looked at; a redirect is looked
at likewise. Neither our key nor a proxy of the environment takes part.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import httpx

from bot.provider.media_types import HEAD, MediaType, media_type
from bot.provider.tls import trust

LARGEST: Final = 10 << 20
"""Bytes; carriers take less than a third of it."""
LONGEST: Final = 60.0
"""Seconds that one try may take in all."""
_MOST_REDIRECTS: Final = 3
_MOST_ADDRESSES: Final = 3
_TIMEOUT: Final = httpx.Timeout(15.0, connect=10.0)
_CHUNK: Final = 1 << 16
_LATER: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address stands in its end."""
_HEADERS: Final = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "bot"}

Address: TypeAlias = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Fetched:
    """It is in the file, and on disk."""

    kind: MediaType
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class NotFetched:
    because: str
    """Without a word of the URL."""
    may_come: bool = False
    """Trying again may help."""


class _Unfit(Exception):
    def __init__(self, because: str, *, may_come: bool = False) -> None:
        self.failed = NotFetched(because, may_come)


async def fetch(
    url: str, file: Path, *, loopback: bool = False, largest: int = LARGEST
) -> Fetched | NotFetched:
    """Into `file`, over what is there. `loopback`: this machine itself is allowed, for tests.

    Raises OSError where the file cannot be written.
    """
    try:
        async with asyncio.timeout(LONGEST):
            return await _follow(url, file, loopback=loopback, largest=largest)
    except _Unfit as error:
        return error.failed
    except TimeoutError:
        return NotFetched(f"took longer than {LONGEST:g} s", may_come=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return NotFetched(f"could not be reached ({type(error).__name__})", may_come=True)


async def _follow(url: str, file: Path, *, loopback: bool, largest: int) -> Fetched:
    async with httpx.AsyncClient(timeout=_TIMEOUT, verify=trust(), trust_env=False) as client:
        for _ in range(1 + _MOST_REDIRECTS):
            place = _place(url)
            addresses = await _addresses(place, loopback=loopback)
            response = await _connected(client, place, addresses)
            try:
                if response.is_redirect:
                    url = str(place.join(response.headers["location"]))
                    continue
                return await _kept(response, file, largest)
            finally:
                await response.aclose()
    raise _Unfit(f"is redirected more than {_MOST_REDIRECTS} times")


def _place(url: str) -> httpx.URL:
    """Raises _Unfit."""
    try:
        place = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise _Unfit("is not a URL") from None
    if place.scheme not in ("http", "https") or not place.host:
        raise _Unfit("is not a URL of the web")
    if place.userinfo:
        raise _Unfit("has a user's name in its URL")
    return place


async def _addresses(place: httpx.URL, *, loopback: bool) -> Sequence[Address]:
    """All of them may be connected to. Raises _Unfit."""
    host = place.raw_host.decode("ascii").strip("[]")
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        named = [ip_address(str(place[0])) for *_, place in found]
    except (OSError, UnicodeError, ValueError):
        raise _Unfit("its host has no address", may_come=True) from None
    if not named or not all(is_public(one) or (loopback and one.is_loopback) for one in named):
        raise _Unfit("leads to an address that is not public")
    return list(dict.fromkeys(named))[:_MOST_ADDRESSES]


def is_public(address: Address) -> bool:
    """Not of a private network, this machine, its link or a group; nor a way to such a one.

    >>> is_public(ip_address("8.8.8.8")), is_public(ip_address("::ffff:10.0.0.1"))
    (True, False)
    """
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return True
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner is None or is_public(inner)


async def _connected(
    client: httpx.AsyncClient, place: httpx.URL, addresses: Sequence[Address]
) -> httpx.Response:
    """The answer of the first address that can be reached, which is asked for by its name."""
    headers = {**_HEADERS, "Host": place.netloc.decode("ascii")}
    extensions: Mapping[str, Any] = {"sni_hostname": place.raw_host.decode("ascii")}
    *first, last = [place.copy_with(host=str(address)) for address in addresses]
    for there in first:
        request = client.build_request("GET", there, headers=headers, extensions=extensions)
        try:
            return await client.send(request, stream=True)
        except httpx.ConnectError:
            continue
    request = client.build_request("GET", last, headers=headers, extensions=extensions)
    return await client.send(request, stream=True)


async def _kept(response: httpx.Response, file: Path, largest: int) -> Fetched:
    """Raises _Unfit, OSError."""
    if response.status_code != 200:
        may_come = response.status_code in _LATER
        raise _Unfit(f"was answered {response.status_code}", may_come=may_come)
    declared = response.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > largest:
        raise _Unfit(f"is larger than {largest} bytes")
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        head, size = bytearray(), 0
        async for chunk in response.aiter_raw(_CHUNK):
            size += len(chunk)
            if size > largest:
                raise _Unfit(f"is larger than {largest} bytes")
            head += chunk[: HEAD - len(head)] if len(head) < HEAD else b""
            await asyncio.to_thread(stream.write, chunk)
        if size == 0:
            raise _Unfit("is empty", may_come=True)
        await asyncio.to_thread(_on_disk, stream)
    return Fetched(media_type(bytes(head)), size)


def _on_disk(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())
