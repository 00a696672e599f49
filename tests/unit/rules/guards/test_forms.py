"""Every form that a guard reads, with its twins: what must be taken, and what only looks alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.decide import decide
from bot.rules.guards import REGISTRY, forms
from bot.rules.guards.base import Form, Guard, Verdict
from bot.rules.guards.family import Family, needed
from bot.rules.guards.phrasing import Classes
from bot.rules.matchers.base import MessageView, Sheet
from bot.rules.problems import Problems
from bot.text.words import words
from tests.build import context, inbound, ruleset

FAMILIES = {
    "opt-out": forms.OPT_OUTS,
    "no opt-out": forms.NO_OPT_OUTS,
    "lookalike": forms.LOOKALIKES,
    "wrong person": forms.WRONG_PERSON,
    "not the wrong person": forms.NOT_WRONG,
    "machine": forms.MACHINES,
    "away": forms.AWAY,
    "person": forms.FROM_A_PERSON,
}
UNDOING = ("no opt-out", "lookalike", "not the wrong person", "person")
"""Families that a guard reads after those that it takes; they have no form of their own."""
RULES = ruleset("rules: [{id: any, when: always, reply: ok}]")


FORMS = [
    pytest.param(guard, form, id=f"{guard.NAME}-{form.name}")
    for guard in REGISTRY
    for form in guard.forms()
]


def of_families(*names: str) -> list[Any]:
    return [
        pytest.param(name, family, id=f"{name}-{family.name}")
        for name in names
        for family in FAMILIES[name].all
    ]


def takes(guard: type[Guard], text: str) -> bool:
    asked = guard.read(None, Problems(), Sheet())
    return isinstance(asked.examine(MessageView(inbound(text), context())), Verdict)


@pytest.mark.parametrize(("guard", "form"), FORMS)
def test_a_form_is_taken_and_reached_through_the_index(guard: type[Guard], form: Form) -> None:
    assert [text for text in form.must if not takes(guard, text)] == []
    for text in form.must:
        decision = decide(inbound(text), context(), RULES)
        assert decision.rule != "any", text
        assert decision == decide(inbound(text), context(), RULES, ask_all=True)


@pytest.mark.parametrize(("guard", "form"), FORMS)
def test_what_only_looks_like_a_form_is_left(guard: type[Guard], form: Form) -> None:
    assert [text for text in form.must_not if takes(guard, text)] == []


@pytest.mark.parametrize(("name", "family"), of_families(*FAMILIES))
def test_a_text_belongs_to_its_own_family(name: str, family: Family) -> None:
    alone = FAMILIES[name].alone(family)
    found = [text for text in family.must if alone.find(text, words(text)) != family]
    assert found == []


@pytest.mark.parametrize(("name", "family"), of_families(*UNDOING))
def test_what_undoes_a_form_has_limits(name: str, family: Family) -> None:
    families = FAMILIES[name]
    assert [text for text in family.must_not if families.find(text, words(text))] == []


def test_every_form_has_a_name_of_its_own_and_twins() -> None:
    for guard in REGISTRY:
        names = [form.name for form in guard.forms()]
        assert len(set(names)) == len(names)
        assert [form.name for form in guard.forms() if not (form.must and form.must_not)] == []


# No text reaches a family but through its signs, so they must be in everything that it matches.

SAID = [
    text
    for families in FAMILIES.values()
    for one in families.all
    for text in (*one.must, *one.must_not)
]
PIECES = st.sampled_from([word for text in SAID for word in (*text.split(), text)])
MARKS = st.sampled_from([*" .,?!;:-…\n", ". ", ", ", " – ", " 😂 ", " 🛑 ", "’", "\u200a"])
SPOKEN = st.lists(st.one_of(PIECES, MARKS, st.text(max_size=5)), max_size=30).map(" ".join)


@pytest.mark.system
@settings(deadline=None)
@given(st.sampled_from(sorted(FAMILIES)), SPOKEN)
def test_signs_leave_out_nothing_that_a_family_matches(name: str, text: str) -> None:
    families, said = FAMILIES[name], words(text)
    found = families.find_slowly(text, said)
    assert families.find(text, said) == found
    if found is not None:
        number = families.all.index(found)
        assert number in families.likely(text, said)
        assert number in families.marked(said)


@given(st.one_of(st.text(), SPOKEN), st.lists(SPOKEN, max_size=3))
def test_no_text_is_too_odd_for_a_guard(text: str, sent: list[str]) -> None:
    known = context(sent_texts=tuple(sent))
    fast = decide(inbound(text), known, RULES)
    assert fast == decide(inbound(text), known, RULES, ask_all=True)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a" * 10_000,
            "stop " * 2_000,
            "don't " * 1_700,
            "“" * 10_000,
            "👍" * 10_000,
            '"' * 10_000,
        ),
        *("\u200b" * 10_000, "stop texting " * 800, "é, " * 3_000, "no me manden " * 700),
        *(
            "Liked “" + "x” “" * 2_000,
            "i'm driving. " * 800,
            "\n“a”" * 2_000,
            "Le gusta “a b c”\n" * 230,
            "ا" * 10_000,
        ),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_long_text_is_decided(text: str) -> None:
    assert decide(inbound(text), context(), RULES) == decide(
        inbound(text), context(), RULES, ask_all=True
    )


@pytest.mark.parametrize(
    "pattern",
    ["stop it", "[<stop>] it", "(<stop>|end) it", "<stop> or <end>", "<.|stop> it", "(<stop> it"],
)
def test_a_family_that_could_match_without_its_signs_does_not_load(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"needs one|not closed"):
        needed(pattern, Classes({}))


@pytest.mark.parametrize(
    ("pattern", "sets"),
    [
        ("<stop|qui?te now> it", [{"stop", "quite", "qute"}, {"it"}]),
        ("please [now] <stop> * {me}", [{"please"}, {"stop"}, {"me", "us"}]),
        ("_ do not <write|sms> (me|_) .", [{"do"}, {"not"}, {"write", "sms"}]),
        ("<envíe> \\d+", [{"envie", "envíe"}]),
    ],
)
def test_what_a_text_of_a_family_needs(pattern: str, sets: list[set[str]]) -> None:
    assert needed(pattern, Classes({"me": "me|us"})) == sets
