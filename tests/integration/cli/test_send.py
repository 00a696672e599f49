"""`bot send`, with the stand-in on a real socket as the provider."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import pytest

from bot.ledger import lane, outbox, sending
from bot.ledger.database import clock_of, open_database
from bot.ledger.sending import Claim
from bot.model import Rate
from bot.sandbox import Fault, Number, Provider, create_app, serving
from tests.build import NOW, OUR_NUMBER, PERSON
from tests.integration.cli.conftest import Bot, Ran, ledger
from tests.integration.cli.test_cli import clean_environment
from tests.support import KEY, LINE, outbound, queue

pytestmark = [pytest.mark.anyio, pytest.mark.system]  # over HTTP, at the pace of a lane


@pytest.fixture
def provider() -> Provider:
    return Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)])


async def send(
    folder: Path, provider: Provider, *arguments: str, key: str = KEY, **settings: str
) -> Ran:
    """`bot send` as a process of its own: the provider runs in this one."""
    async with serving(create_app(provider, api_key=KEY)) as origin:
        command = [sys.executable, "-m", "bot", "send", *arguments]
        provided = {"MTA_API_KEY": key, "MTA_BASE_URL": f"{origin}/v3"}
        environment = {**clean_environment(), **provided, **settings}
        with anyio.fail_after(30):
            done = await anyio.run_process(
                command, check=False, cwd=folder, env=environment, stderr=subprocess.PIPE
            )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


FIRST = ("--to", PERSON, "--longcode", str(LINE), "Is your order OK?")


async def test_a_first_message_is_sent_and_known(folder: Path, provider: Provider) -> None:
    ran = await send(folder, provider, *FIRST, "--tag", "campaign=spring", "--json")
    [sent] = provider.sent
    assert (sent.to, sent.text, sent.longcode_id, sent.tags) == (
        PERSON,
        "Is your order OK?",
        LINE,
        {"campaign": "spring"},
    )
    assert ran.objects == [
        {
            "externalId": sent.external_id,
            "status": "accepted",
            "reason": None,
            "messageId": sent.message_id,
        }
    ]
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    ("ids", "sent_from"),
    [([LINE], [LINE]), ([LINE, LINE + 1], []), ([], [])],
)
async def test_without_a_number_the_only_one_is_meant(
    ids: list[int], sent_from: list[int], folder: Path
) -> None:
    numbers = [Number(id=one, number=f"+1800555010{at}") for at, one in enumerate(ids)]
    provider = Provider(numbers=numbers)
    ran = await send(folder, provider, "--to", PERSON, "Hello.")
    assert [one.longcode_id for one in provider.sent] == sent_from
    said = "--longcode: give the id of one of `bot numbers`, or set BOT_LONGCODE_ID\n"
    assert (ran.code, ran.err) == ((0, "") if sent_from else (2, said))


async def test_a_person_reads_what_became_of_it(folder: Path, provider: Provider) -> None:
    ran = await send(folder, provider, *FIRST)
    assert ran.out == f"accepted (externalId {provider.sent[0].external_id})\n"


async def test_a_try_that_fails_is_repeated_and_sends_once(
    folder: Path, provider: Provider
) -> None:
    provider.faults.append(Fault.reset_after())
    assert (await send(folder, provider, *FIRST)).code == 0
    assert (len(provider.sent), len(provider.attempts)) == (1, 2)


@pytest.mark.parametrize(
    ("fault", "key", "status", "reason"),
    [
        (Fault(status=400), KEY, "dead", "the provider answered 400"),
        (None, "wrong-key", "due", "the provider answered 401: the API key is missing or wrong"),
        (Fault(status=403), KEY, "due", "the provider answered 403: the account may not send"),
    ],
)
async def test_what_cannot_be_sent_is_the_operators_to_mend(
    fault: Fault | None, key: str, status: str, reason: str, folder: Path, provider: Provider
) -> None:
    provider.faults.extend([fault] if fault else [])
    ran = await send(folder, provider, *FIRST, "--json", key=key)
    [found] = ran.objects
    assert (ran.code, found["status"]) == (2, status)
    assert found["reason"].startswith(reason)


async def test_somebody_who_left_gets_nothing(folder: Path, provider: Provider) -> None:
    from bot.ledger import contacts
    from tests.build import NOW

    with ledger(folder) as connection:
        contacts.opt_out(connection, PERSON, "in-1", NOW)
    ran = await send(folder, provider, *FIRST, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"to: {PERSON} has opted out and gets no messages\n"
    with ledger(folder) as connection:
        assert outbox.counts(connection) == {}
    assert provider.sent == []


@pytest.mark.parametrize(
    ("sends", "code", "says"),
    [(True, 0, "queued (ex"), (False, 2, "queued, nobody is sending (ex")],
)
async def test_where_a_server_runs_it_is_the_one_to_send(
    sends: bool, code: int, says: str, folder: Path, provider: Provider
) -> None:
    """One that decides only (`serve --dry-run`) holds the ledger as well."""
    with (
        closing(open_database(f"sqlite:///{folder / 'bot.db'}")) as database,
        database.only_sender(),
    ):
        with database.transaction() as connection:
            lane.note_sender(connection, NOW if sends else None)
        ran = await send(folder, provider, *FIRST)
    assert (ran.code, ran.out[: len(says)], provider.sent) == (code, says, [])


async def test_what_it_cannot_send_is_not_left_to_a_server_that_has_ended(
    folder: Path, provider: Provider
) -> None:
    with ledger(folder) as connection:
        lane.note_sender(connection, NOW)
        lane.pause(connection, lane.BY_HAND)
    ran = await send(folder, provider, *FIRST)
    with ledger(folder) as connection:
        assert lane.state(connection).sender_seen_at is None
    assert (ran.code, ran.out[:26]) == (2, "queued, nobody is sending:")


async def test_a_pause_by_hand_is_left_alone(folder: Path, provider: Provider) -> None:
    with ledger(folder) as connection:
        lane.pause(connection, lane.BY_HAND)
    ran = await send(folder, provider, *FIRST)
    assert (ran.code, provider.sent) == (2, [])
    assert ran.out.startswith("queued, nobody is sending: paused by hand (externalId ")


@pytest.mark.parametrize(("key", "code", "sent"), [(KEY, 0, 1), ("wrong-key", 2, 0)])
async def test_a_pause_of_the_provider_ends_only_where_the_key_is_good(
    key: str, code: int, sent: int, folder: Path, provider: Provider
) -> None:
    with ledger(folder) as connection:
        lane.pause(connection, "the provider answered 401")
    ran = await send(folder, provider, *FIRST, key=key)
    assert (ran.code, len(provider.sent)) == (code, sent)
    with ledger(folder) as connection:
        assert (lane.state(connection).paused is None) == (sent == 1)


async def test_on_a_shared_ledger_it_only_queues(
    folder: Path, provider: Provider, postgres_url: str
) -> None:
    """Another machine's message in flight and a pause after a 401 are not its to touch."""
    with closing(open_database(postgres_url)) as database:
        with database.transaction() as connection:
            queue(connection, outbound(external_id="in-flight"))
            assert isinstance(sending.claim(connection, Rate(20, 15.0), NOW), Claim)
            lane.pause(connection, "the provider answered 401")
        ran = await send(folder, provider, *FIRST, BOT_DATABASE_URL=postgres_url)
        assert (ran.code, provider.sent) == (2, [])
        assert ran.out.startswith("queued, nobody is sending: the provider answered 401 (")
        with database.transaction() as connection:
            assert lane.state(connection).paused == "the provider answered 401"
            assert outbox.by_external_id(connection, "in-flight").status == "sending"
            lane.resume(connection)
        ran = await send(folder, provider, *FIRST, BOT_DATABASE_URL=postgres_url)
        assert (ran.code, ran.out[:26]) == (2, "queued, nobody is sending ")
        with database.transaction() as connection:
            lane.note_sender(connection, clock_of(connection))
        ran = await send(folder, provider, *FIRST, BOT_DATABASE_URL=postgres_url)
        assert (ran.code, ran.out[:8], provider.sent) == (0, "queued (", [])
        with database.transaction() as connection:
            lane.note_sender(connection, clock_of(connection) - lane.SENDER_GONE_AFTER)
        assert (await send(folder, provider, *FIRST, BOT_DATABASE_URL=postgres_url)).code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "me", "--longcode", "1", "Hi"), "--to: needs a phone number"),
        (("--to", PERSON, "--longcode", OUR_NUMBER, "Hi"), "--longcode: needs the id of one"),
        (("--to", PERSON, "--longcode", "1", " "), "TEXT: is missing"),
        (("--to", PERSON, "--longcode", "1", "a" * 1_551), "TEXT: has more than 1550 characters"),
        (("--to", PERSON, "--longcode", "1", "Hi", "--image", "x.jpg"), "--image: needs a public"),
        (("--to", PERSON, "--longcode", "1", "Hi", "--tag", "x"), "--tag x: write it as"),
        (("--to", PERSON, "--longcode", "1", "Hi [First Name]"), "`[First Name]` would be sent as"),
        (("--to", PERSON, "--longcode", "1", "Hi {{ name }}"), "`{{ name }}` would be sent as it"),
    ],
)
def test_a_wrong_option_sends_nothing_and_leaves_nothing(
    arguments: tuple[Any, ...],
    message: str,
    bot: Bot,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MTA_API_KEY", KEY)
    ran = bot("send", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(message)
    assert not (folder / "bot.db").exists()
