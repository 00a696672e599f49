r"""`regex`: a pattern that is found in the original text (RE2 syntax, linear time).

    when: {regex: 'order\s+#?(?P<order_id>\d{4,8})'}
    when: {regex: ['\bdelivery\b', '\bshipping\b']}           # any of them
    when: {regex: {pattern: '\d{5}', whole: true}}            # covers the whole message
    when: {regex: {pattern: 'ABC', ignore_case: false}}

Typographic quotes, dashes and spaces count as the plain ones: `it's` finds it’s, `9-5` finds 9–5.
Upper and lower case make no difference unless `ignore_case: false`. Named groups are captures,
cut from the text as it was written; a group that took no part is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from collections.abc import Mapping as MappingOf
from typing import ClassVar, Self

from bot.model import Match, Miss
from bot.rules.json_schema import Schema, by_kind, listed, ref
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Reading, in_all
from bot.rules.matchers.covering import Cases, Claim
from bot.rules.matchers.samples import FREE, Samples, either
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.text.patterns import Pattern, PatternError
from bot.text.words import plain_pattern


class Regex(Matcher):
    NAME: ClassVar[str] = "regex"
    __slots__ = ("_miss", "patterns")

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self.patterns = patterns
        self._miss = Miss("not found: " + ", ".join(pattern.source for pattern in patterns))

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        nodes = node.items if isinstance(node, Sequence) else [node]
        if not nodes:
            reading.problems.error(
                node, "empty-list", "regex: needs at least one pattern", r"['order \d+']"
            )
        patterns = (_pattern(item, reading) for item in nodes)
        return cls(tuple(pattern for pattern in patterns if pattern is not None))

    def match(self, seen: MessageView) -> Match | Miss:
        written = None if seen.plain_utf8 is seen.utf8 else seen.message.text
        for pattern in self.patterns:
            captures = pattern.search(seen.plain_utf8, written)
            if captures is not None:
                return Match(captures) if captures else HIT
        return self._miss

    def captures(self) -> Set[str]:
        return {name for pattern in self.patterns for name in pattern.groups}

    def samples(self) -> MappingOf[str, Samples]:
        return either(map(_samples, self.patterns))

    def needs(self) -> Needs | None:
        return Needs(patterns=self.patterns)

    @classmethod
    def schema(cls) -> Schema:
        return by_kind(ref("pattern"), sequence=listed(ref("pattern")))

    def guaranteed(self) -> Set[str]:
        return in_all(pattern.sure_groups for pattern in self.patterns)

    def cases(self) -> Cases:
        return tuple((type(self)((pattern,)),) for pattern in self.patterns)

    def covers(self, other: Claim) -> bool:
        """The same pattern; one for the whole text is found too where it is looked for inside."""
        return isinstance(other, Regex) and all(
            any(_finds(pattern, theirs) for pattern in self.patterns) for theirs in other.patterns
        )

    def marks(self) -> Set[str]:
        return in_all(set(_sources(pattern)) for pattern in self.patterns) or super().marks()


def _samples(pattern: Pattern) -> MappingOf[str, Samples]:
    from bot.text.group_samples import group_samples  # asked by lints

    known = group_samples(pattern.inner, ignore_case=pattern.ignore_case)
    found = dict.fromkeys(pattern.groups, FREE)
    for name, group in known.items():
        values = dict.fromkeys((group.usual, group.shortest, *group.longest))
        found[name] = Samples(tuple(values), group.is_bounded)
    return found


def _sources(pattern: Pattern) -> Iterator[str]:
    yield pattern.source
    if pattern.inner != pattern.source:
        yield pattern.inner


def _finds(pattern: Pattern, theirs: Pattern) -> bool:
    return pattern.ignore_case == theirs.ignore_case and pattern.source in _sources(theirs)


def _pattern(node: Node, reading: Reading) -> Pattern | None:
    problems = reading.problems
    source, ignore_case, whole = node, True, False
    if isinstance(node, Mapping):
        problems.known_keys(node, ("pattern", "ignore_case", "whole"), "key of regex")
        written = node.get("pattern")
        if written is None:
            problems.error(node, "missing-key", "regex: needs a `pattern`", r"{pattern: '\d+'}")
            return None
        source = written
        if (flag := node.get("ignore_case")) is not None:
            ignore_case = problems.flag(flag, "regex.ignore_case")
        if (flag := node.get("whole")) is not None:
            whole = problems.flag(flag, "regex.whole")
    text = problems.text(source, "regex")
    if not isinstance(source, Scalar):
        return None
    if not text:
        problems.error(
            source, "empty", "regex: the pattern is empty", "write `always` to match all"
        )
        return None
    try:
        return Pattern(plain_pattern(text), ignore_case=ignore_case, whole=whole)
    except PatternError as error:
        problems.within(source, error.offset, "regex", f"regex: {error}", error.hint)
        return None
