"""The keys of `when`. A new one is a file here, a line in REGISTRY, a file of cases in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.matcher import Matcher, Reading, Sheet, When
from bot.matchers.combined import All, Any, Not
from bot.matchers.count import Count
from bot.matchers.date import Date
from bot.matchers.during import During, Outside
from bot.matchers.email import Email
from bot.matchers.expr import Expr
from bot.matchers.in_reply_to import InReplyTo
from bot.matchers.keywords import Keywords
from bot.matchers.media import Media
from bot.matchers.number import Number
from bot.matchers.numbers import From, To
from bot.matchers.phone import Phone
from bot.matchers.regex import Regex
from bot.matchers.says import Says
from bot.matchers.state import State
from bot.matchers.tags import Contact, Conversation, Tags
from bot.matchers.time import Time
from bot.source import Node, Problems, Scalar

REGISTRY: Final[Mapping[str, type[Matcher]]] = {
    Keywords.NAME: Keywords,
    Regex.NAME: Regex,
    Says.NAME: Says,
    Tags.NAME: Tags,
    Contact.NAME: Contact,
    Conversation.NAME: Conversation,
    Media.NAME: Media,
    From.NAME: From,
    To.NAME: To,
    Number.NAME: Number,
    Date.NAME: Date,
    Time.NAME: Time,
    Phone.NAME: Phone,
    Email.NAME: Email,
    During.NAME: During,
    Outside.NAME: Outside,
    State.NAME: State,
    InReplyTo.NAME: InReplyTo,
    Count.NAME: Count,
    Expr.NAME: Expr,
    Any.NAME: Any,
    All.NAME: All,
    Not.NAME: Not,
}


def read_when(node: Node, problems: Problems, sheet: Sheet | None = None) -> When:
    """The value of `when`: `always`, or a mapping of matchers that must all match."""
    return _read(node, Reading(problems, sheet or Sheet(), _read))


def _read(node: Node, reading: Reading) -> When:
    if isinstance(node, Scalar) and node.text == "always":
        return When()
    if isinstance(node, Scalar):
        reading.problems.error(
            node,
            "when",
            f"when: `{node.text}` is no condition",
            f"write {{keywords: [{node.text}]}}, or always",
        )
        return When()
    mapping = reading.problems.mapping(node, "when")
    if mapping is None:
        return When()
    if not mapping.pairs:
        reading.problems.error(node, "when", "when: is empty", "write a condition, or always")
    parts = []
    for key, value in mapping.items():
        matcher = REGISTRY.get(key.text) or reading.sheet.plugins.get(key.text)
        if matcher is None:
            known = {*REGISTRY, *reading.sheet.plugins}
            reading.problems.unknown(key, "matcher", key.text, known)
        else:
            parts.append(matcher.read(value, reading))
    return When(tuple(parts))
