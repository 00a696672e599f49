"""What is wrong with a template, found when the rules load."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from typing import Final, NamedTuple

from jinja2 import meta, nodes

from bot.rules.templates.date_names import has_names, is_english, uses_names
from bot.rules.templates.filters import INTERNAL
from bot.rules.templates.sandbox import sandboxed
from bot.rules.templates.slips import TemplateProblem
from bot.text.late import late
from bot.text.spelling import did_you_mean

ALWAYS: Final[Mapping[str, Set[str] | None]] = {
    "message": {"text", "sender", "number", "media_url", "tags", "external_id", "received_at"},
    "conversation": None,
    "tags": None,
    "contact": None,
    "vars": None,
    "calendars": None,
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


_MEANT: Final = {
    "time": ("strftime", "format_time", "clock", "hour"),
    "date": ("format_date", "datetime", "day"),
    "default": ("or", "ifempty", "fallback", "otherwise", "default_if_none", "coalesce"),
    "upper": ("uppercase", "toupper", "upcase"),
    "lower": ("lowercase", "tolower", "downcase"),
    "length": ("size", "len"),
    "title_name": ("titlecase", "titleize", "proper", "capwords"),
    "money": ("currency", "price", "dollars", "usd"),
    "phone": ("telephone", "number_format", "format_phone"),
    "plural": ("pluralize", "pluralise"),
    "int": ("integer", "number", "to_int"),
    "float": ("decimal", "to_float"),
    "trim": ("strip",),
    "truncate": ("cut", "limit", "shorten"),
}
_OF_NOW: Final = frozenset({"hour", "minute", "day", "month", "year", "weekday", "today", "time"})


def refused_statements(tree: nodes.Template, source: str) -> Iterator[TemplateProblem]:
    for node in tree.find_all(nodes.Stmt):
        if isinstance(node, nodes.For) and node.recursive:
            at = _offset(source, node.lineno, r"{%-?\s*for\b")
            what, hint = "`recursive` loops are not allowed", "take `recursive` out"
            yield TemplateProblem(at, "template", what, hint)
        elif not isinstance(node, _STATEMENTS):
            kind = type(node).__name__
            name = _STATEMENT_NAMES.get(kind, kind.lower())
            at = _offset(source, node.lineno or 1, rf"{{%-?\s*{name}\b")
            hint = "use if, for and set"
            yield TemplateProblem(at, "template", f"`{name}` is not allowed", hint)


def unknown_names(
    tree: nodes.Template, source: str, known: Set[str], variables: Set[str]
) -> Iterator[TemplateProblem]:
    undeclared = meta.find_undeclared_variables(tree)
    unknown = undeclared - known - sandboxed().globals.keys()
    named = [(n.name, n.lineno) for n in tree.find_all(nodes.Name)]
    named += [(n.name, n.lineno) for n in tree.find_all(nodes.NSRef)]
    if any(name == "self" for name, _ in named):  # Jinja's name for the template itself
        unknown = unknown | {"self"}
    for name in sorted(unknown):
        line = min((line for found, line in named if found == name), default=1)
        at = _offset(source, line, rf"(?<![\w.'\"]){re.escape(name)}\b")
        what = f"nothing provides the name `{name}`"
        yield TemplateProblem(at, "unknown-name", what, _instead(name, known, variables))


def _instead(name: str, known: Set[str], variables: Set[str]) -> str:
    """What provides it under another name."""
    if name in variables:
        return f"did you mean `vars.{name}`?"
    if name in (ALWAYS["message"] or ()):
        return f"did you mean `message.{name}`?"
    filters = sandboxed().filters.keys()
    if name in filters or name == "len":
        return f"it is a filter: `message.text | {'length' if name == 'len' else name}`"
    if name in _OF_NOW:
        return f"did you mean `now.{name}`?" if name not in ("today", "time") else "now | date"
    if name in ("first_name", "last_name", "name", "email"):
        return f"did you mean `contact.{name}`?"
    return did_you_mean(name, known)


def unknown_members(
    tree: nodes.Template, source: str, members: Mapping[str, Set[str] | None]
) -> Iterator[TemplateProblem]:
    for node in tree.find_all(nodes.Getattr):
        if not isinstance(node.node, nodes.Name):
            continue
        known = members.get(node.node.name)
        if known is not None and node.attr not in known:
            owner = node.node.name
            at = _offset(source, node.lineno, rf"\b{owner}\s*\.\s*({re.escape(node.attr)})\b")
            code = "unknown-variable" if owner == "vars" else "unknown-name"
            hint = did_you_mean(node.attr, known)
            if owner == "vars" and not known:
                hint = f"write `vars: {{{node.attr}: …}}` at the top of the file"
            yield TemplateProblem(at, code, f"there is no `{owner}.{node.attr}`", hint)


_OF_A_CALENDAR: Final = frozenset({"next"})


def unknown_of_calendars(
    tree: nodes.Template, source: str, calendars: Set[str]
) -> Iterator[TemplateProblem]:
    """Calendars that the rule set has not, and what no calendar has."""
    for node in tree.find_all(nodes.Getattr):
        inner = node.node
        if isinstance(inner, nodes.Name) and inner.name == "calendars":
            if node.attr not in calendars:
                at = _offset(source, node.lineno, rf"\bcalendars\s*\.\s*({re.escape(node.attr)})\b")
                hint = did_you_mean(node.attr, calendars)
                if not calendars:
                    hint = f"define it: calendars: {{{node.attr}: {{hours: Mon-Fri 09:00-17:00}}}}"
                what = f"there is no `calendars.{node.attr}`"
                yield TemplateProblem(at, "unknown-calendar", what, hint)
        elif (
            isinstance(inner, nodes.Getattr)
            and isinstance(inner.node, nodes.Name)
            and inner.node.name == "calendars"
            and node.attr not in _OF_A_CALENDAR
        ):
            at = _offset(
                source, node.lineno, rf"\bcalendars\s*\.\s*\w+\s*\.\s*({re.escape(node.attr)})\b"
            )
            what = f"there is no `calendars.{inner.attr}.{node.attr}`"
            hint = f"`calendars.{inner.attr}` is its hours, `.next` when it opens next"
            yield TemplateProblem(at, "unknown-name", what, hint)


def unregistered_names(
    tree: nodes.Template,
    source: str,
    kind: type[nodes.Filter] | type[nodes.Test],
    known: Mapping[str, object],
) -> Iterator[TemplateProblem]:
    what, before = ("filter", r"\|") if kind is nodes.Filter else ("test", r"\bis\s+(?:not\s+)?")
    for node in tree.find_all(kind):
        if node.name not in known:
            meant = next((name for name, words in _MEANT.items() if node.name in words), None)
            hint = did_you_mean(node.name, known.keys() - INTERNAL)
            if meant is not None and what == "filter":
                hint = f"did you mean `{meant}`?"
            at = _offset(source, node.lineno, rf"{before}\s*({re.escape(node.name)})\b")
            yield TemplateProblem(at, f"unknown-{what}", f"no {what} `{node.name}`", hint)


_IN_FIGURES: Final = {"date": "date('%d/%m/%Y')", "time": "time('%H:%M')"}


def nameless_dates(tree: nodes.Template, source: str, language: str) -> Iterator[TemplateProblem]:
    """Dates and times whose names would be English in a text that is not."""
    for node in tree.find_all(nodes.Filter):
        if node.name not in _IN_FIGURES:
            continue
        form, named = _argument(node, 0, "form", None), _argument(node, 1, "language", language)
        is_known = isinstance(named, str) and has_names(named or language)
        if (
            is_known
            or named is ...
            or form is ...
            or (form is not None and not uses_names(str(form)))
        ):
            continue
        at = _offset(source, node.lineno, rf"\|\s*({node.name})\b")
        names = "names of days and months" if node.name == "date" else "words for am and pm"
        what = f"`{node.name}` has no {names} in `{named}`: they would be English"
        yield TemplateProblem(
            at, "no-date-names", what, f"write it in figures: {_IN_FIGURES[node.name]}"
        )


def english_hours(tree: nodes.Template, source: str, language: str) -> Iterator[TemplateProblem]:
    """Hours of a calendar, as the rules have them, in a text that is not English."""
    printed = [part for output in tree.find_all(nodes.Output) for part in output.nodes]
    for node in () if is_english(language) else printed:
        if (
            isinstance(node, nodes.Getattr)
            and isinstance(node.node, nodes.Name)
            and node.node.name == "calendars"
        ):
            at = _offset(source, node.lineno, rf"\b(calendars\s*\.\s*{re.escape(node.attr)})\b")
            what = f"`calendars.{node.attr}` names its days in English, in a text in `{language}`"
            yield TemplateProblem(at, "no-date-names", what, "write the hours in that language")


def _argument(node: nodes.Filter, at: int, name: str, otherwise: object) -> object:
    """What a filter is given; `...` where only a message tells."""
    given = node.args[at : at + 1] or [one.value for one in node.kwargs if one.key == name]
    if not given:
        return otherwise
    return given[0].value if isinstance(given[0], nodes.Const) else ...


def _offset(source: str, line: int, pattern: str) -> int:
    """Where the pattern, or its group, stands from this line on; else where the line begins."""
    begin = 0
    for _ in range(line - 1):
        begin = source.find("\n", begin) + 1
    for found in re.compile(pattern).finditer(source, begin):
        at = found.start(1) if found.re.groups else found.start()
        opened = max(source.rfind("{{", 0, at + 2), source.rfind("{%", 0, at + 2))
        closed = max(source.rfind("}}", 0, at), source.rfind("%}", 0, at))
        if opened > closed:
            return at
    return begin


_FILLED_IN: Final = late(r"(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_ONE_BRACE: Final = late(
    r"(?<!\{)\{[ ]?(?P<name>[A-Za-z_]\w*(?:\.\w+)*)[ ]?(?P<filters>\|[^{}]*)?\}(?!\})"
)


class SingleBrace(NamedTuple):
    """`{name}` in the text of a template, which is sent as it stands."""

    at: int
    message: str
    hint: str


def single_braces(
    source: str, captures: Iterable[str], variables: Container[str]
) -> Iterator[SingleBrace]:
    """One brace where two are meant; not JSON (`{"a": 1}`), not an emoticon."""
    if "{" not in source:
        return
    bare = _FILLED_IN.sub(lambda found: "\0" * len(found[0]), source)
    for found in _ONE_BRACE.finditer(bare):
        name, stem = found["name"], found["name"].partition(".")[0]
        is_known = (stem in ALWAYS and "." in name) or name in captures or name == "now"
        meant = f"vars.{name}" if not is_known and name in variables else name
        if not is_known and meant == name and "." not in name:
            meant = f"contact.{name}"
        hint = f"two braces fill in a value: {{{{ {meant} }}}}; for the sign itself: {{{{ '{{' }}}}"
        yield SingleBrace(found.start(), f"`{found[0]}` is sent as it stands", hint)


_STORED: Final = ("tags", "contact", "conversation")
LONG_STEM: Final = "conversation.values."
_OF_IT: Final = ("state", "count", "values")


_METHODS: Final = frozenset({"items", "keys", "values", "get"})


def bare_names(node: nodes.Node) -> Iterator[str]:
    """Names and `tags.x` that a template uses where a missing one fails."""
    match node:
        case nodes.Filter(name="default" | "d", node=nodes.Name() | nodes.Getattr()):
            for argument in node.args:
                yield from bare_names(argument)
            return
        case nodes.Test(name="defined" | "undefined"):
            return
        case nodes.If() | nodes.CondExpr() if _asks_whether_defined(node.test):
            return
        case nodes.Name(ctx="load"):
            yield node.name
        case nodes.Getattr(node=nodes.Name(name="conversation")) if node.attr in _OF_IT:
            return
        case nodes.Getattr(node=nodes.Name(name=stem)) if stem in _STORED:
            if node.attr not in _METHODS:
                yield f"{stem}.{node.attr}"
            return
        case nodes.Getattr(node=nodes.Getattr(node=nodes.Name(name="conversation"), attr="values")):
            if node.attr not in _METHODS:
                yield f"{LONG_STEM}{node.attr}"
            return
    for child in node.iter_child_nodes():
        yield from bare_names(child)


def _asks_whether_defined(test: nodes.Node) -> bool:
    tests = [test] if isinstance(test, nodes.Test) else list(test.find_all(nodes.Test))
    return any(found.name in ("defined", "undefined") for found in tests)
