"""`combine`: texts that follow each other closely are decided as one.

    combine: {wait: 5s, at_most: 20s}
    rules:
      - hours: "We're open 9-5."

People write "hi", "my order", "48213" in three texts. What follows the text before it within `wait`
belongs to the same burst, until `at_most` after its first; then one decision is made over all of
them, one below the other, and there is one answer, to the last. The others end as `suppressed`,
reason `combined`. The picture of any of them is there (`media`).

Guards see each text at once: STOP acts in the middle of a burst and ends it, and what came before
is decided then. So does what a colleague answers with a code (`bot help people`).

Once in the rule set, beside `rules:`. `at_most` is four times `wait` where it is not given. In a
`*.test.yaml` texts are a burst where an `after:` of at most `wait` stands between them, in
`dry-run --keep-state` where their lines say when they came; `bot chat` waits for the next line.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, NamedTuple

from bot.rules.nodes import Mapping as MappingNode
from bot.rules.problems import Problems

KEYS: Final = ("wait", "at_most")
_LONGEST: Final = 300
"""Seconds that anybody is kept waiting for an answer."""
_TIMES: Final = 4


class Combine(NamedTuple):
    wait: timedelta
    """Between a text and the next one of its burst."""
    at_most: timedelta
    """From the first text of a burst to its end."""


def read_combine(files: Iterable[MappingNode], problems: Problems) -> Combine | None:
    """Of the rule set, where one file may say it; None where none does."""
    named = [node for file in files if (node := file.get("combine")) is not None]
    for node in named[1:]:
        what = f"`combine` occurs twice in the rule set (first in {named[0].place})"
        problems.error(node, "twice", what, "keep one")
    example = "combine: {wait: 5s, at_most: 20s}"
    mapping = problems.mapping(named[0], "combine", example) if named else None
    if mapping is None:
        return None
    problems.known_keys(mapping, KEYS, "key of combine")
    wait, at_most = mapping.get("wait"), mapping.get("at_most")
    if wait is None:
        problems.error(mapping, "missing-key", "combine: needs `wait`", example)
        return None
    seconds = longest = problems.duration(wait, "combine.wait")
    if at_most is not None:
        longest = problems.duration(at_most, "combine.at_most")
    elif seconds is not None:
        longest = min(seconds * _TIMES, max(_LONGEST, seconds))
    if seconds is None or longest is None:
        return None
    if not 0 < seconds <= longest <= _LONGEST:
        what = "combine: `wait` is at least 1s, `at_most` at least `wait` and at most 5m"
        problems.error(mapping, "combine", what, example)
        return None
    return Combine(timedelta(seconds=seconds), timedelta(seconds=longest))
