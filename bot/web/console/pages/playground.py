"""What the rules would answer: nothing is sent, nothing is stored, changed rules may be pasted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.errors import Problem, RuleError, UsageError
from bot.plugins.discovery import load
from bot.rules.loader import SourceFile
from bot.rules.ruleset import Ruleset
from bot.web.console import trial
from bot.web.console.comparison import compared
from bot.web.console.desk import Visit
from bot.web.console.page import Page
from bot.web.console.pages.rules import problem

_PASTED: Final = "pasted"
_LONGEST: Final = 262_144
"""Characters of rules that are pasted."""


async def _look(visit: Visit) -> Mapping[str, Any]:
    given = {**visit.query, **visit.form}
    written = {name: given.get(name, "") for name in (*trial.FIELDS, "rules")}
    live = visit.desk.live.ruleset
    ruleset: Ruleset | None = live
    problems: Sequence[Problem] = ()
    found: Mapping[str, Any] = {"answer": None, "test": None, "compared": None, "mistake": None}
    try:
        if written["rules"].strip():
            ruleset, problems = await asyncio.to_thread(_pasted, written["rules"], live.timezone)
        if ruleset is not None and (written["text"] or written["media"]):
            found = await asyncio.to_thread(_tried, written, ruleset, visit)
        if ruleset is not None and given.get("compare"):
            found = {**found, "compared": await _compared(ruleset, visit)}
    except UsageError as error:
        found = {**found, "mistake": str(error)}
    spoken = (ruleset or live).languages
    return {
        "given": written,
        "languages": list(spoken),
        "problems": [*map(problem, problems)],
        **found,
    }


def _tried(written: Mapping[str, str], ruleset: Ruleset, visit: Visit) -> Mapping[str, Any]:
    """Raises UsageError."""
    tried = trial.read(written, ruleset, visit.now)
    decision = trial.decide(tried, ruleset)
    return {
        "answer": trial.as_object(decision),
        "test": trial.as_test(tried, decision, ruleset),
        "compared": None,
        "mistake": None,
    }


async def _compared(ruleset: Ruleset, visit: Visit) -> Mapping[str, Any]:
    """Raises UsageError."""
    live, resources = visit.desk.live.ruleset, visit.desk.resources
    if ruleset is live:
        raise UsageError("rules: paste the changed rules, they are compared with those loaded")
    return await resources.writer.read(lambda c: compared(c, live, ruleset, resources.settings))


def _pasted(text: str, timezone: str) -> tuple[Ruleset | None, Sequence[Problem]]:
    """The rules, None where they have errors, and what is wrong with them. Raises UsageError."""
    if len(text) > _LONGEST:
        raise UsageError(f"rules: more than {_LONGEST} characters are too many")
    source = SourceFile(_PASTED, text.replace("\r\n", "\n"))
    try:
        loaded = load([source], timezone=timezone, allow_impure=False)
    except RuleError as error:
        return None, (*error.problems, *error.warnings)
    return loaded.ruleset, loaded.warnings


PAGE: Final = Page(
    path="/playground",
    title="Playground",
    template="playground.html",
    look=_look,
    icon="playground",
    takes_form=True,
)
