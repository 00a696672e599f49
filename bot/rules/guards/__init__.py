"""The guards, in the order in which they are tried."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.auto_reply import AutoReply
from bot.rules.guards.base import Guard
from bot.rules.guards.help import Help
from bot.rules.guards.loop import Loop
from bot.rules.guards.opt_in import OptIn
from bot.rules.guards.opt_out import OptOut
from bot.rules.guards.opted_out import OptedOut
from bot.rules.guards.tapback import Tapback
from bot.rules.nodes import Mapping, Node, Scalar
from bot.rules.problems import Problems
from bot.rules.templates.sandbox import Filters

REGISTRY: Final[tuple[type[Guard], ...]] = (
    *(OptOut, OptIn, Help, AutoReply, Tapback),
    *(Loop, OptedOut),
)


def read_guards(node: Node | None, problems: Problems, filters: Filters = ()) -> tuple[Guard, ...]:
    """All guards, with what `guards:` says of them."""
    sections = problems.mapping(node, "guards") if node is not None else None
    if sections is not None:
        keys = [guard.KEY for guard in REGISTRY]
        problems.known_keys(sections, keys, "guard")
    return tuple(
        guard.read(_section(sections, guard, problems), problems, filters) for guard in REGISTRY
    )


def _section(sections: Mapping | None, guard: type[Guard], problems: Problems) -> Mapping | None:
    node = sections.get(guard.KEY) if sections is not None else None
    if node is None:
        return None
    text = node.text if isinstance(node, Scalar) and node.text else "Call us."
    return problems.mapping(node, f"guards.{guard.KEY}", f'{guard.KEY}: {{reply: "{text}"}}')
