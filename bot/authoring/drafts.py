"""Conversations to paste, in which a changed rule set answers otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.authoring import proposals
from bot.authoring.run_cases import Result
from bot.authoring.scenarios import Conversation, played, read_conversations
from bot.errors import RuleError
from bot.model import Decision
from bot.rules.cases import Case
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset

Step: TypeAlias = Mapping[str, str]
"""`say`, `after` or `agent`, with its text."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is said, one after the other."""

    steps: tuple[Step, ...]
    brings: tuple[str, ...] = ()
    """What comes along with the first text, as YAML: `tags: {…}`."""


def says(*texts: str) -> tuple[Step, ...]:
    return tuple({"say": text} for text in texts)


def of_case(case: Case, rule: Rule, *then: Step) -> Draft:
    """That begins with the text of a test of the rule."""
    return Draft((*says(case.say), *then), tuple(proposals.brings(case, rule)))


def telling(name: str, drafts: Iterable[Draft], ruleset: Ruleset, other: Ruleset) -> str:
    """The first that passes with the rules as they are and fails with others; else empty."""
    for draft in drafts:
        line = _with_answers(name, draft, ruleset)
        if line and all(_plays(line, ruleset)) and not all(_plays(line, other)):
            return line
    return ""


def _with_answers(name: str, draft: Draft, ruleset: Ruleset) -> str:
    """With the rules that answer, and with what the last step gets, be it time that passes."""
    steps = list(map(dict, draft.steps))
    if "after" in steps[-1]:
        steps[-1]["outcome"] = "replied"  # for time that passes without a wish nothing is told
    results = _results(_line(name, draft, map(_flow, steps)), ruleset)
    told = [at for at, step in enumerate(steps) if "say" in step or "outcome" in step]
    if len(results) != len(told):
        return ""
    for at, result in zip(told, results, strict=True):
        if "say" in steps[at]:
            steps[at]["rule"] = str(result.decision.rule or "none")
    steps[-1].pop("outcome", None)
    flows = list(map(_flow, steps))
    flows[-1] = f"{flows[-1][:-1]}, {_outcome(results[-1].decision)}}}"
    return _line(name, draft, flows)


def _outcome(decision: Decision) -> str:
    texts = json.dumps([one.text for one in decision.replies], ensure_ascii=False)
    parts = [f"replies: {texts}"] if decision.replies else []
    if decision.reason is not None:
        parts.append(f"reason: {decision.reason}")
    return ", ".join(parts or [f"outcome: {decision.outcome}"])


def _flow(step: Step) -> str:
    bare = ("after", "rule", "outcome")
    pairs = (f"{key}: {text if key in bare else _quoted(text)}" for key, text in step.items())
    return f"{{{', '.join(pairs)}}}"


def _line(name: str, draft: Draft, steps: Iterable[str]) -> str:
    parts = [f"name: {_quoted(name)}", *draft.brings, f"steps: [{', '.join(steps)}]"]
    return f"- {{{', '.join(parts)}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _results(line: str, ruleset: Ruleset) -> list[Result]:
    return [result for talk in _read(line, ruleset) for result in played(talk, ruleset)]


def _plays(line: str, ruleset: Ruleset) -> Iterator[bool]:
    return (result.passed for result in _results(line, ruleset))


def _read(line: str, ruleset: Ruleset) -> tuple[Conversation, ...]:
    try:
        return read_conversations("a proposal", line, ruleset)
    except RuleError:
        return ()
