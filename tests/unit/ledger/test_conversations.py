"""Which conversation a message belongs to, and what is remembered of people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.ledger import contacts, conversations, decisions, history, inbox, numbers, search, views
from bot.ledger.conversations import Answered, Arrival, Conversation
from bot.ledger.database import Database
from bot.ledger.decisions import Closed, Recorded
from bot.ledger.history import Turn
from bot.ledger.inbox import InboxId
from bot.ledger.numbers import OurNumbers
from bot.ledger.search import Wanted
from bot.model import Change, ChangeKind, Decision, InboundMessage, LongcodeId, Outcome, Per
from tests.build import NOW, OUR_NUMBER, PERSON, inbound
from tests.support import LINE, OTHER_PERSON, outbound, queue

OTHER_NUMBER = "+18005550101"
OTHER_LINE = LongcodeId(124)
NEW_LINE = LongcodeId(125)
NOBODY_KNOWS = OurNumbers()
LISTED = OurNumbers(
    {LINE: OUR_NUMBER, OTHER_LINE: OTHER_NUMBER}, {OUR_NUMBER: LINE, OTHER_NUMBER: OTHER_LINE}
)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def found(
    connection: Connection,
    message: InboundMessage,
    longcode: LongcodeId | None = None,
    ours: OurNumbers = NOBODY_KNOWS,
) -> Conversation:
    [hint] = conversations.answered(connection, [message])
    arrival = Arrival(message, hint, longcode)
    return conversations.conversations_of(connection, [arrival], ours, NOW)[0]


def test_a_pair_of_numbers_is_one_conversation(connection: Connection) -> None:
    first = found(connection, inbound())
    assert first == Conversation(1, PERSON, OUR_NUMBER, None, None, None, {}, 0)
    assert found(connection, inbound(key="r-2")) == first


@pytest.mark.parametrize("members", [{"sender": OTHER_PERSON}, {"number": OTHER_NUMBER}])
def test_another_number_on_either_side_is_another_conversation(
    members: dict[str, str], connection: Connection
) -> None:
    assert found(connection, inbound()).id != found(connection, inbound(**members)).id


def test_a_hint_does_not_win_over_the_numbers(connection: Connection) -> None:
    """MTA's externalId is a guess of theirs: the latest message, from whichever number."""
    known = found(connection, inbound())
    other = conversations.begin(connection, PERSON, OTHER_NUMBER, OTHER_LINE, NOW)
    queue(connection, outbound(external_id="out-x"), conversation=other.id)
    assert found(connection, inbound(external_id="out-x")).id == known.id


@pytest.mark.parametrize(
    ("hinted", "longcode"),
    [(True, None), (False, LINE)],
    ids=["by the hint", "by our number's id"],
)
def test_a_chain_that_we_began_takes_the_number_of_the_first_answer(
    hinted: bool, longcode: LongcodeId | None, connection: Connection
) -> None:
    other = conversations.conversation_to(connection, PERSON, OTHER_LINE, NOBODY_KNOWS, NOW)
    began = conversations.conversation_to(connection, PERSON, LINE, NOBODY_KNOWS, NOW)
    queue(connection, outbound(external_id="out-x"), conversation=began.id)
    answer = inbound(external_id="out-x" if hinted else None)
    adopted = found(connection, answer, longcode)
    assert (adopted.id, adopted.number) == (began.id, OUR_NUMBER)
    assert found(connection, inbound(key="r-2")).id == began.id
    chains = [chain.conversation for chain in views.chains_with(connection, PERSON)]
    named = {chain.id: chain.number for chain in chains}
    assert named == {other.id: "", began.id: OUR_NUMBER}


def test_a_chain_from_another_line_is_not_adopted(connection: Connection) -> None:
    began = conversations.conversation_to(connection, PERSON, OTHER_LINE, NOBODY_KNOWS, NOW)
    assert found(connection, inbound(), LINE).id != began.id
    assert found(connection, inbound(number=OTHER_NUMBER), None).id != began.id


def test_a_chain_that_knows_nothing_of_our_number_is_adopted(connection: Connection) -> None:
    """As of a person whose first text came without toNumber."""
    began = found(connection, inbound(number=""))
    assert found(connection, inbound(key="r-2")) == Conversation(
        began.id, PERSON, OUR_NUMBER, None, None, None, {}, 0
    )


def test_without_our_number_the_hint_decides_else_the_latest_chain(connection: Connection) -> None:
    first = conversations.begin(connection, PERSON, OUR_NUMBER, LINE, NOW)
    later = conversations.begin(connection, PERSON, OTHER_NUMBER, LINE, NOW + timedelta(seconds=1))
    queue(connection, outbound(external_id="out-x"), conversation=first.id)
    assert found(connection, inbound(number="", external_id="out-x")).id == first.id
    assert found(connection, inbound(number="")).id == later.id


def test_a_hint_counts_only_for_the_person_who_got_the_message(connection: Connection) -> None:
    chain = conversations.begin(connection, PERSON, OUR_NUMBER, LINE, NOW)
    row = queue(connection, outbound(external_id="out-x"), conversation=chain.id)
    mine = inbound(external_id="out-x")
    stranger = inbound(external_id="out-x", sender=OTHER_PERSON, number="")
    unknown = inbound(external_id="unknown", sender="+15555550125")
    hint = Answered(row, chain.id, LINE, None, {})
    for asked in ([mine, stranger, unknown], [unknown, stranger], [inbound()], []):
        hints = [hint if one is mine else None for one in asked]
        assert conversations.answered(connection, asked) == hints
    assert found(connection, stranger).contact == OTHER_PERSON


def test_a_first_message_goes_on_with_the_chain_of_its_line(connection: Connection) -> None:
    def to(contact: str, line: LongcodeId) -> int:
        return conversations.conversation_to(connection, contact, line, NOBODY_KNOWS, NOW).id

    began = to(PERSON, LINE)
    assert to(PERSON, LINE) == began
    assert began not in (to(PERSON, OTHER_LINE), to(OTHER_PERSON, LINE))


@pytest.mark.parametrize("ours_first", [True, False])
def test_the_id_and_the_number_are_two_names_of_one_thing(
    ours_first: bool, connection: Connection
) -> None:
    """Whoever begins, and whether or not the answer names what it answers."""

    def ours() -> int:
        return conversations.conversation_to(connection, PERSON, LINE, LISTED, NOW).id

    def theirs() -> int:
        return found(connection, inbound(), None, LISTED).id

    first, second = (ours, theirs) if ours_first else (theirs, ours)
    assert first() == second() == first()
    assert found(connection, inbound(number=OTHER_NUMBER), None, LISTED).id != ours()


def test_a_quoted_message_does_not_say_which_number_an_id_has(connection: Connection) -> None:
    """A text to the other number quotes what we said from this one."""
    began = conversations.conversation_to(connection, PERSON, LINE, LISTED, NOW)
    queue(connection, outbound(external_id="out-x"), conversation=began.id)
    quoting = inbound(number=OTHER_NUMBER, external_id="out-x")
    other = found(connection, quoting, None, LISTED)
    assert (other.id != began.id, other.number) == (True, OTHER_NUMBER)
    assert conversations.conversation_to(connection, PERSON, LINE, LISTED, NOW).id == began.id
    to_other = conversations.conversation_to(connection, PERSON, OTHER_LINE, LISTED, NOW)
    assert to_other.id == other.id


def test_chains_that_turn_out_to_be_one_are_joined(connection: Connection) -> None:
    """The list came later: history, state and what is counted are kept."""
    change = Change(ChangeKind.STATE, "asked", (NOW + timedelta(hours=1)).isoformat())
    use = Change(ChangeKind.USE, "hours", "conversation")
    kept = inbound(key="r-kept")
    inbox.keep(connection, [kept])
    theirs = come_in(connection, kept, change, Change(ChangeKind.CONVERSATION, "a", "1"), use)
    recorded = Recorded(Decision(outcome=Outcome.SUPPRESSED), "digest", NOW)
    decisions.record(connection, [Closed(InboxId(1), recorded, theirs.id, None)])
    later = NOW + timedelta(seconds=1)
    ours = conversations.conversation_to(connection, PERSON, LINE, NOBODY_KNOWS, later)
    row = queue(connection, outbound(external_id="out-x"), conversation=ours.id)
    elsewhere = conversations.conversation_to(connection, PERSON, OTHER_LINE, NOBODY_KNOWS, NOW)
    assert theirs.id != ours.id
    assert conversations.join_listed(connection, LISTED, 10) == 2
    assert conversations.join_listed(connection, LISTED, 10) == 0
    joined = found(connection, inbound(), None, LISTED)
    until = NOW + timedelta(hours=1)
    assert joined == Conversation(
        theirs.id, PERSON, OUR_NUMBER, LINE, "asked", until, {"a": "1"}, 1
    )
    whole, other = views.chains_with(connection, PERSON)
    ids = [(type(one).__name__, one.id) for one in whole.messages]
    assert ids == [("InboundView", 1), ("OutboundView", row)]
    assert (other.conversation.id, other.conversation.number) == (elsewhere.id, OTHER_NUMBER)
    thread = history.load(connection, joined, timedelta(days=1), NOW)
    assert list(thread.uses) == [(Per.CONVERSATION, "hours")]


def test_a_number_that_was_registered_anew_is_the_same_number(connection: Connection) -> None:
    began = conversations.conversation_to(connection, PERSON, LINE, LISTED, NOW)
    anew = OurNumbers({**LISTED.by_id, NEW_LINE: OUR_NUMBER}, {OUR_NUMBER: NEW_LINE})
    assert conversations.conversation_to(connection, PERSON, NEW_LINE, anew, NOW).id == began.id
    assert found(connection, inbound(), None, anew).id == began.id


def test_the_list_of_our_numbers_stays_known(connection: Connection) -> None:
    numbers.store(connection, {LINE: OUR_NUMBER, OTHER_LINE: OTHER_NUMBER}, NOW)
    assert numbers.load(connection) == LISTED
    numbers.store(connection, {NEW_LINE: OUR_NUMBER}, NOW + timedelta(days=1))
    assert numbers.load(connection) == OurNumbers(
        {**LISTED.by_id, NEW_LINE: OUR_NUMBER}, {**LISTED.by_number, OUR_NUMBER: NEW_LINE}
    )
    assert numbers.load(connection).are_two(LINE, OTHER_NUMBER)
    assert not numbers.load(connection).are_two(LINE, OUR_NUMBER)
    assert not numbers.load(connection).are_two(None, OUR_NUMBER)
    assert not numbers.load(connection).are_two(LINE, "+18005550199")
    assert not numbers.load(connection).are_two(LongcodeId(999), OUR_NUMBER)


def come_in(
    connection: Connection,
    message: InboundMessage | None = None,
    *changes: Change,
    longcode: LongcodeId | None = None,
    now: datetime = NOW,
) -> Conversation:
    """A message comes in, and the decision about it changes so much."""
    message = message or inbound()
    arrival = Arrival(message, None, longcode)
    [chain] = conversations.conversations_of(connection, [arrival], NOBODY_KNOWS, now)
    before = history.load(connection, chain, timedelta(days=1), now)
    decision = Decision(outcome=Outcome.SUPPRESSED, changes=changes)
    after = before.after(message, decision, now)
    history.store(connection, [Turn(chain, before, after, because="in-1")], now)
    return chain


def test_what_comes_in_tells_of_our_number_and_is_counted(connection: Connection) -> None:
    chain = come_in(connection, longcode=LINE)
    come_in(connection)
    assert found(connection, inbound()) == Conversation(
        chain.id, PERSON, OUR_NUMBER, LINE, None, None, {}, 2
    )


def test_an_opt_out_holds_until_they_come_back(connection: Connection) -> None:
    for because in ("in-1", "in-2"):
        contacts.opt_out(connection, PERSON, because, NOW)
    assert contacts.is_opted_out(connection, PERSON)
    assert not contacts.is_opted_out(connection, OTHER_PERSON)
    for _ in range(2):
        contacts.opt_in(connection, PERSON, "in-2", NOW)
    assert not contacts.is_opted_out(connection, PERSON)


def test_values_are_stored_with_the_person_or_with_the_conversation(
    connection: Connection,
) -> None:
    def values() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        mine = found(connection, inbound()).values
        other = found(connection, inbound(number=OTHER_NUMBER)).values
        return dict(contacts.known(connection, PERSON).values), dict(mine), dict(other)

    def change(kind: ChangeKind, name: str, value: str | None) -> None:
        come_in(connection, None, Change(kind, name, value))

    change(ChangeKind.CONTACT, "name", "Zoë")
    change(ChangeKind.CONTACT, "city", "Springfield")
    change(ChangeKind.CONVERSATION, "step", "2")
    assert values() == ({"name": "Zoë", "city": "Springfield"}, {"step": "2"}, {})
    change(ChangeKind.CONTACT, "name", "Ann")
    change(ChangeKind.CONTACT, "city", None)
    change(ChangeKind.CONVERSATION, "step", None)
    change(ChangeKind.CONVERSATION, "never set", None)
    assert values() == ({"name": "Ann"}, {}, {})
    assert contacts.known(connection, OTHER_PERSON).values == {}


def test_of_several_changes_to_one_name_the_last_one_counts(connection: Connection) -> None:
    changes = tuple(Change(ChangeKind.CONTACT, "name", value) for value in ("a", None, "b"))
    come_in(connection, None, *changes)
    assert contacts.known(connection, PERSON).values == {"name": "b"}


def test_conversations_are_listed_with_the_latest_change_first(connection: Connection) -> None:
    first, second = found(connection, inbound()), found(connection, inbound(sender=OTHER_PERSON))
    come_in(connection, inbound(sender=OTHER_PERSON), now=NOW + timedelta(seconds=1))
    come_in(connection, now=NOW + timedelta(seconds=2))
    assert [one.id for one in search.found(connection, Wanted(), NOW)] == [first.id, second.id]
