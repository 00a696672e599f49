"""Settings: each with what it takes and what it refuses; all mistakes at once; no secret shown."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.model import LongcodeId, LongTexts, Rate
from bot.settings import Settings, UnknownLongcode, read_settings
from tests.integration.cli.test_cli import clean_environment
from tests.support import ROOT

GOOD: list[tuple[str, str, dict[str, Any]]] = [
    ("MTA_API_KEY", "key-1", {"api_key": "key-1"}),
    ("MTA_API_KEY", "  key-1\n", {"api_key": "key-1"}),
    ("MTA_WEBHOOK_SECRET", "s3cret", {"webhook_secrets": ("s3cret",)}),
    ("MTA_WEBHOOK_SECRET", "new, old", {"webhook_secrets": ("new", "old")}),
    ("MTA_WEBHOOK_SECRET", "with space", {"webhook_secrets": ("with space",)}),
    ("MTA_BASE_URL", "http://127.0.0.1:9000/v3/", {"base_url": "http://127.0.0.1:9000/v3"}),
    ("MTA_BASE_URL", "https://mta.example/v3", {"base_url": "https://mta.example/v3"}),
    ("BOT_RULES", "shop/rules.yaml", {"rules": Path("shop/rules.yaml")}),
    ("BOT_DATABASE_URL", "sqlite:///x.db", {"database_url": "sqlite:///x.db"}),
    ("BOT_DATABASE_URL", "postgresql://u:p@db/bot", {"database_url": "postgresql://u:p@db/bot"}),
    ("BOT_HOST", "0.0.0.0", {"host": "0.0.0.0"}),
    ("BOT_PORT", "0", {"port": 0}),
    ("BOT_PORT", "65535", {"port": 65535}),
    ("BOT_LONGCODE_ID", "123", {"longcode_id": LongcodeId(123)}),
    ("BOT_UNKNOWN_LONGCODE", "default", {"unknown_longcode": UnknownLongcode.DEFAULT}),
    ("BOT_TIMEZONE", "Europe/Vienna", {"timezone": "Europe/Vienna"}),
    ("BOT_KEEP_DAYS", "30", {"keep_days": 30}),
    ("BOT_CAPTURE", "samples", {"capture": Path("samples")}),
    ("BOT_MEDIA_DIR", "media", {"media_dir": Path("media")}),
    ("BOT_MEDIA_LOOPBACK", "allow", {"media_loopback": True}),
    ("BOT_LONG_TEXTS", "mms", {"long_texts": LongTexts.MMS}),
    ("BOT_SEND_RATE", "25/15s", {"send_rate": Rate(25, 15.0)}),
    ("BOT_SEND_RATE", "1 / 60 s", {"send_rate": Rate(1, 60.0)}),
    ("BOT_SENDS_IN_FLIGHT", "4", {"sends_in_flight": 4}),
    ("BOT_REPLY_MAX_AGE", "24h", {}),
    ("BOT_REPLY_MAX_AGE", "90 m", {"reply_max_age": timedelta(minutes=90)}),
    ("BOT_REPLY_MAX_AGE", "1s", {"reply_max_age": timedelta(seconds=1)}),
    ("BOT_REPLY_MAX_AGE", "7d", {"reply_max_age": timedelta(days=7)}),
    ("BOT_CONSOLE_TOKEN", "t0ken", {"console_token": "t0ken"}),
    ("BOT_NOTIFY_SECRET", "s3cret", {"notify_secret": "s3cret"}),
    ("BOT_NOTIFY_PRIVATE", "allow", {"notify_private": True}),
]

WRONG: list[tuple[str, str, str]] = [
    ("MTA_API_KEY", "two words", "MTA_API_KEY is wrong; for example "),
    ("MTA_API_KEY", "kéy", "MTA_API_KEY is wrong; for example "),
    ("MTA_API_KEY", "a\nb", "MTA_API_KEY is wrong; for example "),
    ("MTA_WEBHOOK_SECRET", "a,b,c", "MTA_WEBHOOK_SECRET is wrong; for example "),
    ("MTA_WEBHOOK_SECRET", ",", "MTA_WEBHOOK_SECRET is wrong; for example "),
    ("MTA_BASE_URL", "mta.example/v3", "MTA_BASE_URL `mta.example/v3` is wrong; "),
    ("MTA_BASE_URL", "ftp://mta.example", "MTA_BASE_URL `ftp://mta.example` is wrong; "),
    ("MTA_BASE_URL", "http://", "MTA_BASE_URL `http://` is wrong; "),
    ("MTA_BASE_URL", "http://[", "MTA_BASE_URL `http://[` is wrong; "),
    ("MTA_BASE_URL", "http://mta:99999", "MTA_BASE_URL `http://mta:99999` is wrong; "),
    ("MTA_BASE_URL", "http://mta:x", "MTA_BASE_URL `http://mta:x` is wrong; "),
    ("BOT_MEDIA_LOOPBACK", "yes", "BOT_MEDIA_LOOPBACK `yes` is wrong; "),
    ("BOT_DATABASE_URL", "sqlite://", "BOT_DATABASE_URL is wrong; for example "),
    ("BOT_DATABASE_URL", "sqlite:///:memory:", "BOT_DATABASE_URL is wrong; for example "),
    ("BOT_DATABASE_URL", "bot.db", "BOT_DATABASE_URL is wrong; for example "),
    ("BOT_DATABASE_URL", "mysql://u:p@db/bot", "BOT_DATABASE_URL is wrong; for example "),
    ("BOT_PORT", "http", "BOT_PORT `http` is wrong; "),
    ("BOT_PORT", "65536", "BOT_PORT `65536` is wrong; "),
    ("BOT_PORT", "-1", "BOT_PORT `-1` is wrong; "),
    ("BOT_LONGCODE_ID", "+15555550100", "BOT_LONGCODE_ID `+15555550100` is wrong; "),
    ("BOT_LONGCODE_ID", "0", "BOT_LONGCODE_ID `0` is wrong; "),
    ("BOT_UNKNOWN_LONGCODE", "drop", "BOT_UNKNOWN_LONGCODE `drop` is wrong; "),
    ("BOT_TIMEZONE", "Mars/Olympus", "BOT_TIMEZONE `Mars/Olympus` is wrong; "),
    ("BOT_KEEP_DAYS", "29", "BOT_KEEP_DAYS `29` is wrong; for example BOT_KEEP_DAYS=90"),
    ("BOT_KEEP_DAYS", "for ever", "BOT_KEEP_DAYS `for ever` is wrong; "),
    (
        "BOT_LONG_TEXTS",
        "cut",
        "BOT_LONG_TEXTS `cut` is wrong; for example BOT_LONG_TEXTS=split",
    ),
    ("BOT_SENDS_IN_FLIGHT", "0", "BOT_SENDS_IN_FLIGHT `0` is wrong; "),
    ("BOT_SENDS_IN_FLIGHT", "65", "BOT_SENDS_IN_FLIGHT `65` is wrong; "),
    ("BOT_SEND_RATE", "20", "BOT_SEND_RATE `20` is wrong; "),
    ("BOT_SEND_RATE", "0/15s", "BOT_SEND_RATE `0/15s` is wrong; "),
    ("BOT_SEND_RATE", "20/0s", "BOT_SEND_RATE `20/0s` is wrong; "),
    ("BOT_SEND_RATE", "20/15m", "BOT_SEND_RATE `20/15m` is wrong; "),
    *(
        ("BOT_REPLY_MAX_AGE", written, f"BOT_REPLY_MAX_AGE `{written}` is wrong; ")
        for written in ("24", "0s", "0h", "-1h", "a day", "1h30m", "999w", "1y")
    ),
    ("BOT_NOTIFY_SECRET", "two words", "BOT_NOTIFY_SECRET is wrong; for example "),
    ("BOT_NOTIFY_PRIVATE", "perhaps", "BOT_NOTIFY_PRIVATE `perhaps` is wrong; for example "),
    ("BOT_CONSOLE_TOKEN", "two words", "BOT_CONSOLE_TOKEN is wrong; for example "),
]
SECRET_NAMES = (
    "MTA_API_KEY",
    "MTA_WEBHOOK_SECRET",
    "BOT_CONSOLE_TOKEN",
    "BOT_DATABASE_URL",
    "BOT_NOTIFY_SECRET",
)


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    assert read_settings({}) == Settings(
        api_key=None,
        webhook_secrets=(),
        base_url="https://api.mobile-text-alerts.com/v3",
        rules=Path("rules"),
        database_url="sqlite:///bot.db",
        host="127.0.0.1",
        port=8080,
        longcode_id=None,
        unknown_longcode=UnknownLongcode.HOLD,
        timezone="America/New_York",
        send_rate=Rate(20, 15.0),
        reply_max_age=timedelta(hours=24),
        capture=None,
        console_token=None,
    )


@pytest.mark.parametrize(("name", "written", "members"), GOOD)
def test_a_setting_is_taken(name: str, written: str, members: dict[str, Any]) -> None:
    assert read_settings({name: written}) == Settings(**members)


@pytest.mark.parametrize(("name", "written", "message"), WRONG)
def test_a_wrong_setting_is_named_with_an_example(name: str, written: str, message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({name: written})
    assert str(raised.value).startswith(message)
    assert f"for example {name}=" in str(raised.value)


def test_every_setting_has_both_twins() -> None:
    with_both = {name for name, *_ in GOOD} & {name for name, *_ in WRONG}
    no_wrong_value = {"BOT_RULES", "BOT_HOST", "BOT_CAPTURE", "BOT_MEDIA_DIR"}
    assert with_both | no_wrong_value == {name for name, *_ in GOOD} | {name for name, *_ in WRONG}


@pytest.mark.parametrize("name", [name for name, *_ in GOOD])
@pytest.mark.parametrize("written", ["", "  "])
def test_an_empty_variable_counts_as_unset(name: str, written: str) -> None:
    assert read_settings({name: written}) == Settings()


def test_all_mistakes_come_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"BOT_PORT": "x", "BOT_TIMEZONE": "y", "BOT_HOST": "fine"})
    assert str(raised.value).splitlines() == [
        "BOT_PORT `x` is wrong; for example BOT_PORT=8080",
        "BOT_TIMEZONE `y` is wrong; for example BOT_TIMEZONE=America/New_York",
    ]


@pytest.mark.parametrize(
    ("name", "written"), [(name, text) for name, text, _ in WRONG if name in SECRET_NAMES]
)
def test_no_secret_is_in_a_message(name: str, written: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({name: written})
    assert f"`{written}`" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_no_secret_is_in_the_repr() -> None:
    settings = read_settings(
        {
            "MTA_API_KEY": "hush-1",
            "MTA_WEBHOOK_SECRET": "hush-2,hush-3",
            "BOT_CONSOLE_TOKEN": "hush-4",
            "BOT_DATABASE_URL": "postgresql://bot:hush-5@db/bot",
        }
    )
    assert "hush" not in repr(settings)


def test_what_is_needed_is_given_or_named() -> None:
    settings = read_settings({"MTA_API_KEY": "k", "MTA_WEBHOOK_SECRET": "s"})
    assert (settings.needed_api_key(), settings.needed_secrets()) == ("k", ("s",))
    with pytest.raises(SettingsError, match=r"^MTA_API_KEY is not set"):
        Settings().needed_api_key()
    with pytest.raises(SettingsError, match=r"^MTA_WEBHOOK_SECRET is not set"):
        Settings().needed_secrets()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with nothing of ours in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in {name for name, *_ in GOOD}:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_dotenv_file_is_read(folder: Path) -> None:
    (folder / ".env").write_text('# ours\nBOT_PORT=9000\nMTA_API_KEY="key-1"\nexport BOT_HOST=h\n')
    assert read_settings() == Settings(port=9000, api_key="key-1", host="h")


@pytest.mark.parametrize(
    "written", ["s3cret$HOME", "${HOME}", "a$$b", "$(id)", "${X:-y}", "`id`", "50%", "a#b"]
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_value_of_dotenv_is_taken_as_it_is_written(
    written: str, quote: str, folder: Path
) -> None:
    (folder / ".env").write_text(f"MTA_API_KEY={quote}{written}{quote}\n")
    assert read_settings().api_key == written


def test_the_environment_wins_over_dotenv(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("BOT_PORT=9000\nBOT_HOST=h\n")
    monkeypatch.setenv("BOT_PORT", "9001")
    assert read_settings() == Settings(port=9001, host="h")


def test_without_a_dotenv_file_the_environment_stands_alone(folder: Path) -> None:
    assert read_settings() == Settings()


def test_an_editors_mark_at_the_start_of_dotenv_hides_no_setting(folder: Path) -> None:
    (folder / ".env").write_bytes(b"\xef\xbb\xbfBOT_PORT=9000\r\nBOT_HOST=h\r\n")
    assert read_settings() == Settings(port=9000, host="h")


def test_a_dotenv_file_that_cannot_be_read_is_the_operators_mistake(folder: Path) -> None:
    (folder / ".env").write_bytes(b"MTA_API_KEY=k\xff\n")
    with pytest.raises(SettingsError, match=r"^\.env cannot be read"):
        read_settings()


NO_ZONES = """
import sys
sys.modules["tzdata"] = None
from bot.cli.main import main
sys.exit(main(["check"]))
"""


@pytest.mark.system
def test_a_machine_without_time_zones_is_told_in_a_line(folder: Path) -> None:
    environ = {**clean_environment(), "PYTHONTZPATH": ""}
    ran = subprocess.run(
        [sys.executable, "-c", NO_ZONES], cwd=folder, env=environ, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "this Python knows no time zones: pip install tzdata\n"
    has_some = [sys.executable, "-m", "bot", "check", "--rules", str(ROOT / "rules")]
    assert subprocess.run(has_some, cwd=folder, env=environ, capture_output=True).returncode == 0
