"""Rule files from disk: which of a folder, in which order, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.rules.files import passed_over, read_rule_files
from bot.rules.loader import SourceFile


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def names(folder: Path) -> list[str]:
    found = read_rule_files(folder)
    return [str(Path(file.path).relative_to(folder)) for file in found]


def test_a_folder_is_read_in_the_order_of_paths(tmp_path: Path) -> None:
    write(tmp_path, "20-b.yaml", "10-a.yml", "10-a/z.yaml", "9.yaml", "B.yaml", "a.yaml")
    assert names(tmp_path) == [
        "10-a/z.yaml",
        "10-a.yml",
        "20-b.yaml",
        "9.yaml",
        "B.yaml",
        "a.yaml",
    ]


def test_only_rule_files_are_read(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "a.test.yaml", "b.test.yml", ".hidden.yaml", ".git/c.yaml")
    write(tmp_path, "README.md", "a.yaml.bak", "d.json", "sub/.x/e.yaml", "sub/f.yml")
    (tmp_path / "folder.yaml").mkdir()
    assert names(tmp_path) == ["a.yaml", "sub/f.yml"]


def test_a_hidden_folder_above_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, ".config/rules/a.yaml")
    assert names(tmp_path / ".config" / "rules") == ["a.yaml"]


def test_a_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, "rules.txt")
    path = tmp_path / "rules.txt"
    assert read_rule_files(path) == (SourceFile(path.as_posix(), b"rules.txt"),)


def test_bytes_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\r\n")
    assert [file.content for file in read_rule_files(tmp_path)] == [b"\xff\xfe\r\n"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "missing: there is no such file or folder"),
        ("missing.yaml", "missing.yaml: there is no such file or folder"),
        ("empty", "empty: there is no rule file (*.yaml) in this folder"),
        ("tests", "tests: there is no rule file (*.yaml) in this folder"),
        ("file/a.yaml", "file/a.yaml: cannot be read (Not a directory)"),
    ],
)
def test_what_cannot_be_read_is_said(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, "tests/a.test.yaml", "file")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as raised:
        read_rule_files(Path(name))
    assert str(raised.value).removesuffix("; `bot init DIR` makes one to begin with") == message


def said(folder: Path, *included: str) -> list[str]:
    roots = [folder / name for name in included]
    return [str(one).removeprefix(f"{folder}/") for one in passed_over(folder, roots)]


def test_what_looks_like_rules_and_is_not_read_is_said(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.yaml", "rules/b.yaml.txt", "rules/sub/C.YAML", "rules/d.yalm")
    write(tmp_path, "shared/x/s.yaml")
    (tmp_path / "rules/linked").symlink_to(tmp_path / "shared")
    end = "this file is not read: names of rule files end in .yaml or .yml"
    link = (
        "linked:1:1: a link to a folder: the rules in it are not read "
        "(name it in a rule file: `include: linked`)"
    )
    files = [
        f"b.yaml.txt:1:1: {end} (name it b.yaml)",
        f"d.yalm:1:1: {end} (name it d.yaml)",
    ]
    upper = f"sub/C.YAML:1:1: {end} (name it C.yaml)"
    assert said(tmp_path / "rules") == [*files, link, upper]
    assert said(tmp_path / "rules", "linked") == [*files, upper]
    assert said(tmp_path / "rules/a.yaml") == []


def test_what_is_kept_beside_the_rules_on_purpose_is_not(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.yaml", "rules/a.yaml.bak", "rules/a.yaml~", "rules/README.md")
    write(tmp_path, "rules/.b.yaml.txt", "rules/a.test.yaml", "pictures/x.png", "c.yaml")
    (tmp_path / "rules/pictures").symlink_to(tmp_path / "pictures")
    (tmp_path / "rules/c.yaml").symlink_to(tmp_path / "c.yaml")
    (tmp_path / "rules/..data").symlink_to(tmp_path)
    assert said(tmp_path / "rules") == []
