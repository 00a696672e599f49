"""`bot why`: why a rule does or does not answer a message, condition by condition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from bot.authoring.explain import Answer, Explanation, Held, Said, explain, explain_answer
from bot.authoring.run_cases import fired
from bot.cli import message_options, options
from bot.cli.output import answer_lines, colour, counted, dim, fitted, folded, printable, shortened
from bot.engine.simulator import Simulator
from bot.errors import UsageError
from bot.model import RuleId
from bot.rules.ruleset import Ruleset
from bot.settings import Settings
from bot.text.words import normalise, storable

_LONGEST_SHOWN: Final = 160
"""Characters of a reason in a terminal; `--json` has all of it."""
_MOST_SHOWN: Final = 8
"""Rules that would match too."""


@click.command()
@click.argument("words", nargs=-1, metavar="[RULE] TEXT", shell_complete=options.complete_rule)
@options.rules_option
@message_options.message_options
@options.json_option
def command(
    words: tuple[str, ...], rules: Path | None, as_json: bool, given: dict[str, Any]
) -> int:
    """Show why RULE does or does not answer TEXT: each condition, and what would match.

    Without a RULE: why TEXT gets the answer that it gets, which other rules would answer, and
    where none does, which nearly would.

    \b
    Examples:
      bot why hours "when are you there?"
      bot why "when are you there?"
      bot why confirm Yes --tag appointment=2026-01-20 --rules examples/clinic
      bot why '$opt-out' "please stop texting me"
    """
    if not 1 <= len(words) <= 2:
        raise UsageError('give a TEXT, or a RULE and a TEXT in quotes, as bot why hours "Hours?"')
    rule, text = words[0], words[1] if len(words) == 2 else None
    settings = options.settings(needs_account=rules is None)
    loaded = options.load_rules(rules, settings)
    explains_answer = text is None and not _is_rule(rule, loaded.ruleset)
    asked = rule if explains_answer else text
    body = {
        "fromNumber": options.SENDER,
        **given,
        **({"message": storable(asked)} if asked else {}),
    }
    message, beside = message_options.read(
        body,
        key="why",
        timezone=loaded.ruleset.timezone,
        longcode_id=settings.longcode_id,
        now=datetime.now(UTC),
    )
    said = Said(message, Simulator(loaded.ruleset).context(message, beside))
    if explains_answer:
        answer = explain_answer(said, loaded)
        found, lines = answer.as_object(), _answer_lines(answer, loaded.ruleset, settings)
    else:
        explanation = explain(rule, said, loaded)
        found, lines = explanation.as_object(), _rule_lines(explanation)
    if as_json:
        options.print_json(found)
    else:
        print("\n".join(lines))
    return 0


def _is_rule(written: str, ruleset: Ruleset) -> bool:
    guards = [guard.NAME for guard in ruleset.guards]
    return written in guards or ruleset.rule(written) is not None


def _answer_lines(answer: Answer, ruleset: Ruleset, settings: Settings) -> Iterator[str]:
    yield from _read_as(answer.said.message.text)
    yield from answer_lines(answer.decision, ruleset, settings.long_texts)
    if answer.by is not None:
        for held in answer.by.conditions:
            yield from _condition(held, "    ")
    if answer.others:
        yield "  would match too:"
    for other in answer.others[:_MOST_SHOWN]:
        yield fitted(f"    {other.rule}{dim(other.where)}: {printable(other.because)}", 6)
    if len(answer.others) > _MOST_SHOWN:
        yield f"    and {counted(len(answer.others) - _MOST_SHOWN, 'more rule')}"
    if answer.nearest:
        yield "  nearly:"
    for near in answer.nearest:
        yield fitted(f"    {near.rule}{dim(near.where)}, with {_changed(near)}", 6)


def _rule_lines(answer: Explanation) -> Iterator[str]:
    yield from _read_as(answer.said.message.text)
    yield fitted(f"  {_verdict(answer)}", 4)
    if answer.description:
        yield dim(fitted(f"  {printable(answer.description)}", 4))
    for held in answer.conditions:
        yield from _condition(held, "    ")
    if shown := _changed(answer):
        yield fitted(f"  would match: {shown}", 4)
    for word, slips in answer.misspelled.items():
        yield dim(fitted(f"  taken for {word} too: {', '.join(slips)} …", 4))


def _read_as(text: str) -> Iterator[str]:
    yield colour("1", fitted(f"› {printable(text) or '(no text)'}", 2))
    yield dim(fitted(f"  read as: {printable(normalise(text)) or '(nothing)'}", 4))


def _changed(answer: Explanation) -> str:
    return ", ".join(f"{name} {printable(str(value))}" for name, value in answer.would_match)


def _condition(held: Held, indent: str) -> Iterator[str]:
    sign = colour("31", "✗") if held.because else colour("32", "✓")
    because = (
        f": {shortened(printable(folded(held.because)), _LONGEST_SHOWN)}"
        if held.because and not held.inside
        else ""
    )
    yield fitted(f"{indent}{sign} {held.name}{because}", len(indent) + 4)
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
