"""What the README shows is run: files written, commands executed, output compared."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.commands.help import GUIDES, OPERATION
from bot.cli.main import main
from bot.sandbox import Number, Provider, create_app, serving
from tests.recorded import recorded
from tests.support import ROOT

HELP = tuple(sorted(ROOT.glob("bot/cli/pages/*.md")))
PAGES = (
    *(ROOT / "README.md", *sorted(ROOT.glob("examples/*/README.md"))),
    *(page for page in HELP if "```console" in page.read_text()),
)
SENT = '{"externalId": "%s", "longcodeId": 123, "to": "+15555550124"}\n'


_DIGEST = re.compile("(?<=by the rules )[0-9a-f]{12}")
"""Of the rule files, which every word that is changed in them changes."""


@dataclass(frozen=True)
class Shown:
    """A `$ bot …` line and the output that stands below it; `! ` before what is on stderr."""

    command: str
    output: str


@dataclass(frozen=True)
class Written:
    """A block with the name of a file: the file as it stands from there on."""

    name: str
    content: str


_BLOCK = re.compile(
    r"^( *)```(console|yaml|csv)(?: (\S+))?\n(.*?)^ *```|^    (\$ bot [^\n]*\n)", re.S | re.M
)


def steps(page: Path) -> Iterator[Shown | Written]:
    """The console lines and the files of a page, in order."""
    for indent, kind, named, block, line in _BLOCK.findall(page.read_text()):
        content = re.sub(f"(?m)^{indent}", "", block)
        if kind == "yaml":
            if name := re.match(r"# (\S+\.yaml)\n", content):
                yield Written(name[1], content)
            continue
        if named:
            yield Written(named, content)
            continue
        for part in re.split(r"(?m)^\$ ", content or line.lstrip())[1:]:
            command, _, output = part.partition("\n")
            yield Shown(command, output.rstrip("\n"))


def run(shown: Shown, folder: Path, environ: Mapping[str, str]) -> str:
    arguments = [sys.executable, "-m", "bot", *shlex.split(shown.command)[1:]]
    if arguments[3] == "serve":
        return run_server(arguments, folder, environ)
    done = subprocess.run(
        arguments, cwd=folder, env=environ, capture_output=True, text=True, timeout=60
    )
    said = "".join(f"! {line}\n" for line in done.stderr.splitlines())
    is_summary = "--input" in arguments and "! " not in shown.output
    assert not said or is_summary or "\n! " in f"\n{shown.output}", shown.command
    return (done.stdout + ("" if is_summary else said)).rstrip("\n")


def run_server(arguments: list[str], folder: Path, environ: Mapping[str, str]) -> str:
    """Until it says that it serves."""
    with subprocess.Popen(
        [*arguments[:3], "serve", "--port", "0"],
        cwd=folder,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        said = server.stderr.readline().rstrip("\n")
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    return re.sub(r":\d+$", ":8080", said)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The repository as a reader has it, as far as commands read it."""
    for name in ("rules", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "sent.jsonl").write_text(SENT % "a-1" + SENT % "a-2")
    return tmp_path


@pytest.fixture
def environ(folder: Path) -> Iterator[dict[str, str]]:
    """A stand-in for MTA that answers `bot send`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    provider = Provider(numbers=[Number(id=123, number="+18005550100")])
    loop = asyncio.new_event_loop()
    context = serving(create_app(provider, api_key="key"))
    origin = loop.run_until_complete(context.__aenter__())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield {
        **kept,
        "PYTHONPATH": str(ROOT),
        "MTA_API_KEY": "key",
        "MTA_WEBHOOK_SECRET": "secret",
        "MTA_BASE_URL": f"{origin}/v3",
    }
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(context.__aexit__(None, None, None))
    loop.close()


@pytest.mark.parametrize(
    "page",
    [PAGES[0], *(pytest.param(page, marks=pytest.mark.system) for page in PAGES[1:])],
    ids=lambda page: f"{page.parent.name}-{page.stem}",
)
def test_what_a_page_shows_is_what_happens(
    page: Path, folder: Path, environ: dict[str, str]
) -> None:
    examples = list(steps(page))
    assert examples, "a page without commands"
    if page.stem == "traffic":  # it tells of what the example shop's people wrote
        recorded("shop", folder)
    for example in examples:
        if isinstance(example, Written):
            (folder / example.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / example.name).write_text(example.content)
            continue
        got = run(example, folder, environ)
        if example.output:
            assert _DIGEST.sub("…", got) == _DIGEST.sub("…", example.output), example.command


def test_the_rules_of_the_first_screen_take_five_lines() -> None:
    first = next(step for step in steps(PAGES[0]) if isinstance(step, Written))
    assert len(first.content.splitlines()) == 5


def test_every_page_of_the_help_is_reached_from_the_readme_and_printed() -> None:
    text = PAGES[0].read_text()
    assert {page.stem for page in HELP} == {*GUIDES, *OPERATION}
    for page in HELP:
        assert f"[`bot help {page.stem}`](bot/cli/pages/{page.name})" in text
        with contextlib.redirect_stdout(io.StringIO()) as said:
            assert main(["help", page.stem]) == 0
        assert said.getvalue() == page.read_text()


def test_the_readme_is_short() -> None:
    assert len(PAGES[0].read_text().splitlines()) <= 260


def test_each_link_of_a_page_leads_somewhere() -> None:
    pages = (*PAGES, *HELP, ROOT / "bot/README.md", ROOT / ".github/CONTRIBUTING.md")
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), (page.name, target)


def test_every_command_is_in_the_readme() -> None:
    from bot.cli.commands import REGISTRY

    text = PAGES[0].read_text()
    assert [name for name in REGISTRY if f"bot {name}" not in text] == []
