"""Settings from the environment and `.env`: read once, typed, all mistakes at once.

They are read by hand rather than by a settings library because every `bot dry-run` reads them
too, and must answer in a fraction of a second.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from bot.accounts import (
    OF_THE_PROCESS,
    OWN,
    chosen_accounts,
    ledger_place,
    named_accounts,
    own_ledger,
    variable,
)
from bot.errors import SettingsError, plain
from bot.model import LongcodeId, LongTexts, Rate
from bot.text.durations import duration
from bot.text.phone_numbers import longcode_id
from bot.timezones import DEFAULT_TIMEZONE, is_timezone

T = TypeVar("T")

DEFAULT_BASE_URL: Final = "https://api.mobile-text-alerts.com/v3"
DEFAULT_DATABASE_URL: Final = "sqlite:///bot.db"
DEFAULT_RATE: Final = Rate(20, 15.0)
DEFAULT_REPLY_MAX_AGE: Final = timedelta(hours=24)


class UnknownLongcode(StrEnum):
    """What to do with a reply when nothing tells which of our numbers it belongs to."""

    HOLD = "hold"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one bot goes by. With several accounts each has a bot of its own."""

    account: str | None = None
    """None where BOT_ACCOUNTS names none."""
    api_key: str | None = field(default=None, repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    """One, or two while one is being replaced."""
    base_url: str = DEFAULT_BASE_URL
    rules: Path | None = Path("rules")
    """None where an account has none of its own."""
    database_url: str = field(default=DEFAULT_DATABASE_URL, repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    longcode_id: LongcodeId | None = None
    unknown_longcode: UnknownLongcode = UnknownLongcode.HOLD
    long_texts: LongTexts = LongTexts.SPLIT
    timezone: str = DEFAULT_TIMEZONE
    send_rate: Rate = DEFAULT_RATE
    reply_max_age: timedelta = DEFAULT_REPLY_MAX_AGE
    """A reply that has been due for longer waits for a person."""
    sends_in_flight: int = 1
    """Sends at once, never two of one conversation."""
    segments_per_day: int | None = None
    """The budget of the account; None is without end."""
    keep_days: int | None = None
    """None is for ever."""
    capture: Path | None = None
    """Where samples of what the provider sends are kept; None keeps none."""
    media_dir: Path | None = None
    """Where attachments of MMS replies are kept; None fetches none."""
    media_loopback: bool = False
    """They may come from this machine itself."""
    console_token: str | None = field(default=None, repr=False)
    notify_secret: str | None = field(default=None, repr=False)
    """With which what rules `notify` is signed."""
    notify_private: bool = False
    """Rules may `notify` private addresses."""
    root_path: str = ""
    """Where a proxy serves us, as `/bot`; empty where that is its root."""

    @property
    def shares_database(self) -> bool:
        """Several machines may work on the ledger at once: it is not a SQLite file."""
        return not self.database_url.startswith("sqlite")

    def needed_api_key(self) -> str:
        """Raises SettingsError where there is none."""
        if self.api_key is None:
            raise self._unset(
                "MTA_API_KEY", "the key of your MTA account, in .env (bot help serve)"
            )
        return self.api_key

    def needed_secrets(self) -> tuple[str, ...]:
        """Raises SettingsError where there is none."""
        if not self.webhook_secrets:
            about = "the secret that the webhooks are registered with, in .env (bot help serve)"
            raise self._unset("MTA_WEBHOOK_SECRET", about)
        return self.webhook_secrets

    def needed_rules(self) -> Path:
        """Raises SettingsError where there are none."""
        if self.rules is None and self.account is None:
            raise SettingsError("say whose rules are meant: bot --account NAME …, or BOT_ACCOUNT")
        if self.rules is None:
            raise self._unset("BOT_RULES", "the folder or file of the account's rules")
        return self.rules

    def _unset(self, name: str, about: str) -> SettingsError:
        return SettingsError(f"{variable(name, self.account)} is not set: {about}")


def read_settings(
    environ: Mapping[str, str] | None = None,
    *,
    account: str | None = None,
    needs_account: bool = True,
) -> Settings:
    """Of one account: `account`, else BOT_ACCOUNT, else the only one of BOT_ACCOUNTS, else none.

    From `environ`, else from the environment and the `.env` of this folder. `needs_account` False
    is for what can do without: where several are named and none is chosen, it gets the settings
    that they share. Raises SettingsError with every wrong setting.
    """
    environ = _environment(environ)
    mistakes: list[str] = []
    named = named_accounts(environ, mistakes)
    chosen = chosen_accounts(environ, named, account, mistakes)
    if len(chosen) <= 1:
        [settings] = _read(environ, named, chosen, mistakes)
        return settings
    if needs_account:
        mistakes.append(
            f"BOT_ACCOUNTS has {', '.join(chosen)}: say which is meant, "
            f"as in bot --account {chosen[0]} …, or by BOT_ACCOUNT; "
            "check, test and doctor take --all-accounts"
        )
    shared = {name: written for name, written in environ.items() if name not in OWN}
    [settings] = _read(shared, named, (), mistakes)
    return replace(settings, rules=None)


def read_accounts(
    environ: Mapping[str, str] | None = None, *, account: str | None = None, of_all: bool = False
) -> tuple[Settings, ...]:
    """Of every account in BOT_ACCOUNTS, or of `account`, or of the one of BOT_ACCOUNT.

    `of_all`: of every account, whatever BOT_ACCOUNT says.

    Where BOT_ACCOUNTS is not set, the one that `read_settings` gives. Raises SettingsError with
    every wrong setting of all of them.
    """
    environ = _environment(environ)
    mistakes: list[str] = []
    named = named_accounts(environ, mistakes)
    wanted = named if of_all else chosen_accounts(environ, named, account, mistakes)
    return _read(environ, named, wanted, mistakes)


def _environment(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    return environ if environ is not None else {**_dotenv(), **os.environ}


def _read(
    environ: Mapping[str, str],
    named: Sequence[str],
    chosen: Sequence[str],
    mistakes: list[str],
) -> tuple[Settings, ...]:
    """Of the chosen accounts, else of none. Raises SettingsError with all mistakes, old and new."""
    readers = [_Reader(environ, account) for account in chosen or (None,)]
    found = tuple(_settings(reader) for reader in readers)
    mistakes += [mistake for reader in readers for mistake in reader.mistakes]
    mistakes += _shared_ledgers(environ, named)
    if not all(is_timezone(settings.timezone) for settings in found):
        mistakes.append("this Python knows no time zones: pip install tzdata")
    if mistakes:
        raise SettingsError("\n".join(dict.fromkeys(mistakes)))
    return found


def _settings(reader: _Reader) -> Settings:
    rules = Path("rules") if reader.account is None else None
    return Settings(
        account=reader.account,
        api_key=reader.get("MTA_API_KEY", _secret, "the key of your MTA account", None),
        webhook_secrets=reader.get("MTA_WEBHOOK_SECRET", _secrets, "s3cret or new,old", ()),
        base_url=reader.get("MTA_BASE_URL", _url, DEFAULT_BASE_URL, DEFAULT_BASE_URL),
        rules=reader.get("BOT_RULES", Path, "rules", rules),
        database_url=reader.database_url(),
        host=reader.get("BOT_HOST", _text, "127.0.0.1", "127.0.0.1"),
        port=reader.get("BOT_PORT", _port, "8080", 8080),
        longcode_id=reader.get("BOT_LONGCODE_ID", _longcode_id, "123 (an id, no number)", None),
        unknown_longcode=reader.get(
            "BOT_UNKNOWN_LONGCODE", UnknownLongcode, "hold or default", UnknownLongcode.HOLD
        ),
        long_texts=reader.get("BOT_LONG_TEXTS", LongTexts, "split, mms or hold", LongTexts.SPLIT),
        timezone=reader.get("BOT_TIMEZONE", _timezone, DEFAULT_TIMEZONE, DEFAULT_TIMEZONE),
        send_rate=reader.get("BOT_SEND_RATE", _rate, "20/15s", DEFAULT_RATE),
        reply_max_age=reader.get("BOT_REPLY_MAX_AGE", _reply_max_age, "24h", DEFAULT_REPLY_MAX_AGE),
        sends_in_flight=reader.get("BOT_SENDS_IN_FLIGHT", _sends, "4 (1 to 64)", 1),
        segments_per_day=reader.get("BOT_SEGMENTS_PER_DAY", _segments, "2000 (at least 1)", None),
        keep_days=reader.get("BOT_KEEP_DAYS", _keep_days, "90 (at least 30)", None),
        capture=reader.get("BOT_CAPTURE", Path, "samples", None),
        media_dir=reader.get("BOT_MEDIA_DIR", Path, "media", None),
        media_loopback=reader.get("BOT_MEDIA_LOOPBACK", _allowed, "allow (for tests)", False),
        notify_secret=reader.get("BOT_NOTIFY_SECRET", _secret, "a long random text", None),
        notify_private=reader.get("BOT_NOTIFY_PRIVATE", _allowed, "allow or refuse", False),
        console_token=reader.get("BOT_CONSOLE_TOKEN", _secret, "a long random text", None),
        root_path=reader.get("BOT_ROOT_PATH", _root_path, "/bot", ""),
    )


class _Reader:
    """The settings of one account, or of the bot where there are no accounts."""

    def __init__(self, environ: Mapping[str, str], account: str | None) -> None:
        self._environ = environ
        self.account = account
        self.mistakes: list[str] = []

    def get(self, name: str, convert: Callable[[str], T], example: str, default: T) -> T:
        """An empty variable counts as unset: that is how compose files and CI unset one."""
        where = self._where(name)
        written = self._written(where)
        if not written:
            return default
        try:
            return convert(written)
        except ValueError:
            shown = "" if name in _SECRET else f" `{plain(written)}`"
            self.mistakes.append(f"{where}{shown} is wrong; for example {where}={example}")
            return default

    def database_url(self) -> str:
        """As it is written, but that the plain one leads an account to a ledger of its own."""
        name, default = "BOT_DATABASE_URL", DEFAULT_DATABASE_URL
        found = self.get(name, _database_url, default, default)
        if self.account is None or self._where(name) != name:
            return found
        try:
            return own_ledger(found, self.account)
        except ValueError as error:
            own = variable(name, self.account)
            self.mistakes.append(f"{name} {error}: write {own}, with a schema of its own")
            return found

    def _where(self, name: str) -> str:
        """The variable that counts: an account's own, else the plain one where it may be shared."""
        own = variable(name, self.account)
        if name in OF_THE_PROCESS or (name not in OWN and not self._written(own)):
            return name
        return own

    def _written(self, name: str) -> str:
        return self._environ.get(name, "").strip()


def _shared_ledgers(environ: Mapping[str, str], named: Sequence[str]) -> list[str]:
    """Two accounts in one ledger would send each other's messages."""
    first: dict[tuple[object, ...], str] = {}
    mistakes = []
    for account in named:
        reader = _Reader(environ, account)
        ledger = ledger_place(reader.database_url())
        if not reader.mistakes and (other := first.setdefault(ledger, account)) != account:
            own = variable("BOT_DATABASE_URL", account)
            mistakes.append(f"{other} and {account} have the same ledger: change {own}")
    return mistakes


_SECRET: Final = frozenset(
    {"MTA_API_KEY", "MTA_WEBHOOK_SECRET", "BOT_CONSOLE_TOKEN", "BOT_DATABASE_URL"}
    | {"BOT_NOTIFY_SECRET"}
)


def _dotenv() -> Mapping[str, str]:
    if not Path(".env").is_file():
        return {}
    from dotenv import dotenv_values  # 40 ms, and only where there is such a file

    try:
        values = dotenv_values(".env", interpolate=False)  # a secret may hold a $
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
    # Reading `port` raises ValueError where it is not a port.
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(written)
    return written.rstrip("/")


def _root_path(written: str) -> str:
    if not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)+/?", written):
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


def _reply_max_age(written: str) -> timedelta:
    seconds = duration(written)
    if seconds is None or seconds < 1:
        raise ValueError(written)
    return timedelta(seconds=seconds)


def _sends(written: str) -> int:
    many = int(written)
    if not 1 <= many <= 64:
        raise ValueError(written)
    return many


def _segments(written: str) -> int:
    many = int(written)
    if not 1 <= many <= 1_000_000_000:
        raise ValueError(written)
    return many


def _keep_days(written: str) -> int:
    """MTA repeats webhooks, and nothing but what we keep tells a repeated one."""
    days = int(written)
    if not 30 <= days <= 36_500:
        raise ValueError(written)
    return days


def _allowed(written: str) -> bool:
    if written not in ("allow", "refuse"):
        raise ValueError(written)
    return written == "allow"


def _rate(written: str) -> Rate:
    found = re.fullmatch(r"([1-9][0-9]{0,3})\s*/\s*([1-9][0-9]{0,3})\s*s", written)
    if found is None:
        raise ValueError(written)
    return Rate(int(found[1]), float(found[2]))
