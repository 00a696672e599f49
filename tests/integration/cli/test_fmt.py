"""`bot fmt`: in place and whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.main import main

CROOKED = "rules:\n- when: {keywords: [x]}   # why\n  id: a\n  reply: b\n"
STRAIGHT = "rules:\n  - id: a\n    when: {keywords: [x]}   # why\n    reply: b\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()


def write(**contents: str) -> None:
    for name, content in contents.items():
        Path("rules", f"{name}.yaml").write_text(content)


def test_files_change_in_place_and_keep_their_mode(capsys: pytest.CaptureFixture[str]) -> None:
    write(a=CROOKED, b=STRAIGHT)
    Path("rules/a.yaml").chmod(0o640)
    assert main(["fmt"]) == 0
    assert capsys.readouterr().out == "changed: rules/a.yaml\n2 files, 1 changed\n"
    assert Path("rules/a.yaml").read_text() == STRAIGHT
    assert Path("rules/a.yaml").stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in Path("rules").iterdir()) == ["a.yaml", "b.yaml"]


def test_check_changes_nothing_and_says_what_would(capsys: pytest.CaptureFixture[str]) -> None:
    write(a=CROOKED, b=STRAIGHT)
    assert main(["fmt", "--check", "rules"]) == 1
    assert capsys.readouterr().out == "would change: rules/a.yaml\n2 files, 1 would change\n"
    assert Path("rules/a.yaml").read_text() == CROOKED


def test_what_is_canonical_passes(capsys: pytest.CaptureFixture[str]) -> None:
    write(b=STRAIGHT)
    assert main(["fmt", "--check", "rules"]) == 0
    assert capsys.readouterr().out == "1 file, 0 would change\n"


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_a_file_with_errors_is_left_alone_and_the_others_go_on(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(a="rules:\n- a: [\n", b=CROOKED)
    assert main(["fmt", *options, "rules"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("rules/a.yaml:2:6: ")
    assert "rules/b.yaml" in said.out
    assert Path("rules/a.yaml").read_text() == "rules:\n- a: [\n"


def test_conversations_beside_the_rules_are_laid_out_too() -> None:
    Path("rules/a.test.yaml").write_text("- name: x\n  steps:\n  - say: y\n")
    assert main(["fmt", "rules"]) == 0
    assert Path("rules/a.test.yaml").read_text() == "- name: x\n  steps:\n    - say: y\n"


def test_a_link_stays_a_link() -> None:
    write(a=CROOKED)
    Path("rules.yaml").symlink_to("rules/a.yaml")
    assert main(["fmt", "rules.yaml", "rules"]) == 0
    assert Path("rules.yaml").is_symlink()
    assert Path("rules/a.yaml").read_text() == STRAIGHT


@pytest.mark.parametrize(("path", "code"), [("rules", 0), ("rules/link.yaml", 2)])
@pytest.mark.parametrize("target", ["../outside.yaml", "folder/outside.yaml"])
def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    path: str, code: int, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("outside").mkdir()
    Path("outside.yaml").write_text(CROOKED)
    Path("outside/outside.yaml").write_text(CROOKED)
    Path("rules/folder").symlink_to(tmp_path / "outside")
    Path("rules/link.yaml").symlink_to(target)
    for options in ([], ["--check"]):
        assert main(["fmt", path, *options]) == code
        assert "rules/link.yaml: leads out of its folder; left as it is" in capsys.readouterr().err
    assert Path("outside.yaml").read_text() == Path("outside/outside.yaml").read_text() == CROOKED
    assert Path("rules/link.yaml").is_symlink()


def test_where_it_leads_is_laid_out_for_its_own_folder() -> None:
    Path("shop").mkdir()
    Path("shop/a.yaml").write_text(CROOKED)
    Path("rules/link.yaml").symlink_to("../shop/a.yaml")
    assert main(["fmt", "rules", "shop"]) == 0
    assert Path("shop/a.yaml").read_text() == STRAIGHT


def test_a_link_within_the_folder_is_laid_out_where_it_leads() -> None:
    write(a=CROOKED)
    Path("rules/link.yaml").symlink_to("a.yaml")
    assert main(["fmt", "rules"]) == 0
    assert Path("rules/link.yaml").is_symlink()
    assert Path("rules/a.yaml").read_text() == STRAIGHT


def test_a_file_that_is_not_there_is_the_operators_mistake(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fmt", "none.yaml"]) == 2
    said = "none.yaml: there is no such file or folder; `bot init DIR` makes one to begin with\n"
    assert capsys.readouterr().err == said


def test_where_no_rule_file_is_nothing_is_laid_out(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    assert main(["fmt", "empty"]) == 2
    assert capsys.readouterr().err == "empty: there is no rule file (*.yaml) here\n"
