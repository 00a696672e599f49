"""No text, however it was made up, costs the guards more than 50 plain searches over it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from time import process_time

import pytest

from bot.engine.decide import decide
from bot.rules.guards import REGISTRY, forms
from tests.build import context, inbound, ruleset

pytestmark = pytest.mark.system

MOST = 50
LONG = 10_000
RULES = ruleset("rules: [{id: any, when: {keywords: hello}, reply: ok}]")
PLAIN = re.compile(r"\bstop\s+texting\s+us\b", re.IGNORECASE)
FAMILIES = (
    *(forms.OPT_OUTS, forms.NO_OPT_OUTS, forms.LOOKALIKES),
    *(forms.MACHINES, forms.AWAY, forms.FROM_A_PERSON),
)


def hostile() -> Iterator[str]:
    """Each form over and over; all signs at once; those of each family, one after the other."""
    for guard in REGISTRY:
        yield from (filled(form.must[0]) for form in guard.forms())
    for families in FAMILIES:
        signs = sorted(families.signs)
        yield from (filled(" ".join(some)) for some in (signs, signs[::-1]))
        for number in range(len(families.all)):
            yield filled(" ".join(sign for sign in signs if number in families.signs[sign]))


def filled(text: str) -> str:
    return (f"{text} " * LONG)[:LONG]


def seconds(work: Callable[[], object]) -> float:
    """Of the processor; the least of three, since others may have it meanwhile."""
    times = []
    for _ in range(3):
        begin = process_time()
        work()
        times.append(process_time() - begin)
    return min(times)


def ratio(text: str) -> float:
    message = inbound(text)
    decide(message, context(), RULES)  # patterns are compiled at their first use
    guards = seconds(lambda: decide(message, context(), RULES))
    return guards / seconds(lambda: PLAIN.search(text))


def test_no_text_costs_the_guards_more_than_fifty_searches() -> None:
    dear = {text[:60]: round(ratio(text)) for text in dict.fromkeys(hostile())}
    assert {text: times for text, times in dear.items() if times > MOST} == {}
