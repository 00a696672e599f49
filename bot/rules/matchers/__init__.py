"""The keys of `when`. A new one is a file here, a line in REGISTRY, a file of cases in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.rules.keys import way_out
from bot.rules.matchers.answer import Answer
from bot.rules.matchers.base import Matcher, Reading, Sheet, When
from bot.rules.matchers.combined import All, Any, Not
from bot.rules.matchers.count import Count
from bot.rules.matchers.date import Date
from bot.rules.matchers.during import During, Outside
from bot.rules.matchers.email import Email
from bot.rules.matchers.expr import Expr
from bot.rules.matchers.in_reply_to import InReplyTo
from bot.rules.matchers.keywords import Keywords
from bot.rules.matchers.media import Media
from bot.rules.matchers.number import Number
from bot.rules.matchers.numbers import From, To
from bot.rules.matchers.phone import Phone
from bot.rules.matchers.regex import Regex
from bot.rules.matchers.says import Says
from bot.rules.matchers.state import State
from bot.rules.matchers.tags import Contact, Conversation, Tags
from bot.rules.matchers.time import Time
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems

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
    Answer.NAME: Answer,
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
