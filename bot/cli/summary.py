"""What became of many messages, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from bot.cli.output import counted, line, shortened
from bot.model import FALLBACK, Decision, InboundMessage, Outcome

_MOST: Final = 10
"""Rules, and texts that no rule answers, that are named."""
_MOST_KEPT: Final = 10_000
"""Different texts that are counted: the input may be endless."""


class Summary:
    """Outcomes, rules and what no rule answers, of all messages that are added."""

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._rules: Counter[str] = Counter()
        self._texts: Counter[str] = Counter()
        self.unreadable = 0
        """Lines that were no messages."""

    def add(self, message: InboundMessage, decision: Decision) -> None:
        self._outcomes[decision.outcome] += 1
        if decision.rule is not None:
            self._rules[decision.rule] += 1
        if decision.outcome is Outcome.UNMATCHED or decision.rule == FALLBACK:
            self._count(" ".join(message.text.split()), 1)

    def add_all(self, more: Summary) -> None:
        """What came after."""
        self._outcomes += more._outcomes
        self._rules += more._rules
        for text, many in more._texts.items():
            self._count(text, many)
        self.unreadable += more.unreadable

    def _count(self, text: str, many: int) -> None:
        if text in self._texts or len(self._texts) < _MOST_KEPT:
            self._texts[text] += many

    def lines(self) -> Iterator[str]:
        outcomes = ", ".join(f"{many} {outcome}" for outcome, many in self._outcomes.most_common())
        wrong = f"; {counted(self.unreadable, 'line')} not readable" if self.unreadable else ""
        said = f": {outcomes}" if outcomes else ""
        yield f"{counted(self._outcomes.total(), 'message')}{said}{wrong}"
        if self._rules:
            named = [f"{rule} {many}" for rule, many in self._rules.most_common(_MOST)]
            yield f"answered by {', '.join(named)}{_rest(len(self._rules), 'rule')}"
        if self._texts:
            yield f"no rule but the fallback knows {counted(len(self._texts), 'text')}"
            for text, many in self._texts.most_common(_MOST):
                yield f"  {many:>4}  {line(shortened(text, 60)) or '(no text)'}"


def _rest(count: int, what: str) -> str:
    return f", and {counted(count - _MOST, f'more {what}')}" if count > _MOST else ""
