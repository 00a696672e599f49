"""Rule files: they load, or all that is wrong with them is said; what loads can decide."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random

from bot.engine.decide import decide
from bot.errors import RuleError
from bot.rules.loader import SourceFile, load
from tests.build import FILE, context, inbound
from tests.fuzz.damage import damaged
from tests.support import ROOT

_TEXTS = ("", "STOP", "Hours?", "order #48213", "yes", "Friday at 5pm", "👍", "a" * 500)
TOKENS = (
    *("\n", "\n  ", "- ", ": ", "{", "}", "[", "]", "'", '"', "#", "&a ", "*a", "!!python/x ", "|"),
    *(
        "null",
        "yes",
        "{{ x }}",
        "{% for a in b %}",
        "(?P<n>",
        "\\d+",
        "(a+)+$",
        "1h",
        "-1",
        "9" * 30,
    ),
    *(
        "always",
        "not",
        "keywords",
        "regex",
        "reply",
        "when",
        "\t",
        "\0",
        "\ud800",
        "%YAML 9\n",
        "<<:",
    ),
)


def run(count: int, seed: int) -> Counter[str]:
    """Figures; `tracebacks` must be none."""
    random, found = Random(seed), Counter[str](tracebacks=0)  # noqa: S311
    for _ in range(count):
        text = damaged(random, random.choice(pieces()), TOKENS)
        found["files"] += 1
        try:
            rules = load([SourceFile(FILE, text)]).ruleset
            for said in _TEXTS:
                decide(inbound(said), context(), rules)
            found["loaded"] += 1
        except RuleError as error:
            found["refused"] += 1
            found["tracebacks"] += not error.problems
        except Exception as error:
            found["tracebacks"] += 1
            print(f"{error!r}\n{text!r}")
    return found


@cache
def pieces() -> tuple[str, ...]:
    """Whole files of ours, and ever smaller parts of them, which load faster."""
    found = []
    for folder in ("rules", "examples"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            if not path.name.endswith(".test.yaml"):
                text = path.read_text(encoding="utf-8")
                found += [text, *_parts(text)]
    return tuple(found)


def _parts(text: str) -> list[str]:
    """Each of its rules alone."""
    _, rules, rest = text.partition("\nrules:\n")
    parts = rest.split("\n  - ") if rules else []
    return [f"rules:\n  - {part.removeprefix('  - ')}\n" for part in parts]
