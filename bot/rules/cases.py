"""Tests: what somebody says, and what must come of it.

Beside a rule:

    tests: {match: ["Hours?"], no_match: ["48hours of work"]}
    tests: {with: {tags: {campaign: spring}}, match: ["Order #48213?"]}
    tests:
      - {say: "Order 48213?", tags: {campaign: spring}, reply: "On its way."}
      - {say: "Order #48213?", rule: fallback}

Conversations, in files `*.test.yaml`:

    - name: asks once a day
      tags: {campaign: spring}
      steps:
        - {say: "Hours?", rule: hours}
        - {after: 2h}
        - {say: "Hours?", reason: cooldown}
        - {agent: "Ann here, how can I help?"}      # a person of yours writes
        - {say: "Hours?", reason: paused}
        - {release: true}                            # and gives it back to the bot
        - {say: "Hours?", reason: cooldown}

What comes in: `say` the text, `from` who writes, `to` our number or its longcodeId, `tags`, `media`
the URL of an attachment, `at` when it comes (see below), and what is known before: `contact`,
`state`.

What must come of it, all that is named: `rule` (`none`: no rule), `outcome`, `reason`, `reply` or
`replies`, `captures`, `segments`, `because` (words out of why the rule did not match). A text may
be `{contains: …}` or `{regex: …}`. With none of these the rule must match. In a conversation what
was stored, the state, and the tags of our last message come along to the next step.

`with` is what all texts of `match` and `no_match` come with: `from`, `to`, `tags`, `media`, `at`,
`contact`, `state`. A list may hold `{match: […]}` beside other tests. `match` asks that the rule
takes the text and that its answer can be made: a tag that a reply needs and the test does not give
fails it, as in life; of `one_of` each text is tried. Whoever expects that names it: `outcome:
failed`.

A text of a test comes in on Thursday 2026-01-15 at noon, in the zone of the rule. `defaults: {at:
2026-07-04 09:30}` sets another time for a file, `at` one for a test. Where the rule is off then, by
`from_date` or `until`, a test without `at` takes the nearest such weekday on which it is on. A rule
with `mode: shadow` is tested as if it were live. `bot test -v` tells both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from bot.errors import Place
from bot.model import RuleId
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.rule import Rule
from bot.text.patterns import Pattern, PatternError
from bot.text.phone_numbers import e164, longcode_id

DEFAULT_AT: Final = datetime(2026, 1, 15, 12, 0)
"""When a message of a test comes in, unless it says `at`: a Thursday, noon, in the rules' zone."""
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9000
"""Within these a time is in the calendar of every time zone."""
DEFAULT_SENDER: Final = "+15555550123"

_INPUT: Final = ("say", "from", "to", "tags", "media", "at", "contact", "state")
EXPECTED: Final = (
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
    """`none` is not a rule."""
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
    is_listed: bool = True
    """It stands in a list of cases, not under `match` or `no_match`."""
    conversation: str = ""
    """The name of the conversation that it is a step of."""

    @property
    def name(self) -> str:
        return f"{self.conversation or self.rule}: {self.say or '(no text)'}"


def clock(
    timezone: str,
    at: datetime | None = None,
    first: date | None = None,
    last: date | None = None,
) -> datetime:
    """When a text of a test comes in that does not say it: a day on which the rule is on.

    `at` is what the file says, else it is a Thursday at noon; `first` and `last` are days of the
    rule.
    """
    zone = ZoneInfo(timezone)
    default = DEFAULT_AT.replace(tzinfo=zone) if at is None else at.astimezone(zone)
    day = _day_of(first or date.min, last or date.max, default.date())
    return datetime.combine(day, default.timetz())


def _day_of(first: date, last: date, day: date) -> date:
    """The nearest day on which a rule is on; one of the same weekday where there is one."""
    bound = max(first, min(day, last))
    if bound == day or not _FIRST_YEAR <= bound.year <= _LAST_YEAR:
        return day
    apart = (day - bound).days % 7
    same = bound + timedelta(days=apart if bound > day else apart - 7 if apart else 0)
    return same if first <= same <= last else bound


def tested_at(rule: Rule) -> datetime:
    """When a text of its tests comes in that does not say it."""
    return rule.tests_at or clock(rule.timezone, None, rule.from_date, rule.until)


def read_tests(node: Node, rule: Rule, problems: Problems) -> tuple[Case, ...]:
    """The value of `tests`; mistakes go to `problems`."""
    default_at = tested_at(rule)
    if isinstance(node, MappingNode):
        if "say" in node.pairs:
            said = node.pairs["say"][1]
            hint = f"- say: {said.text if isinstance(said, Scalar) else '…'}"
            problems.error(node, "not-a-list", "tests: a dash is missing before the case", hint)
            return ()
        return tuple(_read_texts(node, rule.id, default_at, problems))
    cases: list[Case] = []
    _warn_of_dashes(node, problems)
    for item in problems.sequence(node, "tests"):
        if not isinstance(mapping := item, MappingNode):
            problems.error(item, "test", "tests: needs cases", "{say: ..., reply: ...}")
        elif not mapping.pairs.keys().isdisjoint(("match", "no_match")):
            cases.extend(_read_texts(mapping, rule.id, default_at, problems))
        else:
            cases.append(_read_case(mapping, rule.id, default_at, problems))
    return tuple(cases)


def _warn_of_dashes(node: Node, problems: Problems) -> None:
    """A list of nothing but `match` and `no_match` is meant as the mapping."""
    items = node.items if isinstance(node, Sequence) else []
    for item in items:
        if not isinstance(item, MappingNode) or not item.pairs.keys() <= {"match", "no_match"}:
            return
    for item in items[:1]:
        name = next(iter(item.pairs), "match") if isinstance(item, MappingNode) else "match"
        what = f"`{name}` belongs in `tests`, without a dash"
        problems.warning(item, "dashes", what, "tests: {match: [Hours?], no_match: [Bye]}")


def _read_texts(
    node: MappingNode, rule: RuleId, default_at: datetime, problems: Problems
) -> Iterator[Case]:
    """`{match: […], no_match: […]}`."""
    problems.known_keys(node, ("with", "match", "no_match"), "key of tests")
    make = partial(Case, rule=rule, at=default_at)
    if "with" in node.pairs:
        make = partial(replace, _read_with(node, rule, default_at, problems))
    for key, value in node.items():
        if key.text in ("match", "no_match"):
            expected = Expected(fires=key.text == "match")
            for scalar in problems.texts(value, f"tests.{key.text}"):
                yield make(place=scalar.place, say=scalar.text, expected=expected, is_listed=False)


def _read_with(node: MappingNode, rule: RuleId, default_at: datetime, problems: Problems) -> Case:
    """What `match` and `no_match` have in common."""
    given = node.get("with")
    mapping = problems.mapping(given, "tests.with") if given is not None else None
    mapping = mapping or MappingNode({}, node.place)
    known = tuple(key for key in _INPUT if key != "say")
    problems.known_keys(mapping, known, "key of tests.with")
    return read_input(mapping, rule, default_at, problems)


def _read_case(node: MappingNode, rule: RuleId, default_at: datetime, problems: Problems) -> Case:
    meant = problems.known_keys(node, (*_INPUT, *EXPECTED), "key of a test")
    if not (node.pairs.keys() | meant) & {"say", "media", "match", "no_match"}:
        problems.error(node, "test", "a test needs `say`", "{say: Hours?, reply: ...}")
    case = read_input(node, rule, default_at, problems)
    expected = read_expected(node, problems)
    if expected == Expected():
        expected = Expected(fires=True)
    return replace(case, expected=expected)


def read_input(node: MappingNode, rule: RuleId, default_at: datetime, problems: Problems) -> Case:
    """What comes in, but for what is expected of it."""
    to = text_of(node, "to", problems)
    return Case(
        rule=rule,
        place=node.place,
        say=text_of(node, "say", problems),
        sender=_number(node, "from", problems) or DEFAULT_SENDER,
        number=(_number(node, "to", problems) or "") if not longcode_id(to) else "",
        longcode=to if longcode_id(to) else "",
        tags=_texts_by_name(node, "tags", problems),
        media_url=text_of(node, "media", problems) or None,
        at=read_at(node.get("at"), default_at, problems),
        contact=_texts_by_name(node, "contact", problems),
        state=text_of(node, "state", problems) or None,
        expected=Expected(),
    )


def read_expected(node: MappingNode, problems: Problems) -> Expected:
    reply, replies = node.get("reply"), node.get("replies")
    texts: tuple[ExpectedText, ...] | None = None
    if reply is not None:
        texts = (_expected_text(reply, problems),)
    elif replies is not None:
        items = problems.sequence(replies, "replies")
        texts = tuple(_expected_text(item, problems) for item in items)
    captures, count = node.get("captures"), node.get("segments")
    return Expected(
        rule=text_of(node, "rule", problems) or None,
        outcome=text_of(node, "outcome", problems) or None,
        reason=text_of(node, "reason", problems) or None,
        replies=texts,
        captures=_texts_by_name(node, "captures", problems) if captures is not None else None,
        segments=problems.number(count, "segments") if count is not None else None,
        because=text_of(node, "because", problems) or None,
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


def text_of(node: MappingNode, key: str, problems: Problems) -> str:
    value = node.get(key)
    return problems.text(value, key) if value is not None else ""


def _number(node: MappingNode, key: str, problems: Problems) -> str | None:
    value = node.get(key)
    if value is None:
        return None
    number = e164(problems.text(value, key))
    if number is None:
        problems.error(value, "not-a-number", f"{key}: is not a phone number", "+15555550123")
    return number


def _texts_by_name(node: MappingNode, key: str, problems: Problems) -> Mapping[str, str]:
    value = node.get(key)
    if value is None:
        return {}
    mapping = problems.mapping(value, key)
    pairs = mapping.items() if mapping is not None else iter(())
    return {name.text: problems.text(item, f"{key}.{name.text}") for name, item in pairs}


_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?")


def read_at(node: Node | None, default_at: datetime, problems: Problems) -> datetime:
    """A time; without an offset it is in the zone of the default."""
    if node is None:
        return default_at
    text = problems.text(node, "at")
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError
        at = datetime.fromisoformat(text)
        if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            raise ValueError
    except ValueError:
        problems.error(node, "not-a-time", f"at: `{text}` is not a time", "2026-01-15 17:30")
        return default_at
    return at if at.tzinfo is not None else at.replace(tzinfo=default_at.tzinfo)


# Conversations
