"""`bot dry-run`: what would be answered; no network, no database."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from bot.cli import message_lines, message_options, options
from bot.cli.answered import Answered, JsonLines
from bot.cli.message_lines import Numbered, Part, Reader, plain_text, reader_of
from bot.cli.summary import Summary
from bot.engine.simulator import Decided, Fired, Simulator
from bot.errors import BotError, UsageError
from bot.model import (
    Decision,
    LongcodeId,
    LongTexts,
    Miss,
    Step,
)
from bot.rules.ruleset import Ruleset
from bot.text.words import storable

_FEW: Final = 20
"""Rules that are asked one by one, so that the trace shows each; of more, those of the index."""
_MOMENT: Final = timedelta(microseconds=1)


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@options.rules_option
@click.option(
    "--input",
    "input_file",
    metavar="FILE",
    help="JSON lines of webhooks, or a plain file with a text a line; - is stdin.",
)
@message_options.message_options
@click.option("--keep-state", is_flag=True, help="Play the input in order, as conversations.")
@click.option(
    "--trace",
    type=click.Choice(["asked", "all"]),
    default="asked",
    help="Rules that were asked, or each rule in order.",
)
@click.option("--allow-impure", is_flag=True, help="Ask plugins that look beyond the message.")
@click.option("--verbose", "-v", is_flag=True, help="Which rules were passed over, and why.")
@options.json_option
def command(
    texts: tuple[str, ...],
    rules: Path | None,
    input_file: str | None,
    keep_state: bool,
    trace: str,
    allow_impure: bool,
    verbose: bool,
    as_json: bool,
    given: dict[str, Any],
) -> int:
    """Show what would be answered to each TEXT; no network, no database.

    After --input a summary follows on stderr, but for --json: outcomes, rules, and the texts that
    only the fallback answers. The same input gives the same --json where it says --at.

    \b
    Examples:
      bot dry-run "What are your hours?"
      bot dry-run "YES" --tag appointment=tomorrow --rules examples/clinic -v
      bot dry-run "are you open" --at "friday 9am"
      bot dry-run --input messages.jsonl --json
    """
    settings = options.settings(needs_account=rules is None)
    if not texts and input_file is None and "url" not in given:
        raise UsageError('nothing to answer: give a TEXT or --input, as bot dry-run "Hours?"')
    ruleset = options.load_rules(rules, settings, allow_impure=allow_impure).ruleset
    show = _Show(
        ruleset,
        settings.long_texts,
        as_json=as_json,
        verbose=verbose,
        everything=trace == "all",
    )
    run = _Run(
        Simulator(ruleset),
        given,
        ruleset.timezone,
        settings.longcode_id,
        keep_state,
        show.everything or verbose or len(ruleset.rules) <= _FEW,
    )
    for number, text in enumerate(texts or ([""] if input_file is None else []), 1):
        body = {"message": storable(text)} if text else {}
        for answered in run.answer({"fromNumber": options.SENDER, **given, **body}, number):
            show.answered(answered)
    if input_file is None:
        return 0
    return _from_lines(input_file, run, show, may_fork=not allow_impure)


def _from_lines(input_file: str, run: _Run, show: _Show, *, may_fork: bool) -> int:
    may_fork = may_fork and run.is_for_each_alone and not sys.stdout.isatty()
    if may_fork and message_lines.is_much(input_file):
        summary = _in_parts(input_file, run, show)
    else:
        summary = Summary()
        with message_lines.lines(input_file, "--input") as lines:
            numbered: Iterator[Numbered] = (one for one in enumerate(lines, 1) if one[1].strip())
            first = next(numbered, (0, b"{}"))
            reading = _Reading(run, show, reader_of(first[1]))
            reading.play(itertools.chain([first] if first[0] else [], numbered), summary)
            reading.show_all(run.rest(), summary)
    if not show.as_json:
        sys.stdout.flush()  # in a file of both it comes last
        print("\n".join(summary.lines()), file=sys.stderr)
    return 2 if summary.unreadable else 0


def _in_parts(input_file: str, run: _Run, show: _Show) -> Summary:
    from bot.cli import cores  # loads what a single text has no use for

    summary = Summary()
    with message_lines.parts(input_file, "--input") as (reader, parts):
        for found in cores.in_order(_Reading(run, show, reader).part, parts, first_here=True):
            summary.add_all(found)
    return summary


class _Reading(NamedTuple):
    """Plays lines of a file."""

    run: _Run
    show: _Show
    read: Reader

    def play(self, numbered: Iterable[Numbered], summary: Summary) -> None:
        somebody = {"fromNumber": options.SENDER} if self.read is plain_text else {}
        for number, line in numbered:
            try:
                own = self.read(line)
                is_timed = not {"at", "timestamp"}.isdisjoint(own)
                whole = {**somebody, **self.run.given, **own}
                self.show_all(self.run.answer(whole, number, is_timed=is_timed), summary)
            except BotError as error:
                summary.unreadable += 1
                self.show.unreadable(number, str(error))

    def part(self, part: Part) -> Summary:
        """What became of a part of a file that is printed by itself."""
        summary = Summary()
        self.play((one for one in part.lines() if one[1].strip()), summary)
        return summary

    def show_all(self, found: Iterable[Answered], summary: Summary) -> None:
        for answered in found:
            summary.add(answered.message, answered.decision)
            self.show.answered(answered, line=answered.line)


@dataclass(slots=True)
class _Run:
    """Reads one webhook body after the other and decides it."""

    simulator: Simulator
    given: Mapping[str, Any]
    timezone: str
    default_longcode_id: LongcodeId | None
    keeps_state: bool
    ask_all: bool
    _taken: dict[str, tuple[int, LongcodeId | None, tuple[Fired, ...]]] = field(
        default_factory=dict
    )
    """By the keys of texts, what is shown with what becomes of them."""
    _started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_for_each_alone(self) -> bool:
        """No message has anything to do with another one."""
        return not self.keeps_state and self.simulator.ruleset.combine is None

    def answer(
        self, data: Mapping[str, Any], number: int, *, is_timed: bool = False
    ) -> list[Answered]:
        """What is decided when it comes in; `is_timed`: the line says when that is.

        Raises WebhookError, UsageError.
        """
        # Without ids of its own a line is a message of its own, however often its text occurs.
        named = data.get("replyId") is not None or data.get("messageId") is not None
        message, given = message_options.read(
            data,
            key=None if named else f"line-{number}",
            timezone=self.timezone,
            longcode_id=self.default_longcode_id,
            now=self._started,
        )
        if self.is_for_each_alone:
            alone = self.simulator.once(message, given, ask_all=self.ask_all)
            return [Answered(message, alone.decision, given.longcode_id, number)]
        if not self.keeps_state:
            self.simulator = Simulator(self.simulator.ruleset)
        decided = self.simulator.settle(given.now - _MOMENT) if is_timed else self.simulator.flush()
        meanwhile = self.simulator.pass_time(message, given.now)
        self._taken[message.key] = number, given.longcode_id, meanwhile
        decided += self.simulator.take(message, given, ask_all=self.ask_all)
        if not (is_timed and self.keeps_state):
            decided += self.simulator.flush()
        return self._all(decided)

    def rest(self) -> list[Answered]:
        """What waits for more texts when all have come."""
        return self._all(self.simulator.flush())

    def _all(self, decided: Sequence[Decided]) -> list[Answered]:
        answered = list(map(self._answered, decided))
        for one in decided:
            self._taken.pop(one.message.key, None)
        return answered

    def _answered(self, one: Decided) -> Answered:
        line, longcode_id, meanwhile = self._taken[one.message.key]
        last = None if one.answered_with is None else self._taken[one.answered_with.key][0]
        return Answered(one.message, one.decision, longcode_id, line, last, meanwhile)


@dataclass(slots=True)
class _Show:
    """Prints what was decided, for people or for programs."""

    ruleset: Ruleset
    long_texts: LongTexts
    as_json: bool
    verbose: bool
    everything: bool
    _json: JsonLines = field(init=False)

    def __post_init__(self) -> None:
        self._json = JsonLines(self.ruleset, self.long_texts)

    def answered(self, answered: Answered, line: int | None = None) -> None:
        if self.as_json:
            steps = self._steps(answered.decision)
            options.print_line(self._json.line(answered, steps, line))
            return
        from bot.cli.output import write_answer, write_decision

        for fired in answered.meanwhile:
            print(f"at {fired.at.isoformat()}")
            write_answer(fired.decision, self.ruleset, self.long_texts)
        write_decision(
            answered.message,
            answered.decision,
            self.ruleset,
            self.long_texts,
            steps=self._steps(answered.decision) if self.verbose or self.everything else (),
        )

    def unreadable(self, line: int, because: str) -> None:
        if self.as_json:
            options.print_json({"line": line, "error": because})
        else:
            from bot.cli.output import printable

            print(f"line {line}: {printable(because)}", file=sys.stderr)

    def _steps(self, decision: Decision) -> tuple[Step, ...]:
        if not self.everything:
            return decision.trace
        asked = {step.rule for step in decision.trace}
        because = Miss(f"not asked: {decision.rule} ended the search")
        rest = [rule.id for rule in self.ruleset.rules if rule.id not in asked]
        return (*decision.trace, *(Step(rule_id, because) for rule_id in rest))
