"""Keywords and tests put into the text of a rule file; comments and all else stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import yaml

_Edit: TypeAlias = tuple[int, str]
"""Where something is put in, and what."""
_PLAIN: Final = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
_FORMS: Final = ("any", "exact", "starts")
"""Of keywords: the first that a rule has is the one that gets more."""


def with_keywords(text: str, rule_id: str, phrases: Sequence[str]) -> str | None:
    """The file with more keywords of a rule, each with a test.

    None where it has no such rule with a list or text of keywords, or that cannot be edited so.
    """
    if text.startswith("\ufeff"):  # it counts as no sign of the text
        return None
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None
    rule = next((node for node in _rules(root) if _text(_get(node, "id")) == rule_id), None)
    when = _get(rule, "when")
    keywords = _get(when, "keywords")
    if isinstance(keywords, yaml.MappingNode):
        keywords = next((found for form in _FORMS if (found := _get(keywords, form))), None)
    if rule is None or when is None or keywords is None:
        return None
    quoted = list(map(_quoted, phrases))
    try:
        edits = [*_more(text, keywords, quoted), *_tests(text, rule, when, quoted)]
    except ValueError:
        return None
    for at, what in sorted(edits, reverse=True):
        text = text[:at] + what + text[at:]
    return text


def _quoted(phrase: str) -> str:
    return phrase if _PLAIN.fullmatch(phrase) else json.dumps(phrase, ensure_ascii=False)


def _rules(root: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    listed = _get(root, "rules")
    if isinstance(listed, yaml.SequenceNode):
        yield from (node for node in listed.value if isinstance(node, yaml.MappingNode))


def _get(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _more(text: str, node: yaml.Node, quoted: Sequence[str]) -> Iterator[_Edit]:
    """More items in a list; a text alone becomes one."""
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("|", ">"):
            raise ValueError
        yield node.start_mark.index, "["
        yield node.end_mark.index, f", {', '.join(quoted)}]"
    elif not isinstance(node, yaml.SequenceNode) or not node.value:
        raise ValueError
    elif node.flow_style:
        yield node.value[-1].end_mark.index, "".join(f", {one}" for one in quoted)
    else:
        last = node.value[-1]
        indent = " " * node.start_mark.column
        yield _line_end(text, last), "".join(f"\n{indent}- {one}" for one in quoted)


def _tests(
    text: str, rule: yaml.MappingNode, when: yaml.Node, quoted: Sequence[str]
) -> Iterator[_Edit]:
    tests = _get(rule, "tests")
    listed = ", ".join(quoted)
    if tests is None:
        if rule.flow_style:
            yield rule.value[-1][1].end_mark.index, f", tests: {{match: [{listed}]}}"
        else:
            indent = " " * rule.start_mark.column
            last = max((value for _, value in rule.value), key=lambda one: one.end_mark.index)
            yield _line_end(text, last), f"\n{indent}tests: {{match: [{listed}]}}"
        return
    if isinstance(tests, yaml.MappingNode):
        match = _get(tests, "match")
        if match is not None:
            yield from _more(text, match, quoted)
        elif tests.flow_style and tests.value:
            yield tests.value[0][0].start_mark.index, f"match: [{listed}], "
        elif tests.value:
            indent = " " * tests.start_mark.column
            yield tests.start_mark.index, f"match: [{listed}]\n{indent}"
        else:
            raise ValueError
        return
    if not isinstance(tests, yaml.SequenceNode) or not tests.value:
        raise ValueError
    cases = [f"{{match: [{listed}]}}"]
    yield from _more(text, tests, cases)


def _line_end(text: str, node: yaml.Node) -> int:
    """Of the line on which it ends, a comment behind it with it."""
    last = _last(node)
    if isinstance(last, yaml.ScalarNode) and last.style in ("|", ">"):
        raise ValueError  # where such a text ends is not to be seen by its mark
    end = text.find("\n", last.end_mark.index)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1] == "\r" else end


def _last(node: yaml.Node) -> yaml.Node:
    """What ends a node in block form: its own mark stands before what follows it."""
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _last(node.value[-1])
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return _last(node.value[-1][1])
    return node
