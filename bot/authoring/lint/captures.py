"""Captures that a template names and a match may lack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final

from jinja2 import nodes

from bot.authoring.lint.replies import parsed, templates
from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem
from bot.rules.matchers.base import Matcher, When
from bot.rules.matchers.combined import All, Any
from bot.rules.matchers.regex import Regex
from bot.rules.matchers.says import Says
from bot.rules.matchers.tags import Contact, Conversation, Tags
from bot.rules.rule import Rule


def may_be_absent(rule: Rule, written: Written) -> Iterator[Problem]:
    """Names that have no value at each match, used without `default`: such a reply fails."""
    sure, captures = _sure(rule.when), rule.when.captures()
    for template in templates(rule):
        if template.is_plain:
            continue
        for name in dict.fromkeys(_bare_names(parsed(template.source))):
            if name in sure or ("." not in name and name not in captures):
                continue
            yield warning(
                written.within(rule, template, rf"\{{[{{%].*?(?<![\w.])(?={re.escape(name)}\b)"),
                "may-be-absent",
                f"`{name}` is not there at every match, and the reply fails without it",
                f"{{{{ {name} | default('...') }}}}",
            )


def _sure(when: When) -> Set[str]:
    """Captures, and dotted names of values, that every match provides."""
    return frozenset[str]().union(*map(_sure_of_part, when.parts))


def _sure_of_part(part: Matcher) -> Set[str]:
    match part:
        case Regex():
            return _in_all(map(sure_groups, (pattern.source for pattern in part.patterns)))
        case Says():
            return _in_all(sure_slots(sentence.source) for sentence in part.sentences)
        case Any():
            return _in_all(map(_sure, part.alternatives))
        case All():
            return _sure(part.when)
        case Conversation() | Contact() | Tags():
            stem = "conversation.values" if isinstance(part, Conversation) else part.NAME
            needed = (name for name, wanted in part.wanted.items() if not wanted.holds(None))
            return {f"{stem}.{name}" for name in needed}
        case _:
            return part.captures()


def _in_all(sets: Iterable[Set[str]]) -> Set[str]:
    listed = [frozenset(one) for one in sets]
    return frozenset.intersection(*listed) if listed else frozenset()


_PIECE: Final = re.compile(
    r"(?s)\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|(?P<flags>\(\?[imsU-]+\))|(?P<open>\((?:\?P?<(?P<name>\w+)>|\?[imsU-]*:)?)"
    r"|(?P<close>\))|(?P<bar>\|)|(?P<some>\+|\{[1-9]\d*(?:,\d*)?\})|(?P<none>[*?]|\{0?,?\d*\})|."
)


@dataclass(slots=True)
class _Group:
    name: str | None
    inside: set[str]
    unsure: set[str]
    has_alternatives: bool = False


def sure_groups(source: str) -> Set[str]:
    """Named groups of a pattern that take part in each of its matches.

    >>> sorted(sure_groups(r"(?P<a>x)(?P<b>y)?(?:(?P<c>z)|w)"))
    ['a']
    """
    stack = [_Group(None, set(), set())]
    last: set[str] = set()
    for piece in _PIECE.finditer(source):
        if piece["open"]:
            stack.append(_Group(piece["name"], set(), set()))
        elif piece["close"] and len(stack) > 1:
            closed = stack.pop()
            last = closed.inside | ({closed.name} if closed.name else set())
            stack[-1].inside |= last
            stack[-1].unsure |= closed.inside if closed.has_alternatives else closed.unsure
            continue
        elif piece["bar"]:
            stack[-1].has_alternatives = True
        elif piece["none"]:
            stack[-1].unsure |= last
        last = set()
    whole = stack[0]
    return whole.inside - (whole.inside if whole.has_alternatives else whole.unsure)


_SLOT: Final = re.compile(r"[\[\]()|]|[{<]\s*(\w+)[^{}<>]*[}>]")


def sure_slots(sentence: str) -> Set[str]:
    """Slots of a sentence template that each of its readings fills.

    >>> sorted(sure_slots("[hi] (book {n:int} tables|{n:int} tables) [for {who}]"))
    ['n']
    """
    open_parts: list[list[set[str]]] = [[set()]]
    """By open bracket: the slots of each alternative so far."""
    for piece in _SLOT.finditer(sentence):
        match piece[0]:
            case "[" | "(":
                open_parts.append([set()])
            case "|":
                open_parts[-1].append(set())
            case "]":
                open_parts.pop()
            case ")":
                open_parts[-2][-1] |= set.intersection(*open_parts.pop())
            case _:
                open_parts[-1][-1].add(piece[1])
    return open_parts[0][0]


_STORED: Final = ("tags", "contact")


_METHODS: Final = frozenset({"items", "keys", "values", "get"})


def _bare_names(node: nodes.Node) -> Iterator[str]:
    """Names and `tags.x` that are used where a missing one fails."""
    match node:
        case nodes.Filter(name="default" | "d", node=nodes.Name() | nodes.Getattr()):
            for argument in node.args:
                yield from _bare_names(argument)
            return
        case nodes.Test(name="defined" | "undefined"):
            return
        case nodes.If() | nodes.CondExpr() if _asks_whether_defined(node.test):
            return
        case nodes.Name(ctx="load"):
            yield node.name
        case nodes.Getattr(node=nodes.Name(name=stem)) if stem in _STORED:
            if node.attr not in _METHODS:
                yield f"{stem}.{node.attr}"
            return
        case nodes.Getattr(node=nodes.Getattr(node=nodes.Name(name="conversation"), attr="values")):
            if node.attr not in _METHODS:
                yield f"conversation.values.{node.attr}"
            return
    for child in node.iter_child_nodes():
        yield from _bare_names(child)


def _asks_whether_defined(test: nodes.Node) -> bool:
    tests = [test] if isinstance(test, nodes.Test) else list(test.find_all(nodes.Test))
    return any(found.name in ("defined", "undefined") for found in tests)
