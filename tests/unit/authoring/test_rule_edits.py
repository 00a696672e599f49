"""Keywords and tests put into the text of a rule file, which stays as it is but for them."""

from __future__ import annotations

import pytest

from bot.authoring.rule_edits import with_keywords
from bot.rules.loader import SourceFile, load

HEAD = "# ours\nrules:\n  - {other: x}   # first\n"
CASES = {
    "in brackets": (
        '  - {id: a, when: {keywords: [b, "c d"]}, reply: Hi}  # why\n',
        '  - {id: a, when: {keywords: [b, "c d", hrs, "u?"]}, reply: Hi, '
        'tests: {match: [hrs, "u?"]}}  # why\n',
    ),
    "a text alone": (
        "  - id: a\n    when: {keywords: b c}   # said\n    reply: Hi\n  # next\n  - {d: e}\n",
        '  - id: a\n    when: {keywords: [b c, hrs, "u?"]}   # said\n    reply: Hi\n'
        '    tests: {match: [hrs, "u?"]}\n  # next\n  - {d: e}\n',
    ),
    "a list with comments": (
        "  - id: a\n    when:\n      keywords:\n        - b   # one\n        - c   # two\n"
        "    reply: Hi   # it\n    tests:\n      match:\n        - b\n      no_match: [x]\n",
        "  - id: a\n    when:\n      keywords:\n        - b   # one\n        - c   # two\n"
        '        - hrs\n        - "u?"\n'
        "    reply: Hi   # it\n    tests:\n      match:\n        - b\n"
        '        - hrs\n        - "u?"\n      no_match: [x]\n',
    ),
    "forms and cases": (
        "  - id: a\n    when: {keywords: {exact: b, none: [x]}}\n    reply: Hi\n"
        "    tests:\n      - {say: b, rule: a}\n",
        '  - id: a\n    when: {keywords: {exact: [b, hrs, "u?"], none: [x]}}\n    reply: Hi\n'
        '    tests:\n      - {say: b, rule: a}\n      - {match: [hrs, "u?"]}\n',
    ),
    "tests without match": (
        "  - id: a\n    when: {keywords: [b]}\n    reply: Hi\n    tests: {no_match: [x]}\n",
        '  - id: a\n    when: {keywords: [b, hrs, "u?"]}\n    reply: Hi\n'
        '    tests: {match: [hrs, "u?"], no_match: [x]}\n',
    ),
    "no line behind it": (
        "  - id: a\n    when: {keywords: [b]}\n    reply: Hi",
        '  - id: a\n    when: {keywords: [b, hrs, "u?"]}\n    reply: Hi\n'
        '    tests: {match: [hrs, "u?"]}',
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_all_else_stays(before: str, after: str, ends: str) -> None:
    before, after = ((HEAD + text).replace("\n", ends) for text in (before, after))
    # what is put in on lines of its own ends as Python writes lines
    assert with_keywords(before, "a", ["hrs", "u?"]) is not None
    found = with_keywords(before, "a", ["hrs", "u?"]) or ""
    assert found.replace("\r\n", "\n") == after.replace("\r\n", "\n")
    loaded = load([SourceFile("a.yaml", found)])
    assert [case.say for case in loaded.cases if case.expected.fires][-2:] == ["hrs", "u?"]


@pytest.mark.parametrize(
    "text",
    [
        "rules: [",
        "rules: []",
        "rules:\n  - {id: b, when: {keywords: [x]}, reply: Hi}",
        "rules:\n  - {id: a, when: {regex: x}, reply: Hi}",
        "rules:\n  - {id: a, when: {keywords: {none: [x], all: [y]}}, reply: Hi}",
        "rules:\n  - id: a\n    when: {keywords: [x]}\n    reply: |\n      Hi\n",
        "\ufeffrules:\n  - {id: a, when: {keywords: [x]}, reply: Hi}",
        "rules:\n  - {a: Hi}",
    ],
)
def test_what_cannot_be_edited_so_is_left_to_a_person(text: str) -> None:
    assert with_keywords(text, "a", ["hrs"]) is None
