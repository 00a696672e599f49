"""The rules of a running server follow the files, and what those include."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.errors import RuleError
from bot.runtime.live_rules import LiveRules
from tests.conftest import Logged

_times = iter(range(1_700_000_000, 1_800_000_000, 10))


def write(path: Path, content: str) -> None:
    """With a time of its own, so that no two versions look the same."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    at = next(_times)
    os.utime(path, (at, at))


def seen(live: LiveRules) -> list[str]:
    """The rules after two looks, of which the second takes up what has settled."""
    for _ in range(2):
        live.tell()
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


def warnings(logged: Logged) -> list[list[str]]:
    lines = [json.loads(line) for line in logged().splitlines()]
    return [line["warnings"] for line in lines if "warnings" in line]


def test_what_older_versions_loaded_runs_with_a_warning_once_for_each_set(
    tmp_path: Path, logged: Logged
) -> None:
    path = tmp_path / "a.yaml"
    write(path, "rules: [{a: ''}]")
    live = LiveRules(path, "UTC")
    seen(live)
    write(path, "rules: [{b: ''}, {c: x}]")
    assert seen(live) == ["b", "c"]
    seen(live)
    write(path, "rules: [{d: x}]")
    assert seen(live) == ["d"]
    said = f"{path}:1:13: the reply is empty"
    live.tell()
    found = warnings(logged)
    assert [[line.partition(" (")[0] for line in one] for one in found] == [[said], [said]]


def test_what_is_odd_is_told_once_for_each_set_at_the_start_and_when_it_changes(
    tmp_path: Path, logged: Logged
) -> None:
    path = tmp_path / "a.yaml"
    write(path, "rules: [{a: ''}, {a b: x}, {a c: y}]")
    live = LiveRules(path, "UTC")
    seen(live)
    write(path, "rules: [{b: x}, {b c: y}]")
    seen(live)
    seen(live)
    found = [
        [line.partition(": ")[2].partition(" (")[0] for line in one] for one in warnings(logged)
    ]
    never = "rule `{}` can never fire: rule `{}`"
    assert found == [
        ["the reply is empty", never.format("a-b", "a"), never.format("a-c", "a")],
        [never.format("b-c", "b")],
    ]


def test_what_was_an_error_before_stays_one(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "rules: [{a: ''}, {id: b, when: {}, reply: x}]")
    with pytest.raises(RuleError) as raised:
        LiveRules(tmp_path, "UTC")
    assert [problem.code for problem in raised.value.problems] == ["when"]
