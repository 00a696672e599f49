"""`bot import keywords`: a list from elsewhere becomes rules that pass check, test and fmt."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Bot

LIST = 'keyword,reply\nhours,"We\'re open 9-5, Mon-Fri."\nmenu|food,"{{ soup :}"\n'


@pytest.fixture(autouse=True)
def _list(folder: Path) -> None:
    (folder / "list.csv").write_text(LIST)


def test_what_it_writes_passes_check_test_and_fmt(bot: Bot, folder: Path) -> None:
    ran = bot("import", "keywords", "list.csv", "--output", "new.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "2 rules in new.yaml; next: bot check . · bot test .\n"
    assert bot("check", "--strict", "--rules", "new.yaml").out == "2 rules: 0 errors, 0 warnings\n"
    assert bot("test", "new.yaml").out == "3 passed, 0 failed\n"
    assert bot("fmt", "--check", "new.yaml").code == 0
    assert "‹ {{ soup :}\n" in bot("dry-run", "--rules", "new.yaml", "any food?").out


def test_without_output_the_rules_are_on_stdout(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = bot("import", "keywords", "list.csv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# From list.csv, by `bot import keywords`.")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LIST.encode())))
    assert bot("import", "keywords", "-").out == ran.out.replace("list.csv", "stdin")


def test_nothing_is_overwritten(bot: Bot, folder: Path) -> None:
    before = (folder / "rules" / "shop.yaml").read_text()
    ran = bot("import", "keywords", "list.csv", "--output", "rules/shop.yaml")
    said = "rules/shop.yaml: exists; nothing is overwritten, name another\n"
    assert (ran.code, ran.out, ran.err) == (2, "", said)
    assert (folder / "rules" / "shop.yaml").read_text() == before


def test_what_is_left_out_is_said_and_the_rest_is_written(bot: Bot, folder: Path) -> None:
    (folder / "list.csv").write_text(LIST + "hours,again\nSTOP,Bye\n")
    ran = bot("import", "keywords", "list.csv", "--output", "new.yaml")
    assert (ran.code, ran.out.partition(";")[0]) == (1, "2 rules in new.yaml, 2 lines to look at")
    assert ran.err == (
        "list.csv:4: `hours` is in line 2 already; left out\n"
        "list.csv:5: `STOP` is taken by `$opt-out` (bot help opt-out); left out\n"
    )


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (None, "list.csv: No such file or directory\n"),
        (b"PK\x03\x04", "list.csv: it is a spreadsheet; save it as CSV first\n"),
        (b"\x1b[2J", "list.csv: there is no rule in it; a line is, for example: hours,Open 9-5\n"
                     "line 1: there is no reply; left out\n"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_the_operators_mistake(
    bot: Bot, folder: Path, content: bytes | None, mistake: str
) -> None:
    (folder / "list.csv").unlink()
    if content is not None:
        (folder / "list.csv").write_bytes(content)
    ran = bot("import", "keywords", "list.csv", "--output", "new.yaml")
    assert (ran.code, ran.out, ran.err) == (2, "", mistake)
    assert not (folder / "new.yaml").exists()
