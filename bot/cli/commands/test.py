"""`bot test`: the tests that stand beside the rules, and conversations in `*.test.yaml`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from bot.authoring import coverage, run_cases, scenarios
from bot.authoring.run_cases import Result, failed_condition, wanted_rule
from bot.authoring.scenarios import Conversation, played
from bot.cli import all_accounts, options
from bot.cli.junit import write_junit
from bot.cli.output import colour, described, dim, printable, shown
from bot.errors import Problem, RuleError
from bot.rules.files import ENDINGS, has_rules, read_test_file, test_files
from bot.rules.loader import Loaded
from bot.rules.ruleset import Ruleset
from bot.settings import Settings

_MANY: Final = 2_000
"""Tests from which on a progress bar is worth it."""


@click.command()
@click.argument("paths", nargs=-1, type=Path, metavar="[PATH]...")
@all_accounts.option
@click.option("--coverage", "shows_coverage", is_flag=True, help="What no test exercises.")
@click.option("--junit", type=Path, metavar="FILE", help="Write the results as JUnit XML.")
@options.json_option
def command(
    paths: tuple[Path, ...], of_all: bool, shows_coverage: bool, junit: Path | None, as_json: bool
) -> int:
    """Run the tests that stand beside the rules, and conversations in `*.test.yaml`.

    Each PATH is a rule set of its own; without a PATH that of BOT_RULES. Conversations without
    rules beside them are played against BOT_RULES.

    \b
    Examples:
      bot test
      bot test examples/clinic examples/shop
      bot test --coverage
      bot test --all-accounts
    """
    sets = all_accounts.rule_sets(paths, of_all=of_all)
    suites = [_Suite.read(path, settings) for path, settings in sets]
    passed = failed = 0
    kept: list[Result] = []
    with _progress(sum(suite.count for suite in suites)) as advance:
        for suite in suites:
            for result in suite.results():
                advance()
                if shows_coverage:
                    suite.played.append(result)
                if not result.expected:
                    continue
                passed, failed = passed + result.passed, failed + (not result.passed)
                _show(result, suite.loaded.ruleset, as_json)
                if junit is not None:
                    kept.append(result)
    for suite in suites if shows_coverage else ():
        _show_coverage(coverage.measure(suite.played, suite.loaded.ruleset), as_json)
    if junit is not None:
        write_junit(junit, kept)
    if not as_json:
        print(colour("31" if failed else "32", f"{passed} passed, {failed} failed"))
    return 1 if failed else 0


@dataclass(frozen=True, slots=True)
class _Suite:
    """One rule set with its tests."""

    loaded: Loaded
    conversations: tuple[Conversation, ...]
    has_cases: bool
    """The tests beside the rules are run, not only conversations."""
    played: list[Result]

    @classmethod
    def read(cls, path: Path, settings: Settings) -> _Suite:
        """Raises UsageError, RuleError."""
        files = test_files(path)
        home = path.parent if path.name.endswith(ENDINGS) else path
        beside = home.is_file() or not files or has_rules(home)
        loaded = options.load_rules(home if beside else None, settings)
        found: list[Conversation] = []
        problems: list[Problem] = []
        for file in files:
            try:
                found += scenarios.read_conversations(
                    file.as_posix(), read_test_file(file), loaded.ruleset
                )
            except RuleError as error:
                problems += error.problems
        if problems:
            raise RuleError(problems)
        return cls(loaded, tuple(found), beside and home == path, [])

    @property
    def count(self) -> int:
        beside = len(self.loaded.cases) if self.has_cases else 0
        return beside + sum(len(conversation.turns) for conversation in self.conversations)

    def results(self) -> Iterator[Result]:
        ruleset = self.loaded.ruleset
        for case in self.loaded.cases if self.has_cases else ():
            yield run_cases.run(case, ruleset)
        for conversation in self.conversations:
            yield from played(conversation, ruleset)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on stderr for many tests at a terminal."""
    if total <= _MANY or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    both = sys.stdout.isatty()
    with Progress(
        console=Console(stderr=True), transient=True, redirect_stdout=both, redirect_stderr=both
    ) as progress:
        task = progress.add_task("tests", total=total)
        yield lambda: progress.advance(task)


def _show(result: Result, ruleset: Ruleset, as_json: bool) -> None:
    if as_json:
        options.print_json(
            {
                "file": result.case.place.file,
                "line": result.case.place.line,
                "name": result.case.name,
                "passed": result.passed,
                **_about(result, ruleset),
                "expected": dict(result.expected),
                "got": dict(result.got),
            }
        )
    elif not result.passed:
        print(f"{result.case.place}: {colour('31', 'failed')}: {printable(result.case.name)}")
        about = described(result.case.rule, ruleset, "")
        for line in (*about, *_reasons(result, ruleset)):
            print(f"    {line}")


def _about(result: Result, ruleset: Ruleset) -> dict[str, str]:
    text = ruleset.description(result.case.rule)
    return {"description": text} if text else {}


def _reasons(result: Result, ruleset: Ruleset) -> Iterator[str]:
    """Expected against got, which rule answered, and why the expected one did not."""
    for name, expected in result.expected.items():
        got = result.got[name]
        if expected != got:
            yield f"{name}: expected {shown(expected)}"
            yield f"{' ' * len(name)}       got {shown(got)}"
    decision = result.decision
    detail = f": {printable(decision.detail)}" if decision.detail else ""
    reason = f", {decision.reason}" if decision.reason else ""
    yield dim(f"{decision.rule or 'no rule'} answered: {decision.outcome}{reason}{detail}")
    because = failed_condition(result, ruleset)
    if because:
        yield dim(f"{wanted_rule(result)} did not: {printable(because)}")


def _show_coverage(found: coverage.Coverage, as_json: bool) -> None:
    if as_json:
        options.print_json(found.as_object())
        return
    for kind in coverage.KINDS:
        print(f"{kind}: {found.covered(kind)} of {found.total[kind]}")
    for gap in found.gaps:
        print(f"  {gap.kind.removesuffix('s')} {gap.rule}: {printable(gap.what)}")
        if gap.description:
            print(dim(f"      {printable(gap.description)}"))
        if gap.line:
            print(f"      {printable(gap.line)}")
