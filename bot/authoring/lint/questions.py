"""Questions: answers that other rules want too, names that they hide, and ways out that lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from bot.authoring.lint.replies import parsed, templates
from bot.authoring.lint.sources import Written, warning
from bot.errors import Place, Problem
from bot.rules.guards.opt_out import OptOut
from bot.rules.matchers.base import Phrase
from bot.rules.questions import Ask, AskedQuestion, parts
from bot.rules.rule import Rule, may_interrupt
from bot.rules.ruleset import Ruleset
from bot.rules.templates import checks
from bot.rules.templates.checks import bare_names
from bot.text.words import words


def asking(ruleset: Ruleset, written: Written) -> Iterator[Problem]:
    """What is odd about the questions of all rules."""
    rules = [*ruleset.rules, *([ruleset.fallback] if ruleset.fallback else [])]
    asked = [(rule, part, part.ask) for rule in rules for part in parts(rule) if part.ask]
    for rule, part, ask in asked:
        yield from _hides(rule, ask, written)
        yield from _wanted_by_others(rule, ask, ruleset, written)
        yield from _opts_out(rule, ask, ruleset, written)
        yield from _without_end(rule, part, ask, written)
    answers = {question.name for _, _, ask in asked for question in ask.questions}
    for rule in rules:
        yield from _may_be_absent(rule, answers, written)


def _hides(rule: Rule, ask: Ask, written: Written) -> Iterator[Problem]:
    for question in ask.questions:
        if question.name in checks.ALWAYS:
            yield warning(
                written.place(rule, "ask", question.name.__eq__),
                "hides-name",
                f"while its question is answered, `{question.name}` is no longer what templates"
                " have by that name",
                "choose another name",
            )


def _phrases(question: AskedQuestion) -> Iterator[Phrase]:
    return (phrase for choice in question.choices for phrase in choice.phrases)


def _wanted_by_others(
    rule: Rule, ask: Ask, ruleset: Ruleset, written: Written
) -> Iterator[Problem]:
    others = [one for one in ruleset.rules if one.id != rule.id and may_interrupt(one, ask)]
    keywords = {
        phrase: one.id
        for one in reversed(others)
        for part in one.when.walk()
        for phrase in part.alone()
    }
    for question in ask.questions:
        for phrase in dict.fromkeys(_phrases(question)):
            if phrase in keywords:
                yield warning(
                    _place(rule, phrase, written),
                    "answer-is-keyword",
                    f"`{' '.join(phrase)}` is a keyword of rule `{keywords[phrase]}` too; while"
                    " this is asked it is the answer",
                    "choose another word, or leave that rule out of `interrupt`",
                )


def _opts_out(rule: Rule, ask: Ask, ruleset: Ruleset, written: Written) -> Iterator[Problem]:
    guards = [guard for guard in ruleset.guards if isinstance(guard, OptOut)]
    said = [*sorted(ask.cancel), *(p for question in ask.questions for p in _phrases(question))]
    for phrase in dict.fromkeys(said):
        if any(guard.is_certain(phrase) for guard in guards):
            yield warning(
                _place(rule, phrase, written),
                "answer-opts-out",
                f"who answers {' '.join(phrase).upper()} is opted out and gets no more texts",
                "choose another word, for example `never mind`",
            )


def _without_end(rule: Rule, part: Rule, ask: Ask, written: Written) -> Iterator[Problem]:
    place = written.place(rule, "ask", lambda _: True)
    if not ask.cancel and ask.interrupt == ():
        yield warning(
            place,
            "no-way-out",
            "nothing that they write ends this question but an answer, or too many wrong ones",
            'cancel: ["never mind"], or let rules interrupt',
        )
    if ask.then is None and not part.path.endswith("give_up/"):
        yield warning(
            place,
            "no-then",
            "nothing is said or done after the last answer",
            "then: {reply: ...}",
        )


def _may_be_absent(rule: Rule, answers: Set[str], written: Written) -> Iterator[Problem]:
    """Answers that a template names, which are there only while somebody is being asked."""
    theirs = answers - rule.when.captures()
    for template in templates(rule) if theirs else ():
        for name in _named(template.source, theirs):
            yield warning(
                written.within(rule, template, rf"(?<=\W){name}(?=\W)"),
                "only-while-asked",
                f"`{name}` is there only while its question is asked, and the reply fails without",
                f"{{{{ {name} | default('...') }}}}, or conversation.{name}",
            )


def _named(source: str, names: Set[str]) -> Iterable[str]:
    if "{" not in source:
        return ()
    return [name for name in dict.fromkeys(bare_names(parsed(source))) if name in names]


def _place(rule: Rule, phrase: Phrase, written: Written) -> Place:
    for key in ("ask", "cancel"):
        place = written.place(rule, key, lambda text: words(text) == phrase)
        if place != rule.place:
            return place
    return rule.place
