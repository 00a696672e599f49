"""Times for people are on the clocks of the account; `--json` is in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ledger import lane, quarantine
from bot.rules.files import timezone_of
from tests.integration.cli.conftest import Bot, ledger
from tests.support import outbound, queue

AT = datetime(2026, 7, 4, 23, 30, 15, tzinfo=UTC)
ZONES = [
    ("", None, "2026-07-04 19:30{}EDT"),
    ("", "Asia/Tokyo", "2026-07-05 08:30{}JST"),
    ("timezone: Europe/Berlin\n", "Asia/Tokyo", "2026-07-05 01:30{}CEST"),
]


@pytest.fixture
def filled(folder: Path) -> Path:
    with ledger(folder) as connection:
        quarantine.keep_unreadable(connection, "message-reply", b"{", "the body is not JSON", AT)
        queue(connection, outbound(external_id="a"), now=AT)
        lane.pause_for_trials(connection, "the account may not send", AT - lane.FIRST_TRIAL)
    return folder


@pytest.mark.parametrize(("head", "setting", "shown"), ZONES)
def test_lists_are_in_the_zone_of_the_rules_else_of_the_settings(
    head: str,
    setting: str | None,
    shown: str,
    bot: Bot,
    filled: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = filled / "rules" / "shop.yaml"
    rules.write_text(head + rules.read_text())
    if setting is not None:
        monkeypatch.setenv("BOT_TIMEZONE", setting)
    short, long = shown.format(" "), shown.format(":15 ")
    assert short in bot("conversations").out
    assert short in bot("quarantine").out
    assert long in bot("conversations", "show", "+15555550123").out
    assert f"the next at {short}, or" in bot("sender").out
    assert '"at": "2026-07-04T23:30:15Z"' in bot("conversations", "--json").out


def test_what_is_typed_is_in_the_same_zone(bot: Bot, filled: Path) -> None:
    rules = filled / "rules" / "shop.yaml"
    rules.write_text("timezone: Europe/Berlin\n" + rules.read_text())
    assert "+15555550123" in bot("conversations", "list", "--since", "2026-07-05T01:30").out
    assert "+15555550123" not in bot("conversations", "list", "--since", "2026-07-05T01:31").out


@pytest.mark.parametrize(
    ("content", "zone"),
    [
        ("timezone: Europe/Berlin\n", "Europe/Berlin"),
        ("rules: []\ntimezone:  'America/Argentina/Salta' # ours\n", "America/Argentina/Salta"),
        ('timezone: "Etc/GMT+5"\r\n', "Etc/GMT+5"),
        ("defaults: {timezone: Europe/Berlin}\n", None),
        ("rules:\n  timezone: Europe/Berlin\n", None),
        ("timezone: Mars/Olympus\n", None),
        ("timezone:\n", None),
        ("# timezone: Europe/Berlin\n", None),
        ("\udcff", None),
    ],
)
def test_the_zone_is_read_by_a_look_at_the_lines(
    content: str, zone: str | None, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_bytes(b"rules: []\n")
    (tmp_path / "b.yaml").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert timezone_of(tmp_path) == zone
    assert timezone_of(tmp_path / "missing") is None


def test_rules_that_cannot_be_read_hide_no_list(bot: Bot, filled: Path) -> None:
    (filled / "rules" / "shop.yaml").write_text("rules: [")
    assert bot("conversations").code == 0
