"""Templates that print names alone: read as Jinja reads them, which a comment makes sure of."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import nodes

from bot.authoring.lint import replies
from bot.rules.templates.simple import literal, printed
from bot.rules.templates.template import Template

CAPTURES = ("order", "x", "if")
VARIABLES = {"phone"}
STEMS = ("order", "x", "if", "true", "self", "range", "vars", "message", "tags", "contact", "now")
MORE = ("conversation", "calendars", "unknown", "Ünder", "_order", "or")
MEMBERS = ("", ".phone", ".text", ".next", ".if", ".items", ".state", ".values", ".x.y", "['x']")
OPENED, CLOSED = ("{{ ", "{{", "{{  ", "{{-", "{"), (" }}", "}}", " -}}", "}", "|upper }}")
PRINTED = st.builds(
    "{}{}{}{}".format,
    *map(st.sampled_from, (OPENED, STEMS + MORE, MEMBERS, CLOSED)),
)
TEMPLATES = st.lists(st.one_of(PRINTED, st.sampled_from(("Hi ", "\n", "{", "}", "%}", "{#", "é"))))
BY_JINJA = "{##}"


@given(TEMPLATES.map("".join))
@example("{{ calendars.open }}{{ order }}")
@example("{{ message.txt }}")
@example("{{ range }} {{ now.x }} {{ tags.items }}")
def test_it_has_the_problems_and_needs_and_says_what_jinja_finds(source: str) -> None:
    names = printed(source)
    if names is None:
        return
    quick, slow = Template(source), Template(source + BY_JINJA)
    assert printed(slow.source) is None
    found = [list(one.problems(CAPTURES, VARIABLES)) for one in (quick, slow)]
    assert (found[0], quick.needs) == (found[1], slow.needs)
    tree = replies.parsed(slow.source)
    assert {name for name, _ in names} == {name.name for name in tree.find_all(nodes.Name)}
    assert literal(source) == "".join(data.data for data in tree.find_all(nodes.TemplateData))


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("hello", []),
        ("{{order}} {{ vars.phone }}", [("order", ""), ("vars", "phone")]),
        ("{{ order }}}", None),
        ("{{ order }} {% if x %}{% endif %}", None),
        ("{{ order.x.y }}", None),
        *((f"{{{{ {name} }}}}", None) for name in ("true", "if", "or", "self", "Ünder")),
    ],
)
def test_what_does_more_is_not_simple(source: str, names: list[tuple[str, str]] | None) -> None:
    assert printed(source) == names
