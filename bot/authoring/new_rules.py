"""Rules with tests that are made of what another system has, as the text of a rule file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Final

from bot.engine.decide import decide
from bot.model import FALLBACK, Context, InboundMessage, RuleId
from bot.rules.cases import DEFAULT_AT, DEFAULT_SENDER
from bot.rules.loader import slug
from bot.rules.rule import MAX_SEGMENTS
from bot.rules.ruleset import Ruleset
from bot.text import segments
from bot.text.merge_fields import merge_fields

Phrase = tuple[str, ...]

_WIDTH: Final = 100


@dataclass(slots=True)
class NewRule:
    """A rule to be written."""

    line: int
    """Of what it comes from."""
    reply: str
    keywords: dict[Phrase, str] = field(default_factory=dict)
    """As written, by their words."""
    is_whole: bool = False
    """A keyword is the whole text, and not only a part of it."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was left out and why, or what is to be looked at."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    text: str
    """The rule file."""
    rules: int
    notes: tuple[Note, ...]

    @classmethod
    def of(
        cls,
        head: str,
        rules: Sequence[NewRule],
        notes: Iterable[Note],
        ids: Iterable[str] = (),
    ) -> Imported:
        """`head` is the comment above them, and the key `rules`; `ids` are those of other rules."""
        text = "\n".join([head, *_written(rules, {FALLBACK, *ids})])
        found = [*notes, *(note for rule in rules for note in _fields_in(rule))]
        return cls(text, len(rules), tuple(sorted(found, key=lambda note: note.line)))


def _fields_in(rule: NewRule) -> Iterator[Note]:
    found = {one.written: one for one in merge_fields(rule.reply)}
    for field_ in found.values():
        what = f"`{field_.written}` will be sent as it stands: write {field_.ours} in the rule"
        yield Note(rule.line, what)


def taken_by_guard(keyword: str, guards: Ruleset) -> str:
    """What takes it whatever the rules say; empty where nothing does."""
    rule = answering(keyword, guards)
    return f"is taken by `{rule}` (bot help {rule.removeprefix('$')})" if rule else ""


def answering(text: str, ruleset: Ruleset) -> RuleId | None:
    """The rule that would take a text that comes out of the blue."""
    at = DEFAULT_AT.replace(tzinfo=UTC)
    message = InboundMessage(
        key="import", sender=DEFAULT_SENDER, number="", text=text, received_at=at
    )
    return decide(message, Context(now=at), ruleset).rule


def _written(rules: Iterable[NewRule], taken: set[str]) -> Iterator[str]:
    for rule in rules:
        keywords = [_scalar(keyword) for keyword in rule.keywords.values()]
        yield f"  - id: {_id(next(iter(rule.keywords.values())), taken)}"
        if rule.is_whole:
            yield f"    when: {{keywords: {{exact: [{', '.join(keywords)}]}}}}"
        else:
            yield from _listed("    when:", "keywords", keywords)
        yield f"    reply: {_quoted(_escaped(rule.reply))}"
        count = segments.measure(rule.reply).count
        if count > MAX_SEGMENTS:
            yield f"    max_segments: {count}"
        yield from _listed("    tests:", "match", keywords)
        yield ""


def _listed(key: str, inner: str, values: Sequence[str]) -> Iterator[str]:
    line = f"{key} {{{inner}: [{', '.join(values)}]}}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield from (key, f"      {inner}:")
    yield from (f"        - {value}" for value in values)


def _id(keyword: str, taken: set[str]) -> str:
    wanted = found = slug(keyword)
    number = 1
    while found in taken:
        number += 1
        found = f"{wanted[:60]}-{number}"
    taken.add(found)
    return found


_BRACES: Final = re.compile(r"\{[{%#]|\{(?=[^{}]*\})")


def _escaped(reply: str) -> str:
    """As it stands, where a template would fill something in, or an author could mean it to."""
    return _BRACES.sub(lambda found: f"{{{{ '{found[0]}' }}}}", reply)


_PLAIN: Final = re.compile("[a-z]+( [a-z]+)*", re.IGNORECASE)
_WORDS_OF_YAML: Final[Mapping[str, None]] = dict.fromkeys(
    ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
)
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029]")


def _scalar(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_OF_YAML
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    """A text of JSON is one of YAML, but for what YAML wants escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
