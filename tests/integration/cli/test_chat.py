"""`bot chat`: a conversation by hand; the clock, the tags and the state go on with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.commands.chat import Chat
from tests.build import NOW, ruleset
from tests.integration.cli.conftest import TIMES

RULES = """
rules:
  - id: hours
    when: {keywords: [hours]}
    reply: "We're open 9-5."
    cooldown: 1h
  - id: name
    when: {regex: 'i am (?P<name>\\w+)', tags: {campaign: spring}}
    reply: {text: "Hi {{ name }}, {{ contact.city | default('nowhere') }}.", tags: {asked: name}}
    set: {contact: {name: "{{ name }}"}}
    state: {name: named, expires: 10m}
  - id: again
    when: {tags: {rule: name, asked: name, campaign: spring}, keywords: [again]}
    reply: "Again, {{ contact.name }}."
  - id: picture
    when: {media: image}
    reply: "Nice."
  - id: slash
    when: {regex: '^/x$'}
    reply: "A slash."
"""


def chat(**members: Any) -> Chat:
    return Chat(ruleset(RULES), timezone="America/New_York", clock=lambda: NOW, **members)


def said(capsys: pytest.CaptureFixture[str], talk: Chat, *lines: str) -> str:
    for line in lines:
        talk.line(line)
    return capsys.readouterr().out


def test_each_text_is_answered_with_the_rule_and_its_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said(capsys, chat(), "Hours?\n") == (
        "› Hours?\n"
        "  replied by hours (rules.yaml:3)\n"
        "  ‹ We're open 9-5.\n"
        "    1 segment, GSM-7, 15 units\n"
        "    counts for the cooldown or limit hours, per conversation\n"
    )


def test_on_a_terminal_the_text_is_not_said_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert "› " not in said(capsys, chat(echoes=False), "Hours?")


def test_the_clock_turns_forward_and_a_cooldown_ends(capsys: pytest.CaptureFixture[str]) -> None:
    talk = chat()
    assert "suppressed by hours (rules.yaml:3), cooldown" in said(capsys, talk, "hours", "hours")
    assert "suppressed" in said(capsys, talk, "/after 59m", "hours")
    assert "replied by hours" in said(capsys, talk, "/after 1m", "hours")


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("/at 2026-03-01 17:30", "it is Sun 2026-03-01 17:30 EST"),
        ("/at 2026-07-01T17:30Z", "it is Wed 2026-07-01 13:30 EDT"),
        ("/at 9:05", "it is Thu 2026-01-15 09:05 EST"),
        ("/at friday 9am", "it is Fri 2026-01-16 09:00 EST"),
        ("/after 1d", "it is Fri 2026-01-16 12:04 EST"),
    ],
)
def test_the_clock_says_what_time_it_is_now(
    capsys: pytest.CaptureFixture[str], command: str, shown: str
) -> None:
    assert said(capsys, chat(), command) == f"  {shown}\n"


def test_the_tags_of_the_last_reply_come_back_with_the_next_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    talk = chat(tags={"campaign": "spring"})
    assert "by again" not in said(capsys, talk, "again")
    assert "‹ Hi Ann, nowhere." in said(capsys, talk, "i am Ann")
    assert "‹ Again, Ann." in said(capsys, talk, "again")


def test_tags_and_what_is_stored_can_be_set_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    talk = chat()
    assert "unmatched" in said(capsys, talk, "i am Ann")
    shown = said(capsys, talk, "/tag campaign=spring", "/contact city=Rome", "i am Ann")
    assert "‹ Hi Ann, Rome." in shown
    assert "unmatched" in said(capsys, talk, "/tag campaign=", "i am Ann")


def test_what_a_rule_sets_wins_over_what_was_typed_in_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    talk = chat(tags={"campaign": "spring"})
    shown = said(capsys, talk, "/contact name=Bob", "/state", "i am Ann", "/state")
    assert "contact: name=Bob" in shown
    assert "contact: name=Ann" in shown


def test_the_state_is_shown_and_runs_out(capsys: pytest.CaptureFixture[str]) -> None:
    talk = chat(tags={"campaign": "spring"})
    said(capsys, talk, "i am Ann")
    assert said(capsys, talk, "/state") == (
        "  time: Thu 2026-01-15 12:04 EST\n"
        "  state: named\n"
        "  tags: campaign=spring, asked=name, rule=name\n"
        "  contact: name=Ann\n"
        "  conversation: none\n"
        "  texts: 1\n"
        "  opted out: no\n"
        "  waits:\n"
        "    Thu 2026-01-15 12:14 EST  the state named ends\n"
    )
    assert "state: none" in said(capsys, talk, "/after 10m", "/state")


WAITING = """
timezone: America/New_York
rules:
  - id: quote
    when: {keywords: [quote]}
    reply: ["On its way.", {text: "It should be there.", delay: 1h}]
    follow_up:
      - {after: 3h, unless: replied, reply: "Any question?"}
      - {after: 4h, key: last, reply: "Dear {{ contact.name }}"}
  - id: call
    when: {keywords: [call]}
    reply: {text: "Still there?", delay: 10m, unless: replied}
  - {id: move, when: {keywords: [move]}, ask: {as: day, text: "Which day?"}, expires: 2h}
  - {id: human, when: {keywords: [human]}, handoff: true}
"""
_QUOTE = ["13:04 EST  reply: It should be there."]
_LAST = "16:04 EST  follow-up last: (its text is not known yet)"


@pytest.mark.parametrize(
    ("lines", "waits"),
    [
        (["hello"], []),
        (
            ["quote"],
            [*_QUOTE, "15:04 EST  follow-up quote, unless you write before: Any question?", _LAST],
        ),
        (["quote", "hello"], [*_QUOTE, _LAST]),
        (["quote", "/after 90m", "hello"], [_LAST]),
        (["call"], ["12:14 EST  reply, unless you write before: Still there?"]),
        (["call", "hello"], []),
        (["move"], ["14:04 EST  the question day expires"]),
        (["quote", "STOP"], []),
        (["quote", "STOP", "/state", "START"], []),
        (["quote", "human"], ["Fri 2026-01-16 00:04 EST  the bot takes the conversation back"]),
    ],
)
def test_what_waits_is_shown_with_its_time(
    capsys: pytest.CaptureFixture[str], lines: list[str], waits: list[str]
) -> None:
    talk = Chat(ruleset(WAITING), timezone="America/New_York", clock=lambda: NOW)
    said(capsys, talk, *lines)
    _, _, shown = said(capsys, talk, "/state").partition("  waits:\n")
    assert [line.strip().removeprefix("Thu 2026-01-15 ") for line in shown.splitlines()] == waits


def test_looking_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    talk = chat()
    before = said(capsys, talk, "/state")
    assert said(capsys, talk, "/state", "/help", "/why").startswith(before)
    assert said(capsys, talk, "/state") == before


def test_why_shows_the_trace_of_the_last_text(capsys: pytest.CaptureFixture[str]) -> None:
    talk = chat()
    assert "nothing has been said yet" in said(capsys, talk, "/why")
    said(capsys, talk, "Hours?")
    shown = said(capsys, talk, "/why")
    assert "· $opt-out: not an opt-out\n" in shown
    assert "✓ hours\n" in shown


def test_reset_begins_anew(capsys: pytest.CaptureFixture[str]) -> None:
    talk = chat(tags={"campaign": "spring"})
    before = said(capsys, talk, "/state")
    said(capsys, talk, "STOP", "/tag a=b", "/contact c=d", "/after 5d")
    assert "suppressed by $opted-out" in said(capsys, talk, "hours")
    assert said(capsys, talk, "/reset", "/state") == before
    assert "replied by hours" in said(capsys, talk, "hours")


def test_an_attachment_and_a_text_that_begins_with_a_slash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "‹ Nice." in said(capsys, chat(), "/media https://x.example/a.jpg look")
    assert "‹ A slash." in said(capsys, chat(), "//x")


@pytest.mark.parametrize(
    ("command", "remark"),
    [
        ("/statt", "there is no /statt: did you mean /state?"),
        ("/zzz", "there is no /zzz: /help lists what there is"),
        ("/", "there is no /: /help lists what there is"),
        ("/after", "/after : is not a duration, for example /after 2h"),
        ("/after soon", "/after soon: is not a duration, for example /after 2h"),
        ("/at soon", f"/at soon: is not a time, for example {TIMES}"),
        ("/at 9999-12-31", f"/at 9999-12-31: is not a time, for example {TIMES}"),
        ("/at 1-1-1", f"/at 1-1-1: is not a time, for example {TIMES}"),
        ("/tag x", "/tag x: write it as name=value"),
        ("/contact", "/contact : write it as name=value"),
        ("/media", "/media: needs a URL, for example /media https://example.com/a.jpg"),
        ("/\x1b[2J", "there is no /�[2J: /help lists what there is"),
    ],
)
def test_a_wrong_command_gets_a_remark_and_the_chat_goes_on(
    capsys: pytest.CaptureFixture[str], command: str, remark: str
) -> None:
    talk = chat()
    assert said(capsys, talk, command) == f"  {remark}\n"
    assert "replied by hours" in said(capsys, talk, "hours")


def test_the_end_of_the_calendar_is_not_reached_in_steps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = said(capsys, chat(), *["/after 500w"] * 900)
    assert "that is too far away" in shown


def test_empty_lines_are_no_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, chat(), "", "  \n") == ""


def test_time_goes_on_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    times = [datetime(2026, 1, 15, 12, tzinfo=UTC)]
    talk = Chat(ruleset(RULES), timezone="America/New_York", clock=lambda: times[-1])
    said(capsys, talk, "hours")
    times.append(times[-1] + timedelta(hours=1))
    assert "replied by hours" in said(capsys, talk, "hours")


def piped(arguments: list[str], typed: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    (folder / "rules.yaml").write_text(RULES)
    command = [sys.executable, "-m", "bot", "chat", "--rules", "rules.yaml", *arguments]
    return subprocess.run(command, cwd=folder, input=typed, capture_output=True, timeout=60)


def test_piped_texts_are_answered_without_a_prompt_until_they_end(tmp_path: Path) -> None:
    done = piped(["--tag", "campaign=spring"], "i am Ann\nagain\n\xff".encode("latin-1"), tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("› i am Ann\n  replied by name (rules.yaml:7)")
    assert "‹ Again, Ann." in done.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "remark"),
    [
        (["--from", "x"], "--from x: is not a phone number, for example +15555550123"),
        (["--tag", "x"], "--tag x: write it as name=value"),
        (["--rules", "none"], "rules are given twice, rules.yaml and none: give one"),
    ],
)
def test_a_wrong_option_is_said_before_anything_is_answered(
    tmp_path: Path, arguments: list[str], remark: str
) -> None:
    done = piped(arguments, b"hours\n", tmp_path)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"{remark}\n")


@pytest.fixture
def hears_sigint() -> Iterator[None]:
    """A job that a script starts with `&` ignores SIGINT, and so would each child of the tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_sigint")
@pytest.mark.parametrize(("key", "code"), [(b"\x04", 0), (b"\x03", 130)])
def test_on_a_terminal_it_prompts_and_ends_by_a_key(tmp_path: Path, key: bytes, code: int) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "bot", "chat", "--rules", "rules.yaml"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "TERM": "dumb", "NO_COLOR": "1"},
    ) as child:
        os.close(theirs)
        try:
            shown = _until(ours, b"\xe2\x80\xba ")
            os.write(ours, b"hours\n")
            shown += _until(ours, b"units")
            time.sleep(0.3)  # the prompt is back
            if key == b"\x03":
                child.send_signal(signal.SIGINT)
            else:
                os.write(ours, key)
            assert child.wait(timeout=30) == code
        finally:
            child.kill()  # leaving the `with` would wait for it for ever
    os.close(ours)
    assert b"Ctrl-D ends" in shown
    assert b"Traceback" not in shown


def _until(terminal: int, wanted: bytes) -> bytes:
    found = b""
    while wanted not in found:
        found += os.read(terminal, 4096)
    return found


def test_texts_that_follow_each_other_closely_get_one_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rules = ruleset("combine: {wait: 5s}\n" + RULES.lstrip())
    talk = Chat(rules, timezone="America/New_York", clock=lambda: NOW)
    assert "waits 5s for more texts" in said(capsys, talk, "i am")
    assert "We're open" not in said(capsys, talk, "hours")
    out = said(capsys, talk, "/after 6s")
    assert ("combined" in out, "We're open 9-5." in out) == (True, True)
    assert "$opt-out" in said(capsys, talk, "STOP")


def test_the_clock_goes_on_while_it_waits_for_more_texts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rules = ruleset("combine: {wait: 5s}\n" + RULES.lstrip())
    talk = Chat(rules, timezone="America/New_York", clock=lambda: NOW)
    out = said(capsys, talk, "hours", "", "/after 3590s", "hours", "", "/after 2s", "hours", "")
    assert [line for line in out.splitlines() if "by hours" in line] == [
        "  replied by hours (rules.yaml:3)",
        "  suppressed by hours (rules.yaml:3), cooldown",
        "  replied by hours (rules.yaml:3)",
    ]


def test_nobody_writes_to_who_has_opted_out(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, chat(), "STOP", "/agent Ann here.", "START", "hours")
    assert "/agent: they have opted out, and get no messages" in out
    assert "We're open 9-5." in out
