"""Whatever the provider does, a message reaches the person once and the next one follows it."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger.database import open_database
from bot.sandbox import Fault
from tests.build import PERSON
from tests.faults import provider
from tests.faults.inside import running
from tests.support import database_url, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("logged")]


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        pytest.param(Fault(status=429, retry_after=1), [429, 200, 200], id="429"),
        pytest.param(Fault(status=500), [500, 200, 200], id="500"),
        pytest.param(Fault(status=500, taken=True), [500, 409, 200], id="500 and taken"),
        pytest.param(Fault.reset_before(), [None, 200, 200], id="reset before"),
        pytest.param(Fault.reset_after(), [None, 409, 200], id="reset after"),
        pytest.param(Fault.garbage(), [200, 200], id="garbage"),
        pytest.param(Fault(status=204, body=b"", taken=True), [204, 200], id="204"),
        pytest.param(Fault(status=202, taken=True), [202, 200], id="202"),
        pytest.param(Fault.slow(0.3), [200, 200], id="slow"),
    ],
)
async def test_a_fault_delays_and_neither_doubles_nor_reorders(
    fault: Fault, tries: list[int | None], tmp_path: Path
) -> None:
    with closing(open_database(database_url(tmp_path))) as database:
        async with running(database) as bot:
            bot.provider.faults.append(fault)
            assert [await bot.post(PERSON, number) for number in (1, 2)] == [200, 200]
            await until(lambda: bot.has_answered([PERSON], 2), seconds=10)
            assert bot.answers() == {PERSON: ["Got 1.", "Got 2."]}
            assert [attempt.status for attempt in bot.provider.attempts] == tries
            if isinstance(fault.retry_after, int):
                first, second, *_ = (attempt.at for attempt in bot.provider.attempts)
                assert (second - first).total_seconds() >= fault.retry_after


async def test_a_message_that_reached_nobody_is_not_repeated_and_holds_up_nothing(
    tmp_path: Path,
) -> None:
    with closing(open_database(database_url(tmp_path))) as database:
        async with running(database) as bot:
            bot.provider.faults.append(Fault.nobody())
            assert [await bot.post(PERSON, number) for number in (1, 2)] == [200, 200]
            await until(lambda: bot.has_answered([PERSON], 1))
            assert bot.answers() == {PERSON: ["Got 2."]}
            assert [attempt.status for attempt in bot.provider.attempts] == [200, 200]


async def test_bad_days_of_every_kind_lose_and_double_nothing() -> None:
    found = await provider.run(days=len(provider.KINDS), seed=1)
    assert found == provider.Days(
        of=Counter(provider.KINDS.keys()), paused=6, messages=len(provider.KINDS) * 8
    )
