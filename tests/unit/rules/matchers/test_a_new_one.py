"""A matcher is one file and one line in the registry: everything else asks the matcher."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Set
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import ClassVar, Self

import pytest

from bot.authoring import manual, schema
from bot.cli.main import main
from bot.model import Match, Miss
from bot.rules import matchers
from bot.rules.json_schema import TEXT, Schema
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Phrase, Reading
from bot.rules.nodes import Node
from tests.build import context, inbound

MANUAL = """`ends`: the message ends with a word.

    when: {ends: please}
"""


class Ends(Matcher):
    NAME: ClassVar[str] = "ends"

    def __init__(self, word: str) -> None:
        self.word = word

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        word = reading.problems.text(node, cls.NAME)
        if " " in word:
            reading.problems.error(node, "ends", "ends: needs one word", "for example please")
        return cls(word)

    @classmethod
    def schema(cls) -> Schema:
        return TEXT

    def match(self, seen: MessageView) -> Match | Miss:
        return HIT if seen.words[-1:] == (self.word,) else Miss(f"does not end with {self.word}")

    def needs(self) -> Needs | None:
        return Needs(frozenset({self.word}))

    def vocabulary(self) -> Set[str]:
        return frozenset({self.word})

    def units(self) -> Iterator[tuple[str, Matcher]]:
        yield self.word, self

    def sure_phrases(self) -> tuple[Phrase, ...]:
        return ((self.word,),)

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        yield seen.with_text(f"{seen.message.text} {self.word}")


Ends.__module__ = "bot.rules.matchers.ends"
RULES = """
rules:
  - id: polite
    when: {ends: please}
    reply: "Of course."
    tests: [{say: "a coffee", rule: none}]
"""
Bot = Callable[..., str]


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bot:
    """With the file and the line in the registry."""
    file = ModuleType(Ends.__module__, MANUAL)
    monkeypatch.setitem(sys.modules, file.__name__, file)
    monkeypatch.setattr(matchers, "REGISTRY", {**matchers.REGISTRY, Ends.NAME: Ends})
    for module in (manual, schema):
        monkeypatch.setattr(module, "MATCHERS", {**module.MATCHERS, Ends.NAME: Ends})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/r.yaml").write_text(RULES)

    def run(*arguments: str) -> str:
        with redirect_stdout(io.StringIO()) as said:
            main(arguments)
        return said.getvalue()

    return run


def test_a_rule_with_it_answers(bot: Bot) -> None:
    assert "replied by polite" in bot("dry-run", "A coffee, please!")
    assert "unmatched" in bot("dry-run", "please, a coffee")


def test_check_says_what_is_wrong_with_it_and_with_its_name(bot: Bot) -> None:
    assert bot("check") == "1 rule: 0 errors, 0 warnings\n"
    Path("rules/r.yaml").write_text(RULES.replace("please}", "a b}"))
    assert "ends: needs one word (for example please)" in bot("check")
    Path("rules/r.yaml").write_text(RULES.replace("ends:", "end:"))
    assert "unknown matcher `end` (did you mean `ends`?)" in bot("check")


def test_a_rule_before_it_may_take_all_its_messages(bot: Bot) -> None:
    before = RULES.replace("rules:\n", "rules:\n  - {please: Yes?}\n")
    Path("rules/r.yaml").write_text(before)
    assert "`polite` can never fire: rule `please` (rules/r.yaml:3) takes all its" in bot("check")


def test_why_says_what_it_saw_and_what_would_match(bot: Bot) -> None:
    said = bot("why", "polite", "a coffee")
    assert "ends: does not end with please" in said
    assert "would match: text a coffee please" in said


def test_coverage_counts_it(bot: Bot) -> None:
    said = bot("test", "--coverage")
    assert "keywords: 0 of 1" in said
    assert '{say: "please", rule: polite}' in said


def test_editors_and_the_manual_know_it(bot: Bot) -> None:
    when = json.loads(bot("schema"))["$defs"]["when"]
    assert '"ends": {"description"' in json.dumps(when)
    assert MANUAL.splitlines()[0] in bot("help", "ends")


def test_its_words_are_no_misspellings_of_others(bot: Bot) -> None:
    tolerant = "  - {id: plea, when: {keywords: {any: [pleas], typos: 1}}, reply: No.}\n"
    Path("rules/r.yaml").write_text(RULES + tolerant)
    assert "replied by polite" in bot("dry-run", "please")
    assert "unmatched" in bot("dry-run", "please me")
    assert "replied by plea" in bot("dry-run", "pleass me")


def test_the_defaults_are_right_for_one_that_looks_at_nothing_but_the_context() -> None:
    class Plain(Ends):
        """As if it answered only what it must."""

    for name in ("needs", "vocabulary", "units", "sure_phrases", "repairs", "schema"):
        setattr(Plain, name, getattr(Matcher, name))
    plain = Plain("x")
    view = MessageView(inbound("x"), context())
    assert (plain.needs(), plain.captures(), plain.guaranteed()) == (None, set(), set())
    assert [*plain.repairs(view), *plain.breaks(view), *plain.units(), *plain.inner()] == []
    assert plain.protected(frozenset({"x"})) is plain
