"""What the tools of a rule author say of the examples and their recorded messages, whole.

`python -m tests.system.test_on_examples` writes it anew, to be read in the diff.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.recorded import recorded
from tests.support import ROOT

pytestmark = pytest.mark.system

EXAMPLES = ("clinic", "school", "shop")
TOOLS = {
    "overlaps": "check --overlaps examples/{name} --against examples/{name}/messages.jsonl",
    "segments": "check --segments examples/{name}",
    "duel": "duel examples/{name} --at 2026-01-15T10:00",
    "mutate": "test --mutate examples/{name}",
    "suggest": "suggest examples/{name} --against examples/{name}/messages.jsonl",
    "stats": "stats --since 2026-01-01 --by rule",
    "audit": "opt-outs audit --since 2026-01-01 --rules examples/{name}",
    "blame": "blame out-2 --rules examples/{name}",
    "diff": "diff examples/{name} rules --since 2026-01-01",
}
"""The last four are of the messages in the ledger."""
SAID = Path(__file__).parent / "examples"
_DIGEST = re.compile("(?<=by the rules )[0-9a-f]{12}")
"""Of the rule files, which every word that is changed in them changes."""


def said(tool: str, name: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(TOOLS[tool].format(name=name).split())
    return _DIGEST.sub("…", out.getvalue())


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_tools_say_the_same_of_an_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("BOT_TIMEZONE", "America/New_York")
    monkeypatch.setenv("BOT_DATABASE_URL", recorded(name, tmp_path))
    found = {tool: said(tool, name) for tool in TOOLS}
    assert found == {tool: (SAID / f"{name}-{tool}.txt").read_text() for tool in TOOLS}


if __name__ == "__main__":
    os.environ["BOT_TIMEZONE"] = "America/New_York"
    for each in EXAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["BOT_DATABASE_URL"] = recorded(each, Path(folder))
            for one in TOOLS:
                (SAID / f"{each}-{one}.txt").write_text(said(one, each))
