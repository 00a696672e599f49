"""`bot doctor`: what is wrong with account, rules and machine, and what to do."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import click
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.accounts import OWN, variable
from bot.authoring.check import checked
from bot.authoring.opt_out_proof import prove
from bot.cli import all_accounts, options, provider
from bot.cli.commands import REGISTRY
from bot.cli.output import colour, dim, fitted, line
from bot.errors import LedgerError, SettingsError, UsageError
from bot.ledger import lane
from bot.ledger.budget import Budget, note
from bot.ledger.database import clock_of, open_database
from bot.ledger.failures import failing
from bot.ledger.glance import is_there, look_at_server
from bot.provider.account import Failure, KeyCheck, OurNumber, SmartReply, Webhook
from bot.provider.answers import About, Refused, RetryLater
from bot.provider.client import Gateway
from bot.runtime import doctor
from bot.runtime.doctor import Finding, Status
from bot.settings import Settings

_COLOURS: Final[Mapping[Status, str]] = {
    Status.OK: "32",
    Status.WARNING: "33",
    Status.ERROR: "31",
}


@click.command()
@options.rules_path
@all_accounts.option
@options.json_option
def command(rules: Path | None, of_all: bool, as_json: bool) -> int:
    """Look at the account, the rules and this machine; say what is wrong and what to do.

    It changes nothing. The exit code is 1 where there is an error, 0 with warnings alone.

    \b
    Examples:
      bot doctor
      bot doctor examples/clinic --json
      bot doctor --all-accounts
    """
    given = [rules] if rules is not None else []
    return all_accounts.worst(
        partial(_look_at, settings, rules, of_all=of_all, as_json=as_json)
        for settings in all_accounts.chosen(given, of_all=of_all)
    )


def _look_at(settings: Settings, rules: Path | None, *, of_all: bool, as_json: bool) -> int:
    """Of one account; the exit code."""
    if of_all and settings.account is not None and not as_json:
        print(colour("1", f"account {settings.account}"))
    worst = Status.OK
    for finding in map(partial(_as_named, settings.account), _findings(settings, rules)):
        worst = Status.ERROR if finding.status is Status.ERROR else worst
        _print(finding, settings.account, as_json=as_json)
    return 1 if worst is Status.ERROR else 0


def _as_named(account: str | None, finding: Finding) -> Finding:
    """Findings name settings and commands as they are called without accounts."""
    if account is None:
        return finding
    found, hint = (_of(account, text) for text in (finding.found, finding.hint))
    return replace(finding, found=found, hint=hint)


def _of(account: str, text: str) -> str:
    for name in OWN:
        text = re.sub(rf"\b{name}\b", variable(name, account), text)
    return _COMMAND.sub(rf"bot --account {account} \1", text)


_COMMAND: Final = re.compile(
    rf"\b(?<!the )bot ({'|'.join(sorted({*REGISTRY} - {'serve', 'worker', 'db', 'help'}))})\b"
)
"""One that is about an account. `bot serve` is for all of them."""


def _print(finding: Finding, account: str | None, *, as_json: bool) -> None:
    if as_json:
        options.print_json(
            {
                **({} if account is None else {"account": account}),
                "name": finding.name,
                "status": str(finding.status),
                "found": finding.found,
                "hint": finding.hint,
            }
        )
        return
    status = colour(_COLOURS[finding.status], f"{finding.status:7}")
    hint = f" {dim(f'→ {line(finding.hint)}')}" if finding.hint else ""
    print(fitted(f"{status}  {finding.name:13}  {line(finding.found)}{hint}", 24))


def _findings(settings: Settings, rules: Path | None) -> Iterator[Finding]:
    account = _ask(settings)
    yield doctor.key(account.key)
    yield from _of_account(account, settings)
    yield doctor.secret(settings.webhook_secrets)
    yield from _of_rules(account, settings, rules)
    yield from _of_ledger(settings)
    yield from _of_machine(settings)


@dataclass(frozen=True, slots=True)
class _Account:
    """What the provider tells; a Failure where it does not."""

    key: KeyCheck
    now: datetime
    """Of our clock, when the key was checked."""
    numbers: tuple[OurNumber, ...] | Failure
    webhooks: tuple[Webhook, ...] | Failure
    replies: tuple[SmartReply, ...] | Failure


def _ask(settings: Settings) -> _Account:
    if settings.api_key is None:
        unset = Refused("MTA_API_KEY is not set", About.KEY)
        return _Account(KeyCheck(unset), datetime.now(UTC), unset, unset, unset)
    return provider.ask(settings, _look)


async def _look(gateway: Gateway) -> _Account:
    """A provider that asks for patience, or is not there, is asked no more."""
    check, now = await gateway.verify_key(), datetime.now(UTC)
    if check.failed is not None:
        return _Account(check, now, check.failed, check.failed, check.failed)
    numbers = await gateway.numbers()
    webhooks = numbers if isinstance(numbers, RetryLater) else await gateway.webhooks()
    replies = webhooks if isinstance(webhooks, RetryLater) else await gateway.smart_replies()
    return _Account(check, now, numbers, webhooks, replies)


def _of_account(account: _Account, settings: Settings) -> Iterator[Finding]:
    if account.key.failed is not None and account.key.at is None:
        yield doctor.unasked("clock", account.key.failed)
    else:
        yield doctor.clock(account.now, account.key.at)
    if isinstance(account.numbers, tuple):
        yield from doctor.numbers(account.numbers, settings.longcode_id)
    else:
        yield doctor.unasked("numbers", account.numbers)
    yield from doctor.default_number(settings)
    if isinstance(account.webhooks, tuple):
        yield from doctor.webhooks(account.webhooks, settings.account)
    else:
        yield doctor.unasked("webhooks", account.webhooks)


def _of_rules(account: _Account, settings: Settings, path: Path | None) -> Iterator[Finding]:
    now = datetime.now(UTC)
    try:
        path = path or settings.needed_rules()
        ruleset, problems = checked(path, timezone=settings.timezone, now=now)
    except (UsageError, SettingsError) as error:
        yield Finding("rules", Status.ERROR, str(error), "set BOT_RULES, or give --rules")
        return
    yield doctor.rules(ruleset, problems)
    if ruleset is not None:
        yield from doctor.notify_secret(settings, ruleset)
        yield from doctor.opt_outs(prove(ruleset, now))
        if isinstance(account.numbers, tuple):
            yield from doctor.notify_numbers(account.numbers, ruleset)
    if not isinstance(account.replies, tuple):
        yield doctor.unasked("smart-replies", account.replies)
    elif ruleset is None:
        hint = "mend the rules first"
        yield Finding("smart-replies", Status.WARNING, "not checked: the rules have errors", hint)
    else:
        words = dict.fromkeys(reply.word for reply in account.replies if reply.word)
        yield from doctor.smart_replies(tuple(words), ruleset, now)
        yield from doctor.help_for_people(tuple(words), ruleset, now)


def _of_ledger(settings: Settings) -> Iterator[Finding]:
    """As it is: a doctor migrates nothing."""
    try:
        if not is_there(settings.database_url):
            yield doctor.no_server_yet()
            return
        with closing(open_database(settings.database_url, migrates=False)) as database:
            runs = database.has_sender()
            with database.transaction() as connection:
                state, now = lane.state(connection), clock_of(connection)
                failed = failing(connection)
    except (LedgerError, SQLAlchemyError) as error:
        hint = "look at BOT_DATABASE_URL; after an update of the bot: bot db upgrade"
        yield Finding("server", Status.WARNING, f"not known: {line(str(error))}", hint)
        return
    sends = lane.is_sending(state, runs, now)
    yield doctor.server(runs=sends if runs is None else runs, sends=sends)
    yield doctor.sender(state, now, options.clock())
    many = settings.segments_per_day
    allowed = None if many is None else Budget(many, options.zone(settings))
    yield from doctor.budget(note(allowed, state, now))
    yield from doctor.failed(failed, options.clock())


def _of_machine(settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    if settings.shares_database or not url.database:
        yield _of_server(settings)
        return
    folder = Path(url.database).absolute().parent
    while not folder.exists():  # the bot makes it when it starts
        folder = folder.parent
    yield doctor.disk(shutil.disk_usage(folder).free, str(folder))
    yield doctor.sqlite(sqlite3.sqlite_version_info[:3])


def _of_server(settings: Settings) -> Finding:
    try:
        return doctor.postgresql(*look_at_server(settings.database_url))
    except LedgerError as error:
        hint = "look at BOT_DATABASE_URL, and whether the server runs"
        return Finding("postgresql", Status.ERROR, line(str(error)), hint)
