"""Tests: what somebody says, and what must come of it.

Beside a rule:

    tests: {match: ["Hours?"], no_match: ["48hours of work"]}
    tests: {with: {tags: {campaign: spring}}, match: ["Order #48213?"]}
    tests:
      - {say: "Order #48213?", tags: {campaign: spring}, reply: "Order 48213 is on its way."}
      - {say: "Order #48213?", rule: fallback}

Conversations, in files `*.test.yaml`:

    - name: asks once a day
      tags: {campaign: spring}
      steps:
        - {say: "Hours?", rule: hours}
        - {after: 2h}
        - {say: "Hours?", reason: cooldown}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.decide import decide
from bot.errors import Place, RuleError
from bot.model import (
    FALLBACK,
    Context,
    Decision,
    InboundMessage,
    Match,
    Miss,
    RuleId,
)
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems, duration
from bot.rules.ruleset import Ruleset
from bot.rules.yaml import read_yaml
from bot.text import segments
from bot.text.patterns import Pattern, PatternError
from bot.text.phone_numbers import e164, longcode_id

DEFAULT_AT: Final = datetime(2026, 1, 15, 12, 0)
"""When a message of a test comes in, unless it says `at`: a Thursday, noon, in the rules' zone."""
DEFAULT_SENDER: Final = "+15555550123"

_INPUT: Final = ("say", "from", "to", "tags", "media", "at", "contact", "state")
_EXPECTED: Final = (
    *("rule", "outcome", "reason", "reply", "replies", "captures", "segments", "because"),
)


@dataclass(frozen=True, slots=True)
class Contains:
    text: str


@dataclass(frozen=True, slots=True)
class Matches:
    pattern: Pattern


ExpectedText: TypeAlias = str | Contains | Matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a case names; the rest may be anything."""

    fires: bool | None = None
    """The rule that the case stands beside matches, or does not."""
    rule: str | None = None
    """`none` is no rule at all."""
    outcome: str | None = None
    reason: str | None = None
    replies: tuple[ExpectedText, ...] | None = None
    captures: Mapping[str, str] | None = None
    segments: int | None = None
    because: str | None = None
    """The reason, or words out of why the rule did not match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    rule: RuleId
    """The rule that the case stands beside."""
    place: Place
    say: str
    sender: str = DEFAULT_SENDER
    number: str = ""
    longcode: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    media_url: str | None = None
    at: datetime
    contact: Mapping[str, str] = field(default_factory=dict)
    state: str | None = None
    expected: Expected
    conversation: str = ""
    """The name of the conversation that it is a step of."""

    @property
    def name(self) -> str:
        return f"{self.conversation or self.rule}: {self.say or '(no text)'}"


@dataclass(frozen=True, slots=True)
class Result:
    case: Case
    expected: Mapping[str, object]
    got: Mapping[str, object]
    decision: Decision
    message: InboundMessage
    context: Context
    """What was decided on."""

    @property
    def passed(self) -> bool:
        return self.expected == self.got


def read_tests(node: Node, rule: RuleId, timezone: str, problems: Problems) -> tuple[Case, ...]:
    """The value of `tests`; mistakes go to `problems`."""
    if isinstance(node, MappingNode):
        problems.known_keys(node, ("with", "match", "no_match"), "key of tests")
        shared = _read_with(node, rule, timezone, problems)
        return tuple(
            replace(
                shared,
                place=scalar.place,
                say=scalar.text,
                expected=Expected(fires=key.text == "match"),
            )
            for key, value in node.items()
            if key.text in ("match", "no_match")
            for scalar in problems.texts(value, f"tests.{key.text}")
        )
    cases = []
    for item in problems.sequence(node, "tests"):
        if isinstance(mapping := item, MappingNode):
            cases.append(_read_case(mapping, rule, timezone, problems))
        else:
            problems.error(item, "test", "tests: needs cases", "{say: ..., reply: ...}")
    return tuple(cases)


def _read_with(node: MappingNode, rule: RuleId, timezone: str, problems: Problems) -> Case:
    """What `match` and `no_match` have in common."""
    given = node.get("with")
    mapping = problems.mapping(given, "tests.with") if given is not None else None
    mapping = mapping or MappingNode({}, node.place)
    known = tuple(key for key in _INPUT if key != "say")
    problems.known_keys(mapping, known, "key of tests.with")
    return _read_input(mapping, rule, timezone, problems)


def run(case: Case, ruleset: Ruleset) -> Result:
    """Decide the message of the case and compare what it names."""
    message, context = inbound(case), context_of(case)
    # Why a rule did not match is known only where it was asked.
    everyone = case.expected.because is not None
    decision = decide(message, context, ruleset, ask_all=everyone)
    return result_of(case, decision, message, context)


def inbound(case: Case) -> InboundMessage:
    return InboundMessage(
        key=f"test-{case.place.line}-{case.place.column}",
        sender=case.sender,
        number=case.number,
        text=case.say,
        media_url=case.media_url,
        tags=case.tags,
        received_at=case.at,
    )


def context_of(case: Case) -> Context:
    return Context(
        now=case.at,
        contact=case.contact,
        state=case.state,
        longcode_id=longcode_id(case.longcode),
    )


def result_of(case: Case, decision: Decision, message: InboundMessage, context: Context) -> Result:
    """What the case expects of a decision, beside what it got."""
    expected, got = _compare(case, decision)
    return Result(case, expected, got, decision, message, context)


def _compare(case: Case, decision: Decision) -> tuple[Mapping[str, object], Mapping[str, object]]:
    wanted = case.expected
    expected: dict[str, object] = {}
    got: dict[str, object] = {}
    if wanted.fires is not None:
        expected["fires"] = wanted.fires
        got["fires"] = fired(case.rule, decision)
    if wanted.rule is not None:
        expected["rule"], got["rule"] = wanted.rule, decision.rule or "none"
    if wanted.outcome is not None:
        expected["outcome"], got["outcome"] = wanted.outcome, str(decision.outcome)
    if wanted.reason is not None:
        expected["reason"], got["reason"] = wanted.reason, str(decision.reason or "none")
    if wanted.replies is not None:
        texts = [reply.text for reply in decision.replies]
        expected["replies"] = [_show(text) for text in wanted.replies]
        got["replies"] = _agreeing(wanted.replies, texts)
    if wanted.captures is not None:
        expected["captures"] = dict(wanted.captures)
        got["captures"] = {name: str(value) for name, value in decision.captures.items()}
    if wanted.segments is not None:
        counts = [segments.measure(reply.text).count for reply in decision.replies]
        expected["segments"], got["segments"] = wanted.segments, sum(counts)
    if wanted.because is not None:
        found = _because(case.rule, decision)
        expected["because"] = wanted.because
        got["because"] = wanted.because if wanted.because in found else found
    return expected, got


def fired(rule: RuleId, decision: Decision) -> bool:
    """The rule matched, whether or not it ended the search."""
    return any(step.rule == rule and isinstance(step.result, Match) for step in decision.trace)


def _because(rule: RuleId, decision: Decision) -> str:
    misses = [
        step.result.because
        for step in decision.trace
        if step.rule == rule and isinstance(step.result, Miss)
    ]
    return "; ".join([*misses, *([str(decision.reason)] if decision.reason else [])])


def _agreeing(wanted: tuple[ExpectedText, ...], texts: list[str]) -> list[str]:
    """The texts, each put as the expectation where it meets it, so that equal means met."""
    shown = []
    for at, text in enumerate(texts):
        met = at < len(wanted) and _meets(wanted[at], text)
        shown.append(_show(wanted[at]) if met else text)
    return shown


def _meets(wanted: ExpectedText, text: str) -> bool:
    match wanted:
        case Contains(part):
            return part in text
        case Matches(pattern):
            return pattern.search(text.encode("utf-8", "replace")) is not None
        case _:
            return wanted == text


def _show(wanted: ExpectedText) -> str:
    match wanted:
        case Contains(part):
            return f"contains {part}"
        case Matches(pattern):
            return f"matches {pattern.source}"
        case _:
            return wanted


def _read_case(node: MappingNode, rule: RuleId, timezone: str, problems: Problems) -> Case:
    problems.known_keys(node, (*_INPUT, *_EXPECTED), "key of a test")
    say, media = node.get("say"), node.get("media")
    if say is None and media is None:
        problems.error(node, "test", "a test needs `say`", "{say: Hours?, reply: ...}")
    case = _read_input(node, rule, timezone, problems)
    expected = _read_expected(node, problems)
    if expected == Expected():
        expected = Expected(fires=True)
    return replace(case, expected=expected)


def _read_input(node: MappingNode, rule: RuleId, timezone: str, problems: Problems) -> Case:
    to = _text(node, "to", problems)
    return Case(
        rule=rule,
        place=node.place,
        say=_text(node, "say", problems),
        sender=_number(node, "from", problems) or DEFAULT_SENDER,
        number=(_number(node, "to", problems) or "") if not longcode_id(to) else "",
        longcode=to if longcode_id(to) else "",
        tags=_texts_by_name(node, "tags", problems),
        media_url=_text(node, "media", problems) or None,
        at=_at(node.get("at"), timezone, problems),
        contact=_texts_by_name(node, "contact", problems),
        state=_text(node, "state", problems) or None,
        expected=Expected(),
    )


def _read_expected(node: MappingNode, problems: Problems) -> Expected:
    reply, replies = node.get("reply"), node.get("replies")
    texts: tuple[ExpectedText, ...] | None = None
    if reply is not None:
        texts = (_expected_text(reply, problems),)
    elif replies is not None:
        items = problems.sequence(replies, "replies")
        texts = tuple(_expected_text(item, problems) for item in items)
    captures, count = node.get("captures"), node.get("segments")
    return Expected(
        rule=_text(node, "rule", problems) or None,
        outcome=_text(node, "outcome", problems) or None,
        reason=_text(node, "reason", problems) or None,
        replies=texts,
        captures=_texts_by_name(node, "captures", problems) if captures is not None else None,
        segments=problems.number(count, "segments") if count is not None else None,
        because=_text(node, "because", problems) or None,
    )


def _expected_text(node: Node, problems: Problems) -> ExpectedText:
    if isinstance(node, MappingNode) and len(node.pairs) == 1:
        [(key, value)] = node.items()
        text = problems.text(value, key.text)
        if key.text == "contains":
            return Contains(text)
        if key.text == "regex":
            try:
                return Matches(Pattern(text, ignore_case=False))
            except PatternError as error:
                problems.error(value, "regex", f"reply.regex: {error}", error.hint)
                return text
    if not isinstance(node, Scalar):
        hint = "{contains: ...} or {regex: ...}"
        problems.error(node, "test", "reply: needs a text, or one of these", hint)
        return ""
    return node.text.strip()


def _text(node: MappingNode, key: str, problems: Problems) -> str:
    value = node.get(key)
    return problems.text(value, key) if value is not None else ""


def _number(node: MappingNode, key: str, problems: Problems) -> str | None:
    value = node.get(key)
    if value is None:
        return None
    number = e164(problems.text(value, key))
    if number is None:
        problems.error(value, "not-a-number", f"{key}: is no phone number", "+15555550123")
    return number


def _texts_by_name(node: MappingNode, key: str, problems: Problems) -> Mapping[str, str]:
    value = node.get(key)
    if value is None:
        return {}
    mapping = problems.mapping(value, key)
    pairs = mapping.items() if mapping is not None else iter(())
    return {name.text: problems.text(item, f"{key}.{name.text}") for name, item in pairs}


_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?")


def _at(node: Node | None, timezone: str, problems: Problems) -> datetime:
    zone = ZoneInfo(timezone)
    if node is None:
        return DEFAULT_AT.replace(tzinfo=zone)
    text = problems.text(node, "at")
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError
        at = datetime.fromisoformat(text)
        if not 1970 <= at.year <= 9000:  # in another time zone it is still in the calendar
            raise ValueError
    except ValueError:
        problems.error(node, "not-a-time", f"at: `{text}` is no time", "2026-01-15 17:30")
        return DEFAULT_AT.replace(tzinfo=zone)
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


# Conversations


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    case: Case
    wait: timedelta
    """How long after the message before; without meaning where `at` is named."""
    is_timed: bool
    """`case.at` was named."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages of one person, played in order with what is remembered between them."""

    start: Case
    """Who writes, when it begins, and what comes along with each message."""
    turns: tuple[Turn, ...]


_STEP: Final = ("say", "media", "tags", "at", "contact", "state", *_EXPECTED)


def read_conversations(
    file: str, content: bytes | str, ruleset: Ruleset
) -> tuple[Conversation, ...]:
    """The conversations of a `*.test.yaml`. Raises RuleError with all that is wrong."""
    problems = Problems()
    root = read_yaml(file, content, problems)
    known = {*(rule.id for rule in ruleset.rules), *(g.NAME for g in ruleset.guards)}
    reader = _Conversations(problems, zone_of(ruleset), known | {FALLBACK, "none"})
    is_empty = root is None or (isinstance(root, Scalar) and root.is_null)
    nodes = problems.sequence(root, "conversations") if root is not None and not is_empty else []
    found = [read for node in nodes if (read := reader.conversation(node)) is not None]
    if problems.errors:
        raise RuleError(sorted(problems.errors, key=lambda problem: problem.place))
    return tuple(found)


def zone_of(ruleset: Ruleset) -> str:
    """The zone of all rules where they share one, else of the rule set."""
    zones = {rule.timezone for rule in ruleset.rules}
    return zones.pop() if len(zones) == 1 else ruleset.timezone


@dataclass(frozen=True, slots=True)
class _Conversations:
    problems: Problems
    timezone: str
    rules: Set[str]

    def conversation(self, node: Node) -> Conversation | None:
        mapping = self.problems.mapping(node, "a conversation")
        if mapping is None:
            return None
        known = ("name", "at", "from", "to", "tags", "contact", "steps")
        self.problems.known_keys(mapping, known, "key of a conversation")
        name = _text(mapping, "name", self.problems)
        if not name:
            self.problems.error(mapping, "missing-key", "a conversation needs a `name`")
        start = _read_input(mapping, RuleId(""), self.timezone, self.problems)
        steps = mapping.get("steps")
        if steps is None:
            hint = "steps: [{say: Hours?, rule: hours}]"
            self.problems.error(mapping, "missing-key", "a conversation needs `steps`", hint)
            return None
        items = self.problems.sequence(steps, "steps")
        return Conversation(start, tuple(self._turns(items, name)))

    def _turns(self, items: Iterable[Node], name: str) -> Iterator[Turn]:
        wait = timedelta()
        for item in items:
            step = self.problems.mapping(item, "a step")
            if step is None:
                continue
            if "after" in step.pairs:
                wait += self._after(step)
            elif "agent" in step.pairs:
                self.problems.error(
                    step,
                    "agent",
                    "agent: a hand-over to a person cannot be tested yet",
                    "take this step out",
                )
            else:
                yield self._turn(step, name, wait)
                wait = timedelta()

    def _after(self, step: MappingNode) -> timedelta:
        self.problems.known_keys(step, ("after",), "key beside `after`")
        seconds = duration(_text(step, "after", self.problems))
        if seconds is None:
            hint = "for example 30s, 5m, 1h, 2d, 1w"
            self.problems.error(step, "not-a-duration", "after: is no duration", hint)
        return timedelta(seconds=seconds or 0)

    def _turn(self, step: MappingNode, name: str, wait: timedelta) -> Turn:
        problems = self.problems
        problems.known_keys(step, _STEP, "key of a step")
        if step.get("say") is None and step.get("media") is None:
            problems.error(step, "test", "a step needs `say` or `after`", "{say: Hours?}")
        rule = step.get("rule")
        if isinstance(rule, Scalar) and rule.text not in self.rules:
            problems.unknown(rule, "rule", rule.text, self.rules)
        expected = _read_expected(step, problems)
        case = _read_input(step, RuleId(expected.rule or ""), self.timezone, problems)
        case = replace(case, expected=expected, conversation=name)
        return Turn(case, wait, "at" in step.pairs)
