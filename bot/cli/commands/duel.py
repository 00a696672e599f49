"""`bot duel`: the rules against other answering machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from bot.authoring.duel import MACHINES, Duel, duels
from bot.cli import moments, options
from bot.cli.output import colour, counted, fitted, line
from bot.errors import UsageError, plain
from bot.text.spelling import did_you_mean

_NAMES = (*(machine.name for machine in MACHINES), "the same rules")


@click.command()
@options.rules_path
@click.option("--machine", metavar="NAME", help="That one alone, with what is said.")
@click.option(
    "--most",
    type=click.IntRange(0),
    default=150,
    help="More answers of ours to one machine are too many; else 150.",
)
@click.option(
    "--at", metavar="TIME", help="When the first answers, else now: `monday 9am`, 2026-01-15T17:30."
)
@options.json_option
def command(
    rules: Path | None, machine: str | None, most: int, at: str | None, as_json: bool
) -> int:
    """The rules against twenty other answering machines, and against themselves.

    Each gets a text of a campaign and answers; the rules answer that, and so on, on a simulated
    clock, until one says nothing more and nothing of ours is due: follow-ups and the ends of
    questions leave at their time. What ends it is named: mostly a guard. Exit code 1 where the
    rules answer more often than --most, or for ever. Nothing is sent.

    \b
    Examples:
      bot duel
      bot duel examples/shop --most 5
      bot duel --machine "out of office" --at "tomorrow 23:00"
    """
    if machine is not None and machine not in _NAMES:
        hint = did_you_mean(machine, _NAMES)
        raise UsageError(f"--machine {plain(machine)}: there is no such machine ({hint})")
    ruleset = options.load_rules(rules, options.settings(), allow_impure=False).ruleset
    now = datetime.now(UTC)
    begin = now if at is None else moments.moment(at, ruleset.timezone, "--at", now)
    found = [one for one in duels(ruleset, begin) if machine in (None, one.machine)]
    for one in found:
        if as_json:
            options.print_json(_object(one, with_texts=machine is not None))
        else:
            _show(one, most, with_texts=machine is not None)
    too_many = [one for one in found if not one.ended_by or one.answers > most]
    if not as_json and machine is None:
        said = f"{len(too_many)} of {counted(len(found), 'machine')} get more than {most} answers"
        print(colour("31" if too_many else "32", said))
    return 1 if too_many else 0


def _show(one: Duel, most: int, *, with_texts: bool) -> None:
    for said in one.said if with_texts else ():
        print(fitted(f"{'‹' if said.is_ours else '›'} {line(said.text)}", 2))
    ended = f"ended by {one.ended_by}" if one.ended_by else "goes on for ever"
    cost = f"{counted(one.answers, 'answer')}, {counted(one.segments, 'segment')}"
    span = f" in {_spoken(one.lasts)}" if one.answers > 1 else ""
    text = fitted(f"{one.machine}: {cost}{span}; {ended}", 2)
    print(colour("31", text) if not one.ended_by or one.answers > most else text)


def _spoken(lasts: timedelta) -> str:
    seconds = round(lasts.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size:
            return counted(round(seconds / size), unit)
    return counted(seconds, "second")


def _object(one: Duel, *, with_texts: bool) -> dict[str, object]:
    said = [{"ours": said.is_ours, "text": said.text} for said in one.said]
    return {
        "machine": one.machine,
        "answers": one.answers,
        "segments": one.segments,
        "seconds": round(one.lasts.total_seconds()),
        "endedBy": one.ended_by or None,
        **({"said": said} if with_texts else {}),
    }
