"""Cases as data: a YAML file of mappings, read as rule files are (every scalar its text)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.rules.nodes import Mapping, Node, Scalar
from bot.rules.nodes import Sequence as SequenceNode
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml


def read_cases(path: Path, known: Sequence[str]) -> list[Mapping]:
    """The cases of a file; a mistake in the file itself fails at once, with its line."""
    if not path.exists():
        return []
    problems = Problems()
    root = read_yaml(path.name, path.read_bytes(), problems)
    cases = []
    for node in root.items if isinstance(root, SequenceNode) else []:
        assert isinstance(node, Mapping), node.place
        problems.known_keys(node, known, "key of a case")
        cases.append(node)
    assert problems.found == [], "\n".join(map(str, problems.found))
    return cases


def parameters(
    directory: Path, names: Sequence[str], known: Sequence[str]
) -> list[Any]:  # pytest.param has no public type
    return [
        pytest.param(name, case, id=f"{name}.yaml:{case.place.line}")
        for name in names
        for case in read_cases(directory / f"{name}.yaml", known)
    ]


def text_of(case: Mapping, key: str, otherwise: str = "") -> str:
    node = case.get(key)
    if node is None:
        return otherwise
    assert isinstance(node, Scalar), node.place
    return node.text


def texts_of(node: Node | None) -> dict[str, str]:
    assert node is None or isinstance(node, Mapping)
    return {} if node is None else {key.text: text_of(node, key.text) for key, _ in node.items()}
