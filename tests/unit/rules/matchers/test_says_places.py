"""Where a sentence template is wrong: at the sign or the word itself, marked here with `›`."""

from __future__ import annotations

import pytest

from tests.build import mistakes

WRONG = [
    "›?",
    "a ›(b",
    "a b ›(c|d e",
    "a ›[b|c",
    "a b›)",
    "(a›]",
    "a ›{b",
    "a b›}",
    "I ›<3 you",
    "a (b|›)",
    "a [›|b]",
    "order›[s]",
    "›{n:int}pm",
    "[hi] ›{n:int}pm",
    "a ›{}",
    "a ›{my name}",
    "a {n:›integer}",
    "a { n : ›nt }",
    "{a} or ›{a}",
    "a {a} (b|[c ›{a}])",
    "call me {name} ›| x",
    "from <shop> to ›<shpo>",
    "it's {a} ›[b",
]
RULES = """\
lists: {{shop: {{downtown: [dt]}}}}
rules:
  - id: a
    when:
      says: {}
    reply: Hi
"""


@pytest.mark.parametrize("marked", WRONG)
@pytest.mark.parametrize(
    ("form", "line", "column"), [('"{}"', 5, 14), ("|\n        {}", 6, 9)], ids=["quoted", "block"]
)
def test_the_place_is_that_of_the_sign(marked: str, form: str, line: int, column: int) -> None:
    [problem] = mistakes(RULES.format(form.format(marked.replace("›", ""))))
    assert problem.startswith(f"rules.yaml:{line}:{column + marked.index('›')}: ")
