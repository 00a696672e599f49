"""What waits for the end of quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model import Context, Decision, Outcome, Reason, Reply
from bot.rules.quiet import NIGHT, Quiet
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.timezones import is_timezone


def zone_of(rule: Rule, contact: Mapping[str, str]) -> str:
    """Whose clock counts: the person's, where it is stored, else the rule's."""
    theirs = contact.get("timezone", "")
    return theirs if is_timezone(theirs) else rule.timezone


def quiet_of(rule: Rule | None, *, is_unasked: bool) -> Quiet | None:
    """The hours in which what a rule says waits; None where it waits for none."""
    if rule is None:  # of a guard, of a person of ours
        return None
    return rule.quiet or (NIGHT if is_unasked else None)


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
    quiet = quiet_of(rule, is_unasked=reply.is_unasked)
    if rule is None or quiet is None:
        return reply
    at = reply.send_at or context.now
    until = quiet.until(at, zone_of(rule, context.contact))
    if until is None:
        return reply
    keep_until = reply.keep_until or (None if quiet.keep is None else at + quiet.keep)
    return replace(reply, send_at=until, on_end=quiet.on_end, keep_until=keep_until)
