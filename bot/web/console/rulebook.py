"""The rules that decide now, as people read them: their text, what is odd about it, their tests."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.authoring.check import odd_at_work
from bot.authoring.coverage import Coverage, measure
from bot.authoring.run_cases import Result, run
from bot.errors import BotError, Place, Problem
from bot.plugins.discovery import load
from bot.rules.cases import Case
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.rules.syntax.parts import lines_of
from bot.runtime.live_rules import LiveRules


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The text of a rule in its file."""

    file: str
    first: int
    """Number of its first line."""
    lines: Sequence[str]

    def holds(self, place: Place) -> bool:
        return place.file == self.file and 0 <= place.line - self.first < len(self.lines)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Of one rule set."""

    ruleset: Ruleset
    cases: Mapping[str, Sequence[Case]]
    """By the rule beside which they stand."""
    problems: Sequence[Problem]
    files: Mapping[str, Sequence[str]]
    """Lines by the name of the file."""

    def rules(self) -> Iterator[Rule]:
        """In the order in which they are asked, the fallback last."""
        yield from self.ruleset.rules
        if self.ruleset.fallback is not None:
            yield self.ruleset.fallback

    def excerpt(self, rule: Rule) -> Excerpt:
        lines = self.files.get(rule.place.file, ())
        return Excerpt(rule.place.file, rule.place.line, _item(lines, rule.place.line))

    def problems_of(self, rule: Rule) -> Sequence[Problem]:
        excerpt = self.excerpt(rule)
        return [problem for problem in self.problems if excerpt.holds(problem.place)]

    def tested(self, rule: Rule) -> Sequence[Result]:
        """Its tests, run now."""
        return [run(case, self.ruleset) for case in self.cases.get(rule.id, ())]

    def covered(self, results: Iterable[Result], rules: Collection[Rule]) -> Coverage:
        """What of these rules those tests exercised."""
        ids = {rule.id for rule in rules}
        return measure(results, self.ruleset, lambda rule: rule.id in ids)


class Rulebooks:
    """The one of the rules that decide now; made anew when they have changed."""

    def __init__(self, live: LiveRules) -> None:
        self._live = live
        self._made: Rulebook | None = None
        self._making = asyncio.Lock()

    async def present(self, now: datetime) -> Rulebook:
        async with self._making:
            if self._made is None or self._made.ruleset is not self._live.ruleset:
                self._made = await asyncio.to_thread(_made, self._live, now)
            return self._made


def _made(live: LiveRules, now: datetime) -> Rulebook:
    ruleset, files = live.ruleset, live.files
    problems: Sequence[Problem] = ()
    cases: dict[str, list[Case]] = defaultdict(list)
    try:
        loaded = load(files, timezone=live.timezone, lenient=True)
    except BotError:  # a plugin has gone since they were loaded
        loaded = None
    if loaded is not None:
        for case in loaded.cases:
            cases[case.rule].append(case)
        problems = odd_at_work(loaded, now)
    return Rulebook(ruleset, cases, problems, {file.path: _lines(file.content) for file in files})


def _lines(content: bytes | str) -> Sequence[str]:
    text = content if isinstance(content, str) else content.decode("utf-8-sig", "replace")
    return lines_of(text)


def _item(lines: Sequence[str], first: int) -> Sequence[str]:
    """The item of a list, or the value of a key, that begins in this line, which counts from 1."""
    begin = first - 1
    if not 0 <= begin < len(lines):
        return ()
    indent, end = _indent(lines[begin]), begin + 1
    while end < len(lines) and (_is_aside(lines[end]) or _indent(lines[end]) > indent):
        end += 1
    while end > begin + 1 and _is_aside(lines[end - 1]):
        end -= 1
    return lines[begin:end]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_aside(line: str) -> bool:
    """It belongs to what stands before or after it, and ends nothing."""
    text = line.strip()
    return not text or text.startswith("#")
