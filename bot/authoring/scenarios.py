"""Conversations as tests: steps said one after the other, with a clock that moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.authoring import run_cases
from bot.authoring.run_cases import Result
from bot.engine.outbound import tags_of
from bot.engine.simulator import Given, Simulator
from bot.errors import RuleError
from bot.model import FALLBACK, ChangeKind, RuleId
from bot.rules.cases import EXPECTED, Case, read_expected, read_input, text_of
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems
from bot.rules.ruleset import Ruleset
from bot.rules.yaml import read_yaml
from bot.text.phone_numbers import longcode_id
from bot.timezones import DEFAULT_TIMEZONE


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    case: Case
    wait: timedelta
    """How long after the message before; without meaning where `at` is named."""
    is_timed: bool
    """`case.at` was named."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages of one person, played in order with what is remembered between them."""

    start: Case
    """Who writes, when it begins, and what comes along with each message."""
    turns: tuple[Turn, ...]


CONVERSATION_KEYS: Final = ("name", "at", "from", "to", "tags", "contact", "steps")
STEP_KEYS: Final = ("say", "media", "tags", "at", "contact", "state", *EXPECTED)


def read_conversations(
    file: str, content: bytes | str, ruleset: Ruleset | None
) -> tuple[Conversation, ...]:
    """The conversations of a `*.test.yaml`. Raises RuleError with all that is wrong.

    Without rules, since they could not be read, nothing is said of those that it names.
    """
    problems = Problems()
    root = read_yaml(file, content, problems)
    reader = _Conversations(problems, DEFAULT_TIMEZONE, None)
    if ruleset is not None:
        known = {*(rule.id for rule in ruleset.rules), *(g.NAME for g in ruleset.guards)}
        reader = _Conversations(problems, zone_of(ruleset), known | {FALLBACK, "none"})
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
    timezone: str
    rules: Set[str] | None

    def conversation(self, node: Node) -> Conversation | None:
        mapping = self.problems.mapping(node, "a conversation", "- name: asks twice")
        if mapping is None:
            return None
        self.problems.known_keys(mapping, CONVERSATION_KEYS, "key of a conversation")
        name = text_of(mapping, "name", self.problems)
        if not name:
            self.problems.error(
                mapping, "missing-key", "a conversation needs a `name`", "name: asks twice"
            )
        start = read_input(mapping, RuleId(""), self.timezone, self.problems)
        steps = mapping.get("steps")
        if steps is None:
            hint = "steps: [{say: Hours?, rule: hours}]"
            self.problems.error(mapping, "missing-key", "a conversation needs `steps`", hint)
            return None
        items = self.problems.sequence(steps, "steps", "{say: Hours?}")
        return Conversation(start, tuple(self._turns(items, name)))

    def _turns(self, items: Iterable[Node], name: str) -> Iterator[Turn]:
        wait = timedelta()
        for item in items:
            step = self.problems.mapping(item, "a step", "- {say: Hours?}")
            if step is None:
                continue
            if "after" in step.pairs:
                wait += self._after(step)
            elif "agent" in step.pairs:
                self.problems.error(
                    step,
                    "agent",
                    "agent: a hand-over to a person cannot be tested yet",
                    "take this step out",
                )
            else:
                yield self._turn(step, name, wait)
                wait = timedelta()

    def _after(self, step: MappingNode) -> timedelta:
        self.problems.known_keys(step, ("after",), "key beside `after`")
        seconds = self.problems.duration(step.pairs["after"][1], "after")
        return timedelta(seconds=seconds or 0)

    def _turn(self, step: MappingNode, name: str, wait: timedelta) -> Turn:
        problems = self.problems
        meant = problems.known_keys(step, STEP_KEYS, "key of a step")
        if not (step.pairs.keys() | meant) & {"say", "media"}:
            problems.error(step, "test", "a step needs `say` or `after`", "{say: Hours?}")
        rule = step.get("rule")
        if isinstance(rule, Scalar) and self.rules and rule.text not in self.rules:
            problems.unknown(rule, "rule", rule.text, self.rules)
        expected = read_expected(step, problems)
        case = read_input(step, RuleId(expected.rule or ""), self.timezone, problems)
        case = replace(case, expected=expected, conversation=name)
        return Turn(case, wait, "at" in step.pairs)


def played(conversation: Conversation, ruleset: Ruleset) -> Iterator[Result]:
    """Say one message after the other; a result for each, also where it expects nothing."""
    simulator, start = Simulator(ruleset), conversation.start
    now, tags, external_id = start.at, start.tags, None
    contact = dict(start.contact)
    for number, turn in enumerate(conversation.turns, 1):
        case = turn.case
        now = case.at if turn.is_timed else now + turn.wait
        # A message brings back the tags of ours that it answers, as the provider sends them.
        message = replace(
            run_cases.inbound(replace(case, sender=start.sender, number=start.number, at=now)),
            tags={**tags, **case.tags},
            external_id=external_id,
        )
        given = Given(
            now=now,
            contact={**contact, **case.contact},
            longcode_id=longcode_id(start.longcode),
            state=case.state,
        )
        context = simulator.context(message, given)
        everyone = case.expected.because is not None
        decision = simulator.say(message, given, ask_all=everyone)
        for change in decision.changes:
            if change.kind is ChangeKind.CONTACT:
                contact.pop(change.name, None)
        for reply in decision.replies:
            tags = tags_of(reply, message.tags)
            external_id = f"test-{number}"
        yield run_cases.result_of(case, decision, message, context)
