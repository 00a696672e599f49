"""The rules of a running server: looked at every second, checked, swapped whole.

Looking beats being told: editors replace files, mounted folders are swapped by a link, and a
folder may come from a network disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from bot.authoring.check import odd_at_work
from bot.errors import BotError
from bot.log import logger
from bot.plugins.discovery import load
from bot.rules.files import read_rule_files, rule_paths
from bot.rules.loader import Loaded, SourceFile
from bot.rules.ruleset import Ruleset

_LOOKS_EVERY: Final = 1.0
"""Seconds; a change counts when it is the same at two looks, so that no half-written set loads."""

_MOST_WARNINGS: Final = 3
"""In one line of the log."""

Signature: TypeAlias = tuple[tuple[str, int, int], ...]


class LiveRules:
    """The rule set that decides now; the old one stays while the files have errors."""

    def __init__(self, path: Path, timezone: str) -> None:
        """Raises RuleError, UsageError where the rules cannot be loaded at the start."""
        self._path = path
        self.timezone = timezone
        """Of rules whose file names none."""
        self._included: frozenset[Path] = frozenset()
        self._loaded: Signature = ()
        files = self._read()
        self._seen: Signature = self._loaded
        loaded = load(files, timezone=timezone, lenient=True)
        self.ruleset: Ruleset = loaded.ruleset.ready()
        self.files = files
        """Those of the rule set."""
        self._untold: Loaded | None = loaded
        self.errors: Sequence[str] = ()
        """Why the files as they stand now are not what decides."""

    def current(self) -> Ruleset:
        return self.ruleset

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.to_thread(self.tell)
            await asyncio.sleep(_LOOKS_EVERY)
            await asyncio.to_thread(self.look)

    def look(self) -> bool:
        """Load the files if they have changed and settled; True where the rules were swapped."""
        now = self._signature()
        settled, self._seen = now == self._seen, now
        if not settled or now == self._loaded:
            return False
        try:
            files = self._read()
            loaded = load(files, timezone=self.timezone, lenient=True)
        except BotError as error:
            self.errors = str(error).splitlines()
            logger().error("the rules have errors; the old ones stay", errors=self.errors)
            return False
        self.errors = ()
        self.ruleset = ruleset = loaded.ruleset.ready()
        self.files = files
        logger().info("rules reloaded", rules=len(ruleset.rules), digest=ruleset.digest[:12])
        self._untold = loaded
        return True

    def tell(self) -> None:
        """Log what is odd about the rules that decide, once for each set that was loaded."""
        loaded, self._untold = self._untold, None
        if loaded is None:
            return
        try:
            found = odd_at_work(loaded, datetime.now(UTC))
        except Exception:  # it is about rules that run; they go on, and so does the watch
            logger().exception("the rules could not be looked over")
            return
        if found:
            shown = [str(problem) for problem in found[:_MOST_WARNINGS]]
            said = "the rules have warnings; see bot check"
            logger().warning(said, count=len(found), warnings=shown)

    def _read(self) -> tuple[SourceFile, ...]:
        """The files, with a look at them just before; what they include is looked at too.

        Raises UsageError.
        """
        while True:
            self._loaded = self._signature()
            files = read_rule_files(self._path)
            included = frozenset(path for file in files for path in file.includes)
            if included == self._included:
                return files
            self._included = included

    def _signature(self) -> Signature:
        found = []
        paths = [rule_paths(path) for path in (self._path, *sorted(self._included))]
        for file in dict.fromkeys(path for group in paths for path in group):
            try:
                stat = file.stat()
            except OSError:  # it has just gone; the next look sees the rest
                continue
            found.append((file.as_posix(), stat.st_mtime_ns, stat.st_size))
        return tuple(found)
