"""Replies: Jinja in its immutable sandbox, strict about names, bounded in time and size.

A template may use `{{ … }}`, `if`, `for` and `set`. It gets no callables but `range` and the
filters listed here, and what a message carries reaches it only as values, never as source.

    reply: "Hi {{ contact.first_name | default('you') }}, got {{ message.text }}"
    reply: "{% if tags.vip == 'yes' %}At once!{% else %}Soon.{% endif %}"
    reply: "It is {{ now | time }}. Call us: {{ message.number | phone }}."

In reach: captures by their names; `message` (`text`, `sender`, `number`, `media_url`, `tags`,
`external_id`, `received_at`), `tags`, `contact`, `conversation` (`state`, `count`, and by its name
what is stored: `conversation.topic`), `vars`, `now`, and `calendars`: `calendars.open` prints its
hours, `calendars.open.next` is when it opens next. Own filters: `date`, `time`, `phone` (national
form), `title_name`, `plural`, and `money`: `{{ sum | money('$') }}` is $1,234.50. What they cannot
read stays as it is.
A name that nothing can provide is an error when the rules load.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self

import jinja2
from jinja2 import nodes

from bot.errors import ReplyError
from bot.rules.languages import chosen
from bot.rules.templates.checks import (
    ALWAYS,
    bare_names,
    english_hours,
    nameless_dates,
    refused_statements,
    unknown_members,
    unknown_names,
    unknown_of_calendars,
    unregistered_names,
)
from bot.rules.templates.filters import MOST_CHARACTERS, MOST_TURNS
from bot.rules.templates.sandbox import Bounds, Filters, sandboxed
from bot.rules.templates.simple import are_known, printed
from bot.rules.templates.slips import TemplateProblem, find_slip

_DATES: Final = re.compile(r"\|\s*(?:date|time)\b|\bcalendars\b")


@dataclass(frozen=True)
class Template:
    """The source of one reply; compiled when it is first rendered."""

    source: str
    filters: Filters = field(default=(), compare=False, repr=False)
    """Beside those that are built in."""
    translations: Mapping[str, Template] = field(default_factory=dict, hash=False)
    """By language, this one first; empty where the text is the same for everybody."""
    language: str = ""
    """In which `date` and `time` write their names; empty is English."""

    @classmethod
    def of(cls, by_language: Mapping[str, Self]) -> Self:
        """One text in at least one language; it is the first where nothing says which."""
        return replace(next(iter(by_language.values())), translations=by_language)

    def each(self) -> Iterable[Template]:
        """Each of its translations, or the text itself."""
        return self.translations.values() or (self,)

    @cached_property
    def _compiled(self) -> jinja2.Template:
        environment = sandboxed(self.filters)
        tree = Bounds().visit(environment.parse(self.source))
        return jinja2.Template.from_code(
            environment, environment.compile(tree), environment.globals
        )

    @property
    def is_plain(self) -> bool:
        """There is nothing to fill in, and it is the same for everybody."""
        return "{" not in self.source and not self.translations

    def render(self, names: Mapping[str, object]) -> str:
        """The text, without white space around it. Raises ReplyError, never anything else."""
        if self.translations:
            return self.translations[self._language(names)].render(names)
        if self.is_plain:
            return self.source.strip()
        try:
            inner = {"_turns": [MOST_TURNS], "_language": self.language}
            return "".join(_limited(self._compiled.generate({**names, **inner}))).strip()
        except ReplyError:
            raise
        except Exception as error:
            # Whatever a value from outside provokes in an expression must not stop the inbox.
            raise ReplyError(self._because(error)[:200]) from error

    def _language(self, names: Mapping[str, object]) -> str:
        contact = names.get("contact")
        wanted = contact.get("language", "") if isinstance(contact, Mapping) else ""
        return chosen(str(wanted), self.translations)

    def _because(self, error: Exception) -> str:
        if isinstance(error, jinja2.UndefinedError):
            for name in self.needs:
                if f"'{name.rpartition('.')[2]}'" in str(error):
                    return f"`{name}` has no value"
        if isinstance(error, ZeroDivisionError):
            return "it divides by zero"
        return f"{type(error).__name__}: {error}"

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Names and `tags.x` without whose value it fails, or may."""
        if self.translations:
            needed = [name for one in self.each() for name in one.needs]
            return tuple(dict.fromkeys(needed))
        if self.is_plain:
            return ()
        names = printed(self.source)
        if names is not None:
            parts = (_read(*one) for one in names)
            return tuple(dict.fromkeys(name for part in parts for name in bare_names(part)))
        tree = sandboxed(self.filters).parse(self.source)
        return tuple(dict.fromkeys(bare_names(tree)))

    def problems(
        self, captures: Collection[str], variables: Set[str], calendars: Set[str] = frozenset()
    ) -> Iterator[TemplateProblem]:
        """What would fail at each message: syntax, unknown names, filters, statements."""
        if self.is_plain:
            return
        names, members = printed(self.source), {**ALWAYS, "vars": variables, "calendars": ()}
        if names is not None and are_known(names, members, captures):
            return
        try:
            yield from list(self._problems(captures, variables, calendars))
        except jinja2.TemplateSyntaxError as error:
            yield self._slip(error)
        except jinja2.TemplateRuntimeError as error:  # Jinja works out what is constant
            what = f"it fails for every message: {error.message}"
            yield TemplateProblem(0, "template", what, "take that part out")
        except RecursionError:
            yield TemplateProblem(0, "template", "nested too deep", "make it flatter")
        except ValueError:
            yield TemplateProblem(0, "template", "a number of too many digits", "make it shorter")

    def nameless_dates(self) -> Iterable[TemplateProblem]:
        """Dates, times and hours that would be English in its language, if it can be read."""
        if self.is_plain or not _DATES.search(self.source):
            return ()
        tree = sandboxed(self.filters).parse(self.source)
        about = tree, self.source, self.language
        return dict.fromkeys([*nameless_dates(*about), *english_hours(*about)])

    def _slip(self, error: jinja2.TemplateSyntaxError) -> TemplateProblem:
        environment = sandboxed(self.filters)

        def reads(source: str) -> bool:
            try:
                environment.parse(source)
            except jinja2.TemplateSyntaxError:
                return False
            return True

        slip = find_slip(self.source, reads)
        if slip is not None:
            return slip
        before = self.source.split("\n")[: error.lineno - 1]
        what, hint = "the template cannot be read from here on", "look at its braces and quotes"
        return TemplateProblem(sum(len(line) + 1 for line in before), "template", what, hint)

    def _problems(
        self, captures: Iterable[str], variables: Set[str], calendars: Set[str]
    ) -> Iterator[TemplateProblem]:
        environment, source = sandboxed(self.filters), self.source
        tree = environment.parse(source)
        yield from refused_statements(tree, source)
        unregistered = [
            *unregistered_names(tree, source, nodes.Filter, environment.filters),
            *unregistered_names(tree, source, nodes.Test, environment.tests),
        ]
        yield from unregistered
        yield from unknown_members(tree, source, {**ALWAYS, "vars": variables})
        yield from unknown_of_calendars(tree, source, calendars)
        if not unregistered:  # Jinja cannot tell the names of a tree that it cannot compile
            yield from unknown_names(tree, source, {*ALWAYS, *captures}, variables)


def _read(name: str, member: str) -> nodes.Node:
    """As Jinja reads `name` or `name.member`."""
    read = nodes.Name(name, "load")
    return nodes.Getattr(read, member, "load") if member else read


def _limited(chunks: Iterable[str]) -> Iterator[str]:
    room = MOST_CHARACTERS
    for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            raise ReplyError(f"the reply is longer than {MOST_CHARACTERS:,} characters")
        yield chunk
