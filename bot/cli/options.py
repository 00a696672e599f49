"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from bot.cli.output import fitted, tell
from bot.errors import BotError, UsageError, plain
from bot.model import FALLBACK
from bot.plugins.discovery import load
from bot.rules.files import read_rule_files, timezone_of
from bot.rules.loader import Loaded
from bot.settings import Settings, read_accounts, read_settings
from bot.text import phone_numbers
from bot.text.durations import duration
from bot.text.late import late
from bot.text.words import storable
from bot.timezones import local

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.ledger.database import Database

T = TypeVar("T")


class _RulesPath(click.Path):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """An empty one, as of a variable of a script that is not set, is not this folder."""
        if value == "":
            self.fail("needs a folder or file of rules", param, ctx)
        return super().convert(value, param, ctx)


RULES: Final = _RulesPath(path_type=Path)


def _the_one(paths: Sequence[Path]) -> Path | None:
    """None where none is given. Raises UsageError."""
    if len(paths) > 1:
        raise UsageError(f"rules are given twice, {' and '.join(map(plain, paths))}: give one")
    return paths[0] if paths else None


rules_option = click.option(
    "--rules",
    type=RULES,
    multiple=True,
    callback=lambda _, __, paths: _the_one(paths),
    metavar="PATH",
    help="Folder or file of rules; else BOT_RULES.",
)
"""For a command whose arguments are texts; the others take the rules as an argument too."""


def rules_path(command: Callable[..., int]) -> Callable[..., int]:
    """Rules as PATH or as `--rules PATH`; the command gets the one that is given as `rules`."""

    @click.argument("path", nargs=-1, type=RULES, metavar="[PATH]")
    @click.option(
        "--rules",
        type=RULES,
        multiple=True,
        metavar="PATH",
        help="The same as PATH: folder or file of rules; else BOT_RULES.",
    )
    @functools.wraps(command)
    def with_rules(path: Sequence[Path], rules: Sequence[Path], **chosen: Any) -> int:
        return command(rules=_the_one((*path, *rules)), **chosen)

    return with_rules


json_option = click.option("--json", "as_json", is_flag=True, help="JSON on stdout, for programs.")
tags_option = click.option(
    "--tag", "tags", multiple=True, metavar="K=V", help="A tag; may be repeated."
)
by_option = click.option("--by", metavar="WHO", help="Who does it; else who is logged in.")

# What steers a terminal or turns the direction of a text, tags, which nobody sees, and what no
# UTF-8 can hold. JSON escapes those below a space itself.
_STEERS: Final = late(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)

SENDER: Final = "+15555550123"
"""Who writes in a dry run that does not say."""


def settings(*, needs_account: bool = True) -> Settings:
    """Of the account that the command line names, else as the environment says.

    Raises SettingsError.
    """
    return read_settings(account=_account(), needs_account=needs_account)


def accounts() -> tuple[Settings, ...]:
    """Of the account that the command line names, else of all. Raises SettingsError."""
    return read_accounts(account=_account())


def _account() -> str | None:
    named: str | None = click.get_current_context().find_object(str)
    return named


def complete_rule(
    context: click.Context, _: click.Parameter, incomplete: str
) -> Sequence[CompletionItem]:
    """Rule ids for the shell; none where the rules cannot be read, which a command says better."""
    try:
        given = context.params.get("rules")
        rules = next(iter(given), None) if isinstance(given, tuple) else given
        account = context.find_root().params.get("account")
        settings = read_settings(account=account, needs_account=rules is None)
        loaded = load_rules(rules, settings)
    except BotError:
        return []
    ruleset = loaded.ruleset
    known = [
        *((rule.id, rule.description) for rule in ruleset.rules),
        *((guard.NAME, "") for guard in ruleset.guards),
        *([(FALLBACK, "")] if ruleset.fallback else []),
    ]
    return [CompletionItem(name, help=line) for name, line in known if name.startswith(incomplete)]


def load_rules(path: Path | None, settings: Settings, *, allow_impure: bool = True) -> Loaded:
    """Raises UsageError, and RuleError with all mistakes of all files."""
    files = read_rule_files(path or settings.needed_rules())
    return load(files, timezone=settings.timezone, allow_impure=allow_impure)


def pairs(written: Iterable[str] | None, option: str) -> Mapping[str, str]:
    """`K=V` texts as a mapping. Raises UsageError."""
    found: dict[str, str] = {}
    for text in written or ():
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f"{option} {plain(text)}: write it as name=value")
        found[storable(name)] = storable(value)
    return found


def number(written: str, option: str) -> str:
    """A phone number in E.164. Raises UsageError."""
    return _known(phone_numbers.e164(written), written, option)


def address(written: str, option: str) -> str:
    """Where texts come from: a phone number, a short code, an e-mail address. Raises UsageError."""
    return _known(phone_numbers.address(written), written, option)


def _known(found: str | None, written: str, option: str) -> str:
    if found is None:
        raise UsageError(
            f"{option} {plain(written)}: is not a phone number, for example +15555550123"
        )
    return found


def who(by: str | None) -> str:
    """Who of us does it, as `--by` says, else the login name. Raises UsageError."""
    import getpass

    from bot.messaging.opt_outs import name_of

    try:
        return name_of((by or "").strip() or getpass.getuser(), "--by")
    except (OSError, ImportError, KeyError):
        raise UsageError("--by: needs a name, nobody is logged in here") from None


def row_id(written: str, prefix: str) -> int:
    """The number in an id that a list shows, `out-5`, or the number alone. Raises UsageError."""
    digits = written.removeprefix(f"{prefix}-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise UsageError(f"{plain(written)}: is not an id, for example {prefix}-5")
    return int(digits)


def since(written: str, now: datetime) -> datetime:
    """A time, or one that is as long ago as a duration says. Raises UsageError."""
    seconds = duration(written)
    if seconds is not None:
        return now - timedelta(seconds=seconds)
    from bot.cli.moments import iso  # loads what finds dates, which few commands need

    try:
        return iso(written, zone(settings()), "--since")
    except UsageError:
        raise UsageError(
            f"--since {plain(written)}: is not a time, for example 7d or 2026-01-15"
        ) from None


@contextmanager
def ledger(*, creates: bool = True) -> Iterator[Connection]:
    """The ledger of the settings, for one transaction. Raises LedgerError.

    Where there is none yet it is made. Who changes what is there already `creates` none: an empty
    one for the occasion stands in, and stderr says so.
    """
    from bot.ledger.database import open_database  # a dry run never pays for it

    url = settings().database_url if creates else _url_to_read()
    with closing(open_database(url)) as database, database.transaction() as connection:
        yield connection


@contextmanager
def ledger_to_read() -> Iterator[Connection]:
    """The same to look at for as long as it takes: a server goes on writing meanwhile.

    It creates nothing.
    """
    with database_to_read() as database, database.reading() as connection:
        yield connection


@contextmanager
def database_to_read() -> Iterator[Database]:
    from bot.ledger.database import open_database

    with closing(open_database(_url_to_read())) as database:
        yield database


def _url_to_read() -> str:
    from bot.ledger.glance import is_there

    url = settings().database_url
    if is_there(url):
        return url
    tell(f"there is no database yet at {_shown(url)}: {_MADE_BY}")
    return "sqlite://"


_MADE_BY: Final = "`bot serve` makes it where BOT_DATABASE_URL says"


def _shown(database_url: str) -> str:
    """Without the password that it may hold."""
    if database_url.startswith("sqlite"):
        return plain(Path(database_url.removeprefix("sqlite:///").partition("?")[0]).absolute())
    return plain(re.sub(r"//[^@/]*@", "//", database_url).partition("?")[0])


def clock(form: str = "%Y-%m-%d %H:%M %Z") -> Callable[[datetime], str]:
    """Instants as people read them: on the clocks of the rule set, else of BOT_TIMEZONE."""
    timezone = zone(settings())
    return lambda at: f"{local(at, timezone):{form}}"


def zone(settings: Settings) -> str:
    """Of the rule set, else of BOT_TIMEZONE."""
    return (settings.rules and timezone_of(settings.rules)) or settings.timezone


TO_THE_SECOND: Final = "%Y-%m-%d %H:%M:%S %Z"


def print_listed(
    found: Iterable[T],
    as_object: Callable[[T], Mapping[str, Any]],
    as_line: Callable[[T], str],
    *,
    none: str,
    as_json: bool,
) -> None:
    """Each on a line of its own; `none` is what people read where there are none."""
    is_empty = True
    for one in found:
        is_empty = False
        if as_json:
            print_json(as_object(one))
        else:
            print(fitted(as_line(one), 4))
    if is_empty and not as_json:
        print(none)


def print_json(value: Mapping[str, Any]) -> None:
    """One object on one line."""
    print_line(json.dumps(value, ensure_ascii=False))


def print_line(text: str) -> None:
    """JSON on one line, however its reader splits lines; nothing that steers a terminal."""
    if not text.isascii() or "\x7f" in text:  # of ASCII json.dumps leaves only that sign
        text = _STEERS.sub(lambda found: json.dumps(found[0])[1:-1], text)
    sys.stdout.write(text + "\n")
