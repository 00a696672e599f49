"""What a guard is: a built-in rule that is tried before all others and seen in every trace."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

from bot.model import Change, Miss, Outcome, Reason, RuleId
from bot.rules.actions import Actions, refuse_empty
from bot.rules.json_schema import Schema
from bot.rules.matchers.base import MessageView, Needs, Sheet
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.problems import Problems
from bot.rules.templates.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A guard takes the message: no rule is asked."""

    outcome: Outcome
    reason: Reason | None
    reply: Template | None = None
    asks: bool = False
    """The reply is a question, which stays open until it is answered or a rule takes a text."""
    changes: tuple[Change, ...] = ()


class Form(NamedTuple):
    """One way of saying what a guard takes, for the manual; the suite says each of its texts."""

    name: str
    must: tuple[str, ...]
    """Texts that the guard takes."""
    must_not: tuple[str, ...]
    """Texts that look alike, and that it leaves."""


class Guard(ABC):
    """One file in this folder, one line in its registry."""

    NAME: ClassVar[RuleId]
    """`$name`, as it stands in decisions."""
    KEY: ClassVar[str]
    """Its section under `guards:` in a rule file."""
    MISS: ClassVar[Miss]
    """What a message gets that has none of the signs."""
    SECTION: ClassVar[Mapping[str, Schema]] = {}
    """The keys of its section, for editors too."""
    EXAMPLE: ClassVar[str] = ""
    """A text that it takes, whatever was before it."""
    SCENARIO: ClassVar[str] = ""
    """Of one that needs a conversation: a test in which it takes a message, as one pastes it."""

    @classmethod
    def forms(cls) -> Sequence[Form]:
        """What it reads where that is more than a word."""
        return ()

    @classmethod
    def read(cls, section: MappingNode | None, problems: Problems, sheet: Sheet) -> Self:
        """With its section, or as it stands without one; `sheet` holds for the whole rule set."""
        if section is not None:
            problems.known_keys(section, cls.SECTION, f"setting of guards.{cls.KEY}")
        return cls()

    @abstractmethod
    def examine(self, seen: MessageView) -> Verdict | Miss:
        """Total, and cheap on an ordinary message: it runs before every rule."""

    def takes_words(self, said: tuple[str, ...]) -> bool:
        """It takes each message that has these words and no others, whatever was before it."""
        return False

    def needs(self) -> Needs | None:
        """Words of which a message must have one; None where it looks at more than words."""
        return None

    @property
    def miss(self) -> Miss:
        return self.MISS

    @property
    def takes_any(self) -> bool:
        """There is a message that it takes, as it is set up."""
        return True

    def mutants(self) -> Iterator[tuple[str, Self, Sequence[Mapping[str, str]]]]:
        """The same with one setting changed, and what that is, in words: tests should notice it.

        With steps of a conversation, `say`, `after` or `agent`, in which it may be noticed.
        """
        return iter(())

    def vocabulary(self) -> Sequence[str]:
        """Phrases that no rule may take for misspelled keywords of its own."""
        return ()


def read_reply(
    section: MappingNode | None, problems: Problems, sheet: Sheet, key: str = "reply"
) -> Template | None:
    """The text that a guard sends."""
    node = section.get(key) if section is not None else None
    if node is None:
        return None
    refuse_empty(node, problems)
    return Actions.of(sheet, problems).template(node, f"guards: {key}")
