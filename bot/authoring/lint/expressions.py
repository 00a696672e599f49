"""Expressions and templates that compare a text with a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jinja2 import TemplateSyntaxError, nodes

from bot.authoring.lint.replies import parsed
from bot.authoring.lint.sources import Told, warning
from bot.errors import Place, Problem

_TEXTS: Final = ("tags", "contact", "conversation", "message")
_NO_TEXTS: Final = ("count", "values", "tags", "received_at", "state")
_NUMBERS: Final = ("int", "float", "length", "count", "round", "abs", "sum")
_KEEP: Final = ("default", "d", "lower", "upper", "trim", "title", "capitalize", "replace")
_QUOTES: Final = "'"
_EQUAL: Final = ("==", "!=")
_COMPARING: Final = frozenset("<>=")
"""Signs without one of which nothing is compared."""
_TURNED: Final = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}
_SIGNS: Final = {"gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "eq": "==", "ne": "!="}


def text_and_number(told: Told) -> Iterator[Problem]:
    """`tags.age > 18` fails for each message, and `tags.age == 18` is never true."""
    scalar, source = told.scalar, told.scalar.text
    if told.last == "expr":
        source = f"{{% if ({source}\n) %}}{{% endif %}}"
    for found in _compared(source):
        line = scalar.place.line + found.line - (not scalar.block)
        is_first = line == scalar.place.line
        place = scalar.place if is_first else Place(scalar.place.file, line, 1)
        yield _problem(place, found)


@dataclass(frozen=True, slots=True)
class _Comparison:
    text: str
    sign: str
    number: str
    line: int
    """Of the template, from 1."""


def _problem(place: Place, found: _Comparison) -> Problem:
    if found.number[0] in _QUOTES:
        what = f"`{found.text}` and `{found.number}` are compared as texts: '9' is more than '10'"
    else:
        so = "they are never equal" if found.sign in _EQUAL else "to compare them fails"
        what = f"`{found.text}` is a text and `{found.number}` a number: {so}"
    hint = f"{found.text} | int {found.sign} {found.number.strip(_QUOTES)}"
    return warning(place, "text-and-number", what, hint)


def _compared(source: str) -> Iterator[_Comparison]:
    if _COMPARING.isdisjoint(source):
        return
    try:
        tree = parsed(source)
    except (TemplateSyntaxError, RecursionError, ValueError):  # the loader says it
        return
    for node in tree.find_all(nodes.Compare):
        left = node.expr
        for operand in node.ops:
            right, sign = operand.expr, _SIGNS.get(operand.op)
            for one, other, seen in ((left, right, sign), (right, left, _TURNED.get(sign or ""))):
                text, number = _text(one), _number(other)
                if text and number and seen and (number[0] not in _QUOTES or seen not in _EQUAL):
                    yield _Comparison(text, seen, number, node.expr.lineno)
            left = right


def _text(node: nodes.Node) -> str:
    """The name of what is a text for sure; empty for anything else."""
    match node:
        case nodes.Getattr(node=nodes.Name(name=stem), attr=name):
            return f"{stem}.{name}" if stem in _TEXTS and name not in _NO_TEXTS else ""
        case nodes.Getattr(node=nodes.Getattr(node=nodes.Name(), attr="values"), attr=name):
            return f"conversation.{name}"
        case nodes.Filter(name=name, node=nodes.Node() as inner) if name in _KEEP:
            return _text(inner)
        case _:
            return ""


def _number(node: nodes.Node) -> str:
    """What is a number for sure, as it is written; in quotes where it is the text of one."""
    match node:
        case nodes.Const(value=bool()):
            return ""
        case nodes.Const(value=int() | float() as value):
            return str(value)
        case nodes.Const(value=str() as value) if value.strip().isdecimal():
            return f"'{value}'"
        case nodes.Neg(node=inner):
            return f"-{found}" if (found := _number(inner)) and found[0] not in _QUOTES else ""
        case nodes.Filter(name=name) if name in _NUMBERS:
            return f"... | {name}"
        case nodes.Getattr(node=nodes.Name(name="now"), attr=name):
            return f"now.{name}"
        case nodes.Getattr(node=nodes.Name(name="conversation"), attr="count"):
            return "conversation.count"
        case _:
            return ""
