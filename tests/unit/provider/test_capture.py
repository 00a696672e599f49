"""One file for each shape, whatever happens to the folder, and never a word in a log."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.provider.capture import MOST_FILES, Capture
from bot.provider.redaction import sample
from tests.conftest import Logged
from tests.support import texts_in, until, webhook


def content(body: bytes, event: str = "message-reply", status: int | None = None) -> dict[str, str]:
    """The one file that a body becomes."""
    found = sample(event, body, status)
    assert found is not None
    return {found.name: found.redacted().decode()}


def take(folder: Path, *bodies: bytes) -> None:
    capture = Capture(folder)
    for body in bodies:
        capture.take("message-reply", body)
    capture.close()


def shapes(count: int) -> list[bytes]:
    return [webhook(None, message="hush", **{f"member-{number}": 1}) for number in range(count)]


def test_each_shape_is_kept_once_and_the_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    capture = Capture(folder)
    for number in range(20):
        capture.take("message-reply", webhook(message=f"Ann {number}"))
    capture.take("message-reply", webhook(message=None))
    capture.take("message-send", webhook())
    capture.take("send-answer", b'{"success": true}', 200)
    capture.take("send-answer", b'{"success": true}', 400)
    capture.close()
    assert texts_in(folder) == {
        **content(webhook(message="Ann 0")),
        **content(webhook(message=None)),
        **content(webhook(), "message-send"),
        **content(b'{"success": true}', "send-answer", 200),
        **content(b'{"success": true}', "send-answer", 400),
    }


def test_what_is_no_json_is_left_out(tmp_path: Path, logged: Logged) -> None:
    take(tmp_path, b"", b"fromNumber=1", b"\xff\xfe{}\x00", b"[" * 60_000, webhook())
    assert texts_in(tmp_path) == content(webhook())
    assert logged() == ""


def test_a_file_that_is_there_stays_and_one_that_is_gone_comes_again(tmp_path: Path) -> None:
    [name] = content(webhook())
    (tmp_path / name).write_text("mine")
    take(tmp_path, webhook())
    assert texts_in(tmp_path) == {name: "mine"}
    (tmp_path / name).unlink()
    take(tmp_path, webhook())
    assert texts_in(tmp_path) == content(webhook())


def test_there_are_so_many_files_and_no_more(tmp_path: Path, logged: Logged) -> None:
    (tmp_path / "notes.txt").touch()
    for number in range(MOST_FILES - 2):
        (tmp_path / f"old-{number}.json").touch()
    take(tmp_path, *shapes(5))
    first, second, *_ = shapes(5)
    new = {name: text for name, text in texts_in(tmp_path).items() if text}
    assert new == {**content(first), **content(second)}
    assert logged() == ""


def test_a_folder_that_cannot_be_had_is_told_once_and_without_content(
    tmp_path: Path, logged: Logged
) -> None:
    folder = tmp_path / "away" / "samples"
    capture = Capture(folder)
    for body in shapes(5):
        capture.take("message-reply", body)
    capture.close()
    [line] = logged().splitlines()
    assert {**json.loads(line), "timestamp": ""} == {
        "event": "no samples",
        "because": "No such file or directory",
        "level": "warning",
        "timestamp": "",
    }
    folder.parent.mkdir()
    take(folder, webhook())
    assert texts_in(folder) == content(webhook())


def test_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path, logged: Logged) -> None:
    """The draft of each file is a link to the device that is always full."""
    for body in shapes(3):
        [name] = content(body)
        (tmp_path / name).with_suffix(".tmp").symlink_to("/dev/full")
    take(tmp_path, *shapes(3), webhook())
    assert [path.name for path in tmp_path.iterdir()] == [*content(webhook())]
    assert texts_in(tmp_path) == content(webhook())
    assert [json.loads(line)["because"] for line in logged().splitlines()] == [
        os.strerror(28)  # ENOSPC
    ]


@pytest.mark.anyio
async def test_what_is_done_makes_room_for_more(tmp_path: Path) -> None:
    capture = Capture(tmp_path)
    for body in shapes(70):
        [name] = content(body)
        capture.take("message-reply", body)
        await until((tmp_path / name).exists)
    capture.close()


def test_what_is_taken_while_too_much_waits_is_left_out(tmp_path: Path) -> None:
    """The first draft is a pipe, which holds the thread up until someone reads it."""
    [first] = content(webhook())
    pipe = (tmp_path / first).with_suffix(".tmp")
    os.mkfifo(pipe)
    capture = Capture(tmp_path)
    capture.take("message-reply", webhook())
    for body in shapes(150):
        capture.take("message-reply", body)
    assert pipe.read_bytes() == content(webhook())[first].encode()
    capture.close()
    (tmp_path / first).unlink()
    assert set(texts_in(tmp_path)) == {name for body in shapes(63) for name in content(body)}
    capture.take("message-reply", webhook(more=1))
    assert len(texts_in(tmp_path)) == 63
