"""`bot help`: each word that people look for leads somewhere, and the list is one screen."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.authoring import manual
from bot.cli.commands import REGISTRY
from bot.cli.commands.help import GUIDES, WORDS, own_pages
from bot.cli.narrow import narrowed
from bot.model import Outcome, Reason
from bot.rules.guards import REGISTRY as GUARDS
from tests.integration.cli.conftest import Bot

PAGES = {**own_pages(), **manual.pages()}


def test_help_alone_is_one_screen_with_every_page(bot: Bot) -> None:
    lines = bot("help").out.splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 80
    assert set(PAGES) - set(re.findall(r"\S+", "\n".join(lines))) == set()


@pytest.mark.parametrize("topic", sorted(PAGES))
def test_a_topic_prints_its_page(bot: Bot, topic: str) -> None:
    assert bot("help", topic).out == PAGES[topic].rstrip("\n") + "\n"


def test_rules_prints_all_of_the_language(bot: Bot) -> None:
    assert bot("help", "rules").out == manual.manual() + "\n"


def test_words_of_the_other_pages_lead_to_pages_that_there_are() -> None:
    assert set(WORDS) - set(own_pages()) == set()


@pytest.mark.parametrize(
    ("word", "topic"),
    [
        *(("reply", "reply"), ("set", "set"), ("fallback", "files"), ("cooldown", "cooldown")),
        *(("limit", "cooldown"), ("delay", "reply"), ("vars", "files"), ("lists", "files")),
        *(("guards", "files"), ("tests", "tests"), ("timezone", "files"), ("holidays", "during")),
        *(("yes", "answer"), ("hours", "during"), ("stop", "$opt-out"), ("opt-out", "$opt-out")),
        *(
            ("webhook", "serve"),
            ("retry", "questions"),
            ("segments", "long"),
            ("emoji", "keywords"),
        ),
        *(("image", "reply"), ("mms", "reply"), ("languages", "languages"), ("typo", "keywords")),
        *(("plural", "filters"), ("BOT_TIMEZONE", "serve"), ("systemd", "deploy")),
        *(("coupon", "cooldown"), ("prize", "cooldown"), ("mutate", "ci"), ("worst", "costs")),
        *(("Opening Hours", "during"), ("postgres", "machines"), ("reaction", "$tapback")),
        *(("pgbouncer", "machines"), ("failover", "machines"), ("kubernetes", "deploy")),
    ],
)
def test_a_word_that_people_look_for_leads_to_its_page(bot: Bot, word: str, topic: str) -> None:
    said = bot("help", word).out
    assert PAGES[topic].strip() in said
    is_topic = manual.is_topic(word, topic)
    assert said.startswith(f"`{word}` is explained under `{topic}`:\n\n") != is_topic


@pytest.mark.parametrize("word", sorted({*Outcome, *Reason}))
def test_each_outcome_and_reason_leads_to_a_page(bot: Bot, word: str) -> None:
    assert bot("help", word).code == 0


def test_the_page_on_the_order_has_all_guards_in_theirs_and_every_reason() -> None:
    page = PAGES["order"]
    [step] = re.findall(r"^3\. .*?(?=^4\. )", page, re.DOTALL | re.MULTILINE)
    assert re.findall(r"`(\$[a-z-]+)`", step) == [guard.NAME for guard in GUARDS]
    table = page[page.index("| outcome | is | reasons |") :]
    assert {*Outcome, *Reason} - set(re.findall(r"`([a-z-]+)`", table)) == set()


def test_a_word_of_several_pages_names_the_others(bot: Bot) -> None:
    assert bot("help", "words").out.splitlines()[-1] == "See also: bot help opt-out"
    assert bot("help", "test").out.splitlines()[-1] == "See also: bot test --help"


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_each_command_has_help_by_its_name(bot: Bot, name: str) -> None:
    ran = bot("help", name)
    assert (ran.code, ran.err) == (0, "")
    assert name in ran.out


@pytest.mark.parametrize(
    ("word", "remark"),
    [
        ("keywrods", "did you mean `bot help keywords`?"),
        ("cooldwon", "did you mean `bot help cooldown`?"),
        ("tapbakc", "did you mean `bot help tapback`?"),
        ("TCPA", "it is mentioned on `bot help opt-out`"),
        ("undo", "`bot help` lists the topics"),
        ("xyzzy", "`bot help` lists the topics"),
    ],
)
def test_an_unknown_word_is_a_mistake_with_a_way_out(bot: Bot, word: str, remark: str) -> None:
    ran = bot("help", word)
    assert (ran.code, ran.out, ran.err) == (2, "", f"there is no page `{word}`: {remark}\n")


@pytest.mark.system
@pytest.mark.parametrize("topic", ["order", "files", "serve", "$opt-out"])
def test_on_a_terminal_a_page_is_as_wide_as_that(topic: str) -> None:
    ours, theirs = pty.openpty()
    environ = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "dumb"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "help", topic], stdout=theirs, stdin=theirs, env=environ
    ) as running:
        os.close(theirs)
        shown = _read(ours)
        assert running.wait(timeout=60) == 0
    lines = [line.rstrip() for line in shown.splitlines()]
    assert max(map(len, lines)) <= 80
    # The letters of the page are there in their order, up to the first table or block.
    page = re.split(r"\n *[|`]", narrowed(PAGES[topic], 78))[0]
    letters = re.sub(r"\W", "", page)
    assert re.sub(r"\W", "", shown)[: len(letters)] == letters


def _read(terminal: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # so Linux says that the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


@pytest.mark.parametrize("topic", GUIDES)
def test_what_a_guide_shows_fits_on_a_terminal_so_that_it_can_be_pasted(topic: str) -> None:
    assert [line for line in _to_paste(PAGES[topic]) if len(line) > 78] == []


def _to_paste(page: str) -> Iterator[str]:
    """Files and commands; what commands print is as long as they make it."""
    for kind, block in re.findall(r"^```(\S*).*\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        lines = block.splitlines()
        yield from (line for line in lines if kind != "console" or line.startswith("$ "))
