"""The canonical form: what it moves, what it never touches, and that it means the same."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.authoring.formatter import ORDER, formatted
from bot.errors import RuleError, UsageError
from bot.rules import keys
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml
from tests.support import ROOT
from tests.unit.authoring.test_schema import plain

FILES = sorted([*ROOT.glob("rules/**/*.yaml"), *ROOT.glob("examples/**/*.yaml")])


def laid_out(text: str) -> str:
    return formatted("rules.yaml", dedent(text))


def meaning(text: str) -> object:
    problems = Problems()
    root = read_yaml("file", text, problems)
    assert problems.errors == []
    return None if root is None else plain(root)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_own_files_are_in_canonical_form(path: Path) -> None:
    assert formatted(path.name, path.read_bytes()) == path.read_text()


SAME = """\
# At the top.

vars: {a: b}

rules:
  - hours: Nine to five.
  - prices: "See the list."   # a comment

  # About this rule.
  - id: a
    # About when.
    when:
      keywords: &words                   # beside an anchor
        - yes                            # first
        - 12:30
        # in the list
        - 007
        # at the end of the list
    reply: >-
      Some   text

        # no comment
    tests:
      - {say: "a", rule: a,
         reply: "a list on several lines"}
      - say: 'it''s'
        rule: a

  # - a rule that is switched off
  #   when: always

  - id: b
    when: {keywords: *words}
    reply: "a
      b

      c"
# At the end.
"""


def test_what_is_canonical_stays() -> None:
    assert formatted("rules.yaml", SAME) == SAME


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
            rules:
            - id: a
              when:
                  keywords:
                  - x
                  - y
              reply: z
            """,
            """\
            rules:
              - id: a
                when:
                  keywords:
                    - x
                    - y
                reply: z
            """,
            id="two spaces a level, lists too",
        ),
        pytest.param(
            """\
            rules:
              -   tests: {match: [x]}   # why
                  # about reply
                  reply: |
                      one
                        two
                  when: {keywords: [x]}
                  id: a
            """,
            """\
            rules:
              - id: a
                when: {keywords: [x]}
                # about reply
                reply: |
                    one
                      two
                tests: {match: [x]}   # why
            """,
            id="the keys of a rule in one order, their comments with them",
        ),
        pytest.param(
            """\
            rules:
              - reply: a
                # what it is
                id: a
                when: always
            """,
            """\
            rules:
              # what it is
              - id: a
                when: always
                reply: a
            """,
            id="a comment of the first key stands above the dash",
        ),
        pytest.param(
            """\
            rules:

              - id: a
                when: always
                reply: a
              - short: b
              - other: c
              # about d
              - id: d
                when: always
                reply: d



              - short2: b
            """,
            """\
            rules:
              - id: a
                when: always
                reply: a

              - short: b
              - other: c

              # about d
              - id: d
                when: always
                reply: d

              - short2: b
            """,
            id="one blank line between long rules",
        ),
        pytest.param(
            "rules:\r\n  - a: b   \r\n\r\n\r\nfallback: {reply: c}",
            "rules:\n  - a: b\n\nfallback: {reply: c}\n",
            id="line ends",
        ),
        pytest.param(
            """\
            fallback:
               reply: |+
                 a


               limit: {times: 1, per: 1h}
            """,
            """\
            fallback:
              reply: |+
                a


              limit: {times: 1, per: 1h}
            """,
            id="blank lines that are part of a text",
        ),
        pytest.param(
            "fallback:\n  tests: []\n  reply: &a x\n  silent: no\n",
            "fallback:\n  reply: &a x\n  silent: no\n  tests: []\n",
            id="the fallback",
        ),
        pytest.param(
            "fallback:\n   set: {contact: {a: &a x}}\n   reply: *a\n",
            "fallback:\n  set: {contact: {a: &a x}}\n  reply: *a\n",
            id="an anchor stays before what points to it",
        ),
        pytest.param("rules: [{reply: b, id: a, when: always}]\n\n\n",
                     "rules: [{reply: b, id: a, when: always}]\n", id="flow lists as written"),
        pytest.param("# nothing\n\n\n# here", "# nothing\n\n# here\n", id="comments alone"),
        pytest.param("---\n\n\nrules: []\n", "---\n\nrules: []\n", id="a document mark"),
    ],
)  # fmt: skip
def test_what_is_not_canonical_is_moved(before: str, after: str) -> None:
    assert laid_out(before) == dedent(after)
    assert laid_out(after) == dedent(after)


SCALARS = "yes no on 12:30 007 +1555 1e3 0x10 1_000 ~ null 2026-01-01 where? -1 .5 <<".split()


@pytest.mark.parametrize("scalar", SCALARS)
def test_scalars_stay_as_written(scalar: str) -> None:
    text = f"rules:\n- when: {{keywords: [{scalar}, a]}}\n  reply: {scalar}\n  id: a\n"
    done = formatted("rules.yaml", text)
    assert meaning(done) == meaning(text)
    assert done.count(scalar) >= 2


@pytest.mark.parametrize(
    "text", ["rules: [", "a: 1\na: 2\n", "a:\n\t- b", "a: *b", b"\xff", "a: 1\n---\nb: 2\n"]
)
def test_a_file_with_errors_is_refused(text: str | bytes) -> None:
    with pytest.raises(RuleError):
        formatted("rules.yaml", text)


@pytest.mark.parametrize("text", ["? a\n: b\n", "? [a]\n: b\n"])
def test_what_cannot_be_laid_out_is_refused_or_means_the_same(text: str) -> None:
    with contextlib.suppress(UsageError, RuleError):
        assert meaning(formatted("rules.yaml", text)) == meaning(text)


def test_every_key_of_a_rule_has_its_place() -> None:
    assert set(ORDER) == set(keys.RULE)
    assert ORDER.index("long") == ORDER.index("max_segments") + 1
    assert (ORDER[:3], ORDER[-1]) == (("id", "when", "reply"), "tests")


# Files as people write them: any indentation, order, quotes, comments, blank lines.

TEXTS = st.sampled_from(
    ["a", "yes", "007", "'it''s'", '"q: \\" # no"', "where?", "[a, b]   # c", "{k: [1,\n      2]}",
     "|\n{in}  text\n\n{in}    # text", ">+\n{in} folded\n\n\n", '"two\n{in} lines"', "&x a", "*x",
     "plain\n{in} on two lines"]
)  # fmt: skip
COMMENTS = st.sampled_from(
    ["", "", "", "\n", "{at}# a comment\n", "# far left\n", "\n\n{at}  # deep\n"]
)


@st.composite
def mappings(draw: st.DrawFn, column: int, keys: list[str], depth: int = 0) -> str:
    """Lines of a block mapping at a column, the first without its indentation."""
    lines: list[str] = []
    for key in draw(st.lists(st.sampled_from(keys), min_size=1, max_size=5, unique=True)):
        above = draw(COMMENTS) if lines else ""
        start = " " * column if lines else ""
        kind = draw(st.integers(0, 3 if depth < 2 else 0))
        if kind < 2:
            value = " " + draw(TEXTS).replace("{in}", " " * column) + "\n"
        else:
            deeper = column + draw(st.integers(1, 4))
            if kind == 2:
                inner = draw(mappings(deeper, ["a", "b", "c"], depth + 1))
                value = "\n" + " " * deeper + inner
            else:
                deeper -= draw(st.sampled_from([0, deeper - column]))
                value = "\n" + draw(lists(deeper, ["a", "b", "id"], depth + 1))
        lines.append(above.replace("{at}", " " * column) + f"{start}{key}:{value}")
    return "".join(lines)


@st.composite
def lists(draw: st.DrawFn, column: int, keys: list[str], depth: int = 0) -> str:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        above = draw(COMMENTS).replace("{at}", " " * column)
        gap = draw(st.integers(1, 3))
        if draw(st.booleans()):
            item = draw(mappings(column + 1 + gap, keys, depth + 1))
        else:
            item = draw(TEXTS).replace("{in}", " " * (column + 1)) + "\n"
        found.append(f"{above}{' ' * column}-{' ' * gap}{item}")
    return "".join(found)


@st.composite
def files(draw: st.DrawFn) -> str:
    rules = draw(lists(draw(st.integers(0, 4)), list(keys.RULE)))
    fallback = draw(mappings(3, list(keys.RULE)))
    return f"{draw(COMMENTS)}rules:\n{rules}{draw(COMMENTS)}fallback:\n   {fallback}".replace(
        "{at}", ""
    )


def comments(text: str) -> list[str]:
    return sorted(re.findall(r"# (?:a comment|far left|deep|c)\b", text))


@pytest.mark.system
@given(files())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_laid_out_twice_is_laid_out_once_and_means_the_same(text: str) -> None:
    try:
        once = formatted("rules.yaml", text)
    except RuleError:
        return  # an alias without its anchor, and the like
    assert formatted("rules.yaml", once) == once
    assert meaning(once) == meaning(text)
    assert comments(once) == comments(text)
