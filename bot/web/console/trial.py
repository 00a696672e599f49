"""A text that is tried on rules: nothing of it is sent or stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.engine.simulator import Given, Simulator
from bot.errors import UsageError
from bot.model import Decision, InboundMessage, Outcome, Reply
from bot.rules.cases import clock, tested_at
from bot.rules.ruleset import Ruleset
from bot.text import phone_numbers
from bot.text.segments import measure
from bot.text.words import storable
from bot.timezones import local, utc

PERSON: Final = "+15555550123"
FIELDS: Final = ("text", "from", "to", "tags", "contact", "language", "state", "media", "at")
_FEW: Final = 20
"""Rules that are asked one by one, so that the trace shows each; of more, those of the index."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A text, who writes it, and what is known of them."""

    message: InboundMessage
    given: Given
    has_time: bool
    """It is to come in then, and not just now."""


def read(written: Mapping[str, str], ruleset: Ruleset, now: datetime) -> Trial:
    """From the fields of a form. Raises UsageError."""
    at = _at(written.get("at", ""), ruleset.timezone)
    ours = written.get("to", "").strip()
    number, longcode = phone_numbers.e164(ours), phone_numbers.longcode_id(ours)
    if ours and number is None and longcode is None:
        raise UsageError("to: is not a number or a longcodeId of yours")
    contact = _pairs(written.get("contact", ""), "contact")
    if language := storable(written.get("language", "")).strip():
        contact = {**contact, "language": language}
    message = InboundMessage(
        key="trial",
        sender=_sender(written.get("from", "")),
        number=number or "",
        text=storable(written.get("text", "")),
        media_url=storable(written.get("media", "")).strip() or None,
        tags=_pairs(written.get("tags", ""), "tags"),
        received_at=at or now,
    )
    given = Given(
        now=at or now,
        contact=contact,
        longcode_id=None if number else longcode,
        state=storable(written.get("state", "")).strip() or None,
    )
    return Trial(message, given, at is not None)


def decide(trial: Trial, ruleset: Ruleset) -> Decision:
    few = len(ruleset.rules) <= _FEW
    return Simulator(ruleset).say(trial.message, trial.given, ask_all=few)


def as_object(decision: Decision) -> Mapping[str, Any]:
    """As `bot dry-run --json` prints it, but for what only a message that leaves has."""
    return {
        "outcome": decision.outcome,
        "rule": decision.rule,
        "reason": decision.reason,
        "detail": decision.detail,
        "captures": dict(decision.captures),
        "replies": [*map(_reply, decision.replies)],
        "changes": [change.as_object() for change in decision.changes],
        "trace": [step.as_object() for step in decision.trace],
    }


def _reply(reply: Reply) -> Mapping[str, Any]:
    measured = measure(reply.text)
    return {
        "message": reply.text,
        "image": reply.image,
        "tags": dict(reply.tags),
        "sendAt": None if reply.send_at is None else utc(reply.send_at),
        "segments": measured.count,
        "encoding": measured.encoding,
    }


def as_test(trial: Trial, decision: Decision, ruleset: Ruleset) -> str:
    """The same as one writes it beside a rule, under `tests`."""
    lines = [*_brought(trial, decision, ruleset), *_expected(decision)]
    return "\n".join(f"{'- ' if not at else '  '}{line}" for at, line in enumerate(lines)) + "\n"


def _brought(trial: Trial, decision: Decision, ruleset: Ruleset) -> Iterator[str]:
    message, given = trial.message, trial.given
    yield f"say: {_quoted(message.text)}"
    if message.sender != PERSON:
        yield f"from: {_quoted(message.sender)}"
    if ours := message.number or given.longcode_id:
        yield f"to: {_quoted(str(ours))}"
    if message.media_url:
        yield f"media: {_quoted(message.media_url)}"
    for name, pairs in (("tags", message.tags), ("contact", given.contact)):
        if pairs:
            inner = ", ".join(f"{_quoted(key)}: {_quoted(value)}" for key, value in pairs.items())
            yield f"{name}: {{{inner}}}"
    if given.state:
        yield f"state: {_quoted(given.state)}"
    if trial.has_time or _depends_on_time(trial, decision, ruleset):
        rule = None if decision.rule is None else ruleset.rule(decision.rule)
        zone = ruleset.timezone if rule is None else rule.timezone
        yield f"at: {_quoted(_to_the_minute(given.now, zone))}"


def _depends_on_time(trial: Trial, decision: Decision, ruleset: Ruleset) -> bool:
    """Another answer comes when the texts of tests come in."""
    rule = None if decision.rule is None else ruleset.rule(decision.rule)
    at = clock(ruleset.timezone) if rule is None else tested_at(rule)
    message = replace(trial.message, received_at=at)
    then = decide(Trial(message, replace(trial.given, now=at), False), ruleset)
    return (then.rule, then.outcome, then.reason, then.replies) != (
        *(decision.rule, decision.outcome, decision.reason, decision.replies),
    )


def _to_the_minute(at: datetime, timezone: str) -> str:
    """As a person writes it; in the hour that comes twice the second one has its offset."""
    here = local(at, timezone)
    return here.isoformat(" ", "minutes") if here.fold else f"{here:%Y-%m-%d %H:%M}"


def _expected(decision: Decision) -> Iterator[str]:
    yield f"rule: {_quoted(decision.rule or 'none')}"
    texts = [reply.text for reply in decision.replies]
    if len(texts) == 1:
        yield f"reply: {_quoted(texts[0])}"
    elif texts:
        yield f"replies: [{', '.join(map(_quoted, texts))}]"
    if decision.outcome is not Outcome.REPLIED:
        yield f"outcome: {decision.outcome}"
    if decision.reason is not None:
        yield f"reason: {decision.reason}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _sender(written: str) -> str:
    found = phone_numbers.address(written.strip() or PERSON)
    if found is None:
        raise UsageError("from: is not a number, for example +15555550123")
    return found


def _pairs(written: str, name: str) -> Mapping[str, str]:
    found = {}
    for line in filter(None, map(str.strip, storable(written).splitlines())):
        key, mark, value = line.partition("=")
        if not mark or not key.strip():
            raise UsageError(f"{name}: a line is name=value, for example campaign=spring")
        found[key.strip()] = value.strip()
    return found


def _at(written: str, timezone: str) -> datetime | None:
    if not written.strip():
        return None
    try:
        at = datetime.fromisoformat(written.strip())
    except ValueError:
        raise UsageError("at: is not a time, for example 2026-01-15 17:30") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(timezone))
