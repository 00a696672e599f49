"""The manual of the rule language, put together from the docstrings of what reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc, getdoc, getmodule
from typing import Final

from bot.plugins import discovery
from bot.rules import actions, cases, conditions
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.guards.base import Form, Guard
from bot.rules.head import TOP_KEYS
from bot.rules.loader import RULE_KEYS
from bot.rules.matchers import REGISTRY as MATCHERS
from bot.rules.templates import template

RULES: Final = """
Rule files: `*.yaml` in one folder, read in the order of their names.

    vars: {open_hours: "9-5, Mon-Fri"}      # templates see {{ vars.open_hours }}
    lists: {shop: {downtown: [dt, "down town"], airport: [air]}}   # a value and its synonyms
    defaults: {cooldown: 1h, timezone: America/Chicago, max_segments: 2, long: mms, dates: mdy}
    rules:
      - hours: "We're open {{ vars.open_hours }}."     # short form: a keyword and its answer
      - id: parking
        when: {keywords: [parking, "where to park"]}
        reply: "Park behind the house."
        tests: {match: ["where is the parking?"], no_match: ["central park"]}
    fallback:
      reply: "Sorry, I did not get that."
    guards:
      help: {reply: "Call (555) 555-0100. Reply STOP to end texts."}

Rules are tried in the order of the files and of the lines in them; the first whose `when` holds
answers. Keys beside each other in a `when` must all hold, items of a list are alternatives;
`when: always` holds for every message. `fallback` answers what no rule did; it and `guards` stand
in one file only. `vars` and `lists` hold for all files, `defaults` for the rules of their own.

Every value is the text that stands in the file: `yes`, `12:30`, `007` and `+1555` stay as written.
"""

_MODULES: Final = {
    "conditions": conditions,
    "actions": actions,
    "templates": template,
    "tests": cases,
    "plugins": discovery,
}
"""Topics that are modules, by the word for them."""


def topics() -> Mapping[str, str]:
    """What each page is about, in one line, in the order of the manual."""
    return {name: _summary(text) for name, text in pages().items()}


def pages() -> Mapping[str, str]:
    """The pages by topic, in the order of the manual; two topics may share one."""
    return {
        "files": RULES.strip(),
        **{name: _doc(matcher) for name, matcher in MATCHERS.items()},
        **{name: cleandoc(module.__doc__ or "") for name, module in _MODULES.items()},
        **{str(guard.NAME): _guard_page(guard) for guard in GUARDS},
    }


def manual() -> str:
    """All pages, each once, under its topics."""
    by_text: dict[str, list[str]] = {}
    for name, text in pages().items():
        by_text.setdefault(text, []).append(name)
    return "\n\n".join(f"# {', '.join(names)}\n\n{text}" for text, names in by_text.items())


_FIRST: Final = re.compile(rf"( *)(?:({'|'.join({*RULE_KEYS, *TOP_KEYS})}):(?:\s|$)|- \S)")


def examples(page: str) -> Iterator[str]:
    """The YAML of a page: a key with all that belongs to it, the sections of a file as one."""
    example: list[str] = []
    indent, goes_on = 0, False
    for line in [*page.splitlines(), ""]:
        begins = _FIRST.match(line)
        deeper = bool(line.strip()) and len(line) - len(line.lstrip()) > indent
        is_section = begins is not None and begins[2] in TOP_KEYS
        if example and (deeper or (is_section and goes_on)):
            example.append(line[indent:])
            continue
        if example:
            yield "\n".join(example)
            example = []
        if begins:
            indent, goes_on = len(begins[1]), is_section
            example = [line[indent:]]


def _doc(of: type) -> str:
    return getdoc(getmodule(of)) or ""


def _guard_page(guard: type[Guard]) -> str:
    """With the forms that it reads, and with what only looks like one of them."""
    return "\n".join([_doc(guard), *_forms(guard.forms())])


def _forms(forms: Sequence[Form]) -> Iterator[str]:
    if forms:
        yield "\nForms that are read; beside `not`: what looks alike and is left to the rules."
    for form in forms:
        yield f"\n    {form.name}"
        yield from (f"        {_shown(text)}" for text in form.must)
        yield from (f"        not  {_shown(text)}" for text in form.must_not)


def _shown(text: str) -> str:
    """On one line, its invisible marks too."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _summary(text: str) -> str:
    first = text.partition("\n")[0]
    _, colon, rest = first.partition(": ")
    return (rest if colon and first.startswith("`") else first).strip()
