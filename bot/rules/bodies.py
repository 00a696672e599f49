"""What a rule does, read: the body of a rule, of the fallback, and of what comes of questions."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.model import FALLBACK, RuleId
from bot.rules import keys
from bot.rules.actions import Actions, fills_in, read_long, refuse_empty
from bot.rules.cases import clock
from bot.rules.follow_ups import read_follow_ups
from bot.rules.handoff import read_handoff
from bot.rules.head import Head
from bot.rules.matchers import read_when
from bot.rules.matchers.base import Sheet, When
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node
from bot.rules.notify import read_notify
from bot.rules.problems import Problems
from bot.rules.questions import Ask, AskReader
from bot.rules.quiet import Quiet, read_quiet
from bot.rules.rule import Rule
from bot.rules.templates.template import Template


class _Part(NamedTuple):
    """A rule, or what comes of its questions."""

    rule: RuleId
    when: When
    captures: Set[str]
    """That there are when it does something."""
    quiet: Quiet | None
    path: str = ""
    above: Ask | None = None
    """The questions that it comes of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReader:
    """Reads the bodies of one file."""

    problems: Problems
    answers: Set[str]
    """Names that answers to questions have: captures of whatever comes while one is open."""
    file: Head
    sheet: Sheet
    quiet: Quiet | None
    """Of rules that say nothing of it."""

    def of_rule(self, node: MappingNode, rule_id: RuleId, when: When) -> Rule:
        written, quiet = node.get("quiet_hours"), self.quiet
        if written is not None:
            quiet = read_quiet(written, self.problems, self.sheet.calendars)
        part = _Part(rule_id, when, frozenset(when.captures()), quiet)
        return self._read(node, part)

    def check_does(self, node: MappingNode, what: str, meant: Set[str]) -> None:
        """`meant`: keys that it has, well or badly written."""
        if not any(key in node.pairs or key in meant for key in keys.DOES):
            hint = "give it a `reply`, or `silent: true`"
            self.problems.error(node, "does-nothing", f"{what} does nothing", hint)

    def _read(self, node: MappingNode, part: _Part) -> Rule:
        file, sheet = self.file, self.sheet
        names = tuple(part.captures | self.answers)
        read = Actions.of(sheet, self.problems, names)
        replies, sets = read.replies(node.get("reply")), read.sets(node.get("set"))
        segments, long = node.get("max_segments"), node.get("long")
        cooldown, key = node.get("cooldown"), f"{part.rule}{part.path and '/'}{part.path}"
        if cooldown is None and part.rule != FALLBACK and not part.path:
            cooldown = file.cooldown
        follow_ups = read_follow_ups(node.get("follow_up"), read, part.rule, part.path)
        silent = self._flag(node, "silent")
        if silent and "reply" in node.pairs:
            what = "`silent: true` stands beside a `reply`, which is never sent"
            problem = "silent-reply", what, "delete one of the two"
            self.problems.deprecated(node.pairs["silent"][0], *problem)
        handoff = read_handoff(node, part.rule, part.path, read)
        notify = read_notify(node.get("notify"), "notify", read)
        told = [*(handoff.templates() if handoff else ()), *(notify.templates() if notify else ())]
        throttles = read.cooldown(cooldown, key) + read.limit(node.get("limit"), key)
        first, last = (
            read.day(node.get("from_date"), "from_date"),
            read.day(node.get("until"), "until"),
        )
        return Rule(
            id=part.rule,
            place=node.place,
            path=part.path,
            when=part.when,
            replies=replies,
            sets=sets,
            silent=silent,
            goes_on=self._flag(node, "continue"),
            state=read.state(node.get("state")),
            ask=self._ask(node, part, read),
            handoff=handoff,
            follow_ups=follow_ups,
            quiet=part.quiet,
            notify=notify,
            throttles=throttles,
            from_date=first,
            until=last,
            is_shadow=read.is_shadow(node.get("mode")),
            is_enabled="enabled" not in node.pairs or self._flag(node, "enabled"),
            description=self._description(node),
            max_segments=file.max_segments
            if segments is None
            else self.problems.number(segments, "max_segments", least=1),
            long_texts=file.long_texts if long is None else read_long(long, "long", self.problems),
            timezone=sheet.timezone,
            variables=sheet.variables,
            calendars=sheet.calendars,
            fills_in=fills_in(replies, sets, throttles, follow_ups, told),
            tests_at=clock(sheet.timezone, file.at, first, last),
        )

    def _ask(self, node: MappingNode, part: _Part, read: Actions) -> Ask | None:
        """The questions of a rule, and the parts of it that come of them."""

        def inner(body: MappingNode, key: str, above: Ask, captures: Set[str]) -> Rule:
            meant = self.problems.known_keys(body, keys.PART, f"key of {key}")
            self.check_does(body, key, meant)
            path = f"{part.path}{key}/"
            known = part.captures | captures
            return self._read(body, _Part(part.rule, When(), known, part.quiet, path, above))

        def template(text: Node, what: str, more: Set[str]) -> Template:
            refuse_empty(text, self.problems)
            return replace(read, captures=(*read.captures, *more)).template(text, what)

        reader = AskReader(
            problems=self.problems,
            above=part.above,
            taken=frozenset() if part.above is None else part.captures,
            when=lambda condition: read_when(condition, self.problems, self.sheet),
            template=template,
            duration=read.duration,
            part=inner,
        )
        return reader.read(node, part.path)

    def _description(self, node: MappingNode) -> str:
        written = node.get("description")
        text = "" if written is None else self.problems.text(written, "description")
        return " ".join(text.split())

    def _flag(self, node: MappingNode, key: str) -> bool:
        value = node.get(key)
        return value is not None and self.problems.flag(value, key)
