"""Ordered chains of both directions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

import click

from bot.cli import options
from bot.cli.output import counted, dim, fitted, printable
from bot.cli.recorded import because
from bot.errors import UsageError, plain
from bot.ledger import forgetting, replay, views
from bot.ledger.database import open_database
from bot.ledger.forgetting import Request
from bot.ledger.media import MediaView
from bot.ledger.outbox import OutboundView
from bot.ledger.scheduled import Scheduled
from bot.ledger.search import Wanted
from bot.ledger.search import found as search_for
from bot.ledger.views import Chain, ConversationView
from bot.messaging import handoff as handoffs
from bot.messaging import json_views, media
from bot.messaging.handoff import Wish
from bot.model import Outcome
from bot.text import phone_numbers
from bot.text.durations import duration

_TO: Final = click.option(
    "--to", metavar="N", help="Our number; else the one that they wrote to last."
)


@click.command("list")
@click.option("--search", metavar="TEXT", help="These words stand in a text of either side.")
@click.option("--since", metavar="TIME", help="As in 7d, or 2026-01-15: something was said since.")
@click.option(
    "--outcome",
    type=click.Choice([str(outcome) for outcome in Outcome]),
    help="Of a text of theirs.",
)
@click.option("--rule", metavar="R", help="Which decided about a text of theirs.")
@click.option("--state", metavar="S", help="They are in now; `none`: in no state.")
@options.json_option
def list_conversations(
    search: str | None,
    since: str | None,
    outcome: str | None,
    rule: str | None,
    state: str | None,
    as_json: bool,
) -> int:
    """Conversations, the one with the latest message first; all, or those that are looked for.

    \b
    Examples:
      bot conversations list --search "order 48213"
      bot conversations list --since 7d --outcome unmatched
    """
    now = datetime.now(UTC)
    begin = None if since is None else options.since(since, now)
    wanted = Wanted(said=search or "", since=begin, outcome=outcome, rule=rule, state=state)
    shown = options.clock()

    def as_object(one: ConversationView) -> dict[str, object]:
        return json_views.summary(one, now)

    def row(one: ConversationView) -> str:
        ours = one.number or f"longcode {one.longcode_id}"
        return f"{one.contact}  with {ours}  {one.received} received  {shown(one.changed_at)}"

    none = "no conversations yet" if wanted == Wanted() else "no such conversation"
    with options.ledger_to_read() as connection:
        found = search_for(connection, wanted, now)
        options.print_listed(found, as_object, row, none=none, as_json=as_json)
    return 0


@click.command()
@click.argument("number", metavar="N")
@click.option("-v", "--verbose", is_flag=True, help="With the trace of each decision.")
@options.json_option
def show(number: str, verbose: bool, as_json: bool) -> int:
    """What was said with the person N, in order, and which rule answered.

    \b
    Examples:
      bot conversations show +15555550123
      bot conversations show +15555550123 -v
    """
    contact = options.address(number, "N")
    with options.ledger_to_read() as connection:
        found = views.chains_with(connection, contact)
    if not found:
        raise UsageError(f"there is no conversation with {contact}")
    shown, now = options.clock(options.TO_THE_SECOND), datetime.now(UTC)
    for chain in found:
        if as_json:
            options.print_json(json_views.conversation(chain, now, verbose=verbose))
        else:
            print("\n".join(_lines(chain, shown, verbose=verbose)))
    return 0


@click.command()
@click.option("--since", metavar="TIME", help="As in 7d, or 2026-01-15: only texts since then.")
def export(since: str | None) -> int:
    """Their texts, one webhook body a line, with what was known when each was decided.

    `bot dry-run --input` takes it, and `--keep-state` plays it as conversations: it has one person
    after the other, each in order.

    \b
    Example:
      bot conversations export > texts.jsonl
      bot dry-run --input texts.jsonl --json
    """
    begin = None if since is None else options.since(since, datetime.now(UTC))
    with options.ledger_to_read() as connection:
        for one in replay.recorded(connection, begin):
            options.print_json(json_views.webhook_body(one))
    return 0


@click.command()
@click.argument("number", metavar="N")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.by_option
@options.json_option
def forget(number: str, yes: bool, by: str | None, as_json: bool) -> int:
    """Delete all that is stored of the person N, also from the free pages of the file.

    Who is opted out stays so: a keyed hash of the number is kept. `bot help data` says what
    back-ups, logs and MTA have still.

    \b
    Examples:
      bot conversations forget +15555550123
      bot conversations forget +15555550123 --yes --by ann
    """
    contact, who = options.address(number, "N"), options.who(by)
    if not yes:
        _ask(contact)
    settings = options.settings()
    with closing(open_database(settings.database_url)) as database:
        with database.reading() as connection:
            events = forgetting.bodies(connection, contact)
        request = Request(number=contact, by=who, at=datetime.now(UTC), rate=settings.send_rate)
        with database.transaction() as connection:
            gone = forgetting.forget(connection, request, events)
        if settings.media_dir is not None:
            with database.transaction() as connection:
                media.sweep(connection, settings.media_dir, request.at)
        database.overwrite_deleted(gone.words)
    if as_json:
        options.print_json(json_views.forgotten(contact, gone))
    elif not gone.was_known:
        print(f"nothing is stored of {contact}")
    else:
        left = "; they stay opted out" if gone.is_opted_out else ""
        many = {
            "conversation": gone.conversations,
            "message": gone.messages,
            "event": gone.events,
        }
        told = [counted(count, one) for one, count in many.items()]
        print(f"{contact} is forgotten: {', '.join(told)}{left}")
    if settings.shares_database:
        print(_VACUUM, file=sys.stderr)
    return 0


_VACUUM: Final = (
    "PostgreSQL has it in its files until VACUUM FULL has run on the bot's tables (it locks each"
    " for as long as it takes), and in its WAL, replicas and back-ups for as long as you keep them"
)


def _ask(contact: str) -> None:
    """Raises UsageError where it is not confirmed."""
    if not sys.stdin.isatty():
        raise UsageError("forget: asks on a terminal; where there is none, say --yes")
    print(f"This deletes all that is stored of {contact}, for good.")
    if phone_numbers.address(click.prompt("The number, to confirm")) != contact:
        raise UsageError("forget: that is another number, nothing was deleted")


@click.command()
@click.argument("number", metavar="N")
@_TO
@click.option("--for", "for_", default="12h", metavar="TIME", help="Without a text; else 12h.")
@options.by_option
@options.json_option
def handoff(number: str, to: str | None, for_: str, by: str | None, as_json: bool) -> int:
    """Take the conversation with the person N: the bot is silent in it.

    It ends by `release`, or when nobody has written for that time. Questions end, and answers that
    are queued are dropped.

    \b
    Examples:
      bot conversations handoff +15555550123
      bot conversations handoff +15555550123 --for 2d --by ann
    """
    quiet = duration(for_)
    if not quiet:
        raise UsageError(f"--for {plain(for_)}: is not a time, for example 30m, 2h or 1d")
    wanted = _wish(number, to, by)
    with options.ledger(creates=False) as connection:
        found = handoffs.hand_over(connection, wanted, quiet, datetime.now(UTC))
    if as_json:
        options.print_json(json_views.held(found, datetime.now(UTC)))
    else:
        print(f"the bot is silent in it for {for_} without a text; end it by")
        print(f"  bot conversations release {found.contact}")
    return 0


@click.command()
@click.argument("number", metavar="N")
@_TO
@options.by_option
@options.json_option
def release(number: str, to: str | None, by: str | None, as_json: bool) -> int:
    """Give the conversation with the person N back to the bot.

    It says nothing by that; their next text is decided from scratch.

    \b
    Example:
      bot conversations release +15555550123
    """
    wanted = _wish(number, to, by)
    with options.ledger(creates=False) as connection:
        found = handoffs.release(connection, wanted, datetime.now(UTC))
    if as_json:
        options.print_json(json_views.held(found, datetime.now(UTC)))
    else:
        print(f"the bot answers {found.contact} again")
    return 0


def _wish(number: str, to: str | None, by: str | None) -> Wish:
    ours = None if to is None else options.number(to, "--to")
    return Wish(options.address(number, "N"), ours, options.who(by))


COMMANDS: Final = (list_conversations, show, export, forget, release, handoff)


def _lines(chain: Chain, shown: Callable[[datetime], str], *, verbose: bool) -> Iterator[str]:
    conversation = chain.conversation
    ours = conversation.number or f"longcode {conversation.longcode_id}"
    left = ", opted out" if chain.opted_out else ""
    held = conversation.handoff
    if held is not None and held.due_at > datetime.now(UTC):
        left += f", in a person's hands until {shown(held.due_at)}"
    yield f"{conversation.contact} with {ours}{left}"
    for one in chain.messages:
        if isinstance(one, OutboundView):
            parts = f"{len(one.parts)} parts" if one.parts else None
            about = (one.rule or one.by, one.status, one.delivery, parts, one.reason)
            yield from _said("‹", one.message.text, shown(one.at), about)
            continue
        decision = one.recorded.decision if one.recorded is not None else None
        words = (decision.outcome, decision.rule) if decision is not None else ()
        about = (*words, one.status, decision and decision.reason)
        yield from _said("›", one.message.text, shown(one.message.received_at), about)
        for kept in one.media:
            yield dim(fitted(f"      {_attachment(kept)}", 8))
        if one.message.odd:
            yield dim(f"      not all of it could be read: {printable(one.message.odd)}")
        if one.recorded is not None:
            told = because(one.recorded, shown, verbose=verbose)
            yield from (dim(fitted(f"      {line}", 8)) for line in told)
    for later in chain.scheduled:
        yield from _later(later, shown)


def _later(one: Scheduled, shown: Callable[[datetime], str]) -> Iterator[str]:
    """What will be said, or ends by itself."""
    for text in printable(one.text or "").splitlines() or [f"({one.kind})"]:
        yield fitted(f"  … {text}", 4)
    about = filter(None, (one.id, one.kind, one.rule))
    yield dim(fitted(f"    due {shown(one.due_at)}  {printable(' · '.join(about))}", 6))


def _said(sign: str, text: str, at: str, about: tuple[str | None, ...]) -> Iterator[str]:
    for line in printable(text).splitlines() or ["(no text)"]:
        yield fitted(f"  {sign} {line}", 4)
    yield dim(fitted(f"    {at}  {printable(' · '.join(filter(None, about)))}", 6))


def _attachment(kept: MediaView) -> str:
    if kept.file is not None:
        return f"attachment {kept.file}: {kept.kind}, {kept.size} bytes"
    return f"attachment {kept.status}" + (f": {printable(kept.reason)}" if kept.reason else "")
