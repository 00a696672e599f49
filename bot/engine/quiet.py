"""What waits for the end of quiet hours."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Context, Decision, Outcome, Reason, Reply
from bot.rules.quiet import NIGHT
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.timezones import is_timezone


def zone_of(rule: Rule, context: Context) -> str:
    """Whose clock counts: the person's, where it is stored, else the rule's."""
    theirs = context.contact.get("timezone", "")
    return theirs if is_timezone(theirs) else rule.timezone


def held(decision: Decision, context: Context, ruleset: Ruleset) -> Decision:
    """With when its replies leave that may not now, or then; texts of guards wait for nothing."""
    if not decision.replies:
        return decision
    replies = tuple(_held(reply, context, ruleset) for reply in decision.replies)
    pairs = zip(replies, decision.replies, strict=True)
    moved = [after.send_at != before.send_at for after, before in pairs]
    if all(moved) and decision.outcome is Outcome.REPLIED:
        decision = replace(decision, outcome=Outcome.HELD, reason=Reason.QUIET_HOURS)
    return replace(decision, replies=replies) if any(moved) else decision


def _held(reply: Reply, context: Context, ruleset: Ruleset) -> Reply:
    rule = ruleset.rule(reply.rule)
    quiet = None if rule is None else rule.quiet or (NIGHT if reply.is_unasked else None)
    if rule is None or quiet is None:
        return reply
    at = reply.send_at or context.now
    until = quiet.until(at, zone_of(rule, context))
    if until is None:
        return reply
    keep_until = reply.keep_until or (None if quiet.keep is None else at + quiet.keep)
    return replace(reply, send_at=until, on_end=quiet.on_end, keep_until=keep_until)
