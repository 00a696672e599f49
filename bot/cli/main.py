"""`bot`: finds the command, completes words for the shell, and turns what goes wrong into an exit
code.

0 fine · 1 check, test or doctor found something · 2 the operator's mistake, said on stderr ·
3 our bug, with its traceback · 130 ^C.
"""

from __future__ import annotations

import gc
import importlib
import io
import sys
from collections.abc import Sequence
from typing import Final

import click
from click.shell_completion import CompletionItem

from bot.cli.commands import REGISTRY
from bot.errors import BotError, UsageError, plain

_HELP: Final = """Answers text messages by rules that anyone can read.

Try: bot demo · bot dry-run "What are your hours?" · bot check · bot test
"""


_COLLECTS: Final = (100_000, 50, 50)
"""Rules and modules stay until the end: looking for garbage among them as often as Python does is
a quarter of the time of `bot check`, and frees nothing."""
_REPORTS: Final = frozenset({"list", "status"})


class _Suggesting(click.Group):
    """Names the command that a misspelled one is near to."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not (ctx.resilient_parsing or name.startswith("-") or self.get_command(ctx, name)):
            from difflib import get_close_matches

            near, of = get_close_matches(name, self.list_commands(ctx), n=1), ctx.command_path
            hint = f"did you mean `{of} {near[0]}`?" if near else f"`{of} --help` lists them"
            raise click.UsageError(f"there is no command `{name}`: {hint}", ctx)
        return super().resolve_command(ctx, args)


class _Group(_Suggesting):
    """Where no command is named it lists, or says how things stand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = next(iter(self.commands))
        is_alone = not ctx.resilient_parsing  # else a shell asks what may follow
        if (
            is_alone
            and first in _REPORTS
            and all(a.startswith("-") and a != "--help" for a in args)
        ):
            args = [first, *args]
        return super().parse_args(ctx, args)


class _Commands(_Suggesting):
    """Imports a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(REGISTRY)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = REGISTRY.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"bot.cli.commands.{entry.module}")
        if hasattr(module, "COMMANDS"):
            return _Group(cmd_name, list(module.COMMANDS), help=module.__doc__)
        command: click.Command = module.command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """As the list: from the registry."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=entry.summary)
            for name, entry in REGISTRY.items()
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the registry: the list of commands needs none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in REGISTRY.items()])


@click.pass_context
def _choose(context: click.Context, account: str | None) -> None:
    """What `options.settings` and `options.accounts` read the settings of."""
    if account is not None and not account.strip():
        raise UsageError("--account: needs a name of BOT_ACCOUNTS")
    context.obj = account


def _tell_version(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if not is_asked or context.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        print(f"bot {version('bot')}")
    except PackageNotFoundError:
        print("bot, run from its source without being installed")
    context.exit()


_VERSION: Final = click.Option(
    ["--version"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)


def _complete_account(
    _: click.Context, __: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """For the shell; none where the settings cannot be read, which a command says better."""
    from bot.settings import read_accounts  # which `bot --help` does not need

    try:
        names = [one.account or "" for one in read_accounts(of_all=True)]
    except BotError:
        return []
    return [CompletionItem(name) for name in names if name and name.startswith(incomplete)]


_ACCOUNT: Final = click.Option(
    ["--account"],
    metavar="NAME",
    help="One of BOT_ACCOUNTS, for this command; else BOT_ACCOUNT.",
    shell_complete=_complete_account,
)


def program() -> click.Group:
    """All commands; each is imported when it is called."""
    return _Commands("bot", help=_HELP, callback=_choose, params=[_ACCOUNT, _VERSION])


def run() -> int:
    """The whole of a process: what is left at its end goes at once, without being looked through.

    To look through it is a tenth of the time of `bot --help` and of `bot check`.
    """
    code = main()
    gc.freeze()
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    gc.set_threshold(*_COLLECTS)
    _speak_utf8()
    arguments = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    try:
        result = program().main(args=arguments, prog_name="bot", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except BotError as error:
        _say(str(error))
        return 2
    except (KeyboardInterrupt, click.Abort):
        return 130
    except click.ClickException as error:
        vars(error)["message"] = plain(error.message)  # it quotes an argument
        said = io.StringIO()
        error.show(said)
        _say(said.getvalue().rstrip("\n"))
        return 2
    except Exception:
        import traceback

        traceback.print_exc()
        return 3


def _speak_utf8() -> None:
    """In pipes and files too, where Windows writes and reads in a code page without our signs."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")


def _say(mistake: str) -> None:
    from bot.cli.output import tell  # 0.1 s, which a command without a mistake need not pay

    tell(mistake)
