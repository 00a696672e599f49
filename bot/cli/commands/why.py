"""`bot why`: why one rule does or does not answer a message, condition by condition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from bot.authoring.explain import Explanation, Held, Said, explain
from bot.authoring.run_cases import fired
from bot.cli import message_options, options
from bot.cli.output import colour, dim, printable
from bot.engine.simulator import Simulator
from bot.model import RuleId
from bot.text.words import normalise, storable

_LONGEST_SHOWN: Final = 160
"""Characters of a reason in a terminal; `--json` has all of it."""


@click.command()
@click.argument("rule_id", metavar="RULE", shell_complete=options.complete_rule)
@click.argument("text", default="")
@options.rules_option
@message_options.message_options
@options.json_option
def command(
    rule_id: str, text: str, rules: Path | None, as_json: bool, given: dict[str, Any]
) -> int:
    """Show why RULE does or does not answer TEXT: each condition, and what would match.

    \b
    Examples:
      bot why hours "when are you there?"
      bot why confirm "Yes" --tag appointment="2026-01-20 09:30" --rules examples/clinic
      bot why '$opt-out' "please stop texting me"
    """
    settings = options.settings(needs_account=rules is None)
    loaded = options.load_rules(rules, settings)
    body = {"fromNumber": options.SENDER, **given, **({"message": storable(text)} if text else {})}
    message, beside = message_options.read(
        body,
        key="why",
        timezone=loaded.ruleset.timezone,
        longcode_id=settings.longcode_id,
        now=datetime.now(UTC),
    )
    said = Said(message, Simulator(loaded.ruleset).context(message, beside))
    answer = explain(rule_id, said, loaded)
    if as_json:
        options.print_json(answer.as_object())
    else:
        print("\n".join(_lines(answer)))
    return 0


def _lines(answer: Explanation) -> Iterator[str]:
    text = answer.said.message.text
    yield colour("1", f"› {printable(text) or '(no text)'}")
    yield dim(f"  read as: {printable(normalise(text)) or '(nothing)'}")
    yield f"  {_verdict(answer)}"
    if answer.description:
        yield dim(f"  {printable(answer.description)}")
    for held in answer.conditions:
        yield from _condition(held, "    ")
    shown = [f"{name} {printable(str(value))}" for name, value in answer.would_match]
    if shown:
        yield f"  would match: {', '.join(shown)}"
    for word, slips in answer.misspelled.items():
        yield dim(f"  taken for {word} too: {', '.join(slips)} …")


def _condition(held: Held, indent: str) -> Iterator[str]:
    sign = colour("31", "✗") if held.because else colour("32", "✓")
    because = f": {_short(printable(held.because))}" if held.because and not held.inside else ""
    yield f"{indent}{sign} {held.name}{because}"
    for inside in held.inside:
        yield from _condition(inside, indent + "  ")


def _verdict(answer: Explanation) -> str:
    decision = answer.decision
    name = f"{answer.rule}{dim(answer.where)}"
    reason = f", {decision.reason}" if decision.reason else ""
    if not answer.matched:
        instead = f"; {answer.taken_by} answers" if answer.taken_by else ""
        return f"{colour('31', 'does not match')}: {name}{instead}"
    if answer.taken_by is None:
        return f"{colour('32', 'matches')}: {name}, outcome {decision.outcome}{reason}"
    verb = "answers" if fired(RuleId(answer.rule), decision) else "is before it and answers"
    return f"{colour('33', 'matches')}: {name}, but {answer.taken_by} {verb}{reason}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
