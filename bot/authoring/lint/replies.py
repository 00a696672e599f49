"""Replies: their length and price, and words that opt people out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import cache
from typing import Final

import jinja2
from jinja2 import nodes, sandbox

from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem, ReplyError
from bot.rules.guards import opt_out
from bot.rules.rule import OneOf, ReplySpec, ReplyTemplate, Rule
from bot.rules.templates.simple import literal, printed
from bot.rules.templates.template import Template
from bot.text import segments
from bot.text.segments import Encoding, pieces


def templates(rule: Rule) -> Iterator[Template]:
    """In each language."""
    for later in rule.follow_ups:
        yield from later.on.each() if later.on is not None else ()
    for spec in _said(rule):
        for template in spec.templates():
            yield from template.each()
    for template in rule.handoff.templates() if rule.handoff is not None else ():
        yield from template.each()
    for template in rule.notify.templates() if rule.notify is not None else ():
        yield from template.each()
    for item in rule.sets:
        yield from item.value.each() if item.value is not None else ()


def _said(rule: Rule) -> Iterator[ReplySpec]:
    """Now, and later."""
    yield from rule.replies
    yield from (spec for later in rule.follow_ups for spec in later.replies)


def messages(rule: Rule) -> Iterator[Template]:
    """The texts that go out, in each language."""
    return (text for choice in _choices(rule) for text in choice.text.each())


def _choices(rule: Rule) -> Iterator[ReplyTemplate]:
    for spec in _said(rule):
        yield from spec.choices if isinstance(spec, OneOf) else (spec,)


@cache
def _environment() -> jinja2.Environment:
    return sandbox.ImmutableSandboxedEnvironment()


@cache
def parsed(source: str) -> nodes.Template:
    if "{" not in source:
        return nodes.Template([nodes.Output([nodes.TemplateData(source)])])
    return _environment().parse(source)


def too_long(rule: Rule, written: Written) -> Iterator[Problem]:
    for choice, template in ((one, text) for one in _choices(rule) for text in one.text.each()):
        text, policy = _constant(template, rule), rule.long_texts
        count = segments.measure(text).count if text else 0
        if count > rule.max_segments:
            what = f"takes {count} segments, at most {rule.max_segments} are sent: it fails"
            key = "raise `max_segments`"
        elif text and policy and not pieces(text, policy, has_image=choice.image is not None):
            what, key = f"is too long for `long: {policy}`: it is never sent", "change `long`"
        else:
            continue
        yield warning(
            written.within(rule, template, "(?!)"),
            "too-long",
            f"the reply {what}",
            f"shorten it, split it into a list, or {key}",
        )


def _constant(template: Template, rule: Rule) -> str | None:
    """The text, where it is the same for every message."""
    if not template.is_plain and _names_of(template.source) - {"vars"}:
        return None
    try:
        return template.render({"vars": rule.variables})
    except ReplyError:
        return None


def _names_of(source: str) -> Set[str]:
    names = printed(source)
    if names is not None:
        return {name for name, _ in names}
    return {name.name for name in parsed(source).find_all(nodes.Name)}


def _literal(template: Template) -> str:
    """What stands in the template as it is."""
    if template.is_plain:
        return template.source
    if printed(template.source) is not None:
        return literal(template.source)
    return "".join(data.data for data in parsed(template.source).find_all(nodes.TemplateData))


def forced_into_ucs2(rule: Rule, written: Written) -> Iterator[Problem]:
    for template in messages(rule):
        constant = _constant(template, rule)
        text = _literal(template) if constant is None else constant
        if segments.measure(text).encoding is not Encoding.UCS_2:
            continue
        odd = [c for c in dict.fromkeys(text) if segments.measure(c).encoding is Encoding.UCS_2]
        cost = _cost(text, odd) if constant is not None else ""
        if all(character in segments.PLAIN for character in odd):
            hint = f"write {_and(segments.PLAIN[character] or ' ' for character in odd)}{cost}"
        elif len(odd) == 1 and cost:
            hint = f"leave it out{cost}"
        else:
            continue
        named = _and(f"`{character}` (U+{ord(character):04X})" for character in odd)
        leaves = "leaves" if len(odd) == 1 else "leave"
        yield warning(
            written.within(rule, template, f"(?={re.escape(odd[0])})"),
            "ucs-2",
            f"{named} {leaves} room for 70 letters instead of 160",
            hint,
        )


def _and(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _cost(text: str, odd: Iterable[str]) -> str:
    """What the characters cost, where they cost anything."""
    plain = text.translate({ord(character): segments.PLAIN.get(character, "") for character in odd})
    before, after = segments.measure(text).count, segments.measure(plain).count
    return (
        f": {after} segment{'' if after == 1 else 's'} instead of {before}"
        if after < before
        else ""
    )


_OPT_OUTS: Final = "|".join(
    re.escape(word) for word in sorted(opt_out.WORDS, key=len, reverse=True) if word != "stop"
)


_INVITES: Final = re.compile(
    r"\b(?i:reply|text|send|txt|answer)(?i:\s+with|\s+back)?\s+"
    r"(?:[\"']?[A-Z0-9]+[\"']?\s*(?:,\s*(?:or\s)?|/|\bor\b|\band\b)\s*)*"
    rf"[\"']?(?P<word>(?i:{_OPT_OUTS}))\b(?!-)[\"']?(?!\s+[A-Z0-9#]{{2}})"
    r"(?!\s+(?i:to\s+(?:end|stop|unsubscribe|opt|get no|leave)))"
)


def invites_to_leave(rule: Rule, written: Written) -> Iterator[Problem]:
    """`Reply CANCEL to cancel your visit`: whoever does so is opted out for ever."""
    for template in messages(rule):
        for found in _INVITES.finditer(_literal(template)):
            word = found["word"]
            if word.isupper() or found[0].lower().startswith(("reply", "text")):
                yield warning(
                    written.within(rule, template, rf"(?={word}\b)"),
                    "asks-for-opt-out",
                    f"who replies {word} is opted out and gets no more texts",
                    "ask for another word, for example CHANGE; to leave, STOP is enough",
                )
