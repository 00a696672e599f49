"""A rule set that is edited while many questions are open: each goes on, or ends in silence."""

from __future__ import annotations

import asyncio

import pytest

from tests.support import until
from tests.system.scene import Scene, answers, person

pytestmark = pytest.mark.anyio

PEOPLE = 1_000
ASKING = """\
rules:
  - id: move
    when: {keywords: [move]}
    ask: {as: day, text: "Which day?", accept: {date: true}}
    then: {reply: "Noted."}
  - id: rate
    when: {keywords: [rate]}
    ask: {as: stars, text: "How many stars?", accept: {number: true}}
    then: {reply: "Thanks."}
  - id: size
    when: {keywords: [size]}
    ask: {as: size, text: "Small or large?", choices: [small, large], retry: "Which of them?"}
    then: {reply: "Size {{ size }}."}
  - id: tea
    when: {keywords: [tea]}
    ask: {as: tea, text: "Green or black?", choices: [green, black]}
    then: {reply: "Tea: {{ tea }}."}
fallback: {reply: "What?"}
"""
EDITED = (
    ASKING.replace("id: move", "id: moved")  # renamed
    .replace("[small, large]", "[medium, large]")
    .replace("Size {{ size }}.", "{{ size }} it is.")
)
_RATE = EDITED[EDITED.index("  - id: rate") : EDITED.index("  - id: size")]
EDITED = EDITED.replace(_RATE, "")  # removed
SAID = [
    (("move", "Tuesday"), ["Which day?", "What?"]),
    (("rate", "5"), ["How many stars?", "What?"]),
    (("size", "small"), ["Small or large?", "Which of them?"]),
    (("size", "large"), ["Small or large?", "large it is."]),
    (("tea", "green"), ["Green or black?", "Tea: green."]),
]
"""What somebody writes before and after, and what they read."""


async def write(scene: Scene, number: int) -> None:
    """Everybody their first or second text, some at once."""
    some = asyncio.Semaphore(20)

    async def one(who: int) -> None:
        text = SAID[who % len(SAID)][0][number]
        async with some:
            await scene.deliver(fromNumber=person(who), message=text, replyId=f"r-{who}-{number}")

    await asyncio.gather(*map(one, range(PEOPLE)))


async def test_a_thousand_open_questions_go_on_or_end(silent: Scene) -> None:
    rules = silent.folder / "rules" / "shop.yaml"
    rules.write_text(ASKING)
    await silent.start(BOT_SENDS_IN_FLIGHT="8")
    await write(silent, 0)
    await silent.all_sent(PEOPLE, 120)
    await until(lambda: silent.logs().count('"event": "sent"') >= PEOPLE, 60)
    rules.write_text(EDITED)
    await until(lambda: "rules reloaded" in silent.logs(), 30)
    await write(silent, 1)
    await silent.all_sent(2 * PEOPLE, 120)
    assert answers(silent) == {person(who): SAID[who % len(SAID)][1] for who in range(PEOPLE)}
    assert "Traceback" not in silent.logs()
    assert silent.command("inbox", "list") == []
    [open_] = {  # the others have ended
        (one["question"]["rule"], one["question"]["tries"])
        for who in range(len(SAID))
        for one in silent.command("conversations", "show", person(who))
        if one["question"] is not None
    }
    assert open_ == ("size", 1)
