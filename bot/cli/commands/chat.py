"""`bot chat`: a conversation in the terminal; what a phone would see, and why."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import click

from bot.cli import moments, options, output
from bot.cli.waits import waiting_lines
from bot.engine.outbound import tags_of, tags_of_person
from bot.engine.simulator import Decided, Given, Simulator
from bot.errors import UsageError
from bot.model import (
    ChangeKind,
    Context,
    Decision,
    InboundMessage,
    LongcodeId,
    LongTexts,
    Reason,
    Reply,
)
from bot.provider.ids import new_ids
from bot.rules.ruleset import Ruleset
from bot.text.durations import duration, proposed
from bot.text.words import storable
from bot.timezones import local

_MOMENT: Final = timedelta(microseconds=1)
_LOOP: Final = "as between two machines: too many answers too soon; /after 10m goes on"
_HELP: Final = """\
/after 2h               two hours pass; s, m, h, d, w
/at tomorrow 9:30       it is that time: 17:30, friday 9am, 2026-01-15 17:30
/tag K=V                a tag of the next text; /tag K= takes it away
/contact K=V            what is stored of you, until a rule sets it anew
/media URL [TEXT]       a text with a picture or another attachment
/agent TEXT             a person of yours writes; the bot is silent for a while
/release                they give the conversation back
/state                  what the bot knows of you now, and what will happen by itself
/why                    the rules that the last text was held against, and why not
/reset                  begin anew
/help                   this list
//TEXT                  a text that begins with /
Ctrl-D                  the end"""


@click.command()
@options.rules_option
@click.option("--from", "sender", metavar="N", help="Who writes.")
@options.tags_option
def command(rules: Path | None, sender: str | None, tags: tuple[str, ...]) -> int:
    """Text the bot from the terminal: no network, no database; the conversation goes on.

    Each line is a text; lines that begin with / turn the clock and look inside, `/help` lists
    them. The tags of the bot's last reply come back with your next text, as they do by phone.

    \b
    Examples:
      bot chat
      bot chat --rules examples/clinic --tag appointment="2026-01-20 09:30"
      printf 'Hours?\\n/after 2h\\nHours?\\n' | bot chat
    """
    settings = options.settings(needs_account=rules is None)
    ruleset = options.load_rules(rules, settings).ruleset
    chat = Chat(
        ruleset,
        sender=options.SENDER if sender is None else options.number(sender, "--from"),
        tags=options.pairs(tags, "--tag"),
        timezone=ruleset.timezone,
        longcode_id=settings.longcode_id,
        long_texts=settings.long_texts,
        echoes=not sys.stdin.isatty(),
    )
    for line in _typed() if sys.stdin.isatty() else _piped():
        chat.line(line)
    chat.answered()
    return 0


def _piped() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")


def _typed() -> Iterator[str]:
    """With a prompt, and the keys that people know from a shell; until Ctrl-D."""
    with contextlib.suppress(ImportError):  # a Python may be built without it
        import readline  # noqa: F401  input() edits lines with it
    print(output.dim("Text the bot; /help lists what else there is, Ctrl-D ends."))
    while True:
        try:
            written = input("› ")
        except EOFError:
            print()
            return
        if written.strip() in ("/exit", "/quit"):
            return
        yield written


@dataclass(slots=True)
class _Phone:
    """What goes along with the next text."""

    tags: dict[str, str]
    contact: dict[str, str] = field(default_factory=dict)
    """Typed in here; a rule that sets the same name later wins."""
    external_id: str | None = None
    """Of the bot's last reply."""
    queued: list[Reply] = field(default_factory=list)
    """Replies of the bot that leave after a delay, or when quiet hours end."""
    shift: timedelta = timedelta()
    """How far the clock of the conversation is ahead of the real one."""


class Chat:
    """One person's conversation with a rule set."""

    def __init__(
        self,
        ruleset: Ruleset,
        *,
        sender: str = options.SENDER,
        tags: Mapping[str, str] | None = None,
        timezone: str,
        longcode_id: LongcodeId | None = None,
        long_texts: LongTexts = LongTexts.SPLIT,
        echoes: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`echoes`: texts are shown before their answers, where no terminal has shown them."""
        self._ruleset, self._sender, self._first_tags = ruleset, sender, dict(tags or {})
        self._timezone, self._longcode_id, self._long_texts = timezone, longcode_id, long_texts
        self._echoes, self._clock = echoes, clock
        self._said = 0
        self._last: Decision | None = None
        self._begin()

    def _begin(self) -> None:
        self._simulator = Simulator(self._ruleset)
        self._phone = _Phone(dict(self._first_tags))
        self._last = None

    def line(self, written: str) -> None:
        """A text, or a command; what comes of it is printed. Raises nothing for a wrong one."""
        text = storable(written.strip())
        if text.startswith("//"):
            self._say(text[1:])
        elif text.startswith("/"):
            name, _, rest = text[1:].partition(" ")
            try:
                self._commands(name)(rest.strip())
            except UsageError as error:
                print(f"  {output.printable(str(error))}")
        elif text:
            self._say(text)
        else:
            self.answered()

    def _commands(self, name: str) -> Callable[[str], None]:
        known: dict[str, Callable[[str], None]] = {
            "after": self._after,
            "at": self._at,
            "tag": lambda rest: _put(self._phone.tags, rest, "/tag"),
            "contact": lambda rest: _put(self._phone.contact, rest, "/contact"),
            "media": self._media,
            "agent": self._person_writes,
            "release": lambda _: self._release(),
            "state": lambda _: self._show_state(),
            "why": lambda _: self._why(),
            "reset": lambda _: self._begin(),
            "help": lambda _: print(_indented(_HELP, len("/at tomorrow 9:30         "))),
        }
        if name in known:
            return known[name]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean /{near[0]}?" if near else "/help lists what there is"
        raise UsageError(f"there is no /{name}: {hint}")

    def _say(self, text: str, media_url: str | None = None) -> None:
        self._pass_time()
        self._said += 1
        message = self._message(text, media_url)
        decided = self._simulator.take(message, self._given(message.received_at))
        self._tell(decided)
        combine = self._ruleset.combine
        if combine is not None and all(one.message is not message for one in decided):
            seconds = int(combine.wait.total_seconds())
            more = f"  waits {seconds}s for more texts; an empty line: no more"
            print(output.dim(more))

    def answered(self) -> None:
        """No more texts come of a burst: the time has passed in which they could."""
        decided = self._simulator.flush()
        over_at = max((one.context.now for one in decided), default=self._now())
        self._phone.shift += max(over_at - self._now(), timedelta())
        self._tell(decided)

    def _tell(self, decided: Iterable[Decided]) -> None:
        for one in decided:
            self._heard(one.message, one.decision)
            if self._echoes:
                output.write_decision(one.message, one.decision, self._ruleset, self._long_texts)
            else:
                output.write_answer(one.decision, self._ruleset, self._long_texts)
            if one.decision.reason is Reason.LOOP:
                print(output.dim(output.fitted(f"    {_LOOP}", 4)))

    def _heard(self, message: InboundMessage, decision: Decision) -> None:
        for change in decision.changes:
            if change.kind is ChangeKind.CONTACT:
                self._phone.contact.pop(change.name, None)
        for reply in decision.leaving:
            self._phone.tags = tags_of(reply, message.tags)
            self._phone.external_id = new_ids().external_id
            if reply.send_at is not None:
                self._phone.queued.append(reply)
        self._last = decision

    def _pass_time(self) -> None:
        """What happens by itself until now."""
        self._tell(self._simulator.settle(self._now() - _MOMENT))
        for fired in self._simulator.pass_time(self._message(""), self._now()):
            print(output.dim(f"  at {self._clock_time(fired.at)}"))
            output.write_answer(fired.decision, self._ruleset, self._long_texts)
            self._heard(fired.about, fired.decision)

    def _message(self, text: str, media_url: str | None = None) -> InboundMessage:
        return InboundMessage(
            key=f"chat-{self._said}",
            sender=self._sender,
            text=text,
            media_url=media_url,
            external_id=self._phone.external_id,
            tags=dict(self._phone.tags),
            received_at=self._now(),
        )

    def _given(self, now: datetime) -> Given:
        return Given(now=now, contact=dict(self._phone.contact), longcode_id=self._longcode_id)

    def _now(self) -> datetime:
        return self._clock() + self._phone.shift

    def _after(self, written: str) -> None:
        seconds = duration(proposed(written) or written)
        if seconds is None:
            raise UsageError(f"/after {written}: is not a duration, for example /after 2h")
        combine = self._ruleset.combine
        if combine is not None and timedelta(seconds=seconds) > combine.wait:
            self.answered()
        self._turn(self._now, timedelta(seconds=seconds))

    def _at(self, written: str) -> None:
        at = moments.moment(written, self._timezone, "/at", self._now())
        self._turn(lambda: at, timedelta())

    def _turn(self, start: Callable[[], datetime], more: timedelta) -> None:
        """The clock to `start` and `more`, as long as every time zone can show that."""
        try:
            at = start() + more
        except OverflowError:
            at = datetime.max.replace(tzinfo=UTC)
        if not 1970 <= at.year <= 9000:
            raise UsageError("that is too far away")
        self._phone.shift = at - self._clock()
        self._pass_time()
        print(output.dim(f"  it is {self._time()}"))

    def _time(self) -> str:
        return self._clock_time(self._now())

    def _clock_time(self, at: datetime) -> str:
        return f"{local(at, self._timezone):%a %Y-%m-%d %H:%M %Z}"

    def _media(self, written: str) -> None:
        url, _, text = written.partition(" ")
        if not re.match("https?://", url):
            raise UsageError("/media: needs a URL, for example /media https://example.com/a.jpg")
        self._say(text.strip(), url)

    def _person_writes(self, written: str) -> None:
        if not written:
            raise UsageError("/agent: needs what they write, for example /agent Ann here, hello.")
        self._pass_time()
        if not self._simulator.person_writes(self._message(""), written, self._now()):
            raise UsageError("/agent: they have opted out, and get no messages")
        self._phone.tags = tags_of_person(self._phone.tags)
        held = self._in_hand()
        print(output.dim(f"  ‹ {output.printable(written)}\n    by a person of yours; {held}"))

    def _release(self) -> None:
        self._pass_time()
        self._simulator.release(self._message(""), self._now())
        print(output.dim("  the bot answers again"))

    def _in_hand(self) -> str:
        """Whether a person of ours has the conversation in hand, and until when."""
        now = self._now()
        handoff = self._simulator.context(self._message(""), self._given(now)).handoff
        if handoff is None:
            return "the bot answers"
        return f"the bot is silent until {self._clock_time(handoff.due_at)}"

    def _why(self) -> None:
        if self._last is None:
            raise UsageError("/why: nothing has been said yet")
        for line in output.step_lines(self._last.trace):
            print(output.dim(output.fitted(f"    {line}", 6)))

    def _show_state(self) -> None:
        now = self._now()
        context = self._simulator.context(self._message(""), self._given(now))
        question = context.question
        lines = {
            "time": self._time(),
            "state": context.state or "none",
            **({} if question is None else {"question": f"{question.rule} {question.step}"}),
            "tags": _listed(self._phone.tags),
            "contact": _listed(context.contact),
            "conversation": _listed(context.values),
            "texts": str(context.count),
            **({"handed over": self._in_hand()} if context.handoff is not None else {}),
            "opted out": "yes" if context.opted_out else "no",
            **_counted(context, now),
        }
        print("\n".join(f"  {name}: {output.printable(value)}" for name, value in lines.items()))
        timers = self._simulator.waits(self._message(""))
        queued = self._queued(context, now)
        if waits := list(waiting_lines(timers, queued, context, self._clock_time)):
            print("  waits:")
            print("\n".join(output.fitted(f"    {one}", 6) for one in waits))

    def _queued(self, context: Context, now: datetime) -> list[Reply]:
        """Those that are still to leave: an opt-out and a handoff drop them."""
        if context.opted_out:
            self._phone.queued.clear()
        is_handed_over = context.handoff is not None and context.handoff.is_handed_over
        return [
            reply
            for reply in self._phone.queued
            if reply.send_at is not None
            and reply.send_at > now
            and (reply.of_handoff or not is_handed_over)
        ]


def _counted(context: Context, now: datetime) -> Mapping[str, str]:
    """Cooldowns and limits in use, and how long ago that was."""
    used = {
        key: f"{output.counted(len(times), 'time')}, last {_ago(now - times[0])} ago"
        for (_, key), times in context.uses.items()
        if times
    }
    return {"used": "; ".join(f"{key} {said}" for key, said in used.items())} if used else {}


def _ago(passed: timedelta) -> str:
    seconds = max(int(passed.total_seconds()), 0)
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items()) or "none"


def _put(values: dict[str, str], written: str, what: str) -> None:
    """`K=V` sets, `K=` takes away."""
    for name, value in options.pairs([written], what).items():
        values.pop(name, None)
        if value:
            values[name] = value


def _indented(text: str, hanging: int) -> str:
    return "\n".join(output.fitted(f"  {line}", hanging) for line in text.splitlines())
