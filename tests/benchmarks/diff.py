"""`bot diff` and `bot dry-run` of 100,000 messages at 1,000 rules, against a loop of `re.search`.

One rule in ten answers otherwise in the new rules. What loading the rules takes is told apart.
Seconds are those of the CPU on one core, and those of a clock where two cores are compared with
one: on a machine that does something else too the second tells little.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from bot.ledger.database import open_database
from bot.model import InboundMessage
from tests.benchmarks import peers, workload
from tests.benchmarks.texts import NOW
from tests.benchmarks.workload import BenchRule

MESSAGES = 100_000
RULES = 1_000
PEOPLE = 10_000
_TEXTS = 5_000
_LOOPED = 300
"""Messages that the loop is timed with."""


def report() -> None:
    print(f"dry run and diff, {MESSAGES:,} messages, {RULES:,} rules, {PEOPLE:,} people")
    said = workload.sample(_TEXTS)
    of = workload.rules(RULES, said)
    other = [replace(rule, reply="Soon.") if not rule.number % 10 else rule for rule in of]
    messages = [*workload.messages(of, said)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rules, file in ((of, "old.yaml"), (other, "new.yaml")):
            (folder / file).write_text(workload.as_yaml(rules))
        _write(folder / "few.jsonl", messages[:1])
        _write(folder / "many.jsonl", [messages[n % len(messages)] for n in range(MESSAGES)])
        fill(folder, messages, MESSAGES, PEOPLE)
        loop = _loop(of, messages)
        print(f"  the loop takes {loop * 1e6:,.0f} µs a message")
        against, since = ("--against", "many.jsonl"), ("--since", "2000-01-01")
        dry_run, diff = ("dry-run", "--rules", "old.yaml"), ("diff", "old.yaml", "new.yaml")
        for what, few, many in (
            ("dry run", (*dry_run, "--input", "few.jsonl"), (*dry_run, "--input", "many.jsonl")),
            ("diff of a file", (*diff, "--against", "few.jsonl"), (*diff, *against)),
            ("diff of a ledger", (*diff, "--against", "few.jsonl"), (*diff, *since)),
        ):
            _measure(folder, what, few, many, loop)


def _loop(of: Sequence[BenchRule], messages: Sequence[InboundMessage]) -> float:
    run, begin = peers.loop(of), time.process_time()
    for message in messages[:_LOOPED]:
        run(message)
    return (time.process_time() - begin) / _LOOPED


def _measure(folder: Path, what: str, few: Sequence[str], many: Sequence[str], loop: float) -> None:
    """`few` takes as long as loading does."""
    least, one, two = _run(folder, few, 1), _run(folder, many, 1), _run(folder, many, 2)
    each = (one.cpu - least.cpu) / MESSAGES
    print(
        f"  {what:<16} {1 / each:>8,.0f} messages a second a core, {loop / each:.0f} times the"
        f" loop, {one.megabytes:.0f} MB; two cores"
        f" {(one.clock - least.clock) / (two.clock - least.clock):.1f} times one"
    )


def _write(path: Path, messages: Sequence[InboundMessage]) -> None:
    with path.open("w") as file:
        for number, message in enumerate(messages):
            at = NOW + timedelta(seconds=number)
            body = {
                "fromNumber": f"+1555{number % PEOPLE:07}",
                "toNumber": "+18005550100",
                "replyId": str(number),
                "message": message.text,
                "tags": dict(message.tags),
                "at": at.isoformat(),
            }
            file.write(json.dumps(body) + "\n")


def fill(folder: Path, messages: Sequence[InboundMessage], many: int, people: int) -> None:
    """So many of so many people; each was decided when it came, and one in five answered."""
    begin = int(NOW.timestamp())
    with (
        closing(open_database(f"sqlite:///{folder / 'bot.db'}")) as database,
        database.transaction() as connection,
    ):
        for statement, make in ((_PERSON, _person), (_INBOX, _inbox), (_DECISION, _decision)):
            count = people if statement is _PERSON else many
            rows = (make(n, begin, people, messages[n % len(messages)]) for n in range(count))
            connection.execute(text(statement), list(rows))
        sent = [_sent(n, begin, people) for n in range(0, many, 5)]
        connection.execute(text(_SENT), sent)


_PERSON = """INSERT INTO conversations (id, contact, number, longcode_id, "values", received,
    changed_at) VALUES (:id, :contact, '+18005550100', 123, '{}', 1, :at)"""
_INBOX = """INSERT INTO inbox (id, key, status, sender, number, text, tags, received_at,
    conversation_id) VALUES (:id, :key, 'decided', :contact, '+18005550100', :text, :tags, :at,
    :chain)"""
_DECISION = """INSERT INTO decisions (inbox_id, outcome, detail, captures, changes, trace, ruleset,
    decided_at) VALUES (:id, :outcome, '', '{}', '[]', '[]', 'x', :at)"""
_SENT = """INSERT INTO outbox (external_id, request_id, conversation_id, inbox_id, recipient, text,
    is_mms, tags, rule, status, reason, due_at, due_since, tries, confirms_opt_out, created_at)
    VALUES (:key, :key, :chain, :id, :contact, 'Thanks, we got it.', 0, '{}', 'rule-1', 'accepted',
    '', :at, :at, 1, 0, :at)"""


def _person(number: int, begin: int, people: int, _: InboundMessage) -> dict[str, object]:
    return {"id": number + 1, "contact": _contact(number, people), "at": begin * 1_000_000}


def _inbox(number: int, begin: int, people: int, message: InboundMessage) -> dict[str, object]:
    return {
        **_sent(number, begin, people),
        "text": message.text,
        "tags": json.dumps(dict(message.tags)),
    }


def _decision(number: int, begin: int, people: int, _: InboundMessage) -> dict[str, object]:
    outcome = "unmatched" if number % 5 else "replied"
    return {**_sent(number, begin, people), "outcome": outcome}


def _sent(number: int, begin: int, people: int) -> dict[str, object]:
    return {
        "id": number + 1,
        "key": f"r-{number}",
        "contact": _contact(number, people),
        "chain": number % people + 1,
        "at": (begin + number) * 1_000_000,
    }


def _contact(number: int, people: int) -> str:
    return f"+1555{number % people:07}"


_MEASURED = """
import re, resource, sys
from bot.cli.main import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
most = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
print(used.ru_utime + used.ru_stime, int(most[1]) / 1024, file=sys.stderr)
sys.exit(code)
"""


class _Used(NamedTuple):
    cpu: float
    """Seconds, of the process that was called."""
    clock: float
    megabytes: float
    """The most that it had."""


def _run(folder: Path, arguments: Sequence[str], cores: int) -> _Used:
    command = [sys.executable, "-c", _MEASURED, *arguments, "--json"]
    variables = {"BOT_DATABASE_URL": f"sqlite:///{folder / 'bot.db'}", "MTA_API_KEY": "key"}
    environ = {**os.environ, **variables, "PYTHONPATH": str(Path.cwd())}
    ours = sorted(os.sched_getaffinity(0))[:cores]
    begin = time.monotonic()
    done = subprocess.run(
        command,
        cwd=folder,
        env=environ,
        preexec_fn=lambda: os.sched_setaffinity(0, ours),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    clock = time.monotonic() - begin
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode())
    cpu, megabytes = map(float, done.stderr.split())
    return _Used(cpu, clock, megabytes)
