"""Several accounts in one deployment: whose setting a variable of the environment is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.errors import plain

OWN: Final = (
    *("MTA_API_KEY", "MTA_WEBHOOK_SECRET", "BOT_NOTIFY_SECRET"),
    *("BOT_RULES", "BOT_LONGCODE_ID"),
)
"""What accounts must not share: of these an account reads only its own variable."""


OF_THE_PROCESS: Final = ("BOT_HOST", "BOT_PORT", "BOT_CONSOLE_TOKEN", "BOT_ROOT_PATH")


_ACCOUNT: Final = re.compile("[a-z][a-z0-9-]{0,30}")


_MOST_ACCOUNTS: Final = 100


def variable(name: str, account: str | None) -> str:
    """The variable in which an account has a setting of its own.

    >>> variable("MTA_API_KEY", "dr-who"), variable("MTA_API_KEY", None)
    ('MTA_API_KEY_DR_WHO', 'MTA_API_KEY')
    """
    return name if account is None else f"{name}_{_in_names(account).upper()}"


def named_accounts(environ: Mapping[str, str], mistakes: list[str]) -> tuple[str, ...]:
    """BOT_ACCOUNTS."""
    written = environ.get("BOT_ACCOUNTS", "").strip()
    names = [part.strip() for part in written.split(",") if part.strip()]
    wrong = [
        f"`{name}` is not a name: a letter, then letters, digits and -, all small, at most 31"
        for name in map(plain, names)
        if not _ACCOUNT.fullmatch(name)
    ]
    wrong += [
        f"`{plain(name)}` is there twice" for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    if len(names) > _MOST_ACCOUNTS:
        wrong.append(f"{len(names)} accounts are too many, {_MOST_ACCOUNTS} may be")
    if written and not names:
        wrong.append(f"`{plain(written)}` names no account")
    mistakes += [f"BOT_ACCOUNTS: {what}; for example BOT_ACCOUNTS=clinic,shop" for what in wrong]
    return () if wrong else tuple(names)


def chosen_accounts(
    environ: Mapping[str, str], named: tuple[str, ...], wanted: str | None, mistakes: list[str]
) -> tuple[str, ...]:
    """The wanted one, else that of BOT_ACCOUNT, else all that are named."""
    written = (wanted or environ.get("BOT_ACCOUNT", "")).strip()
    if not written:
        return named
    if written in named:
        return (written,)
    if not mistakes:  # else BOT_ACCOUNTS itself is wrong
        known = f"BOT_ACCOUNTS has {', '.join(named)}" if named else "BOT_ACCOUNTS is not set"
        mistakes.append(f"there is no account `{plain(written)}`: {known}")
    return ()


def own_ledger(url: str, account: str) -> str:
    """Beside those of the other accounts: a file, or a schema, with the account's name.

    Raises ValueError, with the reason, where it is for a person to say.
    """
    if url.startswith("sqlite"):
        path, mark, query = url.partition("?")
        folder, slash, file = path.rpartition("/")
        stem, dot, ending = file.rpartition(".")
        own = f"{stem}-{account}{dot}{ending}" if stem else f"{file}-{account}"
        return f"{folder}{slash}{own}{mark}{query}"
    parts = urlsplit(url)
    if "@" in parts.query or parts.fragment:  # then urlsplit and the driver read it differently
        raise ValueError("has a sign that must be written with %")
    if "options" in parse_qs(parts.query, keep_blank_values=True):
        raise ValueError("has `options` already")
    schema = urlencode({"options": f"-csearch_path={_in_names(account)}"})
    return f"{url.rstrip('?')}{'&' if parts.query else '?'}{schema}"


def ledger_place(database_url: str) -> tuple[object, ...]:
    """Equal where two URLs lead to the same ledger."""
    if database_url.startswith("sqlite"):
        return (Path(database_url.removeprefix("sqlite:///").partition("?")[0]).resolve(),)
    try:
        parts = urlsplit(database_url)
        host, port = parts.hostname, parts.port or 5432
    except ValueError:  # it cannot be opened either
        return (database_url,)
    query = parse_qs(parts.query)
    asked = tuple(str(query.get(name)) for name in ("host", "port", "dbname", "options"))
    return (parts.username, host, port, parts.path, *asked)


def _in_names(account: str) -> str:
    """As variables and schemas can be called."""
    return account.replace("-", "_")
