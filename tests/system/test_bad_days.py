"""A provider on its bad day, over real HTTP: nothing becomes a dead letter that could be sent."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.sandbox import Fault
from tests.support import until
from tests.system.scene import Scene, answers, person, say

pytestmark = pytest.mark.anyio

FIVE = range(5)
ALL = {person(who): ["Got 1."] for who in FIVE}


def in_ledger(scene: Scene, statement: str) -> list[tuple[object, ...]]:
    """Each command of the bot takes a second; this does not."""
    with closing(sqlite3.connect(scene.folder / "bot.db")) as connection, connection:
        return connection.execute(statement).fetchall()


def hasten_trial(scene: Scene) -> None:
    """As if the interval were over."""
    in_ledger(scene, "UPDATE lanes SET trial_at = 1")


def stand(scene: Scene) -> dict[object, object]:
    return dict(in_ledger(scene, "SELECT status, count(*) FROM outbox GROUP BY 1"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("faults", "because"),
    [
        ([Fault(status=301, headers={"Location": "/v4/send"})], "the provider answered 301: "),
        ([Fault(status=307, headers={"Location": "/v4/send"})], "the provider answered 307: "),
        ([Fault(status=402)], "the provider answered 402: the account has no credit"),
        ([Fault(status=403)], "the provider answered 403: the account may not send"),
        ([Fault(status=405)], "the provider answered 405: "),
        ([Fault(status=404), Fault(status=404)], "the provider answered 404: "),
    ],
)
async def test_a_day_on_which_nothing_is_taken_ends_by_one_trial(
    faults: list[Fault], because: str, silent: Scene
) -> None:
    silent.provider.faults.extend([*faults, faults[0]])
    await silent.start()
    await say(silent, FIVE, 1)

    async def is_paused() -> bool:
        answer = await silent.client.get(f"{silent.origin}/readyz")
        return answer.status_code == 503 and because in str(answer.json()["errors"])

    await until(is_paused)
    await until(lambda: stand(silent) == {"due": 5})
    tried = len(silent.provider.attempts)
    assert tried == len(faults)
    hasten_trial(silent)
    await until(lambda: len(silent.provider.attempts) > tried)
    assert await is_paused()
    assert (len(silent.provider.attempts), len(silent.provider.sent)) == (tried + 1, 0)
    hasten_trial(silent)
    await silent.all_sent(5)
    assert answers(silent) == ALL
    assert (await silent.client.get(f"{silent.origin}/readyz")).status_code == 200
    assert await silent.stop() == 0


async def test_a_person_ends_such_a_pause_at_once(silent: Scene) -> None:
    silent.provider.faults.append(Fault(status=402))
    await silent.start()
    await say(silent, FIVE, 1)
    await until(lambda: silent.provider.attempts)
    await until(lambda: stand(silent) == {"due": 5})
    [status] = silent.command("sender")
    assert (status["state"], status["due"], status["deadLetters"]) == ("paused", 5, 0)
    assert status["because"] == "the provider answered 402: the account has no credit"
    assert status["trialAt"][:19] in status["ends"]
    assert "`bot sender resume`" in status["ends"]
    silent.run("sender", "resume")
    await silent.all_sent(5)
    assert answers(silent) == ALL


async def test_every_answer_of_2xx_is_a_success(silent: Scene) -> None:
    silent.provider.faults.extend(
        [
            Fault(status=201, taken=True),
            Fault(status=202, body=b"", taken=True),
            Fault(status=204, body=b"", taken=True),
            Fault(status=200, body=b"OK", taken=True),
            Fault(
                status=200,
                body=gzip.compress(bytes(2**27)),
                headers={"Content-Encoding": "gzip"},
                taken=True,
            ),
        ]
    )
    await silent.start()
    await say(silent, FIVE, 1)
    await until(lambda: stand(silent) == {"accepted": 5})
    assert answers(silent) == ALL
    assert [attempt.status for attempt in silent.provider.attempts] == [201, 202, 204, 200, 200]


async def test_a_wait_that_is_named_as_a_date_is_kept(silent: Scene) -> None:
    await silent.start()
    until_then = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
    date = format_datetime(until_then, usegmt=True)
    silent.provider.faults.append(Fault(status=503, retry_after=date))
    await say(silent, range(1), 1)
    await silent.all_sent(1)
    first, second = (attempt.at for attempt in silent.provider.attempts)
    # The provider's `Date` is told to the second.
    assert second - first >= timedelta(seconds=1)
    assert second >= until_then - timedelta(seconds=1)


async def test_a_reply_that_is_too_old_waits_for_a_person(silent: Scene) -> None:
    await silent.start(BOT_REPLY_MAX_AGE="4s")
    silent.run("sender", "pause")
    await say(silent, range(2), 1)
    await until(lambda: stand(silent) == {"due": 2})
    due = datetime.now(UTC)
    await until(lambda: datetime.now(UTC) - due > timedelta(seconds=4))
    silent.run("sender", "resume")
    await until(lambda: stand(silent) == {"dead": 2})
    assert {dead["reason"] for dead in silent.command("dead-letters", "list")} == {"too-old"}
    assert silent.provider.sent == []
    again = silent.command("dead-letters", "retry", "--all", "--reason", "too-old")
    assert [row["status"] for row in again] == ["due", "due"]
    await silent.all_sent(2)
    assert answers(silent) == {person(who): ["Got 1."] for who in range(2)}
