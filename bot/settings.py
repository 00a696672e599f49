"""Settings from the environment and `.env`: read once, typed, all mistakes at once.

They are read by hand rather than by a settings library because every `bot dry-run` reads them
too, and must answer in a fraction of a second.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.loader import DEFAULT_TIMEZONE, is_timezone
from bot.model import LongcodeId, LongTexts
from bot.wire import longcode_id

T = TypeVar("T")

DEFAULT_BASE_URL: Final = "https://api.mobile-text-alerts.com/v3"
DEFAULT_DATABASE_URL: Final = "sqlite:///bot.db"


class UnknownLongcode(StrEnum):
    """What to do with a reply when nothing tells which of our numbers it belongs to."""

    HOLD = "hold"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Rate:
    """Never more than `count` in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    api_key: str | None = field(default=None, repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    """One, or two while one is being replaced."""
    base_url: str = DEFAULT_BASE_URL
    rules: Path = Path("rules")
    database_url: str = field(default=DEFAULT_DATABASE_URL, repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    longcode_id: LongcodeId | None = None
    unknown_longcode: UnknownLongcode = UnknownLongcode.HOLD
    long_texts: LongTexts = LongTexts.SPLIT
    timezone: str = DEFAULT_TIMEZONE
    send_rate: Rate = Rate(20, 15.0)
    keep_days: int | None = None
    """None is for ever."""
    capture: Path | None = None
    """Where samples of what the provider sends are kept; None keeps none."""
    console_token: str | None = field(default=None, repr=False)

    def needed_api_key(self) -> str:
        """Raises SettingsError where there is none."""
        if self.api_key is None:
            raise SettingsError("MTA_API_KEY is not set: the key of your MTA account")
        return self.api_key

    def needed_secrets(self) -> tuple[str, ...]:
        """Raises SettingsError where there is none."""
        if not self.webhook_secrets:
            raise SettingsError(
                "MTA_WEBHOOK_SECRET is not set: the secret that the webhook was registered with"
            )
        return self.webhook_secrets


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """From `environ`, else from the environment and the `.env` of this folder.

    Raises SettingsError with every wrong setting.
    """
    reader = _Reader(environ if environ is not None else {**_dotenv(), **os.environ})
    settings = Settings(
        api_key=reader.get("MTA_API_KEY", _secret, "the key of your MTA account", None),
        webhook_secrets=reader.get("MTA_WEBHOOK_SECRET", _secrets, "s3cret or new,old", ()),
        base_url=reader.get("MTA_BASE_URL", _url, DEFAULT_BASE_URL, DEFAULT_BASE_URL),
        rules=reader.get("BOT_RULES", Path, "rules", Path("rules")),
        database_url=reader.get(
            "BOT_DATABASE_URL", _database_url, DEFAULT_DATABASE_URL, DEFAULT_DATABASE_URL
        ),
        host=reader.get("BOT_HOST", _text, "127.0.0.1", "127.0.0.1"),
        port=reader.get("BOT_PORT", _port, "8080", 8080),
        longcode_id=reader.get("BOT_LONGCODE_ID", _longcode_id, "123 (an id, no number)", None),
        unknown_longcode=reader.get(
            "BOT_UNKNOWN_LONGCODE", UnknownLongcode, "hold or default", UnknownLongcode.HOLD
        ),
        long_texts=reader.get("BOT_LONG_TEXTS", LongTexts, "split, mms or hold", LongTexts.SPLIT),
        timezone=reader.get("BOT_TIMEZONE", _timezone, DEFAULT_TIMEZONE, DEFAULT_TIMEZONE),
        send_rate=reader.get("BOT_SEND_RATE", _rate, "20/15s", Rate(20, 15.0)),
        keep_days=reader.get("BOT_KEEP_DAYS", _keep_days, "90 (at least 30)", None),
        capture=reader.get("BOT_CAPTURE", Path, "samples", None),
        console_token=reader.get("BOT_CONSOLE_TOKEN", _secret, "a long random text", None),
    )
    if reader.mistakes:
        raise SettingsError("\n".join(reader.mistakes))
    return settings


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.mistakes: list[str] = []

    def get(self, name: str, convert: Callable[[str], T], example: str, default: T) -> T:
        """An empty variable counts as unset: that is how compose files and CI unset one."""
        written = self._environ.get(name, "").strip()
        if not written:
            return default
        try:
            return convert(written)
        except ValueError:
            shown = "" if name in _SECRET else f" `{written}`"
            self.mistakes.append(f"{name}{shown} is wrong; for example {name}={example}")
            return default


_SECRET: Final = frozenset(
    {"MTA_API_KEY", "MTA_WEBHOOK_SECRET", "BOT_CONSOLE_TOKEN", "BOT_DATABASE_URL"}
)


def _dotenv() -> Mapping[str, str]:
    if not Path(".env").is_file():
        return {}
    from dotenv import dotenv_values  # 40 ms, and only where there is such a file

    try:
        values = dotenv_values(".env")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read: {error}") from None
    return {name: value for name, value in values.items() if value is not None}


def _text(written: str) -> str:
    return written


def _secret(written: str) -> str:
    """A secret goes into a header: no spaces, no line breaks."""
    if not written.isascii() or not written.isprintable() or " " in written:
        raise ValueError(written)
    return written


def _secrets(written: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in written.split(",") if part.strip())
    if not 1 <= len(secrets) <= 2:
        raise ValueError(written)
    return secrets


def _url(written: str) -> str:
    parts = urlsplit(written)
    # Reading `port` raises ValueError where it is no port.
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(written)
    return written.rstrip("/")


def _database_url(written: str) -> str:
    # A ledger in memory would be another one for each connection.
    if not re.match(r"sqlite:///(?!:memory:).|postgresql(\+psycopg)?://", written):
        raise ValueError(written)
    return written


def _port(written: str) -> int:
    port = int(written)
    if not 0 <= port <= 65_535:
        raise ValueError(written)
    return port


def _longcode_id(written: str) -> LongcodeId:
    found = longcode_id(written)
    if found is None:
        raise ValueError(written)
    return found


def _timezone(written: str) -> str:
    if not is_timezone(written):
        raise ValueError(written)
    return written


def _keep_days(written: str) -> int:
    """MTA repeats webhooks, and nothing but what we keep tells a repeated one."""
    days = int(written)
    if not 30 <= days <= 36_500:
        raise ValueError(written)
    return days


def _rate(written: str) -> Rate:
    found = re.fullmatch(r"([1-9][0-9]{0,3})\s*/\s*([1-9][0-9]{0,3})\s*s", written)
    if found is None:
        raise ValueError(written)
    return Rate(int(found[1]), float(found[2]))
