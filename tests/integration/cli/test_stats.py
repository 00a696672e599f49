"""`bot stats`: what came in, what became of it; for people and for programs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.ledger import inbox
from tests.build import inbound, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.support import process

RULES = ruleset("""
rules:
  - hours: "We're open 9-5."
  - prices: "From $10."
""")
AT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=3)
"""21:00 of yesterday, UTC."""
SAID = (*["Hours?"] * 4, "prices", *["Are you \033[31mreal?"] * 2, "STOP")


@pytest.fixture(autouse=True)
def written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTA_API_KEY", "key")
    monkeypatch.setenv("BOT_TIMEZONE", "UTC")
    with ledger(folder) as connection:
        for number, text in enumerate(SAID):
            message = inbound(
                text, key=f"r-{number}", sender=f"+1555555{number:04}", received_at=AT
            )
            inbox.keep(connection, [message])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, RULES, AT)


def test_people_read_bars_and_figures(bot: Bot) -> None:
    since = f"{AT - timedelta(hours=1):%Y-%m-%dT%H:%MZ}"
    told = bot("stats", "--since", since).out
    # A run that began before midnight may end after it.
    more = range(1, (datetime.now(UTC).date() - AT.date()).days + 1)
    days = "".join(f"\n  {AT + timedelta(days=n):%Y-%m-%d}  0" for n in more)
    assert (
        told
        == f"""\
8 texts since {AT - timedelta(hours=1):%Y-%m-%d %H:%M} UTC
how they ended:
  replied     5  ██████████████████████████████
  unmatched   2  ████████████
  suppressed  1  ██████
which rule:
  hours     4  ██████████████████████████████
  $opt-out  1  ███████▌
  prices    1  ███████▌
when:
  {AT:%Y-%m-%d}  8  ██████████████████████████████{days}
no rule answered 2:
      2  Are you �[31mreal?
1 opt-out
"""
    )


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("outcome", [("replied", 5), ("unmatched", 2), ("suppressed", 1)]),
        ("rule", [("hours", 4), ("$opt-out", 1), ("prices", 1)]),
        ("word", [("hours", 4), ("31mreal", 2), ("prices", 1)]),
        ("hour", [(f"{hour:02}:00", 8 if hour == 21 else 0) for hour in range(24)]),
    ],
)
def test_only_what_is_asked_for(bot: Bot, by: str, expected: list[tuple[str, int]]) -> None:
    [found] = bot("stats", "--by", by, "--json").objects
    assert found["by"] == by
    assert [(part["name"], part["count"]) for part in found["parts"]] == expected
    names = [line.split()[0] for line in bot("stats", "--by", by).out.splitlines()]
    assert names == [name for name, _ in expected]


def test_of_many_days_none_is_left_out(bot: Bot) -> None:
    """They are put together, from the first to the last."""
    told = bot("stats", "--since", f"{AT - timedelta(days=97):%Y-%m-%d}").out
    lines = told.partition("when:\n")[2].partition("no rule")[0].splitlines()
    days = [re.findall(r"\d{4}-\d\d-\d\d", line) for line in lines]
    assert days[0][0] == f"{AT - timedelta(days=97):%Y-%m-%d}"
    assert len(days) <= 12
    assert all(
        datetime.fromisoformat(before[-1]) + timedelta(days=1) == datetime.fromisoformat(after[0])
        for before, after in pairwise(days)
    )
    assert sum(int(line.split("  ")[-2 if "█" in line else -1]) for line in lines) == len(SAID)


def test_programs_get_one_object(bot: Bot) -> None:
    [found] = bot("stats", "--json").objects
    at = f"{AT:%Y-%m-%dT%H:%M:%SZ}"
    since, until = (datetime.fromisoformat(found.pop(name)) for name in ("since", "until"))
    assert until - since == timedelta(days=7)
    assert found == {
        "messages": 8,
        "outcomes": {"replied": 5, "held": 0, "suppressed": 1, "unmatched": 2, "failed": 0},
        "waiting": 0,
        "notUnderstood": 2,
        "rules": [
            {"rule": "hours", "answered": 4, "messages": 4, "last": at},
            {"rule": "$opt-out", "answered": 0, "messages": 1, "last": at},
            {"rule": "prices", "answered": 1, "messages": 1, "last": at},
        ],
        "unmatched": [{"text": "Are you \033[31mreal?", "count": 2}],
        "answerSeconds": None,
        "segments": 0,
        "sends": {},
        "optOuts": 1,
        "likelyOptOuts": 0,
    }


def test_a_time_that_is_none_is_a_mistake(bot: Bot) -> None:
    for written in ("soon", "2999-01-01"):
        ran = bot("stats", "--since", written)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"--since {written}: is not ")
