"""`bot init`: a new folder of rules to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from bot.authoring.schema import rule_schema
from bot.authoring.tests_schema import scenario_schema
from bot.cli.commands.schema import as_json
from bot.errors import UsageError, plain

_START: Final = """\
# yaml-language-server: $schema=rules.schema.json
#
# A text comes in, the rules are tried from top to bottom, and the first that fits answers.
# `bot help` explains every key. After a change: `bot check`, `bot test`, `bot chat`.

vars:                                # what replies name as {{ vars.… }}: write your own
  name: Your Business
  open_hours: Mon-Fri 9am-5pm
  phone: (555) 555-0100

guards:                              # STOP and its like always work and need no rule
  help:
    reply: "{{ vars.name }}: text HOURS, or call {{ vars.phone }}. Reply STOP to get no more texts."

rules:
  # Any of these words, never as a part of another one.
  - id: hours
    when: {keywords: [hours, "opening times", "are you open"]}
    reply: "We're open {{ vars.open_hours }}."
    tests:                           # what it must catch, and what it must not
      match: ["Hours?", "hey are you OPEN"]
      no_match: ["48hours of work"]

  # A pattern; what it finds under a name stands in the reply.
  - id: order-status
    when: {regex: 'order\\s+#?(?P<order_id>\\d{4,8})'}
    reply: "Thanks {{ contact.first_name | default('there') }}, we look after order {{ order_id }}."
    tests:
      - {say: "Order #48213?", reply: "Thanks there, we look after order 48213."}
      - {say: "order something", rule: fallback}

  # Tags come back with the answer to the text that they were sent with, so a rule can tell what
  # a YES is about: bot send --tag appointment="Friday at 10" …
  - id: confirm
    when:
      keywords: {exact: [yes, y, confirm]}
      tags: {appointment: {exists: true}}
    reply: "See you {{ tags.appointment }}."
    tests:
      - {say: "Yes!", tags: {appointment: Friday at 10}, reply: "See you Friday at 10."}
      - {say: "Yes!", rule: fallback}

  # The short form: a keyword and its answer. Take the # away and write your words.
  # - parking: "You can park behind the house."
"""

_FALLBACK: Final = """\
# yaml-language-server: $schema=rules.schema.json
#
# The answer to what no rule fits; at most twice an hour, so that nobody talks to a wall.

fallback:
  reply: "Sorry, I did not get that. Text HOURS, or call {{ vars.phone }}."
  limit: {times: 2, per: 1h}
"""

_CONVERSATIONS: Final = """\
# yaml-language-server: $schema=tests.schema.json
#
# Conversations: what a person says, step by step, and what must come of it; for `bot test`.

- name: the third text that nobody understands gets no answer
  steps:
    - {say: "do you sell hats", rule: fallback, outcome: replied}
    - {say: "blue ones", rule: fallback, outcome: replied}
    - {say: "hello?", reason: limit}
    - {say: "ok, your hours?", rule: hours}
    - {after: 2h}
    - {say: "and hats?", rule: fallback, outcome: replied}
"""

_ENVIRONMENT: Final = """\
# Copy to .env in the folder where the bot runs, and fill in. Nothing here is needed to try rules.

# Where these rules are.
BOT_RULES=%(rules)s

# The key of your MTA account.
MTA_API_KEY=

# A long random text; the webhook is registered with the same.
MTA_WEBHOOK_SECRET=

# Of times without a zone of their own.
#BOT_TIMEZONE=America/New_York
"""


def starter(folder: str) -> Mapping[str, str]:
    """The files of a new folder of rules, by name."""
    return {
        "10-start.yaml": _START,
        "90-fallback.yaml": _FALLBACK,
        "conversations.test.yaml": _CONVERSATIONS,
        "rules.schema.json": as_json(rule_schema()),
        "tests.schema.json": as_json(scenario_schema()),
        ".env.example": _ENVIRONMENT % {"rules": folder},
    }


@click.command()
@click.argument("folder", metavar="DIR")
def command(folder: str) -> int:
    """Write a small set of rules with tests to begin with; overwrites nothing.

    \b
    Example:
      bot init my-rules
    """
    path = Path(folder)
    files = starter(path.as_posix())
    _refuse_what_exists(path, files)
    _write(path, files)
    print("\n".join(plain(path / name) for name in files))
    print(f"\nNext: bot chat --rules {plain(path)} · bot test {plain(path)} · bot help")
    return 0


def _refuse_what_exists(path: Path, files: Mapping[str, str]) -> None:
    """Raises UsageError naming what is there: a file to write, or rules that would mix."""
    if path.exists() and not path.is_dir():
        raise UsageError(f"{plain(path)}: is a file; name a folder")
    there = [path / name for name in files if (path / name).exists()]
    there += sorted(p for p in path.glob("*.y*ml") if p not in there)
    if there:
        names = ", ".join(map(plain, there))
        raise UsageError(f"nothing written, these exist: {names}; name another folder")


def _write(path: Path, files: Mapping[str, str]) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with (path / name).open("x", encoding="utf-8") as file:
                file.write(content)
    except OSError as error:
        raise UsageError(f"{plain(error.filename)}: cannot be written ({error.strerror})") from None
