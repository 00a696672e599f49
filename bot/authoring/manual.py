"""The manual of the rule language: docstrings of what reads it, and pages beside this module."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from inspect import cleandoc, getdoc, getmodule
from typing import Final

from bot.plugins import discovery
from bot.rules import cases, combine, conditions, keys, languages
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.guards import failed
from bot.rules.guards.base import Form, Guard
from bot.rules.head import TOP_KEYS
from bot.rules.matchers import REGISTRY as MATCHERS
from bot.rules.templates import template

_WRITTEN: Final = (
    *("files", "rule", "reply", "set", "questions", "people", "later", "cooldown", "long"),
    *("mode", "filters"),
)
"""Pages of the language that are files beside this module."""

_MODULES: Final = {
    "conditions": conditions,
    "templates": template,
    "languages": languages,
    "combine": combine,
    "tests": cases,
    "plugins": discovery,
}
"""Pages that are docstrings, by the topic."""

WORDS: Final[Mapping[str, str]] = {
    "files": """
        rules vars lists defaults fallback guards timezone include yaml folder file variables
        synonyms share shared
    """,
    "rule": "actions id when always condition priority",
    "keywords": """
        words phrase exact starts none any all typos typo misspelled misspelling spelling emoji
    """,
    "reply": """
        silent continue text image tags delay one_of weight answer picture mms send random
        variant wait link website
    """,
    "questions": """
        ask question accept choices invalid retry expires on_expiry cancel interrupt give_up then
        form menu survey poll appointment booking reservation feedback rating
    """,
    "people": """
        handoff unclaimed agent person human operator release silent pause paused takeover claim
        after_person escalate emergency hand-over notify url to colleague hook alert callback
    """,
    "later": """
        follow_up follow-up reminder remind after on before at key unless replied delay later nudge
        schedule scheduled timer drip campaign quiet_hours quiet night on_end each latest keep time
    """,
    "set": """
        state contact conversation expires on_expiry name remember store memory null first_name
        contact_tags crm fields keep
    """,
    "cooldown": """
        limit once times per for key else duration rate next greeting coupon prize voucher giveaway
    """,
    "long": """
        max_segments segments split mms hold gsm gsm-7 ucs-2 unicode length characters cost emoji
        too-long price
    """,
    "mode": "from_date until enabled description shadow live off on season",
    "templates": """
        template jinja vars message now placeholder braces first_name if for
    """,
    "combine": "burst bursts wait at_most debounce several together combined answeredWith",
    "languages": "language translation translations translate spanish english bilingual en es",
    "filters": "filter strftime default money plural title_name round upper lower format currency",
    "tests": """
        test match no_match with say steps after at name reason outcome captures because rule
        replies scenario expected
    """,
    "conditions": "eq in exists contains gt gte lt lte between compare not regex starts",
    "regex": "pattern ignore_case whole re2 captures",
    "says": "lists slot sentence synonyms",
    "media": "image picture photo video audio attachment mms",
    "to": "longcode longcodeid",
    "number": "as amount digits",
    "date": "as dates day weekday mdy dmy today tomorrow",
    "time": "times prefer as noon midnight",
    "phone": "as telephone phone-number",
    "email": "as mail",
    "answer": "yes no ok confirm confirmation agree",
    "during": """
        hours calendars except also timezone dates holidays holiday opening-hours business-hours
        open closed weekend night
    """,
    "state": "step dialog flow",
    "count": "of received unmatched often",
    "expr": "expression",
    "any": "or and",
    "plugins": "python package extension",
    "$opt-out": """
        opt_out stop stopall unsubscribe end quit cancel revoke likely question words ask
        likely-opt-out law consent spam
    """,
    "$opt-in": "opt_in start unstop subscribe",
    "$help": "info",
    "$wrong-number": "wrong_number wrong-person held",
    "$auto-reply": "auto_reply out-of-office machine driving",
    "$tapback": "reaction liked loved",
    "$loop": "endless",
    "$opted-out": "opted_out",
    "$colleague": "colleague notify code",
    "$paused": "paused after_person handoff person agent silent",
}
"""Keys, and words that people look for, by the page that explains them."""


def found(word: str, pages: Mapping[str, str], words: Mapping[str, str] = WORDS) -> tuple[str, ...]:
    """Topics of the pages that explain it, the nearest first; none where no page does.

    `pages` by topic, `words` as WORDS. Upper and lower case, `_`, `-` and spaces, and the `$` of a
    guard, which a shell would eat, make no difference.
    """
    for form in (_folded, _stem):
        wanted = form(word)
        named = [topic for topic in pages if form(topic) == wanted]
        explained = [topic for topic, about in words.items() if wanted in map(form, about.split())]
        if named or explained:
            return tuple(dict.fromkeys([*named, *explained]))
    return ()


def is_topic(word: str, topic: str) -> bool:
    return _folded(word) == _folded(topic)


def _folded(word: str) -> str:
    return re.sub("[ _-]+", "-", word.casefold().strip(" $:`")).strip("-")


def _stem(word: str) -> str:
    """`states`, `closing` and `prices` are looked for under `state`, `closed`, `price`.

    >>> _stem("closing"), _stem("closed"), _stem("prices"), _stem("on")
    ('clos', 'clos', 'pric', 'on')
    """
    folded = _folded(word)
    stem = re.sub("(?:ing|ed|es|s|e)$", "", folded)
    return stem if len(stem) > 2 else folded


def topics() -> Mapping[str, str]:
    """What each page is about, in one line, in the order of the manual."""
    return {name: _summary(text) for name, text in pages().items()}


def pages() -> Mapping[str, str]:
    """The pages by topic, in the order of the manual; two topics may share one."""
    folder = files("bot.authoring") / "pages"
    written = {name: (folder / f"{name}.md").read_text("utf-8").strip() for name in _WRITTEN}
    return {
        "files": written.pop("files"),
        "rule": written.pop("rule"),
        **{name: _doc(matcher) for name, matcher in MATCHERS.items()},
        **{name: cleandoc(module.__doc__ or "") for name, module in _MODULES.items()},
        **written,
        **{str(guard.NAME): _guard_page(guard) for guard in GUARDS},
        failed.NAME: cleandoc(failed.__doc__ or ""),
    }


def manual() -> str:
    """All pages, each once, under its topics."""
    by_text: dict[str, list[str]] = {}
    for name, text in pages().items():
        by_text.setdefault(text, []).append(name)
    return "\n\n".join(f"# {', '.join(names)}\n\n{text}" for text, names in by_text.items())


_FIRST: Final = re.compile(rf"( *)(?:({'|'.join({*keys.RULE, *TOP_KEYS})}):(?:\s|$)|- \S)")


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


def guard_docs() -> Mapping[str, str]:
    """The pages of guards without the forms that they read, as an editor shows them."""
    return {str(guard.NAME): _guard_doc(guard) for guard in GUARDS} | {
        failed.NAME: cleandoc(failed.__doc__ or "")
    }


def _guard_doc(guard: type[Guard]) -> str:
    unset = f"\n\nUnder `guards` it is `{guard.KEY}`, and has nothing to set."
    return _doc(guard) + ("" if guard.SECTION else unset)


def _guard_page(guard: type[Guard]) -> str:
    """With the forms that it reads, and with what only looks like one of them."""
    return "\n".join([_guard_doc(guard), *_forms(guard.forms())])


def _forms(forms: Sequence[Form]) -> Iterator[str]:
    """A line for each, or two where they do not fit beside each other."""
    if not forms:
        return
    yield "\nForms that are read, an example of each; on the right what looks alike and is"
    yield "left to the rules.\n"
    for form in forms:
        taken, left = _one(form.must, _TAKEN), _one(form.must_not, _LEFT)
        if len(taken) <= _TAKEN and len(left) <= _LEFT:
            yield f"    {taken:<{_TAKEN}}  {left}"
        else:
            yield f"    {taken}"
            yield f"    {'':<{_TAKEN}}  {left}" if len(left) <= _LEFT else f"        not: {left}"


def _one(texts: Sequence[str], width: int) -> str:
    """The first that fits, else the shortest."""
    shown = [_shown(text) for text in texts]
    return next((text for text in shown if len(text) <= width), min(shown, key=len))


_TAKEN: Final = 40
_LEFT: Final = 34
"""Columns; with what stands around them they fill a line of 80."""


def _shown(text: str) -> str:
    """On one line, its invisible marks too."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _summary(text: str) -> str:
    first = text.partition("\n")[0]
    _, colon, rest = first.partition(": ")
    return (rest if colon and first.startswith("`") else first).strip()
