"""Logs: one event a line for machines, and no phone number in them."""

from __future__ import annotations

import contextlib
import io
import json
import logging
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
def test_a_log_on_a_full_disk_stops_nothing() -> None:
    went_on = False
    with contextlib.suppress(OSError), Path("/dev/full").open("w", buffering=1) as full:
        with contextlib.redirect_stderr(full):
            log.configure()
        log.logger().info("lost")
        logging.getLogger("library").warning("lost")
        went_on = True  # closing the file may fail again
    assert went_on


@pytest.mark.usefixtures("logged")
def test_quiet_leaves_only_errors() -> None:
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr):
        log.configure(quiet=True)
    log.logger().warning("not shown")
    log.logger().error("shown")
    logging.getLogger("library").warning("not shown")
    assert [line["event"] for line in lines(stderr.getvalue)] == ["shown"]
