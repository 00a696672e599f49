"""What the tools of a rule author say of the examples and their recorded messages, whole.

`python -m tests.system.test_on_examples` writes it anew, to be read in the diff.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from bot.cli.main import main

pytestmark = pytest.mark.system

EXAMPLES = ("clinic", "school", "shop")
TOOLS = {
    "overlaps": "check --overlaps examples/{name} --against examples/{name}/messages.jsonl",
    "segments": "check --segments examples/{name}",
    "duel": "duel examples/{name} --at 2026-01-15T10:00",
    "mutate": "test --mutate examples/{name}",
}
SAID = Path(__file__).parent / "examples"


def said(tool: str, name: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(TOOLS[tool].format(name=name).split())
    return out.getvalue()


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_says_the_same_of_an_example(
    tool: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.setenv("BOT_TIMEZONE", "America/New_York")
    assert said(tool, name) == (SAID / f"{name}-{tool}.txt").read_text()


if __name__ == "__main__":
    for each in EXAMPLES:
        for one in TOOLS:
            (SAID / f"{each}-{one}.txt").write_text(said(one, each))
