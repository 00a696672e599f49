"""Decisions for people to read, in a terminal or a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from bot.errors import plain
from bot.model import (
    Change,
    ChangeKind,
    Decision,
    InboundMessage,
    LongTexts,
    Match,
    Outcome,
    Reply,
    Step,
)
from bot.rules.ruleset import Ruleset
from bot.text import segments
from bot.text.segments import pieces
from bot.timezones import utc as utc

_COLOURS: Final = {
    Outcome.REPLIED: "32",
    Outcome.HELD: "33",
    Outcome.SUPPRESSED: "33",
    Outcome.UNMATCHED: "35",
    Outcome.FAILED: "31",
}


def write_decision(
    message: InboundMessage,
    decision: Decision,
    ruleset: Ruleset,
    long_texts: LongTexts,
    steps: Iterable[Step] = (),
) -> None:
    """A message, what would be answered, by which rule and where it stands."""
    said = [_bold(f"› {line}") for line in printable(message.text).splitlines() or ["(no text)"]]
    attached = f" [{printable(message.media_url)}]" if message.media_url else ""
    print("\n".join(said) + attached)
    write_answer(decision, ruleset, long_texts, steps)


def write_answer(
    decision: Decision,
    ruleset: Ruleset,
    long_texts: LongTexts,
    steps: Iterable[Step] = (),
) -> None:
    """What would be answered, by which rule and where it stands.

    `long_texts` is the setting: what happens to long replies of rules that do not say it.
    """
    lines = [f"  {_verdict(decision, ruleset)}"]
    for reply in decision.replies:
        measured = segments.measure(reply.text)
        plural = "" if measured.count == 1 else "s"
        lines += [f"  ‹ {line}" for line in printable(reply.text).splitlines() or [""]]
        cost = f"{measured.count} segment{plural}, {measured.encoding}, {measured.units} units"
        leaves = _leaves(reply, long_texts)
        image = f", picture {printable(reply.image)}" if reply.image else ""
        later = f", not before {reply.send_at:%Y-%m-%d %H:%M %Z}" if reply.send_at else ""
        lines.append(dim(f"    {cost}{leaves}{image}{later}"))
    lines += [dim(f"    {change_line(change)}") for change in decision.changes]
    lines += [dim(f"    {step_line(step)}") for step in steps]
    print("\n".join(lines))


def printable(text: str | None) -> str:
    """A text from outside for a terminal: no control characters that could steer it."""
    return "\n".join(map(plain, (text or "").split("\n")))


def line(text: str | None) -> str:
    """As `printable`, on one line."""
    return printable(text).replace("\n", " ")


def shown(value: object) -> str:
    """An expected value of a test, or the one that came instead."""
    return printable(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def dim(text: str) -> str:
    return colour("2", text)


def colour(code: str, text: str) -> str:
    """Coloured on a terminal, plain elsewhere; `NO_COLOR` is honoured (https://no-color.org)."""
    import os

    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{code}m{text}\033[0m"


def _leaves(reply: Reply, long_texts: LongTexts) -> str:
    """How, where it is not as one plain message."""
    found = pieces(reply.text, reply.long_texts or long_texts, has_image=bool(reply.image))
    if not found:
        return ", held: too long"
    if found[0].is_mms:
        return ", as an MMS"
    return f", in {len(found)} messages" if len(found) > 1 else ""


def _bold(text: str) -> str:
    return colour("1", text)


def _verdict(decision: Decision, ruleset: Ruleset) -> str:
    outcome = colour(_COLOURS[decision.outcome], str(decision.outcome))
    if decision.rule is None:
        return outcome + (f" ({decision.reason})" if decision.reason else ": no rule matches")
    rule = ruleset.rule(decision.rule)
    place = dim(f" ({rule.place.in_file})") if rule is not None else ""
    reason = f", {decision.reason}" if decision.reason else ""
    detail = f": {printable(decision.detail)}" if decision.detail else ""
    return f"{outcome} by {decision.rule}{place}{reason}{detail}"


def change_line(change: Change) -> str:
    """What a decision changes in what is stored."""
    if change.kind is ChangeKind.STATE:
        return f"enters state {change.name}" if change.name else "leaves the state"
    if change.kind is ChangeKind.USE:
        return f"counts for the cooldown or limit {change.name}, per {change.value}"
    if change.kind in (ChangeKind.OPT_OUT, ChangeKind.OPT_IN):
        return "opts out" if change.kind is ChangeKind.OPT_OUT else "opts in"
    if change.value is None:
        return f"removes {change.kind}.{change.name}"
    return f"sets {change.kind}.{change.name} = {printable(change.value)}"


def step_line(step: Step) -> str:
    """One line of the trace."""
    if isinstance(step.result, Match):
        return f"✓ {step.rule}"
    return f"· {step.rule}: {printable(step.result.because)}"
