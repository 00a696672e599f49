"""`bot check`: everything that is wrong or odd in rule files, at once."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import click

from bot.accounts import variable
from bot.authoring.check import checked
from bot.cli import all_accounts, alone, options
from bot.cli.excerpts import excerpt
from bot.cli.output import colour, counted, fitted, printable, tell
from bot.errors import Place, Problem, RuleError, Severity, UsageError, plain
from bot.rules.syntax.parts import lines_of
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.cli.past_texts import Texts

_MARGIN: Final = "    "

_Write: TypeAlias = Callable[[Problem], None]


@click.command()
@options.rules_path
@all_accounts.option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="For people, for programs, or for GitHub to show beside the line.",
)
@click.option(
    "--segments",
    "shows_segments",
    is_flag=True,
    help="Instead: what each text costs at least, usually and at most.",
)
@click.option(
    "--overlaps",
    "shows_overlaps",
    is_flag=True,
    help="Instead: rules that take each other's messages, the worst first.",
)
@click.option("--all", "shows_all", is_flag=True, help="With --overlaps: also what nothing shows.")
@click.option(
    "--against", metavar="FILE", help="With --overlaps: texts that people wrote, as for diff."
)
@click.option("--since", metavar="TIME", help="With --overlaps: the database's texts, as in 30d.")
@click.option("-v", "--verbose", is_flag=True, help="With --segments: also what always takes one.")
@options.json_option
def command(
    rules: Path | None,
    of_all: bool,
    strict: bool,
    form: str,
    shows_segments: bool,
    shows_overlaps: bool,
    shows_all: bool,
    against: str | None,
    since: str | None,
    verbose: bool,
    as_json: bool,
) -> int:
    """Errors and warnings of rule files, each with its place and what to write instead.

    \b
    Examples:
      bot check
      bot check examples/clinic --strict
      bot check --format github
      bot check --segments        what each text costs at its worst
      bot check --overlaps        rules that take each other's messages
      bot check --overlaps --since 30d
      bot check --all-accounts
    """
    if not shows_overlaps and (shows_all or against is not None or since is not None):
        raise UsageError("--all, --against and --since are for --overlaps: give that too")
    if of_all and since is not None:
        raise UsageError("--since is of one database: name the account, bot --account NAME check")
    sets = all_accounts.rule_sets([rules] if rules is not None else [], of_all=of_all)
    write = _FORMS["json" if as_json else form]
    named = of_all and sets[0][1].account is not None
    if shows_overlaps:
        from bot.cli.past_texts import Texts

        past = Texts(against, since)
        return all_accounts.worst(
            partial(_overlaps, path, settings, write, past, strict=strict, shows_all=shows_all)
            for path, settings in sets
        )
    if shows_segments:
        return all_accounts.worst(
            partial(_segments, path, settings, write, strict=strict, verbose=verbose, named=named)
            for path, settings in sets
        )
    return all_accounts.worst(
        partial(_check, path, settings, write, strict=strict, named=named)
        for path, settings in sets
    )


def _check(path: Path, settings: Settings, write: _Write, *, strict: bool, named: bool) -> int:
    """Errors and warnings of one rule set; the exit code. Raises UsageError."""
    ruleset, problems = checked(path, timezone=settings.timezone, now=datetime.now(UTC))
    if write is _write_text and sys.stdout.isatty():
        _show(problems)
    else:
        for problem in problems:
            write(problem)
    if alone.has_beside_it(path, problems, settings):
        alone.remark(path, "bot check {folder}")
    if ruleset is not None and settings.notify_secret is None and ruleset.notify_urls:
        named_so = ", ".join(sorted(ruleset.notify_urls)[:3])
        setting = variable("BOT_NOTIFY_SECRET", settings.account)
        note = f"note: {setting} is not set here: nobody is told by {named_so} without it"
        tell(note)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if write is not _write_json:
        count = 0 if ruleset is None else len(ruleset.rules)
        print(
            (f"{settings.account}: " if named else "")
            + _summary(count, errors, len(problems) - errors)
        )
    return 1 if errors or (strict and problems) else 0


def _segments(
    path: Path, settings: Settings, write: _Write, *, strict: bool, verbose: bool, named: bool
) -> int:
    """What the texts of one rule set cost; the exit code. Raises UsageError."""
    from bot.authoring.segment_costs import costs
    from bot.cli.segment_lines import cost_object, write_costs

    try:
        loaded = options.load_rules(path, settings)
    except RuleError as error:
        for problem in error.problems:
            write(problem)
        return 1
    found = costs(loaded, settings.long_texts)
    if write is _write_json:
        for one in found:
            options.print_json(cost_object(one, loaded.documents))
    else:
        print(f"{settings.account}:\n" if named else "", end="")
        write_costs(found, loaded.documents, verbose=verbose)
    return 1 if strict and any(one.is_over for one in found) else 0


def _overlaps(
    path: Path, settings: Settings, write: _Write, past: Texts, *, strict: bool, shows_all: bool
) -> int:
    """Which rules of a rule set take each other's messages; the exit code. Raises UsageError."""
    from bot.authoring.overlap_report import report
    from bot.cli import overlap_lines

    try:
        loaded = options.load_rules(path, settings)
    except RuleError as error:
        for problem in error.problems:
            write(problem)
        return 1
    with past.of(loaded.ruleset, settings) as (recorded, silent):
        found = report(loaded, datetime.now(UTC).date(), recorded, of_all=shows_all)
        silences = silent(found.rules)
    if write is _write_json:
        for one in overlap_lines.objects(found, silences):
            options.print_json(one)
    else:
        print("\n".join(overlap_lines.lines(found, silences)))
    return 1 if strict and found.has_wrong else 0


def _show(problems: Iterable[Problem]) -> None:
    """Each with its line; of one kind of warning the first ones, for people read no hundred."""
    sources, seen = _Sources(), Counter[str]()
    for problem in problems:
        is_warning = problem.severity is Severity.WARNING
        seen[problem.code] += is_warning
        if not is_warning or seen[problem.code] <= _MOST_OF_A_KIND:
            _write_text(problem)
            _write_excerpt(sources[problem.place.file], problem.place)
    for code, count in seen.items():
        if count > _MOST_OF_A_KIND:
            more = f"… and {count - _MOST_OF_A_KIND} more warnings of the kind `{code}`"
            print(fitted(f"{more}: --json has all, `bot help warnings` what earns them", 2))


_MOST_OF_A_KIND: Final = 5


class _Sources(dict[str, Sequence[str]]):
    """Lines of files by their path; none of one that cannot be read any more."""

    def __missing__(self, path: str) -> Sequence[str]:
        try:
            content = Path(path).read_bytes()
        except OSError:
            content = b""
        self[path] = lines = lines_of(content.decode("utf-8-sig", "replace"))
        return lines


def _write_excerpt(lines: Sequence[str], place: Place) -> None:
    if place.line <= len(lines):
        width = shutil.get_terminal_size().columns
        line, caret = excerpt(lines[place.line - 1], place.column, width - len(_MARGIN))
        print(f"{_MARGIN}{line}\n{_MARGIN}{colour('1', caret)}")


def _write_json(problem: Problem) -> None:
    options.print_json(
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "severity": str(problem.severity),
            "code": problem.code,
            "message": problem.message,
            "hint": problem.hint,
        }
    )


def _write_text(problem: Problem) -> None:
    code = "31" if problem.severity is Severity.ERROR else "33"
    severity, hint = (
        colour(code, str(problem.severity)),
        f" ({problem.hint})" if problem.hint else "",
    )
    said = printable(problem.message + hint)
    print(fitted(f"{colour('1', str(problem.place))}: {severity}: {said}", 4))


def _write_github(problem: Problem) -> None:
    """https://docs.github.com/actions/reference/workflow-commands-for-github-actions"""
    place = problem.place
    where = f"file={_property(plain(place.file))},line={place.line},col={place.column}"
    hint = f" ({problem.hint})" if problem.hint else ""
    message = _data(printable(problem.message + hint))
    print(f"::{problem.severity} {where},title={_property(problem.code)}::{message}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_FORMS: Final[Mapping[str, _Write]] = {
    "text": _write_text,
    "json": _write_json,
    "github": _write_github,
}


def _summary(rules: int, errors: int, warnings: int) -> str:
    found = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    return found if errors else f"{counted(rules, 'rule')}: {found}"
