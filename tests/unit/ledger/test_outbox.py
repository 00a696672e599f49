"""What leaves: in order, within the rate, once; what fails comes again, later and later."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Row, select, update

from bot.ledger import contacts, dead_letters, inbox, outbox, sending
from bot.ledger import conversations as chains
from bot.ledger.database import Database
from bot.ledger.lane import Nothing
from bot.ledger.outbox import Status
from bot.ledger.schema import attempts, conversations
from bot.ledger.schema import inbox as inbox_table
from bot.ledger.schema import outbox as table
from bot.ledger.sending import Claim, backoff
from bot.messaging import notices
from bot.model import LongcodeId, Rate
from bot.provider.answers import About, Accepted, Answer, Refused, RetryLater
from bot.provider.events import read_delivery_status
from tests.build import NOW, OUR_NUMBER, PERSON, inbound
from tests.support import LINE, OTHER_PERSON, outbound, queue

FREE = Rate(1_000, 1.0)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def chain_with(connection: Connection, person: str = PERSON) -> int:
    return chains.begin(connection, person, OUR_NUMBER, None, NOW).id


def claimed(connection: Connection, now: datetime = NOW, rate: Rate = FREE) -> Claim:
    found = sending.claim(connection, rate, now)
    assert isinstance(found, Claim)
    return found


def answer(connection: Connection, claim: Claim, answer: Answer, now: datetime = NOW) -> None:
    sending.record(connection, claim, answer, claim.message, now)


def send(connection: Connection, now: datetime = NOW) -> str:
    """Claim the next and have it accepted; its text."""
    claim = claimed(connection, now)
    answer(connection, claim, Accepted("1"), now)
    return claim.message.text


def row(connection: Connection, outbox_id: int) -> Row[Any]:
    return connection.execute(select(table).where(table.c.id == outbox_id)).one()


def stand(connection: Connection, outbox_id: int) -> tuple[str, str]:
    found = row(connection, outbox_id)
    return found.status, found.reason


def test_a_claim_holds_all_that_a_send_needs(connection: Connection) -> None:
    message = outbound(image="https://example.com/1.jpg", tags={"a": "b"}, longcode_id=None)
    chain = chains.begin(connection, PERSON, OUR_NUMBER, LINE, NOW).id
    queue(connection, message, conversation=chain)
    assert sending.claim(connection, FREE, NOW) == Claim(1, 1, message, OUR_NUMBER, LINE)
    assert stand(connection, 1) == ("sending", "")


def test_a_claimed_message_is_not_claimed_again(connection: Connection) -> None:
    queue(connection, outbound())
    claimed(connection)
    assert sending.claim(connection, FREE, NOW) == Nothing(None)


def test_replies_of_a_conversation_leave_in_their_order(connection: Connection) -> None:
    chain = chain_with(connection)
    for text in ("1", "2", "3"):
        queue(connection, outbound(text), conversation=chain)
    first = claimed(connection)
    assert sending.claim(connection, FREE, NOW) == Nothing(None)  # 2 waits for what becomes of 1
    answer(connection, first, Accepted("1"))
    assert [send(connection), send(connection)] == ["2", "3"]


@pytest.mark.parametrize("status", [500, None])
def test_one_that_is_to_be_tried_again_keeps_its_place(
    status: int | None, connection: Connection
) -> None:
    chain = chain_with(connection)
    for text in ("1", "2"):
        queue(connection, outbound(text), conversation=chain)
    first = claimed(connection)
    if status is None:
        sending.postpone(connection, first, "away", NOW)
    else:
        answer(connection, first, RetryLater("away"))
    later = row(connection, first.outbox_id).due_at
    assert sending.claim(connection, FREE, NOW) == Nothing(later)
    assert [send(connection, later), send(connection, later)] == ["1", "2"]


@pytest.mark.parametrize("reply", [Refused("no"), Accepted(None)])
def test_one_that_is_done_lets_the_next_go(reply: Answer, connection: Connection) -> None:
    chain = chain_with(connection)
    for text in ("1", "2"):
        queue(connection, outbound(text), conversation=chain)
    answer(connection, claimed(connection), reply)
    assert send(connection) == "2"


def test_conversations_do_not_wait_for_each_other(connection: Connection) -> None:
    for person in (PERSON, OTHER_PERSON):
        queue(connection, outbound(person, to=person), conversation=chain_with(connection, person))
    answer(connection, claimed(connection), RetryLater("away"))
    assert send(connection) == OTHER_PERSON


def test_a_clock_that_is_set_back_changes_no_order(connection: Connection) -> None:
    chain = chain_with(connection)
    queue(connection, outbound("1"), conversation=chain, now=at(60))
    queue(connection, outbound("later"), conversation=chain, now=at(60), due_at=at(120))
    queue(connection, outbound("2"), conversation=chain, now=at(1))
    assert [send(connection, at(2)), send(connection, at(2))] == ["1", "2"]
    assert sending.claim(connection, FREE, at(2)) == Nothing(at(120))


def test_a_reply_that_is_delayed_lets_others_pass(connection: Connection) -> None:
    chain = chain_with(connection)
    queue(connection, outbound("later"), conversation=chain, due_at=at(60))
    queue(connection, outbound("now"), conversation=chain)
    assert send(connection) == "now"
    assert sending.claim(connection, FREE, at(59)) == Nothing(at(60))
    assert send(connection, at(60)) == "later"


def test_what_is_due_first_leaves_first(connection: Connection) -> None:
    for seconds in (3, 1, 2):
        queue(connection, outbound(str(seconds)), due_at=at(seconds))
    assert [send(connection, at(3)) for _ in range(3)] == ["1", "2", "3"]


def test_an_empty_outbox_has_nothing_to_wait_for(connection: Connection) -> None:
    assert sending.claim(connection, FREE, NOW) == Nothing(None)


def test_the_lane_waits_until_the_rate_allows_the_next(connection: Connection) -> None:
    for number in range(5):
        queue(connection, outbound(str(number)))
    sent: list[tuple[str, float]] = []
    now = NOW
    while len(sent) < 5:
        found = sending.claim(connection, Rate(2, 10.0), now)
        if isinstance(found, Nothing):
            assert found.until is not None
            assert found.until > now
            now = found.until
            continue
        answer(connection, found, Accepted("1"), now)
        sent.append((found.message.text, (now - NOW).total_seconds()))
    assert sent == [("0", 0), ("1", 0), ("2", 10), ("3", 10), ("4", 20)]


def test_what_was_never_sent_does_not_count_against_the_rate(connection: Connection) -> None:
    for text in ("held", "postponed", "sent"):
        queue(connection, outbound(text))
    sending.dead_letter(connection, claimed(connection), "longcode-unknown", NOW)
    sending.postpone(connection, claimed(connection), "away", NOW)
    assert claimed(connection, rate=Rate(1, 10.0)).message.text == "sent"


def test_a_clock_that_is_set_back_stops_the_lane_no_longer_than_the_rate(
    connection: Connection,
) -> None:
    rate = Rate(2, 15.0)
    for number in range(4):
        queue(connection, outbound(str(number)), due_at=at(-7200))
    for _ in range(2):
        answer(connection, claimed(connection, rate=rate), Accepted("1"))
    back = at(-3600)
    assert sending.claim(connection, rate, back) == Nothing(back + timedelta(seconds=15))
    assert claimed(connection, back + timedelta(seconds=15), rate).message.text == "2"


# Seconds that pass before each try, how long it takes, where in it the provider sees it, how far
# the clock is then set back, and how it ends.
TRIES = st.lists(
    st.tuples(
        st.floats(0, 8),
        st.floats(0, 3),
        st.floats(0, 1),
        st.sampled_from([0, 0, 0, 0, 5, 3600]),
        st.sampled_from(["accepted", "refused", "retry", "killed"]),
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.system
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(count=st.integers(1, 4), seconds=st.floats(1, 10), tries=TRIES)
def test_never_more_than_the_rate_in_any_window(
    count: int,
    seconds: float,
    tries: list[tuple[float, float, float, float, str]],
    database: Database,
) -> None:
    rate, real, lag = Rate(count, seconds), 0.0, 0.0
    seen: list[float] = []
    with database.engine.connect() as connection, connection.begin() as transaction:
        for number in range(12):
            queue(connection, outbound(), due_at=at(-100_000 * (1 + number)))
        for pause, takes, share, back, end in tries:
            real += pause
            found = sending.claim(connection, rate, at(real - lag))
            if isinstance(found, Claim):
                seen.append(real + takes * share)
                real += takes
                _end(connection, found, end, at(real - lag))
            lag += back
        transaction.rollback()
    too_close = [(a, b) for a, b in zip(seen, seen[count:], strict=False) if b - a < seconds - 1e-5]
    assert too_close == []


def _end(connection: Connection, claim: Claim, end: str, now: datetime) -> None:
    match end:
        case "accepted":
            answer(connection, claim, Accepted("1"), now)
        case "refused":
            answer(connection, claim, Refused("no"), now)
        case "retry":
            answer(connection, claim, RetryLater("away"), now)
        case _:
            sending.recover(connection, now)


def test_a_rate_limit_of_the_provider_stops_the_whole_lane(connection: Connection) -> None:
    for text in ("1", "2"):
        queue(connection, outbound(text))
    answer(connection, claimed(connection), RetryLater("rate limit", after=30.0))
    assert sending.claim(connection, FREE, at(29)) == Nothing(at(30))
    assert [send(connection, at(30)), send(connection, at(30))] == ["2", "1"]


def test_trouble_with_one_message_stops_no_other(connection: Connection) -> None:
    for text in ("1", "2"):
        queue(connection, outbound(text))
    answer(connection, claimed(connection), RetryLater("away"))
    assert send(connection) == "2"


def test_a_refusal_that_concerns_the_account_pauses_the_lane_and_loses_nothing(
    connection: Connection,
) -> None:
    first, second = queue(connection, outbound("1")), queue(connection, outbound("2"))
    answer(connection, claimed(connection), Refused("wrong key", About.KEY))
    assert sending.claim(connection, FREE, at(3600)) == Nothing(None)
    assert stand(connection, first) == ("due", "wrong key")
    assert stand(connection, second) == ("due", "")
    sending.recover(connection, at(3600))
    assert [send(connection, at(3600)), send(connection, at(3600))] == ["1", "2"]


def test_what_is_queued_for_someone_who_left_is_dropped_right_before_it_leaves(
    connection: Connection,
) -> None:
    mine, other = queue(connection, outbound()), queue(connection, outbound(to=OTHER_PERSON))
    contacts.opt_out(connection, PERSON, "in-1", NOW)
    assert claimed(connection).outbox_id == other
    assert stand(connection, mine) == ("dropped", "opted-out")


def test_who_leaves_came_back_and_leaves_again_is_told_once(connection: Connection) -> None:
    """The first confirmation was being sent when the process died, so nothing could drop it."""
    first = queue(connection, outbound("You are out."), confirms_opt_out=True)
    claimed(connection)
    contacts.opt_out(connection, PERSON, "in-9", NOW)
    second = queue(connection, outbound("You are out."), confirms_opt_out=True)
    sending.requeue(connection, "the process ended", at(1))
    assert claimed(connection, at(1)).outbox_id == second
    assert sending.claim(connection, FREE, at(1)) == Nothing(None)
    assert stand(connection, first) == ("dropped", "opt-out")


def test_each_part_of_a_long_confirmation_is_sent(connection: Connection) -> None:
    first = outbound("You are out, ")
    queue(connection, first, confirms_opt_out=True)
    part_of = first.external_id
    queue(connection, outbound("for ever."), confirms_opt_out=True, part_of=part_of)
    sent = [send(connection) for _ in range(2)]
    assert sent == ["You are out, ", "for ever."]


def test_an_answer_that_comes_after_the_message_was_taken_back(connection: Connection) -> None:
    """The machine that sent it was away for long; another one has it by now."""
    late = claimed_once(connection)
    sending.requeue(connection, "the machine is away", at(1))
    again = claimed(connection, at(1))
    answer(connection, late, Refused("no"), at(2))
    answer(connection, late, RetryLater("away", 60.0), at(2))
    assert stand(connection, late.outbox_id) == ("sending", "")
    answer(connection, late, Accepted("1"), at(2))
    answer(connection, again, Accepted(None), at(3))
    assert stand(connection, late.outbox_id) == ("accepted", "")
    assert row(connection, late.outbox_id).message_id == "1"


@pytest.mark.parametrize("late", [sending.dead_letter, sending.postpone, sending.pause])
def test_what_another_machine_has_sent_meanwhile_stays_sent(
    late: Callable[..., None], connection: Connection
) -> None:
    """The one that claimed it was waiting for the list of numbers, for long."""
    claim = claimed_once(connection)
    sending.requeue(connection, "the machine is away", at(1))
    again = claimed(connection, at(1))
    answer(connection, again, Accepted("1"), at(2))
    late(connection, claim, "away", at(3))
    assert stand(connection, claim.outbox_id) == ("accepted", "")
    assert not sending.may_still_be_sent(connection, claim, at(3))


def test_what_nobody_took_back_may_still_be_sent(connection: Connection) -> None:
    claim = claimed_once(connection)
    assert sending.may_still_be_sent(connection, claim, at(1))
    contacts.opt_out(connection, PERSON, "in-1", NOW)
    assert not sending.may_still_be_sent(connection, claim, at(1))
    assert stand(connection, claim.outbox_id) == ("dropped", "opted-out")


def claimed_once(connection: Connection) -> Claim:
    queue(connection, outbound())
    return claimed(connection)


def test_the_confirmation_of_an_opt_out_is_sent(connection: Connection) -> None:
    contacts.opt_out(connection, PERSON, "in-1", NOW)
    queue(connection, outbound("You are out."), confirms_opt_out=True)
    assert send(connection) == "You are out."


def test_an_opt_out_drops_what_waits_and_only_that(connection: Connection) -> None:
    sent, waits = queue(connection, outbound()), queue(connection, outbound())
    other = queue(connection, outbound(to=OTHER_PERSON))
    answer(connection, claimed(connection), Accepted("1"))
    outbox.drop_queued(connection, PERSON, "opt-out", NOW, had_left=False)
    assert [stand(connection, item) for item in (sent, waits, other)] == [
        ("accepted", ""),
        ("dropped", "opt-out"),
        ("due", ""),
    ]


def test_an_accepted_message_tells_its_conversation_the_line(connection: Connection) -> None:
    chain = chain_with(connection)
    item = queue(connection, outbound(longcode_id=None), conversation=chain)
    claim = claimed(connection)
    sent = outbound(longcode_id=LongcodeId(7))
    sending.record(connection, claim, Accepted("55501"), sent, at(1))
    found = row(connection, item)
    line = connection.scalar(select(conversations.c.longcode_id))
    assert (found.status, found.message_id, found.longcode_id, found.done_at, line) == (
        "accepted",
        "55501",
        7,
        at(1),
        7,
    )


def test_a_message_that_reached_nobody_is_not_tried_again(connection: Connection) -> None:
    item = queue(connection, outbound())
    answer(connection, claimed(connection), Accepted("1", "accepted, but nobody was reached"))
    assert stand(connection, item) == ("accepted", "accepted, but nobody was reached")


def test_a_refused_message_is_a_dead_letter(connection: Connection) -> None:
    item = queue(connection, outbound())
    answer(connection, claimed(connection), Refused("too long"))
    assert stand(connection, item) == ("dead", "too long")
    assert [found.id for found in dead_letters.listed(connection)] == [item]


def test_each_try_is_kept_with_its_answer(connection: Connection) -> None:
    item = queue(connection, outbound())
    answer(connection, claimed(connection), RetryLater("away"), at(1))
    answer(connection, claimed(connection, at(10)), Accepted("1"), at(11))
    rows = connection.execute(select(attempts).order_by(attempts.c.id)).all()
    assert [tuple(found) for found in rows] == [
        (1, item, at(0), at(1), "away", "later"),
        (2, item, at(10), at(11), "accepted", "accepted"),
    ]


def test_a_retry_carries_the_same_message_and_request_id(connection: Connection) -> None:
    message = outbound()
    queue(connection, message)
    first = claimed(connection)
    answer(connection, first, RetryLater("away"))
    assert first.message == claimed(connection, at(10)).message == message


def test_tries_come_later_and_later_up_to_five_minutes() -> None:
    waits = [backoff(tries, "0000").total_seconds() for tries in range(1, 12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert backoff(10**6, "0000") == timedelta(minutes=5)


@given(tries=st.integers(1, 100), request=st.uuids().map(lambda value: value.hex))
def test_each_message_waits_up_to_a_quarter_longer_by_its_own_id(tries: int, request: str) -> None:
    least, most = backoff(tries, "0000"), backoff(tries, "ffff")
    assert least <= backoff(tries, request) <= most == least * 1.25


def test_what_was_on_its_way_when_the_process_died_is_sent_again_at_once(
    connection: Connection,
) -> None:
    message = outbound()
    item = queue(connection, message)
    claimed(connection)
    sending.recover(connection, at(5))
    assert stand(connection, item) == ("due", "")
    again = claimed(connection, at(5))
    assert (again.message, again.attempt_id) == (message, 2)
    first = connection.execute(select(attempts).order_by(attempts.c.id)).first()
    assert first is not None
    assert first.answer == "the process ended before the answer came"


def test_a_dead_process_does_not_change_the_order_of_a_conversation(
    connection: Connection,
) -> None:
    chain = chain_with(connection)
    for text in ("1", "2"):
        queue(connection, outbound(text), conversation=chain)
    claimed(connection)
    sending.recover(connection, at(5))
    assert [send(connection, at(5)), send(connection, at(5))] == ["1", "2"]


def test_recovering_leaves_what_is_done_alone(connection: Connection) -> None:
    items = [queue(connection, outbound()) for _ in range(3)]
    answer(connection, claimed(connection), Accepted("1"))
    answer(connection, claimed(connection), Refused("no"))
    sending.recover(connection, at(5))
    assert [row(connection, item).status for item in items] == ["accepted", "dead", "due"]


def test_the_outbox_is_counted_by_status(connection: Connection) -> None:
    for _ in range(3):
        queue(connection, outbound())
    queue(connection, outbound(), status=Status.IMPORTED)
    answer(connection, claimed(connection), Accepted("1"))
    assert outbox.counts(connection) == {"due": 2, "accepted": 1, "imported": 1}


FINAL = [
    read_delivery_status({"status": code}).word
    for code in range(1, 15)
    if read_delivery_status({"status": code}).is_final
]


def test_the_outbox_knows_every_final_word_of_the_wire() -> None:
    assert set(FINAL) == outbox.FINAL


def deliver(connection: Connection, status: object, **members: str | None) -> str | None:
    named = {
        {"external_id": "externalId", "message_id": "messageId"}.get(name, name): value
        for name, value in members.items()
    }
    return outbox.delivered(connection, read_delivery_status({"status": status, **named}))


@pytest.mark.parametrize(
    ("statuses", "stays"),
    [
        ([1, 2, 3, 4], "delivered"),
        ([4, 3, 1], "delivered"),
        ([3, 9, 2], "undelivered"),
        ([11, 3], "stopped-number"),
        ([3, 1], "sent"),
        ([2, 1, 1], "sending"),
        ([1, 2, 3], "sent"),
        ([1, "something new", 2], "something-new"),
        ([7, 4], "delivered"),  # the carrier was silent at first
        ([4, "something new"], "delivered"),
        ([3, "something new"], "something-new"),
    ],
)
def test_a_delivery_never_goes_back_from_its_end(
    statuses: list[object], stays: str, connection: Connection
) -> None:
    item = queue(connection, outbound(external_id="out-x"))
    for status in statuses:
        assert deliver(connection, status, external_id="out-x") == PERSON
    assert row(connection, item).delivery == stays


def test_a_delivery_is_found_by_our_id_else_by_theirs(connection: Connection) -> None:
    item = queue(connection, outbound(external_id="out-x"))
    answer(connection, claimed(connection), Accepted("55501"))
    assert deliver(connection, 3, message_id="55501") == PERSON
    assert row(connection, item).delivery == "sent"
    assert deliver(connection, 4, external_id="unknown", message_id=None) is None
    assert deliver(connection, 4) is None
    assert row(connection, item).delivery == "sent"


def test_a_clock_that_is_set_back_holds_up_no_retry(connection: Connection) -> None:
    queue(connection, outbound())
    answer(connection, claimed(connection), RetryLater("away"))
    back = NOW - timedelta(hours=3)
    found = sending.claim(connection, FREE, back)
    assert isinstance(found, Nothing)
    assert found.until is not None
    assert found.until <= back + timedelta(minutes=7)
    assert claimed(connection, found.until).outbox_id == 1


def test_a_clock_that_is_set_back_brings_nothing_forward_that_was_delayed(
    connection: Connection,
) -> None:
    queue(connection, outbound(), due_at=at(3_600))
    back = NOW - timedelta(hours=3)
    assert sending.claim(connection, FREE, back) == Nothing(at(3_600))


def test_a_clock_that_is_set_back_prolongs_no_wait_that_the_provider_asked_for(
    connection: Connection,
) -> None:
    queue(connection, outbound())
    answer(connection, claimed(connection), RetryLater("slowly", after=30.0))
    back = NOW - timedelta(hours=3)
    assert sending.claim(connection, FREE, back) == Nothing(back + timedelta(seconds=120))
    assert sending.claim(connection, FREE, back + timedelta(seconds=1)) == Nothing(
        back + timedelta(seconds=120)
    )


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        ((4, 0), (9, -1), "delivered"),  # older than what is known
        ((4, 0), (9, 1), "undelivered"),
        ((9, 0), (4, -1), "undelivered"),
        ((9, 0), (4, 1), "delivered"),
        ((4, 0), (3, 1), "delivered"),  # under way is never later than an end
        ((3, 0), (2, -1), "sent"),
        ((3, 0), (2, 1), "sent"),
        ((3, 0), (1, 0), "sent"),
        ((3, 0), (4, -1), "delivered"),  # an end counts whatever the clocks say
        ((1, 0), (3, -1), "sent"),
        ((4, None), (9, 1), "delivered"),
        ((9, None), (4, None), "delivered"),
        ((4, 0), (9, None), "delivered"),
    ],
)
def test_an_older_status_changes_nothing(
    first: tuple[int, int | None],
    second: tuple[int, int | None],
    stays: str,
    connection: Connection,
) -> None:
    item = queue(connection, outbound(external_id="out-x"))
    for status, minutes in (first, second):
        timestamp = None if minutes is None else (NOW + minutes * MINUTE).isoformat()
        deliver(connection, status, external_id="out-x", timestamp=timestamp)
    assert row(connection, item).delivery == stays


@pytest.mark.parametrize("named", [{"messageId": "55501"}, {"messageId": 55501}])
def test_a_status_that_came_before_our_record_of_the_send_is_not_lost(
    named: dict[str, Any], connection: Connection
) -> None:
    item = queue(connection, outbound())
    body = json.dumps({"status": 4, **named}).encode()
    status = read_delivery_status(json.loads(body))
    notices.keep_notice(connection, "delivery-status", body, status, NOW)
    answer(connection, claimed(connection), Accepted("55501"))
    assert row(connection, item).delivery is None
    for _ in range(2):
        notices.note_early(connection, "55501", NOW)
        assert row(connection, item).delivery == "delivered"
        connection.execute(update(table).values(delivery="delivered"))
    notices.note_early(connection, None, NOW)


def parts_of(connection: Connection, *texts: str) -> list[int]:
    """The parts of one long reply, and a message of the same conversation that is none."""
    chain = chain_with(connection)
    first = queue(connection, outbound(texts[0], external_id="first"), conversation=chain)
    rest = [
        queue(connection, outbound(text), conversation=chain, part_of="first") for text in texts[1:]
    ]
    return [first, *rest, queue(connection, outbound("other"), conversation=chain)]


@pytest.mark.parametrize("refused", [0, 1])
def test_the_parts_behind_one_that_is_refused_are_held_with_it(
    refused: int, connection: Connection
) -> None:
    ids = parts_of(connection, "1", "2", "3")
    for _ in range(refused):
        send(connection)
    answer(connection, claimed(connection), Refused("no such number"))
    behind = f"behind out-{ids[refused]}"
    assert [stand(connection, item) for item in ids[refused:]] == [
        ("dead", "no such number"),
        *[("held", behind)] * (2 - refused),
        ("due", ""),
    ]
    assert send(connection) == "other"
    assert sending.claim(connection, FREE, NOW) == Nothing(None)
    [dead] = dead_letters.listed(connection)
    dead_letters.revive(connection, dead.id, dead.queued.message, NOW)
    assert [send(connection) for _ in ids[refused:-1]] == ["1", "2", "3"][refused:]


@pytest.mark.parametrize("left", [0, 1])
def test_of_the_parts_that_are_too_old_the_first_is_the_dead_letter(
    left: int, connection: Connection
) -> None:
    ids = parts_of(connection, "1", "2", "3")
    inbox.keep(connection, [inbound(key="1")])
    connection.execute(update(table).where(table.c.id.in_(ids[:-1])).values(inbox_id=1))
    for _ in range(left):
        send(connection)
    later = NOW + timedelta(days=1, seconds=1)
    for _ in range(2):
        assert isinstance(
            sending.claim(connection, FREE, later, timedelta(days=1)), Claim | Nothing
        )
    behind = f"behind out-{ids[left]}"
    assert [stand(connection, item) for item in ids[left:-1]] == [
        ("dead", "too-old"),
        *[("held", behind)] * (2 - left),
    ]
    [dead] = dead_letters.listed(connection)
    dead_letters.revive(connection, dead.id, dead.queued.message, later)
    assert [stand(connection, item)[0] for item in ids[left:-1]] == ["due"] * (3 - left)


def test_a_dead_letter_is_dropped_with_the_parts_behind_it(connection: Connection) -> None:
    ids = parts_of(connection, "1", "2")
    answer(connection, claimed(connection), Refused("no"))
    dead_letters.drop(connection, ids[0], NOW)
    assert [stand(connection, item) for item in ids] == [
        ("dropped", "dropped: no"),
        ("dropped", f"dropped: behind out-{ids[0]}"),
        ("due", ""),
    ]


def place(connection: Connection, item: int) -> int:
    return int(row(connection, item).after_id)


def test_a_message_stands_where_it_left_by_no_clock(connection: Connection) -> None:
    chain = chain_with(connection)
    inbox.keep(connection, [inbound(key="1")])
    delayed = queue(connection, outbound("delayed"), conversation=chain, due_at=at(60))
    at_once = queue(connection, outbound("at once"), conversation=chain)
    assert send(connection) == "at once"
    inbox.keep(connection, [inbound(key="2", received_at=at(-3_600))])
    assert [place(connection, item) for item in (delayed, at_once)] == [1, 1]
    assert send(connection, at(60)) == "delayed"
    assert place(connection, delayed) == 2


@pytest.mark.parametrize("answered", [True, False])
def test_a_message_that_is_tried_again_stays_before_its_answer(
    answered: bool, connection: Connection
) -> None:
    """The answer of the first try was lost, the message was not."""
    chain = chain_with(connection)
    item = queue(connection, outbound("Ready?"), conversation=chain)
    answer(connection, claimed(connection), RetryLater("no answer"))
    inbox.keep(connection, [inbound("Yes", key="1")])
    answers = {"conversation_id": chain, "answers_id": item if answered else None}
    connection.execute(update(inbox_table).values(**answers))
    assert send(connection, at(9)) == "Ready?"
    assert place(connection, item) == (0 if answered else 1)
