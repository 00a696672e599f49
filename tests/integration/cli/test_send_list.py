"""`bot send --file`: checked whole before the first message leaves."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger import contacts, lane, outbox
from bot.ledger.database import open_database
from bot.ledger.numbers import store
from bot.sandbox import Number, Provider
from tests.build import NOW, OUR_NUMBER, PERSON
from tests.integration.cli.conftest import Bot, ledger
from tests.integration.cli.test_send import FIRST, send
from tests.support import KEY, LINE, OTHER_PERSON

pytestmark = [pytest.mark.anyio, pytest.mark.system]  # over HTTP, at the pace of a lane
LONGCODE = ("--longcode", str(LINE))


@pytest.fixture
def provider() -> Provider:
    return Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)])


def people(folder: Path, content: str, encoding: str = "utf-8") -> str:
    (folder / "people.csv").write_bytes(content.encode(encoding))
    return "people.csv"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ('number,text,Campaign\n{},"Hi, you",spring\n{},Hello,\n', "utf-8"),
        ('Number ;Text;Campaign\r\n{};"Hi, you";spring\r\n\r\n{};Hello;\r\n', "utf-8-sig"),
        ("text\tnumber\tCampaign\nHi, you\t{}\tspring\nHello\t{}", "utf-16"),
    ],
)
async def test_each_row_is_a_message_and_other_columns_are_tags(
    content: str, encoding: str, folder: Path, provider: Provider
) -> None:
    name = people(folder, content.format("(555) 555-0123", OTHER_PERSON), encoding)
    ran = await send(folder, provider, "--file", name, *LONGCODE, "--tag", "kind=list")
    assert (ran.code, ran.out, ran.err) == (0, "2 messages queued; 2 accepted\n", "")
    assert [(sent.to, sent.text, dict(sent.tags)) for sent in provider.sent] == [
        (PERSON, "Hi, you", {"kind": "list", "Campaign": "spring"}),
        (OTHER_PERSON, "Hello", {"kind": "list"}),
    ]


async def test_a_text_is_for_all_who_have_none_of_their_own(
    folder: Path, provider: Provider
) -> None:
    name = people(folder, f"number,text\n{PERSON},\n{OTHER_PERSON},Yours\n")
    ran = await send(folder, provider, "--file", name, *LONGCODE, "Ours", "--json")
    assert [sent.text for sent in provider.sent] == ["Ours", "Yours"]
    assert ran.objects == [
        {"queued": 2, "accepted": 2, "waiting": 0, "dead": 0, "leftOut": 0, "reason": None}
    ]


WRONG = f"""number,text,tag
{PERSON},one,
nobody,two,
+15555550125,,
+15555550126,{"long " * 400},
+15555550127,six,"a
b"
+15555550123,nine,
+15555550128,ten,b,c
{OTHER_PERSON},eleven,
"""
TOLD = f"""\
people.csv:3: number nobody: is not a phone number, for example +15555550123
people.csv:4: text: is missing
people.csv:5: text: has more than 1550 characters
people.csv:8: {PERSON} stands in line 2 too
people.csv:9: has 4 columns, the first line 3: quote commas
people.csv:10: {OTHER_PERSON} has opted out and gets no messages
"""


async def test_all_rows_that_are_wrong_are_told_before_anything_leaves(
    folder: Path, provider: Provider
) -> None:
    with ledger(folder) as connection:
        contacts.opt_out(connection, OTHER_PERSON, "in-1", NOW)
    name = people(folder, WRONG)
    ran = await send(folder, provider, "--file", name, *LONGCODE)
    last = "nothing is sent: 6 rows of 8 to mend, or to leave out by --skip-wrong\n"
    assert (ran.code, ran.out, ran.err) == (2, "", TOLD + last)
    with ledger(folder) as connection:
        assert (outbox.counts(connection), provider.sent) == ({}, [])
    ran = await send(folder, provider, "--file", name, *LONGCODE, "--skip-wrong")
    assert (ran.code, ran.err) == (0, TOLD)
    assert ran.out == "2 messages queued; 2 accepted; 6 rows left out\n"
    assert [sent.text for sent in provider.sent] == ["one", "six"]


async def test_columns_are_filled_in(folder: Path, provider: Provider) -> None:
    content = f"number,First Name,coupon,text\n{PERSON},Ann,A1,\n{OTHER_PERSON},,B2,\n"
    name = people(folder, content + "+15555550199,Bo,,Yours {{ is }} no template\n")
    text = "Hi {{ first_name | default('there') }}, your code: {{ coupon }}"
    ran = await send(folder, provider, "--file", name, *LONGCODE, text, "--skip-wrong")
    assert [sent.text for sent in provider.sent] == [
        "Hi Ann, your code: A1",
        "Hi there, your code: B2",
    ]
    assert ran.err == (
        "people.csv:4: `{{ is }}` would be sent as it stands: in the TEXT for a list {{ is }} is"
        " the column of that name\n"
    )


FILLED_IN = {
    "Hi {{ name }}": "TEXT: nothing provides the name `name`: the list has {{ number }}, {{ c",
    "Hi {{ contact.name }}": "TEXT: `contact.name` is not a column: the list has {{ number }}, {{",
    "Hi [First Name]": "TEXT: `[First Name]` would be sent as it stands",
    "Hi {{ code }": "TEXT: ",
    "Hi {{ code }}": "people.csv:3: `code` has no value: fill it in, or write {{ code | default(",
}


@pytest.mark.parametrize(("text", "because"), FILLED_IN.items())
def test_what_cannot_be_filled_in_is_told_before_anything_leaves(
    text: str, because: str, bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTA_API_KEY", KEY)
    people(folder, f"number,code\n{PERSON},A1\n{OTHER_PERSON},\n")
    ran = bot("send", "--file", "people.csv", *LONGCODE, text)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.removeprefix("--file people.csv: ").startswith(because)


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "line 1: needs the names of the columns, one of them `number`"),
        (
            b"Phone,text\n",
            "line 1: needs a column `number`, and has `Phone`, `text`: rename that of the phone"
            " numbers",
        ),
        (b"number,number\n", "line 1: has `number` twice"),
        (b"number,text\n", "there is nobody in it: it has a first line, and no other"),
        (b"number\n+15555550123\n", "there is no column `text`: add one, or give a TEXT for all"),
        (b"PK\x03\x04", "it is a spreadsheet; save it as CSV first"),
        (b"number,text\n\xff\n", 'line 2: is not UTF-8: save it as "CSV UTF-8"'),
    ],
)
def test_what_is_no_list_is_said(
    content: bytes, because: str, bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTA_API_KEY", KEY)
    (folder / "people.csv").write_bytes(content)
    ran = bot("send", "--file", "people.csv", *LONGCODE)
    assert (ran.code, ran.out, ran.err) == (2, "", f"--file people.csv: {because}\n")
    assert not (folder / "bot.db").exists()


async def test_where_a_server_runs_a_list_is_queued(folder: Path, provider: Provider) -> None:
    name = people(folder, f"number,text\n{PERSON},Hi\n")
    with (
        closing(open_database(f"sqlite:///{folder / 'bot.db'}")) as database,
        database.only_sender(),
    ):
        with database.transaction() as connection:
            lane.note_sender(connection, NOW)
        ran = await send(folder, provider, "--file", name, *LONGCODE)
    assert (ran.code, ran.out) == (0, "1 message queued; 1 to be sent\n")
    assert provider.sent == []


async def test_what_is_stuck_is_said(folder: Path, provider: Provider) -> None:
    with ledger(folder) as connection:
        lane.pause(connection, lane.BY_HAND)
    name = people(folder, f"number,text\n{PERSON},Hi\n")
    ran = await send(folder, provider, "--file", name, *LONGCODE)
    assert (ran.code, ran.out) == (
        2,
        "1 message queued; 1 to be sent\nnobody is sending: paused by hand: start `bot serve`\n",
    )


async def test_each_part_of_a_long_text_leaves(folder: Path, provider: Provider) -> None:
    ran = await send(folder, provider, *FIRST[:-1], "A long text. " * 100)
    assert ran.code == 0
    assert len(provider.sent) > 1
    with ledger(folder) as connection:
        assert outbox.counts(connection) == {"accepted": len(provider.sent)}


async def test_the_setting_names_our_number(folder: Path, provider: Provider) -> None:
    ran = await send(folder, provider, "--to", PERSON, "Hi", BOT_LONGCODE_ID=str(LINE))
    assert (ran.code, [sent.longcode_id for sent in provider.sent]) == (0, [LINE])


@pytest.mark.parametrize("of_list", [False, True])
async def test_a_number_that_is_not_ours_is_refused(
    of_list: bool, folder: Path, provider: Provider
) -> None:
    name = people(folder, f"number,text\n{PERSON},Hi\n")
    to = ("--file", name) if of_list else ("--to", PERSON, "Hi")
    ran = await send(folder, provider, *to, "--longcode", "999")
    said = f"--longcode 999: is not one of your numbers: {LINE} ({OUR_NUMBER}); `bot numbers`\n"
    assert (ran.code, ran.out, ran.err, provider.sent) == (2, "", said, [])
    with ledger(folder) as connection:
        assert outbox.counts(connection) == {}


def test_a_number_that_the_ledger_knows_is_not_asked_for(
    bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it refused where the provider does not answer: the message waits."""
    monkeypatch.setenv("MTA_API_KEY", KEY)
    monkeypatch.setenv("MTA_BASE_URL", "http://127.0.0.1:1/v3")
    with ledger(folder) as connection:
        store(connection, {LINE: OUR_NUMBER}, NOW)
        lane.pause(connection, lane.BY_HAND)
    assert bot("send", "--to", PERSON, *LONGCODE, "Hi").out.startswith("queued, nobody is sending")
    assert bot("send", "--to", PERSON, "--longcode", "7", "Hi").out.startswith("queued, nobody is")
