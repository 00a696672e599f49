"""Every text of a rule set that somebody gets, in each language, with where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.authoring.lint.sources import Told, told
from bot.errors import Place
from bot.model import LongTexts
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.guards import failed
from bot.rules.hours import Calendar
from bot.rules.loader import Document, Loaded
from bot.rules.matchers.finder import Finder
from bot.rules.matchers.samples import FREE, Samples, either
from bot.rules.questions import Ask, AskedQuestion, parts
from bot.rules.rule import MAX_SEGMENTS, OneOf, ReplySpec, Rule
from bot.rules.ruleset import Ruleset
from bot.rules.templates.template import Template

_GUARD_TEXTS: Final = ("reply", "question")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidText:
    """One text in one language, and what may be filled in."""

    rule: str
    """Id of the rule, `fallback`, or a guard."""
    part: str
    """Where in the rule: `reply`, `ask`, `retry`, `then/reply`, …"""
    template: Template
    language: str = ""
    """Where the text has translations, of which this is one."""
    place: Place
    written: Told | None = None
    """As it stands in the file; None of one that stands nowhere."""
    of_variables: Mapping[str, Told] = field(default_factory=dict)
    """Where the values of `vars` stand, by their names."""
    has_image: bool = False
    max_segments: int = MAX_SEGMENTS
    long_texts: LongTexts | None = None
    timezone: str
    variables: Mapping[str, object]
    calendars: Mapping[str, Calendar]
    samples: Mapping[str, Samples] = field(default_factory=dict)
    """Of captures and answers, and of `tags.x` and the like where the rule asks for some."""


def said_texts(loaded: Loaded) -> Iterator[SaidText]:
    """In the order of the rules, those of guards last; a text that two parts share once."""
    written = _Written(loaded.documents)
    ruleset = loaded.ruleset
    for rule in (*ruleset.rules, *([ruleset.fallback] if ruleset.fallback else [])):
        samples = _samples(rule)
        seen: set[int] = set()
        for part in parts(rule):
            for name, template, has_image in _of_part(part):
                if id(template) in seen:
                    continue
                seen.add(id(template))
                for one in template.each():
                    found = written.of(rule, one)
                    yield SaidText(
                        rule=rule.id,
                        part=part.path + name,
                        template=one,
                        language=one.language if template.translations else "",
                        place=rule.place if found is None else found.scalar.place,
                        written=found,
                        of_variables=written.of_variables,
                        has_image=has_image,
                        max_segments=rule.max_segments,
                        long_texts=rule.long_texts,
                        timezone=rule.timezone,
                        variables=rule.variables,
                        calendars=rule.calendars,
                        samples=samples,
                    )
    yield from _of_guards(written, ruleset)


def _of_part(rule: Rule) -> Iterator[tuple[str, Template, bool]]:
    """What a rule, or what comes of its questions, says: its name, and whether a picture goes."""
    yield from _replies("reply", rule.replies)
    for one in rule.throttles:
        if isinstance(one.otherwise, Template):
            yield f"{one.reason}.else", one.otherwise, False
    if rule.ask is not None:
        yield from ((name, text, False) for name, text in _of_questions(rule.ask))
    if rule.state is not None and rule.state.on_expiry is not None:
        yield "state.on_expiry", rule.state.on_expiry, False
    for later in rule.follow_ups:
        yield from _replies("follow_up", later.replies)
    notified = [("notify", rule.notify)]
    if rule.handoff is not None:
        yield from _replies("handoff", rule.handoff.replies)
        if (unclaimed := rule.handoff.unclaimed) is not None and unclaimed.reply is not None:
            yield "handoff.unclaimed", unclaimed.reply, False
        notified.append(("handoff.notify", rule.handoff.notify))
    for name, notify in notified:
        if notify is not None and notify.text is not None:
            yield name, notify.text, False


def _replies(name: str, specs: Iterable[ReplySpec]) -> Iterator[tuple[str, Template, bool]]:
    for spec in specs:
        for choice in spec.choices if isinstance(spec, OneOf) else (spec,):
            if choice.text.source:
                yield name, choice.text, choice.image is not None


def _of_questions(ask: Ask) -> Iterator[tuple[str, Template]]:
    for question in ask.questions:
        yield "ask", question.text
        yield from (("retry", text) for text in question.retry)
        if question.invalid is not None:
            yield "invalid", question.invalid
    if ask.cancelled is not None:
        yield "cancel", ask.cancelled
    if ask.on_expiry is not None:
        yield "on_expiry", ask.on_expiry


def _samples(rule: Rule) -> Mapping[str, Samples]:
    """Of a rule and of all that is answered in it."""
    asked = [part.ask for part in parts(rule) if part.ask is not None]
    questions = [question for ask in asked for question in ask.questions]
    return either(
        [*(part.samples() for part in rule.when.parts), *map(_answers, questions)],
    )


def _answers(question: AskedQuestion) -> Mapping[str, Samples]:
    found: dict[str, Samples] = {}
    answer = FREE
    if question.accept is not None:
        found.update(either(part.samples() for part in question.accept.parts))
        finders = [one for one in question.accept.walk() if isinstance(one, Finder)]
        if finders:
            answer = finders[0].samples()[finders[0].capture]
    elif question.choices:
        answer = Samples(tuple(choice.value for choice in question.choices))
    if question.name:
        found[question.name] = found[f"conversation.{question.name}"] = answer
    return found


def _of_guards(written: _Written, ruleset: Ruleset) -> Iterator[SaidText]:
    names = {guard.KEY: str(guard.NAME) for guard in GUARDS} | {failed.KEY: str(failed.NAME)}
    filters = next((one.filters for one in _templates(ruleset)), ())
    for one in written.of_guards:
        _, key, part, *language = one.keys
        if (key, one.scalar.text) == (failed.KEY, failed.SILENT):
            continue
        yield SaidText(
            rule=names.get(key, key),
            part=part,
            template=Template(one.scalar.text, filters, language="".join(language)),
            language="".join(language),
            place=one.scalar.place,
            written=one,
            of_variables=written.of_variables,
            timezone=ruleset.timezone,
            variables=ruleset.variables,
            calendars=ruleset.calendars,
        )


def _templates(ruleset: Ruleset) -> Iterator[Template]:
    for rule in ruleset.by_id.values():
        for spec in rule.replies:
            yield from spec.templates()


class _Written:
    """Texts as they stand in the files."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.of_guards: list[Told] = []
        self.of_variables: dict[str, Told] = {}
        self._by_text: dict[str, list[Told]] = {}
        for one in (one for document in documents for one in told(document)):
            if one.keys[:1] == ("guards",):
                if len(one.keys) > 2 and one.keys[2] in _GUARD_TEXTS:
                    self.of_guards.append(one)
            elif one.keys[:1] == ("vars",) and len(one.keys) == 2:
                self.of_variables[one.keys[1]] = one
            elif not one.is_condition:
                self._by_text.setdefault(one.scalar.text, []).append(one)

    def of(self, rule: Rule, template: Template) -> Told | None:
        """The first that says so behind the beginning of the rule, else anywhere: an alias."""
        listed = self._by_text.get(template.source, [])
        behind = (one for one in listed if one.scalar.place >= rule.place)
        return next(behind, listed[0] if listed else None)
