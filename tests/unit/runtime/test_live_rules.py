"""The rules of a running server follow the files, and what those include."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.runtime.live_rules import LiveRules

_times = iter(range(1_700_000_000, 1_800_000_000, 10))


def write(path: Path, content: str) -> None:
    """With a time of its own, so that no two versions look the same."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    at = next(_times)
    os.utime(path, (at, at))


def seen(live: LiveRules) -> list[str]:
    """The rules after two looks, of which the second takes up what has settled."""
    live.look()
    live.look()
    return [rule.id for rule in live.current().rules]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "rules" / "a.yaml", "include: ../shared\nrules: [{a: x}]")
    write(tmp_path / "shared" / "b.yaml", "rules: [{b: x}]")
    return tmp_path


def test_what_is_included_is_taken_up_when_it_changes(folder: Path) -> None:
    live = LiveRules(folder / "rules", "UTC")
    before = live.current()
    assert seen(live) == ["b", "a"]
    assert live.current() is before
    write(folder / "shared" / "b.yaml", "rules: [{c: x}]")
    assert seen(live) == ["c", "a"]
    write(folder / "shared" / "d.yaml", "rules: [{d: x}]")
    assert seen(live) == ["c", "d", "a"]


def test_what_was_missing_is_taken_up_when_it_comes(folder: Path) -> None:
    live = LiveRules(folder / "rules", "UTC")
    write(folder / "rules" / "a.yaml", "include: [../shared, ../more.yaml]\nrules: [{a: x}]")
    assert seen(live) == ["b", "a"]
    assert [line.partition(": ")[2] for line in live.errors] == [
        "include: there is no file or folder `../more.yaml` "
        f"(it is looked for at {folder / 'more.yaml'})"
    ]
    write(folder / "more.yaml", "rules: [{more: x}]")
    assert seen(live) == ["b", "more", "a"]
    assert live.errors == ()


def test_what_is_included_no_more_is_no_longer_looked_at(folder: Path) -> None:
    live = LiveRules(folder / "rules", "UTC")
    write(folder / "rules" / "a.yaml", "rules: [{a: x}]")
    assert seen(live) == ["a"]
    before = live.current()
    write(folder / "shared" / "b.yaml", "rules: [{c: x}]")
    assert seen(live) == ["a"]
    assert live.current() is before
