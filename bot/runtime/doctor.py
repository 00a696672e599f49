"""What is well and what is not: account, rules and machine, as values for `bot doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.authoring.opt_out_proof import Proof
from bot.engine.decide import decide
from bot.errors import Problem, Severity
from bot.ledger.failures import Failing
from bot.ledger.lane import BY_HAND, Lane
from bot.messaging.longcodes import DEFAULT_MOVES, may_take_default
from bot.model import FALLBACK, Context, InboundMessage, LongcodeId
from bot.provider.account import (
    Failure,
    KeyCheck,
    OurNumber,
    Webhook,
    doubles,
    in_words,
    is_private,
    place,
)
from bot.provider.answers import About, RetryLater
from bot.provider.events import webhook_path
from bot.rules.ruleset import Ruleset
from bot.settings import Settings

_CLOCK: Final = 30.0
"""Seconds that the clocks may differ: the provider's is told to the second, and its answer takes
a while."""
_SHORT_SECRET: Final = 32
"""Characters."""
_FULL: Final = 100 * 2**20
_OLDEST_POSTGRESQL: Final = 150_000
_NEARLY_FULL: Final = 2**30
"""Bytes."""
_REGISTER: Final = "bot webhooks register URL, where MTA reaches the bot at URL"
_SOMEBODY: Final = "+15555550123"


class Status(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    status: Status
    found: str
    hint: str = ""
    """What to do; empty where there is nothing to do."""


def key(check: KeyCheck) -> Finding:
    if check.failed is None:
        return Finding("key", Status.OK, "the provider takes MTA_API_KEY")
    is_busy = isinstance(check.failed, RetryLater) and check.failed.after is not None
    status = Status.WARNING if is_busy else Status.ERROR
    return Finding("key", status, in_words(check.failed), _way_out(check.failed))


def unasked(name: str, failure: Failure) -> Finding:
    """What could not be looked at."""
    found = f"not checked: {in_words(failure)}"
    return Finding(name, Status.WARNING, found, _way_out(failure))


def clock(ours: datetime, theirs: datetime | None) -> Finding:
    """Both at the same moment, aware."""
    if theirs is None:
        hint = "compare it with another clock"
        return Finding("clock", Status.WARNING, "not checked: the provider told no time", hint)
    apart = (ours - theirs).total_seconds()
    if abs(apart) <= _CLOCK:
        return Finding("clock", Status.OK, "as the provider's")
    found = f"{abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} the provider's"
    hint = "let this machine set its clock by NTP: hours, cooldowns and sends go by it"
    return Finding("clock", Status.WARNING, found, hint)


def numbers(found: Sequence[OurNumber], default: LongcodeId | None) -> Iterator[Finding]:
    """`default` is BOT_LONGCODE_ID."""
    if not found:
        hint = "get a number at MTA, or look whether the key is of the right account"
        yield Finding("numbers", Status.ERROR, "the account has none", hint)
        return
    if default is not None and default not in [number.longcode_id for number in found]:
        said = f"BOT_LONGCODE_ID {default} is not one of the account's"
        yield Finding("numbers", Status.ERROR, said, "set it to a longcodeId of `bot numbers`")
    else:
        listed = ", ".join(f"{number.number} (longcodeId {number.longcode_id})" for number in found)
        yield Finding("numbers", Status.OK, listed)
    toll_free = [number for number in found if number.is_toll_free]
    for number in toll_free:
        if not number.is_verified:
            status = number.verification or "no status told"
            hint = "finish its verification at MTA: texts from it may not arrive before"
            said = f"{number.number} is not verified ({status})"
            yield Finding("toll-free", Status.WARNING, said, hint)
    if all(number.is_verified for number in toll_free):
        said = "verified" if toll_free else "no toll-free number"
        yield Finding("toll-free", Status.OK, said)


def default_number(settings: Settings) -> Iterator[Finding]:
    """Nothing, unless a reply may leave from whatever number the provider takes."""
    if may_take_default(settings):
        hint = "set BOT_LONGCODE_ID, or BOT_UNKNOWN_LONGCODE=hold"
        yield Finding("default-number", Status.WARNING, DEFAULT_MOVES, hint)


def notify_secret(settings: Settings, ruleset: Ruleset) -> Iterator[Finding]:
    """Nothing, unless rules notify a URL and what they post cannot be signed."""
    names = sorted(ruleset.notify_urls)
    if names and settings.notify_secret is None:
        said = f"BOT_NOTIFY_SECRET is not set: nobody is told by {', '.join(names[:3])}"
        yield Finding("notify", Status.ERROR, said, "set it to a long random text")


def notify_numbers(found: Sequence[OurNumber], ruleset: Ruleset) -> Iterator[Finding]:
    """Nothing, unless rules tell a number of ours, which nobody reads."""
    ours = {number.number for number in found}
    for rule, to in sorted(ruleset.notify_numbers):
        if to in ours:
            said = f"rule `{rule}` notifies {to}, a number of ours: nobody is told"
            yield Finding("notify", Status.ERROR, said, "write a colleague's number")


def webhooks(found: Sequence[Webhook], account: str | None = None) -> Iterator[Finding]:
    """Those that lead to a path of the bot's, or of this account's, and what may disturb them."""
    ours = [w for w in found if place(w.url).endswith(webhook_path(w.event, account))]
    deaf, blind = "the bot hears nothing", "nothing tells what arrived"
    wrong = [
        *_missing("message-reply", Status.ERROR, deaf, found, account),
        *_missing("delivery-status", Status.WARNING, blind, found, account),
        *_repeated(found),
        *_elsewhere(found),
        *_careless(ours),
    ]
    yield from wrong
    if not wrong:
        listed = ", ".join(f"{webhook.event} at {webhook.url}" for webhook in ours)
        yield Finding("webhooks", Status.OK, listed)


def _missing(
    event: str, status: Status, because: str, found: Sequence[Webhook], account: str | None
) -> Iterator[Finding]:
    path = webhook_path(event, account)
    urls = [webhook.url for webhook in found if webhook.event == event]
    if not urls:
        yield Finding("webhooks", status, f"no {event}: {because}", _REGISTER)
    elif not any(place(url).endswith(path) for url in urls):
        said = f"{event} goes to {urls[0]}, which is not a path of the bot"
        hint = f"{_REGISTER}; no need where a proxy leads to {path}"
        yield Finding("webhooks", Status.WARNING, said, hint)


def _repeated(found: Sequence[Webhook]) -> Iterator[Finding]:
    for double, first in doubles(found).items():
        said = f"{first.event} at {first.url} is registered twice: every event comes twice"
        yield Finding("webhooks", Status.WARNING, said, f"bot webhooks delete {double}")


def _elsewhere(found: Sequence[Webhook]) -> Iterator[Finding]:
    replies = {place(w.url): w for w in reversed(found) if w.event == "message-reply"}
    if len(replies) > 1:
        urls = ", ".join(f"{webhook.url} ({webhook.id})" for webhook in reversed(replies.values()))
        hint = "if more than one answers, people get two answers: bot webhooks delete ID"
        yield Finding("webhooks", Status.WARNING, f"message-reply goes to {urls}", hint)


def _careless(ours: Sequence[Webhook]) -> Iterator[Finding]:
    once = [webhook for webhook in ours if webhook.retries is False]
    if once:
        said = f"{_events(once)}: not tried again when the bot is away for a moment"
        yield Finding("webhooks", Status.WARNING, said, _REGISTER)
    plain = [webhook for webhook in ours if not is_private(webhook.url)]
    if plain:
        said = f"{_events(plain)}: over plain http, anybody on the way reads it"
        hint = "register an https URL, then delete these"
        yield Finding("webhooks", Status.WARNING, said, hint)


def _events(webhooks: Sequence[Webhook]) -> str:
    return ", ".join(dict.fromkeys(webhook.event for webhook in webhooks))


def secret(secrets: Sequence[str]) -> Finding:
    """Of MTA_WEBHOOK_SECRET. Which one MTA has cannot be asked."""
    make = "python3 -c 'import secrets; print(secrets.token_hex(64))'"
    if not secrets:
        hint = f"set it to the output of {make}, then register the webhooks"
        return Finding("secret", Status.ERROR, "MTA_WEBHOOK_SECRET is not set", hint)
    if any(len(text) < _SHORT_SECRET for text in secrets):
        hint = f"{make} makes a good one; register the webhooks with it"
        found = f"MTA_WEBHOOK_SECRET has less than {_SHORT_SECRET} characters"
        return Finding("secret", Status.WARNING, found, hint)
    if len(secrets) > 1:
        hint = "take the second away once the webhooks are registered with the first"
        return Finding("secret", Status.OK, "MTA_WEBHOOK_SECRET has two", hint)
    return Finding("secret", Status.OK, "MTA_WEBHOOK_SECRET is set")


def rules(ruleset: Ruleset | None, problems: Sequence[Problem]) -> Finding:
    """What `bot check` says, in one; its warnings keep no rule from answering."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        others = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
        return Finding("rules", Status.ERROR, f"{errors[0]}{others}", "bot check")
    found = f"{len(ruleset.rules) if ruleset else 0} without errors"
    hint = "bot check has warnings" if problems else ""
    return Finding("rules", Status.OK, found, hint)


def opt_outs(proof: Proof) -> Iterator[Finding]:
    """Nothing, unless a rule takes a text that certainly wants no more of them."""
    taken: dict[str, list[str]] = {}
    for text, situation, rule in proof.answered:
        taken.setdefault(rule, []).append(f"`{' '.join(text.split())}` ({situation})")
    for rule, texts in taken.items():
        more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
        said = f"{rule} takes {texts[0]}{more}: who wants to leave stays, which the law forbids"
        hint = "change its `when`; bot opt-outs audit names each text"
        yield Finding("opt-outs", Status.ERROR, said, hint)


def failed(found: Sequence[Failing], shown: Callable[[datetime], str]) -> Iterator[Finding]:
    """Rules that could not answer, until somebody has looked after each text."""
    for one in found:
        name = "the bot" if one.rule is None else f"rule {one.rule}"
        texts = "1 text" if one.count == 1 else f"{one.count} texts"
        because = f": {one.reason}" if one.reason else ", see its log"
        said = f"{name} could not answer {texts} since {shown(one.first)}{because}"
        hint = "bot inbox says which; mend the rule, then bot inbox done or answer them"
        yield Finding("failed", Status.WARNING, said, hint)
    if not found:
        yield Finding("failed", Status.OK, "no text waits whose answer failed")


def smart_replies(words: Sequence[str], ruleset: Ruleset, now: datetime) -> Iterator[Finding]:
    """Words that MTA answers by itself, and we too: people get two answers."""
    colliding = 0
    for word in words:
        message = InboundMessage(key=word, sender=_SOMEBODY, number="", text=word, received_at=now)
        decision = decide(message, Context(now=now), ruleset)
        if decision.replies and decision.rule is not None:
            colliding += 1
            said = f"`{word}` is answered by MTA and by {_named(decision.rule, ruleset)}"
            hint = f"delete the smart reply at MTA, or {_leave(decision.rule)}"
            yield Finding("smart-replies", Status.WARNING, said, hint)
    if not colliding:
        said = f"{len(words)} at MTA, none of which we answer too" if words else "none at MTA"
        yield Finding("smart-replies", Status.OK, said)


def help_for_people(words: Sequence[str], ruleset: Ruleset, now: datetime) -> Iterator[Finding]:
    """Somebody must answer HELP, MTA or we; that both do is told of smart replies.

    The fallback does not: that it did not understand does not help.
    """
    message = InboundMessage(key="help", sender=_SOMEBODY, number="", text="HELP", received_at=now)
    decision = decide(message, Context(now=now), ruleset)
    is_ours = bool(decision.replies) and decision.rule not in (None, FALLBACK)
    if not is_ours and "help" not in (word.strip().casefold() for word in words):
        said = "nobody answers HELP, and carriers ask for an answer with who you are and STOP"
        hint = 'guards: {help: {reply: "..."}}, in a rule file (bot help help)'
        yield Finding("help", Status.WARNING, said, hint)


def _leave(rule_id: str) -> str:
    if rule_id.startswith("$"):
        return "the reply of the guard"
    return "put a rule for the word before it, with `silent: true`"


def _named(rule_id: str, ruleset: Ruleset) -> str:
    rule = ruleset.rule(rule_id)
    name = "the fallback" if rule_id == FALLBACK else rule_id
    return name if rule is None else f"{name} ({rule.place.in_file})"


def no_server_yet() -> Finding:
    """There is no ledger; before the first start that is as it should be."""
    return Finding("server", Status.OK, "none has run on this database yet", "start `bot serve`")


def server(*, runs: bool, sends: bool) -> Finding:
    """Whether a process works on the ledger; `sends`: it does not only decide."""
    if not runs:
        hint = "start `bot serve`: until then nothing is received, decided or sent"
        return Finding("server", Status.WARNING, "no server runs on this database", hint)
    if not sends:
        said = "it decides and records, and sends nothing"
        return Finding("server", Status.WARNING, said, "start it without --dry-run")
    return Finding("server", Status.OK, "it runs")


def budget(note: str | None) -> Iterator[Finding]:
    """How much of the day's segments has left, from where that is worth a warning."""
    if note is not None:
        hint = "raise BOT_SEGMENTS_PER_DAY; then bot dead-letters retry --all --reason budget"
        yield Finding("budget", Status.WARNING, note, hint)


def sender(lane: Lane, now: datetime, shown: Callable[[datetime], str]) -> Finding:
    """Whether messages leave; `shown` puts a time for people."""
    if lane.paused is not None:
        status = Status.WARNING if lane.paused == BY_HAND else Status.ERROR
        return Finding("sender", status, f"paused: {lane.paused}", lane.way_out(shown))
    if lane.not_before is not None and lane.not_before > now:
        said = f"the provider asked to wait until {shown(lane.not_before)}"
        return Finding("sender", Status.WARNING, said, "it goes on by itself")
    return Finding("sender", Status.OK, "not paused")


def disk(free: int, folder: str) -> Finding:
    """Bytes beside the database."""
    found = f"{free / 2**30:.1f} GiB free in {folder}"
    if free >= _NEARLY_FULL:
        return Finding("disk", Status.OK, found)
    status = Status.ERROR if free < _FULL else Status.WARNING
    return Finding("disk", status, found, "make room: on a full disk no message is taken")


def sqlite(version: tuple[int, int, int]) -> Finding:
    """https://sqlite.org/wal.html: several connections that write may damage the database."""
    name = "SQLite " + ".".join(map(str, version))
    if not (3, 7, 0) <= version <= (3, 51, 2):
        return Finding("sqlite", Status.OK, name)
    found = f"{name} can lose data where several write to a WAL; the bot is one, by a lock file"
    hint = "let no other program write to the database while the bot runs"
    return Finding("sqlite", Status.OK, found, hint)


def postgresql(version: int, off: Sequence[str]) -> Finding:
    """`server_version_num`; which of fsync and full_page_writes are off.

    https://www.postgresql.org/docs/current/runtime-config-wal.html
    """
    name = f"PostgreSQL {version // 10_000}.{version % 10_000}"
    if off:
        found = f"{name} with {' and '.join(off)} off: a power cut loses messages"
        hint = f"set {off[0]} = on in postgresql.conf"
        return Finding("postgresql", Status.ERROR, found, hint)
    if version < _OLDEST_POSTGRESQL:
        found = f"{name} is older than what the bot is tested with"
        return Finding("postgresql", Status.WARNING, found, "update it to 15 or later")
    return Finding("postgresql", Status.OK, name)


def _way_out(failure: Failure) -> str:
    if isinstance(failure, RetryLater):
        if failure.after is not None:
            return "wait, then run bot doctor again"
        return "look at MTA_BASE_URL and at the network, then run bot doctor again"
    if failure.about is About.KEY:
        return "copy the key from your MTA account to MTA_API_KEY, in .env"
    return "look at MTA_BASE_URL, or ask MTA's support, with the requestId if there is one"
