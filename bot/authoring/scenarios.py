"""Conversations as tests: steps said one after the other, with a clock that moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.authoring import run_cases
from bot.authoring.run_cases import Result
from bot.engine.outbound import tags_of, tags_of_person
from bot.engine.simulator import Decided, Fired, Given, Simulator
from bot.errors import RuleError
from bot.model import FALLBACK, ChangeKind, Decision, InboundMessage, Outcome, RuleId
from bot.rules.cases import EXPECTED, Case, Expected, clock, read_expected, read_input, text_of
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems
from bot.rules.ruleset import Ruleset
from bot.rules.yaml import read_yaml
from bot.text.phone_numbers import longcode_id
from bot.timezones import DEFAULT_TIMEZONE


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a conversation: a message, time that passes, or what a person of ours does."""

    case: Case
    wait: timedelta | None = None
    """How much time passes; None of a text."""
    is_ours: bool = False
    """A person of ours writes."""
    is_release: bool = False
    """They give the conversation back to the bot."""
    is_timed: bool = False
    """`case.at` was named."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages of one person, played in order with what is remembered between them."""

    start: Case
    """Who writes, when it begins, and what comes along with each message."""
    turns: tuple[Turn, ...]


CONVERSATION_KEYS: Final = ("name", "at", "from", "to", "tags", "contact", "steps")
STEP_KEYS: Final = ("say", "media", "tags", "at", "contact", "state", *EXPECTED)
AFTER_KEYS: Final = ("after", "rule", "outcome", "reason", "reply", "replies", "segments")
"""Of time that passes, and what is to happen in it."""
AGENT_KEYS: Final = ("agent",)
"""Of a text by a person of ours."""
RELEASE_KEYS: Final = ("release",)
"""Of a conversation that they give back."""
_STEPS: Final = ("say", "media", "after", "agent", "release")
"""What a step may be; one of them is needed."""


def read_conversations(
    file: str, content: bytes | str, ruleset: Ruleset | None
) -> tuple[Conversation, ...]:
    """The conversations of a `*.test.yaml`. Raises RuleError with all that is wrong.

    Without rules, since they could not be read, nothing is said of those that it names.
    """
    problems = Problems()
    root = read_yaml(file, content, problems)
    reader = _Conversations(problems, clock(DEFAULT_TIMEZONE), None)
    if ruleset is not None:
        known = {*(rule.id for rule in ruleset.rules), *(g.NAME for g in ruleset.guards)}
        reader = _Conversations(problems, clock(zone_of(ruleset)), known | {FALLBACK, "none"})
    is_empty = root is None or (isinstance(root, Scalar) and root.is_null)
    nodes = (
        problems.sequence(root, "conversations", "name: asks twice")
        if root is not None and not is_empty
        else []
    )
    found = [read for node in nodes if (read := reader.conversation(node)) is not None]
    if problems.errors:
        raise RuleError(sorted(problems.errors, key=lambda problem: problem.place))
    return tuple(found)


def zone_of(ruleset: Ruleset) -> str:
    """The zone of all rules where they share one, else of the rule set."""
    zones = {rule.timezone for rule in ruleset.rules}
    return zones.pop() if len(zones) == 1 else ruleset.timezone


@dataclass(frozen=True, slots=True)
class _Conversations:
    problems: Problems
    default_at: datetime
    rules: Set[str] | None

    def conversation(self, node: Node) -> Conversation | None:
        mapping = self.problems.mapping(node, "a conversation", "- name: asks twice")
        if mapping is None:
            return None
        meant = self.problems.known_keys(mapping, CONVERSATION_KEYS, "key of a conversation")
        name = text_of(mapping, "name", self.problems)
        if not name and "name" not in meant:
            self.problems.error(
                mapping, "missing-key", "a conversation needs a `name`", "name: asks twice"
            )
        start = read_input(mapping, RuleId(""), self.default_at, self.problems)
        steps = mapping.get("steps")
        if steps is None:
            hint = "steps: [{say: Hours?, rule: hours}]"
            self.problems.error(mapping, "missing-key", "a conversation needs `steps`", hint)
            return None
        items = self.problems.sequence(steps, "steps", "{say: Hours?}")
        return Conversation(start, tuple(self._turns(items, name)))

    def _turns(self, items: Iterable[Node], name: str) -> Iterator[Turn]:
        for item in items:
            step = self.problems.mapping(item, "a step", "- {say: Hours?}")
            if step is None:
                continue
            if "after" in step.pairs:
                yield self._after(step, name)
            elif "agent" in step.pairs:
                self.problems.known_keys(step, AGENT_KEYS, "key beside `agent`")
                said = text_of(step, "agent", self.problems)
                yield Turn(replace(self._case(step, name), say=said), is_ours=True)
            elif "release" in step.pairs:
                self.problems.known_keys(step, RELEASE_KEYS, "key beside `release`")
                if self.problems.flag(step.pairs["release"][1], "release"):
                    yield Turn(self._case(step, name), is_release=True)
            else:
                yield self._turn(step, name)

    def _after(self, step: MappingNode, name: str) -> Turn:
        if "say" in step.pairs:
            what = "the clock moves in a step of its own"
            hint = f"- {{after: {text_of(step, 'after', self.problems)}}}, and `say` in the next"
            self.problems.error(step.pairs["after"][0], "unknown-key", what, hint)
        else:
            self.problems.known_keys(step, AFTER_KEYS, "key beside `after`")
        seconds = self.problems.duration(step.pairs["after"][1], "after")
        said = f"(after {text_of(step, 'after', self.problems)})"
        return Turn(replace(self._case(step, name), say=said), timedelta(seconds=seconds or 0))

    def _turn(self, step: MappingNode, name: str) -> Turn:
        meant = self.problems.known_keys(step, (*STEP_KEYS, *_STEPS), "key of a step")
        if not (step.pairs.keys() | meant) & {*_STEPS}:
            what = "a step needs `say`, `after`, `agent` or `release`"
            self.problems.error(step, "test", what, "{say: Hours?}")
        return Turn(self._case(step, name), is_timed="at" in step.pairs)

    def _case(self, step: MappingNode, name: str) -> Case:
        problems, rule = self.problems, step.get("rule")
        if isinstance(rule, Scalar) and self.rules and rule.text not in self.rules:
            problems.unknown(rule, "rule", rule.text, self.rules)
        expected = read_expected(step, problems)
        case = read_input(step, RuleId(expected.rule or ""), self.default_at, problems)
        return replace(case, expected=expected, conversation=name)


def played(conversation: Conversation, ruleset: Ruleset) -> Iterator[Result]:
    """Play one step after the other; a result for each message, and for what was to happen else."""
    named = [turn.case.rule for turn in conversation.turns]
    ruleset = run_cases.live(ruleset, named)
    player = _Player(Simulator(ruleset), conversation.start, dict(conversation.start.contact))
    follows = False  # so closely that it may be of the same burst
    for number, turn in enumerate(conversation.turns, 1):
        if not (follows or turn.is_timed or turn.wait):
            yield from player.answered()
        follows = turn.wait is not None
        if turn.is_ours:
            player.person_writes(turn.case)
        elif turn.is_release:
            player.person_gives_back(turn.case)
        elif turn.wait is None:
            yield from player.say(turn, number)
        else:
            yield from player.wait(turn, turn.wait)
    yield from player.answered()


_MOMENT: Final = timedelta(microseconds=1)


class _Player:
    """One person on the phone: what comes along with the next text, and when that is."""

    def __init__(self, simulator: Simulator, start: Case, contact: dict[str, str]) -> None:
        self._simulator = simulator
        self._start, self._contact = start, contact
        # Hours that pass are real ones, also in a night in which clocks are set.
        self._now, self._tags = start.at.astimezone(UTC), start.tags
        self._external_id: str | None = None
        self._said: dict[str, tuple[Case, int]] = {}
        """By their keys, texts whose results are not there yet."""

    def say(self, turn: Turn, number: int) -> Iterator[Result]:
        """The results that are there once it was said: its own, or of a burst that is over."""
        case = turn.case
        self._now = case.at.astimezone(UTC) if turn.is_timed else self._now
        yield from self._over()
        self._pass(self._message(case))
        message = self._message(case)
        given = Given(
            now=self._now,
            contact={**self._contact, **case.contact},
            longcode_id=longcode_id(self._start.longcode),
            state=case.state,
        )
        everyone = case.expected.because is not None
        self._said[message.key] = case, number
        yield from self._results(self._simulator.take(message, given, ask_all=everyone))

    def answered(self) -> Iterator[Result]:
        """What is said next comes when all before it has been answered."""
        yield from self._decided(self._simulator.flush())

    def _over(self) -> Iterator[Result]:
        """Of bursts that are over, the results."""
        yield from self._decided(self._simulator.settle(self._now - _MOMENT))

    def _decided(self, decided: Sequence[Decided]) -> Iterator[Result]:
        """The clock is where it was when they were answered, at the earliest."""
        self._now = max([self._now, *(one.context.now for one in decided)])
        yield from self._results(decided)

    def _results(self, decided: Iterable[Decided]) -> Iterator[Result]:
        for one in decided:
            case, number = self._said.pop(one.message.key)
            self._heard(one.decision, one.message, number)
            what = one.decision, one.message, one.context
            yield run_cases.result_of(case, *what, self._simulator.ruleset)

    def person_writes(self, case: Case) -> None:
        """One of ours."""
        message = self._message(replace(case, say=""))
        self._pass(message)
        if self._simulator.person_writes(message, case.say, self._now):
            self._tags = tags_of_person(self._tags)

    def person_gives_back(self, case: Case) -> None:
        message = self._message(replace(case, say=""))
        self._pass(message)
        self._simulator.release(message, self._now)

    def wait(self, turn: Turn, time: timedelta) -> Iterator[Result]:
        """With what happened meanwhile by itself, as one decision, where it is expected.

        What was said before is answered first, where that comes within this time.
        """
        yield from self._decided(self._simulator.settle(self._now + time - _MOMENT))
        self._now += time
        message = self._message(replace(turn.case, say=""))
        fired = self._pass(message)
        last = fired[-1].decision if fired else Decision(outcome=Outcome.UNMATCHED)
        decision = replace(last, replies=tuple(r for one in fired for r in one.decision.leaving))
        context = self._simulator.context(message, Given(now=self._now))
        if turn.case.expected != Expected():
            what = decision, message, context
            yield run_cases.result_of(turn.case, *what, self._simulator.ruleset)

    def _message(self, case: Case) -> InboundMessage:
        """It brings back the tags of ours that it answers, as the provider sends them."""
        start = self._start
        at = self._now.astimezone(start.at.tzinfo)
        said = replace(case, sender=start.sender, number=start.number, at=at)
        return replace(
            run_cases.inbound(said),
            tags={**self._tags, **case.tags},
            external_id=self._external_id,
        )

    def _pass(self, message: InboundMessage) -> tuple[Fired, ...]:
        fired = self._simulator.pass_time(message, self._now)
        for one in fired:
            self._heard(one.decision, one.about, 0)
        return fired

    def _heard(self, decision: Decision, message: InboundMessage, number: int) -> None:
        for change in decision.changes:
            if change.kind is ChangeKind.CONTACT:
                self._contact.pop(change.name, None)
        for reply in decision.leaving:
            self._tags = tags_of(reply, message.tags)
            self._external_id = f"test-{number}"
