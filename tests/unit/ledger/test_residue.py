"""What a file of SQLite still holds of rows that are gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger import residue

PAGE = 4_096
LONG = "Marzipan " * 2_000
LONGER = "UPDATE t SET text = replace(hex(zeroblob(900)), '0', text)"
TEXTS = [f"Marzipan number {number}" for number in range(21)]


def written(path: Path, texts: Sequence[str], *statements: str, secure: bool) -> bytes:
    """All that stands where no row is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in (
            f"PRAGMA page_size={PAGE}",
            f"PRAGMA secure_delete={'ON' if secure else 'OFF'}",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)",
            "CREATE INDEX i ON t (text)",
        ):
            database.execute(statement)
        database.executemany("INSERT INTO t VALUES (?, ?)", enumerate(texts))
        for statement in statements:
            database.execute(statement)
    with path.open("rb") as file:
        return b"\0".join(residue.residue(file, PAGE))


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(["DELETE FROM t WHERE id = 7"], id="a block among rows"),
        pytest.param(["DELETE FROM t WHERE id = 20"], id="the last, in the gap"),
        pytest.param(["DELETE FROM t WHERE id > 2"], id="all but a few"),
        pytest.param(["DROP TABLE t"], id="pages that are free"),
        pytest.param(
            ["UPDATE t SET text = replace(hex(zeroblob(9000)), '0', text)", "DELETE FROM t"],
            id="long rows",
        ),
        pytest.param(["UPDATE t SET text = 'Nougat'"], id="changed"),
    ],
)
def test_what_was_deleted_is_found_unless_it_is_overwritten(
    statements: list[str], tmp_path: Path
) -> None:
    files = {secure: tmp_path / str(secure) for secure in (False, True)}
    found = [written(path, TEXTS, *statements, secure=on) for on, path in files.items()]
    assert [b"Marzipan" in left for left in found] == [True, False]


def test_rows_that_are_there_are_none(tmp_path: Path) -> None:
    assert b"Marzipan" not in written(tmp_path / "db", TEXTS, secure=False)
    with (tmp_path / "db").open("rb") as file:
        assert not residue.holds(file, PAGE, [b"Marzipan"])
        assert b"Marzipan" in (tmp_path / "db").read_bytes()


@pytest.mark.parametrize(("word", "expected"), [(b"Marzipan number 3", True), (b"Nougat", False)])
def test_a_word_is_found_in_many_pages(word: bytes, expected: bool, tmp_path: Path) -> None:
    texts = [f"Marzipan number {number}, {LONG}" for number in range(200)]
    written(tmp_path / "db", texts, "DELETE FROM t WHERE id > 1", secure=False)
    with (tmp_path / "db").open("rb") as file:
        assert residue.holds(file, PAGE, [word]) is expected


@pytest.mark.parametrize("content", [b"", b"x" * 50, b"\x05" * 9_000, b"\xff" * 9_000])
def test_whatever_stands_in_it(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "db").write_bytes(content)
    with (tmp_path / "db").open("rb") as file:
        assert residue.holds(file, PAGE, [b"Marzipan"]) is False
