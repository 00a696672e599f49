"""What a guard is: a built-in rule that is tried before all others and seen in every trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from bot.model import Change, Miss, Outcome, Reason, RuleId
from bot.rules.matchers.base import Needs, Seen
from bot.rules.nodes import Mapping
from bot.rules.problems import Problems
from bot.rules.templates.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A guard takes the message: no rule is asked."""

    outcome: Outcome
    reason: Reason | None
    reply: Template | None = None
    changes: tuple[Change, ...] = ()


class Guard(Protocol):
    """One file in `bot/guards/`, one line in its registry."""

    NAME: ClassVar[RuleId]
    """`$name`, as it stands in decisions."""
    KEY: ClassVar[str]
    """Its section under `guards:` in a rule file."""

    @classmethod
    def read(cls, section: Mapping | None, problems: Problems) -> Self:
        """With its section, or as it stands without one."""

    def examine(self, seen: Seen) -> Verdict | Miss:
        """Total, and cheap on an ordinary message: it runs before every rule."""

    def needs(self) -> Needs | None:
        """Words of which a message must have one; None where it looks at more than words."""

    def miss(self) -> Miss:
        """What a message gets that has none of the words."""


def read_reply(section: Mapping | None, problems: Problems, key: str = "reply") -> Template | None:
    """The text that a guard sends; names in it are checked by the loader."""
    node = section.get(key) if section is not None else None
    return Template(problems.text(node, f"guards: {key}")) if node is not None else None
