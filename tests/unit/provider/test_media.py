"""An attachment comes into a file, from public places only; its kind is told by its bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from bot.provider.media import Fetched, NotFetched, fetch, is_public
from bot.provider.media_types import UNKNOWN, media_type
from tests.support import texts_in
from tests.web_files import JPEG, Files, files

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server() -> AsyncIterator[Files]:
    async with files() as found:
        yield found


async def test_it_is_in_the_file_whole_and_asked_for_by_its_name(
    server: Files, tmp_path: Path
) -> None:
    server.put("/cat.exe?x=1", Content_Type="text/html")
    file = tmp_path / "a"
    url = server.url("/cat.exe?x=1", "localhost")
    assert await fetch(url, file, loopback=True) == Fetched(media_type(JPEG), len(JPEG))
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (JPEG, 0o600)
    assert server.asked == [("/cat.exe?x=1", f"localhost:{server.port}")]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"])
async def test_nothing_comes_from_this_machine(host: str, server: Files, tmp_path: Path) -> None:
    server.put("/1.jpg")
    found = await fetch(server.url("/1.jpg", host), tmp_path / "a")
    assert found == NotFetched("leads to an address that is not public")
    assert (server.asked, texts_in(tmp_path)) == ([], {})


REDIRECTS = [
    ("http://10.0.0.1/1.jpg", "leads to an address that is not public"),
    ("http://169.254.169.254/latest", "leads to an address that is not public"),
    ("file:///etc/passwd", "is not a URL of the web"),
    ("http://user:word@127.0.0.1/", "has a user's name in its URL"),
    ("/again", "is redirected more than 3 times"),
]


@pytest.mark.parametrize(("location", "because"), REDIRECTS)
async def test_a_redirect_is_looked_at_likewise(
    location: str, because: str, server: Files, tmp_path: Path
) -> None:
    for path in ("/1.jpg", "/again"):
        server.put(path, b"", "302 Found", Location=location)
    found = await fetch(server.url("/1.jpg"), tmp_path / "a", loopback=True)
    assert found == NotFetched(because)


async def test_a_redirect_to_where_it_is_leads_there(server: Files, tmp_path: Path) -> None:
    url = server.put("/1.jpg", b"", "302 Found", Location="2.jpg")
    server.put("/2.jpg")
    assert isinstance(await fetch(url, tmp_path / "a", loopback=True), Fetched)


@pytest.mark.parametrize(
    ("body", "status", "length", "because", "may_come"),
    [
        (b"", "404 Not Found", "0", "was answered 404", False),
        (b"", "503 Service Unavailable", "0", "was answered 503", True),
        (b"", "200 OK", "0", "is empty", True),
        (bytes(11), "200 OK", "11", "is larger than 10 bytes", False),
        (bytes(11), "200 OK", "", "is larger than 10 bytes", False),
        (bytes(5), "200 OK", "9", "could not be reached (RemoteProtocolError)", True),
    ],
)
async def test_what_cannot_be_had_is_told(
    body: bytes,
    status: str,
    length: str,
    because: str,
    may_come: bool,
    server: Files,
    tmp_path: Path,
) -> None:
    url = server.put("/1.jpg", body, status, Content_Length=length)
    found = await fetch(url, tmp_path / "a", loopback=True, largest=10)
    assert found == NotFetched(because, may_come)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("ftp://example.com/1.jpg", NotFetched("is not a URL of the web")),
        ("http://[", NotFetched("its host has no address", may_come=True)),
        ("http:///1.jpg", NotFetched("is not a URL of the web")),
        ("http://nobody.invalid/1.jpg", NotFetched("its host has no address", may_come=True)),
    ],
)
async def test_what_leads_nowhere_is_told(url: str, found: NotFetched, tmp_path: Path) -> None:
    assert await fetch(url, tmp_path / "a", loopback=True) == found


PUBLIC = ["8.8.8.8", "2606:4700::1", "64:ff9b::808:808"]
PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::", "::1", "fe80::1", "fd00::1"),
    *("ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"),
]


@pytest.mark.parametrize("address", PUBLIC + PRIVATE)
def test_which_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address)) is (address in PUBLIC)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"RIFF....WAVEfmt ", "audio/wav"),
        (b"\0\0\0 ftypheic", "image/heic"),
        (b"\0\0\0 ftypisom", "video/mp4"),
        (b"\0\0\0 ftyp3gp4", "video/3gpp"),
        (b"#!AMR\n", "audio/amr"),
        (b"BEGIN:VCARD\r\n", "text/vcard"),
        (b"BM\x10\0\0\0\0\0\0\0", "image/bmp"),
        (b"BMW for sale", UNKNOWN.name),
        (b"<svg onload=x>", UNKNOWN.name),
        (b"<html>", UNKNOWN.name),
        (b"RIFF....ACON", UNKNOWN.name),
        (b"", UNKNOWN.name),
    ],
)
def test_what_kind_it_is_its_first_bytes_tell(head: bytes, name: str) -> None:
    assert media_type(head).name == name
