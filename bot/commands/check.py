"""`bot check`: everything that is wrong with rule files, at once."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands import options
from bot.commands.show import colour
from bot.errors import Problem, RuleError, Severity


@click.command()
@options.rules_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@options.json_option
def command(rules: Path | None, strict: bool, as_json: bool) -> int:
    """Errors and warnings of rule files, each with its place and what to write instead.

    \b
    Examples:
      bot check
      bot check --rules examples/clinic --strict
    """
    count = 0
    try:
        loaded = options.load_rules(rules)
        problems, count = loaded.warnings, len(loaded.ruleset.rules)
    except RuleError as error:
        problems = error.problems
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    for problem in problems:
        if as_json:
            options.print_json(_as_object(problem))
        else:
            print(_line(problem))
    if not as_json:
        print(_summary(count, errors, len(problems) - errors))
    return 1 if errors or (strict and problems) else 0


def _as_object(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def _line(problem: Problem) -> str:
    code = "31" if problem.severity is Severity.ERROR else "33"
    place, _, rest = str(problem).partition(": ")
    return f"{colour('1', place)}: {colour(code, str(problem.severity))}: {rest}"


def _summary(rules: int, errors: int, warnings: int) -> str:
    def counted(number: int, what: str) -> str:
        return f"{number} {what}{'' if number == 1 else 's'}"

    found = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    return found if errors else f"{counted(rules, 'rule')}: {found}"
