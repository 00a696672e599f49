"""Rule files to a Ruleset: all mistakes of all files at once, or the whole set."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from bot.errors import Place, Problem, RuleError, Severity
from bot.model import FALLBACK, RuleId
from bot.rules import keys, references
from bot.rules.bodies import BodyReader
from bot.rules.cases import Case, read_tests
from bot.rules.combine import read_combine
from bot.rules.contact_tags import contact_tags_of
from bot.rules.guards import failed, read_guards, section_of
from bot.rules.guards.base import Guard
from bot.rules.head import Head, calendars_of, refuse_twice, timezone_of
from bot.rules.languages import languages_of
from bot.rules.matchers import read_when
from bot.rules.matchers.base import Matcher, Sheet, When
from bot.rules.misplaced import put_right
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.questions import answers_in
from bot.rules.quiet import read_quiet
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.rules.templates import checks
from bot.rules.templates.sandbox import Filters
from bot.rules.typos import protect_typos
from bot.rules.yaml import read_yaml
from bot.text.words import words
from bot.timezones import DEFAULT_TIMEZONE

T = TypeVar("T")


ELSEWHERE: Final = frozenset({f"unknown-{w}" for w in ("rule", "list", "calendar", "variable")})
"""Codes of what may stand in a part of the rule set that was not read."""
_RULE_ID: Final = re.compile("[a-z0-9-]+")


class SourceFile(NamedTuple):
    """A rule file as it was read from disk."""

    path: str
    content: bytes | str
    problems: tuple[Problem, ...] = ()
    """What is wrong with the files that it includes."""
    includes: tuple[Path, ...] = ()
    """Files and folders that it names, whether or not they are there."""


class Document(NamedTuple):
    """A rule file with what stands in it, for those who say where."""

    file: SourceFile
    root: MappingNode | None
    """None of a file without anything in it."""


class Loaded(NamedTuple):
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
    languages = languages_of(roots, problems)
    combine = read_combine(roots, problems)
    contact_tags = contact_tags_of(roots, problems)
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
            languages=languages,
        )
        reader.read(file, sheet)
    references.check_rules(reader.rules, reader.fallback, problems)
    of_all = Sheet(
        timezone=timezone,
        calendars=calendars,
        variables=everywhere,
        filters=filters,
        languages=languages,
    )
    guards = read_guards(reader.guards, problems, of_all)
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
        languages=languages,
        combine=combine,
        contact_tags=contact_tags,
        digest=_digest(files),
    )
    return Loaded(ruleset, tuple(reader.cases), tuple(problems.found), documents)


def _rule_error(problems: Problems) -> RuleError:
    found = sorted(problems.found, key=lambda problem: problem.place)
    if problems.is_partial:
        found = [problem for problem in found if problem.code not in ELSEWHERE]
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
        bodies = BodyReader(
            problems=self.problems,
            answers=self.answers,
            file=file,
            sheet=sheet,
            quiet=read_quiet(file.quiet, self.problems, sheet.calendars),
        )
        if (node := file.root.get("rules")) is not None:
            for item in self.problems.sequence(node, "rules", "id: hours"):
                example = '- {id: hours, when: {keywords: [hours]}, reply: "9-5."}'
                mapping = self.problems.mapping(item, "a rule", example)
                if mapping is not None:
                    self._rule(mapping, bodies)
        if (node := file.root.get("fallback")) is not None:
            self._fallback(node, bodies)
        if (node := file.root.get("guards")) is not None:
            if self.guards is not None:
                self._twice(node, "guards", self.guards.place)
            self.guards = node

    def _rule(self, node: MappingNode, bodies: BodyReader) -> None:
        if len(node.pairs) == 1 and next(iter(node.pairs)) not in keys.LONG:
            self._short(node, bodies)
            return
        if len(node.pairs) > 1 and not any(keys.meant(key, keys.RULE) for key in node.pairs):
            self._several(node, bodies)
            return
        node = put_right(node, self.problems)
        meant = self.problems.known_keys(node, keys.RULE, "key of a rule")
        rule_id = self._id(node, is_meant="id" in meant)
        when_node = node.get("when")
        when = When() if when_node is None else read_when(when_node, self.problems, bodies.sheet)
        if when_node is None and "when" not in meant:
            hint = "when: {keywords: [hours]}, or when: always"
            self.problems.error(node, "missing-key", f"rule `{rule_id}` needs a `when`", hint)
        self._check_captures(when, when_node or node)
        bodies.check_does(node, f"rule `{rule_id}`", meant)
        rule = bodies.of_rule(node, rule_id, when)
        self.rules.append(rule)
        self._tests(node, rule)

    def _several(self, node: MappingNode, bodies: BodyReader) -> None:
        """Short rules under one dash."""
        for at, (key, value) in enumerate(node.items()):
            if at:
                shown = value.text if isinstance(value, Scalar) else "…"
                what = f"`{key.text}` needs a dash of its own: a short rule is one keyword"
                self.problems.error(key, "missing-dash", what, f"- {key.text}: {shown}")
            self._short(MappingNode({key.text: (key, value)}, key.place), bodies)

    def _short(self, node: MappingNode, bodies: BodyReader) -> None:
        """`{hours: "We're open 9-5."}`: a keyword and what to answer."""
        [(key, value)] = node.items()
        if not words(key.text):
            hint = "write it in the long form, with `regex`"
            self.problems.error(key, "no-word", f"there is no word in `{key.text}`", hint)
            return
        rule_id = self._unique(slug(key.text), key)
        body = MappingNode({"reply": (key, value)}, key.place)
        pairs: dict[str, tuple[Scalar, Node]] = {"keywords": (Scalar("keywords", key.place), key)}
        when = read_when(MappingNode(pairs, key.place), self.problems, bodies.sheet)
        self.rules.append(bodies.of_rule(body, rule_id, when))

    def _fallback(self, node: Node, bodies: BodyReader) -> None:
        if self.fallback is not None:
            self._twice(node, "fallback", self.fallback.place)
        said = node.text if isinstance(node, Scalar) and node.text else "Sorry, text HOURS."
        mapping = self.problems.mapping(node, "fallback", f'fallback: {{reply: "{said}"}}')
        if mapping is None:
            return
        self.problems.known_keys(mapping, keys.BODY, "key of fallback")
        self.fallback = bodies.of_rule(mapping, FALLBACK, When())
        self._tests(mapping, self.fallback)

    def _twice(self, node: Node, what: str, first: Place) -> None:
        self.problems.error(
            node, "twice", f"`{what}` occurs twice in the rule set (first in {first})", "keep one"
        )

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

    def _check_captures(self, when: When, node: Node) -> None:
        for name in sorted(when.captures() & checks.ALWAYS.keys()):
            self.problems.error(
                node,
                "capture-name",
                f"a capture named `{name}` hides what templates have",
                "rename",
            )


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
