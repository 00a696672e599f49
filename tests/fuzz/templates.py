"""Templates: each gives a reply or a ReplyError, neither without bounds."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from random import Random

from bot.errors import ReplyError
from bot.model import CaptureValue
from bot.rules.templates.filters import MOST_CHARACTERS
from bot.rules.templates.template import Template
from bot.rules.templates.values import template_names
from tests.build import context, inbound

_NAMES = "message.text message.sender message.tags tags contact conversation.values n s now".split()
_FILTERS = """
    abs capitalize count default dictsort first float int items join last length list lower max min
    reverse round select selectattr('a') sort sum title trim truncate(9) unique upper wordcount
    join(s) join(message.text) round(99) replace('',s) string date time phone title_name plural
    plural(s,n) default(s*9) map('upper') tojson bounded joined
""".split()
_OPERATORS = (*"+ - * / // % ** ~ == < and or in is".split(), "not in")
_VALUES = ("1", "-1", "999999", "1e308", "''", "'a'", "[]", "[1,2]", "{'a':1}", "(1,)", "none")
_METHODS = (".upper()", ".split()", "['format']", ".__class__", ".items()", "[0]", "[::-1]", ".x")
_WRECKS = ("{{", "}}", "{%", "{#", "{% raw %}", "{% macro f() %}", "{% include s %}")
_TEXTS = ("", "Hours?", "🇩🇪" * 300, "{{ 1 }}", "9" * 5_000, "a b c")


def run(count: int, seed: int) -> Counter[str]:
    """Figures; `tracebacks` and `too long` must be none."""
    random, found = Random(seed), Counter[str](tracebacks=0)  # noqa: S311
    found["too long"] = 0
    for _ in range(count):
        source = _statements(random, 3)
        found["templates"] += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)  # Python's, of `1[2]`
                _render(random, Template(source), found)
        except Exception as error:
            found["tracebacks"] += 1
            print(f"{error!r}\n{source!r}")
    return found


def _render(random: Random, template: Template, found: Counter[str]) -> None:
    if list(template.problems(["n", "s", "x", "y"], set())):
        found["refused"] += 1
        return
    message = inbound(random.choice(_TEXTS), tags={"a": "spring", "items": "x"})
    captures: dict[str, CaptureValue] = {
        "n": random.choice([0, 7, 10**15]),
        "s": "ab" * random.choice([0, 1, 4_000]),
    }
    names = template_names(message, context(contact={"a": "b"}), captures, "UTC", {})
    begin = time.perf_counter()
    try:
        text = template.render({**names, "x": "x", "y": "y"})
        found["rendered"] += 1
        found["too long"] += len(text) > MOST_CHARACTERS
    except ReplyError:
        found["failed"] += 1
    milliseconds = int((time.perf_counter() - begin) * 1_000)
    found["slowest (ms)"] = max(found["slowest (ms)"], milliseconds)


def _statements(random: Random, depth: int) -> str:
    return "".join(_statement(random, depth) for _ in range(random.choice([1, 1, 2, 4])))


def _statement(random: Random, depth: int) -> str:
    value = _expression(random, 3)
    inner = _statements(random, depth - 1) if depth else "a"
    return random.choice(
        [
            f"{{{{ {value} }}}}",
            f"text {value}",
            f"{{% set x = {value} %}}",
            f"{{% set y %}}{inner}{{{{ y }}}}{{% endset %}}",
            f"{{% if {value} %}}{inner}{{% else %}}b{{% endif %}}",
            f"{{% for x in {value} %}}{inner}{{% endfor %}}",
            f"{{% for x in range(99) %}}{{% set y = y ~ y %}}{inner}{{{{ y }}}}{{% endfor %}}",
            random.choice(
                ["{{", "}}", "{%", "{#", "{% raw %}", "{% macro f() %}", "{% include s %}"]
            ),
        ]
    )


def _expression(random: Random, depth: int) -> str:
    if not depth or random.random() < 0.2:
        return random.choice([*_NAMES, *_VALUES, "x", "y"])
    left, right = (_expression(random, depth - 1) for _ in range(2))
    return random.choice(
        [
            f"({left} {random.choice(_OPERATORS)} {right})",
            f"({left} | {random.choice(_FILTERS)})",
            f"{left}{random.choice(_METHODS)}",
            f"range({left}, {right})",
            f"[{left}, {right}]",
            f"{left}[{right}]",
            f"({left} if {right} else {left})",
        ]
    )
