"""Commands that show and fill the ledger: conversations, dead letters, quarantine, import."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.ledger import inbox, lane, quarantine, sending
from bot.ledger.database import open_database
from bot.ledger.lane import Nothing
from bot.ledger.migrations import versions
from bot.ledger.outbox import Status
from bot.ledger.schema import notices
from bot.ledger.schema import outbox as outbox_table
from bot.ledger.sending import Claim
from bot.messaging import outgoing
from bot.messaging.outgoing import FirstMessage
from bot.model import LongTexts, Rate
from bot.provider.answers import Accepted, Refused, RetryLater
from bot.rules.ruleset import Ruleset
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.support import HOURS, LINE, OTHER_PERSON, outbound, process, queue, webhook

RULES = ruleset(HOURS)
VERSIONS = Path(versions.__path__[0])
HOSTILE = "\x1b[2J\x07\x9b31m\x7f\u2028\u202e\u2066\U000e0041"


def take(
    connection: Connection, text: str = "Hours?", *, rules: Ruleset = RULES, **members: Any
) -> None:
    """A message comes in and is decided."""
    message = inbound(text, **members)
    inbox.keep(connection, [message])
    for waiting in inbox.waiting(connection, 10):
        process(connection, waiting, rules, message.received_at)


def send(connection: Connection, seconds: float, message_id: str) -> None:
    """The next message is accepted by the provider."""
    now = NOW + timedelta(seconds=seconds)
    claim = sending.claim(connection, Rate(1_000, 1.0), now)
    assert isinstance(claim, Claim)
    sending.record(connection, claim, Accepted(message_id), claim.message, now)


def begin(connection: Connection) -> None:
    """We write, they answer, we answer, they write again and nobody answers."""
    outgoing.first_message(
        connection,
        FirstMessage(
            to=PERSON,
            text="Is your order OK?",
            longcode_id=LINE,
            tags={"campaign": "spring"},
            external_id="shop-1",
        ),
        LongTexts.SPLIT,
        NOW,
    )
    send(connection, 0, "55501")
    take(
        connection,
        key="r-1",
        external_id="shop-1",
        message_id="55501",
        tags={"campaign": "spring"},
        received_at=NOW + timedelta(seconds=1),
    )
    send(connection, 2, "55502")
    take(
        connection,
        "xyz",
        key="r-2",
        media_url="https://example.com/1.jpg",
        received_at=NOW + timedelta(seconds=3),
    )


def test_a_conversation_is_one_chain_linked_both_ways(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        begin(connection)
        reply = connection.scalar(select(outbox_table.c.external_id).where(outbox_table.c.id == 2))
    ran = bot("conversations", "show", PERSON, "--json")
    [found] = ran.objects
    assert found == {
        "number": PERSON,
        "ourNumber": OUR_NUMBER,
        "longcodeId": 123,
        "state": None,
        "question": None,
        "optedOut": False,
        "handedOver": False,
        "pausedUntil": None,
        "scheduled": [],
        "contact": {},
        "messages": [
            {
                "id": "out-1",
                "direction": "outbound",
                "at": "2026-01-15T17:04:05Z",
                "queuedAt": "2026-01-15T17:04:05Z",
                "text": "Is your order OK?",
                "mediaUrl": None,
                "externalId": "shop-1",
                "inReplyTo": None,
                "rule": None,
                "outcome": None,
                "reason": None,
                "status": "accepted",
                "delivery": None,
                "messageId": "55501",
                "longcodeId": 123,
                "tags": {"campaign": "spring"},
            },
            {
                "id": "in-1",
                "direction": "inbound",
                "at": "2026-01-15T17:04:06Z",
                "sentAt": None,
                "text": "Hours?",
                "mediaUrl": None,
                "externalId": "shop-1",
                "inReplyTo": "out-1",
                "rule": "hours",
                "outcome": "replied",
                "reason": None,
                "status": "decided",
                "messageId": "55501",
                "tags": {"campaign": "spring"},
                "detail": None,
                "captures": {},
                "changes": [],
                "ruleset": RULES.digest,
            },
            {
                "id": "out-2",
                "direction": "outbound",
                "at": "2026-01-15T17:04:07Z",
                "queuedAt": "2026-01-15T17:04:06Z",
                "text": "We're open 9-5.",
                "mediaUrl": None,
                "externalId": reply,
                "inReplyTo": "in-1",
                "rule": "hours",
                "outcome": None,
                "reason": None,
                "status": "accepted",
                "delivery": None,
                "messageId": "55502",
                "longcodeId": 123,
                "tags": {"campaign": "spring", "rule": "hours"},
            },
            {
                "id": "in-2",
                "direction": "inbound",
                "at": "2026-01-15T17:04:08Z",
                "sentAt": None,
                "text": "xyz",
                "mediaUrl": "https://example.com/1.jpg",
                "externalId": None,
                "inReplyTo": None,
                "rule": None,
                "outcome": "unmatched",
                "reason": None,
                "status": "decided",
                "messageId": None,
                "tags": {},
                "detail": None,
                "captures": {},
                "changes": [],
                "ruleset": RULES.digest,
            },
        ],
    }
    assert (ran.code, ran.err) == (0, "")


def test_a_person_reads_a_conversation(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        begin(connection)
        take(connection, "STOP", key="r-3", received_at=NOW + timedelta(seconds=4))
    ran = bot("conversations", "show", "(555) 555-0123")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{PERSON} with {OUR_NUMBER}, opted out\n"
        "  ‹ Is your order OK?\n"
        "    2026-01-15 12:04:05 EST  accepted\n"
        "  › Hours?\n"
        "    2026-01-15 12:04:06 EST  replied · hours · decided\n"
        "  ‹ We're open 9-5.\n"
        "    2026-01-15 12:04:07 EST  hours · accepted\n"
        "  › xyz\n"
        "    2026-01-15 12:04:08 EST  unmatched · decided\n"
        "  › STOP\n"
        "    2026-01-15 12:04:09 EST  suppressed · $opt-out · decided · opt-out\n"
        "      opts out\n"
    )


DETAILED = """
rules:
  - id: order
    when: {regex: 'order (?P<number>\\d+)'}
    reply: "{{ 'x' * 9 if number == '1' else number }}"
    set: {contact: {order: "{{ number }}"}}
"""


def test_a_decision_is_read_again_with_all_that_is_known_of_it(bot: Bot, folder: Path) -> None:
    rules = ruleset(DETAILED)
    with ledger(folder) as connection:
        take(connection, "order 7", key="r-1", rules=rules)
        take(connection, "order 1", key="r-2", received_at=NOW + timedelta(1), rules=rules)
    ran = bot("conversations", "show", PERSON)
    assert ran.out == (
        f"{PERSON} with {OUR_NUMBER}\n"
        "  › order 7\n"
        "    2026-01-15 12:04:05 EST  replied · order · decided\n"
        "      number = 7\n"
        "      sets contact.order = 7\n"
        "  › order 1\n"
        "    2026-01-16 12:04:05 EST  failed · order · decided · template-error\n"
        "      `*` needs two numbers of a usual size\n"
        "      number = 1\n"
        "  ‹ 7\n"
        "    2026-01-15 12:04:05 EST  order · due\n"
    )
    lines = bot("conversations", "show", PERSON, "-v").out.splitlines()
    assert lines[-5:-2] == [
        "      · $opted-out: the sender is not opted out",
        "      ✓ order",
        f"      by the rules {rules.digest[:12]}",
    ]
    [found] = bot("conversations", "show", PERSON, "--json", "-v").objects
    first, last, _ = found["messages"]
    assert (first["captures"], first["changes"], first["ruleset"]) == (
        {"number": "7"},
        [{"kind": "contact", "name": "order", "value": "7"}],
        rules.digest,
    )
    assert last["detail"] == "`*` needs two numbers of a usual size"
    assert last["trace"][-1] == {"rule": "order", "matched": True}


def test_a_person_with_two_of_our_numbers_has_two_chains(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        take(connection, key="r-1")
        take(connection, key="r-2", number="+18005550101")
    found = bot("conversations", "show", PERSON, "--json").objects
    assert [(chain["ourNumber"], len(chain["messages"])) for chain in found] == [
        (OUR_NUMBER, 2),
        ("+18005550101", 2),
    ]


def test_conversations_are_listed_with_the_latest_first(bot: Bot, folder: Path) -> None:
    assert bot("conversations", "list").out == "no conversations yet\n"
    assert bot("conversations", "list", "--json").out == ""
    with ledger(folder) as connection:
        take(connection, key="r-1")
        take(connection, key="r-2", sender=OTHER_PERSON, received_at=NOW + timedelta(seconds=1))
    ran = bot("conversations", "list", "--json")
    assert ran.objects == [
        {
            "id": 2,
            "at": "2026-01-15T17:04:06Z",
            "reason": None,
            "number": OTHER_PERSON,
            "ourNumber": OUR_NUMBER,
            "longcodeId": None,
            "state": None,
            "received": 1,
        },
        {
            "id": 1,
            "at": "2026-01-15T17:04:05Z",
            "reason": None,
            "number": PERSON,
            "ourNumber": OUR_NUMBER,
            "longcodeId": None,
            "state": None,
            "received": 1,
        },
    ]
    assert bot("conversations", "list").out.splitlines() == [
        f"{OTHER_PERSON}  with {OUR_NUMBER}  1 received  2026-01-15 12:04 EST",
        f"{PERSON}  with {OUR_NUMBER}  1 received  2026-01-15 12:04 EST",
    ]


def test_dead_letters_are_listed_with_their_reason(bot: Bot, folder: Path) -> None:
    assert bot("dead-letters", "list").out == "no dead letters\n"
    with ledger(folder) as connection:
        take(connection)
        claim = sending.claim(connection, Rate(1_000, 1.0), NOW)
        assert isinstance(claim, Claim)
        sending.record(connection, claim, Refused("too long"), claim.message, NOW)
    ran = bot("dead-letters", "list", "--json")
    assert ran.objects == [
        {
            "id": "out-1",
            "at": "2026-01-15T17:04:05Z",
            "reason": "too long",
            "number": PERSON,
            "externalId": claim.message.external_id,
            "rule": "hours",
        }
    ]
    assert bot("dead-letters", "list").out == f"out-1  2026-01-15 12:04 EST  {PERSON}  too long\n"


def test_the_quarantine_is_listed_with_its_reason(bot: Bot, folder: Path) -> None:
    assert bot("quarantine", "list").out == "the quarantine is empty\n"
    with ledger(folder) as connection:
        quarantine.keep_unreadable(connection, "message-reply", b"hush", "not JSON", NOW)
    assert bot("quarantine", "list", "--json").objects == [
        {
            "id": "quarantine-1",
            "at": "2026-01-15T17:04:05Z",
            "reason": "not JSON",
            "event": "message-reply",
        }
    ]
    ran = bot("quarantine", "list")
    assert ran.out == "quarantine-1  2026-01-15 12:04 EST  message-reply  not JSON\n"


def dead(folder: Path, because: str = "too long") -> Claim:
    with ledger(folder) as connection:
        take(connection)
        claim = sending.claim(connection, Rate(1_000, 1.0), NOW)
        assert isinstance(claim, Claim)
        sending.record(connection, claim, Refused(because), claim.message, NOW)
        return claim


def test_a_dead_letter_is_shown_whole_with_its_tries(bot: Bot, folder: Path) -> None:
    claim = dead(folder)
    ran = bot("dead-letters", "show", "out-1", "--json")
    assert ran.objects == [
        {
            "id": "out-1",
            "at": "2026-01-15T17:04:05Z",
            "reason": "too long",
            "number": PERSON,
            "externalId": claim.message.external_id,
            "rule": "hours",
            "text": "We're open 9-5.",
            "image": None,
            "longcodeId": None,
            "ourNumber": OUR_NUMBER,
            "tags": {"rule": "hours"},
            "inReplyTo": "in-1",
            "tries": [{"at": "2026-01-15T17:04:05Z", "answer": "too long"}],
        }
    ]
    assert bot("dead-letters", "show", "1").out.splitlines() == [
        f"out-1  to {PERSON} from {OUR_NUMBER}",
        "  ‹ We're open 9-5.",
        "  too long",
        "    2026-01-15 12:04:05 EST  too long",
    ]


def test_a_dead_letter_is_sent_again_under_the_same_ids(bot: Bot, folder: Path) -> None:
    before = dead(folder)
    assert bot("dead-letters", "retry", "out-1").code == 0
    assert bot("dead-letters", "list").out == "no dead letters\n"
    with ledger(folder) as connection:
        again = sending.claim(connection, Rate(1_000, 1.0), datetime.now(UTC))
    assert isinstance(again, Claim)
    assert again.message == before.message


@pytest.mark.parametrize(
    ("arguments", "settings", "same"),
    [
        ([], {}, True),
        (["--longcode", "124"], {}, False),
        (["--longcode", "123"], {}, True),
        ([], {"text": "a" * 161}, False),  # it is cut now: the first part is another text
    ],
)
def test_other_content_goes_by_another_request_id(
    arguments: list[str], settings: dict[str, Any], same: bool, bot: Bot, folder: Path
) -> None:
    """The provider takes one id once: it would answer 409, and what changed never be sent."""
    with ledger(folder) as connection:
        item = queue(connection, outbound(**{"text": "Open.", **settings}))
        before = sending.claim(connection, Rate(1_000, 1.0), NOW)
        assert isinstance(before, Claim)
        sending.record(connection, before, Refused("too long"), before.message, NOW)
    assert bot("dead-letters", "retry", f"out-{item}", *arguments).code == 0
    with ledger(folder) as connection:
        again = sending.claim(connection, Rate(1_000, 1.0), datetime.now(UTC))
    assert isinstance(again, Claim)
    assert (again.message.external_id, again.outbox_id) == (before.message.external_id, item)
    assert (again.message.request_id == before.message.request_id) is same
    assert re.fullmatch("[0-9a-f]{32}", again.message.request_id)


REASONS = (
    "the provider answered 400: too long (requestId r-1)",
    "the provider answered 400: too long (requestId r-2)",
    "too-old",
    "gave up: away",
    "too-old",
)


def many_dead(folder: Path) -> None:
    """out-1 to out-5."""
    with ledger(folder) as connection:
        for number, reason in enumerate(REASONS):
            message = outbound(external_id=f"x-{number}", to=f"+1555555{1_000 + number}")
            queue(connection, message, status=Status.DEAD, reason=reason)


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["--all"], []),
        (["--all", "--reason", "too-old"], [1, 2, 4]),
        (["--all", "--reason", "gave up: away"], [1, 2, 3, 5]),
        (["--all", "--reason", REASONS[0]], [2, 3, 4, 5]),
        (["--all", "--reason", "the provider answered 400: too long"], [3, 4, 5]),
        (["out-3", "4"], [1, 2, 5]),
    ],
)
def test_all_of_one_reason_are_sent_again(
    arguments: list[str], left: list[int], bot: Bot, folder: Path
) -> None:
    many_dead(folder)
    ran = bot("dead-letters", "retry", *arguments)
    many = len(REASONS) - len(left)
    assert ran.out == f"{many} will be sent; `bot serve` sends what is due\n"
    stay = [row["id"] for row in bot("dead-letters", "list", "--json").objects]
    assert stay == [f"out-{number}" for number in left]


def test_a_program_reads_what_will_be_sent_again(bot: Bot, folder: Path) -> None:
    many_dead(folder)
    with ledger(folder) as connection:
        long = outbound("a" * 2_000, external_id="long", to=OTHER_PERSON)
        queue(connection, long, status=Status.DEAD, reason="too-old")
    ran = bot("dead-letters", "retry", "--all", "--reason", "too-old", "--json")
    assert [
        (row["id"], row["externalId"], row["reason"], row["status"]) for row in ran.objects
    ] == [
        ("out-3", "x-2", "too-old", "due"),
        ("out-5", "x-4", "too-old", "due"),
        ("out-6", "long", "too-old", "dead"),
    ]
    assert ran.code == 0
    assert bot("dead-letters", "retry", "--all", "--reason", "too-old").out.splitlines() == [
        "0 will be sent; `bot serve` sends what is due",
        "out-6 stays: it is too long still, see BOT_LONG_TEXTS",
    ]


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        ([], "say which: bot dead-letters retry ID…, or --all"),
        (["out-1", "--all"], "say which: bot dead-letters retry ID…, or --all"),
        (["out-1", "--reason", "too-old"], "--reason: goes with --all"),
        (
            ["--all", "--reason", "too old"],
            "--reason: no dead letter has this one; there are `the provider answered 400: too long`"
            " (2), `too-old` (2), `gave up: away` (1)",
        ),
        (["--all", "--reason", "the provider answered 400"], "no dead letter has this one"),
    ],
)
def test_which_are_meant_is_said_exactly(
    arguments: list[str], because: str, bot: Bot, folder: Path
) -> None:
    many_dead(folder)
    ran = bot("dead-letters", "retry", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert because in ran.err
    assert len(bot("dead-letters", "list", "--json").objects) == len(REASONS)


def test_where_there_are_no_dead_letters_all_of_them_are_none(bot: Bot, folder: Path) -> None:
    ran = bot("dead-letters", "retry", "--all", "--reason", "too-old")
    assert (ran.code, ran.out) == (0, "0 will be sent; `bot serve` sends what is due\n")


def test_a_dead_letter_that_is_sent_again_has_its_days_of_trying_again(
    bot: Bot, folder: Path
) -> None:
    dead(folder, "gave up: away")
    bot("dead-letters", "retry", "1")
    with ledger(folder) as connection:
        now = datetime.now(UTC)
        again = sending.claim(connection, Rate(1_000, 1.0), now)
        assert isinstance(again, Claim)
        sending.record(connection, again, RetryLater("away"), again.message, now)
        status = connection.scalar(select(outbox_table.c.status))
    assert status == "due"


def test_a_dropped_dead_letter_stays_in_its_conversation(bot: Bot, folder: Path) -> None:
    dead(folder)
    assert bot("dead-letters", "drop", "out-1").out == "1 dropped\n"
    assert bot("dead-letters", "list", "--json").objects == []
    [conversation] = bot("conversations", "show", PERSON, "--json").objects
    reply = conversation["messages"][-1]
    assert (reply["status"], reply["reason"]) == ("dropped", "dropped: too long")


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (["show", "out-2"], "out-2: is not a dead letter"),
        (["retry", "out-1", "out-2"], "out-2: is not a dead letter"),
        (["drop", "in-1"], "in-1: is not an id, for example out-5"),
        (["drop", "٣"], "is not an id"),
        (["retry", "out-1", "--longcode", "+18005550100"], "--longcode +18005550100: needs the id"),
    ],
)
def test_what_is_no_dead_letter_changes_nothing(
    arguments: list[str], because: str, bot: Bot, folder: Path
) -> None:
    dead(folder)
    ran = bot("dead-letters", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert because in ran.err
    assert [row["id"] for row in bot("dead-letters", "list", "--json").objects] == ["out-1"]


def unreadable(folder: Path, event: str, body: bytes) -> None:
    with ledger(folder) as connection:
        quarantine.keep_unreadable(connection, event, body, "could not be read then", NOW)


def test_what_can_be_read_now_leaves_the_quarantine_and_is_taken_in(bot: Bot, folder: Path) -> None:
    unreadable(folder, "message-reply", webhook(message="Hours?", replyId="r-9"))
    unreadable(folder, "message-reply", b"hush")
    unreadable(folder, "delivery-status", b'{"status": 4, "toNumber": "+15555550123"}')
    ran = bot("quarantine", "retry", "quarantine-1", "2", "3")
    assert (ran.code, ran.out) == (2, "2 taken in\n")
    assert ran.err == "still not readable:\n2: the body is not JSON\n"
    assert [row["id"] for row in bot("quarantine", "--json").objects] == ["quarantine-2"]
    with ledger(folder) as connection:
        [waiting] = inbox.waiting(connection, 10)
        assert (waiting.message.text, waiting.message.received_at) == ("Hours?", NOW)
        assert connection.scalar(select(func.count()).select_from(notices)) == 1


def test_the_quarantine_shows_a_body_and_lets_it_be_dropped(bot: Bot, folder: Path) -> None:
    unreadable(folder, "message-reply", b"\xff{")
    assert bot("quarantine", "show", "1").out.splitlines() == [
        "quarantine-1  message-reply  could not be read then",
        "\\xff{",
    ]
    assert bot("quarantine", "show", "1", "--json").objects == [
        {
            "id": "quarantine-1",
            "at": "2026-01-15T17:04:05Z",
            "reason": "could not be read then",
            "event": "message-reply",
            "body": "\\xff{",
        }
    ]
    assert bot("quarantine", "drop", "1").out == "1 dropped\n"
    assert bot("quarantine").out == "the quarantine is empty\n"
    assert bot("quarantine", "drop", "1").code == 2


RUNNING = {
    "state": "running",
    "sending": False,
    "because": None,
    "ends": None,
    "trialAt": None,
    "until": None,
    "due": 0,
    "deadLetters": 0,
    "segmentsToday": None,
    "overBudget": 0,
    "segmentsPerDay": None,
}


def test_a_pause_by_hand_lasts_until_it_is_ended_by_hand(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        take(connection)
    assert bot("sender", "--json").objects == [{**RUNNING, "due": 1}]
    assert bot("sender", "pause").code == 0
    with ledger(folder) as connection:
        sending.recover(connection, NOW)  # as at a start
        assert sending.claim(connection, Rate(1_000, 1.0), NOW) == Nothing(None)
    assert bot("sender").out == (
        "paused: paused by hand\n  ends by `bot sender resume`\n1 to be sent, 0 dead letters\n"
    )
    assert bot("sender", "resume").out == "running\n"
    assert bot("sender").out == (
        "nobody is sending: start `bot serve`\n1 to be sent, 0 dead letters\n"
    )
    with ledger(folder) as connection:
        assert isinstance(sending.claim(connection, Rate(1_000, 1.0), NOW), Claim)


def test_what_another_process_sends_is_running(bot: Bot, folder: Path) -> None:
    with closing(open_database(f"sqlite:///{folder / 'bot.db'}")) as database:
        with database.transaction() as connection:
            lane.note_sender(connection, NOW)
        assert bot("sender", "--json").objects == [RUNNING]  # it has ended
        with database.only_sender():
            assert bot("sender", "--json").objects == [{**RUNNING, "sending": True}]
            assert bot("sender").out == "running\n0 to be sent, 0 dead letters\n"


def test_the_status_tells_how_long_the_provider_asked_to_wait(bot: Bot, folder: Path) -> None:
    later = datetime(2999, 1, 1, tzinfo=UTC)
    with ledger(folder) as connection:
        lane.back_off_until(connection, later)
    assert bot("sender", "status", "--json").objects == [
        {
            **RUNNING,
            "state": "waiting",
            "because": "the provider asked to wait",
            "until": "2999-01-01T00:00:00Z",
        }
    ]


def test_no_text_from_outside_steers_the_terminal(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        take(connection, "Hours? " + HOSTILE, external_id=HOSTILE, tags={HOSTILE: HOSTILE})
        claim = sending.claim(connection, Rate(1_000, 1.0), NOW)
        assert isinstance(claim, Claim)
        sending.record(connection, claim, Refused("no " + HOSTILE), claim.message, NOW)
        queue(connection, outbound(external_id="x" + HOSTILE, text=HOSTILE))
        body = HOSTILE.encode() + b"\xff"
        quarantine.keep_unreadable(connection, "message-reply", body, "no " + HOSTILE, NOW)
    for command in (
        ["conversations", "show", PERSON],
        ["conversations", "list"],
        ["dead-letters", "list"],
        ["dead-letters", "show", "1"],
        ["quarantine", "list"],
        ["quarantine", "show", "1"],
        ["sender", "status"],
    ):
        for options in ([], ["--json"]):
            ran = bot(*command, *options)
            shown = (ran.out + ran.err).replace("\n", "")
            assert ran.code == 0
            assert [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")] == []


def lines(folder: Path, *objects: object) -> Path:
    path = folder / "sent.jsonl"
    path.write_text("".join(f"{o if isinstance(o, str) else json.dumps(o)}\n" for o in objects))
    return path


def sent(**members: Any) -> dict[str, Any]:
    return {"externalId": "theirs-1", "longcodeId": 123, "to": PERSON, **members}


def test_messages_of_another_system_are_learnt_once(bot: Bot, folder: Path) -> None:
    path = lines(
        folder,
        sent(tags={"campaign": "spring"}, sentAt="2026-01-15T12:00:00-05:00"),
        sent(externalId="theirs-2", to="(555) 555-0124", longcodeId="7"),
        "",
        sent(tags={"another": "tag"}),
    )
    ran = bot("messages", "import", path, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.objects == [{"imported": 2, "known": 1, "errors": 0}]
    again = bot("messages", "import", path)
    assert (again.code, again.out) == (0, "0 imported, 3 known already, 0 with errors\n")
    [chain] = bot("conversations", "show", PERSON, "--json").objects
    [message] = chain["messages"]
    assert (message["at"], message["status"], message["longcodeId"], message["tags"]) == (
        "2026-01-15T17:00:00Z",
        "imported",
        123,
        {"campaign": "spring"},
    )


def test_a_dash_is_stdin(bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps(sent()).encode() + b"\n{\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    ran = bot("messages", "import", "-")
    assert (ran.code, ran.out) == (2, "1 imported, 0 known already, 1 with errors\n")
    assert ran.err == "stdin:2: the line is not JSON\n"


def test_an_answer_to_an_imported_message_is_linked_to_it(bot: Bot, folder: Path) -> None:
    bot("messages", "import", lines(folder, sent(sentAt="2026-01-15T12:00:00Z")))
    with ledger(folder) as connection:
        take(connection, external_id="theirs-1")
    [chain] = bot("conversations", "show", PERSON, "--json").objects
    assert [(m["id"], m["inReplyTo"]) for m in chain["messages"]] == [
        ("out-1", None),
        ("in-1", "out-1"),
        ("out-2", "in-1"),
    ]
    assert (chain["ourNumber"], chain["longcodeId"]) == (OUR_NUMBER, 123)
    assert chain["messages"][-1]["longcodeId"] == 123


LONGCODE = "longcodeId: needs the id of one of your numbers, for example 123"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "the line is not JSON"),
        ("[1]", "is not a JSON object"),
        ("[" * 100_000, "the line is not JSON"),
        (sent(externalId=None), "externalId: is missing"),
        (sent(externalId=""), "externalId: is missing"),
        (sent(externalId=True), "externalId: is missing"),
        (sent(externalId="x" * 1_001), "externalId: is missing"),
        (sent(longcodeId=None), LONGCODE),
        (sent(longcodeId="+18005550100"), LONGCODE),
        (sent(to="me"), "to: needs a phone number, for example +15555550123"),
        (sent(tags=["a"]), "tags is not an object"),
        (sent(tags={"a": ["b"]}), "a tag is neither a text nor a number"),
        (sent(sentAt=5), "sentAt: is not a time, for example 2026-01-15T17:30:00Z"),
        (sent(sentAt="noon"), "sentAt noon: is not a time, for example 2026-01-15T17:30:00Z"),
        (
            sent(sentAt="a" + HOSTILE),
            "sentAt a\ufffd[2J\ufffd\ufffd31m\ufffd\ufffd\ufffd\ufffd\ufffd: is not a time, "
            "for example 2026-01-15T17:30:00Z",
        ),
    ],
)
def test_a_line_that_cannot_be_imported_is_told_and_the_rest_goes_on(
    line: object, error: str, bot: Bot, folder: Path
) -> None:
    path = lines(folder, sent(), line, sent(externalId="theirs-2"))
    ran = bot("messages", "import", path.name)
    assert (ran.code, ran.err) == (2, f"sent.jsonl:2: {error}\n")
    assert ran.out == "2 imported, 0 known already, 1 with errors\n"
    with ledger(folder) as connection:
        assert connection.scalar(select(func.count()).select_from(outbox_table)) == 2


def test_an_imported_id_is_kept_as_a_text_whatever_it_was(bot: Bot, folder: Path) -> None:
    bot("messages", "import", lines(folder, sent(externalId=48213)))
    with ledger(folder) as connection:
        take(connection, external_id="48213")
    [chain] = bot("conversations", "show", PERSON, "--json").objects
    assert [message["inReplyTo"] for message in chain["messages"] if message["id"] == "in-1"] == [
        "out-1"
    ]


def test_the_tables_are_brought_up_to_this_version(bot: Bot, folder: Path) -> None:
    newest = max(path.stem[1:5] for path in VERSIONS.glob("v*.py"))
    assert bot("db", "upgrade", "--json").objects == [{"version": newest}]
    assert bot("db", "upgrade").out == f"the database is at version {newest}\n"
    with ledger(folder) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    ran = bot("db", "upgrade")
    assert (ran.code, ran.out) == (2, "")
    because = f"it is of version 9999, this bot knows {newest}: install a newer bot"
    assert ran.err.endswith(f"cannot be used: {because}\n")
