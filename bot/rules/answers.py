"""What a text is to a question: an answer, one that is not allowed, or not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.model import CaptureValue, Match
from bot.rules.guards.help import is_help
from bot.rules.guards.opt_out import without_politeness
from bot.rules.matchers.base import MessageView, Phrase, When
from bot.rules.matchers.finder import SOME_DAY, Finder
from bot.rules.matchers.media import Media
from bot.rules.matchers.number import Number
from bot.rules.questions import AskedQuestion, Choice

_OPTION: Final = frozenset({"option", "number", "choice", "no", "nr"})
"""What may stand before the number of a choice."""
_KEYCAP: Final = "\u20e3"


@dataclass(frozen=True, slots=True)
class Answer:
    value: CaptureValue
    captures: Mapping[str, CaptureValue] = field(default_factory=dict)
    """What else its condition cut out of the text."""
    rest: str = ""
    """What of the text may answer another question."""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """It was understood, and `accept` refuses it."""

    because: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    because: str


Weighed: TypeAlias = Answer | NotAllowed | NotUnderstood


def weigh(question: AskedQuestion, seen: MessageView) -> Weighed:
    """The whole message, held against a question that was asked."""
    if question.accept is not None:
        return _accepted(question.accept, seen)
    if question.choices:
        number = _number(without_politeness(seen.words))
        found = _chosen(question.choices, seen)
        if isinstance(found, NotUnderstood) and 1 <= number <= len(question.choices):
            return Answer(question.choices[number - 1].value)
        return found
    if not seen.words:
        return NotUnderstood("there are no words in it")
    if is_help(seen.words):
        return NotUnderstood("asks for help")
    return Answer(seen.message.text.strip())


def also(question: AskedQuestion, seen: MessageView) -> Weighed:
    """What is left of a message that has answered another question: only what is found in it."""
    if question.choices:
        return _chosen(question.choices, seen)
    if question.accept is not None and _finders(question.accept):
        return _accepted(question.accept, seen)
    return NotUnderstood("it takes the whole text")


def known(question: AskedQuestion, value: CaptureValue, seen: MessageView) -> Weighed:
    """What a rule has captured before the question is asked."""
    if question.accept is None and not question.choices:
        return Answer(value)
    return weigh(question, seen.with_text(str(value)))


def _accepted(accept: When, seen: MessageView) -> Weighed:
    result = accept.match(seen)
    finders = _finders(accept)
    if not isinstance(result, Match):
        refused = any(finder.refuses(seen) for finder in finders)
        return NotAllowed(result.because) if refused else NotUnderstood(result.because)
    captures = dict(result.captures)
    for finder in finders:
        if finder.capture in captures:
            value = captures.pop(finder.capture)
            return Answer(value, captures, finder.rest(seen, value))
    if seen.message.media_url and any(isinstance(part, Media) for part in accept.walk()):
        return Answer(seen.message.media_url, captures)
    return Answer(seen.message.text.strip(), captures)


def _finders(accept: When) -> list[Finder]:
    return [part for part in accept.walk() if isinstance(part, Finder)]


def _chosen(choices: tuple[Choice, ...], seen: MessageView) -> Answer | NotUnderstood:
    """The value of which a phrase stands in the text, but not within a longer one of another."""
    spans = [
        (at, at + len(phrase), choice.value)
        for choice in choices
        for phrase in choice.phrases
        for at in _places(phrase, seen)
    ]
    fitting = {
        value: seen.words[start:end]
        for start, end, value in spans
        if not any(
            low <= start and end <= high and (low, high) != (start, end) and other != value
            for low, high, other in spans
        )
    }
    if len(fitting) > 1:
        named = [choice.value for choice in choices if choice.value in fitting]
        return NotUnderstood("ambiguous: " + ", ".join(named))
    for value, phrase in fitting.items():
        return Answer(value, rest=_without(phrase, seen.message.text))
    return NotUnderstood("none of: " + ", ".join(choice.value for choice in choices))


def _places(phrase: Phrase, seen: MessageView) -> Iterator[int]:
    size = len(phrase)
    for at in range(len(seen.words) - size + 1):
        if phrase in (seen.words[at : at + size], seen.bare[at : at + size]):
            yield at


def _without(phrase: Phrase, text: str) -> str:
    """Nothing where the phrase is written so that it cannot be told from the rest."""
    pattern = r"(?i)(?<!\w)" + r"\W+".join(map(re.escape, phrase)) + r"(?!\w)"
    rest = re.sub(pattern, " ", text)
    return rest if rest != text else ""


def _number(said: Phrase) -> int:
    """Which choice a whole text names by its number; 0 where it names none."""
    if len(said) == 2 and said[0] in _OPTION:
        said = said[1:]
    if len(said) != 1:
        return 0
    value = Number.value(said[0].removesuffix(_KEYCAP), SOME_DAY)
    return value if isinstance(value, int) else 0
