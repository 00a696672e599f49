"""The tests that a path names, and the rules that they are tests of."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.authoring import run_cases, scenarios
from bot.authoring.run_cases import Result
from bot.authoring.scenarios import Conversation, played
from bot.cli import options
from bot.errors import Problem, RuleError, UsageError, plain
from bot.rules.cases import Case
from bot.rules.files import ENDINGS, has_rules, read_rule_files, read_test_file, test_files
from bot.rules.loader import Loaded
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Suite:
    """One rule set with the tests of it that are run."""

    path: Path
    settings: Settings
    loaded: Loaded
    cases: tuple[Case, ...]
    conversations: tuple[Conversation, ...]
    is_part: bool
    """Of a larger set, which is what is loaded."""
    counts: Callable[[Rule], bool] | None
    """The rules whose coverage counts; None is all of them, with the guards."""
    played: list[Result] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, given: Path | None, settings: Settings, ids: Sequence[str]) -> Suite:
        """A path may be a part of the rules that are `given`, else of BOT_RULES.

        `ids` narrow the tests. Raises UsageError, RuleError.
        """
        files = test_files(path)
        whole = given or settings.rules
        is_part = whole is not None and _is_within(path, whole) and not _is_within(whole, path)
        is_part = is_part or (given is not None and _includes(given, path))
        home = path.parent if path.name.endswith(ENDINGS) else path
        beside = home.is_file() or not files or has_rules(home)
        if beside and given is not None and not is_part and not _is_within(path, given):
            both = f"{plain(given)} and {plain(path)}"
            raise UsageError(
                f"rules are given twice, {both}, which is not a part of them: give one"
            )
        loaded = options.load_rules(whole if is_part or not beside else home, settings)
        if not beside or home != path:
            cases: tuple[Case, ...] = ()
        elif is_part:
            cases = tuple(case for case in loaded.cases if _is_within(Path(case.place.file), path))
        else:
            cases = loaded.cases
        found = _conversations(files, loaded.ruleset)
        counts = _inside(path) if is_part else None
        if ids:
            _check_known(ids, loaded.ruleset)
            cases = tuple(case for case in cases if {case.rule, case.expected.rule} & {*ids})
            found = tuple(one for one in found if {turn.case.rule for turn in one.turns} & {*ids})
            counts = _named(ids)
        return cls(path, settings, loaded, cases, found, is_part, counts)

    @property
    def count(self) -> int:
        return len(self.cases) + sum(len(talk.turns) for talk in self.conversations)

    def results(self) -> Iterator[Result]:
        ruleset = self.loaded.ruleset
        for case in self.cases:
            yield run_cases.run(case, ruleset)
        for conversation in self.conversations:
            yield from played(conversation, ruleset)


def _is_within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _includes(rules: Path, path: Path) -> bool:
    """Whether rules that lie elsewhere read a file of the path, or one beside its conversations."""
    home = path.parent if path.name.endswith(ENDINGS) else path
    if _is_within(home, rules) or _is_within(rules, home):
        return False
    return any(_is_within(Path(file.path), home) for file in read_rule_files(rules))


def _inside(path: Path) -> Callable[[Rule], bool]:
    return lambda rule: _is_within(Path(rule.place.file), path)


def _named(ids: Sequence[str]) -> Callable[[Rule], bool]:
    return lambda rule: rule.id in ids


def _conversations(files: Sequence[Path], ruleset: Ruleset) -> tuple[Conversation, ...]:
    """Raises RuleError with all that is wrong in all of them."""
    found: list[Conversation] = []
    problems: list[Problem] = []
    for file in files:
        try:
            content = read_test_file(file)
            found += scenarios.read_conversations(file.as_posix(), content, ruleset)
        except RuleError as error:
            problems += error.problems
    if problems:
        raise RuleError(problems)
    return tuple(found)


def _check_known(ids: Sequence[str], ruleset: Ruleset) -> None:
    known = [*ruleset.by_id, *(guard.NAME for guard in ruleset.guards)]
    for name in ids:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "`bot check` reads the rules"
            raise UsageError(f"--rule {plain(name)}: there is no such rule ({hint})")
