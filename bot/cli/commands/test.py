"""`bot test`: the tests that stand beside the rules, and conversations in `*.test.yaml`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from bot.authoring import coverage, failures
from bot.authoring.mutation import Judge, Mutation, mutants
from bot.authoring.run_cases import Result
from bot.cli import all_accounts, alone, options
from bot.cli.junit import write_junit
from bot.cli.output import colour, counted, described, dim, fitted, printable
from bot.cli.suite import Suite
from bot.errors import BotError, RuleError, UsageError, plain
from bot.rules.ruleset import Ruleset

_TOGETHER: Final = "bot test --rules {folder} {file}"
_MOST_GAPS: Final = 50
"""That are shown where nobody asks for all."""
_MANY: Final = 2_000
"""Tests from which on a progress bar is worth it."""
_MANY_MUTANTS: Final = 200


@click.command()
@click.argument("paths", nargs=-1, type=Path, metavar="[PATH]...")
@all_accounts.option
@click.option(
    "--rules",
    type=Path,
    multiple=True,
    metavar="PATH",
    help="The set of rules that the files among PATH are part of; else BOT_RULES.",
)
@click.option(
    "--rule",
    "ids",
    multiple=True,
    metavar="ID",
    help="Its tests alone; repeatable.",
    shell_complete=options.complete_rule,
)
@click.option("--coverage", "shows_coverage", is_flag=True, help="What no test exercises.")
@click.option("--mutate", is_flag=True, help="Which changes of the rules no test notices.")
@click.option(
    "--min",
    "least",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="With --coverage or --mutate: less than that of a set is a failure.",
)
@click.option("--junit", type=Path, metavar="FILE", help="Write the results as JUnit XML.")
@click.option("-v", "--verbose", is_flag=True, help="Name each test that passed, and each gap.")
@options.json_option
def command(
    paths: tuple[Path, ...],
    rules: tuple[Path, ...],
    ids: tuple[str, ...],
    of_all: bool,
    shows_coverage: bool,
    mutate: bool,
    least: float | None,
    junit: Path | None,
    verbose: bool,
    as_json: bool,
) -> int:
    """Run the tests that stand beside the rules, and conversations in `*.test.yaml`.

    A PATH within the rules of --rules or BOT_RULES is tested as a part of them, any other is a set
    of its own; without a PATH all of them. Conversations without rules beside them are played
    against those rules. A set with errors does not keep the others from being tested; the exit
    code is 2 then, 1 where a test failed.

    \b
    Examples:
      bot test
      bot test examples/clinic examples/shop
      bot test rules/10-about-us.yaml --rule hours -v
      bot test --min 90
      bot test --mutate --rule hours
      bot test --all-accounts
    """
    if len(rules) > 1:
        raise UsageError(f"rules are given twice, {' and '.join(map(plain, rules))}: give one")
    given = rules[0] if rules else None
    suites: list[Suite] = []
    broken: list[tuple[Path, BotError]] = []
    named = paths or ((given,) if given is not None else ())
    for path, settings in all_accounts.rule_sets(named, of_all=of_all):
        try:
            suites.append(Suite.read(path, given, settings, ids))
        except (RuleError, UsageError) as error:
            broken.append((path, error))
            problems = error.problems if isinstance(error, RuleError) else ()
            if alone.has_beside_it(path, problems, settings):
                alone.remark(path, _TOGETHER)
    results = _run(suites, verbose=verbose, as_json=as_json)
    failed = sum(not result.passed for result, _ in results)
    for suite in suites:
        failing = [result.case for result in suite.played if not result.passed]
        if not suite.is_part and alone.passes_beside_it(suite.path, failing, suite.settings):
            alone.remark(suite.path, _TOGETHER)
    measured = suites if shows_coverage or (least is not None and not mutate) else []
    thin = [s for s in measured if _is_thin(s, least, verbose=verbose, as_json=as_json)]
    weak = [s for s in suites if mutate if _is_weak(s, least, verbose=verbose, as_json=as_json)]
    if junit is not None:
        write_junit(junit, results, broken)
    if suites and not as_json:
        print(colour("31" if failed else "32", f"{len(results) - failed} passed, {failed} failed"))
    if broken:
        raise _all_of([error for _, error in broken])
    return 1 if failed or thin or weak else 0


def _run(suites: list[Suite], *, verbose: bool, as_json: bool) -> list[tuple[Result, Ruleset]]:
    """What each test came to, told as it goes."""
    found = []
    with _progress(sum(suite.count for suite in suites)) as advance:
        for suite in suites:
            for result in suite.results():
                advance()
                suite.played.append(result)
                if result.expected:
                    found.append((result, suite.loaded.ruleset))
                    _show(result, suite.loaded.ruleset, verbose=verbose, as_json=as_json)
    return found


def _is_thin(suite: Suite, least: float | None, *, verbose: bool, as_json: bool) -> bool:
    """Tell the coverage of a set, and whether it is too little."""
    found = coverage.measure(suite.played, suite.loaded.ruleset, suite.counts)
    _show_coverage(found, verbose=verbose, as_json=as_json)
    is_thin = least is not None and found.percent < least
    if is_thin and not as_json:
        said = (
            f"coverage of {plain(suite.path)} is {found.percent:.1f} %, at least {least:g} % wanted"
        )
        print(colour("31", said))
    return is_thin


def _all_of(errors: Sequence[BotError]) -> BotError:
    if len(errors) == 1:
        return errors[0]
    problems = [problem for e in errors if isinstance(e, RuleError) for problem in e.problems]
    if all(isinstance(error, RuleError) for error in errors):
        return RuleError(problems)
    return UsageError("\n".join(map(str, errors)))


@contextmanager
def _progress(total: int, what: str = "tests", many: int = _MANY) -> Iterator[Callable[[], None]]:
    """A bar on stderr for many of them at a terminal."""
    if total <= many or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    both = sys.stdout.isatty()
    with Progress(
        console=Console(stderr=True), transient=True, redirect_stdout=both, redirect_stderr=both
    ) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


def _is_weak(suite: Suite, least: float | None, *, verbose: bool, as_json: bool) -> bool:
    """Tell which mutants of a set no test notices, and whether those are too many."""
    ruleset = suite.loaded.ruleset
    every = list(mutants(ruleset, suite.counts))
    judge, found = Judge(ruleset, suite.played, suite.conversations), Mutation()
    with _progress(len(every), "mutants", _MANY_MUTANTS) as advance:
        for mutant in every:
            judge.judge(mutant, found)
            advance()
    _show_mutation(found, verbose=verbose, as_json=as_json)
    is_weak = least is not None and found.percent < least
    if is_weak and not as_json:
        said = f"tests of {plain(suite.path)} notice {found.percent:.1f} % of the mutants"
        print(colour("31", fitted(f"{said}, at least {least:g} % wanted", 2)))
    return is_weak


_PASTED: Final = {
    False: "no test notices these; to paste under `tests:` of the rule:",
    True: "no conversation notices these; to paste into a *.test.yaml:",
}
"""By whether it is a conversation, where what notices a mutant belongs."""


def _show_mutation(found: Mutation, *, verbose: bool, as_json: bool) -> None:
    if as_json:
        options.print_json(found.as_object())
        return
    told = found.noticed + len(found.missed)
    print(f"{found.noticed} of {counted(told, 'mutant')} noticed")
    shown = found.missed if verbose else found.missed[:_MOST_GAPS]
    for is_talk, said in _PASTED.items():
        of_kind = [one for one in shown if one.is_conversation is is_talk]
        if of_kind:
            print(said)
        for one in of_kind:
            print(fitted(f"  {one.rule} {printable(one.what)}", 4))
            print(f"      {printable(one.line)}")
    if more := len(found.missed) - len(shown):
        print(f"  and {more} more: -v or --json shows all")
    if found.unjudged:
        many = len(found.unjudged)
        print(fitted(f"{many} more are of rules whose tests fail: mend those first", 2))
    if found.alike:
        print(fitted(f"of {len(found.alike)} more no text was found that tells them apart", 2))
        for rule, what in found.alike if verbose else ():
            print(dim(fitted(f"  {rule} {printable(what)}", 4)))


def _show(result: Result, ruleset: Ruleset, *, verbose: bool, as_json: bool) -> None:
    place, name = result.case.place, printable(result.case.name)
    if as_json:
        options.print_json(
            {
                "file": place.file,
                "line": place.line,
                "name": result.case.name,
                "passed": result.passed,
                **_about(result, ruleset),
                "expected": dict(result.expected),
                "got": dict(result.got),
            }
        )
    elif not result.passed:
        print(f"{place}: {colour('31', 'failed')}: {name}")
        about = described(result.case.rule, ruleset, "")
        for line in (*about, *failures.failure(result, ruleset).lines()):
            print(f"    {printable(line)}")
    elif verbose:
        against = failures.circumstances(result, ruleset)
        print(f"{place}: {colour('32', 'passed')}: {name}{dim(f' ({against})') if against else ''}")


def _about(result: Result, ruleset: Ruleset) -> dict[str, str]:
    text = ruleset.description(result.case.rule)
    return {"description": text} if text else {}


def _show_coverage(found: coverage.Coverage, *, verbose: bool, as_json: bool) -> None:
    if as_json:
        options.print_json(found.as_object())
        return
    for kind in (one for one in coverage.KINDS if found.total[one]):
        print(f"{kind}: {found.covered(kind)} of {found.total[kind]}")
    if found.gaps:
        print("to paste: `- {say: …}` under `tests:` of the rule, `- {name: …}` into a *.test.yaml")
    shown = found.gaps if verbose else found.gaps[:_MOST_GAPS]
    seen: set[tuple[str, str]] = set()
    for gap in shown:
        print(f"  {gap.kind.removesuffix('s')} {gap.rule}: {printable(gap.what)}")
        if gap.description:
            print(dim(f"      {printable(gap.description)}"))
        if gap.line:
            same = (gap.rule, gap.line) in seen
            print(dim("      the same test") if same else f"      {printable(gap.line)}")
            seen.add((gap.rule, gap.line))
    if more := len(found.gaps) - len(shown):
        print(f"  and {more} more: -v or --json shows all")
