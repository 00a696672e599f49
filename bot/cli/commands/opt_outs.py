"""Who gets no texts any more, why, and who said so."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from bot.authoring.opt_out_proof import Proof, prove
from bot.cli import options
from bot.cli.output import colour, counted, dim, fitted, line, shortened, utc
from bot.ledger import contacts, opt_outs
from bot.ledger.opt_out_audit import Finding, Kind, findings
from bot.ledger.opt_outs import OptedOut
from bot.messaging import json_views
from bot.messaging import opt_outs as acts
from bot.timezones import local

_BECAUSE: Final = click.option("--because", metavar="TEXT", help="Why; it is kept with the change.")


@click.command("list")
@options.json_option
def list_opt_outs(as_json: bool) -> int:
    """Everybody who gets no texts, since when, why, and who said so.

    `in-5` is a text of theirs; `contact` is the person, `provider` a delivery status.

    \b
    Examples:
      bot opt-outs
      bot opt-outs list --json
    """
    shown = options.clock()

    def row(one: OptedOut) -> str:
        left, who = one.opt_out, one.number or "(forgotten)"
        return f"{who}  since {shown(left.since)}  {line(left.because)}, by {line(left.by)}"

    with options.ledger_to_read() as connection:
        options.print_listed(
            opt_outs.listed(connection), _object, row, none="nobody is opted out", as_json=as_json
        )
    return 0


@click.command()
@click.argument("number", metavar="N")
@options.json_option
def show(number: str, as_json: bool) -> int:
    """Each time that N was opted out or in: when, why, by whom.

    \b
    Example:
      bot opt-outs show +15555550123
    """
    contact = options.address(number, "N")
    with options.ledger_to_read() as connection:
        is_out = contacts.is_opted_out(connection, contact)
        history = opt_outs.history(connection, contact)
    shown = options.clock()
    for change in history:
        if as_json:
            told = {"because": change.because, "by": change.by}
            options.print_json({"at": utc(change.at), "change": change.changed, **told})
        else:
            because = line(change.because)
            print(f"{shown(change.at)}  {change.changed}  {because}, by {line(change.by)}")
    if not as_json:
        print(f"{contact} {'is opted out' if is_out else 'is not opted out'}")
    return 0


@click.command()
@click.argument("number", metavar="N")
@_BECAUSE
@options.by_option
@options.json_option
def add(number: str, because: str | None, by: str | None, as_json: bool) -> int:
    """N gets no texts any more, also none that waits for them.

    The bot keeps to it; campaigns that are sent from MTA's own pages go by MTA's list, see
    `bot help data`.

    \b
    Example:
      bot opt-outs add +15555550123 --because "said so on the phone"
    """
    contact = options.number(number, "N")
    why, who = acts.reason(because, "--because") or acts.BY_HAND, options.who(by)
    now = datetime.now(UTC)
    with options.ledger(creates=True) as connection:
        left = acts.opt_out(connection, contact, why, who, now)
    if as_json:
        options.print_json(json_views.opt_out(contact, left))
    elif left.since != now:
        print(f"{contact} is opted out since {options.clock()(left.since)}: {line(left.because)}")
    else:
        print(f"{contact} gets no more texts")
    return 0


@click.command()
@click.argument("number", metavar="N")
@_BECAUSE
@options.by_option
@options.json_option
def remove(number: str, because: str | None, by: str | None, as_json: bool) -> int:
    """N gets texts again. Where they opted out themselves, say why that is right.

    \b
    Example:
      bot opt-outs remove +15555550123 --because "signed up anew on 3 May"
    """
    contact = options.address(number, "N")
    why, who = acts.reason(because, "--because"), options.who(by)
    with options.ledger() as connection:
        before = acts.opt_in(connection, contact, why, who, datetime.now(UTC))
    if as_json:
        options.print_json(json_views.opt_out(contact, before))
    else:
        print(f"{contact} gets texts again; MTA has a list of its own, see `bot help data`")
    return 0


@click.command()
@options.json_option
def export(as_json: bool) -> int:
    """All of them as CSV with a head, or with --json as one object a line.

    \b
    Example:
      bot opt-outs export > opt-outs.csv
    """
    nameless = 0
    rows = csv.writer(sys.stdout, lineterminator="\n")
    if not as_json:
        rows.writerow(("number", "since", "because", "by"))
    with options.ledger_to_read() as connection:
        for one in opt_outs.listed(connection):
            nameless += one.number is None
            if as_json:
                options.print_json(_object(one))
            elif one.number is not None:
                left = one.opt_out
                rows.writerow((one.number, utc(left.since), line(left.because), line(left.by)))
    if nameless and not as_json:
        many = "1 person who was" if nameless == 1 else f"{nameless} people who were"
        print(f"left out: {many} forgotten, whose number nobody knows", file=sys.stderr)
    return 0


@click.command()
@click.option("--since", metavar="TIME", default="90d", help="As in 7d, or 2026-01-15; else 90d.")
@options.rules_option
@options.json_option
def audit(since: str, rules: Path | None, as_json: bool) -> int:
    """Wishes to leave that nobody honoured, and what went to people who had left.

    Texts are read once more as the rules of today read them, so that what an older version or other
    rules passed over is found too. The law gives ten business days: 47 CFR 64.1200(a)(10). Exit
    code 1 where there is anything.

    \b
    Examples:
      bot opt-outs audit
      bot opt-outs audit --since 2026-01-01 --json
    """
    settings = options.settings()
    ruleset = options.load_rules(rules, settings).ruleset
    now = datetime.now(UTC)
    begin, today = options.since(since, now), local(now, ruleset.timezone).date()
    proof, counts = prove(ruleset, now), dict.fromkeys(Kind, 0)
    with options.ledger_to_read() as connection:
        for one in findings(connection, ruleset, begin, now):
            counts[one.kind] += 1
            if as_json:
                options.print_json(_found(one, today))
            else:
                print("\n".join(_audited(one, today, options.clock())))
    if as_json:
        options.print_json(_proof(proof))
    else:
        said = ", ".join(f"{many} {_IN_WORDS[kind]}" for kind, many in counts.items() if many)
        print(said or "every wish to leave was honoured, and nothing went to who had left")
        print("\n".join(fitted(text, 2) for text in _proved(proof, len(ruleset.by_id))))
    return 1 if any(counts.values()) or proof.answered else 0


def _proved(proof: Proof, rules: int) -> Iterator[str]:
    for word, situation, rule in proof.answered:
        yield f"{line(word)} is not an opt-out ({situation}): {rule} takes it"
    if not proof.answered:
        words, where = len(proof.words), counted(len(proof.situations), "situation")
        yield f"none of {rules} rules answers any of {words} opt-out words, in {where} each"


_IN_WORDS: Final = {
    Kind.MISSED: "that read like a wish to leave and got another answer, or none",
    Kind.WAITING: "waiting for a person to decide",
    Kind.SENT: "sent to somebody who had left",
}


def _audited(one: Finding, today: date, shown: Callable[[datetime], str]) -> Iterator[str]:
    what = {
        Kind.MISSED: f"{'is' if one.is_certain else 'reads like'} an opt-out, "
        + (f"answered by {one.rule}" if one.rule else "not answered"),
        Kind.WAITING: "reads like an opt-out, waits for a person",
        Kind.SENT: f"sent by {one.rule or 'no rule'} after they had left",
    }[one.kind]
    yield fitted(f"{one.id}  {shown(one.at)}  {one.number}  {what}", 4)
    yield fitted(f"    {line(shortened(one.text, 200))}", 6)
    if one.due is None:
        yield dim(f"    bot blame {one.id}")
        return
    late = f"late since {one.due}" if one.is_late(today) else f"until {one.due}"
    do = f'bot opt-outs add {one.number} --because "{one.id}"'
    if one.kind is Kind.WAITING:
        do = f"bot inbox show {one.id}"
    yield colour("31" if one.is_late(today) else "2", fitted(f"    {late}: {do}", 6))


def _proof(proof: Proof) -> dict[str, object]:
    """The last line: rules that answer a certain opt-out, none where the proof holds."""
    answered = [
        {"text": text, "situation": situation, "rule": rule}
        for text, situation, rule in proof.answered
    ]
    return {"words": len(proof.words), "situations": len(proof.situations), "answered": answered}


def _found(one: Finding, today: date) -> dict[str, object]:
    return {
        "kind": one.kind,
        "id": one.id,
        "at": utc(one.at),
        "number": one.number,
        "text": one.text,
        "certain": one.is_certain,
        "rule": one.rule,
        "due": None if one.due is None else one.due.isoformat(),
        "late": one.is_late(today),
    }


def _object(one: OptedOut) -> dict[str, object]:
    return json_views.opt_out(one.number, one.opt_out)


COMMANDS: Final = (list_opt_outs, show, add, remove, export, audit)
