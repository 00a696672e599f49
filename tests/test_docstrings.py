"""What the docstrings of the pure modules show is what happens."""

from __future__ import annotations

import doctest
import importlib
from types import ModuleType

import pytest

from tests.test_house import HOUSE, PURE, files_of, modules


def module_names() -> list[str]:
    paths = [path for name in PURE if name in modules() for path in files_of(name)]
    dotted = [".".join(path.relative_to(HOUSE.parent).with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in dotted]


@pytest.mark.parametrize("name", module_names())
def test_examples_in_docstrings_run(name: str) -> None:
    module: ModuleType = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


def test_some_docstrings_have_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [test for n in module_names() for test in finder.find(importlib.import_module(n))]
    assert sum(bool(test.examples) for test in found) >= 4
