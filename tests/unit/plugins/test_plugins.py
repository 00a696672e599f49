"""Matchers and filters of the user's own packages: found, held to their word, refused in words."""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from bot.cli.main import main
from bot.errors import UsageError
from bot.plugins import discovery, testing
from tests.support import ROOT

EXAMPLE = ROOT / "examples" / "plugin"

CODE = """
from bot.model import Match, Miss

class Word:
    NAME, PURE = "word", True
    def __init__(self, text): self.text = text
    @classmethod
    def read(cls, node, reading): return cls(reading.problems.text(node, "word"))
    def match(self, seen):
        return Match({"found": self.text}) if self.text in seen.words else Miss("no")
    def captures(self): return {"found"}
    def needs(self): return None

class Impure(Word):
    NAME, PURE = "impure", False

class Undeclared:
    NAME = "undeclared"
    read = match = captures = needs = lambda *_: None

class Half:
    NAME, PURE = "half", True
    read = match = captures = lambda *_: None

class Raises(Word):
    NAME = "raises"
    def match(self, seen): raise RuntimeError("boom")

class Odd(Word):
    NAME = "odd"
    def match(self, seen): return True

class List(Word):
    NAME = "list"
    def match(self, seen): return Match({"found": [1]})

class Unreadable(Word):
    NAME = "unreadable"
    @classmethod
    def read(cls, node, reading): raise KeyError("x")

class Needy(Word):
    NAME = "needy"
    def needs(self): return {"x"}

def shout(value): return str(value).upper() + "!"
def fails(value): raise ValueError("no good")
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """A package with these entry points, as pip leaves it on the path."""

    def installed(matchers: str = "", filters: str = "", code: str = CODE) -> None:
        (tmp_path / "my_plugin.py").write_text(code)
        info = tmp_path / "my_plugin-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-plugin\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(
            f"[bot.matchers]\n{matchers}\n[bot.filters]\n{filters}\n"
        )

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    discovery.discover.cache_clear()
    yield installed
    discovery.discover.cache_clear()
    sys.modules.pop("my_plugin", None)


def rules(text: str) -> None:
    Path("rules/a.yaml").write_text(dedent(text))


WORD = """\
    rules:
      - id: a
        when: {word: hi}
        reply: "{{ found | shout }}"
    """


def test_a_matcher_and_a_filter_answer(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install("word = my_plugin:Word", "shout = my_plugin:shout")
    rules(WORD)
    assert main(["dry-run", "oh hi", "hello"]) == 0
    assert "‹ HI!\n" in (shown := capsys.readouterr().out)
    assert "unmatched" in shown


def test_without_it_the_mistake_is_the_one_of_any_unknown_word(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    rules(WORD.replace("word", "keyword").replace("shout", "upper"))
    assert main(["dry-run", "hi"]) == 2
    assert "unknown matcher `keyword` (did you mean `keywords`?)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("point", "because"),
    [
        ("word = my_plugin:Nothing", "cannot be imported (AttributeError: "),
        ("word = not_there:Word", "cannot be imported (ModuleNotFoundError: "),
        ("keywords = my_plugin:Word", "`keywords` is built in; choose another name"),
        ("word = my_plugin:shout", "is not a class"),
        ("other = my_plugin:Word", 'needs NAME: ClassVar[str] = "other"'),
        ("undeclared = my_plugin:Undeclared", "needs PURE: ClassVar[bool], True where"),
        ("half = my_plugin:Half", "needs the method needs()"),
        ("Wo-rd = my_plugin:Word", "the name needs a-z, 0-9 and _"),
    ],
)
def test_a_wrong_plugin_is_named_with_its_package(
    install: Install, capsys: pytest.CaptureFixture[str], point: str, because: str
) -> None:
    install(point)
    rules(WORD)
    assert main(["check"]) == 2
    said = capsys.readouterr().err
    name, _, value = point.partition(" = ")
    assert said.startswith(f"plugin `{name}` ({value} of package my-plugin): {because}")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("point", "because"),
    [
        ("upper = my_plugin:shout", "`upper` is built in; choose another name"),
        ("shout = my_plugin:CODE", "cannot be imported"),
    ],
)
def test_a_wrong_filter_is_named_too(install: Install, point: str, because: str) -> None:
    install(filters=point)
    with pytest.raises(UsageError, match=because):
        discovery.discover()


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("raises", "the plugin raises failed: RuntimeError: boom"),
        ("odd", "the plugin odd failed: TypeError: match() gives neither Match nor Miss"),
        ("list", "the plugin list failed: TypeError: the capture found is neither text nor number"),
    ],
)
def test_a_matcher_that_fails_is_a_miss_with_the_reason(
    install: Install, capsys: pytest.CaptureFixture[str], name: str, because: str
) -> None:
    install(f"{name} = my_plugin:{name.title()}")
    rules(f"rules: [{{id: a, when: {{{name}: hi}}, reply: x}}]")
    assert main(["dry-run", "-v", "hi"]) == 0
    assert f"· a: {because}\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["unreadable", "needy"])
def test_a_matcher_that_cannot_read_its_yaml_is_a_mistake_with_a_place(
    install: Install, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    install(f"{name} = my_plugin:{name.title()}")
    rules(f"rules: [{{id: a, when: {{{name}: hi}}, reply: x}}]")
    assert main(["dry-run", "hi"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("rules/a.yaml:1:")
    assert f"{name}: the plugin fails on this (" in said


def test_a_filter_that_fails_is_outcome_failed(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install(filters="fails = my_plugin:fails")
    rules('rules: [{id: a, when: always, reply: "{{ message.text | fails }}"}]')
    assert main(["dry-run", "hi"]) == 0
    assert "failed by a" in (shown := capsys.readouterr().out)
    assert "ValueError: no good" in shown


def test_an_impure_matcher_needs_leave_in_a_dry_run(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install("impure = my_plugin:Impure\nword = my_plugin:Word")
    rules("rules: [{id: a, when: {any: [{impure: hi}]}, reply: x}]")
    assert main(["dry-run", "hi"]) == 2
    assert capsys.readouterr().err.startswith("rules/a.yaml:1:9: `impure` of rule `a` is not pure")
    assert main(["dry-run", "--allow-impure", "hi"]) == 0
    assert main(["check"]) == 0
    rules("rules: [{id: a, when: {word: hi}, reply: x}]")
    assert main(["dry-run", "hi"]) == 0


def test_a_dry_run_without_plugins_does_not_look_for_them() -> None:
    code = "import sys; from bot.cli.main import main; main(['dry-run', 'hours']); "
    code += "sys.exit('importlib.metadata' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


def test_what_the_docstrings_of_testing_show() -> None:
    assert doctest.testmod(testing).failed == 0


# The example, as a reader installs it.


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Its module and its entry points on the path: what pip would do, without pip."""
    target = tmp_path_factory.mktemp("site")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    info = target / "example_bot_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1.0\n"
    )
    points = project["entry-points"].items()
    (info / "entry_points.txt").write_text(
        "".join(f"[{group}]\n" + "".join(f"{n} = {v}\n" for n, v in named.items())
                for group, named in points)
    )  # fmt: skip
    path = os.pathsep.join(map(str, (target, EXAMPLE, ROOT)))
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path}


def run(environ: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=EXAMPLE,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


@pytest.mark.system
def test_the_example_passes_check_and_its_own_tests(environ: dict[str, str]) -> None:
    assert "2 rules: 0 errors" in run(environ, "bot", "check", "--strict", "--rules", "rules")
    assert "6 passed, 0 failed" in run(environ, "bot", "test", "rules")
    own = run(environ, "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "tests")
    assert "10 passed" in own


def test_the_example_has_a_page_and_is_in_the_schema(environ: dict[str, str]) -> None:
    assert run(environ, "bot", "help", "order_number").startswith(
        "`order_number`: the message contains"
    )
    assert '"order_number": {' in run(environ, "bot", "schema")


def test_the_example_answers(environ: dict[str, str]) -> None:
    shown = run(environ, "bot", "dry-run", "--rules", "rules", "where is 48215?")
    assert "‹ Order 48 215 is on its way.\n" in shown
