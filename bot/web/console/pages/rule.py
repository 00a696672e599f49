"""One rule: its text, what is odd about it, how often it decides, its tests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.authoring.coverage import Coverage
from bot.authoring.run_cases import Result
from bot.ledger.rule_hits import rule_hits
from bot.rules.rule import Rule
from bot.web.console.desk import Visit
from bot.web.console.page import NotThere, Page
from bot.web.console.pages.rules import problem, summary
from bot.web.console.rulebook import Rulebook


async def _look(visit: Visit) -> Mapping[str, Any]:
    book = await visit.desk.rulebooks.present(visit.now)
    rule = book.ruleset.rule(visit.path["rule"])
    if rule is None:
        raise NotThere("There is no such rule.")
    hits = await visit.desk.resources.writer.read(lambda c: rule_hits(c, visit.now))
    excerpt, runs = book.excerpt(rule), "tests" in visit.query
    results, covered = await asyncio.to_thread(_tested, book, rule) if runs else (None, None)
    return {
        **summary(rule, hits.get(rule.id)),
        "title": rule.id,
        "file": excerpt.file,
        "firstLine": excerpt.first,
        "lines": list(excerpt.lines),
        "warnings": [problem(one) for one in book.problems_of(rule)],
        "tests": len(book.cases.get(rule.id, ())),
        "results": results and [*map(_result, results)],
        "gaps": covered and [gap.as_object() for gap in covered.gaps],
    }


def _tested(book: Rulebook, rule: Rule) -> tuple[Sequence[Result], Coverage]:
    results = book.tested(rule)
    return results, book.covered(results, [rule])


def _result(result: Result) -> Mapping[str, Any]:
    """As `bot test --json` prints it."""
    case = result.case
    return {
        "line": case.place.line,
        "name": case.say or "(no text)",
        "passed": result.passed,
        "expected": _texts(result.expected),
        "got": _texts(result.got),
    }


def _texts(members: Mapping[str, object]) -> Mapping[str, str]:
    return {name: str(value) for name, value in members.items()}


PAGE: Final = Page(path="/rules/{rule}", title="Rule", template="rule.html", look=_look)
