"""A message with what was decided of it, as `bot dry-run --json` writes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from bot.engine import outbound
from bot.engine.simulator import Fired
from bot.model import (
    Decision,
    InboundMessage,
    LongcodeId,
    LongTexts,
    Match,
    Notice,
    Reply,
    Step,
)
from bot.rules.ruleset import Ruleset
from bot.text import segments

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


class Answered(NamedTuple):
    message: InboundMessage
    decision: Decision
    longcode_id: LongcodeId | None
    line: int = 0
    answered_with: int | None = None
    """The line of the last text of its burst."""
    meanwhile: tuple[Fired, ...] = ()
    """What happened by itself in the conversation before the message came."""


class JsonLines:
    """Answers as JSON, one on a line."""

    def __init__(self, ruleset: Ruleset, long_texts: LongTexts) -> None:
        self._ruleset: Final = ruleset
        self._long_texts: Final = long_texts

    def line(self, answered: Answered, steps: Iterable[Step], number: int | None) -> str:
        """With the number of its line in the input, if it has one."""
        numbered = {} if number is None else {"line": number}
        head = _ENCODE({**numbered, **self._head(answered)})
        meanwhile = self._meanwhile(answered)
        after = f', "meanwhile": {_ENCODE(meanwhile)}' if meanwhile else ""
        return f'{head[:-1]}, "trace": {self._trace(steps)}{after}}}'

    def _head(self, answered: Answered) -> dict[str, Any]:
        decision = answered.decision
        return {
            "from": answered.message.sender,
            "text": answered.message.text,
            "outcome": str(decision.outcome),
            "rule": decision.rule,
            "reason": None if decision.reason is None else str(decision.reason),
            **({"detail": decision.detail} if decision.detail else {}),
            **({"answeredWith": answered.answered_with} if answered.answered_with else {}),
            "captures": dict(decision.captures),
            "replies": [
                self._reply(reply, answered, number)
                for number, reply in enumerate(decision.replies, 1)
            ],
            "changes": [change.as_object() for change in decision.changes],
            **({"notices": list(map(_notice, decision.notices))} if decision.notices else {}),
        }

    def _meanwhile(self, answered: Answered) -> list[dict[str, Any]]:
        """What happened by itself, as the JSON of a decision has it."""
        return [
            {
                "at": fired.at.isoformat(),
                **self._head(answered._replace(message=fired.about, decision=fired.decision)),
                "trace": [],
            }
            for fired in answered.meanwhile
        ]

    def _trace(self, steps: Iterable[Step]) -> str:
        if steps is self._ruleset.passed.trace:
            return self._passed
        known = self._of_guards
        return f"[{', '.join([known.get(id(one)) or self._step(one) for one in steps])}]"

    @cached_property
    def _passed(self) -> str:
        """The trace of a message that has no sign of any guard or rule: of most."""
        return f"[{', '.join(self._of_guards.values())}]"

    @cached_property
    def _of_guards(self) -> Mapping[int, str]:
        """The steps of guards that have nothing to say are the same objects at each message."""
        return {id(step): self._step(step) for step in self._ruleset.passed.trace}

    def _step(self, step: Step) -> str:
        is_match = isinstance(step.result, Match)
        about = self._ruleset.description(step.rule) if is_match else ""
        return _ENCODE({**step.as_object(), **({"description": about} if about else {})})

    def _reply(self, reply: Reply, answered: Answered, number: int) -> dict[str, Any]:
        message = answered.message
        measured = segments.measure(reply.text)
        pieces = segments.pieces(
            reply.text, reply.long_texts or self._long_texts, has_image=bool(reply.image)
        )
        return {
            "to": message.sender,
            "message": reply.text,
            "longcodeId": answered.longcode_id,
            "externalId": _id(message, number),
            "tags": outbound.tags_of(reply, message.tags),
            "image": reply.image,
            "sendAt": None if reply.send_at is None else reply.send_at.isoformat(),
            "segments": measured.count,
            "encoding": str(measured.encoding),
            "parts": len(pieces),
            "isMMS": any(piece.is_mms for piece in pieces),
        }


def _notice(notice: Notice) -> dict[str, Any]:
    to = {"to": notice.to, "text": notice.text} if notice.to else {"url": notice.url}
    to |= {"untold": notice.untold} if notice.untold else {}
    return {"event": notice.event, **to}


def _id(message: InboundMessage, number: int) -> str:
    """The same for the same input, so that two runs can be compared."""
    named = json.dumps([message.key, message.sender, message.number, message.text, number])
    return hashlib.sha256(named.encode()).hexdigest()[:32]
