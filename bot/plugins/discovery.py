"""Matchers and filters of the user's own packages, found by their entry points.

A package that brings some names them in its `pyproject.toml`; the name is the key in rule files:

    [project.entry-points."bot.matchers"]
    order_number = "my_package:OrderNumber"

    [project.entry-points."bot.filters"]
    spaced = "my_package:spaced"

A matcher is a subclass of `bot.plugins.Matcher`, which also declares `PURE`: True where it looks at
nothing but the message and its context. What else the bot asks of a matcher has defaults. A filter
is a function of its value, and pure. Test them with `bot.plugins.testing`; `examples/plugin` is a
package that runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Set
from functools import cache
from inspect import getdoc, getmodule
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Self

from bot.errors import Problem, RuleError, UsageError
from bot.model import CaptureValue, Match, Miss
from bot.rules import loader
from bot.rules.json_schema import Schema
from bot.rules.loader import Loaded, SourceFile
from bot.rules.matchers import REGISTRY
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Reading
from bot.rules.nodes import Node
from bot.rules.ruleset import Ruleset
from bot.rules.templates import sandbox
from bot.text.words import storable
from bot.timezones import DEFAULT_TIMEZONE

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

MATCHERS: Final = "bot.matchers"
FILTERS: Final = "bot.filters"
_NAME: Final = re.compile("[a-z][a-z0-9_]{0,63}")
_METHODS: Final = ("read", "match", "captures", "needs")


class Plugins(NamedTuple):
    matchers: Mapping[str, type[Plugged]]
    filters: Mapping[str, Callable[..., Any]]


def load(
    files: Iterable[SourceFile],
    *,
    timezone: str = DEFAULT_TIMEZONE,
    allow_impure: bool = True,
    lenient: bool = False,
) -> Loaded:
    """As `loader.load`, with plugins where the files name what is not built in.

    Only then are they looked for: to read the entry points takes longer than to load the rules.
    Raises RuleError; UsageError where a plugin is wrong, or is impure and must not be.
    """
    files = tuple(files)
    try:
        return loader.load(files, timezone=timezone, lenient=lenient)
    except RuleError as error:
        if not any(map(_names_a_plugin, error.problems)):
            raise
        plugins = discover()
        if not plugins.matchers and not plugins.filters:
            raise
    filters = tuple(plugins.filters.items())
    loaded = loader.load(
        files, timezone=timezone, plugins=plugins.matchers, filters=filters, lenient=lenient
    )
    if not allow_impure:
        _refuse_impure(loaded.ruleset)
    return loaded


def _names_a_plugin(problem: Problem) -> bool:
    return problem.code in ("unknown-matcher", "unknown-filter")


def _refuse_impure(ruleset: Ruleset) -> None:
    for rule in ruleset.rules:
        for part in rule.when.walk():
            if isinstance(part, Plugged) and not part.PURE:
                raise UsageError(
                    f"{rule.place}: `{part.NAME}` of rule `{rule.id}` is not pure: it may look at "
                    "more than the message; run it with --allow-impure"
                )


@cache
def discover() -> Plugins:
    """What the installed packages bring. Raises UsageError with everything wrong about them."""
    from importlib.metadata import entry_points  # 70 ms, and few have plugins

    mistakes: list[str] = []
    matchers = {
        point.name: plugged(point.name, found)
        for point, found in _loaded(entry_points(group=MATCHERS), set(REGISTRY), mistakes)
        if _is_right(point, _wrong_matcher(point.name, found), mistakes)
    }
    filters = {
        point.name: found
        for point, found in _loaded(
            entry_points(group=FILTERS), sandbox.built_in_filters(), mistakes
        )
        if _is_right(point, "" if callable(found) else "is not a function", mistakes)
    }
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return Plugins(matchers, filters)


def pages() -> Mapping[str, str]:
    """What the modules of the matchers say of them: their pages of the manual."""
    return {
        name: getdoc(getmodule(matcher.OF)) or f"`{name}`: no manual"
        for name, matcher in discover().matchers.items()
    }


def _loaded(
    points: Iterable[EntryPoint], built_in: Set[str], mistakes: list[str]
) -> Iterable[tuple[EntryPoint, Any]]:
    """Each with what it points to; names that are taken and failing imports are mistakes."""
    taken: dict[str, str] = {}
    # A package that is installed twice on the path names the same thing twice.
    for point in sorted(set(points), key=lambda point: (point.name, point.value)):
        if not _NAME.fullmatch(point.name):
            mistakes.append(f"{_who(point)}: the name needs a-z, 0-9 and _")
        elif point.name in built_in:
            mistakes.append(f"{_who(point)}: `{point.name}` is built in; choose another name")
        elif taken.setdefault(point.name, point.value) != point.value:
            mistakes.append(f"{_who(point)}: the name is taken by {taken[point.name]}")
        else:
            try:
                yield point, point.load()
            except Exception as error:
                mistakes.append(f"{_who(point)}: cannot be imported ({_words(error)})")


def _is_right(point: EntryPoint, wrong: str, mistakes: list[str]) -> bool:
    if wrong:
        mistakes.append(f"{_who(point)}: {wrong}")
    return not wrong


def _who(point: EntryPoint) -> str:
    package = f" of package {point.dist.name}" if point.dist is not None else ""
    return f"plugin `{point.name}` ({point.value}{package})"


def _wrong_matcher(name: str, found: Any) -> str:
    """What keeps it from being a matcher, in words; empty where nothing does."""
    if not isinstance(found, type):
        return "is not a class"
    if getattr(found, "NAME", None) != name:
        return f'needs NAME: ClassVar[str] = "{name}"'
    if not isinstance(getattr(found, "PURE", None), bool):
        return "needs PURE: ClassVar[bool], True where it looks at the message alone"
    missing = [method for method in _METHODS if not callable(getattr(found, method, None))]
    return f"needs the method {missing[0]}()" if missing else ""


class Plugged(Matcher):
    """A matcher from elsewhere, held to what matchers promise: nothing it does raises."""

    NAME: ClassVar[str] = ""
    PURE: ClassVar[bool] = True
    OF: ClassVar[Any]
    __slots__ = ("_captures", "_inner", "_needs")

    def __init__(self, inner: Any, captures: Set[str], needs: Needs | None) -> None:
        self._inner, self._captures, self._needs = inner, captures, needs

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        try:
            inner = cls.OF.read(node, reading)
            captures, needs = frozenset(inner.captures()), inner.needs()
            if not all(isinstance(name, str) for name in captures):
                raise TypeError("captures() contains a value that is not a text")
            if needs is not None and not isinstance(needs, Needs):
                raise TypeError("needs() gives neither Needs nor None")
        except Exception as error:
            what = f"{cls.NAME}: the plugin fails on this ({_words(error)})"
            reading.problems.error(node, "plugin", what, "tell its author")
            return cls(None, frozenset(), None)
        return cls(inner, captures, needs)

    def match(self, seen: MessageView) -> Match | Miss:
        try:
            result = self._inner.match(seen)
            if isinstance(result, Miss):
                return Miss(storable(str(result.because)))
            if not isinstance(result, Match):
                raise TypeError("match() gives neither Match nor Miss")
            captures = {
                name: _value(name, value)
                for name, value in result.captures.items()
                if name in self._captures
            }
        except Exception as error:
            return Miss(f"the plugin {self.NAME} failed: {_words(error)}")
        return Match(captures) if captures else HIT

    def captures(self) -> Set[str]:
        return self._captures

    def needs(self) -> Needs | None:
        return self._needs

    @classmethod
    def schema(cls) -> Schema:
        """What the plug-in says of its YAML, if it says something."""
        return dict(cls.OF.schema()) if hasattr(cls.OF, "schema") else {}


def plugged(name: str, of: Any) -> type[Plugged]:
    """The class as it stands in a rule set."""
    return type(name, (Plugged,), {"NAME": name, "PURE": of.PURE, "OF": of, "__slots__": ()})


def _value(name: str, value: object) -> CaptureValue:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int | float) and math.isfinite(value):
        return value
    raise TypeError(f"the capture {name} is neither text nor number")


def _words(error: Exception) -> str:
    return storable(f"{type(error).__name__}: {error}")[:200]
