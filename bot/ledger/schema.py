"""The tables, the same for SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970 in UTC: exact, and sorts as it should."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=int(value))


metadata = MetaData()
# SQLite counts up only what it calls INTEGER; PostgreSQL gets the larger type.
_Id: Final = BigInteger().with_variant(Integer, "sqlite")

conversations = Table(
    "conversations",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("number", Text, nullable=False),  # empty until the provider names our number
    Column("longcode_id", BigInteger),
    Column("state", Text),
    Column("state_until", Instant),
    Column("state_from", JSON(none_as_null=True)),  # whose on_expiry is said: rule, and its part
    Column("question", JSON(none_as_null=True)),  # see bot.model.Question
    Column("handoff", JSON(none_as_null=True)),  # see bot.model.Handoff
    Column("seen_to_at", Instant),  # when a person of ours last wrote in it, or gave it back
    Column("read_to", Instant),  # when a person of ours last had something new of it before them
    Column("values", JSON, nullable=False),
    Column("received", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("ix_conversations_contact", "contact", "number"),
    Index("ix_conversations_changed_at", "changed_at", "id"),
)

numbers = Table(
    "numbers",
    metadata,
    Column("longcode_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False),
    Column("listed_at", Instant, nullable=False),  # when the provider last had it so
)

contacts = Table(
    "contacts",
    metadata,
    Column("number", Text, primary_key=True),
    Column("values", JSON, nullable=False),
)

optouts = Table(
    "optouts",
    metadata,
    Column("number", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("because", Text, nullable=False),
    Column("said_at", Instant),  # when they last said so, by the provider's clock
    Column("by", Text, nullable=False, server_default=""),  # see bot.ledger.contacts.CONTACT
)

optout_changes = Table(
    "optout_changes",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("number", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("change", Text, nullable=False),  # see bot.ledger.contacts.Changed
    Column("because", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index("ix_optout_changes_number", "number", "id"),
)

holds = Table(
    "holds",
    metadata,
    Column("number", Text, primary_key=True),
    Column("reason", Text, nullable=False),  # wrong-number, likely-opt-out
    Column("since", Instant, nullable=False),
)

digest_keys = Table(
    "digest_keys",
    metadata,
    Column("key", LargeBinary, nullable=False),  # one row, which never changes
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),  # waiting, decided
    Column("sender", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("media_url", Text),
    Column("external_id", Text),
    Column("message_id", Text),
    Column("tags", JSON, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("sent_at", Instant),  # as the provider says
    Column("odd", Text, nullable=False, server_default=""),  # what of it could not be read
    Column("more_media", JSON),  # URLs of further attachments, where there are any
    # A person of ours said that it is not an opt-out.
    Column("is_cleared", Boolean, nullable=False, server_default=false()),
    Column("conversation_id", _Id, ForeignKey("conversations.id")),
    Column("decide_after", Instant),  # it waits for more texts of the same person until then
    Column("answers_id", _Id),  # outbox.id; a foreign key would close a circle
    Index("ix_inbox_status_id", "status", "id"),
    Index("ix_inbox_conversation_received_at", "conversation_id", "received_at"),
    Index("ix_inbox_received_at", "received_at"),
)

caught_up = Table(
    "caught_up",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # of the thread and its item
    Column("inbox_id", _Id, ForeignKey("inbox.id")),  # NULL: an opt-out that is not a message
    Column("sender", Text, nullable=False),
    Column("said", Text, nullable=False),  # a digest
    Column("at", Instant),
    Column("noted_at", Instant, nullable=False),
    Column("claimed_by", Text),  # the key of the webhook that came after all
    Index("ix_caught_up_sender", "sender"),
)

media = Table(
    "media",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("inbox_id", _Id, ForeignKey("inbox.id")),  # NULL: deleted, the file is to follow
    Column("url", Text, nullable=False),
    Column("token", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),  # see bot.ledger.media.MediaStatus
    Column("reason", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("file", Text),
    Column("kind", Text),
    Column("size", BigInteger),
    UniqueConstraint("inbox_id", "url"),
    Index("ix_media_status_due_at", "status", "due_at", "id"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("inbox_id", _Id, ForeignKey("inbox.id"), primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("rule", Text),
    Column("reason", Text),
    Column("detail", Text, nullable=False),
    Column("captures", JSON, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("trace", JSON, nullable=False),
    Column("ruleset", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("answered_with", BigInteger),  # inbox.id of the last of its burst
    Column("place", Text),  # of the rule, as it stood then
    Column("took", Text),  # what an open question made of it, see bot.model.Took
    Index("ix_decisions_outcome", "outcome", "inbox_id"),
)

inbox_items = Table(
    "inbox_items",
    metadata,
    Column("item", Text, primary_key=True),  # in-5, out-5, quarantine-5
    Column("done_at", Instant),
    Column("done_by", Text),
    Column("snoozed_until", Instant),
    Column("changed_at", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("external_id", Text, nullable=False, unique=True),
    Column("request_id", Text, nullable=False, unique=True),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    Column("inbox_id", _Id, ForeignKey("inbox.id")),
    Column("recipient", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("image", Text),
    Column("is_mms", Boolean, nullable=False),
    Column("longcode_id", BigInteger),
    Column("tags", JSON, nullable=False),
    Column("rule", Text),
    Column("status", Text, nullable=False),  # see bot.ledger.outbox.Status
    Column("reason", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("due_since", Instant, nullable=False),  # a retry moves due_at, and not this
    Column("tries", Integer, nullable=False),
    Column("confirms_opt_out", Boolean, nullable=False),
    Column("message_id", Text),
    Column("delivery", Text),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    # The last of the inbox when it left, or was queued: its place in the chain, by no clock.
    Column("after_id", BigInteger, nullable=False, server_default="0"),
    # Of a message of another system: the last try of ours before it.
    Column("after_attempt", BigInteger, nullable=False, server_default="0"),
    Column("part_of", Text),  # the external id of the first part, for those after it
    Column("delivery_at", Instant),  # as the provider says
    Column("asks", Text),  # the key of the question that it asks
    Column("by", Text),  # who of us wrote it
    # It tells of a handoff, and leaves though the bot is silent.
    Column("of_handoff", Boolean, nullable=False, server_default=false()),
    Column("unless_replied", Boolean, nullable=False, server_default=false()),
    Column("is_notice", Boolean, nullable=False, server_default=false()),  # to a colleague
    Column("segments", Integer, nullable=False, server_default="0"),  # that it counts for
    Index("ix_outbox_status_due_at", "status", "due_at", "id"),
    Index("ix_outbox_conversation_id", "conversation_id", "id"),
    Index("ix_outbox_conversation_status", "conversation_id", "status", "id"),
    Index("ix_outbox_message_id", "message_id"),
    Index("ix_outbox_inbox_id", "inbox_id"),
    Index("ix_outbox_recipient_created_at", "recipient", "created_at"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("outbox_id", _Id, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("answer", Text, nullable=False),
    Column("result", Text),  # see bot.ledger.sending.result; NULL while nobody knows
    Index("ix_attempts_finished_at", "finished_at"),
)

uses = Table(
    "uses",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("scope", Text, nullable=False),  # see bot.model.Per
    Column("owner", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_uses_scope_owner_at", "scope", "owner", "at"),
)

timers = Table(
    "timers",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    Column("kind", Text, nullable=False),  # see bot.engine.waiting.TimerKind
    Column("key", Text, nullable=False, server_default=""),  # of what is said later
    Column("due_at", Instant, nullable=False),
    Column("status", Text, nullable=False),  # due; dropped, with its reason
    Column("reason", Text, nullable=False),
    Column("done_at", Instant),
    Column("unless_replied", Boolean, nullable=False, server_default=false()),
    Column("is_latest", Boolean, nullable=False, server_default=false()),
    Column("of_handoff", Boolean, nullable=False, server_default=false()),
    Column("content", Text, nullable=False, server_default=""),  # what is said, as JSON
    Column("inbox_id", _Id),  # what a reply answers; it may be deleted before
    UniqueConstraint("conversation_id", "kind", "key"),
    Index("ix_timers_status_due_at", "status", "due_at", "id"),
    sqlite_autoincrement=True,  # people name timers by their ids
)

notifications = Table(
    "notifications",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("request_id", Text, nullable=False),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    Column("kind", Text, nullable=False),  # see bot.ledger.notifications.Kind
    Column("target", Text, nullable=False),  # a URL, or a colleague's number
    Column("body", Text, nullable=False),
    Column("rule", Text),
    Column("status", Text, nullable=False),  # see bot.ledger.notifications.Status
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("claimed_until", Instant),  # who is at it has it for so long
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Index("ix_notifications_status_due_at", "status", "due_at", "id"),
    Index("ix_notifications_conversation_id", "conversation_id"),
)

colleague_codes = Table(
    "colleague_codes",
    metadata,
    Column("colleague", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_colleague_codes_conversation_id", "conversation_id"),
)

lanes = Table(
    "lanes",
    metadata,
    Column("account", Text, primary_key=True),
    Column("paused", Text),  # why; NULL is running
    Column("not_before", Instant),
    Column("sender_seen_at", Instant),  # who sends gave a sign of life; NULL where nobody began to
    Column("trial_at", Instant),  # of a pause that a trial send ends, else NULL
    Column("trials", Integer, nullable=False, default=0),  # in vain, of this pause
    Column("segments", Integer, nullable=False, server_default="0"),  # that left on that day
    Column("segments_on", Text),  # ISO date, in the account's zone
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("event", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("because", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("event", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("message_id", Text),  # of a message of ours that was not known yet
    Index("ix_notices_message_id", "message_id"),
)

trials = Table(
    "trials",
    metadata,
    Column("content", LargeBinary, nullable=False),
)
