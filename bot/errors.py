"""Everything the bot raises on purpose.

BotError
├── RuleError            rule files are wrong; carries every problem with its place
├── SettingsError        the environment is wrong; names the variable
├── UsageError           a command was called with something it cannot use
│   ├── UnknownError     it names nothing that there is
│   └── OptedOutError    it would write to somebody who has left
├── WebhookError         a webhook cannot be read
│   └── SignatureError   or was not signed with our secret
├── ReplyError           a template fails for this message
├── ProviderError        the provider refuses what a command asked for, or is not there
└── LedgerError          the database cannot be used
    └── LedgerUnavailable  or not now: nothing has been changed, or nobody knows
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


def plain(name: object) -> str:
    """A file's name or an argument within a message: on its line, with nothing that steers a
    terminal or turns the direction of the text.

    >>> plain("a\\x1b[2J\\nb")
    'a\ufffd[2J\ufffdb'
    """
    text = str(name)
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


class BotError(Exception):
    """Shown to the operator as its text, without a traceback; the exit code is 2."""


class Place(NamedTuple):
    """Where something stands in a file; line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.in_file}:{self.column}"

    @property
    def in_file(self) -> str:
        """Without the column."""
        return f"{plain(self.file)}:{self.line}"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a rule file: where, what is wrong, what to write instead."""

    place: Place
    code: str
    """A fixed word for machines, for example `unknown-key`."""
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class RuleError(BotError):
    """The rule files have errors: all of them, in order of place."""

    def __init__(self, problems: Sequence[Problem], warnings: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        self.warnings = tuple(warnings)
        super().__init__("\n".join(map(str, self.problems)))


class SettingsError(BotError):
    """A setting is missing or wrong; the message names it and gives an example."""


class UsageError(BotError):
    """A command was given something it cannot use; the message says what to give."""


class UnknownError(UsageError):
    """There is no such person, conversation or item."""


class OptedOutError(UsageError):
    """A message is for somebody who has left."""


class WebhookError(BotError):
    """A webhook body cannot be read; the event is kept in quarantine."""


class SignatureError(WebhookError):
    """The body was not signed with one of our secrets."""


class ReplyError(BotError):
    """A template fails for this message: the outcome is `failed`."""


class ProviderError(BotError):
    """The provider refused what a command asked of it, or could not be reached."""


class LedgerError(BotError):
    """The database cannot be opened or does not fit this version of the bot."""


class LedgerUnavailable(LedgerError):
    """The database cannot be used now: it is locked, away, or does not answer in time."""
