"""Rule files to a Ruleset: all mistakes of all files at once, or the whole set."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from bot import templates
from bot.cases import Case, read_tests
from bot.engine import Ruleset
from bot.errors import Place, Problem, RuleError
from bot.guard import Guard
from bot.guards import read_guards
from bot.matcher import When
from bot.matchers import read_when
from bot.matchers.keywords import Keywords
from bot.model import FALLBACK, ChangeKind, RuleId
from bot.rules import MAX_SEGMENTS, OneOf, ReplySpec, ReplyTemplate, Rule, SetValue
from bot.source import Mapping as MappingNode
from bot.source import Node, Problems, Scalar, Sequence, duration, read_yaml
from bot.templates import Template
from bot.text import words

DEFAULT_TIMEZONE: Final = "America/New_York"

_TOP: Final = ("vars", "defaults", "rules", "fallback", "guards")
_DEFAULTS: Final = ("timezone", "max_segments")
_DOES: Final = ("reply", "silent", "set", "continue")
_RULE: Final = ("id", "when", *_DOES, "max_segments", "tests")
_FALLBACK: Final = ("reply", "silent", "set", "max_segments", "tests")
_MESSAGE: Final = ("text", "image", "tags", "delay")
_RULE_ID: Final = re.compile("[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A rule file as it was read from disk."""

    path: str
    content: bytes | str


@dataclass(frozen=True, slots=True)
class Loaded:
    ruleset: Ruleset
    cases: tuple[Case, ...]
    warnings: tuple[Problem, ...] = ()


def load(files: Iterable[SourceFile], *, timezone: str = DEFAULT_TIMEZONE) -> Loaded:
    """Read rule files in the order given.

    Raises RuleError with every problem where there is any: a set is never loaded in part.
    """
    files = tuple(files)
    problems = Problems()
    roots = [(file, _root(file, problems)) for file in files]
    sheets = [_Sheet.read(file.path, root, timezone, problems) for file, root in roots if root]
    everywhere = _shared_variables(sheets)
    reader = _Reader(problems)
    for sheet in sheets:
        reader.read(sheet, {**everywhere, **sheet.variables})
    guards = read_guards(reader.guards, problems)
    _check_guard_texts(reader.guards, everywhere, problems)
    reader.check_named(guards)
    if problems.errors:
        raise RuleError(sorted(problems.errors, key=lambda problem: problem.place))
    rules = tuple(reader.rules)
    ruleset = Ruleset.build(
        guards=guards,
        rules=rules,
        fallback=reader.fallback,
        timezone=timezone,
        variables=everywhere,
        digest=_digest(files),
    )
    return Loaded(ruleset, tuple(reader.cases), tuple(problems.found))


@dataclass(slots=True)
class _Sheet:
    """One file: what holds for all its rules."""

    file: str
    root: MappingNode
    timezone: str
    max_segments: int
    variables: Mapping[str, object]

    @classmethod
    def read(cls, file: str, root: MappingNode, timezone: str, problems: Problems) -> _Sheet:
        problems.known_keys(root, _TOP, "key")
        sheet = cls(file, root, timezone, MAX_SEGMENTS, {})
        if (node := root.get("vars")) is not None:
            mapping = problems.mapping(node, "vars")
            pairs = mapping.items() if mapping is not None else iter(())
            sheet.variables = {key.text: _plain(value) for key, value in pairs}
        if (node := root.get("defaults")) is not None:
            defaults = problems.mapping(node, "defaults")
            if defaults is not None:
                sheet._read_defaults(defaults, problems)
        return sheet

    def _read_defaults(self, defaults: MappingNode, problems: Problems) -> None:
        problems.known_keys(defaults, _DEFAULTS, "key of defaults")
        if (node := defaults.get("timezone")) is not None:
            name = problems.text(node, "defaults.timezone")
            if is_timezone(name):
                self.timezone = name
            else:
                hint = "an IANA name, for example America/Chicago"
                problems.error(node, "timezone", f"`{name}` is no time zone", hint)
        if (node := defaults.get("max_segments")) is not None:
            self.max_segments = problems.number(node, "defaults.max_segments", least=1)


def is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError in disguise
        return False
    except KeyError:
        return False
    return True


@dataclass(slots=True)
class _Reader:
    """Goes through the sheets and gathers what belongs to the whole set."""

    problems: Problems
    rules: list[Rule] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    fallback: Rule | None = None
    guards: Node | None = None
    _ids: dict[str, Place] = field(default_factory=dict)
    _named: list[Scalar] = field(default_factory=list)
    """Ids of rules that tests name."""

    def read(self, sheet: _Sheet, variables: Mapping[str, object]) -> None:
        if (node := sheet.root.get("rules")) is not None:
            for item in self.problems.sequence(node, "rules"):
                mapping = self.problems.mapping(item, "a rule")
                if mapping is not None:
                    self._rule(mapping, sheet, variables)
        if (node := sheet.root.get("fallback")) is not None:
            self._fallback(node, sheet, variables)
        if (node := sheet.root.get("guards")) is not None:
            if self.guards is not None:
                self._twice(node, "guards", self.guards.place)
            self.guards = node

    def _rule(self, node: MappingNode, sheet: _Sheet, variables: Mapping[str, object]) -> None:
        if len(node.pairs) == 1 and next(iter(node.pairs)) not in _RULE:
            self._short(node, sheet, variables)
            return
        self.problems.known_keys(node, _RULE, "key of a rule")
        rule_id = self._id(node)
        when_node = node.get("when")
        if when_node is None:
            hint = "when: {keywords: [hours]}, or when: always"
            self.problems.error(node, "missing-key", f"rule `{rule_id}` needs a `when`", hint)
        when = read_when(when_node, self.problems) if when_node is not None else When()
        self._check_captures(when, when_node or node)
        if not any(key in node.pairs for key in _DOES):
            hint = "give it a `reply`, or `silent: true`"
            self.problems.error(node, "does-nothing", f"rule `{rule_id}` does nothing", hint)
        rule = self._body(node, rule_id, when, sheet, variables)
        self.rules.append(rule)
        self._tests(node, rule)

    def _short(self, node: MappingNode, sheet: _Sheet, variables: Mapping[str, object]) -> None:
        """`{hours: "We're open 9-5."}`: a keyword and what to answer."""
        [(key, value)] = node.items()
        phrase = words(key.text)
        if not phrase:
            hint = "write it in the long form, with `regex`"
            self.problems.error(key, "no-word", f"there is no word in `{key.text}`", hint)
            return
        rule_id = self._unique(_slug(key.text), key)
        replies = self._replies(value, (), variables)
        self.rules.append(
            Rule(
                id=rule_id,
                place=key.place,
                when=When((Keywords(any=(phrase,)),)),
                replies=replies,
                max_segments=sheet.max_segments,
                timezone=sheet.timezone,
                variables=variables,
                fills_in=_fills_in(replies, ()),
            )
        )

    def _fallback(self, node: Node, sheet: _Sheet, variables: Mapping[str, object]) -> None:
        if self.fallback is not None:
            self._twice(node, "fallback", self.fallback.place)
        mapping = self.problems.mapping(node, "fallback")
        if mapping is None:
            return
        self.problems.known_keys(mapping, _FALLBACK, "key of fallback")
        self.fallback = self._body(mapping, FALLBACK, When(), sheet, variables)
        self._tests(mapping, self.fallback)

    def _twice(self, node: Node, what: str, first: Place) -> None:
        self.problems.error(
            node, "twice", f"`{what}` stands twice in the rule set (first in {first})", "keep one"
        )

    def _body(
        self,
        node: MappingNode,
        rule_id: RuleId,
        when: When,
        sheet: _Sheet,
        variables: Mapping[str, object],
    ) -> Rule:
        captures = when.captures()
        reply, segments = node.get("reply"), node.get("max_segments")
        replies = self._replies(reply, captures, variables) if reply is not None else ()
        sets = self._sets(node.get("set"), captures, variables)
        return Rule(
            id=rule_id,
            place=node.place,
            when=when,
            replies=replies,
            sets=sets,
            silent=self._flag(node, "silent"),
            goes_on=self._flag(node, "continue"),
            max_segments=sheet.max_segments
            if segments is None
            else self.problems.number(segments, "max_segments", least=1),
            timezone=sheet.timezone,
            variables=variables,
            fills_in=_fills_in(replies, sets),
        )

    def _tests(self, node: MappingNode, rule: Rule) -> None:
        if (tests := node.get("tests")) is not None:
            self.cases.extend(read_tests(tests, rule.id, rule.timezone, self.problems))
            for case in tests.items if isinstance(tests, Sequence) else ():
                named = case.get("rule") if isinstance(case, MappingNode) else None
                self._named.extend([named] if isinstance(named, Scalar) else [])

    def check_named(self, guards: Iterable[Guard]) -> None:
        """Tests name rules that there are; `none` is no rule at all."""
        known = {*self._ids, *(guard.NAME for guard in guards), FALLBACK, "none"}
        for scalar in self._named:
            if scalar.text not in known:
                self.problems.unknown(scalar, "rule", scalar.text, known)

    def _id(self, node: MappingNode) -> RuleId:
        written = node.get("id")
        if written is None:
            self.problems.error(node, "missing-key", "a rule needs an `id`", "id: hours")
            return RuleId("?")
        text = self.problems.text(written, "id")
        if not _RULE_ID.fullmatch(text) or len(text) > 64:
            hint = f"for example `{_slug(text)}`"
            self.problems.error(
                written, "rule-id", f"id `{text}`: use a-z, 0-9 and -, at most 64", hint
            )
        return self._unique(text, written)

    def _unique(self, rule_id: str, node: Node) -> RuleId:
        first = self._ids.setdefault(rule_id, node.place)
        if rule_id == FALLBACK:
            self.problems.error(node, "rule-id", "id `fallback` is taken", "choose another")
        elif first is not node.place:
            self.problems.error(
                node, "duplicate-id", f"id `{rule_id}` is taken by {first}", "choose another"
            )
        return RuleId(rule_id)

    def _check_captures(self, when: When, node: Node) -> None:
        for name in sorted(when.captures() & templates.ALWAYS.keys()):
            self.problems.error(
                node,
                "capture-name",
                f"a capture named `{name}` hides what templates have",
                "rename",
            )

    def _flag(self, node: MappingNode, key: str) -> bool:
        value = node.get(key)
        return value is not None and self.problems.flag(value, key)

    def _replies(
        self, node: Node, captures: Iterable[str], variables: Mapping[str, object]
    ) -> tuple[ReplySpec, ...]:
        items = node.items if isinstance(node, Sequence) else [node]
        if not items:
            self.problems.error(node, "empty-list", "reply: needs at least one message")
        return tuple(self._reply(item, tuple(captures), variables) for item in items)

    def _reply(
        self, node: Node, captures: tuple[str, ...], variables: Mapping[str, object]
    ) -> ReplySpec:
        if isinstance(node, MappingNode) and "one_of" in node.pairs:
            return self._one_of(node, captures, variables)
        return self._message(node, captures, variables, _MESSAGE)

    def _one_of(
        self, node: MappingNode, captures: tuple[str, ...], variables: Mapping[str, object]
    ) -> OneOf:
        self.problems.known_keys(node, ("one_of",), "key beside one_of")
        choices, weights = [], []
        listed = node.get("one_of")
        items = self.problems.sequence(listed, "one_of") if listed is not None else []
        for item in items:
            weight = item.get("weight") if isinstance(item, MappingNode) else None
            choices.append(self._message(item, captures, variables, (*_MESSAGE, "weight")))
            weights.append(1 if weight is None else self.problems.number(weight, "weight", least=1))
        if not items:
            self.problems.error(node, "empty-list", "one_of: needs at least one message")
        return OneOf(tuple(choices), tuple(weights))

    def _message(
        self,
        node: Node,
        captures: tuple[str, ...],
        variables: Mapping[str, object],
        keys: tuple[str, ...],
    ) -> ReplyTemplate:
        if not isinstance(node, MappingNode):
            return ReplyTemplate(text=self._template(node, "reply", captures, variables))
        self.problems.known_keys(node, keys, "key of reply")
        text, image, tags = node.get("text"), node.get("image"), node.get("tags")
        if text is None and image is None:
            self.problems.error(node, "missing-key", "reply: needs a `text` or an `image`")
        mapping = self.problems.mapping(tags, "reply.tags") if tags is not None else None
        return ReplyTemplate(
            text=self._template(text, "reply.text", captures, variables)
            if text is not None
            else Template(""),
            image=self._template(image, "reply.image", captures, variables)
            if image is not None
            else None,
            tags={
                key.text: self._template(value, f"reply.tags.{key.text}", captures, variables)
                for key, value in (mapping.items() if mapping is not None else ())
            },
            delay=self._duration(node.get("delay"), "reply.delay"),
        )

    def _duration(self, node: Node | None, what: str) -> int:
        if node is None:
            return 0
        seconds = duration(self.problems.text(node, what))
        if seconds is None:
            hint = "for example 30s, 5m, 1h, 2d, 1w"
            self.problems.error(node, "not-a-duration", f"{what}: is no duration", hint)
        return seconds or 0

    def _sets(
        self, node: Node | None, captures: Iterable[str], variables: Mapping[str, object]
    ) -> tuple[SetValue, ...]:
        mapping = self.problems.mapping(node, "set") if node is not None else None
        if mapping is None:
            return ()
        self.problems.known_keys(mapping, ("contact", "conversation"), "key of set")
        found = []
        for kind in (ChangeKind.CONTACT, ChangeKind.CONVERSATION):
            value = mapping.get(kind)
            values = self.problems.mapping(value, f"set.{kind}") if value is not None else None
            for key, item in values.items() if values is not None else ():
                nothing = isinstance(item, Scalar) and item.is_null
                what = f"set.{kind}.{key.text}"
                template = None if nothing else self._template(item, what, captures, variables)
                found.append(SetValue(kind, key.text, template))
        return tuple(found)

    def _template(
        self, node: Node, what: str, captures: Iterable[str], variables: Mapping[str, object]
    ) -> Template:
        text = self.problems.text(node, what)
        template = Template(text)
        if isinstance(node, Scalar):
            check_template(node, template, captures, variables, self.problems)
        return template


def check_template(
    node: Scalar,
    template: Template,
    captures: Iterable[str],
    variables: Mapping[str, object],
    problems: Problems,
) -> None:
    """What is wrong with a template, at its line in the file."""
    for problem in template.problems(captures, variables.keys()):
        place = node.place
        if problem.line > 1 or node.block:
            line = place.line + problem.line - (0 if node.block else 1)
            place = Place(place.file, line, 1)
        problems.error(place, problem.code, problem.message, problem.hint)


def _fills_in(replies: Iterable[ReplySpec], sets: Iterable[SetValue]) -> bool:
    templates = [template for spec in replies for template in spec.templates()]
    templates += [item.value for item in sets if item.value is not None]
    return not all(template.is_plain for template in templates)


def _root(file: SourceFile, problems: Problems) -> MappingNode | None:
    node = read_yaml(file.path, file.content, problems)
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return None
    if isinstance(node, MappingNode):
        return node
    problems.error(node, "not-a-mapping", "a rule file needs `rules:` at its top", "rules:")
    return None


def _shared_variables(sheets: Iterable[_Sheet]) -> Mapping[str, object]:
    """The variables of all files; where two name the same, the first file wins elsewhere."""
    shared: dict[str, object] = {}
    for sheet in sheets:
        for name, value in sheet.variables.items():
            shared.setdefault(name, value)
    return shared


def _check_guard_texts(
    node: Node | None, variables: Mapping[str, object], problems: Problems
) -> None:
    for _, section in node.items() if isinstance(node, MappingNode) else ():
        for key in ("reply", "question"):
            text = section.get(key) if isinstance(section, MappingNode) else None
            if isinstance(text, Scalar):
                check_template(text, Template(text.text), (), variables, problems)


def _plain(node: Node) -> object:
    """A variable as templates see it: text, list or mapping of texts."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [_plain(item) for item in node.items]
        case _:
            return {key.text: _plain(value) for key, value in node.items()}


def _slug(text: str) -> str:
    """A rule id made from a keyword; of a script without Latin letters, from its hash."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:64]
    return slug or "k-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def _digest(files: Iterable[SourceFile]) -> str:
    total = hashlib.sha256()
    for file in files:
        content = file.content.encode() if isinstance(file.content, str) else file.content
        total.update(f"{file.path}\0{len(content)}\0".encode("utf-8", "replace") + content)
    return total.hexdigest()
