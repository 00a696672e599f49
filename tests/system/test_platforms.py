"""What only some machines have is not needed: each module is imported, and commands run, without.

A finder that hides them stands for Windows, on which no test of ours has run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.integration.cli.test_cli import clean_environment
from tests.support import ROOT

HIDDEN = ("fcntl", "grp", "pwd", "readline", "resource", "syslog", "termios", "tty", "uvloop")
BEGIN = f"""
import sys
from importlib.abc import MetaPathFinder

class Hides(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {HIDDEN!r} and not is_locking():
            raise ModuleNotFoundError("hidden: " + name, name=name)
        return None

def is_locking():  # filelock has another way for each system, and only one can be tried here
    frame = sys._getframe(2)
    while "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    return "/filelock/" in frame.f_code.co_filename

for name in {HIDDEN!r}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Hides())

import asyncio, os, signal
for home, missing in (
    (signal, ("SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL", "SIGALRM", "SIGCHLD", "pthread_sigmask")),
    (os, ("fork", "getuid", "geteuid", "getgid", "fchmod", "chown", "statvfs",
          "sched_yield", "O_NOFOLLOW", "O_DIRECTORY", "nice", "getloadavg", "killpg", "mkfifo")),
):
    for name in missing:
        if hasattr(home, name):
            delattr(home, name)

def refuses(*_):
    raise NotImplementedError

asyncio.SelectorEventLoop.add_signal_handler = refuses
"""
IMPORT_ALL = """
import importlib, pkgutil, warnings, bot
warnings.simplefilter("ignore", DeprecationWarning)  # old paths of plug-ins
found = [one.name for one in pkgutil.walk_packages(bot.__path__, "bot.")]
for name in found:
    if name != "bot.__main__" and ".migrations." not in name:
        importlib.import_module(name)
print(len(found))
"""
RUN = "from bot.cli.main import main; sys.exit(main(sys.argv[1:]))"


def without(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", BEGIN + code, *arguments],
        cwd=folder,
        env=clean_environment() | {"PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        input="Hours?\n",
    )


def test_each_module_is_imported(tmp_path: Path) -> None:
    ran = without(tmp_path, IMPORT_ALL)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert int(ran.stdout) > 100


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_hidden(name: str, tmp_path: Path) -> None:
    assert f"hidden: {name}" in without(tmp_path, f"import {name}").stderr


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("check", "0 errors, 0 warnings"),
        ("test rules", " passed, 0 failed"),
        ("fmt --check", "0 would change"),
        ("dry-run Hours? -v", "replied by"),
        ("why hours Hours?", "hours"),
        ("chat", "replied by"),
        ("init new", "bot chat --rules new"),
        ("opt-outs add +15555550123 --by Kim", "+15555550123"),
        ("demo Hours? STOP", "suppressed by $opt-out"),
    ],
)
def test_commands_run(command: str, says: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    ran = without(tmp_path, RUN, *command.split())
    told = ran.stderr.partition(":")[0]
    assert (ran.returncode, told) == (0, "look at it again" if "demo" in command else "")
    assert says in ran.stdout


def test_the_server_starts_and_stops(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    environ = clean_environment() | {"MTA_WEBHOOK_SECRET": "secret"}
    command = [sys.executable, "-c", BEGIN + RUN, "serve", "--port", "0", "--dry-run"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environ, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        assert server.stderr.readline().startswith("bot serves on http://127.0.0.1:")
        server.terminate()
        assert server.wait(timeout=30) == 0


def test_what_is_not_for_every_machine_has_a_marker() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [uvloop] = [one for one in project["dependencies"] if one.startswith("uvloop")]
    assert re.search("sys_platform != 'win32'", uvloop)
