"""Questions of a rule: `ask`, and all that may come of it, as their author wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.rules import keys
from bot.rules.matchers.base import Phrase, When
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.templates.template import Template
from bot.text.durations import duration
from bot.text.words import words

if TYPE_CHECKING:
    from bot.rules.rule import Rule

ASK_KEYS: Final = keys.ASK
QUESTION_KEYS: Final = ("as", "text", "accept", "choices", "invalid", "retry")
CANCEL_KEYS: Final = ("words", "reply")
PARTS: Final = ("then", "give_up")
"""Keys of `ask` that hold the body of a rule."""
_DAY: Final = 86_400
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OWN_NAMES: Final = ("state", "count", "values")
"""What `conversation` has of its own: nothing is stored under these."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value, and the phrases that mean it: itself, and its synonyms."""

    value: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question as its author wrote it."""

    name: str
    """Of its answer; empty where nothing is to be known of it."""
    step: str
    """Its name, else its number, unique in its list."""
    text: Template
    accept: When | None = None
    choices: tuple[Choice, ...] = ()
    invalid: Template | None = None
    retry: tuple[Template, ...]
    """What is said to a text that is not understood, one after the other."""

    def texts(self) -> Iterator[Template]:
        yield self.text
        yield from self.retry
        if self.invalid is not None:
            yield self.invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Questions in their order, and all that may come of them."""

    path: str = ""
    """Of the part of the rule that asks: empty, or `then/`, `give_up/`, `then/then/`, …"""
    questions: tuple[AskedQuestion, ...]
    expires: int = _DAY
    """Seconds."""
    on_expiry: Template | None = None
    cancel: Set[Phrase] = frozenset()
    cancelled: Template | None = None
    """What is said to who cancels."""
    interrupt: tuple[Scalar, ...] | None = None
    """Ids of the rules that may interrupt; None is any."""
    give_up: Rule | None = None
    """None is the fallback."""
    then: Rule | None = None

    def step(self, question: AskedQuestion) -> str:
        """The name of a question among all of its rule."""
        return self.path + question.step

    def after(self) -> Iterator[Rule]:
        """What it may go on with."""
        yield from (part for part in (self.then, self.give_up) if part is not None)


def parts(rule: Rule) -> Iterator[Rule]:
    """A rule, and all that its questions may go on with."""
    yield rule
    for part in rule.ask.after() if rule.ask is not None else ():
        if part.path != rule.path and part.path.startswith(rule.path):  # else it is of one above
            yield from parts(part)


def part_of(rule: Rule, path: str) -> Rule | None:
    """None where it has no such part any more."""
    return next((part for part in parts(rule) if part.path == path), None)


def find(rule: Rule, step: str) -> tuple[Rule, Ask, AskedQuestion] | None:
    """A question by its step, and the part that asks; None where there is none such any more."""
    for part in parts(rule):
        for question in part.ask.questions if part.ask is not None else ():
            if part.ask is not None and part.ask.step(question) == step:
                return part, part.ask, question
    return None


def answers_in(files: Iterable[MappingNode]) -> Iterator[str]:
    """Names that questions give to answers, whether or not all else is right."""
    for file in files:
        rules, fallback = file.get("rules"), file.get("fallback")
        bodies = rules.items if isinstance(rules, Sequence) else []
        yield from _answers_of([*bodies, *([] if fallback is None else [fallback])])


def _answers_of(bodies: Iterable[Node]) -> Iterator[str]:
    for body in bodies:
        if isinstance(body, MappingNode) and (asked := body.get("ask")) is not None:
            for question in asked.items if isinstance(asked, Sequence) else (asked,):
                name = question.get("as") if isinstance(question, MappingNode) else None
                yield from (name.text,) if isinstance(name, Scalar) else ()
            yield from _answers_of(filter(None, map(body.get, PARTS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReader:
    """Reads what one body of a rule asks."""

    problems: Problems
    above: Ask | None
    """What asks where this is a part of what comes of it."""
    taken: Set[str]
    """Names of answers above it."""
    when: Callable[[Node], When]
    template: Callable[[Node, str, Set[str]], Template]
    """With captures that it may name beside those of the rule."""
    duration: Callable[[Node | None, str], int]
    part: Callable[[MappingNode, str, Ask, Set[str]], Rule]
    """Reads `then` or `give_up`: its YAML, its key, what it belongs to, captures before it."""

    def read(self, body: MappingNode, path: str) -> Ask | None:
        node = body.get("ask")
        if node is None:
            for key in ASK_KEYS:
                if key in body.pairs:
                    what = f"{key}: goes with the questions of an `ask`"
                    hint = "add an `ask`"
                    if "state" in body.pairs and key in ("expires", "on_expiry"):
                        hint = f"of a state: state: {{name: …, {key}: …}}"
                    self.problems.error(body.pairs[key][0], "without-ask", what, hint)
            return None
        for key in ("silent", "continue"):
            if key in body.pairs:
                what = f"`{key}` beside `ask`: a rule that asks says so, and ends the search"
                self.problems.error(body.pairs[key][0], "ask", what, f"take `{key}` out")
        questions, captures = self._questions(node)
        return self._what_comes(body, path, questions, captures)

    def _what_comes(
        self,
        body: MappingNode,
        path: str,
        questions: tuple[AskedQuestion, ...],
        captures: Set[str],
    ) -> Ask:
        ask = replace(self.above or Ask(questions=()), path=path, questions=questions, then=None)
        if path.endswith("give_up/"):
            ask = replace(ask, give_up=None)
        expires, on_expiry = body.get("expires"), body.get("on_expiry")
        if expires is not None:
            seconds = self.duration(expires, "expires")
            if not seconds and isinstance(expires, Scalar) and duration(expires.text) == 0:
                self.problems.error(expires, "not-a-duration", "expires: needs some time", "4h")
            ask = replace(ask, expires=seconds)
        if on_expiry is not None:
            ask = replace(ask, on_expiry=self.template(on_expiry, "on_expiry", captures))
        if (cancel := body.get("cancel")) is not None:
            ask = self._with_cancel(ask, cancel, captures)
        if (interrupt := body.get("interrupt")) is not None:
            ask = replace(ask, interrupt=self._interrupt(interrupt))
        for key in ("give_up", "then"):
            node = body.get(key)
            example = f"{key}: {_body_of(node)}"
            mapping = self.problems.mapping(node, key, example) if node is not None else None
            if mapping is not None:
                part = self.part(mapping, key, ask, captures)
                ask = replace(ask, then=part) if key == "then" else replace(ask, give_up=part)
        return ask

    def _with_cancel(self, ask: Ask, node: Node, captures: Set[str]) -> Ask:
        written, reply = node, None
        if isinstance(node, MappingNode):
            self.problems.known_keys(node, CANCEL_KEYS, "key of cancel")
            written, reply = node.get("words") or node, node.get("reply")
            if "words" not in node.pairs:
                self.problems.error(node, "missing-key", "cancel: needs `words`", "[never mind]")
                return ask
        said = self.template(reply, "cancel.reply", captures) if reply is not None else None
        return replace(ask, cancel=frozenset(self._phrases(written, "cancel")), cancelled=said)

    def _interrupt(self, node: Node) -> tuple[Scalar, ...] | None:
        if isinstance(node, Scalar) and node.text in ("any", "none"):
            return None if node.text == "any" else ()
        return tuple(self.problems.texts(node, "interrupt"))

    def _questions(self, node: Node) -> tuple[tuple[AskedQuestion, ...], Set[str]]:
        """With all captures that there are when they are answered."""
        items = node.items if isinstance(node, Sequence) else [node]
        if not items:
            self.problems.error(node, "empty-list", "ask: needs at least one question")
        questions, taken, captures = [], set(self.taken), set(self.taken)
        for number, item in enumerate(items, 1):
            mapping = self.problems.mapping(item, "a question", _example_of(item))
            if mapping is None:
                continue
            question, more = self._question(mapping, number, taken)
            questions.append(question)
            captures |= more
            taken |= {question.name} - {""}
        return tuple(questions), captures | taken

    def _question(
        self, node: MappingNode, number: int, taken: Set[str]
    ) -> tuple[AskedQuestion, Set[str]]:
        meant = self.problems.known_keys(node, QUESTION_KEYS, "key of a question")
        name = self._name(node.get("as"), taken)
        accept, choices = node.get("accept"), node.get("choices")
        if accept is not None and choices is not None:
            what = "a question has `accept` or `choices`, not both"
            self.problems.error(choices, "accept-and-choices", what, "keep one")
        condition = self.when(accept) if accept is not None else None
        more = condition.captures() if condition is not None else frozenset[str]()
        written = node.get("text")
        if written is None and "text" not in meant:
            hint = "ask: {as: day, text: Which day?}"
            self.problems.error(node, "missing-key", "a question needs a `text`", hint)
        text = self.template(written, "text", more) if written is not None else Template("")
        invalid, retry = node.get("invalid"), node.get("retry")
        retries = () if retry is None else retry.items if isinstance(retry, Sequence) else (retry,)
        if retry is not None and isinstance(retry, Sequence) and not retry.items:
            self.problems.error(retry, "empty-list", "retry: needs at least one text")
        question = AskedQuestion(
            name=name,
            step=name or str(number),
            text=text,
            accept=condition,
            choices=self._choices(choices) if choices is not None else (),
            invalid=self.template(invalid, "invalid", more) if invalid is not None else None,
            retry=tuple(self.template(one, "retry", more) for one in retries) or (text,),
        )
        return question, more

    def _name(self, node: Node | None, taken: Set[str]) -> str:
        if node is None:
            return ""
        name = self.problems.text(node, "as")
        if not isinstance(node, Scalar):
            return name
        if not _NAME.fullmatch(name):
            hint = "letters, digits and _, as templates name it"
            self.problems.error(node, "capture-name", f"as: `{name}` is not a name", hint)
        elif name in OWN_NAMES:
            what = f"as: `{name}` is what `conversation` has of its own"
            self.problems.error(node, "taken-name", what, "choose another name")
        elif name in taken:
            what = f"as: `{name}` is answered already, so it would never be asked"
            self.problems.error(node, "taken-name", what, "choose another name")
        return name

    def _choices(self, node: Node) -> tuple[Choice, ...]:
        if isinstance(node, MappingNode):
            listed = [(key, self._synonyms(key, value)) for key, value in node.items()]
        else:
            listed = [(scalar, []) for scalar in self.problems.texts(node, "choices")]
        if len(listed) < 2 and not isinstance(node, Scalar):
            self.problems.error(node, "empty-list", "choices: needs at least two", "[yes, no]")
        elif isinstance(node, Scalar):
            items = [item.strip() for item in re.split(r"[,;|/]| or ", node.text) if item.strip()]
            shown = f"[{', '.join(items)}]" if len(items) > 1 else "[yes, no]"
            self.problems.error(node, "not-a-list", "choices: needs a list", f"choices: {shown}")
        found: list[Choice] = []
        meant: dict[Phrase, str] = {}
        for value, synonyms in listed:
            phrases = self._phrases_of((value, *synonyms), "choices")
            for phrase in phrases:
                other = meant.setdefault(phrase, value.text)
                if other != value.text:
                    what = f"choices: `{' '.join(phrase)}` means `{other}` and `{value.text}`"
                    self.problems.error(value, "ambiguous", what, "leave it to one of them")
            found.append(Choice(value.text, phrases))
        return tuple(found)

    def _synonyms(self, key: Scalar, value: Node) -> list[Scalar]:
        return self.problems.texts(value, f"choices.{key.text}")

    def _phrases(self, node: Node, what: str) -> tuple[Phrase, ...]:
        written = self.problems.texts(node, what)
        if isinstance(node, Sequence) and not node.items:
            self.problems.error(node, "empty-list", f"{what}: needs at least one word")
        return self._phrases_of(written, what)

    def _phrases_of(self, written: Iterable[Scalar], what: str) -> tuple[Phrase, ...]:
        phrases = []
        for scalar in written:
            phrase = words(scalar.text)
            if not phrase:
                said = f"{what}: there is no word in `{scalar.text}`"
                self.problems.error(scalar, "no-word", said, "write it in words")
            phrases.append(phrase)
        return tuple(dict.fromkeys(filter(None, phrases)))


def _body_of(node: Node | None) -> str:
    """What is meant where a text stands in place of a body."""
    said = node.text if isinstance(node, Scalar) and node.text else "Noted."
    return f"{{{said}: true}}" if said in ("handoff", "silent") else f'{{reply: "{said}"}}'


def _example_of(node: Node) -> str:
    text = node.text if isinstance(node, Scalar) else "Which day?"
    return f'ask: {{as: answer, text: "{text}"}}'
