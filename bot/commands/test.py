"""`bot test`: the tests that stand beside the rules."""

from __future__ import annotations

from pathlib import Path

import click

from bot import cases
from bot.cases import Result
from bot.commands import options
from bot.commands.show import colour, dim, printable
from bot.settings import read_settings


@click.command()
@click.argument("paths", nargs=-1, type=Path, metavar="[PATH]...")
@options.json_option
def command(paths: tuple[Path, ...], as_json: bool) -> int:
    """Run the tests that stand beside the rules; each PATH is a rule set of its own.

    Without a PATH those of BOT_RULES.

    \b
    Examples:
      bot test
      bot test examples/clinic examples/shop
    """
    settings = read_settings()
    passed = failed = 0
    for path in paths or [settings.rules]:
        loaded = options.load_rules(path, settings)
        for case in loaded.cases:
            result = cases.run(case, loaded.ruleset)
            passed, failed = passed + result.passed, failed + (not result.passed)
            if as_json:
                options.print_json(_as_object(result))
            elif not result.passed:
                _print_failure(result)
    if not as_json:
        print(colour("31" if failed else "32", f"{passed} passed, {failed} failed"))
    return 1 if failed else 0


def _as_object(result: Result) -> dict[str, object]:
    return {
        "file": result.case.place.file,
        "line": result.case.place.line,
        "name": result.case.name,
        "passed": result.passed,
        "expected": dict(result.expected),
        "got": dict(result.got),
    }


def _print_failure(result: Result) -> None:
    print(f"{result.case.place}: {colour('31', 'failed')}: {printable(result.case.name)}")
    for name, expected in result.expected.items():
        got = result.got[name]
        if expected != got:
            print(f"    {name}: expected {_shown(expected)}")
            print(f"    {' ' * len(name)}       got {_shown(got)}")
    answered = result.decision.rule or "no rule"
    print(dim(f"    {answered} answered: {result.decision.outcome}"))


def _shown(value: object) -> str:
    return printable(", ".join(map(str, value)) if isinstance(value, list) else str(value))
