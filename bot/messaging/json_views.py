"""What commands print with --json and the API answers: one shape for both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.ledger import decisions, replay
from bot.ledger.breakdown import By, Share
from bot.ledger.contacts import OptOut
from bot.ledger.forgetting import Forgotten
from bot.ledger.inbox_items import Item
from bot.ledger.media import MediaView
from bot.ledger.outbox import OutboundView, Part
from bot.ledger.said import Said
from bot.ledger.scheduled import Scheduled
from bot.ledger.stats import RuleCount, Stats
from bot.ledger.views import Chain, ConversationView, InboundView
from bot.model import Handoff, Question
from bot.timezones import utc


def summary(one: ConversationView, now: datetime) -> dict[str, object]:
    """A line of a list of conversations."""
    return {
        "id": one.id,
        "at": utc(one.changed_at),
        "reason": None,
        "number": one.contact,
        "ourNumber": one.number or None,
        "longcodeId": one.longcode_id,
        "state": one.state_at(now),
        "received": one.received,
    }


def conversation(chain: Chain, now: datetime, *, verbose: bool = False) -> dict[str, object]:
    """A conversation with all that was said; `verbose`: with the trace of each decision."""
    one = chain.conversation
    return {
        "number": one.contact,
        "ourNumber": one.number or None,
        "longcodeId": one.longcode_id,
        "state": one.state_at(now),
        "question": _question(one.question, now),
        "optedOut": chain.opted_out,
        **hold(one.handoff, now),
        "contact": dict(chain.contact),
        "messages": [
            inbound(one, verbose=verbose) if isinstance(one, InboundView) else outbound(one)
            for one in chain.messages
        ],
        "scheduled": list(map(scheduled, chain.scheduled)),
    }


def scheduled(one: Scheduled) -> dict[str, object]:
    """What waits for its time."""
    return {
        "id": one.id,
        "kind": one.kind,
        "due": utc(one.due_at),
        "number": one.number,
        "ourNumber": one.our_number or None,
        "rule": one.rule,
        "text": one.text,
    }


def hold(handoff: Handoff | None, now: datetime) -> dict[str, object]:
    """Whether the bot is silent in it, and until when."""
    found = handoff if handoff is not None and handoff.due_at > now else None
    return {
        "handedOver": found is not None and found.is_handed_over,
        "pausedUntil": None if found is None else utc(found.due_at),
    }


def held(one: ConversationView, now: datetime) -> dict[str, object]:
    """A conversation that a person of ours took or gave back."""
    return {"number": one.contact, "ourNumber": one.number or None, **hold(one.handoff, now)}


def _question(question: Question | None, now: datetime) -> dict[str, object] | None:
    """The open one; None where what was asked last has not left, or has expired."""
    if question is None or not question.is_open(now, now):
        return None
    asked_at, expires_at = question.asked_at, question.expires_at
    return {
        "rule": question.rule,
        "step": question.step,
        "askedAt": None if asked_at is None else utc(asked_at),
        "expiresAt": None if expires_at is None else utc(expires_at),
        "captures": dict(question.captures),
        "tries": question.tries,
        "interruptions": question.interruptions,
    }


def inbound(one: InboundView, *, verbose: bool) -> dict[str, object]:
    """A message of theirs with what was decided; `verbose`: with the trace."""
    message, recorded = one.message, one.recorded
    decision = recorded.decision if recorded is not None else None
    return {
        "id": f"in-{one.id}",
        "direction": "inbound",
        "at": utc(message.received_at),
        "sentAt": None if message.sent_at is None else utc(message.sent_at),
        "text": message.text,
        "mediaUrl": message.media_url,
        **({"moreMedia": message.more_media} if message.more_media else {}),
        **({"media": list(map(_media, one.media))} if one.media else {}),
        **({"odd": message.odd} if message.odd else {}),
        "externalId": message.external_id,
        "inReplyTo": None if one.answers_id is None else f"out-{one.answers_id}",
        "rule": decision and decision.rule,
        "outcome": decision and decision.outcome,
        "reason": decision and decision.reason,
        "status": one.status,
        "messageId": message.message_id,
        "tags": message.tags,
        **(_decided(recorded, verbose=verbose) if recorded is not None else {}),
    }


def _media(media: MediaView) -> dict[str, object]:
    return {
        "url": media.url,
        "status": media.status,
        "file": media.file,
        "type": media.kind,
        "bytes": media.size,
        "reason": media.reason or None,
    }


def _decided(recorded: decisions.Recorded, *, verbose: bool) -> dict[str, object]:
    decision = recorded.decision
    return {
        "detail": decision.detail or None,
        "captures": dict(decision.captures),
        "changes": [change.as_object() for change in decision.changes],
        **(_with(recorded.answered_with) if recorded.answered_with is not None else {}),
        "ruleset": recorded.ruleset,
        **({"place": recorded.place} if verbose and recorded.place else {}),
        **({"trace": [step.as_object() for step in decision.trace]} if verbose else {}),
    }


def _with(last: int) -> dict[str, object]:
    """The last text of its burst, whose answer is for all of them."""
    return {"answeredWith": f"in-{last}"}


def outbound(outbound: OutboundView) -> dict[str, object]:
    message = outbound.message
    return {
        "id": f"out-{outbound.id}",
        "direction": "outbound",
        "at": utc(outbound.at),
        "queuedAt": utc(outbound.queued_at),
        **({"due": utc(outbound.due)} if outbound.due is not None else {}),
        "text": message.text,
        "mediaUrl": message.image,
        "externalId": message.external_id,
        "inReplyTo": None if outbound.inbox_id is None else f"in-{outbound.inbox_id}",
        "rule": outbound.rule,
        **({"by": outbound.by} if outbound.by else {}),
        "outcome": None,
        "reason": outbound.reason or None,
        "status": outbound.status,
        "delivery": outbound.delivery,
        **({"partOf": outbound.part_of} if outbound.part_of else {}),
        **({"parts": list(map(_part, outbound.parts))} if outbound.parts else {}),
        "messageId": outbound.message_id,
        "longcodeId": message.longcode_id,
        "tags": message.tags,
    }


def _part(part: Part) -> dict[str, object]:
    return {"externalId": part.external_id, "delivery": part.delivery}


def webhook_body(recorded: replay.Recorded) -> dict[str, object]:
    """A text as MTA posts it, with what `bot dry-run --input` takes beside it."""
    message = recorded.message
    reply_id = message.key.removeprefix("r-") if message.key.startswith("r-") else None
    media = [message.media_url, *message.more_media] if message.more_media else message.media_url
    body = {
        "fromNumber": message.sender,
        "toNumber": message.number or None,
        "replyId": reply_id,
        "messageId": message.message_id,
        "externalId": message.external_id,
        "message": message.text,
        "url": media,
        "tags": dict(message.tags) or None,
        "timestamp": None if message.sent_at is None else utc(message.sent_at),
        "at": utc(message.received_at),
        "longcodeId": recorded.longcode_id,
        "contact": dict(recorded.contact) or None,
        "state": recorded.state,
    }
    known = {name: value for name, value in body.items() if value is not None}
    handed = {"handedOver": True} if recorded.handed_over else {}
    return {**known, "optedOut": recorded.opted_out, **handed}


def inbox_item(item: Item) -> dict[str, object]:
    """Something that waits for a person."""
    return {
        "id": item.id,
        "kind": item.kind,
        "at": utc(item.at),
        "number": item.number,
        "ourNumber": item.our_number,
        "text": item.text,
        "rule": item.rule,
        "reason": item.reason or None,
        "detail": item.detail,
        "snoozedUntil": None if item.snoozed_until is None else utc(item.snoozed_until),
    }


def opt_out(number: str | None, left: OptOut) -> dict[str, object]:
    """One who gets no texts; without a number where they are forgotten."""
    return {
        "number": number,
        "since": utc(left.since),
        "because": left.because,
        "by": left.by,
    }


def forgotten(number: str, gone: Forgotten) -> dict[str, object]:
    """What there was of somebody who is forgotten now."""
    return {
        "number": number,
        "conversations": gone.conversations,
        "messages": gone.messages,
        "events": gone.events,
        "optedOut": gone.is_opted_out,
    }


def stats(found: Stats, unmatched: Sequence[Said]) -> dict[str, object]:
    """What came in over a span of time, and what became of it."""
    counts = found.counts
    return {
        "since": utc(found.span.since),
        "until": utc(found.span.until),
        "messages": counts.received,
        "outcomes": dict(counts.outcomes),
        "waiting": counts.waiting,
        "notUnderstood": counts.not_understood,
        "rules": list(map(_rule_count, found.rules)),
        "unmatched": [{"text": one.text, "count": one.count} for one in unmatched],
        "answerSeconds": found.answer_seconds,
        "segments": found.segments,
        "sends": dict(found.sends),
        "optOuts": found.opt_outs,
        "likelyOptOuts": found.likely_opt_outs,
    }


def parts(by: By, found: Sequence[Share]) -> dict[str, object]:
    """The same by one thing."""
    return {"by": by, "parts": [{"name": one.name, "count": one.count} for one in found]}


def _rule_count(one: RuleCount) -> dict[str, object]:
    return {
        "rule": one.rule,
        "answered": one.answered,
        "messages": one.messages,
        "last": utc(one.last),
    }
