"""Warnings: what a rule set may say, and its author can hardly mean.

Only what is sure by looking at the rules alone: a warning that is often wrong is soon not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import chain
from typing import Final

import jinja2
import re2
from jinja2 import nodes, sandbox

from bot.errors import Place, Problem, ReplyError, Severity
from bot.model import Context, InboundMessage
from bot.rules.guards import opt_out
from bot.rules.guards.base import Guard, Verdict
from bot.rules.loader import Loaded, SourceFile
from bot.rules.matchers.base import Matcher, Seen, When
from bot.rules.matchers.combined import All, Any, Not
from bot.rules.matchers.keywords import Keywords, Phrase
from bot.rules.matchers.regex import Regex
from bot.rules.matchers.says import Says
from bot.rules.matchers.tags import Contact, Conversation, Tags
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.rule import OneOf, ReplyTemplate, Rule
from bot.rules.ruleset import Ruleset
from bot.rules.templates.template import Template
from bot.rules.yaml import read_yaml
from bot.text import segments
from bot.text.patterns import Pattern, options
from bot.text.segments import Encoding, pieces
from bot.text.words import without_tone, words

MOST_PATTERNS_WITHOUT_LITERAL: Final = 20
"""Of a rule set: each is tried on every message, a few microseconds each."""


def lint(
    loaded: Loaded, files: Iterable[SourceFile], *, today: date, tested: Set[str] = frozenset()
) -> tuple[Problem, ...]:
    """What is odd about rules that loaded from these files, in order of place.

    `tested` are rules that conversation files test, beside those that `loaded.cases` do.
    """
    written = _Written.read(files)
    ruleset = loaded.ruleset
    everyone = [*ruleset.rules, *([ruleset.fallback] if ruleset.fallback else [])]
    known = {*tested, *(case.rule for case in loaded.cases)}
    known |= {case.expected.rule for case in loaded.cases if case.expected.rule}
    found = chain(
        _unreachable(ruleset, written),
        _taken_by_guards(ruleset, written, today),
        _untested(ruleset.rules, known, written),
        _without_literal(ruleset.rules, written),
        *(check(rule, written) for rule in everyone for check in _OF_ONE_RULE),
        *(_over(rule, today, written) for rule in ruleset.rules),
    )
    return tuple(dict.fromkeys(sorted(found, key=lambda problem: problem.place)))


def _warning(place: Place, code: str, message: str, hint: str) -> Problem:
    return Problem(place, code, message, hint, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class _Written:
    """Where in the files a rule says what."""

    rules: Mapping[Place, MappingNode]
    lines: Mapping[str, list[str]]

    @classmethod
    def read(cls, files: Iterable[SourceFile]) -> _Written:
        rules, lines = {}, {}
        for file in files:
            text = file.content.decode() if isinstance(file.content, bytes) else file.content
            lines[file.path] = text.removeprefix("\ufeff").splitlines()
            root = read_yaml(file.path, file.content, Problems())
            if not isinstance(root, MappingNode):
                continue
            listed = root.get("rules")
            items = listed.items if isinstance(listed, Sequence) else []
            for item in [*items, root.get("fallback")]:
                if isinstance(item, MappingNode):
                    body = _short_form(item) or item
                    rules[body.place] = body
        return cls(rules, lines)

    def has_id(self, rule: Rule) -> bool:
        """The rule is in its long form, which has room for tests."""
        node = self.rules.get(rule.place)
        return node is not None and "id" in node.pairs

    def place(self, rule: Rule, key: str, says: Callable[[str], bool]) -> Place:
        """Of the text under `key` that says so, else of the rule (an alias has no place)."""
        node = self.rules.get(rule.place)
        for scalar in _scalars(node.get(key) if node is not None else None):
            if says(scalar.text) and scalar.place >= rule.place:
                return scalar.place
        return rule.place

    def within(self, rule: Rule, template: Template, part: str) -> Place:
        """Of what a pattern finds in a template as it stands in the file, else of the template."""
        start = self.place(rule, "reply", template.source.__eq__)
        if start == rule.place:
            start = self.place(rule, "set", template.source.__eq__)
        room, first = len(template.source), start.column - 1
        for number, line in enumerate(self.lines.get(start.file, [])[start.line - 1 :]):
            first = max(first, len(line) - len(line.lstrip()))
            found = re.compile(part).search(line, first)
            if found is not None and found.start() <= first + room + 2:
                return Place(start.file, start.line + number, found.end() + 1)
            room -= len(line[first:].strip())
            first = 0
            if room < 0:
                break
        return start


def _short_form(node: MappingNode) -> MappingNode | None:
    """`{hours: "..."}` as the loader reads it."""
    if len(node.pairs) != 1 or "id" in node.pairs or "reply" in node.pairs:
        return None
    [(key, value)] = node.items()
    return MappingNode({"reply": (key, value)}, key.place)


def _scalars(node: Node | None) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from _scalars(item)
        case MappingNode():
            for _, value in node.items():
                yield from _scalars(value)


# Rules that cannot fire


class _Cover:
    """Phrases that something takes or forbids, with what does; found in a longer phrase too."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[Phrase, str]]] = {}

    def add(self, phrases: Iterable[Phrase], by: str) -> None:
        for phrase in phrases:
            self._by_first.setdefault(phrase[0], []).append((phrase, by))

    def of(self, phrase: Phrase) -> str | None:
        bare = tuple(map(without_tone, phrase))
        for at, word in enumerate(phrase):
            for first in {word: 0, bare[at]: 0}:
                for taken, by in self._by_first.get(first, ()):
                    end = at + len(taken)
                    pairs = zip(taken, phrase[at:end], bare[at:end], strict=False)
                    if end <= len(phrase) and all(want in both for want, *both in pairs):
                        return f"{by} `{' '.join(taken)}`"
        return None


@dataclass(slots=True)
class _Earlier:
    """What the rules before the one in question surely take."""

    phrases: _Cover
    patterns: dict[tuple[str, bool], str]


def _unreachable(ruleset: Ruleset, written: _Written) -> Iterator[Problem]:
    earlier = _Earlier(_Cover(), {})
    takes_all = ""
    for rule in ruleset.rules:
        because = takes_all or _never(rule, earlier)
        if because:
            place = written.place(rule, "id", rule.id.__eq__)
            hint = "move it up, or delete it" if because.startswith("rule ") else "mend its `when`"
            yield _warning(place, "never", f"rule `{rule.id}` can never fire: {because}", hint)
        else:
            yield from _idle_keywords(rule, earlier, written)
        if rule.goes_on or rule.is_shadow or rule.from_date or rule.until:
            continue
        if not rule.when.parts:
            takes_all = takes_all or f"rule `{rule.id}` before it takes every message"
        earlier.phrases.add(_taken(rule.when), f"rule `{rule.id}` before it takes")
        for pattern in _taken_patterns(rule.when):
            earlier.patterns.setdefault((pattern.source, pattern.ignore_case), rule.id)


def _never(rule: Rule, earlier: _Earlier) -> str | None:
    if rule.from_date and rule.until and rule.until < rule.from_date:
        return f"it ends on {rule.until}, before it begins on {rule.from_date}"
    return _dead(rule.when, earlier, ())


def _dead(when: When, earlier: _Earlier, forbidden: tuple[_Cover, ...]) -> str | None:
    """Why no message can match that is not taken before, where that is sure."""
    forbidden = (*forbidden, _forbidden(when))
    for part in when.parts:
        because = _dead_part(part, earlier, forbidden)
        if because:
            return because
    return None


def _dead_part(part: Matcher, earlier: _Earlier, forbidden: tuple[_Cover, ...]) -> str | None:
    match part:
        case Keywords():
            return _dead_keywords(part, (*forbidden, earlier.phrases))
        case All():
            return _dead(part.when, earlier, forbidden)
        case Any():
            reasons = [_dead(alternative, earlier, forbidden) for alternative in part.alternatives]
        case Regex():
            reasons = [_taken_pattern(pattern, earlier) for pattern in part.patterns]
        case _:
            return None
    return reasons[0] if reasons and all(reasons) else None


def _dead_keywords(keywords: Keywords, covers: tuple[_Cover, ...]) -> str | None:
    for phrase in keywords.all:
        if because := _covered(phrase, covers):
            return because
    if _allows_typos(keywords):
        return None
    for form in (keywords.any, keywords.exact, keywords.starts):
        reasons = [_covered(phrase, covers) for phrase in form]
        if reasons and all(reasons):
            return reasons[0]
    return None


def _taken_pattern(pattern: Pattern, earlier: _Earlier) -> str | None:
    by = earlier.patterns.get((pattern.source, pattern.ignore_case))
    return f"rule `{by}` before it takes the same pattern" if by else None


def _covered(phrase: Phrase, covers: Iterable[_Cover]) -> str | None:
    return next((because for cover in covers if (because := cover.of(phrase))), None)


def _idle_keywords(rule: Rule, earlier: _Earlier, written: _Written) -> Iterator[Problem]:
    """Keywords without effect in a rule that has others."""
    for keywords, forbidden in _keywords(rule.when, ()):
        if _allows_typos(keywords):
            continue
        for phrase in (*keywords.any, *keywords.exact, *keywords.starts):
            because = _covered(phrase, (*forbidden, earlier.phrases))
            if because:
                yield _warning(
                    written.place(rule, "when", _says(phrase)),
                    "idle-keyword",
                    f"keyword `{' '.join(phrase)}` has no effect: {because}",
                    "delete one of the two",
                )


def _says(phrase: Phrase) -> Callable[[str], bool]:
    return lambda text: words(text) == phrase


def _keywords(
    when: When, forbidden: tuple[_Cover, ...]
) -> Iterator[tuple[Keywords, tuple[_Cover, ...]]]:
    """All that must stand in a message, with what must not beside them."""
    forbidden = (*forbidden, _forbidden(when))
    for part in when.parts:
        match part:
            case Keywords():
                yield part, forbidden
            case All():
                yield from _keywords(part.when, forbidden)
            case Any():
                for alternative in part.alternatives:
                    yield from _keywords(alternative, forbidden)


def _forbidden(when: When) -> _Cover:
    cover = _Cover()
    for part in when.parts:
        if isinstance(part, Keywords):
            cover.add(part.none, "its own `none` forbids")
        elif isinstance(part, Not):
            cover.add(_taken(part.when), "its own `not` forbids")
    return cover


def _taken(when: When) -> Iterable[Phrase]:
    """Phrases each of which is enough for the condition, wherever they stand."""
    if len(when.parts) != 1:
        return ()
    [part] = when.parts
    match part:
        case Keywords() if not (part.all or part.none or part.exact or part.starts):
            return part.any
        case Any():
            return [phrase for inner in part.alternatives for phrase in _taken(inner)]
        case _:
            return ()


def _taken_patterns(when: When) -> Iterable[Pattern]:
    if len(when.parts) != 1:
        return ()
    [part] = when.parts
    match part:
        case Regex():
            return part.patterns
        case Any():
            return [pattern for inner in part.alternatives for pattern in _taken_patterns(inner)]
        case _:
            return ()


def _allows_typos(keywords: Keywords) -> bool:
    return keywords.typos > 0


def _taken_by_guards(ruleset: Ruleset, written: _Written, today: date) -> Iterator[Problem]:
    """Keywords that never reach a rule when they are the whole message."""
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for rule in ruleset.rules:
        for keywords, _ in _keywords(rule.when, ()):
            for phrase in (*keywords.any, *keywords.exact):
                guard = _guard_that_takes(" ".join(phrase), ruleset.guards, now)
                if guard is not None:
                    yield _warning(
                        written.place(rule, "when", _says(phrase)),
                        "taken-by-guard",
                        f"`{' '.join(phrase)}` alone goes to {guard}, never to this rule",
                        "ask for more words, for example `cancel my order`",
                    )


def _guard_that_takes(text: str, guards: Iterable[Guard], now: datetime) -> str | None:
    message = InboundMessage(key="lint", sender="+15555550123", text=text, received_at=now)
    seen = Seen(message, Context(now=now))
    return next((g.NAME for g in guards if isinstance(g.examine(seen), Verdict)), None)


# Rules as a whole


def _untested(rules: Iterable[Rule], tested: Set[str], written: _Written) -> Iterator[Problem]:
    for rule in rules:
        if rule.id not in tested and written.has_id(rule):
            yield _warning(
                written.place(rule, "id", rule.id.__eq__),
                "no-test",
                f"rule `{rule.id}` has no test",
                'tests: {match: ["..."], no_match: ["..."]}',
            )


def _over(rule: Rule, today: date, written: _Written) -> Iterator[Problem]:
    if rule.until is not None and rule.until < today:
        yield _warning(
            written.place(rule, "until", lambda _: True),
            "past",
            f"rule `{rule.id}` is off since {rule.until}",
            "delete it, or give it a new `until`",
        )


# Patterns


def _without_literal(rules: Iterable[Rule], written: _Written) -> Iterator[Problem]:
    """Patterns that the index must try on each message: a few are fine, many are slow."""
    found = [
        (rule, pattern)
        for rule in rules
        if (needs := rule.when.needs()) is not None
        for pattern in needs.patterns
        if _is_unfiltered(pattern.source, pattern.ignore_case)
    ]
    if len(found) <= MOST_PATTERNS_WITHOUT_LITERAL:
        return
    for rule, pattern in found:
        yield _warning(
            _place_of_pattern(rule, pattern, written),
            "no-literal",
            f"no word must stand in it, so every message is tried: {len(found)} patterns are so",
            "put a word or `keywords` beside it",
        )


@cache
def _is_unfiltered(source: str, ignore_case: bool) -> bool:
    """RE2 finds no text that a message must hold to match."""
    single = re2.Filter()
    single.Add(source.encode(), options(ignore_case=ignore_case))
    single.Compile()
    return bool(single.Match(b"", potential=True))


def _place_of_pattern(rule: Rule, pattern: Pattern, written: _Written) -> Place:
    return written.place(rule, "when", lambda text: pattern.source in (text, rf"\A(?:{text})\z"))


_OTHER_LETTER: Final = r"(?![a-zA-Z])[^\W\d_]"
_ASCII_ONLY: Final = re.compile(
    rf"(?<!\\)(?:\\\\)*(?P<sign>\\[bw])(?:[*+?]|\{{[\d,]+\}})?[()]*(?P<letter>{_OTHER_LETTER})"
    rf"|(?P<before>{_OTHER_LETTER})[()]*(?P<after>\\[bw])"
)


def _patterns(rule: Rule, written: _Written) -> Iterator[Problem]:
    """A pattern that is found in any text, and one that takes é for no letter."""
    patterns = [
        (part, pattern)
        for part in rule.when.walk()
        if isinstance(part, Regex)
        for pattern in part.patterns
    ]
    for part, pattern in patterns:
        place = _place_of_pattern(rule, pattern, written)
        if part in rule.when.parts and pattern.search(b"") is not None and _is_open(pattern):
            yield _warning(
                place,
                "matches-all",
                "the pattern is found in every message, even an empty one",
                "write `when: always`, or take a `*` or `?` away",
            )
        for hit in _ASCII_ONLY.finditer(pattern.source):
            sign, letter = hit["sign"] or hit["after"], hit["letter"] or hit["before"]
            way_out = r"\pL" if sign == r"\w" else r"(?:^|[^\pL]) or (?:[^\pL]|$)"
            yield _warning(
                place,
                "ascii-only",
                f"`{sign}` knows only ASCII letters: `{letter}` beside it counts as none",
                f"write {way_out}, or use `keywords`",
            )


def _is_open(pattern: Pattern) -> bool:
    """Found in any text, since it is found in one that nobody had in mind."""
    return pattern.search("\u2603 zq\n7".encode()) is not None


# Replies


def _may_be_absent(rule: Rule, written: _Written) -> Iterator[Problem]:
    """Names that have no value at each match, used without `default`: such a reply fails."""
    sure, captures = _sure(rule.when), rule.when.captures()
    for template in _templates(rule):
        if template.is_plain:
            continue
        for name in dict.fromkeys(_bare_names(_parsed(template.source))):
            if name in sure or ("." not in name and name not in captures):
                continue
            yield _warning(
                written.within(rule, template, rf"\{{[{{%].*?(?<![\w.])(?={re.escape(name)}\b)"),
                "may-be-absent",
                f"`{name}` is not there at every match, and the reply fails without it",
                f"{{{{ {name} | default('...') }}}}",
            )


def _sure(when: When) -> Set[str]:
    """Captures, and dotted names of values, that every match provides."""
    return frozenset[str]().union(*map(_sure_of_part, when.parts))


def _sure_of_part(part: Matcher) -> Set[str]:
    match part:
        case Regex():
            return _in_all(map(sure_groups, (pattern.source for pattern in part.patterns)))
        case Says():
            return _in_all(sure_slots(sentence.source) for sentence in part.sentences)
        case Any():
            return _in_all(map(_sure, part.alternatives))
        case All():
            return _sure(part.when)
        case Conversation() | Contact() | Tags():
            stem = "conversation.values" if isinstance(part, Conversation) else part.NAME
            needed = (name for name, wanted in part.wanted.items() if not wanted.holds(None))
            return {f"{stem}.{name}" for name in needed}
        case _:
            return part.captures()


def _in_all(sets: Iterable[Set[str]]) -> Set[str]:
    listed = [frozenset(one) for one in sets]
    return frozenset.intersection(*listed) if listed else frozenset()


_PIECE: Final = re.compile(
    r"(?s)\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|(?P<flags>\(\?[imsU-]+\))|(?P<open>\((?:\?P?<(?P<name>\w+)>|\?[imsU-]*:)?)"
    r"|(?P<close>\))|(?P<bar>\|)|(?P<some>\+|\{[1-9]\d*(?:,\d*)?\})|(?P<none>[*?]|\{0?,?\d*\})|."
)


@dataclass(slots=True)
class _Group:
    name: str | None
    inside: set[str]
    unsure: set[str]
    has_alternatives: bool = False


def sure_groups(source: str) -> Set[str]:
    """Named groups of a pattern that take part in each of its matches.

    >>> sorted(sure_groups(r"(?P<a>x)(?P<b>y)?(?:(?P<c>z)|w)"))
    ['a']
    """
    stack = [_Group(None, set(), set())]
    last: set[str] = set()
    for piece in _PIECE.finditer(source):
        if piece["open"]:
            stack.append(_Group(piece["name"], set(), set()))
        elif piece["close"] and len(stack) > 1:
            closed = stack.pop()
            last = closed.inside | ({closed.name} if closed.name else set())
            stack[-1].inside |= last
            stack[-1].unsure |= closed.inside if closed.has_alternatives else closed.unsure
            continue
        elif piece["bar"]:
            stack[-1].has_alternatives = True
        elif piece["none"]:
            stack[-1].unsure |= last
        last = set()
    whole = stack[0]
    return whole.inside - (whole.inside if whole.has_alternatives else whole.unsure)


_SLOT: Final = re.compile(r"[\[\]()|]|[{<]\s*(\w+)[^{}<>]*[}>]")


def sure_slots(sentence: str) -> Set[str]:
    """Slots of a sentence template that each of its readings fills.

    >>> sorted(sure_slots("[hi] (book {n:int} tables|{n:int} tables) [for {who}]"))
    ['n']
    """
    open_parts: list[list[set[str]]] = [[set()]]
    """By open bracket: the slots of each alternative so far."""
    for piece in _SLOT.finditer(sentence):
        match piece[0]:
            case "[" | "(":
                open_parts.append([set()])
            case "|":
                open_parts[-1].append(set())
            case "]":
                open_parts.pop()
            case ")":
                open_parts[-2][-1] |= set.intersection(*open_parts.pop())
            case _:
                open_parts[-1][-1].add(piece[1])
    return open_parts[0][0]


def _templates(rule: Rule) -> Iterator[Template]:
    for spec in rule.replies:
        yield from spec.templates()
    yield from (item.value for item in rule.sets if item.value is not None)


def _messages(rule: Rule) -> Iterator[Template]:
    """The texts that go out."""
    return (choice.text for choice in _choices(rule))


def _choices(rule: Rule) -> Iterator[ReplyTemplate]:
    for spec in rule.replies:
        yield from spec.choices if isinstance(spec, OneOf) else (spec,)


@cache
def _environment() -> jinja2.Environment:
    return sandbox.ImmutableSandboxedEnvironment()


@cache
def _parsed(source: str) -> nodes.Template:
    return _environment().parse(source)


_STORED: Final = ("tags", "contact")
_METHODS: Final = frozenset({"items", "keys", "values", "get"})


def _bare_names(node: nodes.Node) -> Iterator[str]:
    """Names and `tags.x` that are used where a missing one fails."""
    match node:
        case nodes.Filter(name="default" | "d", node=nodes.Name() | nodes.Getattr()):
            for argument in node.args:
                yield from _bare_names(argument)
            return
        case nodes.Test(name="defined" | "undefined"):
            return
        case nodes.If() | nodes.CondExpr() if _asks_whether_defined(node.test):
            return
        case nodes.Name(ctx="load"):
            yield node.name
        case nodes.Getattr(node=nodes.Name(name=stem)) if stem in _STORED:
            if node.attr not in _METHODS:
                yield f"{stem}.{node.attr}"
            return
        case nodes.Getattr(node=nodes.Getattr(node=nodes.Name(name="conversation"), attr="values")):
            if node.attr not in _METHODS:
                yield f"conversation.values.{node.attr}"
            return
    for child in node.iter_child_nodes():
        yield from _bare_names(child)


def _asks_whether_defined(test: nodes.Node) -> bool:
    tests = [test] if isinstance(test, nodes.Test) else list(test.find_all(nodes.Test))
    return any(found.name in ("defined", "undefined") for found in tests)


def _too_long(rule: Rule, written: _Written) -> Iterator[Problem]:
    for choice in _choices(rule):
        text, policy = _constant(choice.text, rule), rule.long_texts
        count = segments.measure(text).count if text else 0
        if count > rule.max_segments:
            what = f"takes {count} segments, at most {rule.max_segments} are sent: it fails"
            key = "raise `max_segments`"
        elif text and policy and not pieces(text, policy, has_image=choice.image is not None):
            what, key = f"is too long for `long: {policy}`: it is never sent", "change `long`"
        else:
            continue
        yield _warning(
            written.within(rule, choice.text, "(?!)"),
            "too-long",
            f"the reply {what}",
            f"shorten it, split it into a list, or {key}",
        )


def _constant(template: Template, rule: Rule) -> str | None:
    """The text, where it is the same for every message."""
    if not template.is_plain and _names_of(template.source) - {"vars"}:
        return None
    try:
        return template.render({"vars": rule.variables})
    except ReplyError:
        return None


def _names_of(source: str) -> Set[str]:
    return {name.name for name in _parsed(source).find_all(nodes.Name)}


def _literal(template: Template) -> str:
    """What stands in the template as it is."""
    if template.is_plain:
        return template.source
    return "".join(data.data for data in _parsed(template.source).find_all(nodes.TemplateData))


def _forced_into_ucs2(rule: Rule, written: _Written) -> Iterator[Problem]:
    for template in _messages(rule):
        constant = _constant(template, rule)
        text = _literal(template) if constant is None else constant
        odd = [c for c in dict.fromkeys(text) if segments.measure(c).encoding is Encoding.UCS_2]
        if not odd:
            continue
        cost = _cost(text, odd) if constant is not None else ""
        if all(character in segments.PLAIN for character in odd):
            hints = {
                character: f"write {segments.PLAIN[character] or ' '}{cost}" for character in odd
            }
        elif len(odd) == 1 and cost:
            hints = {odd[0]: f"leave it out{cost}"}
        else:
            continue
        for character, hint in hints.items():
            yield _warning(
                written.within(rule, template, f"(?={re.escape(character)})"),
                "ucs-2",
                f"`{character}` (U+{ord(character):04X}) leaves room for 70 letters instead of 160",
                hint,
            )


def _cost(text: str, odd: Iterable[str]) -> str:
    """What the characters cost, where they cost anything."""
    plain = text.translate({ord(character): segments.PLAIN.get(character, "") for character in odd})
    before, after = segments.measure(text).count, segments.measure(plain).count
    return (
        f": {after} segment{'' if after == 1 else 's'} instead of {before}"
        if after < before
        else ""
    )


_OPT_OUTS: Final = "|".join(
    re.escape(word) for word in sorted(opt_out.WORDS, key=len, reverse=True) if word != "stop"
)
_INVITES: Final = re.compile(
    r"\b(?i:reply|text|send|txt|answer)(?i:\s+with|\s+back)?\s+"
    r"(?:[\"']?[A-Z0-9]+[\"']?\s*(?:,\s*(?:or\s)?|/|\bor\b|\band\b)\s*)*"
    rf"[\"']?(?P<word>(?i:{_OPT_OUTS}))\b(?!-)[\"']?(?!\s+[A-Z0-9#]{{2}})"
    r"(?!\s+(?i:to\s+(?:end|stop|unsubscribe|opt|get no|leave)))"
)


def _invites_to_leave(rule: Rule, written: _Written) -> Iterator[Problem]:
    """`Reply CANCEL to cancel your visit`: whoever does so is opted out for ever."""
    for template in _messages(rule):
        for found in _INVITES.finditer(_literal(template)):
            word = found["word"]
            if word.isupper() or found[0].lower().startswith(("reply", "text")):
                yield _warning(
                    written.within(rule, template, rf"(?={word}\b)"),
                    "asks-for-opt-out",
                    f"who replies {word} is opted out and gets no more texts",
                    "ask for another word, for example CHANGE; to leave, STOP is enough",
                )


_OF_ONE_RULE: Final = (
    *(_patterns, _may_be_absent, _too_long, _forced_into_ucs2, _invites_to_leave),
)
