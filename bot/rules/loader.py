"""Rule files to a Ruleset: all mistakes of all files at once, or the whole set."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from bot.errors import Place, Problem, RuleError, Severity
from bot.model import FALLBACK, RuleId
from bot.rules import keys, references
from bot.rules.actions import Actions, fills_in, read_long, refuse_empty
from bot.rules.cases import Case, clock, read_tests
from bot.rules.guards import failed, read_guards, section_of
from bot.rules.guards.base import Guard
from bot.rules.head import Head, calendars_of, refuse_twice, timezone_of
from bot.rules.matchers import read_when
from bot.rules.matchers.base import Matcher, Sheet, When
from bot.rules.misplaced import put_right
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.questions import ASK_KEYS, Ask, AskReader, answers_in
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.rules.templates import checks
from bot.rules.templates.sandbox import Filters
from bot.rules.templates.template import Template
from bot.rules.typos import protect_typos
from bot.rules.yaml import read_yaml
from bot.text.words import words
from bot.timezones import DEFAULT_TIMEZONE

T = TypeVar("T")


BODY_KEYS: Final = keys.BODY
RULE_KEYS: Final = keys.RULE
_NEEDS_ALL: Final = frozenset({f"unknown-{w}" for w in ("rule", "list", "calendar", "variable")})
"""Codes of what may stand in the part of the rule set that could not be read."""
PART_KEYS: Final = keys.PART
LONG_KEYS: Final = tuple(key for key in RULE_KEYS if key == "ask" or key not in ASK_KEYS)
"""A rule of one other key is in the short form: `- {cancel: "To cancel, call us."}`."""
_RULE_ID: Final = re.compile("[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A rule file as it was read from disk."""

    path: str
    content: bytes | str
    problems: tuple[Problem, ...] = ()
    """What is wrong with the files that it includes."""
    includes: tuple[Path, ...] = ()
    """Files and folders that it names, whether or not they are there."""


@dataclass(frozen=True, slots=True)
class Document:
    """A rule file with what stands in it, for those who say where."""

    file: SourceFile
    root: MappingNode | None
    """None of a file without anything in it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    ruleset: Ruleset
    cases: tuple[Case, ...]
    warnings: tuple[Problem, ...] = ()
    documents: tuple[Document, ...] = ()


def load(
    files: Iterable[SourceFile],
    *,
    timezone: str = DEFAULT_TIMEZONE,
    plugins: Mapping[str, type[Matcher]] = MappingProxyType({}),
    filters: Filters = (),
    lenient: bool = False,
) -> Loaded:
    """Read rule files in the order given.

    `plugins` are matchers, `filters` those of templates, beside the built-in ones. Where it is
    `lenient`, mistakes that older versions loaded are warnings. Raises RuleError with every
    problem where there is any: a set is never loaded in part.
    """
    files = tuple(files)
    problems = Problems(sources={f.path: f.content for f in files}, is_lenient=lenient)
    problems.found += [problem for file in files for problem in file.problems]
    documents = read_documents(files, problems)
    roots = [document.root for document in documents if document.root]
    timezone = timezone_of(roots, problems) or timezone
    read = [Head.read(root, timezone, problems) for root in roots]
    refuse_twice(roots, problems)
    everywhere = _shared([file.variables for file in read])
    lists = _shared([file.lists for file in read])
    calendars = calendars_of(read, problems)
    reader = _Reader(problems, frozenset(answers_in(roots)))
    for file in read:
        sheet = Sheet(
            timezone=file.timezone,
            day_first=file.day_first,
            prefer=file.prefer,
            calendars=calendars,
            lists={**lists, **file.lists},
            variables={**everywhere, **file.variables},
            plugins=plugins,
            filters=filters,
        )
        reader.read(file, sheet)
    references.check_rules(reader.rules, reader.fallback, problems)
    guards = read_guards(reader.guards, problems, filters)
    references.check_guard_texts(reader.guards, everywhere, problems, filters, calendars.keys())
    of_all = Sheet(timezone=timezone, variables=everywhere, filters=filters)
    said = section_of(reader.guards, failed.KEY, problems)
    instead = failed.read_failed(said, reader.fallback, of_all, problems)
    reader.check_named(guards)
    if problems.errors:
        raise _rule_error(problems)
    protected = [phrase for guard in guards for phrase in guard.vocabulary()]
    rules = protect_typos(reader.rules, protected)
    ruleset = Ruleset.build(
        guards=guards,
        rules=rules,
        fallback=reader.fallback,
        failed=instead,
        timezone=timezone,
        variables=everywhere,
        calendars=calendars,
        digest=_digest(files),
    )
    return Loaded(ruleset, tuple(reader.cases), tuple(problems.found), documents)


def _rule_error(problems: Problems) -> RuleError:
    found = sorted(problems.found, key=lambda problem: problem.place)
    if problems.is_partial:
        found = [problem for problem in found if problem.code not in _NEEDS_ALL]
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    return RuleError(errors, [problem for problem in found if problem not in errors])


@dataclass(slots=True)
class _Reader:
    """Goes through the sheets and gathers what belongs to the whole set."""

    problems: Problems
    answers: Set[str]
    """Names that answers to questions have: captures of whatever comes while one is open."""
    rules: list[Rule] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    fallback: Rule | None = None
    guards: Node | None = None
    _ids: dict[str, Place] = field(default_factory=dict)
    _named: list[Scalar] = field(default_factory=list)
    """Ids of rules that tests name."""

    def read(self, file: Head, sheet: Sheet) -> None:
        if (node := file.root.get("rules")) is not None:
            for item in self.problems.sequence(node, "rules", "id: hours"):
                example = '- {id: hours, when: {keywords: [hours]}, reply: "9-5."}'
                mapping = self.problems.mapping(item, "a rule", example)
                if mapping is not None:
                    self._rule(mapping, file, sheet)
        if (node := file.root.get("fallback")) is not None:
            self._fallback(node, file, sheet)
        if (node := file.root.get("guards")) is not None:
            if self.guards is not None:
                self._twice(node, "guards", self.guards.place)
            self.guards = node

    def _rule(self, node: MappingNode, file: Head, sheet: Sheet) -> None:
        if len(node.pairs) == 1 and next(iter(node.pairs)) not in LONG_KEYS:
            self._short(node, file, sheet)
            return
        if len(node.pairs) > 1 and not any(keys.meant(key, RULE_KEYS) for key in node.pairs):
            self._several(node, file, sheet)
            return
        node = put_right(node, self.problems)
        meant = self.problems.known_keys(node, RULE_KEYS, "key of a rule")
        rule_id = self._id(node, is_meant="id" in meant)
        when_node = node.get("when")
        when = When() if when_node is None else read_when(when_node, self.problems, sheet)
        if when_node is None and "when" not in meant:
            hint = "when: {keywords: [hours]}, or when: always"
            self.problems.error(node, "missing-key", f"rule `{rule_id}` needs a `when`", hint)
        self._check_captures(when, when_node or node)
        self._check_does(node, f"rule `{rule_id}`", meant)
        rule = self._body(node, rule_id, when, file, sheet)
        self.rules.append(rule)
        self._tests(node, rule)

    def _several(self, node: MappingNode, file: Head, sheet: Sheet) -> None:
        """Short rules under one dash."""
        for at, (key, value) in enumerate(node.items()):
            if at:
                shown = value.text if isinstance(value, Scalar) else "…"
                what = f"`{key.text}` needs a dash of its own: a short rule is one keyword"
                self.problems.error(key, "missing-dash", what, f"- {key.text}: {shown}")
            self._short(MappingNode({key.text: (key, value)}, key.place), file, sheet)

    def _short(self, node: MappingNode, file: Head, sheet: Sheet) -> None:
        """`{hours: "We're open 9-5."}`: a keyword and what to answer."""
        [(key, value)] = node.items()
        if not words(key.text):
            hint = "write it in the long form, with `regex`"
            self.problems.error(key, "no-word", f"there is no word in `{key.text}`", hint)
            return
        rule_id = self._unique(slug(key.text), key)
        body = MappingNode({"reply": (key, value)}, key.place)
        pairs: dict[str, tuple[Scalar, Node]] = {"keywords": (Scalar("keywords", key.place), key)}
        when = read_when(MappingNode(pairs, key.place), self.problems, sheet)
        self.rules.append(self._body(body, rule_id, when, file, sheet))

    def _fallback(self, node: Node, file: Head, sheet: Sheet) -> None:
        if self.fallback is not None:
            self._twice(node, "fallback", self.fallback.place)
        said = node.text if isinstance(node, Scalar) and node.text else "Sorry, text HOURS."
        mapping = self.problems.mapping(node, "fallback", f'fallback: {{reply: "{said}"}}')
        if mapping is None:
            return
        self.problems.known_keys(mapping, BODY_KEYS, "key of fallback")
        self.fallback = self._body(mapping, FALLBACK, When(), file, sheet)
        self._tests(mapping, self.fallback)

    def _twice(self, node: Node, what: str, first: Place) -> None:
        self.problems.error(
            node, "twice", f"`{what}` occurs twice in the rule set (first in {first})", "keep one"
        )

    def _body(
        self, node: MappingNode, rule_id: RuleId, when: When, file: Head, sheet: Sheet
    ) -> Rule:
        return self._part(node, _Part(rule_id, when, frozenset(when.captures())), file, sheet)

    def _part(self, node: MappingNode, part: _Part, file: Head, sheet: Sheet) -> Rule:
        names = tuple(part.captures | self.answers)
        read = Actions(
            *(self.problems, names, sheet.variables, sheet.filters),
            calendars=sheet.calendars.keys(),
        )
        replies, sets = read.replies(node.get("reply")), read.sets(node.get("set"))
        segments, long = node.get("max_segments"), node.get("long")
        cooldown, key = node.get("cooldown"), f"{part.rule}{part.path and '/'}{part.path}"
        if cooldown is None and part.rule != FALLBACK and not part.path:
            cooldown = file.cooldown
        silent = self._flag(node, "silent")
        if silent and "reply" in node.pairs:
            what = "`silent: true` stands beside a `reply`, which is never sent"
            problem = "silent-reply", what, "delete one of the two"
            self.problems.deprecated(node.pairs["silent"][0], *problem)
        throttles = read.cooldown(cooldown, key) + read.limit(node.get("limit"), key)
        rule = Rule(
            id=part.rule,
            place=node.place,
            path=part.path,
            when=part.when,
            replies=replies,
            sets=sets,
            silent=silent,
            goes_on=self._flag(node, "continue"),
            state=read.state(node.get("state")),
            ask=self._ask(node, part, read, file, sheet),
            throttles=throttles,
            from_date=read.day(node.get("from_date"), "from_date"),
            until=read.day(node.get("until"), "until"),
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
            fills_in=fills_in(replies, sets, throttles),
        )
        return replace(rule, tests_at=clock(rule.timezone, file.at, rule))

    def _ask(
        self, node: MappingNode, part: _Part, read: Actions, file: Head, sheet: Sheet
    ) -> Ask | None:
        """The questions of a rule, and the parts of it that come of them."""

        def inner(body: MappingNode, key: str, above: Ask, captures: Set[str]) -> Rule:
            self._check_does(body, key, self.problems.known_keys(body, PART_KEYS, f"key of {key}"))
            path = f"{part.path}{key}/"
            comes = _Part(part.rule, When(), part.captures | captures, path, above)
            return self._part(body, comes, file, sheet)

        def template(text: Node, what: str, more: Set[str]) -> Template:
            refuse_empty(text, self.problems)
            return replace(read, captures=(*read.captures, *more)).template(text, what)

        reader = AskReader(
            problems=self.problems,
            above=part.above,
            taken=frozenset() if part.above is None else part.captures,
            when=lambda condition: read_when(condition, self.problems, sheet),
            template=template,
            duration=read.duration,
            part=inner,
        )
        return reader.read(node, part.path)

    def _tests(self, node: MappingNode, rule: Rule) -> None:
        if (tests := node.get("tests")) is not None:
            cases = read_tests(tests, rule, self.problems)
            self.cases.extend(cases if rule.is_enabled else ())
            for case in tests.items if isinstance(tests, Sequence) else ():
                named = case.get("rule") if isinstance(case, MappingNode) else None
                self._named.extend([named] if isinstance(named, Scalar) else [])

    def check_named(self, guards: Iterable[Guard]) -> None:
        """Tests name rules that there are; `none` is not a rule."""
        known = {*self._ids, *(guard.NAME for guard in guards), FALLBACK, "none"}
        for scalar in self._named:
            if scalar.text not in known:
                self.problems.unknown(scalar, "rule", scalar.text, known)

    def _id(self, node: MappingNode, *, is_meant: bool) -> RuleId:
        written = node.get("id")
        if written is None:
            if not is_meant:
                self.problems.error(node, "missing-key", "a rule needs an `id`", "id: hours")
            return RuleId("?")
        text = self.problems.text(written, "id")
        if not _RULE_ID.fullmatch(text) or len(text) > 64:
            hint = f"for example `{slug(text)}`"
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

    def _check_does(self, node: MappingNode, what: str, meant: Set[str]) -> None:
        if not any(key in node.pairs or key in meant for key in keys.DOES):
            hint = "give it a `reply`, or `silent: true`"
            self.problems.error(node, "does-nothing", f"{what} does nothing", hint)

    def _check_captures(self, when: When, node: Node) -> None:
        for name in sorted(when.captures() & checks.ALWAYS.keys()):
            self.problems.error(
                node,
                "capture-name",
                f"a capture named `{name}` hides what templates have",
                "rename",
            )

    def _description(self, node: MappingNode) -> str:
        written = node.get("description")
        text = "" if written is None else self.problems.text(written, "description")
        return " ".join(text.split())

    def _flag(self, node: MappingNode, key: str) -> bool:
        value = node.get(key)
        return value is not None and self.problems.flag(value, key)


@dataclass(frozen=True, slots=True)
class _Part:
    """A rule, or what comes of its questions."""

    rule: RuleId
    when: When
    captures: Set[str]
    """That there are when it does something."""
    path: str = ""
    above: Ask | None = None
    """The questions that it comes of."""


def read_documents(files: Iterable[SourceFile], problems: Problems) -> tuple[Document, ...]:
    """What stands in the files, whether or not it makes sense."""
    return tuple(Document(file, _root(file, problems)) for file in files)


def _root(file: SourceFile, problems: Problems) -> MappingNode | None:
    node = read_yaml(file.path, file.content, problems)
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return None
    if isinstance(node, MappingNode):
        return node
    hint = "write `rules:` in the first line, and below it `  - id: hours`"
    problems.error(node, "not-a-mapping", "a rule file needs `rules:` at its top", hint)
    return None


def _shared(by_file: Iterable[Mapping[str, T]]) -> Mapping[str, T]:
    """Names of all files; where two name the same, the first file wins elsewhere."""
    shared: dict[str, T] = {}
    for named in by_file:
        for name, value in named.items():
            shared.setdefault(name, value)
    return shared


def slug(text: str) -> str:
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
