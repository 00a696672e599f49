"""What a rule does when it matches: replies, values to store, state, cooldowns and limits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

from bot.model import ChangeKind, LongTexts, Per, Reason
from bot.rules.keys import meant
from bot.rules.languages import by_language, is_by_language, texts_in
from bot.rules.matchers.base import Sheet
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.questions import OWN_NAMES
from bot.rules.rule import (
    Else,
    Enter,
    FollowUp,
    OneOf,
    ReplySpec,
    ReplyTemplate,
    SetValue,
    Throttle,
)
from bot.rules.templates.checks import single_braces
from bot.rules.templates.sandbox import Filters
from bot.rules.templates.template import Template
from bot.text.dates import iso_date
from bot.text.durations import duration

STATE_KEYS: Final = ("name", "expires", "on_expiry")
_EVER: Final = 100 * 365 * 86_400
"""Seconds; no use is kept for longer."""
_MESSAGE: Final = ("text", "image", "tags", "delay", "unless")


@dataclass(frozen=True, slots=True)
class Actions:
    """Reads the parts of one rule's body; templates are checked against what they may name."""

    problems: Problems
    captures: tuple[str, ...]
    variables: Mapping[str, object]
    filters: Filters
    calendars: Set[str] = frozenset()
    languages: tuple[str, ...] = ()
    for_us: bool = False
    """Their texts are read by us, not by people: dates in them are English."""

    @classmethod
    def of(cls, sheet: Sheet, problems: Problems, captures: Iterable[str] = ()) -> Self:
        """For a rule of that file, with what its templates may name beside what all may."""
        return cls(
            problems=problems,
            captures=tuple(captures),
            variables=sheet.variables,
            filters=sheet.filters,
            calendars=sheet.calendars.keys(),
            languages=sheet.languages,
        )

    def replies(self, node: Node | None) -> tuple[ReplySpec, ...]:
        if node is None:
            return ()
        items = node.items if isinstance(node, Sequence) else [node]
        if not items:
            self.problems.error(
                node, "empty-list", "reply: needs at least one message", 'reply: "Hi!"'
            )
        return tuple(map(self._reply, items))

    def sets(self, node: Node | None) -> tuple[SetValue, ...]:
        example = "set: {contact: {plan: free}}"
        mapping = self.problems.mapping(node, "set", example) if node is not None else None
        if mapping is None:
            return ()
        known = (ChangeKind.CONTACT, ChangeKind.CONVERSATION)
        pairs = dict(mapping.pairs)
        for key, _ in mapping.items():
            if key.text not in known and meant(key.text, known) is None:
                hint = f"set: {{contact: {{{key.text}: …}}}}, or of the conversation"
                self.problems.error(key, "unknown-key", f"unknown key of set `{key.text}`", hint)
                del pairs[key.text]
        self.problems.known_keys(MappingNode(pairs, mapping.place), known, "key of set")
        found = []
        for kind in known:
            value = mapping.get(kind)
            values = self.problems.mapping(value, f"set.{kind}") if value is not None else None
            for key, item in values.items() if values is not None else ():
                if kind is ChangeKind.CONVERSATION and key.text in OWN_NAMES:
                    what = f"set.conversation: `{key.text}` is what templates have of it"
                    self.problems.error(key, "taken-name", what, "choose another name")
                nothing = isinstance(item, Scalar) and item.is_null
                template = None if nothing else self.template(item, f"set.{kind}.{key.text}")
                found.append(SetValue(kind, key.text, template))
        return tuple(found)

    def state(self, node: Node | None) -> Enter | None:
        if node is None:
            return None
        if not isinstance(node, MappingNode):
            name = self.problems.text(node, "state")
            return Enter("" if name == "none" else name)
        self.problems.known_keys(node, STATE_KEYS, "key of state")
        written, says = node.get("name"), node.get("on_expiry")
        if written is None:
            hint = "state: {name: asked}"
            for key, value in node.items():
                if isinstance(value, Scalar) and duration(value.text) is not None:
                    hint = f"state: {{name: {key.text}, expires: {value.text}}}"
            self.problems.error(node, "missing-key", "state: needs a `name`", hint)
            return None
        expires = self.duration(node.get("expires"), "state.expires")
        if says is not None and not expires:
            what = "state.on_expiry: the state does not expire"
            self.problems.error(says, "missing-key", what, "expires: 30m")
        # Hours later nobody knows what the rule had captured.
        later = replace(self, captures=())
        on_expiry = later.template(says, "state.on_expiry") if says is not None else None
        return Enter(self.problems.text(written, "state.name"), expires, on_expiry)

    def cooldown(self, node: Node | None, key: str) -> tuple[Throttle, ...]:
        """`1h`, or `{once: 1d, per: contact, key: name}`; `once: ever` has no end."""
        if node is None:
            return ()
        if isinstance(node, Scalar) and node.text.strip().lower() in _ONCE:
            hint = "cooldown: {once: ever}, or a duration: cooldown: 1d"
            what = f"cooldown: `{node.text}` says not in which time"
            self.problems.error(node, "not-a-duration", what, hint)
            return ()
        if not isinstance(node, MappingNode):
            seconds = self.duration(node, "cooldown")
            return (Throttle(1, seconds, Per.CONVERSATION, key, Reason.COOLDOWN),)
        known = ("once", "per", "key", "else")
        meant = self.problems.known_keys(node, known, "key of cooldown")
        seconds = _EVER
        if not _is_ever(node.get("once")):
            seconds = self._needed_duration(node, "once", "cooldown", meant)
        per = self._per(node.get("per"), "cooldown.per")
        otherwise = self._else(node.get("else"), "cooldown.else")
        return (Throttle(1, seconds, per, self._key(node, key), Reason.COOLDOWN, otherwise),)

    def limit(self, node: Node | None, key: str) -> tuple[Throttle, ...]:
        """`{times: 2, per: 1h}`, for the conversation or `for: contact` or `all`."""
        times = node.text if isinstance(node, Scalar) and node.text.isdecimal() else "2"
        example = f"limit: {{times: {times}, per: 1h}}"
        mapping = self.problems.mapping(node, "limit", example) if node is not None else None
        if mapping is None:
            return ()
        meant = self.problems.known_keys(
            mapping, ("times", "per", "for", "key", "else"), "key of limit"
        )
        times_node = mapping.get("times")
        if times_node is None and "times" not in meant:
            self.problems.error(mapping, "missing-key", "limit: needs `times`", "times: 2")
        count = (
            1 if times_node is None else self.problems.number(times_node, "limit.times", least=1)
        )
        seconds = self._needed_duration(mapping, "per", "limit", meant)
        per = self._per(mapping.get("for"), "limit.for")
        otherwise = self._else(mapping.get("else"), "limit.else")
        return (Throttle(count, seconds, per, self._key(mapping, key), Reason.LIMIT, otherwise),)

    def day(self, node: Node | None, what: str) -> date | None:
        if node is None:
            return None
        text = self.problems.text(node, what)
        try:
            if len(text) != 10:
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            hint = f"{what}: {iso_date(text) or '2026-12-25'}"
            self.problems.error(node, "not-a-date", f"{what}: `{text}` is not a date", hint)
            return None

    def is_shadow(self, node: Node | None) -> bool:
        if node is None:
            return False
        text = self.problems.text(node, "mode")
        if text not in ("shadow", "live"):
            self.problems.error(node, "mode", f"mode: `{text}` is not a mode", "mode: shadow")
        return text == "shadow"

    def duration(self, node: Node | None, what: str) -> int:
        """Seconds; 0 where there is none."""
        return 0 if node is None else self.problems.duration(node, what) or 0

    def _needed_duration(self, node: MappingNode, key: str, what: str, meant: Set[str]) -> int:
        value = node.get(key)
        if value is None and key not in meant:
            self.problems.error(node, "missing-key", f"{what}: needs `{key}`", f"{key}: 1h")
        return self.duration(value, f"{what}.{key}")

    def _per(self, node: Node | None, what: str) -> Per:
        text = self.problems.text(node, what) if node is not None else Per.CONVERSATION
        if node is not None and text not in list(Per):
            hint = f"{what.rpartition('.')[2]}: contact, or conversation, or all"
            self.problems.error(node, "per", f"{what}: `{text}` is not a scope", hint)
            return Per.CONVERSATION
        return Per(text)

    def _else(self, node: Node | None, what: str) -> Else | Template:
        if node is None:
            return Else.SILENT
        if isinstance(node, Scalar) and node.text in list(Else):
            return Else(node.text)
        return self.template(node, what)

    def _key(self, node: MappingNode, otherwise: str) -> str:
        value = node.get("key")
        return self.problems.text(value, "key") if value is not None else otherwise

    def _reply(self, node: Node) -> ReplySpec:
        if isinstance(node, MappingNode) and "one_of" in node.pairs:
            return self._one_of(node)
        return self._message(node, _MESSAGE)

    def _one_of(self, node: MappingNode) -> OneOf:
        self.problems.known_keys(node, ("one_of",), "key beside one_of")
        choices, weights = [], []
        listed = node.get("one_of")
        items = self.problems.sequence(listed, "one_of", "Hi!") if listed is not None else []
        for item in items:
            weight = item.get("weight") if isinstance(item, MappingNode) else None
            choices.append(self._message(item, (*_MESSAGE, "weight")))
            weights.append(1 if weight is None else self.problems.number(weight, "weight", least=1))
        if not items:
            self.problems.error(
                node, "empty-list", "one_of: needs at least one message", "one_of: [Hi!, Hello!]"
            )
        return OneOf(tuple(choices), tuple(weights))

    def _message(self, node: Node, keys: tuple[str, ...]) -> ReplyTemplate:
        if not isinstance(node, MappingNode) or is_by_language(node, self.languages):
            refuse_empty(node, self.problems)
            return ReplyTemplate(text=self.template(node, "reply"))
        is_pair = len(node.pairs) == 1 and not node.is_in_braces
        if is_pair and not any(key in keys or meant(key, keys) for key in node.pairs):
            return ReplyTemplate(text=self.template(node, "reply"))  # `Open: 9-5` without quotes
        known = self.problems.known_keys(node, keys, "key of reply") | node.pairs.keys()
        text, image, tags = node.get("text"), node.get("image"), node.get("tags")
        if text is not None and image is None:
            refuse_empty(text, self.problems)
        if not known & {"text", "image"}:
            hint = 'reply: {text: "Here you are."}'
            what = "reply: needs a `text` or an `image`"
            self.problems.error(node, "missing-key", what, hint)
        example = "tags: {topic: map}"
        mapping = self.problems.mapping(tags, "reply.tags", example) if tags is not None else None
        pairs = mapping.items() if mapping is not None else iter(())
        return ReplyTemplate(
            text=Template("") if text is None else self.template(text, "reply.text"),
            image=None if image is None else self.template(image, "reply.image"),
            tags={key.text: self.template(value, f"reply.tags.{key.text}") for key, value in pairs},
            delay=self.duration(node.get("delay"), "reply.delay"),
            unless_replied=self._unless(node),
        )

    def _unless(self, node: MappingNode) -> bool:
        """Whether a message that waits ends where they write."""
        unless = node.get("unless")
        if unless is not None and node.get("delay") is None:
            what = "reply.unless: the message leaves at once, nobody can reply before"
            self.problems.error(unless, "missing-key", what, "delay: 10m")
        return self.unless_replied(unless, "reply.unless")

    def unless_replied(self, node: Node | None, what: str) -> bool:
        """`replied`, the only word that it knows."""
        if node is None:
            return False
        text = self.problems.text(node, what)
        if isinstance(node, Scalar) and text != "replied":
            self.problems.error(node, "unless", f"{what}: `{text}` is unknown", "unless: replied")
        return True

    def template(self, node: Node, what: str) -> Template:
        """A text with names to be filled in; what is wrong with them is told."""
        if isinstance(node, MappingNode) and is_by_language(node, self.languages):
            texts = by_language(node, what, self.languages, self.problems)
            read = {name: self._template(text, what, name) for name, text in texts.items()}
            return Template.of(read) if read else Template("")
        return self._template(node, what, next(iter(self.languages), ""))

    def _template(self, node: Node, what: str, language: str) -> Template:
        text = self.problems.text(node, what)
        template = Template(text, self.filters, language="" if self.for_us else language)
        if isinstance(node, Scalar):
            check_template(
                node, template, self.captures, self.variables, self.problems, self.calendars
            )
        return template


_ONCE: Final = frozenset({"once", "ever", "once ever", "true", "yes"})


def _is_ever(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.text.strip() == "ever"


def read_long(node: Node, what: str, problems: Problems) -> LongTexts | None:
    """`long`, of a rule or of `defaults`; None where it is wrong."""
    text = problems.text(node, what)
    if text not in list(LongTexts):
        problems.error(node, "long", f"{what}: `{text}` is unknown", "split, mms or hold")
        return None
    return LongTexts(text)


def refuse_empty(node: Node, problems: Problems) -> None:
    for text in texts_in(node):
        if not text.text.strip():
            hint = 'write a text, reply: "...", or `silent: true` to send none'
            problems.deprecated(text, "empty-reply", "the reply is empty", hint)


def check_template(
    node: Scalar,
    template: Template,
    captures: Collection[str],
    variables: Mapping[str, object],
    problems: Problems,
    calendars: Set[str] = frozenset(),
) -> None:
    """What is wrong with a template, where it stands in the file."""
    found = tuple(template.problems(captures, variables.keys(), calendars))
    for problem in found:
        problems.within(node, problem.offset, problem.code, problem.message, problem.hint)
    for odd in () if found else template.nameless_dates():
        place = problems.place_within(node, odd.offset)
        problems.warning(place, "no-date-names", odd.message, odd.hint)
    for brace in single_braces(template.source, captures, variables):
        place = problems.place_within(node, brace.at)
        problems.deprecated(place, "one-brace", brace.message, brace.hint)


def fills_in(
    replies: Iterable[ReplySpec],
    sets: Iterable[SetValue],
    throttles: Iterable[Throttle],
    follow_ups: Iterable[FollowUp],
    more: Iterable[Template],
) -> bool:
    templates = [template for spec in replies for template in spec.templates()]
    for later in follow_ups:
        templates += [later.on] if later.on is not None else []
        templates += [template for spec in later.replies for template in spec.templates()]
    templates += [one.otherwise for one in throttles if isinstance(one.otherwise, Template)]
    templates += [item.value for item in sets if item.value is not None]
    return not all(template.is_plain for template in (*templates, *more))
