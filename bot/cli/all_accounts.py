"""`--all-accounts`: what a command says of one account, of each account of BOT_ACCOUNTS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import click

from bot.cli import options
from bot.cli.output import tell
from bot.errors import BotError, UsageError
from bot.settings import Settings, read_accounts

option: Final = click.option(
    "--all-accounts", "of_all", is_flag=True, help="Of each account of BOT_ACCOUNTS."
)


def rule_sets(paths: Sequence[Path], *, of_all: bool) -> Sequence[tuple[Path, Settings]]:
    """The rules at the paths, else those of the account or of all, each with its settings.

    Raises UsageError, SettingsError.
    """
    if of_all:
        return [(one.needed_rules(), one) for one in _everyone(paths)]
    settings = options.settings(needs_account=not paths)
    return [(path, settings) for path in paths or [settings.needed_rules()]]


def chosen(paths: Sequence[Path], *, of_all: bool) -> Sequence[Settings]:
    """Of the account that is meant, or of all. Raises UsageError, SettingsError."""
    return _everyone(paths) if of_all else (options.settings(),)


def _everyone(paths: Sequence[Path]) -> tuple[Settings, ...]:
    if paths:
        raise UsageError("--all-accounts takes the rules of each account: give no rules beside it")
    if click.get_current_context().find_object(str) is not None:
        raise UsageError("--all-accounts is for all of them: give no --account beside it")
    return read_accounts(of_all=True)


def worst(codes: Iterable[Callable[[], int]]) -> int:
    """The highest exit code; what goes wrong for one is said and stops no other."""
    highest = 0
    for ask in codes:
        try:
            code = ask()
        except BotError as error:
            tell(str(error))
            code = 2
        highest = max(highest, code)
    return highest
