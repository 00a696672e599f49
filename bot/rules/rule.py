"""What a rule is, once read: a condition and what it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from bot.errors import Place
from bot.model import ChangeKind, LongTexts, Per, Reason, RuleId
from bot.rules.handoff import HandOver
from bot.rules.hours import Calendar
from bot.rules.matchers.base import When
from bot.rules.matchers.during import During
from bot.rules.matchers.state import State
from bot.rules.notify import Notify
from bot.rules.questions import Ask
from bot.rules.quiet import Quiet
from bot.rules.templates.template import Template

MAX_SEGMENTS: Final = 10
"""Of one reply, where neither the rule nor its file says otherwise: about 1,550 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTemplate:
    """One message to send, before its names are filled in."""

    text: Template
    image: Template | None = None
    tags: Mapping[str, Template] = field(default_factory=dict)
    delay: int = 0
    """Seconds that the message waits."""
    unless_replied: bool = False
    """It does not leave where the person writes meanwhile."""

    def templates(self) -> Iterator[Template]:
        yield self.text
        if self.image is not None:
            yield self.image
        yield from self.tags.values()


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several, by a hash of the message and the rule: the same at every replay."""

    choices: tuple[ReplyTemplate, ...]
    weights: tuple[int, ...]

    def templates(self) -> Iterator[Template]:
        for choice in self.choices:
            yield from choice.templates()


ReplySpec: TypeAlias = ReplyTemplate | OneOf


class SetValue(NamedTuple):
    """A value to store; None removes it."""

    kind: ChangeKind
    name: str
    value: Template | None


class Else(StrEnum):
    """What happens instead, where a cooldown or limit keeps a rule from answering."""

    SILENT = "silent"
    NEXT = "next"
    """The search goes on."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most `times` in `seconds`; `cooldown` is once, `limit` names how often."""

    times: int
    seconds: int
    per: Per
    key: str
    reason: Reason
    otherwise: Else | Template = Else.SILENT
    """What happens instead; a template is sent, and counts as no use."""


class Enter(NamedTuple):
    """Enter a state, or leave it where the name is empty; it ends after `seconds`, if any."""

    name: str
    seconds: int = 0
    on_expiry: Template | None = None
    """What is said when it ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What a rule says later; `after`, or `on` a date with `before` or `after` it, and `at`."""

    key: str
    """Its name in a conversation: another one of that name takes its place."""
    rule: RuleId
    path: str = ""
    """The part of the rule in which it stands, as `Rule.path`."""
    place: Place
    after: int = 0
    before: int = 0
    """Seconds."""
    on: Template | None = None
    """A date, or a date and a time."""
    at: int | None = None
    """Minutes of the day, on the clock of who gets it."""
    unless_replied: bool = False
    """It is not said where the person writes before."""
    replies: tuple[ReplySpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule; or what comes of its questions, which does what rules do under the same id."""

    id: RuleId
    place: Place
    path: str = ""
    """Of what comes of questions: `then/`, `give_up/`, `then/then/`, …; of a rule empty."""
    when: When
    replies: tuple[ReplySpec, ...] = ()
    sets: tuple[SetValue, ...] = ()
    silent: bool = False
    goes_on: bool = False
    """`continue`: the search goes on with the next rule."""
    state: Enter | None = None
    ask: Ask | None = None
    handoff: HandOver | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    quiet: Quiet | None = None
    """`quiet_hours`: when its replies wait, and what it says later."""
    notify: Notify | None = None
    """Who else is told."""
    throttles: tuple[Throttle, ...] = ()
    from_date: date | None = None
    until: date | None = None
    """The last day, in the rule's zone."""
    is_shadow: bool = False
    """`mode: shadow`: evaluated and recorded; the search goes on as if it had not matched."""
    is_enabled: bool = True
    """`enabled: false`: read and checked, and never asked; its tests are not run."""
    description: str = ""
    """What it is for, in the words of its author, on one line."""
    max_segments: int = MAX_SEGMENTS
    long_texts: LongTexts | None = None
    """`long`: what to do with a reply that does not fit one SMS; None is what the settings say."""
    timezone: str
    """IANA name; times in templates and tests are in it."""
    variables: Mapping[str, object] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """`vars`, as templates see them."""
    tests_at: datetime | None = None
    """When the texts of its tests come in that do not say it; None of a rule without a file."""
    fills_in: bool = True
    """A template of it has something to fill in; texts as they stand need no names."""


def is_translated(rule: Rule) -> bool:
    """It says something else to people of another language."""
    asked = rule.ask.questions if rule.ask is not None else ()
    texts = [text for spec in rule.replies for text in spec.templates()]
    texts += [text for question in asked for text in question.texts()]
    return any(text.translations for text in texts)


def may_interrupt(rule: Rule, ask: Ask) -> bool:
    """Whether it may answer while that is asked, as far as the message does not matter.

    One that takes any text at certain hours would answer each wrong answer in them: it must be
    named.
    """
    if not rule.when.parts:
        return False
    asked = [part for part in rule.when.walk() if not part.inner()]
    if any(isinstance(part, State) and part.is_any for part in asked):
        return True
    if ask.interrupt is None:
        return not all(isinstance(part, During) for part in asked)
    return any(scalar.text == rule.id for scalar in ask.interrupt)
