"""What a rule does: its replies, and what it changes; collected until the decision is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import accumulate
from typing import Final

from bot.engine.follow_ups import put_off
from bot.errors import ReplyError
from bot.model import (
    Change,
    ChangeKind,
    Context,
    Decision,
    Handoff,
    Match,
    Miss,
    Notice,
    Outcome,
    Reason,
    Reply,
    RuleId,
    Step,
)
from bot.rules.handoff import HandOver
from bot.rules.matchers.base import MessageView
from bot.rules.rule import (
    MAX_SEGMENTS,
    Else,
    Enter,
    OneOf,
    ReplySpec,
    ReplyTemplate,
    Rule,
    Throttle,
)
from bot.rules.templates.template import Template
from bot.rules.templates.values import template_names
from bot.text import segments

ABOUT_THEMSELVES: Final = "it is about themselves"
"""Why a colleague is not told of what they wrote."""
_REPLIED: Final = Outcome.REPLIED
"""Looked up once, since CPython 3.11 takes its time for it."""


@dataclass(slots=True)
class Collected:
    """What the rules that matched so far add up to."""

    trace: list[Step]
    replies: list[Reply] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def note(self, text: str) -> None:
        """What the author is to know of what the last rule does."""
        if self.trace:
            last = self.trace[-1]
            self.trace[-1] = replace(last, note="; ".join(filter(None, (last.note, text))))

    def decision(self, rule: Rule, match: Match) -> Decision:
        """Where a rule has ended the search."""
        hands_over = any(change.kind is ChangeKind.HANDOFF for change in self.changes)
        outcome, reason = _REPLIED, None
        if not self.replies:
            outcome = Outcome.HELD if hands_over else Outcome.SUPPRESSED
            reason = Reason.PAUSED if hands_over else Reason.SILENT
        return Decision(
            outcome=outcome,
            rule=rule.id,
            reason=reason,
            captures=match.captures,
            replies=tuple(replace(one, of_handoff=hands_over) for one in self.replies)
            if hands_over
            else tuple(self.replies),
            changes=tuple(self.changes),
            notices=tuple(self.notices),
            trace=tuple(self.trace),
        )

    def suppressed(self, rule: RuleId, reason: Reason, match: Match) -> Decision:
        """Where it may not answer; what rules before it collected still holds."""
        return Decision(
            outcome=Outcome.REPLIED if self.replies else Outcome.SUPPRESSED,
            rule=rule,
            reason=reason,
            captures=match.captures,
            replies=tuple(self.replies),
            changes=tuple(self.changes),
            notices=tuple(self.notices),
            trace=tuple(self.trace),
        )

    def failed(self, rule: RuleId, error: Failed, match: Match) -> Decision:
        """Where it cannot: nothing of all this happens."""
        return Decision(
            outcome=Outcome.FAILED,
            rule=rule,
            reason=error.reason,
            detail=error.detail,
            captures=match.captures,
            trace=tuple(self.trace),
        )


class Failed(Exception):
    """A rule cannot do what it says."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason, self.detail = reason, detail


def do(rule: Rule, match: Match, seen: MessageView, so_far: Collected) -> None:
    """Add what a rule does, but for its questions. Raises Failed."""
    names = names_of(rule, match, seen) if rule.fills_in else {}
    specs = () if rule.silent else rule.replies
    if rule.handoff is not None:
        specs = (*specs, *rule.handoff.replies)
        so_far.changes.append(_hand_over(rule, rule.handoff, match, seen))
    try:
        so_far.replies.extend(messages(rule, specs, names, seen))
        so_far.notices.extend(_notices(rule, match, names, seen.message.sender))
        for item in rule.sets:
            value = None if item.value is None else item.value.render(names)
            so_far.changes.append(Change(item.kind, item.name, value))
        for later in rule.follow_ups:
            change, note = put_off(rule, later, match, names, seen)
            so_far.changes.extend([change] if change is not None else [])
            so_far.note(note)
    except ReplyError as error:
        raise Failed(Reason.TEMPLATE_ERROR, str(error)) from error
    if rule.state is not None:
        so_far.changes.extend(_enter(rule, rule.state, seen))
    for throttle in rule.throttles:
        so_far.changes.append(Change(ChangeKind.USE, throttle.key, throttle.per))


def messages(
    rule: Rule, specs: Iterable[ReplySpec], names: Mapping[str, object], seen: MessageView
) -> Iterator[Reply]:
    """Those that have something in them. Raises Failed and ReplyError."""
    for spec in specs:
        reply = _reply(rule, _choose(spec, seen.message.key, rule.id), names, seen)
        if reply.text or reply.image:
            yield reply


def text_of(
    rule: Rule, template: Template, captures: Mapping[str, object], seen: MessageView
) -> str:
    """A text of a rule that is sent as it is. Raises Failed."""
    names = {} if template.is_plain else {**names_of(rule, Match(), seen), **captures}
    try:
        return _measured(rule, template.render(names))
    except ReplyError as error:
        raise Failed(Reason.TEMPLATE_ERROR, str(error)) from error


def say(rule: Rule, text: str, so_far: Collected, *, asks: str | None = None) -> None:
    """One more message, not before those that are collected already."""
    later = [reply.send_at for reply in so_far.replies if reply.send_at is not None]
    so_far.replies.append(
        Reply(
            text=text,
            rule=rule.id,
            send_at=max(later, default=None),
            long_texts=rule.long_texts,
            asks=asks,
        )
    )


def throttle_of(rule: Rule, seen: MessageView) -> Throttle | None:
    """The cooldown or limit that keeps a rule from answering, if any."""
    for throttle in rule.throttles:
        since = seen.context.now - timedelta(seconds=throttle.seconds)
        uses = seen.context.uses.get((throttle.per, throttle.key), ())
        if sum(at > since for at in uses) >= throttle.times:
            return throttle
    return None


def instead(
    rule: Rule, throttle: Throttle, match: Match, seen: MessageView, so_far: Collected
) -> Decision | None:
    """Where a rule may not answer now; None where the search goes on. Raises Failed."""
    if isinstance(throttle.otherwise, Template):
        text = text_of(rule, throttle.otherwise, match.captures, seen)
        if text:
            so_far.replies.append(Reply(text=text, rule=rule.id, long_texts=rule.long_texts))
    elif throttle.otherwise is Else.NEXT:
        because = Miss(f"{throttle.reason}; the search goes on", throttle.reason)
        so_far.trace[-1] = Step(rule.id, because)
        return None
    if rule.goes_on:
        return None
    return so_far.suppressed(rule.id, throttle.reason, match)


def names_of(rule: Rule, match: Match, seen: MessageView) -> Mapping[str, object]:
    """What its templates may name."""
    return template_names(
        *(seen.message, seen.context, match.captures),
        *(rule.timezone, rule.variables, rule.calendars),
    )


def changed(context: Context, changes: Iterable[Change]) -> Context:
    """What rules before have set, as those after them see it."""
    contact, values = dict(context.contact), dict(context.values)
    for change in changes:
        stored = {ChangeKind.CONTACT: contact, ChangeKind.CONVERSATION: values}.get(change.kind)
        if stored is not None:
            stored.pop(change.name, None)
            stored.update({} if change.value is None else {change.name: change.value})
    return replace(context, contact=contact, values=values)


def _notices(
    rule: Rule, match: Match, names: Mapping[str, object], sender: str
) -> Iterable[Notice]:
    handed = None if rule.handoff is None else rule.handoff.notify
    for event, told in (("notify", rule.notify), ("handoff", handed)):
        if told is not None:
            text = told.text.render(names) if told.text is not None else ""
            yield Notice(
                event=event,
                rule=rule.id,
                url=told.url,
                to=told.to,
                text=text,
                captures=match.captures,
                untold=ABOUT_THEMSELVES if told.to == sender else "",
            )


def _hand_over(rule: Rule, spec: HandOver, match: Match, seen: MessageView) -> Change:
    now, unclaimed = seen.context.now, spec.unclaimed
    handoff = Handoff(
        since=now,
        ends_at=now + timedelta(seconds=spec.seconds),
        quiet=spec.seconds,
        rule=spec.rule,
        path=spec.path,
        unclaimed_at=None if unclaimed is None else now + timedelta(seconds=unclaimed.after),
        captures=match.captures,
        tags=seen.message.tags,
    )
    return Change(ChangeKind.HANDOFF, rule.id, handoff.as_json())


def _enter(rule: Rule, state: Enter, seen: MessageView) -> Iterable[Change]:
    ends = seen.context.now + timedelta(seconds=state.seconds) if state.seconds else None
    yield Change(ChangeKind.STATE, state.name, None if ends is None else ends.isoformat())
    if state.on_expiry is not None:
        yield Change(ChangeKind.ON_EXPIRY, rule.id, rule.path)


def _reply(
    rule: Rule, template: ReplyTemplate, names: Mapping[str, object], seen: MessageView
) -> Reply:
    wait = timedelta(seconds=template.delay) if template.delay else None
    return Reply(
        text=_measured(rule, template.text.render(names)),
        rule=rule.id,
        image=(template.image.render(names) or None) if template.image is not None else None,
        tags={name: value.render(names) for name, value in template.tags.items()},
        send_at=seen.context.now + wait if wait else None,
        long_texts=rule.long_texts,
        unless_replied=template.unless_replied,
        is_unasked=template.unless_replied,
    )


def _measured(rule: Rule, text: str) -> str:
    """The same, unless it is longer than the rule allows. Raises Failed."""
    measured = segments.measure(text)
    if measured.count > rule.max_segments:
        most = rule.max_segments or MAX_SEGMENTS
        raise Failed(Reason.TOO_LONG, f"{measured.count} segments, at most {most}")
    return text


def _choose(spec: ReplySpec, key: str, rule: RuleId) -> ReplyTemplate:
    if isinstance(spec, ReplyTemplate):
        return spec
    return _draw(spec, key, rule)


def _draw(one_of: OneOf, key: str, rule: RuleId) -> ReplyTemplate:
    digest = hashlib.sha256(f"{key}\0{rule}".encode("utf-8", "replace")).digest()
    ticket = int.from_bytes(digest[:8]) % sum(one_of.weights)
    bounds = accumulate(one_of.weights)
    return next(
        choice for choice, bound in zip(one_of.choices, bounds, strict=True) if ticket < bound
    )
