"""Jinja's immutable sandbox, with fewer names and with bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

import jinja2
from jinja2 import nodes, sandbox

from bot.errors import ReplyError
from bot.rules.templates.filters import FILTERS, FUNCTIONS, short

_JINJA_FILTERS: Final = """
    abs capitalize count d default dictsort first float int items join last length list lower
    max min reject rejectattr reverse round select selectattr sort sum title trim
    truncate unique upper wordcount
"""


_STR_METHODS: Final = "upper lower title capitalize strip startswith endswith split isdigit"


_MAPPING_METHODS: Final = frozenset({"items", "keys", "values", "get"})


class Bounds(jinja2.visitor.NodeTransformer):
    """Loops, lists and `~` go through filters that count, so that no template runs away."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _filtered(cast("nodes.Expr", node.iter), "bounded")
        return node

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:
        """What it collects does not pass where the reply is measured."""
        self.generic_visit(node)
        node.filter = nodes.Filter(node.filter, "short", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filtered(nodes.List(list(node.nodes), lineno=node.lineno), "joined")

    def visit_List(self, node: nodes.List) -> nodes.Node:
        """Lists in lists that `set` doubles grow without a loop."""
        self.generic_visit(node)
        return _filtered(node, "small")

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        self.generic_visit(node)
        return _filtered(node, "small")

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        self.generic_visit(node)
        return _filtered(node, "small") if node.ctx == "load" else node


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


class _Environment(sandbox.ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def call_binop(
        self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any
    ) -> Any:
        numbers = all(isinstance(v, int | float) and abs(v) < 1e15 for v in (left, right))
        if operator == "**":
            numbers = numbers and abs(right) <= 16
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return short(left + right)
        if not numbers:
            raise ReplyError(f"`{operator}` needs two numbers of a usual size")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _STR_METHODS.split()
        if isinstance(obj, Mapping):
            return attr in _MAPPING_METHODS
        return not callable(value) and super().is_safe_attribute(obj, attr, value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A stored value wins over a method of the mapping that holds it (a tag `items`)."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, str) and attribute not in _STR_METHODS.split():
            return self.unsafe_undefined(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`text['format']` is `text.format`: no way around."""
        if isinstance(obj, str) and isinstance(argument, str):
            return self.getattr(obj, argument)
        return super().getitem(obj, argument)


Filters: TypeAlias = tuple[tuple[str, Callable[..., Any]], ...]
"""Filters of the user's own packages, by name; they hold for the templates of one rule set."""


@lru_cache(maxsize=16)
def sandboxed(filters: Filters = ()) -> _Environment:
    """The environment of a rule set's templates."""
    environment = _Environment(
        undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=False
    )
    kept = {name: environment.filters[name] for name in _JINJA_FILTERS.split()}
    environment.filters.clear()
    environment.filters.update({**kept, **FILTERS, **dict(filters)})
    environment.globals.clear()
    environment.globals.update(FUNCTIONS)
    return environment


def built_in_filters() -> Set[str]:
    return sandboxed().filters.keys()
