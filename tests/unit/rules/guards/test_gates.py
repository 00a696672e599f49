"""The signs that keep guards away from ordinary texts change no answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.decide import decide
from bot.rules.guards import forms
from bot.text.clauses import clauses
from bot.text.words import words
from tests.build import context, inbound, ruleset
from tests.recall.measure import own
from tests.support import ROOT

SHARED = ROOT.parent / "shared/data"
RULES = ruleset("rules: [{id: any, when: always, reply: ok}]")
FAMILIES = (
    *(forms.OPT_OUTS, forms.NO_OPT_OUTS, forms.LOOKALIKES),
    *(forms.MACHINES, forms.AWAY, forms.FROM_A_PERSON, forms.WRONG_PERSON, forms.NOT_WRONG),
)


def real(path: Path) -> list[str]:
    """The texts of a collection: every fifth, since each is asked of every family."""
    lines = path.read_text("utf-8").splitlines()[1:] if path.is_file() else []
    return [line.partition("\t")[2] for line in lines[::5]]


def collected() -> list[str]:
    paths = sorted(SHARED.glob("cases/*.json"))
    return [case["say"] for path in paths for case in json.loads(path.read_text("utf-8"))]


@pytest.mark.system  # each family is asked for every text
@pytest.mark.parametrize("some", range(4))
def test_asked_by_its_signs_a_family_is_found_as_if_every_one_was_asked(some: int) -> None:
    texts = [*(text.say for text in own()), *collected(), *real(SHARED / "sms-spam-collection.tsv")]
    for text in texts[some::4]:
        said = words(text)
        for families in FAMILIES:
            found = families.find_slowly(text, said)
            assert families.find(text, said) == found, text
            ways = (families.likely(text, said), families.marked(said))
            assert found is None or all(families.all.index(found) in way for way in ways), text


@pytest.mark.system
@pytest.mark.parametrize("some", range(2))
def test_a_guard_is_reached_as_if_every_one_was_asked(some: int) -> None:
    for text in [text.say for text in own()][some::2]:
        message = inbound(text)
        fast = decide(message, context(), RULES)
        assert fast == decide(message, context(), RULES, ask_all=True), text


@given(st.text("ab'`.,-?! \n5\t()", max_size=30))
def test_a_text_in_ascii_has_the_clauses_that_it_has_beside_another_letter(text: str) -> None:
    alone, beside = clauses(text, words(text)), clauses(f"{text} é", words(f"{text} é"))
    assert beside.removesuffix("é . ") == alone or beside == f"{alone[:-2]}é . "
