"""`bot fmt`: rule files in canonical form."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from bot.authoring.formatter import formatted
from bot.cli import options
from bot.cli.output import counted, tell
from bot.errors import RuleError, UsageError, plain
from bot.rules.files import read_file, rule_paths


@click.command()
@click.argument("paths", nargs=-1, type=options.RULES, metavar="[PATH]...")
@click.option(
    "--rules", multiple=True, type=options.RULES, metavar="PATH", help="The same as a PATH."
)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where something would change.")
def command(paths: tuple[Path, ...], rules: tuple[Path, ...], check: bool) -> int:
    """Lay out rule files: two spaces a level, the keys of a rule in one order.

    Comments, quotes and values stay as they are written. A file with errors is left alone, and
    so is one outside of the folder, to which a link leads: it is laid out where it is. Without a
    PATH those of BOT_RULES.

    \b
    Examples:
      bot fmt
      bot fmt rules examples --check
    """
    changed = failed = count = 0
    where = (*paths, *rules) or (options.settings().needed_rules(),)
    found = list(_files(where))
    if not found:
        raise UsageError(f"{', '.join(map(plain, where))}: there is no rule file (*.yaml) here")
    for path, is_inside in found:
        if not is_inside:
            tell(f"{path}: leads out of its folder; left as it is")
            failed += path in where
            continue
        try:
            changed += _lay_out(path, writes=not check)
            count += 1
        except (RuleError, UsageError) as error:
            failed += 1
            tell(str(error))
    verb = "would change" if check else "changed"
    print(f"{counted(count, 'file')}, {changed} {verb}")
    return 2 if failed else int(check and changed > 0)


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Rule files and the conversations to test beside them, each once; whether it is inside its
    folder, and not a link that leads out of it."""
    seen: set[tuple[Path, bool]] = set()
    for path in paths:
        tests = path.rglob("*.test.y*ml") if path.is_dir() else ()
        folder = (path if path.is_dir() else path.parent).resolve()
        for found in sorted({*rule_paths(path), *tests}):
            is_inside = found.resolve().is_relative_to(folder)
            if (found.resolve(), is_inside) not in seen:
                seen.add((found.resolve(), is_inside))
                yield found, is_inside


def _lay_out(path: Path, *, writes: bool) -> bool:
    """Whether the file is not in canonical form (any more). Raises RuleError, UsageError."""
    try:
        before = read_file(path)
        after = formatted(path.as_posix(), before).encode()
        if after == before:
            return False
        if writes:
            _replace(path.resolve(), after)
    except OSError as error:
        raise UsageError(f"{plain(path)}: {(error.strerror or str(error)).lower()}") from None
    print(f"{'changed' if writes else 'would change'}: {plain(path)}")
    return True


def _replace(path: Path, content: bytes) -> None:
    """In one step, so that a server that reloads never reads half a file."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with fresh.open("xb") as file:  # never into what somebody has put there
            file.write(content)
        fresh.chmod(path.stat().st_mode & 0o7777)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
