"""Pages of the manual on a terminal: code that is pasted from there is what the page has."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import yaml

from bot.cli.commands import help as manual
from bot.cli.narrow import narrowed

WIDTH = 78
PAGES = dict(manual._pages())
FORMS = {name for name in PAGES if name.startswith("$")}
"""They list texts, which nobody pastes."""


def code(page: str, width: int) -> Iterator[str]:
    """The lines that are too wide; what a command prints is as long as it makes it."""
    is_fenced = is_console = False
    for line in page.splitlines():
        if line.startswith("```"):
            is_fenced = not is_fenced
            is_console = line == "```console"
        elif is_console and not line.startswith("$ "):
            continue
        elif is_fenced or line.startswith("    "):
            yield from [line] if len(line) > width + (0 if is_fenced else 4) else []


@pytest.mark.parametrize("name", sorted(PAGES.keys() - FORMS))
def test_no_code_is_wider_than_a_terminal(name: str) -> None:
    assert list(code(narrowed(PAGES[name], WIDTH), WIDTH)) == []


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("    a: 1                # why that is", ["    # why that is", "    a: 1"]),
        (
            "      - a: [1, 2]  # one or two, or ten",
            ["      # one or two, or ten", "      - a: [1, 2]"],
        ),
        ("    a: '1  # not a remark' ........", ["    a: '1  # not a remark' ........"]),
        ("    one, two · three · four five → 5", ["    one, two · three ·", "      four five → 5"]),
        ("    {{ 'one and two and' | x }} → 4", ["    {{ 'one and two and' | x }}", "      → 4"]),
        ("a text that is not code, and is long: {a: 1}   # so", None),
        ("    a: 1   # short", None),
    ],
)
def test_a_line_is_broken_where_that_harms_nobody(line: str, broken: list[str] | None) -> None:
    page = f"A page.\n\n{line}\n\nThe end."
    wanted = page if broken is None else page.replace(line, "\n".join(broken))
    assert narrowed(page, 24) == wanted


@pytest.mark.parametrize("name", PAGES)
def test_what_is_broken_still_is_the_same_yaml(name: str) -> None:
    wide, narrow = (
        re.findall(r"(?:^    .*\n)+", page, re.M)
        for page in (PAGES[name], narrowed(PAGES[name], 40))
    )
    for before, after in zip(wide, narrow, strict=True):
        if " · " not in before and "→" not in before:
            assert list(read(after)) == list(read(before))


def read(text: str) -> Iterator[object]:
    """Nothing of what is not YAML by itself, as a line of keys that are alternatives."""
    try:
        yield yaml.load(text, yaml.BaseLoader)  # noqa: S506  texts alone
    except yaml.YAMLError:
        return
