"""Logs: one event a line for machines, and no phone number in them."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from bot import log
from tests.conftest import Logged


def lines(logged: Logged) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged().splitlines()]


def test_an_event_is_one_line_of_json(logged: Logged) -> None:
    log.logger().info("decided", id="in-1", rule=None)
    [line] = lines(logged)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "decided", "level": "info", "id": "in-1", "rule": None}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to +15555550123 failed", "to …23 failed"),
        ("(555) 555-0123", "(…23"),
        ("5555550123", "…23"),
        ("r-1001 of 2026", "r-1001 of 2026"),
        ("in-48213", "in-48213"),
    ],
)
def test_a_phone_number_keeps_its_last_two_digits(text: str, masked: str, logged: Logged) -> None:
    log.logger().info(text, about=text)
    [line] = lines(logged)
    assert (line["event"], line["about"]) == (masked, masked)


def test_an_id_of_the_provider_can_be_looked_up(logged: Logged) -> None:
    log.logger().info("sent", id="out-1", message_id="1795463616669682")
    [line] = lines(logged)
    assert line["message_id"] == "1795463616669682"


def test_the_traceback_of_a_fault_is_masked_too(logged: Logged) -> None:
    try:
        raise ValueError("+15555550123")
    except ValueError:
        log.logger().exception("a fault")
    [line] = lines(logged)
    assert "ValueError: …23" in line["exception"]
    assert "5555550123" not in json.dumps(line)


def test_libraries_come_out_the_same_way_and_only_their_warnings(logged: Logged) -> None:
    logging.getLogger("library").info("not shown")
    logging.getLogger("library").warning("number %s is wrong", "+15555550123")
    [line] = lines(logged)
    assert (line["event"], line["level"]) == ("number …23 is wrong", "warning")


@pytest.mark.usefixtures("logged")
def test_a_log_to_a_stream_that_is_closed_stops_nothing() -> None:
    closed = io.StringIO()
    with contextlib.redirect_stderr(closed):
        log.configure()
    closed.close()
    log.logger().info("lost")
    logging.getLogger("library").warning("lost")


def test_a_log_on_a_full_disk_stops_nothing() -> None:
    went_on = False
    with contextlib.suppress(OSError), Path("/dev/full").open("w", buffering=1) as full:
        with contextlib.redirect_stderr(full):
            log.configure()
        log.logger().info("lost")
        logging.getLogger("library").warning("lost")
        went_on = True  # closing the file may fail again
    assert went_on


class Writes(io.StringIO):
    """What was written at once."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    def write(self, text: str) -> int:
        self.made.append(text)
        return super().write(text)


@pytest.mark.usefixtures("logged")
def test_a_line_is_written_at_once_so_that_those_of_threads_stay_whole() -> None:
    stderr = Writes()
    with contextlib.redirect_stderr(stderr):
        log.configure()
        log.logger().info("shown")
    assert [text.count("\n") for text in stderr.made] == [1]


@pytest.mark.usefixtures("logged")
def test_quiet_leaves_only_errors() -> None:
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr):
        log.configure(quiet=True)
    log.logger().warning("not shown")
    log.logger().error("shown")
    logging.getLogger("library").warning("not shown")
    assert [line["event"] for line in lines(stderr.getvalue)] == ["shown"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def on_terminal(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> Logged:
    """As `logged`, by a server that stands in a terminal."""
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    with contextlib.redirect_stderr(terminal):
        log.configure(timezone="Asia/Tokyo")
    return lambda: re.sub(r"(?m)^\d\d:\d\d:\d\d ", "TIME ", terminal.getvalue())


DECIDED: dict[str, Any] = {"id": "in-1", "outcome": "replied", "rule": "hours", "reason": None}


@pytest.mark.parametrize(
    ("text", "members", "line"),
    [
        ("hours?", {}, "+1555…0123: hours? → hours"),
        ("", {"rule": None, "outcome": "unmatched"}, "(no text) → no rule (unmatched)"),
        (
            "stop",
            {"rule": "$opt-out", "outcome": "suppressed", "reason": "opt-out"},
            "stop → $opt-out (suppressed, opt-out)",
        ),
        (
            "\x1b[2J\nforged\u202e",
            {},
            ": \N{REPLACEMENT CHARACTER}[2J forged\N{REPLACEMENT CHARACTER} →",
        ),
        ("long " * 99, {}, f"{'long ' * 11}long… → hours"),
    ],
)
def test_a_person_at_a_terminal_reads_what_came_and_which_rule_answers(
    text: str, members: dict[str, Any], line: str, on_terminal: Logged
) -> None:
    log.logger().info("decided", **DECIDED | members, seen=log.Seen("+15555550123", text))
    [shown] = on_terminal().splitlines()
    assert shown.startswith("TIME +1555…0123: ")
    assert line in shown


def test_other_events_on_a_terminal_are_words_with_numbers_masked(on_terminal: Logged) -> None:
    with log.of_account("clinic"):
        log.logger().warning("will be tried again", id="out-5", because="+15555550123\x1b[2J")
    log.logger().info("rules reloaded", rules=3, errors=())
    log.logger().error("the rules have errors", errors=["a.yaml:1:2: odd", "a.yaml:3:4: odd"])
    logging.getLogger("library").error("odd")
    assert on_terminal().splitlines() == [
        "TIME [clinic] warning: will be tried again "
        "(id out-5, because …23\N{REPLACEMENT CHARACTER}[2J)",
        "TIME rules reloaded (rules 3)",
        "TIME error: the rules have errors (errors a.yaml:1:2: odd; a.yaml:3:4: odd)",
        "TIME error: odd",
    ]


def test_a_fault_on_a_terminal_has_its_traceback(on_terminal: Logged) -> None:
    try:
        raise ValueError("odd")
    except ValueError:
        log.logger().exception("a fault")
    lines = on_terminal().splitlines()
    assert (lines[0], lines[-1]) == ("TIME error: a fault", "ValueError: odd")


def test_elsewhere_no_text_is_ever_in_a_log(logged: Logged) -> None:
    seen = log.Seen("+15555550123", "my secret")
    log.logger().info("decided", **DECIDED, seen=seen)
    log.logger().info(str(seen), about=repr(seen))
    [line, _] = lines(logged)
    assert line.keys() == {"event", "level", "timestamp", *DECIDED}
    assert "secret" not in logged()
    assert "0123" not in logged()
