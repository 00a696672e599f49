"""The recipe for CI: its files are those of the page, and what they run passes, or fails."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.main import main
from tests.support import ROOT

RECIPE = ROOT / "examples" / "ci"
WORKFLOW, HOOKS = ".github/workflows/rules.yaml", ".pre-commit-config.yaml"


def read(name: str) -> Any:
    return yaml.safe_load((RECIPE / name).read_text())


def workflow_commands() -> list[str]:
    [job] = read(WORKFLOW)["jobs"].values()
    return [step["run"] for step in job["steps"] if "run" in step]


def hooks() -> list[dict[str, Any]]:
    [local] = read(HOOKS)["repos"]
    found: list[dict[str, Any]] = local["hooks"]
    return found


COMMANDS = [*workflow_commands()[1:], *(hook["entry"] for hook in hooks())]


@pytest.fixture(autouse=True)
def _copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(RECIPE / "rules", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)


def test_the_page_shows_the_files() -> None:
    page = (ROOT / "bot" / "cli" / "pages" / "ci.md").read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.S)
    assert blocks[:2] == [(RECIPE / name).read_text() for name in (WORKFLOW, HOOKS)]


def test_the_workflow_installs_the_bot_first_and_runs_when_rules_change() -> None:
    assert workflow_commands()[0] == 'pip install "$BOT"'
    triggers = read(WORKFLOW)[True]  # YAML 1.1 reads `on` so, GitHub as a text
    assert {name: "rules/**" in on["paths"] for name, on in triggers.items()} == {
        "push": True,
        "pull_request": True,
    }


def test_each_hook_runs_for_rule_files_and_for_all_of_them() -> None:
    for hook in hooks():
        assert (hook["language"], hook["pass_filenames"]) == ("system", False)
        pattern = re.compile(hook["files"])
        assert all(map(pattern.search, ("rules/a.yaml", "rules/b/c.test.yml")))
        assert not any(map(pattern.search, ("README.md", "examples/rules/a.yaml")))


@pytest.mark.parametrize("command", COMMANDS)
def test_what_the_recipe_runs_passes(command: str) -> None:
    name, *arguments = shlex.split(command)
    assert name == "bot"
    assert main(arguments) == 0


WRONG = {
    "bot fmt --check": "rules:\n- hats: We have hats.\n",
    "bot check": "rules:\n  - {id: hats, when: {keyword: [hats]}, reply: We have hats.}\n",
    "bot test": "rules:\n  - {id: a, when: {keywords: [hats]}, reply: b, tests: {match: [cats]}}\n",
}


@pytest.mark.parametrize(
    ("command", "wrong"),
    [(c, wrong) for c in COMMANDS for begin, wrong in WRONG.items() if c.startswith(begin)],
)
def test_what_the_recipe_runs_fails_where_rules_are_wrong(command: str, wrong: str) -> None:
    (Path("rules") / "20-hats.yaml").write_text(wrong)
    assert main(shlex.split(command)[1:]) == 1


def test_mistakes_are_shown_beside_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    (Path("rules") / "20-hats.yaml").write_text(WRONG["bot check"])
    [command] = [c for c in workflow_commands() if c.startswith("bot check")]
    assert main(shlex.split(command)[1:]) == 1
    [first, _] = capsys.readouterr().out.splitlines()
    assert first.startswith("::error file=rules/20-hats.yaml,line=2,col=")
