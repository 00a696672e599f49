"""A private PostgreSQL cluster in a temporary folder; it listens on a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

PACKAGES: Final = Path("/usr/lib/postgresql")
OWNERS: Final = ("postgres", "nobody")
"""Who runs it when we are root, which PostgreSQL refuses."""
MISSING: Final = "PostgreSQL is not tested: install Debian's package `postgresql`"


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl` of the newest version, if it is installed."""
    found = sorted(PACKAGES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def cluster(*settings: str) -> Iterator[Server]:
    """Running; `settings` are lines of postgresql.conf."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        server = Server(folder, settings)
        server.start()
        try:
            yield server
        finally:
            server.stop("fast")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """Can be ended and started again, as a server that fails is."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = ()) -> None:
        found = programs()
        assert found is not None, MISSING
        self._programs = found
        self._folder = folder
        self._data = folder / "data"
        if self._owner is not None:
            shutil.chown(folder, self._owner)
        data = ("-D", str(self._data))
        self._run("initdb", *data, "-U", "bot", "-A", "trust", "-E", "UTF8", "--no-sync")
        lines = ("listen_addresses = ''", f"unix_socket_directories = '{folder}'", *settings)
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def url(self, database: str) -> str:
        return f"postgresql://bot@/{database}?host={quote(str(self._folder))}"

    def create(self, database: str, like: str = "template1") -> None:
        self._order(f'CREATE DATABASE "{database}" TEMPLATE "{like}"')

    def drop(self, database: str) -> None:
        self._order(f'DROP DATABASE "{database}" WITH (FORCE)')

    def start(self) -> None:
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-w", "start")

    def stop(self, mode: str) -> None:
        """`fast` as an operator does it; `immediate` as a crash does."""
        self._run("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """None of its processes does anything, as on a machine that hangs."""
        mother = int((self._data / "postmaster.pid").read_text().split()[0])
        os.kill(mother, signal.SIGSTOP)  # it makes no more
        children = Path(f"/proc/{mother}/task/{mother}/children").read_text()
        family = [mother, *map(int, children.split())]
        for process in family:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in family:
                os.kill(process, signal.SIGCONT)

    def _order(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @property
    def _owner(self) -> str | None:
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(name for name in OWNERS if name in known)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            user=self._owner,
            cwd="/",
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
