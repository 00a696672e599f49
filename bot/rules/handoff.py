"""`handoff`: a rule hands the conversation to a person of ours, as its author wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.model import RuleId
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.notify import Notify, read_notify
from bot.rules.templates.template import Template

if TYPE_CHECKING:
    from bot.rules.actions import Actions
    from bot.rules.rule import ReplySpec

HANDOFF_KEYS: Final = ("reply", "notify", "for", "unclaimed")
UNCLAIMED_KEYS: Final = ("after", "reply")
QUIET: Final = 43_200
"""Seconds; 12 hours."""


class Unclaimed(NamedTuple):
    """No person of ours has written `after` so many seconds: the bot goes on."""

    after: int
    reply: Template | None = None
    """What is said then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What `handoff` says."""

    rule: RuleId
    """Whose it is, also where another rule does what the fallback does."""
    path: str
    replies: tuple[ReplySpec, ...] = ()
    seconds: int = QUIET
    """Without a text of either side, after which it ends."""
    unclaimed: Unclaimed | None = None
    notify: Notify | None = None
    """Who is told of it."""

    def templates(self) -> Iterator[Template]:
        """What is said at once."""
        for spec in self.replies:
            yield from spec.templates()
        if self.notify is not None:
            yield from self.notify.templates()


def read_handoff(body: MappingNode, rule: RuleId, path: str, read: Actions) -> HandOver | None:
    """`handoff: true`, or what it says and when it ends; None where there is none."""
    node, problems = body.get("handoff"), read.problems
    if node is None:
        return None
    for key in ("ask", "continue"):
        if key in body.pairs:
            what = f"`{key}` beside `handoff`: from then on the bot is silent"
            problems.error(body.pairs[key][0], "handoff", what, f"take `{key}` out")
    if isinstance(node, Scalar) and not problems.is_flag(node):
        what = "handoff: needs true or false, or `name: value` lines"
        problems.error(node, "not-a-flag", what, f'handoff: {{reply: "{node.text}"}}')
        return None
    if not isinstance(node, MappingNode):
        return HandOver(rule=rule, path=path) if problems.flag(node, "handoff") else None
    problems.known_keys(node, HANDOFF_KEYS, "key of handoff")
    quiet = node.get("for")
    seconds = QUIET if quiet is None else problems.duration(quiet, "handoff.for")
    if quiet is not None and seconds == 0:
        problems.error(quiet, "not-a-duration", "handoff.for: needs some time", "for: 12h")
    return HandOver(
        rule=rule,
        path=path,
        replies=read.replies(node.get("reply")),
        seconds=seconds or QUIET,
        unclaimed=_unclaimed(node.get("unclaimed"), read),
        notify=read_notify(node.get("notify"), "handoff.notify", read),
    )


def _unclaimed(node: Node | None, read: Actions) -> Unclaimed | None:
    example = 'unclaimed: {after: 30m, reply: "Nobody is free now."}'
    mapping = read.problems.mapping(node, "unclaimed", example) if node is not None else None
    if mapping is None:
        return None
    meant = read.problems.known_keys(mapping, UNCLAIMED_KEYS, "key of unclaimed")
    after, reply = mapping.get("after"), mapping.get("reply")
    if after is None and "after" not in meant:
        read.problems.error(mapping, "missing-key", "unclaimed: needs `after`", "after: 30m")
    said = None if reply is None else read.template(reply, "unclaimed.reply")
    return Unclaimed(read.duration(after, "unclaimed.after"), said)
