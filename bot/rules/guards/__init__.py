"""The guards, in the order in which they are tried."""

from __future__ import annotations

from typing import Final

from bot.rules.guards import failed
from bot.rules.guards.auto_reply import AutoReply
from bot.rules.guards.base import Guard
from bot.rules.guards.colleague import Colleague
from bot.rules.guards.help import Help
from bot.rules.guards.loop import Loop
from bot.rules.guards.opt_in import OptIn
from bot.rules.guards.opt_out import OptOut
from bot.rules.guards.opted_out import OptedOut
from bot.rules.guards.paused import Paused
from bot.rules.guards.tapback import Tapback
from bot.rules.guards.wrong_number import WrongNumber
from bot.rules.matchers.base import Sheet
from bot.rules.nodes import Mapping, Node, Scalar
from bot.rules.problems import Problems

REGISTRY: Final[tuple[type[Guard], ...]] = (
    *(Colleague, OptOut, OptIn, Help, AutoReply, Tapback),
    *(WrongNumber, Paused, Loop, OptedOut),
)


def read_guards(node: Node | None, problems: Problems, sheet: Sheet) -> tuple[Guard, ...]:
    """All guards, with what `guards:` says of them."""
    sections = problems.mapping(node, "guards") if node is not None else None
    if sections is not None:
        keys = [*(guard.KEY for guard in REGISTRY), failed.KEY]
        problems.known_keys(sections, keys, "guard")
    return tuple(
        guard.read(section_of(sections, guard.KEY, problems), problems, sheet) for guard in REGISTRY
    )


def section_of(sections: Node | None, key: str, problems: Problems) -> Mapping | None:
    """What `guards:` says of one of them; None where it says nothing."""
    node = sections.get(key) if isinstance(sections, Mapping) else None
    if node is None:
        return None
    text = node.text if isinstance(node, Scalar) and node.text else "Call us."
    return problems.mapping(node, f"guards.{key}", f'{key}: {{reply: "{text}"}}')
