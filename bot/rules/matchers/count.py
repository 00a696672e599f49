"""`count`: how often this conversation did something within a time.

    when: {count: {of: received, per: 1h, gte: 3}}     # this message is the third or a later one
    when: {count: {of: unmatched, per: 1d, gte: 2}}    # no rule answered two messages before it

`received` counts this message too; `unmatched` those before it that no rule answered, or only the
fallback. Compared by `eq gt gte lt lte between`, as `tags` are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final, Self

from bot.model import Match, Miss
from bot.rules import conditions
from bot.rules.conditions import Condition
from bot.rules.contradictions import of_counts
from bot.rules.json_schema import DURATION, Schema, compared, keyed, one_of, said
from bot.rules.matchers.base import HIT, Matcher, MessageView, Reading
from bot.rules.matchers.covering import Claim
from bot.rules.nodes import Mapping, Node, Scalar

_OF: Final = ("received", "unmatched")
_COMPARISONS: Final = ("eq", "gt", "gte", "lt", "lte", "between")


class Count(Matcher):
    NAME: ClassVar[str] = "count"
    __slots__ = ("condition", "of", "seconds")

    def __init__(self, of: str, seconds: int, condition: Condition) -> None:
        self.of = of
        self.seconds = seconds
        self.condition = condition

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        problems = reading.problems
        least = node.text if isinstance(node, Scalar) and node.text.isdecimal() else "3"
        example = f"count: {{of: received, per: 1h, gte: {least}}}"
        mapping = problems.mapping(node, cls.NAME, example)
        if mapping is None:
            return cls("", 0, conditions.All(()))
        meant = problems.known_keys(mapping, ("of", "per", *_COMPARISONS), "key of count")
        of, per = mapping.get("of"), mapping.get("per")
        what = problems.text(of, "count.of") if of is not None else ""
        if what not in _OF and "of" not in meant:
            message = "count.of: needs received or unmatched"
            problems.error(of or node, "count", message, "of: received")
        seconds = problems.duration(per, "count.per") if per is not None else None
        if per is None and "per" not in meant:
            problems.error(node, "missing-key", "count.per: needs a duration", "per: 1h")
        compared = {key: pair for key, pair in mapping.pairs.items() if key in _COMPARISONS}
        if not compared and not meant & {*_COMPARISONS}:
            problems.error(node, "count", "count: needs a comparison", "gte: 3")
        if not compared:
            return cls(what, seconds or 0, conditions.All(()))
        before = len(problems.found)
        read = conditions.read(Mapping(compared, node.place), problems, cls.NAME)
        same = of_counts(read, int(what == "received"))
        if same is not None and len(problems.found) == before:
            holds, code = (
                ("always holds", "always-holds") if same else ("can never hold", "never-holds")
            )
            problems.warning(node, code, f"count: {holds}: {read.words()}", "gte: 3")
        return cls(what, seconds or 0, read)

    def match(self, seen: MessageView) -> Match | Miss:
        context = seen.context
        since = context.now - timedelta(seconds=self.seconds)
        times = context.received_at if self.of == "received" else context.unmatched_at
        count = sum(at > since for at in times) + (self.of == "received")
        if self.condition.holds(str(count)):
            return HIT
        return Miss(f"{count} {self.of} in that time, wanted: {self.condition.words()}")

    @classmethod
    def schema(cls) -> Schema:
        keys = {
            "of": said(
                one_of(*_OF), "Messages of this conversation: all, or those no rule answered."
            ),
            "per": said(DURATION, "Within that time."),
            **compared(_COMPARISONS),
        }
        return keyed(keys, needs=["of", "per"], least=3)

    def covers(self, other: Claim) -> bool:
        return (
            isinstance(other, Count)
            and (self.of, self.seconds) == (other.of, other.seconds)
            and conditions.covers(self.condition, other.condition)
        )

    def looks_back(self) -> timedelta:
        return timedelta(seconds=self.seconds)
