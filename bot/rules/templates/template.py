"""Replies: Jinja in its immutable sandbox, strict about names, bounded in time and size.

A template may use `{{ … }}`, `if`, `for` and `set`. It gets no callables but `range` and the
filters listed here, and what a message carries reaches it only as values, never as source.

    reply: "Thanks {{ contact.first_name | default('there') }}, we got: {{ message.text }}"
    reply: "{% if tags.vip == 'yes' %}At once!{% else %}Soon.{% endif %}"
    reply: "It is {{ now | time }} on {{ now | date('%A') }}. Call {{ message.number | phone }}."

In reach: captures by their names; `message` (`text`, `sender`, `number`, `media_url`, `tags`,
`external_id`, `received_at`), `tags`, `contact`, `conversation` (`state`, `values`, `count`),
`vars`, `now`. Own filters: `date`, `time`, `phone` (national form), `title_name`, `plural`.
A name that nothing can provide is an error when the rules load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, cached_property
from typing import Any, Final, cast

import jinja2
from jinja2 import meta, nodes, sandbox
from jinja2.filters import do_join, do_round

from bot.errors import ReplyError
from bot.text.spelling import did_you_mean

MOST_CHARACTERS: Final = 10_000
"""Of one rendered reply."""
MOST_TURNS: Final = 1_000
"""Of all loops of one rendering together."""
MOST_ITEMS: Final = 1_000
"""Of one list, with those of the lists in it."""

ALWAYS: Final[Mapping[str, Set[str] | None]] = {
    "message": {"text", "sender", "number", "media_url", "tags", "external_id", "received_at"},
    "conversation": {"state", "values", "count"},
    "tags": None,
    "contact": None,
    "vars": None,
    "now": None,
}
"""Names that every template may use, and the members of those whose members are fixed."""

_STATEMENTS: Final = (
    nodes.Template,
    nodes.Output,
    nodes.If,
    nodes.For,
    nodes.Assign,
    nodes.AssignBlock,
    nodes.Expr,
    nodes.Helper,
)
_STATEMENT_NAMES: Final = {"CallBlock": "call", "FilterBlock": "filter", "FromImport": "from"}
_JINJA_FILTERS: Final = """
    abs capitalize count d default dictsort first float int items join last length list lower
    max min reject rejectattr reverse round select selectattr sort sum title trim
    truncate unique upper wordcount
"""
_OWN_USE: Final = frozenset({"bounded", "joined", "short", "small"})
_STR_METHODS: Final = "upper lower title capitalize strip startswith endswith split isdigit"
_MAPPING_METHODS: Final = frozenset({"items", "keys", "values", "get"})


@dataclass(frozen=True)
class TemplateProblem:
    """What is wrong with a template, by line from 1 within it."""

    line: int
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Template:
    """The source of one reply; compiled when it is first rendered."""

    source: str

    @cached_property
    def _compiled(self) -> jinja2.Template:
        environment = _environment()
        tree = _Bounds().visit(environment.parse(self.source))
        return jinja2.Template.from_code(
            environment, environment.compile(tree), environment.globals
        )

    @property
    def is_plain(self) -> bool:
        """There is nothing to fill in."""
        return "{" not in self.source

    def render(self, names: Mapping[str, object]) -> str:
        """The text, without white space around it. Raises ReplyError, never anything else."""
        if self.is_plain:
            return self.source.strip()
        try:
            turns = {"_turns": [MOST_TURNS]}
            return "".join(_limited(self._compiled.generate({**names, **turns}))).strip()
        except ReplyError:
            raise
        except Exception as error:
            # Whatever a value from outside provokes in an expression must not stop the inbox.
            raise ReplyError(f"{type(error).__name__}: {error}"[:200]) from error

    def problems(self, captures: Iterable[str], variables: Set[str]) -> Iterator[TemplateProblem]:
        """What would fail at each message: syntax, unknown names, filters, statements."""
        if self.is_plain:
            return
        try:
            yield from list(self._problems(captures, variables))
        except jinja2.TemplateSyntaxError as error:
            yield TemplateProblem(error.lineno, "template", error.message or "syntax error")
        except jinja2.TemplateRuntimeError as error:  # Jinja works out what is constant
            yield TemplateProblem(1, "template", error.message or "it fails for every message")
        except RecursionError:
            yield TemplateProblem(1, "template", "nested too deep", "make it flatter")
        except ValueError:
            yield TemplateProblem(1, "template", "a number of too many digits", "make it shorter")

    def _problems(self, captures: Iterable[str], variables: Set[str]) -> Iterator[TemplateProblem]:
        environment = _environment()
        tree = environment.parse(self.source)
        yield from _statements(tree)
        unregistered = [
            *_registered(tree, nodes.Filter, "filter", environment.filters),
            *_registered(tree, nodes.Test, "test", environment.tests),
        ]
        yield from unregistered
        yield from _members(tree, {**ALWAYS, "vars": variables})
        if not unregistered:  # Jinja cannot tell the names of a tree that it cannot compile
            yield from _names(tree, {*ALWAYS, *captures})


def _limited(chunks: Iterable[str]) -> Iterator[str]:
    room = MOST_CHARACTERS
    for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            raise ReplyError(f"the reply is longer than {MOST_CHARACTERS:,} characters")
        yield chunk


def _statements(tree: nodes.Template) -> Iterator[TemplateProblem]:
    for node in tree.find_all(nodes.Stmt):
        line = node.lineno or 1
        if isinstance(node, nodes.For) and node.recursive:
            yield TemplateProblem(line, "template", "`recursive` loops are not allowed")
        elif not isinstance(node, _STATEMENTS):
            kind = type(node).__name__
            name = _STATEMENT_NAMES.get(kind, kind.lower())
            yield TemplateProblem(
                line, "template", f"`{name}` is not allowed", "use if, for and set"
            )


def _names(tree: nodes.Template, known: Set[str]) -> Iterator[TemplateProblem]:
    undeclared = meta.find_undeclared_variables(tree)
    unknown = undeclared - known - _environment().globals.keys()
    named = [(n.name, n.lineno) for n in tree.find_all(nodes.Name)]
    named += [(n.name, n.lineno) for n in tree.find_all(nodes.NSRef)]
    if any(name == "self" for name, _ in named):  # Jinja's name for the template itself
        unknown = unknown | {"self"}
    for name in sorted(unknown):
        line = min((line for found, line in named if found == name), default=1)
        yield TemplateProblem(
            line, "unknown-name", f"nothing provides the name `{name}`", did_you_mean(name, known)
        )


def _members(
    tree: nodes.Template, members: Mapping[str, Set[str] | None]
) -> Iterator[TemplateProblem]:
    for node in tree.find_all(nodes.Getattr):
        if not isinstance(node.node, nodes.Name):
            continue
        known = members.get(node.node.name)
        if known is not None and node.attr not in known:
            name = f"{node.node.name}.{node.attr}"
            hint = did_you_mean(node.attr, known)
            yield TemplateProblem(node.lineno, "unknown-name", f"there is no `{name}`", hint)


def _registered(
    tree: nodes.Template,
    kind: type[nodes.Filter] | type[nodes.Test],
    what: str,
    known: Mapping[str, object],
) -> Iterator[TemplateProblem]:
    for node in tree.find_all(kind):
        if node.name not in known:
            hint = did_you_mean(node.name, known.keys() - _OWN_USE)
            yield TemplateProblem(node.lineno, "template", f"no {what} `{node.name}`", hint)


class _Bounds(jinja2.visitor.NodeTransformer):
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
            return _short(left + right)
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


@cache
def _environment() -> _Environment:
    environment = _Environment(
        undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=False
    )
    kept = {name: environment.filters[name] for name in _JINJA_FILTERS.split()}
    own: dict[str, Callable[..., Any]] = {
        "bounded": _bounded,
        "joined": _joined,
        "join": _join,
        "round": _round,
        "short": _short,
        "small": _small,
        "string": _string,
        "replace": _replace,
        "date": _date,
        "time": _time,
        "phone": _phone,
        "title_name": _title_name,
        "plural": _plural,
    }
    environment.filters.clear()
    environment.filters.update({**kept, **own})
    environment.globals.clear()
    environment.globals["range"] = _range
    return environment


_added: Final[set[str]] = set()


def built_in_filters() -> Set[str]:
    return _environment().filters.keys() - _added


def add_filters(more: Mapping[str, Callable[..., Any]]) -> None:
    """Filters of the user's own packages, for all templates of this process from here on."""
    _added.update(more.keys() - built_in_filters())
    _environment().filters.update(more)


@jinja2.pass_context
def _bounded(context: jinja2.runtime.Context, items: Iterable[object]) -> Iterator[object]:
    turns = cast("list[int]", context["_turns"])
    for item in items:
        turns[0] -= 1
        if turns[0] < 0:
            raise ReplyError(f"the loops turn more than {MOST_TURNS:,} times")
        yield item


def _joined(parts: list[object]) -> str:
    return _short("".join(map(str, parts)))


@jinja2.pass_eval_context
def _join(
    context: nodes.EvalContext, items: Iterable[object], d: object = "", attribute: Any = None
) -> str:
    rows = list(items)
    if len(rows) * len(str(d)) > 10 * MOST_CHARACTERS:
        raise ReplyError("join: makes a text of more than 100,000 characters")
    return _short(str(do_join(context, rows, str(d), attribute)))


def _round(value: float, precision: int = 0, method: Any = "common") -> float:
    if abs(precision) > 16:
        raise ReplyError("round: to 16 digits at most")
    return do_round(value, precision, method)


def _range(*arguments: int) -> range:
    chosen = range(*arguments)
    if len(chosen) > MOST_TURNS:
        raise ReplyError(f"range: more than {MOST_TURNS:,} numbers")
    return chosen


def _short(text: str) -> str:
    # Values from outside are longer than a reply at times; a product of them never needs to be.
    if len(text) > 10 * MOST_CHARACTERS:
        raise ReplyError("an expression makes a text of more than 100,000 characters")
    return text


def _string(value: object) -> str:
    return _short(str(value))


def _small(value: object) -> object:
    items, characters, left = 0, 0, [value]
    while left:
        inner = left.pop()
        if isinstance(inner, str):
            characters += len(inner)
        elif isinstance(inner, list | tuple | Mapping):
            items += len(inner)
            left += inner
            left += inner.values() if isinstance(inner, Mapping) else ()
        if items > MOST_ITEMS or characters > 10 * MOST_CHARACTERS:
            raise ReplyError(f"a list of more than {MOST_ITEMS:,} items or 100,000 characters")
    return value


def _replace(text: str, old: str, new: str) -> str:
    text, old, new = str(text), str(old), str(new)
    if text.count(old) * len(new) > 10 * MOST_CHARACTERS:
        raise ReplyError("replace: makes a text of more than 100,000 characters")
    return text.replace(old, new)


def _date(value: datetime | date | str, form: str = "%b %-d, %Y") -> str:
    """`Nov 23, 2026`, or as the strftime form says; a text that begins with no date stays."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip()[:10])
        except ValueError:
            return str(value)
    return value.strftime(form)


def _time(value: datetime | time | str, form: str = "%-I:%M %p") -> str:
    """`5:30 PM`, or as the strftime form says; a text that ends in no HH:MM stays."""
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value.strip().replace("T", " ").rpartition(" ")[2])
        except ValueError:
            return str(value)
    return value.strftime(form)


def _phone(value: str) -> str:
    """A number the way its country writes it: +15555550123 is (555) 555-0123."""
    import phonenumbers  # 30 ms, and few templates show a number

    try:
        number = phonenumbers.parse(str(value))
    except phonenumbers.NumberParseException as error:
        raise ReplyError("phone: this is no phone number") from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _title_name(value: str) -> str:
    """A person's name as one writes it: `ANNA mcdonald-o'neil` is Anna McDonald-O'Neil."""
    given = str(value)
    text = "".join(
        letter.lower() if at and given[at - 1].isalpha() else letter.upper()
        for at, letter in enumerate(given)
    )
    return " ".join(_scottish(word) for word in text.split())


def _scottish(word: str) -> str:
    return f"Mc{word[2].upper()}{word[3:]}" if word.startswith("Mc") and len(word) > 3 else word


def _plural(count: float | str, one: str = "", many: str = "s") -> str:
    """`{{ n }} day{{ n | plural }}`, `{{ n }} {{ n | plural('child', 'children') }}`."""
    return one if float(count) == 1 else many
