"""`bot dry-run`: what would be answered; no network, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import click

from bot import segments, wire
from bot.commands import options
from bot.engine import Ruleset
from bot.errors import BotError, UsageError, WebhookError
from bot.ids import new_external_id
from bot.model import Decision, InboundMessage, LongcodeId, Miss, Reply, Step
from bot.play import Given, Play
from bot.settings import read_settings
from bot.text import storable

_LONG: Final = 256 * 1024
"""Bytes of input from which on a progress bar is worth it."""
_LONGEST_LINE: Final = 1024 * 1024


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@options.rules_option
@click.option("--input", "input_file", metavar="FILE", help="JSON lines of webhooks; - is stdin.")
@click.option("--from", "sender", metavar="N", help="Who writes.")
@click.option("--to", metavar="N", help="Which of our numbers got it.")
@options.tags_option
@click.option("--contact", multiple=True, metavar="K=V", help="What is stored of them.")
@click.option("--media", metavar="URL", help="An attachment.")
@click.option("--state", help="State of the conversation.")
@click.option("--at", metavar="TIME", help="When it comes in.")
@click.option("--longcode", metavar="ID", help="Our number's id.")
@click.option("--keep-state", is_flag=True, help="Play the input in order, as conversations.")
@click.option(
    "--trace",
    type=click.Choice(["asked", "all"]),
    default="asked",
    help="Rules that were asked, or each rule in order.",
)
@click.option("--verbose", "-v", is_flag=True, help="Which rules were passed over, and why.")
@options.json_option
def command(
    texts: tuple[str, ...],
    rules: Path | None,
    input_file: str | None,
    sender: str | None,
    to: str | None,
    tags: tuple[str, ...],
    contact: tuple[str, ...],
    media: str | None,
    state: str | None,
    at: str | None,
    longcode: str | None,
    keep_state: bool,
    trace: str,
    verbose: bool,
    as_json: bool,
) -> int:
    """Show what would be answered to each TEXT; no network, no database.

    \b
    Examples:
      bot dry-run "What are your hours?"
      bot dry-run "YES" --tag appointment=tomorrow --rules examples/clinic -v
      bot dry-run --input messages.jsonl --json
    """
    settings = read_settings()
    given = _given(sender, to, tags, contact, media, state, at, longcode)
    if not texts and input_file is None and media is None:
        raise UsageError('nothing to answer: give a TEXT or --input, as bot dry-run "Hours?"')
    ruleset = options.load_rules(rules, settings).ruleset
    show = _Show(ruleset, as_json=as_json, verbose=verbose, everything=trace == "all")
    run = _Run(
        Play(ruleset), given, settings.timezone, settings.longcode_id, keep_state, show.everything
    )
    for number, text in enumerate(texts or ([""] if input_file is None else []), 1):
        body = {"message": storable(text)} if text else {}
        show.answered(run.answer({"fromNumber": options.SENDER, **given, **body}, number))
    if input_file is None:
        return 0
    return _from_lines(input_file, run, show)


def _from_lines(input_file: str, run: _Run, show: _Show) -> int:
    failed = False
    with _lines(input_file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                answered = run.answer({**run.given, **_members(line)}, number)
            except BotError as error:
                failed = True
                show.unreadable(number, str(error))
            else:
                show.answered(answered, line=number)
    return 2 if failed else 0


def _given(
    sender: str | None,
    to: str | None,
    tags: tuple[str, ...],
    contact: tuple[str, ...],
    media: str | None,
    state: str | None,
    at: str | None,
    longcode: str | None,
) -> dict[str, Any]:
    """The options as members of a webhook body: they hold where a line does not say."""
    given: dict[str, Any] = {}
    if sender is not None:
        given["fromNumber"] = options.number(sender, "--from")
    if to is not None:
        given["toNumber"] = options.number(to, "--to")
    if tags:
        given["tags"] = dict(options.pairs(tags, "--tag"))
    if contact:
        given["contact"] = dict(options.pairs(contact, "--contact"))
    if longcode is not None:
        if wire.longcode_id(longcode) is None:
            raise UsageError(f"--longcode {longcode}: needs an id, for example 123")
        given["longcodeId"] = longcode
    for name, value in (("url", media), ("state", state), ("at", at)):
        if value is not None:
            given[name] = storable(value)
    return given


@dataclass(frozen=True, slots=True)
class _Answered:
    message: InboundMessage
    decision: Decision
    longcode: LongcodeId | None


@dataclass(slots=True)
class _Run:
    """Reads one webhook body after the other and decides it."""

    play: Play
    given: Mapping[str, Any]
    timezone: str
    default_longcode: LongcodeId | None
    keeps_state: bool
    ask_all: bool
    _started: datetime = field(default_factory=lambda: datetime.now(UTC))

    def answer(self, data: Mapping[str, Any], number: int) -> _Answered:
        """Raises WebhookError, UsageError."""
        at = self._at(data)
        # Without ids of its own a line is a message of its own, however often its text occurs.
        named = data.get("replyId") is not None or data.get("messageId") is not None
        key = None if named else f"line-{number}"
        message = wire.read_message_reply(data, received_at=at, key=key)
        longcode = self._longcode(data, message)
        play = self.play if self.keeps_state else Play(self.play.ruleset)
        opted_out = data.get("optedOut")
        given = Given(
            now=at,
            contact=_texts(data, "contact"),
            longcode_id=longcode,
            state=_text(data, "state"),
            opted_out=opted_out if isinstance(opted_out, bool) else None,
        )
        return _Answered(message, play.say(message, given, ask_all=self.ask_all), longcode)

    def _at(self, data: Mapping[str, Any]) -> datetime:
        """`at`, else the time that a recorded body carries, else now."""
        written = _text(data, "at")
        if written:
            return options.instant(written, self.timezone, "at")
        try:
            return options.instant(str(data.get("timestamp")), "UTC", "timestamp")
        except UsageError:
            return self._started

    def _longcode(self, data: Mapping[str, Any], message: InboundMessage) -> LongcodeId | None:
        written = data.get("longcodeId")
        if written is not None and wire.longcode_id(written) is None:
            raise WebhookError("longcodeId is no id")
        tagged = wire.longcode_id(message.tags.get("longcodeId"))
        return wire.longcode_id(written) or tagged or self.default_longcode


def _members(line: str) -> Mapping[str, Any]:
    """A line's webhook body; what stands beside `data` (`at`, `longcodeId`) counts too."""
    try:
        root = json.loads(line)
    except (ValueError, RecursionError):
        raise WebhookError("the line is no JSON") from None
    data = wire.members(root)
    return data if data is root else {**_beside(root), **data}


def _beside(root: Mapping[str, Any]) -> Mapping[str, Any]:
    names = ("longcodeId", "at", "contact", "state", "optedOut")
    return {name: root[name] for name in names if name in root}


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is None or isinstance(value, str):
        return storable(value) if value else None
    raise WebhookError(f"{name} is no text")


def _texts(data: Mapping[str, Any], name: str) -> Mapping[str, str]:
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict) or any(isinstance(v, dict | list) for v in value.values()):
        raise WebhookError(f"{name} needs names with texts")
    return {storable(k): storable(str(v)) for k, v in value.items() if v is not None}


@contextmanager
def _lines(input_file: str) -> Iterator[Iterable[str]]:
    """The lines of a file or of stdin, under a progress bar where that is of use."""
    with _open(input_file) as stream:
        lines = _decoded(stream)
        size = Path(input_file).stat().st_size if input_file != "-" else None
        if sys.stderr.isatty() and (size is None or size > _LONG):
            yield _with_progress(stream, lines, size)
        else:
            yield lines


def _open(input_file: str) -> Any:
    if input_file == "-":
        return sys.stdin.buffer
    try:
        return Path(input_file).open("rb")
    except OSError as error:
        raise UsageError(f"--input {input_file}: {error.strerror}") from None


def _decoded(stream: IO[bytes]) -> Iterator[str]:
    """Byte lines as text; what is no UTF-8 shows up as what no JSON text may hold."""
    while raw := stream.readline(_LONGEST_LINE):
        yield raw.decode("utf-8-sig", "replace")


def _with_progress(stream: IO[bytes], lines: Iterator[str], size: int | None) -> Iterator[str]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    both = sys.stdout.isatty()
    with Progress(
        console=console, transient=True, redirect_stdout=both, redirect_stderr=both
    ) as progress:
        task = progress.add_task("messages", total=size)
        for line in lines:
            yield line
            progress.update(task, advance=len(line.encode()))


@dataclass(slots=True)
class _Show:
    """Prints what was decided, for people or for programs."""

    ruleset: Ruleset
    as_json: bool
    verbose: bool
    everything: bool

    def answered(self, answered: _Answered, line: int | None = None) -> None:
        if self.as_json:
            extra = {} if line is None else {"line": line}
            options.print_json({**extra, **as_object(answered, self._steps(answered.decision))})
            return
        from bot.commands.show import write_decision

        write_decision(
            answered.message,
            answered.decision,
            self.ruleset,
            steps=self._steps(answered.decision) if self.verbose or self.everything else (),
        )

    def unreadable(self, line: int, because: str) -> None:
        if self.as_json:
            options.print_json({"line": line, "error": because})
        else:
            print(f"line {line}: {because}", file=sys.stderr)

    def _steps(self, decision: Decision) -> tuple[Step, ...]:
        if not self.everything:
            return decision.trace
        asked = {step.rule for step in decision.trace}
        because = Miss(f"not asked: {decision.rule} ended the search")
        rest = [rule.id for rule in self.ruleset.rules if rule.id not in asked]
        return (*decision.trace, *(Step(rule_id, because) for rule_id in rest))


def as_object(answered: _Answered, steps: Iterable[Step]) -> dict[str, Any]:
    """The JSON of one decision."""
    decision = answered.decision
    return {
        "outcome": str(decision.outcome),
        "rule": decision.rule,
        "reason": None if decision.reason is None else str(decision.reason),
        **({"detail": decision.detail} if decision.detail else {}),
        "captures": dict(decision.captures),
        "replies": [_reply(reply, answered) for reply in decision.replies],
        "changes": [change.as_object() for change in decision.changes],
        "trace": [step.as_object() for step in steps],
    }


def _reply(reply: Reply, answered: _Answered) -> dict[str, Any]:
    measured = segments.measure(reply.text)
    return {
        "to": answered.message.sender,
        "message": reply.text,
        "longcodeId": answered.longcode,
        "externalId": new_external_id(),
        "tags": wire.outbound_tags(answered.message.tags, reply.tags, reply.rule),
        "image": reply.image,
        "sendAt": None if reply.send_at is None else reply.send_at.isoformat(),
        "segments": measured.count,
        "encoding": str(measured.encoding),
    }
