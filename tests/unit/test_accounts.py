"""Several accounts in the settings: what each reads, what none may share, one ledger for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.model import LongcodeId, Rate
from bot.settings import Settings, read_accounts, read_settings

TWO = {"BOT_ACCOUNTS": "clinic,shop"}
PLAIN = {
    "MTA_API_KEY": "k",
    "MTA_WEBHOOK_SECRET": "s",
    "BOT_RULES": "r",
    "BOT_LONGCODE_ID": "1",
}
CLINIC = Settings(account="clinic", rules=None, database_url="sqlite:///bot-clinic.db")
SHOP = Settings(account="shop", rules=None, database_url="sqlite:///bot-shop.db")
POSTGRES = "postgresql://u:p@db/bot"


def mistakes(environ: Mapping[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read_accounts(environ)
    return str(raised.value).splitlines()


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, (Settings(),)),
        ({"BOT_ACCOUNTS": " "}, (Settings(),)),
        ({"MTA_API_KEY": "k", "MTA_API_KEY_CLINIC": "c"}, (Settings(api_key="k"),)),
        (TWO, (CLINIC, SHOP)),
        ({"BOT_ACCOUNTS": " clinic , shop,"}, (CLINIC, SHOP)),
        ({"BOT_ACCOUNTS": "shop"}, (SHOP,)),
        ({**TWO, "BOT_ACCOUNT": "shop"}, (SHOP,)),
        ({**TWO, **PLAIN}, (CLINIC, SHOP)),
        (
            {**TWO, "MTA_API_KEY_CLINIC": "c", "MTA_WEBHOOK_SECRET_SHOP": "new,old"},
            (replace(CLINIC, api_key="c"), replace(SHOP, webhook_secrets=("new", "old"))),
        ),
        (
            {**TWO, "BOT_NOTIFY_SECRET": "n", "BOT_NOTIFY_SECRET_SHOP": "s"},
            (CLINIC, replace(SHOP, notify_secret="s")),
        ),
        (
            {**TWO, "BOT_RULES_CLINIC": "rules/clinic", "BOT_LONGCODE_ID_SHOP": "8"},
            (
                replace(CLINIC, rules=Path("rules/clinic")),
                replace(SHOP, longcode_id=LongcodeId(8)),
            ),
        ),
        (
            {**TWO, "BOT_SEND_RATE": "5/15s", "BOT_SEND_RATE_SHOP": "9/15s"},
            (replace(CLINIC, send_rate=Rate(5, 15.0)), replace(SHOP, send_rate=Rate(9, 15.0))),
        ),
        (
            {**TWO, "BOT_TIMEZONE": "Europe/Vienna", "BOT_TIMEZONE_SHOP": " "},
            (replace(CLINIC, timezone="Europe/Vienna"), replace(SHOP, timezone="Europe/Vienna")),
        ),
        (
            {
                **TWO,
                "BOT_PORT": "9000",
                "BOT_PORT_SHOP": "9001",
                "BOT_CONSOLE_TOKEN": "t",
                "BOT_CONSOLE_TOKEN_CLINIC": "u",
                "BOT_HOST_CLINIC": "0.0.0.0",
            },
            (
                replace(CLINIC, port=9000, console_token="t"),
                replace(SHOP, port=9000, console_token="t"),
            ),
        ),
        (
            {"BOT_ACCOUNTS": "dr-who", "MTA_API_KEY_DR_WHO": "d"},
            (
                Settings(
                    account="dr-who",
                    rules=None,
                    api_key="d",
                    database_url="sqlite:///bot-dr-who.db",
                ),
            ),
        ),
    ],
)
def test_each_account_has_its_own_settings(
    environ: dict[str, str], found: tuple[Settings, ...]
) -> None:
    assert read_accounts(environ) == found


@pytest.mark.parametrize(
    ("plain", "own"),
    [
        ("sqlite:///bot.db", "sqlite:///bot-dr-who.db"),
        ("sqlite:////data/a.b/bot.sqlite3", "sqlite:////data/a.b/bot-dr-who.sqlite3"),
        ("sqlite:///bot", "sqlite:///bot-dr-who"),
        ("sqlite:///a.b/bot", "sqlite:///a.b/bot-dr-who"),
        ("sqlite:///.db", "sqlite:///.db-dr-who"),
        ("sqlite:///bot.db?timeout=5", "sqlite:///bot-dr-who.db?timeout=5"),
        (POSTGRES, f"{POSTGRES}?options=-csearch_path%3Ddr_who"),
        (f"{POSTGRES}?", f"{POSTGRES}?options=-csearch_path%3Ddr_who"),
        ("postgresql:///bot", "postgresql:///bot?options=-csearch_path%3Ddr_who"),
        (
            "postgresql+psycopg://u:p%40%3F@db/bot?sslmode=require&application_name=a%20b",
            "postgresql+psycopg://u:p%40%3F@db/bot?sslmode=require&application_name=a%20b"
            "&options=-csearch_path%3Ddr_who",
        ),
    ],
)
def test_the_plain_database_leads_to_a_ledger_of_its_own(plain: str, own: str) -> None:
    environ = {"BOT_ACCOUNTS": "dr-who,shop", "BOT_DATABASE_URL": plain}
    assert read_accounts(environ)[0].database_url == own
    written = {**environ, "BOT_DATABASE_URL_DR_WHO": plain}
    assert read_accounts(written)[0].database_url == plain


@pytest.mark.parametrize(
    ("plain", "because"),
    [
        (f"{POSTGRES}?options=-cwork_mem%3D1MB", "has `options` already"),
        (f"{POSTGRES}?options=", "has `options` already"),
        ("postgresql://u:p?w@db/bot", "has a sign that must be written with %"),
        ("postgresql://u:p#w@db/bot", "has a sign that must be written with %"),
    ],
)
def test_what_no_schema_can_be_added_to_is_to_be_written_out(plain: str, because: str) -> None:
    environ = {"BOT_ACCOUNTS": "clinic", "BOT_DATABASE_URL": plain}
    said = f"BOT_DATABASE_URL {because}: write BOT_DATABASE_URL_CLINIC, with a schema of its own"
    assert mistakes(environ) == [said]
    assert read_accounts({**environ, "BOT_DATABASE_URL_CLINIC": plain})[0].database_url == plain


SAME = [
    ("sqlite:///bot-clinic.db", True),
    ("sqlite:///./bot-clinic.db", True),
    ("sqlite:///x/../bot-clinic.db?timeout=5", True),
    ("sqlite:///bot.db", False),
    ("sqlite:///x/bot-clinic.db", False),
]


@pytest.mark.parametrize(("url", "is_same"), SAME)
def test_two_accounts_may_not_have_one_file(url: str, is_same: bool) -> None:
    environ = {**TWO, "BOT_DATABASE_URL_SHOP": url}
    if not is_same:
        assert read_accounts(environ) == (CLINIC, replace(SHOP, database_url=url))
        return
    said = ["clinic and shop have the same ledger: change BOT_DATABASE_URL_SHOP"]
    assert mistakes(environ) == said
    assert mistakes({**environ, "BOT_ACCOUNT": "clinic"}) == said


@pytest.mark.parametrize(
    ("url", "is_same"),
    [
        (POSTGRES, True),
        ("postgresql+psycopg://u:other@DB:5432/bot?sslmode=require", True),
        ("postgresql://v:p@db/bot", False),
        ("postgresql://u:p@db2/bot", False),
        ("postgresql://u:p@db:5433/bot", False),
        ("postgresql://u:p@db/bot2", False),
        (f"{POSTGRES}?options=-csearch_path%3Dshop", False),
    ],
)
def test_two_accounts_may_not_have_one_schema(url: str, is_same: bool) -> None:
    environ = {**TWO, "BOT_DATABASE_URL_CLINIC": POSTGRES, "BOT_DATABASE_URL_SHOP": url}
    if is_same:
        said = "clinic and shop have the same ledger: change BOT_DATABASE_URL_SHOP"
        assert mistakes(environ) == [said]
    else:
        assert [one.database_url for one in read_accounts(environ)] == [POSTGRES, url]


NAME = "is not a name: a letter, then letters, digits and -, all small, at most 31"
EXAMPLE = "; for example BOT_ACCOUNTS=clinic,shop"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        *((name, [f"`{name}` {NAME}"]) for name in ("Clinic", "1st", "a_b", "-a", "a/b", "é")),
        ("a" * 32, [f"`{'a' * 32}` {NAME}"]),
        ("a b", [f"`a b` {NAME}"]),
        ("shop,clinic,shop,shop", ["`shop` is there twice"]),
        ("Shop,clinic,clinic", [f"`Shop` {NAME}", "`clinic` is there twice"]),
        (" , ", ["`,` names no account"]),
        (",".join(f"a{n}" for n in range(101)), ["101 accounts are too many, 100 may be"]),
    ],
)
def test_a_wrong_name_is_told(written: str, said: list[str]) -> None:
    expected = [f"BOT_ACCOUNTS: {what}{EXAMPLE}" for what in said]
    assert mistakes({"BOT_ACCOUNTS": written}) == expected
    assert mistakes({"BOT_ACCOUNTS": written, "BOT_ACCOUNT": "shop"}) == expected


@pytest.mark.parametrize("written", ["a", "a" * 31, "a-1-b", ",".join(f"a{n}" for n in range(100))])
def test_a_right_name_is_taken(written: str) -> None:
    found = [settings.account for settings in read_accounts({"BOT_ACCOUNTS": written})]
    assert found == written.split(",")


def test_all_mistakes_of_all_accounts_come_at_once() -> None:
    found = mistakes(
        {
            **TWO,
            "BOT_PORT": "x",
            "BOT_TIMEZONE": "Mars/Olympus",
            "BOT_KEEP_DAYS_SHOP": "29",
            "MTA_API_KEY_CLINIC": "two words",
            "BOT_DATABASE_URL_SHOP": "hush.db",
        }
    )
    assert found == [
        "MTA_API_KEY_CLINIC is wrong; for example MTA_API_KEY_CLINIC=the key of your MTA account",
        "BOT_PORT `x` is wrong; for example BOT_PORT=8080",
        "BOT_TIMEZONE `Mars/Olympus` is wrong; for example BOT_TIMEZONE=America/New_York",
        "BOT_DATABASE_URL_SHOP is wrong; for example BOT_DATABASE_URL_SHOP=sqlite:///bot.db",
        "BOT_KEEP_DAYS_SHOP `29` is wrong; for example BOT_KEEP_DAYS_SHOP=90 (at least 30)",
    ]


def test_what_is_wrong_for_one_account_does_not_stop_another() -> None:
    environ = {**TWO, "BOT_KEEP_DAYS_SHOP": "29", "BOT_DATABASE_URL_SHOP": "bot.db"}
    assert read_settings({**environ, "BOT_ACCOUNT": "clinic"}) == CLINIC


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({"BOT_ACCOUNTS": "shop"}, SHOP),
        ({**TWO, "BOT_ACCOUNT": " shop "}, SHOP),
        ({"BOT_ACCOUNT": ""}, Settings()),
    ],
)
def test_one_account_is_chosen(environ: dict[str, str], found: Settings) -> None:
    assert read_settings(environ) == read_settings(environ, needs_account=False) == found


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({**TWO, "BOT_ACCOUNT": "pub"}, "there is no account `pub`: BOT_ACCOUNTS has clinic, shop"),
        ({"BOT_ACCOUNT": "pub"}, "there is no account `pub`: BOT_ACCOUNTS is not set"),
    ],
)
def test_an_account_that_is_not_there_is_told(environ: dict[str, str], said: str) -> None:
    assert mistakes(environ) == [said]
    for needs_account in (True, False):
        with pytest.raises(SettingsError) as raised:
            read_settings(environ, needs_account=needs_account)
        assert str(raised.value) == said


def test_of_several_one_must_be_chosen_where_it_matters() -> None:
    environ = {**TWO, **PLAIN, "BOT_TIMEZONE": "Europe/Vienna"}
    with pytest.raises(SettingsError) as raised:
        read_settings(environ)
    assert str(raised.value) == (
        "BOT_ACCOUNTS has clinic, shop: say which is meant, as in bot --account clinic …, "
        "or by BOT_ACCOUNT; check, test and doctor take --all-accounts"
    )
    shared = read_settings(environ, needs_account=False)
    assert shared == Settings(rules=None, timezone="Europe/Vienna")
    with pytest.raises(SettingsError, match=r"^say whose rules are meant: bot --account NAME"):
        shared.needed_rules()


def test_what_an_account_needs_is_named_as_it_must_be_written() -> None:
    said = []
    for needed in (CLINIC.needed_api_key, CLINIC.needed_secrets, CLINIC.needed_rules):
        with pytest.raises(SettingsError) as raised:
            needed()
        said.append(str(raised.value).partition(" is not set: ")[0])
    assert said == ["MTA_API_KEY_CLINIC", "MTA_WEBHOOK_SECRET_CLINIC", "BOT_RULES_CLINIC"]
    assert replace(CLINIC, rules=Path("r")).needed_rules() == Path("r")
