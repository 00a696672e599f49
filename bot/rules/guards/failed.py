"""`guards.failed`: what a person gets where the answer could not be made.

A template met a value that it cannot fill in, or the reply takes more segments than it may. The
outcome stays `failed` with its reason, `bot doctor` and the log name the rule, and the person is
answered all the same: with this text, without one with the reply of the fallback. `reply: none`
answers nothing. After three such answers in a row, and where this text fails too, nothing is sent.

    guards:
      failed: {reply: "Sorry, that went wrong. Please call (555) 555-0100."}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.model import RuleId
from bot.rules.guards.base import read_reply
from bot.rules.json_schema import TEMPLATE, Schema, said
from bot.rules.matchers.base import Sheet, When
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.problems import Problems
from bot.rules.rule import ReplyTemplate, Rule

NAME: Final = RuleId("$failed")
"""The rule of the text, as it stands in the chain of a conversation; it takes no message."""
KEY: Final = "failed"
SECTION: Final[Mapping[str, Schema]] = {
    "reply": said(TEMPLATE, "The answer where one could not be made; else the fallback's; or none.")
}
SILENT: Final = "none"
"""A reply of this is none."""


def read_failed(
    section: MappingNode | None, fallback: Rule | None, sheet: Sheet, problems: Problems
) -> Rule | None:
    """What answers where an answer fails; None where nothing does."""
    if section is not None:
        problems.known_keys(section, SECTION, "setting of guards.failed")
    text = read_reply(section, problems, sheet)
    if section is None or text is None:
        return None if fallback is None else replace(fallback, sets=(), state=None, ask=None)
    if text.source == SILENT:
        return None
    return Rule(
        id=NAME,
        place=section.place,
        when=When(),
        replies=(ReplyTemplate(text=text),),
        timezone=sheet.timezone,
        variables=sheet.variables,
        calendars=sheet.calendars,
        fills_in=not text.is_plain,
    )
