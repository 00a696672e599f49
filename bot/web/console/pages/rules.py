"""The rules that decide now, in their order: the files are the truth, nothing is written here."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final

from bot.authoring.coverage import Coverage
from bot.authoring.run_cases import Result
from bot.errors import Problem
from bot.ledger.rule_hits import Hits, rule_hits
from bot.rules.rule import OneOf, Rule
from bot.timezones import utc
from bot.web.console.desk import Visit
from bot.web.console.page import Page
from bot.web.console.rulebook import Rulebook

_MOST: Final = 200
"""Rules of one page."""


async def _look(visit: Visit) -> Mapping[str, Any]:
    book = await visit.desk.rulebooks.present(visit.now)
    hits = await visit.desk.resources.writer.read(lambda c: rule_hits(c, visit.now))
    wanted = visit.query.get("search", "").casefold()
    found = [rule for rule in book.rules() if _holds(rule, wanted)]
    begin = _number(visit.query.get("from", ""))
    shown = found[begin : begin + _MOST]
    runs = "tests" in visit.query
    results, covered = await asyncio.to_thread(_tested, book, shown) if runs else ({}, None)
    gaps = Counter(gap.rule for gap in covered.gaps) if covered is not None else Counter()
    return {
        "search": visit.query.get("search", ""),
        "errors": list(visit.desk.live.errors),
        "count": len(found),
        "from": begin,
        "next": begin + _MOST if begin + _MOST < len(found) else None,
        "tested": runs,
        "coverage": covered and {"percent": round(covered.percent, 1), "gaps": len(covered.gaps)},
        "rules": [
            {
                **summary(rule, hits.get(rule.id)),
                "warnings": len(book.problems_of(rule)),
                "tests": len(book.cases.get(rule.id, ())),
                "failed": sum(not one.passed for one in results.get(rule.id, ())),
                "gaps": gaps[rule.id],
            }
            for rule in shown
        ],
    }


def _holds(rule: Rule, wanted: str) -> bool:
    return wanted in rule.id.casefold() or wanted in rule.description.casefold()


def _tested(
    book: Rulebook, rules: Sequence[Rule]
) -> tuple[Mapping[str, Sequence[Result]], Coverage]:
    """Their tests, run now, and what of the rules they exercise."""
    results: dict[str, Sequence[Result]] = {rule.id: book.tested(rule) for rule in rules}
    return results, book.covered(chain.from_iterable(results.values()), rules)


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


def summary(rule: Rule, hits: Hits | None) -> Mapping[str, Any]:
    """What both pages say of a rule."""
    return {
        "id": rule.id,
        "description": rule.description,
        "place": rule.place.in_file,
        "reply": _reply(rule),
        "when": [part.NAME for part in rule.when.parts],
        "isEnabled": rule.is_enabled,
        "isShadow": rule.is_shadow,
        "from": None if rule.from_date is None else rule.from_date.isoformat(),
        "until": None if rule.until is None else rule.until.isoformat(),
        "hits": {
            "day": hits.day if hits else 0,
            "week": hits.week if hits else 0,
            "last": utc(hits.last) if hits else None,
        },
    }


def _reply(rule: Rule) -> str:
    """Its first text, as it is written; empty where it sends none."""
    replies = rule.replies or (rule.handoff.replies if rule.handoff is not None else ())
    if replies:
        first = replies[0]
        return (first.choices[0] if isinstance(first, OneOf) else first).text.source
    return rule.ask.questions[0].text.source if rule.ask is not None else ""


def problem(found: Problem) -> Mapping[str, Any]:
    """As `bot check --json` prints it."""
    return {
        "file": found.place.file,
        "line": found.place.line,
        "column": found.place.column,
        "severity": found.severity,
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
    }


PAGE: Final = Page(
    path="/rules", title="Rules", template="rules.html", look=_look, icon="rules", is_live=True
)
