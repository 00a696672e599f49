"""What the author of a plugin tests with: messages, contexts, a matcher on a text, a filter.

>>> from bot.rules.matchers.keywords import Keywords
>>> match(Keywords, "[hours, 'are you open']", "Hours?")
Match(captures={})
>>> match(Keywords, "[hours]", "48hours of work").because
'contains none of: hours'
>>> mistakes(Keywords, "[]")
['test:1:1: keywords: needs at least one word ([hours])']
>>> render("{{ name | shout }}", {"shout": str.upper}, name="Ann")
'ANN'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from bot.errors import RuleError
from bot.model import Context, InboundMessage, Match, Miss
from bot.plugins.discovery import plugged
from bot.rules.matchers import read_when
from bot.rules.matchers.base import Matcher, MessageView, Reading, Sheet
from bot.rules.problems import Problems
from bot.rules.templates.template import Template
from bot.rules.yaml import read_yaml

NOW: Final = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
"""When it is in a test that does not say: a Thursday, noon in New York."""


def message(text: str = "", **members: Any) -> InboundMessage:
    """A message with what a test does not name filled in.

    >>> message("Hours?", tags={"campaign": "spring"}).sender
    '+15555550123'
    """
    plain = InboundMessage(key="test", sender="+15555550123", text=text, received_at=NOW)
    return replace(plain, **members)


def context(**members: Any) -> Context:
    """What is known of a conversation; as of one that begins, where a test does not say.

    >>> context(contact={"first_name": "Ann"}).count
    0
    """
    return Context(**{"now": NOW, **members})


def match(
    matcher: type[Matcher],
    written: str,
    said: str | InboundMessage,
    known: Context | None = None,
    sheet: Sheet | None = None,
) -> Match | Miss:
    """What a matcher, with the YAML that stands behind its key, says to a text.

    Raises RuleError where the YAML is wrong, and whatever the matcher raises.
    """
    read, problems = _read(matcher, written, sheet or Sheet())
    if problems.errors or read is None:
        raise RuleError(problems.errors)
    whole = message(said) if isinstance(said, str) else said
    return read.match(MessageView(whole, known or context()))


def mistakes(matcher: type[Matcher], written: str, sheet: Sheet | None = None) -> list[str]:
    """What the matcher says is wrong with its YAML, a line each."""
    return [str(problem) for problem in _read(matcher, written, sheet or Sheet())[1].found]


def match_in_rules(
    matcher: type[Matcher], when: str, said: str | InboundMessage, known: Context | None = None
) -> Match | Miss:
    """As in a rule set: a whole `when`, and what the matcher raises is a Miss.

    >>> from bot.rules.matchers.media import Media
    >>> class Broken(Media):
    ...     NAME, PURE = "broken", True
    ...     def match(self, seen):
    ...         raise ValueError("no")
    >>> match_in_rules(Broken, "{broken: image, keywords: [x]}", "x").because
    'the plugin broken failed: ValueError: no'
    """
    problems = Problems()
    node = read_yaml("test", when, problems)
    sheet = Sheet(plugins={matcher.NAME: plugged(matcher.NAME, matcher)})
    read = read_when(node, problems, sheet) if node is not None else None
    if problems.errors or read is None:
        raise RuleError(problems.errors)
    whole = message(said) if isinstance(said, str) else said
    return read.match(MessageView(whole, known or context()))


def render(source: str, filters: Mapping[str, Callable[..., Any]], **names: object) -> str:
    """A reply with its names filled in. Raises ReplyError."""
    return Template(source, tuple(filters.items())).render(names)


def _read(matcher: type[Matcher], written: str, sheet: Sheet) -> tuple[Matcher | None, Problems]:
    problems = Problems()
    node = read_yaml("test", written, problems)
    if node is None:
        return None, problems
    return matcher.read(node, Reading(problems, sheet, _when)), problems


def _when(node: Any, reading: Reading) -> Any:
    return read_when(node, reading.problems, reading.sheet)
