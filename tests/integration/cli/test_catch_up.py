"""`bot catch-up` against the stand-in, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ledger import numbers
from bot.sandbox import Number, Provider
from bot.sandbox.provider import item_row
from bot.sandbox.values import ReceivedMessage, SentMessage
from tests.build import OUR_NUMBER, PERSON
from tests.integration.cli.conftest import ledger
from tests.integration.cli.test_account import bot
from tests.support import LINE, OTHER_PERSON

pytestmark = [pytest.mark.anyio, pytest.mark.system]  # over HTTP, at the pace of a lane


@pytest.fixture
def provider() -> Provider:
    found = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)])
    found.send({"subscribers": [PERSON], "message": "Sale!", "longcodeId": LINE})
    found.inbound(PERSON, "Hours?")
    found.inbound(OTHER_PERSON, "STOP", OUR_NUMBER)
    return found


async def test_an_outage_is_made_up_for_once(folder: Path, provider: Provider) -> None:
    (folder / "rules.yaml").write_text('rules:\n  - hours: "9-5."\n')
    rules = {"BOT_RULES": "rules.yaml"}
    with ledger(folder) as connection:
        numbers.store(connection, {LINE: OUR_NUMBER}, datetime.now(UTC))
    dry = await bot(folder, provider, "catch-up", "--dry-run", "--json", **rules)
    real = await bot(folder, provider, "catch-up", "--json", **rules)
    again = await bot(folder, provider, "catch-up", **rules)
    assert [(ran.code, ran.err) for ran in (dry, real, again)] == [(0, "")] * 3
    expected = [(PERSON, "Hours?", "taken-in"), (OTHER_PERSON, "STOP", "taken-in")]
    for ran, ids in ((dry, [None, None]), (real, ["in-1", "in-2"])):
        assert [(one["number"], one["text"], one["result"]) for one in ran.objects] == expected
        assert [one["id"] for one in ran.objects] == ids
    assert again.out == "2 threads: 0 taken in, 0 opted out, 0 left unanswered\n"


async def test_a_shape_that_tells_less_answers_nobody_and_keeps_a_stop(
    folder: Path, provider: Provider
) -> None:
    def bare(entry: SentMessage | ReceivedMessage) -> dict[str, object]:
        return {"id": item_row(entry)["id"], "body": entry.text}

    provider.item_row = bare
    (folder / "rules.yaml").write_text('rules:\n  - hours: "9-5."\n')
    ran = await bot(folder, provider, "catch-up", "--json", BOT_RULES="rules.yaml")
    because = "it is not told whether they wrote it or we did"
    assert [(one["text"], one["result"], one["reason"]) for one in ran.objects] == [
        ("Sale!", "listed", because),
        ("Hours?", "listed", because),
        ("STOP", "opt-out", because),
    ]
