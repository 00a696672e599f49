"""Texts with what a guard should make of them, and what it makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.engine.decide import decide
from bot.model import Context, InboundMessage, Reason
from bot.rules.guards import REGISTRY
from bot.rules.loader import SourceFile, load
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.ruleset import Ruleset
from bot.rules.yaml import read_yaml

NOW = datetime(2026, 1, 15, 17, 4, tzinfo=UTC)
RULES = "rules: [{id: any, when: always, reply: ok}]\n"
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a list."""

    say: str
    guard: str
    is_wanted: bool
    """The guard should take it."""
    suite: str
    rules: str = RULES
    is_missed: bool = False
    """It is wanted, and known not to be taken."""


def own() -> list[Text]:
    return [text for path in sorted(HERE.glob("*.yaml")) for text in own_list(path)]


def own_list(path: Path) -> list[Text]:
    problems = Problems()
    root = read_yaml(path.name, path.read_bytes(), problems)
    assert isinstance(root, Mapping), path
    [guard] = _scalars(root.get("guard"))
    found = [Text(say, guard, True, path.stem) for say in _scalars(root.get("takes"))]
    missed = _scalars(root.get("misses"))
    found += [Text(say, guard, True, path.stem, is_missed=True) for say in missed]
    found += [Text(say, guard, False, path.stem) for say in _scalars(root.get("leaves"))]
    assert problems.found == []
    return found


def _scalars(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, Sequence) else [node]
    return [item.text for item in items if isinstance(item, Scalar)]


def cases(path: Path) -> Iterator[Text]:
    """A JSON list of `{suite, rule, say, expected}`, as far as guards are expected or refused."""
    for case in json.loads(path.read_text("utf-8")):
        expected = case["expected"]
        named = expected.get("rule") or expected.get("rule_not") or ""
        suite = f"{path.stem} {case.get('kind', case['suite'])}"
        if "opt_out" in expected:
            yield Text(case["say"], "$opt-out", expected["opt_out"], suite, case["rule"])
        elif named in {str(guard.NAME) for guard in REGISTRY}:
            yield Text(case["say"], named, "rule" in expected, suite, case["rule"])


def lines(path: Path) -> list[str]:
    """A text a line, each once; of `label<TAB>text` those that are labelled `ham`."""
    found = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        label, tab, text = line.partition("\t")
        if not tab or label == "ham":
            found.append(text if tab else line)
    return list(dict.fromkeys(found))


class Asked:
    """Decides texts, each rule file loaded once."""

    def __init__(self) -> None:
        self._rulesets: dict[str, Ruleset] = {}

    def takes(self, text: Text) -> bool:
        return self.decision(text.say, text.rules)[0] == text.guard

    def decision(self, say: str, rules: str = RULES) -> tuple[str | None, Reason | None]:
        """The rule that took a text, and why."""
        if rules not in self._rulesets:
            self._rulesets[rules] = load([SourceFile("rules.yaml", rules)]).ruleset
        message = InboundMessage(key="k", sender="+15555550123", text=say, received_at=NOW)
        decision = decide(message, Context(now=NOW), self._rulesets[rules])
        return decision.rule, decision.reason


def by_suite(texts: Iterable[Text]) -> dict[tuple[str, str], list[Text]]:
    found: dict[tuple[str, str], list[Text]] = {}
    for text in texts:
        found.setdefault((text.suite, text.guard), []).append(text)
    return found
