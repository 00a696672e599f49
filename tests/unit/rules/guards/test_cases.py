"""Every guard against its file of cases: what it takes, what it leaves, wrong settings."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.decide import decide
from bot.engine.handoffs import in_hand
from bot.model import Context, Echoes, Miss, Reason
from bot.rules.guards import REGISTRY, read_guards
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import MessageView, Sheet
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.rules.problems import Problems
from tests.build import NOW, context, inbound, ruleset
from tests.case_files import parameters, read_cases, text_of

DIRECTORY = Path(__file__).parent
GUARDS = {guard.NAME.removeprefix("$").replace("-", "_"): guard for guard in REGISTRY}
CONTEXT = (
    *("opted_out", "in_hand", "passes_on", "left", "replied", "equal", "echoes", "ago", "sent"),
    "held",
)
KNOWN = ("set", "say", *CONTEXT, "untimed", "is", "change", "reply", "miss", "error")


def kind(case: Mapping) -> str:
    return next(key for key in ("miss", "error", "is") if key in case.pairs)


def read(name: str, case: Mapping) -> tuple[Guard, list[str]]:
    section = case.get("set")
    key = Scalar(GUARDS[name].KEY, case.place)
    pairs = {key.text: (key, section)} if section is not None else {}
    problems = Problems()
    guards = read_guards(Mapping(pairs, case.place), problems, Sheet())
    [guard] = [guard for guard in guards if guard.NAME == GUARDS[name].NAME]
    return guard, [str(problem).partition(": ")[2] for problem in problems.found]


def known(case: Mapping) -> Context:
    at = (NOW - timedelta(seconds=int(text_of(case, "ago", "0"))),)
    return context(
        opted_out=text_of(case, "opted_out") == "yes" or "left" in case.pairs,
        # Seconds before the message was written.
        opted_out_at=NOW - timedelta(seconds=int(text_of(case, "left")))
        if "left" in case.pairs
        else None,
        replied_at=at * int(text_of(case, "replied", "0")),
        equal_at=at * int(text_of(case, "equal", "0")),
        held=Reason(text_of(case, "held")) if "held" in case.pairs else None,
        echoes=Echoes(*map(int, text_of(case, "echoes", "0").split())),
        passes_on=text_of(case, "passes_on") == "yes",
        handoff=in_hand(NOW) if text_of(case, "in_hand") == "yes" else None,
        sent_texts=(text_of(case, "sent"),) if "sent" in case.pairs else (),
    )


def said(verdict: Verdict) -> dict[str, str]:
    """A verdict as a case writes it."""
    words = {"is": f"{verdict.outcome} {verdict.reason or ''}".strip()}
    if verdict.changes:
        words["change"] = " ".join(change.kind for change in verdict.changes)
    if verdict.reply is not None:
        words["reply"] = verdict.reply.source
    return words


@pytest.mark.parametrize("name", GUARDS)
def test_every_guard_has_cases_that_it_takes_that_it_leaves_and_that_are_wrong(name: str) -> None:
    cases = read_cases(DIRECTORY / f"{name}.yaml", KNOWN)
    assert {kind(case) for case in cases} == {"is", "miss", "error"}


def test_every_file_of_cases_belongs_to_a_guard() -> None:
    assert {path.stem for path in DIRECTORY.glob("*.yaml")} == set(GUARDS)


def plain(node: Node | None) -> object:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.items()}
    return {}


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(*case.values, id=case.id)
        for case in parameters(DIRECTORY, list(GUARDS), KNOWN)
        if kind(case.values[1]) == "is"
    ],
)
def test_a_message_that_a_guard_takes_is_taken_with_the_index_too(name: str, case: Mapping) -> None:
    guards = {GUARDS[name].KEY: plain(case.get("set"))}
    rules = ruleset(json.dumps({"guards": guards}))
    decision = decide(inbound(text_of(case, "say")), known(case), rules)
    assert decision.rule == GUARDS[name].NAME
    assert decision == decide(inbound(text_of(case, "say")), known(case), rules, ask_all=True)


@pytest.mark.parametrize(("name", "case"), parameters(DIRECTORY, list(GUARDS), KNOWN))
def test_case(name: str, case: Mapping) -> None:
    guard, errors = read(name, case)
    if kind(case) == "error":
        wanted = text_of(case, "error")
        assert [wanted in error for error in errors] == [True]
        return
    assert errors == []
    sent_at = NOW if "left" in case.pairs and "untimed" not in case.pairs else None
    message = inbound(text_of(case, "say"), sent_at=sent_at)
    result = guard.examine(MessageView(message, known(case)))
    if kind(case) == "is":
        wanted_words = {key: text_of(case, key) for key in ("is", "change", "reply")}
        assert isinstance(result, Verdict)
        assert said(result) == {key: text for key, text in wanted_words.items() if text}
    else:
        assert isinstance(result, Miss)
        assert text_of(case, "miss") in result.because
