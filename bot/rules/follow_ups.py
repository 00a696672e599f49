"""`follow_up`: what a rule says later, as its author wrote it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.model import RuleId
from bot.rules.actions import Actions
from bot.rules.hours import MIDNIGHT
from bot.rules.matchers.during import minutes
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.rule import FollowUp
from bot.rules.templates.template import Template
from bot.text.dates import iso_date

FOLLOW_UP_KEYS: Final = ("after", "on", "before", "at", "reply", "unless", "key")
_EXAMPLE: Final = 'follow_up: {after: 2d, reply: "Did it arrive?"}'
_LONGEST_KEY: Final = 64


def read_follow_ups(
    node: Node | None, actions: Actions, rule: RuleId, path: str
) -> tuple[FollowUp, ...]:
    """One, or a list of them; `path` is the part of the rule in which they stand."""
    if node is None:
        return ()
    problems = actions.problems
    items = node.items if isinstance(node, Sequence) else [node]
    if not items:
        problems.error(node, "empty-list", "follow_up: needs at least one", _EXAMPLE)
    found: list[FollowUp] = []
    for item in items:
        mapping = problems.mapping(item, "follow_up", _EXAMPLE)
        if mapping is not None:
            found.append(_follow_up(mapping, actions, rule, path, [one.key for one in found]))
    return tuple(found)


def _follow_up(
    node: MappingNode, actions: Actions, rule: RuleId, path: str, taken: list[str]
) -> FollowUp:
    problems = actions.problems
    meant = problems.known_keys(node, FOLLOW_UP_KEYS, "key of follow_up")
    after, on, before, at, reply = map(node.get, ("after", "on", "before", "at", "reply"))
    if reply is None and "reply" not in meant:
        problems.error(node, "missing-key", "follow_up: needs a `reply`", _EXAMPLE)
    if not {"after", "on", "at"} & (node.pairs.keys() | meant):
        problems.error(node, "missing-key", "follow_up: says not when", "after: 2d")
    if before is not None and on is None:
        what = "follow_up.before: before what? It goes with `on`, a date"
        problems.error(before, "missing-key", what, 'on: "{{ day }}"')
    if before is not None and after is not None:
        problems.error(
            before, "before-and-after", "follow_up: has `before` and `after`", "keep one"
        )
    return FollowUp(
        key=_key(node.get("key"), rule, taken, problems),
        rule=rule,
        path=path,
        place=node.place,
        after=actions.duration(after, "follow_up.after"),
        before=actions.duration(before, "follow_up.before"),
        on=_date(on, actions) if on is not None else None,
        at=_clock(at, problems) if at is not None else None,
        unless_replied=actions.unless_replied(node.get("unless"), "follow_up.unless"),
        replies=actions.replies(reply),
    )


def _date(node: Node, actions: Actions) -> Template:
    """Words for a day are none: they would mean another one each time."""
    written = replace(actions, for_us=True).template(node, "follow_up.on")
    for one in written.each():
        day = one.source.strip()
        if one.is_plain and day and iso_date(day) is None and not _is_moment(day):
            what = f"follow_up.on: `{day}` is not a date"
            hint = "on: 2026-12-24, or a template that gives one; after some time: after: 1d"
            if day in actions.captures:
                hint = f'on: "{{{{ {day} }}}}"'
            actions.problems.deprecated(node, "follow-up-on", what, hint)
    return written


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _key(node: Node | None, rule: RuleId, taken: list[str], problems: Problems) -> str:
    """Without one it is the rule's id; those of a list are counted, for each is one of its own."""
    if node is None:
        return rule if rule not in taken else f"{rule}/{len(taken) + 1}"
    key = problems.text(node, "follow_up.key")
    if isinstance(node, Scalar) and not (key.isprintable() and 0 < len(key) <= _LONGEST_KEY):
        what = f"follow_up.key: needs a name of at most {_LONGEST_KEY} characters"
        problems.error(node, "follow-up-key", what, "key: reminder")
    if key in taken:
        what = f"follow_up.key: `{key}` occurs twice in this list: only the last would wait"
        problems.error(node, "follow-up-key", what, "give each a key of its own")
    return key


def _clock(node: Node, problems: Problems) -> int | None:
    """Minutes of the day; None where it is wrong."""
    text = problems.text(node, "follow_up.at")
    try:
        found = minutes(text)
    except ValueError:
        found = MIDNIGHT
    if found != MIDNIGHT:
        return found
    what = f"follow_up.at: `{text}` is not a time of the day"
    problems.error(node, "not-a-time", what, 'at: "10:00"')
    return None
