"""All that is to be said of rule files: errors, and warnings where there are none."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from pathlib import Path

from bot.authoring.lint import lint, lint_texts
from bot.authoring.scenarios import read_conversations
from bot.errors import Place, Problem, RuleError
from bot.plugins.discovery import load
from bot.rules.files import passed_over, read_rule_files, read_test_file, test_files
from bot.rules.loader import Loaded, read_documents
from bot.rules.problems import Problems
from bot.rules.ruleset import Ruleset
from bot.timezones import local


def checked(
    path: Path, *, timezone: str, now: datetime
) -> tuple[Ruleset | None, Sequence[Problem]]:
    """The rules, None where there are errors, and what is wrong with them. Raises UsageError.

    `timezone` is for rules whose file names none; what is past by `now` is told on
    the clock of the rule set.
    """
    files = read_rule_files(path)
    beside = tuple(passed_over(path, [root for file in files for root in file.includes]))
    try:
        loaded = load(files, timezone=timezone)
    except RuleError as error:
        texts = lint_texts(read_documents(files, Problems()))
        found = {*error.problems, *error.warnings, *texts, *beside}
        return None, (*sorted(found, key=_order), *_conversations(path, None)[1])
    tested, problems = _conversations(path, loaded.ruleset)
    if problems:
        return None, problems
    return loaded.ruleset, sorted((*beside, *_odd(loaded, now, tested)), key=_order)


def odd_at_work(loaded: Loaded, now: datetime) -> Sequence[Problem]:
    """What is odd about rules that run; not that a test is missing."""
    found = _odd(loaded, now, frozenset())
    return sorted((one for one in found if one.code != "no-test"), key=_order)


def _odd(loaded: Loaded, now: datetime, tested: Set[str]) -> Sequence[Problem]:
    today = local(now, loaded.ruleset.timezone).date()
    return (*loaded.warnings, *lint(loaded, today=today, tested=tested))


def _order(problem: Problem) -> tuple[bool, Place]:
    """As they stand in the files; that a test is missing comes after what is wrong."""
    return problem.code == "no-test", problem.place


def _conversations(path: Path, ruleset: Ruleset | None) -> tuple[Set[str], Sequence[Problem]]:
    """Rules that they name, and what is wrong with them; without rules, only in themselves."""
    problems: list[Problem] = []
    tested: set[str] = set()
    for file in test_files(path):
        try:
            found = read_conversations(file.as_posix(), read_test_file(file), ruleset)
            turns = [turn for conversation in found for turn in conversation.turns]
            tested |= {turn.case.expected.rule for turn in turns if turn.case.expected.rule}
        except RuleError as error:
            problems += error.problems
    return tested, problems
