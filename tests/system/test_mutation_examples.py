"""What `bot test --mutate` proposes for the examples passes, and notices all that was missed."""

from __future__ import annotations

import pytest

from bot.authoring import run_cases, scenarios
from bot.authoring.mutation import Judge, Mutation, mutants
from bot.authoring.run_cases import Result
from bot.authoring.scenarios import Conversation
from bot.rules import files
from bot.rules.cases import Case, read_tests
from bot.rules.loader import Loaded, load
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml
from tests.support import ROOT

pytestmark = pytest.mark.system


def judged(
    rules: Loaded, cases: list[Case], talks: list[Conversation]
) -> tuple[Mutation, list[Result]]:
    ruleset, told = rules.ruleset, Mutation()
    results = [run_cases.run(case, ruleset) for case in cases]
    results += [result for talk in talks for result in scenarios.played(talk, ruleset)]
    judge = Judge(ruleset, results, talks)
    for mutant in mutants(ruleset):
        judge.judge(mutant, told)
    return told, results


@pytest.mark.parametrize("name", ["clinic", "shop", "school"])
def test_all_that_is_proposed_together_notices_all_that_was_missed(name: str) -> None:
    folder = ROOT / "examples" / name
    rules = load(files.read_rule_files(folder))
    cases, talks = list(rules.cases), list[Conversation]()
    for file in files.test_files(folder):
        content = files.read_test_file(file)
        talks += scenarios.read_conversations(file.as_posix(), content, rules.ruleset)
    before, _ = judged(rules, cases, talks)
    problems = Problems()
    for number, one in enumerate(before.missed):
        if one.is_conversation:  # which is told from others by its place
            name = f"proposed-{number}"
            talks += scenarios.read_conversations(name, one.line, rules.ruleset)
        elif (node := read_yaml("proposed", one.line, problems)) is not None:
            cases += read_tests(node, rules.ruleset.by_id[one.rule], problems)
    after, results = judged(rules, cases, talks)
    assert problems.found == []
    assert [one.got for one in results if not one.passed] == []
    assert len(before.missed) > 50
    # with more to begin from, a text is found for some that no text told apart before
    assert {(one.rule, one.what) for one in after.missed} <= set(before.alike)
    assert after.noticed >= before.noticed + len(before.missed)
