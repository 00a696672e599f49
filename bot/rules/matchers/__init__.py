"""The keys of `when`. A new one is a file here, a line in REGISTRY, a file of cases in tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from bot.rules.keys import way_out
from bot.rules.matchers.base import Matcher, Reading, Sheet, When
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems


class _Matchers(Mapping[str, type[Matcher]]):
    """Imports a matcher when a rule names it: most rule sets use few of them."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places: Final = places

    def __getitem__(self, name: str) -> type[Matcher]:
        module, _, matcher = self._places[name].partition(".")
        found: type[Matcher] = getattr(import_module(f"{__name__}.{module}"), matcher)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


REGISTRY: Final[Mapping[str, type[Matcher]]] = _Matchers(
    {
        "keywords": "keywords.Keywords",
        "regex": "regex.Regex",
        "says": "says.Says",
        "tags": "tags.Tags",
        "contact": "tags.Contact",
        "conversation": "tags.Conversation",
        "media": "media.Media",
        "from": "numbers.From",
        "to": "numbers.To",
        "number": "number.Number",
        "date": "date.Date",
        "time": "time.Time",
        "phone": "phone.Phone",
        "email": "email.Email",
        "answer": "answer.Answer",
        "during": "during.During",
        "outside": "during.Outside",
        "state": "state.State",
        "in_reply_to": "in_reply_to.InReplyTo",
        "count": "count.Count",
        "expr": "expr.Expr",
        "any": "combined.Any",
        "all": "combined.All",
        "not": "combined.Not",
    }
)


def read_when(node: Node, problems: Problems, sheet: Sheet | None = None) -> When:
    """The value of `when`: `always`, or a mapping of matchers that must all match."""
    return _read(node, Reading(problems, sheet or Sheet(), _read))


def _read(node: Node, reading: Reading) -> When:
    if isinstance(node, Scalar) and node.text == "always":
        return When()
    if isinstance(node, Scalar):
        what = f"when: `{node.text}` is not a condition" if node.text else "when: is empty"
        hint = f"write {{keywords: [{node.text or 'hours'}]}}, or always"
        if node.text.lower() in ("yes", "no", "yes/no"):
            hint = f"write {{answer: {node.text.lower().partition('/')[0]}}}, or choices: [yes, no]"
        if node.text in _FINDERS:
            hint = f"write {{{node.text}: true}}"
        reading.problems.error(node, "when", what, hint)
        return When()
    if isinstance(node, Sequence):
        reading.problems.error(node, "when", *_list(node))
        return When()
    mapping = node
    if not mapping.pairs:
        hint = "write {keywords: [hours]}, or always"
        reading.problems.error(node, "when", "when: is empty", hint)
    parts = []
    for key, value in mapping.items():
        matcher = REGISTRY.get(key.text) or reading.sheet.plugins.get(key.text)
        if matcher is None:
            known = {*REGISTRY, *reading.sheet.plugins}
            message, hint = f"unknown matcher `{key.text}`", way_out(key.text, known)
            reading.problems.error(key, "unknown-matcher", message, hint)
        else:
            parts.append(matcher.read(value, reading))
    return When(tuple(parts))


_FINDERS: Final = ("number", "date", "time", "phone", "email", "media")


def _list(node: Sequence) -> tuple[str, str]:
    """A list of conditions: all of them, or any?"""
    texts = [item.text for item in node.items if isinstance(item, Scalar)]
    if texts:
        return "when: is a list of texts", f"when: {{keywords: [{', '.join(texts)}]}}"
    hint = "where one is enough: when: {any: [{…}, {…}]}; where all must hold, without dashes"
    return "when: needs `name: value` lines, not a list", hint
