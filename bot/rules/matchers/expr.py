"""`expr`: a Jinja expression is true, where the other keys do not suffice.

    when: {expr: "tags.age | int >= 18 and contact.vip == 'yes'"}
    when: {expr: "message.text | length > 160"}
    when: {expr: "now.hour < 9 or conversation.count == 0"}

It may name what templates may: `message`, `tags`, `contact`, `conversation`, `vars`,
`calendars`, `now`, but no captures, and use their filters. Values are texts: compare numbers after
`| int` or `| float`. Where it fails for a message (a tag is missing, a text is not a number), it
does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import ClassVar, Final, Self

from bot.errors import ReplyError
from bot.model import Match, Miss
from bot.rules.json_schema import TEXT, Schema
from bot.rules.matchers.base import HIT, Matcher, MessageView, Reading, Sheet
from bot.rules.matchers.covering import Claim
from bot.rules.nodes import Node, Scalar
from bot.rules.templates.slips import TemplateProblem, explained
from bot.rules.templates.template import Template
from bot.rules.templates.values import template_names

_BRACES: Final = re.compile(r"\{\{|\{%|%\}|\{#|#\}|\}\}")
_BEFORE: Final = "{% if ("


class Expr(Matcher):
    NAME: ClassVar[str] = "expr"
    __slots__ = ("_calendars", "_template", "_timezone", "_variables", "source")

    def __init__(self, source: str, sheet: Sheet) -> None:
        self.source = source
        self._template = Template(f"{_BEFORE}{source}\n) %}}1{{% endif %}}", sheet.filters)
        self._timezone = sheet.timezone
        self._variables = sheet.variables
        self._calendars = sheet.calendars

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        problems, sheet = reading.problems, reading.sheet
        expr = cls(problems.text(node, cls.NAME).strip(), sheet)
        if not isinstance(node, Scalar):
            return expr
        if not expr.source:
            problems.error(node, "empty", "expr: is empty", "for example tags.age | int >= 18")
        elif (brace := _BRACES.search(node.text)) is not None:
            hint = f"write the expression alone: {_alone(expr.source)}"
            message = "expr: holds braces of a template"
            problems.within(node, brace.start(), "expr", message, hint)
        else:
            begin = len(node.text) - len(node.text.lstrip())
            for problem in expr._problems(sheet.variables.keys()):
                at = begin + max(0, problem.offset)
                problems.within(node, at, problem.code, f"expr: {problem.message}", problem.hint)
        return expr

    def _problems(self, variables: Set[str]) -> Iterator[TemplateProblem]:
        for problem in self._template.problems((), variables, self._calendars.keys()):
            if problem.code == "template":
                problem = explained(self.source, len(_BEFORE))
            yield problem._replace(offset=problem.offset - len(_BEFORE))

    def match(self, seen: MessageView) -> Match | Miss:
        try:
            names = template_names(
                *(seen.message, seen.context, {}),
                *(self._timezone, self._variables, self._calendars),
            )
            is_true = bool(self._template.render(names))
        except ReplyError as error:
            return Miss(f"{self.source}: {error}")
        return HIT if is_true else Miss(f"is false: {self.source}")

    @classmethod
    def schema(cls) -> Schema:
        return TEXT

    def covers(self, other: Claim) -> bool:
        return isinstance(other, Expr) and self._meaning() == other._meaning()

    def _meaning(self) -> tuple[object, ...]:
        return self.source, self._template.filters, self._timezone, self._variables

    def marks(self) -> Set[str]:
        return {self.NAME, self.source}

    def reads_stored(self) -> bool:
        return True


def _alone(source: str) -> str:
    """What stands between the braces of one tag, else an example."""
    found = re.fullmatch(r"\{\{\s*([^{}]+?)\s*\}\}|\{%-?\s*(?:if\s+)?([^{}]+?)\s*-?%\}", source)
    return (found[1] or found[2]) if found is not None else "tags.age | int >= 18"
