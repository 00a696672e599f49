"""What demos leave behind, and what goes by itself."""

from __future__ import annotations

import os
from pathlib import Path

from bot.cli.kept_demos import new_folder

NOW = 1_800_000_000.0
DAY = 24 * 3600.0


def kept(parent: Path, name: str, age: float) -> Path:
    """As a demo left it so many seconds ago."""
    folder = parent / name
    folder.mkdir()
    (folder / "bot.db").write_text("said")
    for path in (folder / "bot.db", folder):
        os.utime(path, (NOW - age, NOW - age))
    return folder


def test_the_last_ten_stay_and_whatever_is_of_today(tmp_path: Path) -> None:
    old = [kept(tmp_path, f"bot-demo-{number:02}", (40 - number) * DAY) for number in range(12)]
    new = [kept(tmp_path, f"bot-demo-new-{number:02}", number) for number in range(5)]
    made = new_folder(tmp_path, NOW)
    assert made.parent == tmp_path
    assert made.name.startswith("bot-demo-")
    assert sorted(tmp_path.iterdir()) == sorted([*old[8:], *new, made])


def test_of_today_there_may_be_more_and_a_demo_that_is_open_is_of_today(tmp_path: Path) -> None:
    today = [kept(tmp_path, f"bot-demo-{number:02}", number) for number in range(20)]
    is_open = kept(tmp_path, "bot-demo-open", 9 * DAY)
    os.utime(is_open / "bot.db", (NOW, NOW))
    made = new_folder(tmp_path, NOW)
    assert sorted(tmp_path.iterdir()) == sorted([*today, is_open, made])


def test_what_is_not_of_a_demo_of_ours_is_left_alone(tmp_path: Path) -> None:
    for number in range(12):
        kept(tmp_path, f"bot-demo-{number:02}", 30 * DAY)
    elsewhere = kept(tmp_path, "elsewhere", 90 * DAY)
    (tmp_path / "bot-demo-link").symlink_to(elsewhere)
    (tmp_path / "bot-demo-file").write_text("")
    new_folder(tmp_path, NOW)
    assert (elsewhere / "bot.db").read_text() == "said"
    assert (tmp_path / "bot-demo-link").is_symlink()
    assert (tmp_path / "bot-demo-file").is_file()
    assert len(list(tmp_path.glob("bot-demo-[0-9][0-9]"))) == 9
