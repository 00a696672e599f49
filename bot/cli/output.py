"""Decisions for people to read, in a terminal or a file."""

from __future__ import annotations

import itertools
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, TextIO

from bot.engine.waiting import follow_up_timer
from bot.errors import plain
from bot.model import (
    Change,
    ChangeKind,
    Decision,
    InboundMessage,
    LongTexts,
    Match,
    Notice,
    Outcome,
    Question,
    Reply,
    Step,
)
from bot.rules.ruleset import Ruleset
from bot.text import segments
from bot.text.segments import pieces
from bot.timezones import local
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
    said = [
        _bold(fitted(f"› {line}", 2))
        for line in printable(message.text).splitlines() or ["(no text)"]
    ]
    attached = f" [{printable(message.media_url)}]" if message.media_url else ""
    print("\n".join(said) + attached)
    write_answer(decision, ruleset, long_texts, steps)


def write_answer(
    decision: Decision,
    ruleset: Ruleset,
    long_texts: LongTexts,
    steps: Iterable[Step] = (),
) -> None:
    print("\n".join(answer_lines(decision, ruleset, long_texts, steps)))


def answer_lines(
    decision: Decision,
    ruleset: Ruleset,
    long_texts: LongTexts,
    steps: Iterable[Step] = (),
) -> list[str]:
    """What would be answered, by which rule and where it stands.

    `long_texts` is the setting: what happens to long replies of rules that do not say it.
    """
    about = [fitted(line, 4) for line in described(decision.rule, ruleset, "  ")]
    lines = [fitted(f"  {_verdict(decision, ruleset)}", 4), *about]

    def shown(at: datetime) -> str:
        return f"{local(at, ruleset.timezone):%Y-%m-%d %H:%M %Z}"

    for reply in decision.replies:
        measured = segments.measure(reply.text)
        lines += [fitted(f"  ‹ {line}", 4) for line in printable(reply.text).splitlines() or [""]]
        cost = f"{counted(measured.count, 'segment')}, {measured.encoding}, {measured.units} units"
        leaves = _leaves(reply, long_texts)
        image = f", picture {printable(reply.image)}" if reply.image else ""
        later = f", not before {shown(reply.send_at)}" if reply.send_at else ""
        lines.append(dim(fitted(f"    {cost}{leaves}{image}{later}", 6)))
    lines += [dim(fitted(f"    {change_line(change, shown)}", 6)) for change in decision.changes]
    lines += [dim(fitted(f"    {_notice_line(notice)}", 6)) for notice in decision.notices]
    lines += [dim(fitted(f"    {line}", 6)) for line in step_lines(steps)]
    return lines


def tell(text: str) -> None:
    """Say what is not the result of a command: a mistake, a remark."""
    for line in printable(text).split("\n"):
        print(fitted(line, 2, sys.stderr), file=sys.stderr)


def fitted(text: str, hanging: int, to: TextIO | None = None) -> str:
    """One line, broken between words where it is too long; `hanging` spaces before what follows.

    It fits in COLUMNS, else in the terminal that `to` is, else stdout; in a pipe or a file it
    stays one line, for `grep`.
    """
    longest = _width(to or sys.stdout)
    if longest is None or _cells(text) <= longest:
        return text
    indent = len(text) - len(text.lstrip(" "))
    lines, used = [text[:indent]], indent
    for word in text[indent:].split(" "):
        cells = _cells(word)
        if used + cells > longest and used > hanging:
            lines[-1] = lines[-1].rstrip(" ")
            lines.append(" " * hanging)
            used = hanging
        lines[-1] += f"{word} "
        used += cells + 1
    lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _width(to: TextIO) -> int | None:
    import os

    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 6:
        return max(int(asked), _NARROWEST)
    if not to.isatty():
        return None
    try:
        return max(os.get_terminal_size(to.fileno()).columns, _NARROWEST)
    except (OSError, ValueError):
        return None


_NARROWEST: Final = 20
_COLOURED: Final = re.compile("\033\\[[0-9;]*m")


def _cells(text: str) -> int:
    """How wide a terminal shows it."""
    if text.isascii() and "\033" not in text:
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in _COLOURED.sub("", text)
    )


def described(rule_id: str | None, ruleset: Ruleset, indent: str) -> list[str]:
    """The line of a rule's description, where it has one."""
    text = ruleset.description(rule_id)
    return [dim(f"{indent}{printable(text)}")] if text else []


def printable(text: str | None) -> str:
    """A text from outside for a terminal: no control characters that could steer it."""
    return "\n".join(map(plain, (text or "").split("\n")))


def line(text: str | None) -> str:
    """As `printable`, on one line."""
    return printable(text).replace("\n", " ")


def counted(number: int, what: str) -> str:
    """
    >>> counted(1, "rule"), counted(2, "rule")
    ('1 rule', '2 rules')
    """
    return f"{number} {what}{'' if number == 1 else 's'}"


def shortened(text: str, longest: int) -> str:
    """
    >>> shortened("are you open", 8), shortened("open", 8)
    ('are you…', 'open')
    """
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


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


def change_line(change: Change, shown: Callable[[datetime], str]) -> str:
    """What a decision changes in what is stored; `shown` tells a time as people read it."""
    if change.kind is ChangeKind.STATE:
        return f"enters state {change.name}" if change.name else "leaves the state"
    if change.kind is ChangeKind.QUESTION:
        return f"asks {_asked(change.value)}" if change.value else "ends the question"
    if change.kind is ChangeKind.HANDOFF:
        return "hands over to a person" if change.value else "ends the handoff"
    if change.kind is ChangeKind.FOLLOW_UP:
        later = follow_up_timer(change)
        return (
            f"says nothing more later: {change.name}"
            if later is None
            else f"says something later: {change.name}, {shown(later.due_at)}"
        )
    if change.kind is ChangeKind.ON_EXPIRY:
        return "says something when that ends"
    if change.kind is ChangeKind.USE:
        return f"counts for the cooldown or limit {change.name}, per {change.value}"
    if change.kind in (ChangeKind.OPT_OUT, ChangeKind.OPT_IN):
        return "opts out" if change.kind is ChangeKind.OPT_OUT else "opts in"
    if change.value is None:
        return f"removes {change.kind}.{change.name}"
    return f"sets {change.kind}.{change.name} = {printable(change.value)}"


def _notice_line(notice: Notice) -> str:
    """Who else is told."""
    if notice.untold:
        return f"does not text {notice.to}: {notice.untold}"
    if notice.to:
        return f"texts {notice.to}: {line(notice.text)} #…"
    return f"posts to {printable(notice.url)}"


def _asked(written: str) -> str:
    """A question in words."""
    question = Question.of(json.loads(written))
    times = {"interruption": question.interruptions}
    so_far = [f"try {question.tries + 1}"] if question.tries else []
    so_far += [counted(many, name) for name, many in times.items() if many]
    return f"{question.rule} {question.step}" + (f" ({', '.join(so_far)})" if so_far else "")


def step_lines(steps: Iterable[Step]) -> Iterator[str]:
    """The trace, a line a step; what was passed over for the same reason in a row is one line."""
    for result, found in itertools.groupby(steps, key=lambda step: step.result):
        steps = list(found)
        if isinstance(result, Match):
            noted = [f": {printable(step.note)}" if step.note else "" for step in steps]
            yield from (f"✓ {step.rule}{note}" for step, note in zip(steps, noted, strict=True))
        else:
            yield f"· {_listed([s.rule for s in steps])}: {printable(folded(result.because))}"


def folded(because: str) -> str:
    """A reason with a long list in it, shortened; `--json` has all of it.

    >>> folded("contains none of: " + ", ".join("abcdefghij"))
    'contains none of: a, b, c, d, e, f … (4 more)'
    """
    head, colon, items = because.partition(": ")
    listed = items.split(", ")
    return because if len(listed) <= _MOST_LISTED + 1 else f"{head}{colon}{_listed(listed)}"


def _listed(items: Sequence[str]) -> str:
    if len(items) <= _MOST_LISTED + 1:
        return ", ".join(items)
    return f"{', '.join(items[:_MOST_LISTED])} … ({len(items) - _MOST_LISTED} more)"


_MOST_LISTED: Final = 6
