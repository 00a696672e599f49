"""Tags that are kept of their person, in every ledger as in the simulator."""

from __future__ import annotations

import pytest

from tests.build import NOW, ruleset
from tests.stories import Ledgers, Plan, Step, same

RULES = """
contact_tags: {name: first_name, lang: language}
languages: [en, es]
rules:
  - {id: call, when: {says: "call me {name}"}, set: {contact: {first_name: "{{ name }}"}}}
  - id: hi
    when: {keywords: [hi]}
    reply: {en: "Hi {{ contact.first_name }}.", es: "Hola {{ contact.first_name }}."}
"""


@pytest.mark.system
def test_they_are_known_from_then_on(ledgers: Ledgers) -> None:
    steps = [
        Step(say="hi", tags={"name": "Anna", "lang": "es"}),
        Step(say="call me Ann", tags={"name": "Anna", "lang": "es"}),
        Step(say="hi", tags={"name": "Anna", "lang": "en", "other": "x"}),
        Step(say="STOP"),
        Step(say="START", tags={"name": "Anne"}),
        Step(say="hi"),
    ]
    told = same(Plan(steps=steps, at=NOW), ruleset(RULES), ledgers)
    assert [one.text for one in told.left] == ["Hola Anna.", "Hola Ann.", "Hola Ann."]
