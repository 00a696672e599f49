"""A private PostgreSQL cluster in a temporary folder; it listens on a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg

PACKAGES: Final = Path("/usr/lib/postgresql")
OWNERS: Final = ("postgres", "nobody")
"""Who runs it when we are root, which PostgreSQL refuses."""
MISSING: Final = "PostgreSQL is not tested: install Debian's package `postgresql`"
NO_POOLER: Final = "PgBouncer is not tested: install Debian's package `pgbouncer`"
_NOWHERE: Final[dict[str, Any]] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.DEVNULL,
    "stderr": subprocess.DEVNULL,
}


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


@contextmanager
def standby_of(primary: Server) -> Iterator[Server]:
    """Running; it repeats what the other one commits, until it is promoted."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        server = Server(folder, copy_of=primary)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """Can be ended and started again, as a server that fails is."""

    def __init__(
        self, folder: Path, settings: tuple[str, ...] = (), copy_of: Server | None = None
    ) -> None:
        found = programs()
        assert found is not None, MISSING
        self._programs = found
        self.folder = folder
        """Where its socket is."""
        self._data = folder / "data"
        if (owner := _owner()) is not None:
            shutil.chown(folder, owner)
        data = ("-D", str(self._data))
        if copy_of is None:
            self._run("initdb", *data, "-U", "bot", "-A", "trust", "-E", "UTF8", "--no-sync")
        else:
            at = ("-h", str(copy_of.folder), "-U", "bot", "-c", "fast", "--no-sync")
            self._run("pg_basebackup", *data, *at, "--write-recovery-conf")
        lines = ("listen_addresses = ''", f"unix_socket_directories = '{folder}'", *settings)
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def url(self, database: str) -> str:
        return f"postgresql://bot@/{database}?host={quote(str(self.folder))}"

    @property
    def socket(self) -> str:
        return str(self.folder / ".s.PGSQL.5432")

    def create(self, database: str, like: str = "template1") -> None:
        self._order(f'CREATE DATABASE "{database}" TEMPLATE "{like}"')

    def drop(self, database: str) -> None:
        self._order(f'DROP DATABASE "{database}" WITH (FORCE)')

    def start(self) -> None:
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-w", "start")

    def stop(self, mode: str) -> None:
        """`fast` as an operator does it; `immediate` as a crash does."""
        self._run("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """None of its processes does anything, as on a machine that hangs."""
        os.kill(self._mother, signal.SIGSTOP)  # it makes no more
        family = self.family()
        for process in family:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in family:
                os.kill(process, signal.SIGCONT)

    def family(self) -> list[int]:
        """Its processes."""
        children = Path(f"/proc/{self._mother}/task/{self._mother}/children").read_text()
        return [self._mother, *map(int, children.split())]

    @property
    def _mother(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def promote(self) -> None:
        """The standby becomes a server that can be written to."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "promote")

    def become_standby_of(self, primary: Server) -> None:
        """From its next start on; it must have been stopped before the other was promoted."""
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(f"primary_conninfo = 'host={primary.folder} user=bot'\n")
        (self._data / "standby.signal").touch()

    def make_read_only(self) -> None:
        """As a primary that gives its place to another: who is connected stays so."""
        self._order("ALTER SYSTEM SET default_transaction_read_only = on")
        self._order("SELECT pg_reload_conf()")

    def ask(self, query: str) -> Any:
        """One value, from the database `postgres`."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
            return row[0] if row is not None else None

    def _order(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            user=_owner(),
            cwd="/",
            check=True,
            **_NOWHERE,
        )


def _owner() -> str | None:
    """Who is to run it: None is whoever we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in OWNERS if name in known)


@contextmanager
def pooler(server: Server, *settings: str) -> Iterator[Pooler]:
    """A running PgBouncer in transaction mode; `settings` are lines of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
    try:
        found = Pooler(folder, server, settings)
        found.start()
        try:
            yield found
        finally:
            found.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Pooler:
    """PgBouncer; fewer connections to the server than it has clients, so that they are shared."""

    def __init__(self, folder: Path, server: Server, settings: tuple[str, ...]) -> None:
        found = pgbouncer()
        assert found is not None, NO_POOLER
        self.folder = folder
        self._command = [found, "-q", str(folder / "pgbouncer.ini")]
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "users").write_text('"bot" ""\n')
        lines = (
            "[databases]",
            f"* = host={server.folder}",
            "[pgbouncer]",
            "pool_mode = transaction",
            "default_pool_size = 4",
            "listen_port = 5432",
            f"unix_socket_dir = {folder}",
            "auth_type = trust",
            f"auth_file = {folder / 'users'}",
            f"logfile = {folder / 'log'}",
            *settings,
        )
        (folder / "pgbouncer.ini").write_text("".join(f"{line}\n" for line in lines))
        if (owner := _owner()) is not None:
            shutil.chown(folder, owner)

    def url(self, database: str) -> str:
        return f"postgresql://bot@/{database}?host={quote(str(self.folder))}"

    @property
    def socket(self) -> str:
        return str(self.folder / ".s.PGSQL.5432")

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, user=_owner(), cwd="/", **_NOWHERE)
        while True:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres")):
                return
            assert self._process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        Path(self.socket).unlink(missing_ok=True)


def pgbouncer() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


def switch_over(old: Server, new: Server) -> None:
    """The old primary becomes read-only, and when the standby has all of it, that is the primary.

    The old one goes on answering, to whoever is connected and to whoever comes.
    """
    old.make_read_only()
    time.sleep(0.5)  # until each of its processes has heard of it
    writing = (
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        " AND pid <> pg_backend_pid() AND xact_start < pg_conf_load_time() + interval '0.5s'"
    )
    while old.ask(writing):  # one that had begun may write still
        time.sleep(0.01)
    at = old.ask("SELECT pg_current_wal_flush_lsn()")
    while not new.ask(f"SELECT pg_last_wal_replay_lsn() >= '{at}'"):
        time.sleep(0.01)
    new.promote()
