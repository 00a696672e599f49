"""What the docstrings of the package show is what happens."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.support import ROOT

NAMES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "bot").rglob("*.py")
    if path.name != "__main__.py" and not {"migrations", "old_paths"} & set(path.parts)
)


@pytest.mark.parametrize("name", NAMES)
def test_examples_in_docstrings_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_some_docstrings_have_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [test for name in NAMES for test in finder.find(importlib.import_module(name))]
    assert sum(bool(test.examples) for test in found) >= 4
