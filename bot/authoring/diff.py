"""What other rules would do with recorded messages: decided by the old ones and by the new.

Both see each message as it was seen then: at that time, with that context. So what differs between
them is due to the rules. Where the old rules decide otherwise than was recorded, something else
has changed since: the engine, or what cannot be known any more.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bot.authoring.old_and_new import OldAndNew
from bot.engine.outbound import cost_of
from bot.model import Context, Decision, InboundMessage, LongTexts, Outcome, Reason, RuleId
from bot.rules.matchers.base import MessageView
from bot.text.segments import pieces


class Text(NamedTuple):
    """One message that would be sent."""

    text: str
    image: str | None = None

    @property
    def segments(self) -> int:
        """That it counts for."""
        return cost_of(self.text, is_mms=self.image is not None)


class Answer(NamedTuple):
    """What a decision comes to, as far as two of them are compared."""

    outcome: Outcome
    rule: RuleId | None
    reason: Reason | None = None
    texts: tuple[Text, ...] = ()

    @property
    def segments(self) -> int:
        return sum([text.segments for text in self.texts])

    def says_the_same(self, other: Answer) -> bool:
        """Whichever rule does."""
        return self.outcome is other.outcome and self.texts == other.texts


class Past(NamedTuple):
    """A message with what was known when it was decided."""

    message: InboundMessage
    context: Context
    recorded: Answer | None = None
    """What was decided then, its texts as they left; None where nobody knows."""


class Compared(NamedTuple):
    """A message, and the three answers to it."""

    message: InboundMessage
    recorded: Answer | None
    old: Answer
    new: Answer
    is_as_recorded: bool
    """The old rules decide as was recorded, or nobody knows."""

    @property
    def is_changed(self) -> bool:
        """In its outcome, its texts or their images; another rule alone is not a change."""
        return self.old is not self.new and not self.old.says_the_same(self.new)


def compare(past: Past, both: OldAndNew, long_texts: LongTexts) -> Compared:
    """Decide it anew by both; `long_texts` is the setting for replies of rules that say nothing."""
    before, after = both.decide(MessageView(past.message, past.context))
    old = _answer(before)
    return Compared(
        past.message,
        past.recorded,
        old,
        old if after is before else _answer(after),
        past.recorded is None or _left(before, long_texts).says_the_same(past.recorded),
    )


def _answer(decision: Decision) -> Answer:
    if not decision.replies:
        return Answer(decision.outcome, decision.rule, decision.reason)
    texts = tuple(Text(reply.text, reply.image) for reply in decision.replies)
    return Answer(decision.outcome, decision.rule, decision.reason, texts)


def _left(decision: Decision, long_texts: LongTexts) -> Answer:
    """With the messages that carry its texts, as the outbox has them: of what leaves for certain.

    What is too long to leave stands there whole.
    """
    texts: list[Text] = []
    for reply in decision.leaving:
        policy, has_image = reply.long_texts or long_texts, bool(reply.image)
        found = pieces(reply.text, policy, has_image=has_image)
        carried = [piece.text for piece in found] or [reply.text]
        texts += (Text(text, reply.image) for text in carried)
    return Answer(decision.outcome, decision.rule, decision.reason, tuple(texts))


@dataclass(slots=True)
class Group:
    """Messages that go from one rule to another, or are answered otherwise by the same."""

    old: RuleId | None
    new: RuleId | None
    count: int = 0
    newly_answered: int = 0
    newly_silent: int = 0
    segments: int = 0
    """More than before, or fewer."""
    examples: list[Compared] = field(default_factory=list)
    """The first ones, each text once."""


class Tally:
    """What differs over many messages, of which a few are kept."""

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._groups: dict[tuple[RuleId | None, RuleId | None], Group] = {}
        self.compared = 0
        self.changed = 0
        self.other_rule: Counter[tuple[RuleId | None, RuleId | None]] = Counter()
        """Answered the same by another rule: the old one and the new."""
        self.recorded = 0
        """Of those compared: where it is known what was decided."""
        self.not_as_recorded = 0
        self.odd: list[Compared] = []
        """The first of those that the old rules decide otherwise than was recorded."""
        self.segments = 0
        """That the old rules would have sent."""
        self.new_segments = 0

    @property
    def same(self) -> int:
        """By the same rule too."""
        return self.compared - self.changed - self.other_rule.total()

    @property
    def groups(self) -> list[Group]:
        """The largest first."""
        found = self._groups.values()
        return sorted(found, key=lambda one: (-one.count, one.old or "", one.new or ""))

    @property
    def newly_answered(self) -> int:
        return sum(group.newly_answered for group in self._groups.values())

    @property
    def newly_silent(self) -> int:
        return sum(group.newly_silent for group in self._groups.values())

    def add(self, one: Compared) -> None:
        self.compared += 1
        if one.recorded is not None:
            self.recorded += 1
            if not one.is_as_recorded:
                self.not_as_recorded += 1
                _keep(self.odd, one, self._samples)
        before = one.old.segments
        self.segments += before
        if one.new is one.old:
            self.new_segments += before
            return
        after = one.new.segments
        self.new_segments += after
        rules = one.old.rule, one.new.rule
        if not one.is_changed:
            if one.old.rule != one.new.rule:
                self.other_rule[rules] += 1
            return
        self.changed += 1
        group = self._groups.get(rules)
        if group is None:
            group = self._groups[rules] = Group(*rules)
        group.count += 1
        group.newly_answered += bool(one.new.texts) and not one.old.texts
        group.newly_silent += bool(one.old.texts) and not one.new.texts
        group.segments += after - before
        _keep(group.examples, one, self._samples)

    def add_all(self, more: Tally) -> None:
        """What came after."""
        self.compared += more.compared
        self.changed += more.changed
        self.recorded += more.recorded
        self.not_as_recorded += more.not_as_recorded
        self.segments += more.segments
        self.new_segments += more.new_segments
        self.other_rule += more.other_rule
        for one in more.odd:
            _keep(self.odd, one, self._samples)
        for rules, theirs in more._groups.items():
            group = self._groups.setdefault(rules, Group(*rules))
            group.count += theirs.count
            group.newly_answered += theirs.newly_answered
            group.newly_silent += theirs.newly_silent
            group.segments += theirs.segments
            for one in theirs.examples:
                _keep(group.examples, one, self._samples)


def _keep(examples: list[Compared], one: Compared, most: int) -> None:
    said = one.message.text.strip().casefold()
    if len(examples) < most and all(said != x.message.text.strip().casefold() for x in examples):
        examples.append(one)


_MOST_WORDS: Final = 2_000
"""Of a text whose changed words are looked for: comparing costs the product."""


def changed_words(old: str, new: str) -> Iterator[tuple[str, str]]:
    """A text in pieces: `=` stays, `-` is gone, `+` is new.

    >>> list(changed_words("We open at 9.", "We open at 10 today."))
    [('=', 'We open at'), ('-', '9.'), ('+', '10 today.')]
    """
    before, after = old.split(), new.split()
    if len(before) + len(after) > _MOST_WORDS:
        yield from (("-", old), ("+", new))
        return
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, at, end, new_at, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield "=", " ".join(before[at:end])
            continue
        if at < end:
            yield "-", " ".join(before[at:end])
        if new_at < new_end:
            yield "+", " ".join(after[new_at:new_end])
