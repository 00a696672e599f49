"""`include`: what a rule file reads in, in which order, and what is said where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.errors import RuleError
from bot.rules.files import read_rule_files
from bot.rules.loader import load

RULE = "rules: [{id: %s, when: always, reply: x}]\n"


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def rules_of(path: Path) -> list[str]:
    return [rule.id for rule in load(read_rule_files(path)).ruleset.rules]


def mistakes(path: Path) -> list[str]:
    with pytest.raises(RuleError) as raised:
        load(read_rule_files(path))
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        ({"rules/a.yaml": "include: ../b.yaml\n" + RULE % "a", "b.yaml": RULE % "b"}, ["b", "a"]),
        ({"rules/a.yaml": RULE % "a" + "include: ../b.yaml\n", "b.yaml": RULE % "b"}, ["a", "b"]),
        ({"rules/a.yaml": "include: ../b.yaml", "b.yaml": RULE % "b"}, ["b"]),
        ({"rules/a.yaml": "{include: [../b], rules: [{hi: x}]}",
          "b/2.yaml": RULE % "two", "b/1.yml": RULE % "one", "b/c.test.yaml": "nonsense"},
         ["one", "two", "hi"]),
        # Once, where it is first named: twice in a list, by two files, and of the same folder.
        ({"rules/a.yaml": "include: [../b.yaml, ../b.yaml, ../rules/../b.yaml]\n" + RULE % "a",
          "rules/c.yaml": "include: ../b.yaml\n" + RULE % "c", "b.yaml": RULE % "b"},
         ["b", "a", "c"]),
        ({"rules/1.yaml": "include: 9.yaml\n" + RULE % "one", "rules/5.yaml": RULE % "five",
          "rules/9.yaml": RULE % "nine"}, ["nine", "one", "five"]),
        # What is included includes, relative to itself.
        ({"rules/a.yaml": "include: ../b/b.yaml\n" + RULE % "a",
          "b/b.yaml": RULE % "b" + "include: ../c/c.yaml", "c/c.yaml": RULE % "c"},
         ["b", "c", "a"]),
        ({"rules/a.yaml": "# include: nothing.yaml\nrules: [{include: b}]"}, ["include"]),
        ({"rules/a.yaml": "include: ../b.txt\n" + RULE % "a", "b.txt": RULE % "b"}, ["b", "a"]),
    ],
)  # fmt: skip
def test_files_and_folders_are_read_in_their_place_once(
    tmp_path: Path, files: Mapping[str, str], ids: list[str]
) -> None:
    assert rules_of(written(tmp_path, files) / "rules") == ids


def test_vars_of_an_included_file_hold_for_all_and_its_defaults_for_itself(tmp_path: Path) -> None:
    files = {
        "rules/a.yaml": 'include: ../b.yaml\nrules: [{id: a, when: always, reply: "{{ vars.n }}"}]',
        "b.yaml": "vars: {n: one}\ndefaults: {max_segments: 2}\n" + RULE % "b",
    }
    rules = load(read_rule_files(written(tmp_path, files) / "rules")).ruleset.rules
    assert [(rule.id, rule.max_segments) for rule in rules] == [("b", 2), ("a", 10)]
    assert rules[1].variables == {"n": "one"}


def test_a_link_is_followed_and_is_the_same_file(tmp_path: Path) -> None:
    written(tmp_path, {"rules/a.yaml": "include: [b.yaml, ../c.yaml]", "c.yaml": RULE % "c"})
    (tmp_path / "rules" / "b.yaml").symlink_to("../c.yaml")
    assert rules_of(tmp_path / "rules") == ["c"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"rules/a.yaml": "rules: []\ninclude: [../b.yaml, ../none]\n"},
         ["rules/a.yaml:2:11: include: there is no file or folder `../b.yaml` "
          "(it is looked for at b.yaml)",
          "rules/a.yaml:2:22: include: there is no file or folder `../none` "
          "(it is looked for at none)"]),
        ({"rules/a.yaml": "include: ../b.yaml", "b.yaml": "include: c.yaml",
          "c.yaml": "include: rules/a.yaml"},
         ["c.yaml:1:10: include: a file includes itself: "
          "rules/a.yaml → b.yaml → c.yaml → rules/a.yaml (take one of them out)"]),
        ({"rules/a.yaml": "include: a.yaml"},
         ["rules/a.yaml:1:10: include: a file includes itself: rules/a.yaml → rules/a.yaml "
          "(take one of them out)"]),
        ({"rules/a.yaml": "include: ."},
         ["rules/a.yaml:1:10: include: a file includes itself: rules/a.yaml → rules/a.yaml "
          "(take one of them out)"]),
        ({"rules/a.yaml": "include: ../b", "b/README": ""},
         ["rules/a.yaml:1:10: include: there is no rule file (*.yaml) in the folder `../b`"]),
        ({"rules/a.yaml": "include: a.test.yaml", "rules/a.test.yaml": "[]"},
         ["rules/a.yaml:1:10: include: `a.test.yaml` holds conversations, not rules "
          "(`bot test` plays those that lie beside the rules)"]),
        ({"rules/a.yaml": "include: {path: b.yaml}"},
         ["rules/a.yaml:1:10: include: needs a file or a folder (include: ../shared)"]),
        ({"rules/a.yaml": "include: ../shared/*.yaml"},
         ["rules/a.yaml:1:10: include: there is no file or folder `../shared/*.yaml` "
          "(a folder is named, and all rule files in it are read: include: ../shared)"]),
        ({"rules/a.yaml": "include:\n"},
         ["rules/a.yaml:1:9: include: needs a file or a folder (include: ../shared)"]),
        ({"rules/a.yaml": "include: []\n"},
         ["rules/a.yaml:1:10: include: needs a file or a folder (include: ../shared)"]),
        # Mistakes of all files at once, each with the name of its own.
        ({"rules/a.yaml": "include: [../none, ../b.yaml]\n" + RULE % "a",
          "b.yaml": RULE % "a" + "rulez: []\n"},
         ["b.yaml:2:1: unknown key `rulez` (did you mean `rules`?)",
          "rules/a.yaml:1:11: include: there is no file or folder `../none` "
          "(it is looked for at none)",
          "rules/a.yaml:2:14: id `a` is taken by b.yaml:1:14 (choose another)"]),
    ],
)  # fmt: skip
def test_what_cannot_be_included_is_said_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Mapping[str, str], said: list[str]
) -> None:
    monkeypatch.chdir(written(tmp_path, files))
    assert mistakes(Path("rules")) == said


def test_a_long_row_of_files_ends(tmp_path: Path) -> None:
    files = {f"{at}.yaml": f"include: {at + 1}.yaml" for at in range(1_500)}
    [mistake] = mistakes(written(tmp_path, files) / "0.yaml")
    assert mistake.endswith("20.yaml:1:10: include: more than 20 files include one another")
