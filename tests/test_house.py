"""The house rules of design.md: one order of modules, and nothing but thought left of the ‖."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "bot"

PURE = """
    errors model text segments lengths source patterns conditions templates wire account samples
    names matcher matchers rules guard guards typos index engine checkup play cases actions loader
    lint
""".split()
ACTING = """
    settings plugins files log capture ids reload ledger metrics gateway pipeline arrivals intake
    pace trial decider sender forgetting machine runner cluster
    web console sandbox testing layout reference schema commands cli __main__
""".split()
ORDER = [*PURE, *ACTING]

OUTSIDE_WORLD = set(
    """
    aiohttp alembic asyncio builtins concurrent ctypes dotenv fcntl glob http httpx importlib io
    logging mmap multiprocessing os pathlib pickle platform psycopg queue random requests rich
    sched secrets select shelve shutil signal socket sqlalchemy sqlite3 ssl starlette structlog
    subprocess sys tempfile threading time typer urllib.request uuid uvicorn uvloop watchfiles
""".split()
)
FORBIDDEN_CALLS = {
    *("open", "print", "input", "eval", "exec", "compile", "__import__"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("datetime.datetime.now", "datetime.datetime.today", "datetime.date.today"),
}


def files_of(module: str) -> list[Path]:
    package = HOUSE / module
    return sorted(package.rglob("*.py")) if package.is_dir() else [HOUSE / f"{module}.py"]


def modules() -> list[str]:
    """What stands in bot/, a package as one name."""
    found = {path.stem for path in HOUSE.glob("*.py")} - {"__init__"}
    return sorted(found | {path.parent.name for path in HOUSE.glob("*/__init__.py")})


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names: of `from bot import engine` and of `from bot.engine import x`, bot.engine."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide the direction"
            if node.module == "bot":
                yield from (f"bot.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def own_imports(tree: ast.AST) -> set[str]:
    return {name.split(".")[1] for name in imports(tree) if name.startswith("bot.")}


def outside_imports(tree: ast.AST) -> set[str]:
    return {
        name
        for name in imports(tree)
        for part in (name, name.split(".")[0])
        if part in OUTSIDE_WORLD
    }


def calls(tree: ast.AST) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def parsed(module: str) -> list[tuple[str, ast.Module]]:
    return [
        (str(path.relative_to(HOUSE)), ast.parse(path.read_text(encoding="utf-8")))
        for path in files_of(module)
    ]


def test_every_module_has_its_place_in_the_order() -> None:
    assert set(modules()) - set(ORDER) == set()
    assert set(PURE) - {"lint"} - set(modules()) == set()


@pytest.mark.parametrize("module", [name for name in ORDER if name in modules()])
def test_a_module_imports_only_those_before_it(module: str) -> None:
    before = {module, *ORDER[: ORDER.index(module)]}
    found = {name: own_imports(tree) - before for name, tree in parsed(module)}
    assert {name: later for name, later in found.items() if later} == {}


@pytest.mark.parametrize("module", [name for name in PURE if name in modules()])
def test_a_pure_module_touches_no_outside_world(module: str) -> None:
    for name, tree in parsed(module):
        assert (name, outside_imports(tree)) == (name, set())
        assert (name, calls(tree) & FORBIDDEN_CALLS) == (name, set())


def test_the_stand_in_for_the_provider_knows_nothing_of_the_bot() -> None:
    assert {name: own_imports(tree) - {"sandbox"} for name, tree in parsed("sandbox")} == {
        name: set() for name, _ in parsed("sandbox")
    }


@pytest.mark.parametrize(
    ("source", "own", "outside", "called"),
    [
        ("from bot import engine, text", {"engine", "text"}, set(), set()),
        ("def f():\n    import bot.wire.x", {"wire"}, set(), set()),
        ("import os.path", set(), {"os.path"}, set()),
        ("from urllib.request import urlopen", set(), {"urllib.request"}, set()),
        ("from urllib.parse import urlsplit", set(), set(), set()),
        ("from datetime import time", set(), set(), set()),
        ("datetime.now(UTC)", set(), set(), {"datetime.now"}),
        ("x = open", set(), set(), set()),
        ("template.compile()", set(), set(), {"template.compile"}),
    ],
)
def test_the_house_sees_what_it_must_see(
    source: str, own: set[str], outside: set[str], called: set[str]
) -> None:
    tree = ast.parse(source)
    assert (own_imports(tree), outside_imports(tree), calls(tree)) == (own, outside, called)
