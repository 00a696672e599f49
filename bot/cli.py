"""`bot`: finds the command, and turns what goes wrong into an exit code.

0 fine · 1 check or test found something · 2 the operator's mistake, said on stderr ·
3 our bug, with its traceback · 130 ^C.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence
from typing import Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bot.commands import REGISTRY
from bot.errors import BotError

_HELP: Final = """Answers text messages by rules that anyone can read.

Try: bot demo · bot dry-run "What are your hours?" · bot check · bot test
"""


class _Commands(TyperGroup):
    """Imports a command's module when it is called."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return list(REGISTRY)

    def get_command(self, ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def,override]
        entry = REGISTRY.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"bot.commands.{entry.module}")
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        if hasattr(module, "COMMANDS"):
            app.callback(help=module.__doc__)(_nothing)
            for name, function in module.COMMANDS.items():
                app.command(name)(function)
        else:
            app.command(cmd_name)(module.command)
        command = get_command(app)
        command.short_help = entry.summary
        return command


def _nothing() -> None:
    """A group by itself does nothing."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    app = typer.Typer(cls=_Commands, add_completion=False, rich_markup_mode=None)
    app.callback(help=_HELP)(_nothing)
    arguments = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    try:
        result = get_command(app).main(args=arguments, prog_name="bot", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except BotError as error:
        print(error, file=sys.stderr)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except typer.TyperException as error:
        print(f"bot: {error.format_message()} Try `bot --help`.", file=sys.stderr)
        return 2
    except Exception:
        traceback.print_exc()
        return 3
