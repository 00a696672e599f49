"""`bot blame`: where a text that we sent came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from bot.authoring.diff import Past
from bot.cli import options
from bot.cli.output import dim, fitted, line, printable, tell
from bot.cli.recorded import because
from bot.engine.decide import decide
from bot.errors import RuleError, UsageError, plain
from bot.ledger import blame
from bot.ledger.blame import Blamed, Source
from bot.messaging import json_views
from bot.model import Decision, Miss
from bot.rules.ruleset import Ruleset
from bot.settings import Settings


@click.command()
@click.argument("name", metavar="EXTERNAL_ID")
@options.rules_option
@options.json_option
def command(name: str, rules: Path | None, as_json: bool) -> int:
    """Where a text that we sent came from: who says it, which rule, and why.

    EXTERNAL_ID is that of the text, its id at MTA, or `out-5` as lists show it. With the rule comes
    where it stood when it answered, and where it stands in the rules of today; what those would
    answer, where they are others; and what rules in `mode: shadow` would have done.

    \b
    Examples:
      bot blame out-5
      bot blame 4f1c2a --json
    """
    settings = options.settings()
    with options.ledger_to_read() as connection:
        found = blame.find(connection, name)
        if found is None:
            raise UsageError(
                f"{plain(name)}: we sent no text with that id; `bot conversations show N --json`"
                " has those of a person"
            )
        today = _rules_of_today(rules, settings)
        past = None
        if today is not None:
            past = blame.then(connection, found, today, settings.longcode_id)
    explained = _Explained(found, today, past)
    if as_json:
        options.print_json(explained.as_object())
    else:
        print("\n".join(explained.lines(options.clock(options.TO_THE_SECOND))))
    return 0


def _rules_of_today(rules: Path | None, settings: Settings) -> Ruleset | None:
    """None where there are none, or they have errors: what was recorded is told all the same."""
    if rules is None and settings.rules is None:
        return None
    try:
        return options.load_rules(rules, settings).ruleset
    except (RuleError, UsageError) as error:
        tell(f"the rules of today are not compared: {str(error).splitlines()[0]}")
        return None


@dataclass(frozen=True, slots=True)
class _Explained:
    """A text of ours beside the rules of today."""

    blamed: Blamed
    today: Ruleset | None
    past: Past | None
    """The text that it answers with what was known then."""

    @property
    def rule(self) -> str | None:
        return self.blamed.sent.rule

    @property
    def place_then(self) -> str:
        """Empty where nobody recorded it."""
        answers = self.blamed.answers
        recorded = answers.recorded if answers is not None else None
        is_its = recorded is not None and recorded.decision.rule == self.rule
        return recorded.place if recorded is not None and is_its else ""

    @property
    def place_now(self) -> str:
        """Empty where it is there no more, or is a guard's."""
        rule = self.today.rule(self.rule) if self.today is not None and self.rule else None
        return "" if rule is None else rule.place.in_file

    @property
    def digest_then(self) -> str:
        answers = self.blamed.answers
        return answers.recorded.ruleset if answers is not None and answers.recorded else ""

    @property
    def now(self) -> Decision | None:
        """By the rules of today, where they are others than those that decided."""
        if self.past is None or self.today is None or self.today.digest == self.digest_then:
            return None
        return decide(self.past.message, self.past.context, self.today)

    def in_shadow(self) -> Iterator[tuple[str, Decision | None]]:
        """Rules that would have answered but for their mode, and with what; None: nobody knows."""
        answers = self.blamed.answers
        recorded = answers.recorded if answers is not None else None
        for step in recorded.decision.trace if recorded is not None else ():
            if isinstance(step.result, Miss) and step.result.because.startswith(_IN_SHADOW):
                yield step.rule, self._without_shadow(step.rule)

    def _without_shadow(self, rule_id: str) -> Decision | None:
        rule = None if self.today is None else self.today.rule(rule_id)
        if rule is None or self.past is None or self.today is None:
            return None
        active = self.today.with_rule(replace(rule, is_shadow=False))
        decision = decide(self.past.message, self.past.context, active)
        return decision if decision.rule == rule_id else None

    def as_object(self) -> Mapping[str, object]:
        blamed, now = self.blamed, self.now
        answers = blamed.answers
        return {
            "number": blamed.conversation.contact,
            "ourNumber": blamed.conversation.number or None,
            "source": blamed.source,
            "sent": json_views.outbound(blamed.sent),
            "answers": None if answers is None else json_views.inbound(answers, verbose=True),
            "place": self.place_then or None,
            "placeNow": self.place_now or None,
            "ruleset": self.digest_then or None,
            "rulesetNow": None if self.today is None else self.today.digest,
            "now": None if now is None else _decided(now),
            "shadow": [
                {"rule": rule, **({} if decision is None else _decided(decision))}
                for rule, decision in self.in_shadow()
            ],
        }

    def lines(self, shown: Callable[[datetime], str]) -> Iterator[str]:
        sent, conversation = self.blamed.sent, self.blamed.conversation
        for text in printable(sent.message.text).splitlines() or ["(no text)"]:
            yield fitted(f"‹ {text}", 2)
        state = " · ".join(filter(None, (sent.status, sent.delivery, line(sent.reason))))
        yield dim(fitted(f"  to {conversation.contact}, {shown(sent.at)}  {state}", 4))
        yield fitted(f"  {self._source()}", 4)
        if self.digest_then:
            yield fitted(f"  {self._rules()}", 4)
        answers = self.blamed.answers
        if answers is not None:
            texts = printable(answers.message.text).splitlines() or ["(no text)"]
            yield fitted(f"  in answer to in-{answers.id}, {shown(answers.message.received_at)}", 4)
            yield from (fitted(f"  › {text}", 4) for text in texts)
            if answers.recorded is not None:
                told = because(answers.recorded, shown, verbose=True)
                yield from (dim(fitted(f"    {one}", 6)) for one in list(told)[:-1])
        for rule, decision in self.in_shadow():
            would = (
                "would have answered" if decision is None else f"would have {_in_words(decision)}"
            )
            yield fitted(f"  in shadow, {rule} {would}", 4)
        if (now := self.now) is not None:
            yield fitted(f"  the rules of today: {_in_words(now)}", 4)

    def _source(self) -> str:
        sent, source = self.blamed.sent, self.blamed.source
        if source is Source.PERSON:
            return f"written by {line(sent.by)}"
        if source is Source.FIRST:
            return "the first message of a conversation, by `bot send` or the API"
        if source is Source.ELSEWHERE:
            return "sent by another system, and noted here"
        later = ", at its time" if source is Source.TIMER else ""
        return f"by {sent.rule}{later}{self._places()}"

    def _places(self) -> str:
        before, now = self.place_then, self.place_now
        if not before:
            return f" (today at {now})" if now else ""
        if self.today is None or before == now:
            return f" ({before})"
        return f" (then at {before}, today {f'at {now}' if now else 'there is no such rule'})"

    def _rules(self) -> str:
        digest = f"by the rules {self.digest_then[:12]}"
        if self.today is None:
            return digest
        is_same = self.today.digest == self.digest_then
        return (
            f"{digest}, {'which are those of today' if is_same else 'others than those of today'}"
        )


_IN_SHADOW: Final = "shadow; "


def _in_words(decision: Decision) -> str:
    texts = " / ".join(line(reply.text) for reply in decision.replies)
    rule = f" by {decision.rule}" if decision.rule else ""
    return f"{decision.outcome}{rule}{f': {texts}' if texts else ''}"


def _decided(decision: Decision) -> Mapping[str, object]:
    return {
        "outcome": str(decision.outcome),
        "rule": decision.rule,
        "replies": [reply.text for reply in decision.replies],
    }
