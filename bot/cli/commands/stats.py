"""`bot stats`: what came in, what became of it, and which rules answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import click

from bot.cli import options
from bot.cli.output import colour, counted, fitted, line, shortened
from bot.errors import UsageError, plain
from bot.ledger import said
from bot.ledger.breakdown import By, Share, breakdown
from bot.ledger.said import Said
from bot.ledger.stats import Span, Stats, stats
from bot.messaging import json_views

_SHOWN: Final = {By.OUTCOME: "how they ended", By.RULE: "which rule", By.DAY: "when"}
_MOST: Final = 12
"""Lines of a part of the whole."""
_LONGEST_NAME: Final = 24
_WIDTH: Final = 30
"""Signs of the longest bar."""
_EIGHTHS: Final = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589"


@click.command()
@click.option("--since", default="7d", metavar="TIME", help="As in 7d, or 2026-01-15; else 7d.")
@click.option(
    "--by",
    type=click.Choice([str(by) for by in By]),
    help="Only that, all of it; `hour`: of a day.",
)
@options.json_option
def command(since: str, by: str | None, as_json: bool) -> int:
    """What came in, what became of it, and which rules answered.

    A message counts when it came in. Days and hours are those of the rules' clocks.

    \b
    Examples:
      bot stats
      bot stats --since 30d --by rule
      bot stats --by word --json
    """
    now = datetime.now(UTC)
    span = Span(options.since(since, now), now)
    if span.since >= now:
        raise UsageError(f"--since {plain(since)}: is not in the past")
    timezone = options.zone(options.settings())
    wanted = [By(by)] if by is not None else list(_SHOWN)
    with options.ledger_to_read() as connection:
        found = stats(connection, span)
        unmatched = said.unmatched(connection, span, said.MOST)
        asked = wanted if by is not None or not as_json else []
        parts = {one: breakdown(connection, found, one, timezone) for one in asked}
    if as_json:
        of = json_views.parts(By(by), parts[By(by)]) if by is not None else {}
        options.print_json({**json_views.stats(found, unmatched), **of})
    elif by is not None:
        print("\n".join(_bars(parts[By(by)])) or "no texts in that time")
    else:
        print("\n".join(_lines(found, unmatched, parts)))
    return 0


def _lines(
    found: Stats, unmatched: Sequence[Said], parts: Mapping[By, Sequence[Share]]
) -> Iterator[str]:
    counts, shown = found.counts, options.clock()
    yield f"{counted(counts.received, 'text')} since {shown(found.span.since)}"
    if counts.received:
        for by, listed in parts.items():
            yield f"{_SHOWN[by]}:"
            yield from _bars(_most_of(by, listed))
    if counts.not_understood:
        yield f"no rule answered {counts.not_understood}:"
        for one in unmatched:
            yield fitted(f"  {one.count:>5}  {line(one.text) or '(no text)'}", 9)
    yield from _figures(found)


def _figures(found: Stats) -> Iterator[str]:
    if found.answer_seconds is not None:
        yield f"median time to an answer: {found.answer_seconds:g} s"
    if found.sends:
        tries = sum(found.sends.values())
        yield f"{counted(found.segments, 'segment')} sent; {_not_taken(found)} of {tries} tries"
    if found.opt_outs:
        yield f"{counted(found.opt_outs, 'opt-out')}"
    if found.likely_opt_outs:
        many = counted(found.likely_opt_outs, "likely opt-out")
        yield f"{many} waiting for a person now: bot inbox"


def _not_taken(found: Stats) -> str:
    if not found.provider_errors:
        return "the provider took all"
    return f"the provider did not take {found.provider_errors}"


def _most_of(by: By, listed: Sequence[Share]) -> Sequence[Share]:
    """Days are put together, so that none is left out; of all else the rest is one part."""
    if len(listed) <= _MOST:
        return listed
    if by is By.DAY:
        size = -(-len(listed) // _MOST)
        return [_span(listed[at : at + size]) for at in range(0, len(listed), size)]
    rest = listed[_MOST - 1 :]
    others = Share(f"({len(rest)} others)", sum(part.count for part in rest))
    return [*listed[: _MOST - 1], others]


def _span(days: Sequence[Share]) -> Share:
    name = days[0].name if len(days) == 1 else f"{days[0].name} – {days[-1].name}"
    return Share(name, sum(day.count for day in days))


def _bars(listed: Sequence[Share]) -> Iterator[str]:
    """A line each, with a bar that is in proportion to the longest."""
    names = [shortened(line(part.name) or "(none)", _LONGEST_NAME) for part in listed]
    longest = max(map(len, names), default=0)
    most = max((part.count for part in listed), default=0)
    digits = len(str(most))
    for name, part in zip(names, listed, strict=True):
        bar = colour("36", _bar(part.count, most))
        yield f"  {name:<{longest}}  {part.count:>{digits}}  {bar}".rstrip()


def _bar(count: int, most: int) -> str:
    """As long as its share of the most says, to an eighth of a sign."""
    eighths = count * _WIDTH * 8 // most if most else 0
    whole, rest = divmod(max(eighths, 1 if count else 0), 8)
    return "\u2588" * whole + _EIGHTHS[rest].strip()
