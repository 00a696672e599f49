"""A pause of the provider's: what brings it, what ends it, and that nothing is lost meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, update

from bot.ledger import conversations, lane, sending
from bot.ledger.database import Database
from bot.ledger.lane import Ends, Lane, Nothing
from bot.ledger.schema import lanes
from bot.ledger.schema import outbox as table
from bot.ledger.sending import Claim
from bot.model import Rate
from bot.provider.answers import About, Accepted, Answer, Refused, RetryLater
from tests.build import NOW, OUR_NUMBER
from tests.support import outbound, queue

FREE = Rate(1_000, 0.000_001)
NO_CREDIT = Refused("the provider answered 402: the account has no credit", About.ACCOUNT)
NOT_FOUND = Refused("the provider answered 404", About.UNCLEAR)
WRONG_KEY = Refused("the provider answered 401: the API key is missing or wrong", About.KEY)
TAKEN = Accepted("1")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def person(number: int) -> str:
    return f"+1555555{1_000 + number}"


def queue_for(connection: Connection, *people: int) -> None:
    """One message for each, its text the person's number."""
    for number in people:
        chain = conversations.begin(connection, person(number), OUR_NUMBER, None, NOW)
        message = outbound(str(number), to=person(number))
        queue(connection, message, conversation=chain.id)


def tried(connection: Connection, answer: Answer, seconds: float) -> str | None:
    """The text of the message that is tried now; None where none may be."""
    claim = sending.claim(connection, FREE, at(seconds))
    if isinstance(claim, Nothing):
        return None
    sending.record(connection, claim, answer, claim.message, at(seconds))
    return claim.message.text


def stands(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(select(table.c.text, table.c.status).order_by(table.c.id))
    return [(row.text, row.status) for row in rows]


@pytest.mark.system
@pytest.mark.parametrize("because", [NO_CREDIT, Refused("a proxy", About.ACCOUNT)])
def test_one_trial_at_a_time_at_growing_intervals_tells_whether_it_goes_on(
    because: Refused, connection: Connection
) -> None:
    queue_for(connection, *range(12))
    assert tried(connection, because, 1) == "0"
    tries = []
    for seconds in range(2, 20_000):
        if (text := tried(connection, because, seconds)) is not None:
            tries.append((seconds - 1, text))
    times = [60, 180, 420, 900, 1860, 3780, 7380, 10_980, 14_580, 18_180]
    assert tries == [(time, str(number)) for number, time in enumerate(times, 1)]
    assert {status for _, status in stands(connection)} == {"due"}
    assert tried(connection, TAKEN, 21_781) == "11"
    left = [tried(connection, TAKEN, 21_782) for _ in range(11)]
    assert sorted(map(str, left), key=int) == [str(number) for number in range(11)]
    assert lane.state(connection) == Lane()


def test_a_trial_of_which_nobody_knows_is_followed_by_another(connection: Connection) -> None:
    queue_for(connection, 0, 1)
    tried(connection, NO_CREDIT, 1)
    assert tried(connection, RetryLater("away"), 61) == "1"
    assert lane.state(connection) == Lane(NO_CREDIT.because, None, at(181), 1)
    assert tried(connection, RetryLater("slowly", after=120.0), 181) == "0"
    assert sending.claim(connection, FREE, at(200)) == Nothing(at(181 + 240))


def test_a_trial_that_is_refused_for_itself_alone_makes_way_for_the_next(
    connection: Connection,
) -> None:
    queue_for(connection, 0, 1, 2)
    tried(connection, NO_CREDIT, 1)
    assert tried(connection, Refused("too long"), 61) == "1"
    assert tried(connection, TAKEN, 61) == "2"
    assert stands(connection) == [("0", "due"), ("1", "dead"), ("2", "accepted")]
    assert lane.state(connection) == Lane()


def test_a_trial_may_find_the_key_wrong(connection: Connection) -> None:
    queue_for(connection, 0, 1)
    tried(connection, NO_CREDIT, 1)
    assert tried(connection, WRONG_KEY, 61) == "1"
    assert lane.state(connection).ends is Ends.KEY
    assert tried(connection, TAKEN, 10_000) is None
    lane.end_pause_of_key(connection)
    assert tried(connection, TAKEN, 10_000) == "0"


def test_each_pause_ends_by_what_brought_it_alone(connection: Connection) -> None:
    ends = (lane.end_pause_of_key, lane.end_trials, lane.end_pause_of_provider, lane.resume)
    left = []
    for end in ends:
        for brings in ("key", "trial", "person"):
            if brings == "person":
                lane.pause(connection, lane.BY_HAND)
            elif brings == "trial":
                lane.pause_for_trials(connection, "402", NOW)
            else:
                lane.pause(connection, "401")
            end(connection)
            if lane.state(connection).paused is not None:
                left.append((end.__name__, brings))
            lane.resume(connection)
    assert left == [
        ("end_pause_of_key", "trial"),
        ("end_pause_of_key", "person"),
        ("end_trials", "key"),
        ("end_trials", "person"),
        ("end_pause_of_provider", "person"),
    ]


@pytest.mark.parametrize("answer", [NO_CREDIT, WRONG_KEY, TAKEN, RetryLater("away")])
def test_no_answer_ends_or_changes_a_pause_by_hand(answer: Answer, connection: Connection) -> None:
    """It came while a message was on its way."""
    queue_for(connection, 0, 1)
    tried(connection, NO_CREDIT, 0)
    claim = sending.claim(connection, FREE, at(60))
    assert isinstance(claim, Claim)
    lane.pause(connection, lane.BY_HAND)
    sending.record(connection, claim, answer, claim.message, at(61))
    assert lane.state(connection) == Lane(lane.BY_HAND)


def test_a_clock_that_is_set_back_puts_no_trial_off_for_long(connection: Connection) -> None:
    queue_for(connection, 0, 1)
    tried(connection, NO_CREDIT, 0)
    back = -1_000_000
    assert sending.claim(connection, FREE, at(back)) == Nothing(at(back + 3600))
    assert sending.claim(connection, FREE, at(back + 1)) == Nothing(at(back + 3600))
    assert tried(connection, TAKEN, back + 3600) is not None


def test_a_pause_of_an_older_version_is_one_of_the_key(connection: Connection) -> None:
    lane.resume(connection)
    connection.execute(update(lanes).values(paused="the provider answered 403"))
    assert lane.state(connection).ends is Ends.KEY


@pytest.mark.parametrize(
    ("stand", "way_out"),
    [
        (Lane(), ""),
        (Lane(lane.BY_HAND), "ends by `bot sender resume`"),
        (Lane("401"), "ends when a check finds the key good, or by `bot sender resume`"),
        (
            Lane("402", None, at(60)),
            "ends when the provider takes a trial message, the next at 2026-01-15T17:05:05Z,"
            " or by `bot sender resume`",
        ),
    ],
)
def test_a_person_reads_what_ends_a_pause(stand: Lane, way_out: str) -> None:
    assert stand.way_out() == way_out


def test_one_message_that_is_not_found_is_a_dead_letter(connection: Connection) -> None:
    queue_for(connection, 0, 1)
    assert tried(connection, NOT_FOUND, 0) == "0"
    assert tried(connection, TAKEN, 1) == "1"
    assert stands(connection) == [("0", "dead"), ("1", "accepted")]


def test_two_of_one_conversation_tell_nothing_of_the_address(connection: Connection) -> None:
    queue_for(connection, 0)
    queue(connection, outbound("again", to=person(0)), conversation=1)
    assert [tried(connection, NOT_FOUND, 0) for _ in range(3)] == ["0", "again", None]
    assert stands(connection) == [("0", "dead"), ("again", "dead")]
    assert lane.state(connection) == Lane()


def test_the_second_that_is_not_found_pauses_the_lane_and_the_first_comes_back(
    connection: Connection,
) -> None:
    queue_for(connection, *range(5))
    assert [tried(connection, NOT_FOUND, 1) for _ in range(3)] == ["0", "1", None]
    because = (
        "the provider answered 404, as others are: look at MTA_BASE_URL, and whether the"
        " numbers are there"
    )
    assert lane.state(connection) == Lane(because, None, at(61), 0)
    assert {status for _, status in stands(connection)} == {"due"}
    assert tried(connection, NOT_FOUND, 61) == "2"
    assert {status for _, status in stands(connection)} == {"due"}
    assert tried(connection, TAKEN, 181) == "3"
    assert [tried(connection, TAKEN, 182) for _ in range(5)] == ["4", "0", "1", "2", None]


def test_what_lies_in_between_does_not_hide_the_address(connection: Connection) -> None:
    """A wrong address is all the same wrong where it does not answer at times."""
    queue_for(connection, *range(4))
    for answer in (NOT_FOUND, RetryLater("away"), Refused("too long")):
        tried(connection, answer, 0)
    assert tried(connection, NOT_FOUND, 0) == "3"
    assert lane.state(connection).ends is Ends.TRIAL
    assert stands(connection) == [("0", "due"), ("1", "due"), ("2", "dead"), ("3", "due")]


def test_a_message_that_is_not_found_where_others_are_is_at_fault(connection: Connection) -> None:
    """Two numbers of ours are gone: their messages do not pause the lane over and over."""
    queue_for(connection, *range(3))
    for seconds, answer in ((1, NOT_FOUND), (1, NOT_FOUND), (61, TAKEN)):
        tried(connection, answer, seconds)
    assert [tried(connection, NOT_FOUND, 62) for _ in range(3)] == ["0", "1", None]
    assert lane.state(connection) == Lane()
    assert stands(connection) == [("0", "dead"), ("1", "dead"), ("2", "accepted")]


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    answers=st.lists(
        st.sampled_from([NO_CREDIT, NOT_FOUND, WRONG_KEY, RetryLater("away", 30.0), TAKEN]),
        max_size=25,
    )
)
def test_whatever_was_answered_all_is_sent_once_the_provider_is_well(
    answers: list[Answer], database: Database
) -> None:
    """Nothing is stuck, and nothing but a 404 that others did not get is given up."""
    with database.transaction() as connection:
        for name in ("attempts", "outbox", "conversations", "lanes"):
            connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608
        queue_for(connection, *range(8))
        now = 0.0
        for answer in answers:
            now += 4_000
            tried(connection, answer, now)
            lane.end_pause_of_key(connection)
        for _ in range(40):
            now += 4_000
            tried(connection, TAKEN, now)
        found = [status for _, status in stands(connection)]
        assert set(found) <= {"accepted", "dead"}
        queue_for(connection, 8)  # where the last trial was a dead letter, the next one is a trial
        tried(connection, TAKEN, now + 4_000)
        assert lane.state(connection).paused is None
        if NOT_FOUND not in answers:
            assert set(found) == {"accepted"}
