"""What came in and what became of it, counted on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, select, text

from bot.ledger import inbox, lane, said, sending
from bot.ledger.database import Database, open_database
from bot.ledger.migrations.versions import v0022_counts
from bot.ledger.said import Said
from bot.ledger.schema import outbox
from bot.ledger.sending import Claim
from bot.ledger.stats import Bucket, Counts, RuleCount, Span, Stats, buckets, stats
from bot.model import Outcome, Rate, RuleId
from bot.provider.answers import Accepted, Answer, Refused, RetryLater
from tests.build import NOW, inbound, ruleset
from tests.support import database_url, process

RULES = ruleset("""
rules:
  - hours: "We're open 9-5."
  - id: broken
    when: {keywords: price}
    reply: "{{ tags.price }}"
  - id: long
    when: {keywords: long}
    reply: {text: "x", image: "https://shop.example/map.png"}
""")
WITH_FALLBACK = ruleset("""
rules:
  - hours: "We're open 9-5."
fallback: {reply: "Text HOURS."}
""")
WEEK = Span(NOW - timedelta(days=7), NOW + timedelta(hours=1))
NONE = dict.fromkeys(Outcome, 0)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def take(connection: Connection, text: str, at: datetime, person: int = 1) -> None:
    """A text comes in and is decided."""
    keep(connection, text, at, person)
    [waiting] = inbox.waiting(connection, 2)
    process(connection, waiting, RULES, at)


def keep(connection: Connection, text: str, at: datetime, person: int = 1) -> None:
    sender, key = f"+1555555{person:04}", f"{text} {at} {person}"
    inbox.keep(connection, [inbound(text, sender=sender, key=key, received_at=at)])


def send(connection: Connection, answer: Answer, at: datetime) -> None:
    claimed = sending.claim(connection, Rate(20, 0.001), at)
    assert isinstance(claimed, Claim)
    sending.record(connection, claimed, answer, claimed.message, at)


def test_an_empty_ledger_has_nothing_to_count(connection: Connection) -> None:
    assert stats(connection, WEEK) == Stats(
        span=WEEK,
        counts=Counts(outcomes=NONE),
        rules=(),
        answer_seconds=None,
        segments=0,
        sends={},
        opt_outs=0,
        likely_opt_outs=0,
    )
    assert said.unmatched(connection, WEEK, 5) == said.frequent_words(connection, WEEK, 5) == []


def test_a_week_at_a_glance(connection: Connection) -> None:
    take(connection, "Hours?", NOW - timedelta(days=8))  # too long ago
    send(connection, Accepted("m-0"), NOW - timedelta(days=8))
    for person, seconds in ((1, 1.0), (2, 3.04), (3, 60.0)):
        take(connection, "Hours?", NOW, person)
        send(connection, Accepted(f"m-{person}"), NOW + timedelta(seconds=seconds))
    take(connection, "a long one", NOW, 4)
    send(connection, RetryLater("the provider answered 503"), NOW)
    send(connection, Refused("the number is not one"), NOW + timedelta(minutes=9))
    take(connection, "price", NOW, 5)
    take(connection, "Are you real?", NOW, 6)
    take(connection, "STOP", NOW, 7)
    take(connection, "please take me off this list", NOW, 8)
    keep(connection, "Hours?", NOW, 9)
    keep(connection, "Hours?", WEEK.until, 10)  # the end is not in it
    assert stats(connection, WEEK) == Stats(
        span=WEEK,
        counts=Counts(
            received=9,
            outcomes={
                Outcome.REPLIED: 4,
                Outcome.HELD: 1,
                Outcome.SUPPRESSED: 1,
                Outcome.UNMATCHED: 1,
                Outcome.FAILED: 1,
            },
            not_understood=1,
        ),
        rules=(
            RuleCount(RuleId("hours"), 3, 3, NOW),
            RuleCount(RuleId("$opt-out"), 2, 0, NOW),
            RuleCount(RuleId("broken"), 1, 0, NOW),
            RuleCount(RuleId("long"), 1, 1, NOW),
        ),
        answer_seconds=3.0,
        segments=3,
        sends={"accepted": 3, "later": 1, "call": 1},
        opt_outs=1,
        likely_opt_outs=1,
    )
    assert stats(connection, WEEK).counts.waiting == 1
    assert stats(connection, WEEK).provider_errors == 2


def test_a_picture_message_counts_for_three_segments_when_it_is_taken(
    connection: Connection,
) -> None:
    take(connection, "a long one", NOW)
    assert stats(connection, WEEK).segments == 0
    send(connection, Accepted("m-1"), NOW)
    assert stats(connection, WEEK).segments == 3


def test_a_pause_of_the_lane_is_not_counted_as_an_error(connection: Connection) -> None:
    take(connection, "Hours?", NOW)
    lane.pause(connection, lane.BY_HAND)
    assert stats(connection, WEEK).sends == {}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            timedelta(days=1),
            [("03-07 00:00 EST", 1), ("03-08 00:00 EST", 3), ("03-09 00:00 EDT", 1)],
        ),
        (
            timedelta(hours=12),
            [
                *(("03-07 12:00 EST", 1), ("03-08 00:00 EST", 2), ("03-08 13:00 EDT", 1)),
                ("03-09 00:00 EDT", 1),
            ],
        ),
    ],
)
def test_days_begin_at_midnight_of_the_zone_also_when_clocks_change(
    connection: Connection, step: timedelta, expected: list[tuple[str, int]]
) -> None:
    hours = (
        *("2026-03-08T04:59:59Z", "2026-03-08T05:00:00Z", "2026-03-08T16:59:00Z"),
        *("2026-03-09T03:59:59Z", "2026-03-09T04:00:00Z"),
    )
    for hour in hours:
        keep(connection, "Hours?", datetime.fromisoformat(hour))
    span = Span(
        datetime(2026, 3, 8, 1, tzinfo=UTC),
        datetime(2026, 3, 9, 5, tzinfo=UTC),
    )
    found = buckets(connection, span, step, "America/New_York")
    assert [(f"{one.at:%m-%d %H:%M %Z}", one.counts.received) for one in found] == expected


def test_hours_without_a_message_are_there_too(connection: Connection) -> None:
    at = datetime(2026, 1, 15, 10, 50, tzinfo=UTC)
    take(connection, "Hours?", at)
    found = buckets(
        connection,
        Span(at - timedelta(hours=1), at + timedelta(hours=1)),
        timedelta(hours=1),
        "Asia/Kathmandu",  # 5:45 before UTC
    )
    replied = Counts(received=1, outcomes={**NONE, Outcome.REPLIED: 1})
    assert found == (
        Bucket(at - timedelta(minutes=95), Counts(outcomes=NONE)),
        Bucket(at - timedelta(minutes=35), replied),
        Bucket(at + timedelta(minutes=25), Counts(outcomes=NONE)),
    )


def test_parts_may_be_minutes(connection: Connection) -> None:
    at = datetime(2026, 1, 15, 10, 52, tzinfo=UTC)
    for minutes in (0, 2, 3):
        keep(connection, "Hours?", at + timedelta(minutes=minutes))
    span = Span(at - timedelta(minutes=5), at + timedelta(minutes=7))
    found = buckets(connection, span, timedelta(minutes=5), "UTC")
    assert [(f"{one.at:%H:%M}", one.counts.received) for one in found] == [
        *(("10:45", 0), ("10:50", 2), ("10:55", 1)),
    ]


def test_texts_of_the_same_words_are_one_as_most_people_spell_it(connection: Connection) -> None:
    texts = ("Are you real?", "are you REAL", "are you real", "Are you real?", "?!", "Hours?")
    for person, wording in enumerate(texts):
        take(connection, wording, NOW, person)
    assert said.unmatched(connection, WEEK, 5) == [Said("Are you real?", 4), Said("?!", 1)]
    assert said.unmatched(connection, WEEK, 1) == [Said("Are you real?", 4)]
    assert said.frequent_words(connection, WEEK, 2) == [Said("real", 4), Said("hours", 1)]


def test_what_only_the_fallback_answers_is_not_understood(connection: Connection) -> None:
    keep(connection, "Are you real?", NOW)
    [waiting] = inbox.waiting(connection, 2)
    process(connection, waiting, WITH_FALLBACK, NOW)
    counts = stats(connection, WEEK).counts
    assert counts == Counts(received=1, outcomes={**NONE, Outcome.REPLIED: 1}, not_understood=1)
    assert said.unmatched(connection, WEEK, 5) == [Said("Are you real?", 1)]


def test_what_an_earlier_version_sent_is_measured(tmp_path: Path) -> None:
    engine = create_engine(database_url(tmp_path))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "bot.ledger:migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, v0022_counts.down_revision)
        connection.execute(
            text(
                'INSERT INTO conversations (id, contact, number, "values", received, changed_at)'
                " VALUES (1, '+15555550123', '', '{}', 0, 0)"
            )
        )
        for name, said, image in (
            ("a", "x" * 161, None),
            ("b", "Hi", "https://x/y"),
            ("c", "", None),
        ):
            connection.execute(
                text(
                    "INSERT INTO outbox (external_id, request_id, conversation_id, recipient, text,"
                    " image, is_mms, tags, status, reason, due_at, due_since, tries,"
                    " confirms_opt_out, created_at) VALUES (:name, :name, 1, '+15555550123', :said,"
                    " :image, 0, '{}', 'accepted', '', 0, 0, 1, 0, 0)"
                ),
                {"name": name, "said": said, "image": image},
            )
    engine.dispose()
    with (
        closing(open_database(database_url(tmp_path))) as database,
        database.transaction() as connection,
    ):
        assert connection.scalars(select(outbox.c.segments).order_by(outbox.c.id)).all() == [
            2,
            3,
            0,
        ]
