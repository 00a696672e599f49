"""A ledger in which the recorded messages of an example were answered, each at its time."""

from __future__ import annotations

import json
from contextlib import chdir, closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from bot.ledger import inbox, sending
from bot.ledger.database import open_database
from bot.ledger.sending import Claim
from bot.model import Rate
from bot.provider import events
from bot.provider.answers import Accepted
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from tests.support import ROOT, new_ledger, process

_MOST = 9
"""Messages at a time; they come one by one."""


def recorded(name: str, folder: Path) -> str:
    """The URL of `bot.db` in that folder."""
    example, url = Path("examples", name), new_ledger(folder)
    with chdir(ROOT):  # places are told from there
        rules = load(read_rule_files(example)).ruleset
    with closing(open_database(url)) as database, database.transaction() as connection:
        for body in (ROOT / example / "messages.jsonl").read_bytes().splitlines():
            data = events.members(json.loads(body))
            at = cast("datetime", events.instant(data["timestamp"]))
            inbox.keep(connection, [events.read_message_reply(data, received_at=at)])
            for waiting in inbox.waiting(connection, _MOST, at):
                process(connection, waiting, rules, at)
            _send(connection, at)
    return url


def _send(connection: Connection, at: datetime) -> None:
    while isinstance(claimed := sending.claim(connection, Rate(20, 0.001), at), Claim):
        accepted = Accepted(f"m-{claimed.outbox_id}")
        sending.record(connection, claimed, accepted, claimed.message, at)
        at += timedelta(milliseconds=10)
