"""Texts in several languages: who gets which, and what is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.lint import lint
from bot.engine.decide import decide
from bot.engine.simulator import Given, Simulator
from bot.errors import Problem, RuleError
from bot.rules.languages import chosen
from tests.build import NOW, context, inbound, loaded, ruleset

TWO = "languages: [en, es]\n"
BOTH = "{en: 'Hi {{ contact.name | default(1) }}', es: Hola}"
EVERYWHERE = f"""{TWO}
guards:
  help: {{reply: {BOTH}}}
  opt_out: {{likely: ask, question: {BOTH}}}
  failed: {{reply: {BOTH}}}
rules:
  - short: {BOTH}
  - id: list
    when: {{keywords: [list]}}
    reply: [{BOTH}, same, {{text: {BOTH}, tags: {{t: {BOTH}}}}}]
  - {{id: one, when: {{keywords: [one]}}, reply: {{one_of: [{BOTH}, {{text: {BOTH}, weight: 2}}]}}}}
  - id: picture
    when: {{keywords: [picture]}}
    reply: {{text: x, image: {{en: 'https://a/', es: 'https://b/'}}}}
  - {{id: else, when: {{keywords: [else]}}, reply: once, cooldown: {{once: 1h, else: {BOTH}}}}}
  - {{id: fails, when: {{keywords: [fails]}}, reply: '{{{{ tags.no }}}}'}}
  - {{id: set, when: {{keywords: [set]}}, set: {{conversation: {{greeting: {BOTH}}}}}}}
  - id: ask
    when: {{keywords: [ask]}}
    ask:
      - as: day
        text: {BOTH}
        accept: {{date: {{gte: today}}}}
        invalid: {BOTH}
        retry: [{BOTH}]
      - {{as: part, text: {BOTH}, choices: [am, pm], retry: {BOTH}}}
    cancel: {{words: [leave it], reply: {BOTH}}}
    then: {{reply: {BOTH}}}
fallback: {{reply: {BOTH}}}
"""


def said(*texts: str, language: str = "") -> list[str]:
    """What the last of the texts gets."""
    simulator = Simulator(ruleset(EVERYWHERE))
    given_ = Given(now=NOW, contact={"language": language} if language else {})
    decisions = [
        simulator.say(inbound(text, key=f"m-{at}"), given_) for at, text in enumerate(texts)
    ]
    return [reply.image or reply.text for reply in decisions[-1].replies]


@pytest.mark.parametrize(
    ("texts", "english", "spanish"),
    [
        (["short"], ["Hi 1"], ["Hola"]),
        (["list"], ["Hi 1", "same", "Hi 1"], ["Hola", "same", "Hola"]),
        (["one"], ["Hi 1"], ["Hola"]),
        (["picture"], ["https://a/"], ["https://b/"]),
        (["else", "else"], ["Hi 1"], ["Hola"]),
        (["fails"], ["Hi 1"], ["Hola"]),
        (["ask"], ["Hi 1"], ["Hola"]),
        (["ask", "qwerty"], ["Hi 1"], ["Hola"]),
        (["ask", "yesterday"], ["Hi 1"], ["Hola"]),
        (["ask", "tomorrow"], ["Hi 1"], ["Hola"]),
        (["ask", "tomorrow", "qwerty"], ["Hi 1"], ["Hola"]),
        (["ask", "tomorrow", "am"], ["Hi 1"], ["Hola"]),
        (["ask", "leave it"], ["Hi 1"], ["Hola"]),
        (["whatever"], ["Hi 1"], ["Hola"]),
        (["INFO"], ["Hi 1"], ["Hola"]),
        (["please stop texting me"], ["Hi 1"], ["Hola"]),
    ],
)
def test_each_gets_it_in_their_language(
    texts: list[str], english: list[str], spanish: list[str]
) -> None:
    assert said(*texts) == said(*texts, language="fr") == said(*texts, language="EN") == english
    assert said(*texts, language="es") == said(*texts, language="es-MX") == spanish


@pytest.mark.parametrize(
    ("languages", "language", "said"),
    [
        ("[en, es]", "", ["Jan 15, 2026", "Jan 15, 2026"]),
        ("[en, es]", "es-MX", ["el jueves 15 de enero", "Jan 15, 2026"]),
        ("[es, en]", "en", ["Jan 15, 2026", "jueves 15 de enero"]),
    ],
)
def test_a_date_is_in_the_language_of_its_text(
    languages: str, language: str, said: list[str]
) -> None:
    """A text that is the same for everybody is in the first language."""
    rules = ruleset(f"""
languages: {languages}
rules:
  - id: day
    when: always
    reply: [{{en: "{{{{ now | date }}}}", es: "el {{{{ now | date }}}}"}}, "{{{{ now | date }}}}"]
""")
    decision = decide(inbound("x"), context(contact={"language": language}), rules)
    assert [reply.text for reply in decision.replies] == said


def test_tags_and_stored_values_are_texts_too() -> None:
    rules, spanish = ruleset(EVERYWHERE), context(contact={"language": "es"})
    assert decide(inbound("list"), spanish, rules).replies[2].tags == {"t": "Hola"}
    assert [change.value for change in decide(inbound("set"), spanish, rules).changes] == ["Hola"]


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("", "en"),
        ("es", "es"),
        (" ES ", "es"),
        ("es_MX", "es"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("zh-Hans", "zh-Hans"),
        ("zh", "zh-Hant"),
        ("spanish", "en"),
        ("e", "en"),
    ],
)
def test_a_language_is_the_one_that_is_wanted_or_of_its_family(wanted: str, language: str) -> None:
    assert chosen(wanted, ["en", "es", "pt-BR", "zh-Hant", "zh-Hans"]) == language


@given(st.text())
def test_whatever_is_stored_names_a_language(wanted: str) -> None:
    assert chosen(wanted, ["en", "es"]) in ("en", "es")


def errors(*files: str) -> list[Problem]:
    with pytest.raises(RuleError) as raised:
        loaded(*files)
    return list(raised.value.problems)


def reply(written: str, head: str = TWO) -> str:
    return f"{head}rules: [{{id: a, when: {{keywords: [a]}}, reply: {written}}}]"


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (reply("{en: Hi, es: Ho}", ""), "no-languages"),
        (reply("{en: Hi, fr: Salut, es: Ho}"), "unknown-language"),
        (reply("{en: Hi, es: Ho, image: 'https://a/'}"), "unknown-language"),
        (reply("{es: Hola}"), "missing-language"),
        (reply("{en: Hi, es: [a, b]}"), "not-a-text"),
        (reply("{en: Hi, es: ''}"), "empty-reply"),
        (reply("{en: Hi, es: '{{ nobody }}'}"), "unknown-name"),
        ("languages: [english]\n", "language-code"),
        ("languages: [en, en]\n", "language-code"),
        ("languages: []\n", "empty-list"),
        (f"{TWO}guards: {{help: {{reply: {{es: Hola}}}}}}", "missing-language"),
        (f"{TWO}guards: {{help: {{reply: {{en: Hi, es: '{{{{ nobody }}}}'}}}}}}", "unknown-name"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(file: str, problem: str) -> None:
    assert [found.code for found in errors(file)] == [problem]


def test_a_second_file_may_not_name_them_again() -> None:
    assert [(one.code, one.place.file) for one in errors(TWO, TWO)] == [("twice", "2.yaml")]


def test_a_language_that_lacks_is_told_and_gets_the_first() -> None:
    file = reply("{en: Hi, es: Ho}").replace("[en, es]", "[en, es, fr]")
    [found] = loaded(file).warnings
    assert (found.code, found.place.line) == ("missing-language", 2)
    assert found.message == "reply: there is no text in `fr`"
    french = context(contact={"language": "fr"})
    assert decide(inbound("a"), french, ruleset(file)).replies[0].text == "Hi"


@pytest.mark.parametrize(
    ("template", "hint"),
    [
        ("{{ now | date }}", "write it in figures: date('%d/%m/%Y')"),
        ("{{ now | time }}", "write it in figures: time('%H:%M')"),
        ("{{ now | date('%A %d') }}", "write it in figures: date('%d/%m/%Y')"),
        ("{{ now | time(form='%I %p') }}", "write it in figures: time('%H:%M')"),
        ("{{ now | date('%d/%m/%Y') }} {{ now | time('%H:%M, 100%%A') }}", None),
        ("{{ now | date('%A', 'es') }} {{ now | time(language='es') }}", None),
        ("{{ now | date(message.text) }} {{ now | date(language=message.text) }}", None),
        ("{{ now | upper }}, date", None),
    ],
)
@pytest.mark.parametrize("where", ["reply", "on_expiry", "help"])
def test_a_date_in_a_language_that_has_no_names_for_it_is_told(
    template: str, hint: str | None, where: str
) -> None:
    """It would be English, in the midst of a text that is not."""
    text = f'{{en: "{template}", fr: "Le {template}", es: "{template}"}}'
    written = {
        "reply": f"rules: [{{id: a, when: always, reply: {text}}}]",
        "on_expiry": f"""
rules: [{{id: a, when: always, state: {{name: s, expires: 1h, on_expiry: {text}}}}}]""",
        "help": f"guards: {{help: {{reply: {text}}}}}",
    }
    file = f"languages: [en, es, fr]\n{written[where]}"
    found = [one for one in loaded(file).warnings if one.code == "no-date-names"]
    assert [one.hint for one in found] == [hint] * (hint is not None)
    for one in found:
        line = file.split("\n")[one.place.line - 1]
        before, at = line[: one.place.column - 1], line[one.place.column - 1 :]
        assert ("Le {{" in before, at.startswith(("date", "time"))) == (True, True)


@pytest.mark.parametrize(
    ("template", "language", "is_told"),
    [
        ("{{ calendars.open }}", "es", True),
        ("Lun-vie: {{ calendars.open }}.", "fr", True),
        ("{{ calendars.open }}", "en", False),
        ("{{ calendars.open }}", "en-GB", False),
        ("{{ calendars.open.next | date }}", "es", False),
        ("calendars.open", "es", False),
    ],
)
def test_hours_in_english_are_told_in_a_text_of_another_language(
    template: str, language: str, is_told: bool
) -> None:
    file = f"""
languages: [{language}]
calendars: {{open: {{hours: "Mon-Fri 09:00-17:00"}}}}
rules: [{{id: a, when: always, reply: "{template}"}}]
"""
    told = f"`calendars.open` names its days in English, in a text in `{language}`"
    found = loaded(file).warnings
    assert [(one.code, one.message) for one in found] == [("no-date-names", told)] * is_told


def test_a_date_in_a_named_language_without_names_is_told_once() -> None:
    file = "rules: [{id: a, when: always, reply: \"{{ now | date(language='fr') }}\"}]"
    [found] = loaded(file).warnings
    assert found.message == "`date` has no names of days and months in `fr`: they would be English"


def test_the_date_of_a_follow_up_is_for_us_to_read() -> None:
    file = """
languages: [fr]
rules:
  - id: a
    when: always
    reply: Bien
    follow_up: {on: "{{ now | date }}", reply: "Le {{ now | date('%d/%m') }}"}
"""
    assert loaded(file).warnings == ()


def test_segments_are_checked_for_each_language() -> None:
    file = reply(f"{{en: Hi, es: {'x' * 170}}}").replace("reply:", "max_segments: 1, reply:")
    found = [one for one in lint(loaded(file), today=NOW.date()) if one.code == "too-long"]
    assert [one.message for one in found] == [
        "the reply takes 2 segments, at most 1 are sent: it fails"
    ]
