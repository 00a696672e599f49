from __future__ import annotations

import contextlib
import time
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ReplyError
from bot.rules.templates.filters import MOST_CHARACTERS, MOST_ITEMS, MOST_TURNS
from bot.rules.templates.template import Template
from tests.build import NOW

NAMES: dict[str, object] = {
    "message": {"text": "x" * 1_000, "tags": {}, "received_at": NOW},
    "tags": {
        "items": "I",
        "get": "G",
        "evil": "{{ 7*7 }}{% raw %}",
        "format": "{0.__class__}",
        "percent": "%s%n",
        "html": "<b>&",
        "n": "3",
    },
    "contact": {"first_name": "anna"},
    "conversation": {"state": "", "values": {"size": "XL", "values": "V"}, "count": 2},
    "vars": {"open_hours": "9-5", "days": ["Mon", "Tue"]},
    "now": NOW,
    "order_id": "48213",
    "count": 3,
    "phone": "+15555550123",
}


def render(source: str) -> str:
    return Template(source).render(NAMES)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("We're open 9-5.", "We're open 9-5."),
        ("  spaces \n", "spaces"),
        ("", ""),
        ("{{ order_id }}", "48213"),
        (" {{ '  ' }} ", ""),
        ("{# no #}yes", "yes"),
        ("{{ tags.n }}-{{ tags['n'] }}-{{ tags.get }}", "3-3-G"),
        ("{{ tags.items }}", "I"),
        ("{{ tags['items'] }}", "I"),
        ("{{ contact.items() | length }}", "1"),
        ("{{ contact.get('x', 'y') }}", "y"),
        ("{{ conversation.values.size }}", "XL"),
        ("{{ conversation.values['values'] }}", "V"),
        ("{{ contact.last_name | default('there') }}", "there"),
        ("{{ contact.first_name | d('there') }}", "anna"),
        ("{% if tags.n %}a{% elif order_id %}b{% else %}c{% endif %}", "a"),
        ("{% for d in vars.days %}{{ loop.index }}{{ d }} {% endfor %}", "1Mon 2Tue"),
        ("{% for d in vars.days %}{{ loop.length }}{% endfor %}", "22"),
        ("{% for a, b in [(1, 'x'), (2, 'y')] %}{{ a }}{{ b }}{% endfor %}", "1x2y"),
        ("{% set a, b = 1, [2, 3] %}{{ a }}{{ b | join }}", "123"),
        ("{{ {'a': 'A'}[tags.get | lower | replace('g', 'a')] }}", "A"),
        ("{{ order_id in ('48213', '7') and {'a': 1} == {'a': 1} }}", "True"),
        ("{% for d in [] %}x{% else %}none{% endfor %}", "none"),
        ("{% for k, v in contact.items() %}{{ k }}={{ v }}{% endfor %}", "first_name=anna"),
        ("{% set x = order_id %}{{ x }}", "48213"),
        ("{% set x %}a{{ order_id }}{% endset %}{{ x }}", "a48213"),
        ("{% set x | upper %}a{% endset %}{{ x }}", "A"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{{ 'a' ~ 1 ~ none }}", "a1None"),
        ("{{ 'a' + 'b' }}", "ab"),
        ("{{ 1 + 2 * 3 ** 2 % 5 }}", "4"),
        ("{{ 1.5 | round }} {{ 1.25 | round(1, 'floor') }}", "2.0 1.2"),
        ("{{ vars.days | join(', ') }}", "Mon, Tue"),
        ("{{ [{'n': 1}, {'n': 2}] | join('-', attribute='n') }}", "1-2"),
        ("{{ range(3) | list }}", "[0, 1, 2]"),
        ("{{ 'a-b' | replace('-', '+') | upper }}", "A+B"),
        ("{{ 'a b'.split() | first }} {{ 'A'.lower() }}", "a a"),
        ("{{ now.year }}", "2026"),
        # what comes from outside is a value, never source
        ("{{ tags.evil }}", "{{ 7*7 }}{% raw %}"),
        ("{{ tags.format }} {{ tags.percent }} {{ tags.html }}", "{0.__class__} %s%n <b>&"),
        # filters of our own
        ("{{ now | date }}", "Jan 15, 2026"),
        ("{{ '2026-07-04' | date('%m/%d') }}", "07/04"),
        ("{{ now | time }}", "5:04 PM"),
        ("{{ '09:30' | time }}", "9:30 AM"),
        ("{{ '2026-07-04T21:05:00' | time('%H:%M') }}", "21:05"),
        ("{{ '2026-07-04T21:05:00' | date }}", "Jul 4, 2026"),
        (
            "{{ 'soon' | date }} {{ 'soon' | time }} {{ '2026-02-30' | date }}",
            "soon soon 2026-02-30",
        ),
        ("{{ phone | phone }}", "(555) 555-0123"),
        ("{{ 'ANNA mcdonald-o’neil' | title_name }}", "Anna McDonald-O’Neil"),
        ("{{ '  anna  ' | title_name }}", "Anna"),
        ("{{ '' | title_name }}", ""),
        ("{{ count }} day{{ count | plural }}", "3 days"),
        ("{{ '1' }} {{ '1' | plural('child', 'children') }}", "1 child"),
        ("some day{{ 'x' | plural }}", "some days"),
        (
            "{{ 1234.5 | money }} {{ '$' ~ 5 | money }} {{ -2 | money('$') }}",
            "1,234.50 $5.00 -$2.00",
        ),
        (
            "{{ '1,234.5' | money('€') }} {{ 2.675 | money }} {{ 'a lot' | money }}",
            "€1,234.50 2.68 a lot",
        ),
        ("{{ '999999999999999999' | money }} {{ 'nan' | money }}", "999999999999999999 nan"),
        ("{{ 0.125 | money }} {{ -0.001 | money }}", "0.13 0.00"),
        ("{{ 'STOP' | phone }}", "STOP"),
    ],
)
def test_a_template_gives_its_text(source: str, text: str) -> None:
    assert render(source) == text
    assert list(Template(source).problems(NAMES, {"open_hours", "days"})) == []


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ tags.missing }}", "`tags.missing` has no value"),
        ("{{ nobody }}", "`nobody` has no value"),
        ("{{ 1 / 0 }}", "it divides by zero"),
        ("{{ 'x' | int(base=99) + 'x' }}", "`+` needs two numbers of a usual size"),
        ("{{ 5 | date }}", "AttributeError"),
        ("{{ tags.items() }}", "TypeError"),
        # nothing but values is in reach
        ("{{ ''.__class__ }}", "SecurityError"),
        ("{{ ''['__class__'] }}", "SecurityError"),
        ("{{ tags.__class__ }}", "SecurityError"),
        ("{{ tags.update({}) }}", "SecurityError"),
        ("{{ [].append(1) }}", "SecurityError"),
        ("{{ now.strftime('%Y') }}", "SecurityError"),
        ("{{ 'x'.format(1) }}", "SecurityError"),
        ("{{ '{0.year}'['format'](now) }}", "SecurityError"),
        ("{{ tags.format['format'](now) }}", "SecurityError"),
        ("{{ 'x'.center(10) }}", "SecurityError"),
        ("{{ 'x'['encode']() }}", "SecurityError"),
        ("{{ range.__self__ }}", "UndefinedError"),
        ("{{ loop.cycle }}", "`loop` has no value"),
        ("{% for x in [1] %}{{ loop.cycle(1) }}{% endfor %}", "SecurityError"),
        # and nothing runs away
        ("{{ 'x' * 9 }}", "`*` needs two numbers of a usual size"),
        ("{{ [1] * 9 }}", "`*` needs two numbers of a usual size"),
        ("{{ 9 ** 99 }}", "`**` needs two numbers of a usual size"),
        ("{{ '%9d' % 5 }}", "`%` needs two numbers of a usual size"),
        ("{{ range(1001) }}", "range: more than 1,000 numbers"),
        ("{% for a in range(40) %}{% for b in range(40) %}{% endfor %}{% endfor %}", "loops turn"),
        ("{% for a in message.text ~ 'x' %}{% endfor %}", "the loops turn more than 1,000 times"),
        ("{% for a in range(11) %}{{ message.text }}{% endfor %}", "longer than 10,000 characters"),
        ("{{ range(1000) | join(message.text) }}", "join: makes a text of more than 100,000"),
        ("{{ [message.text] * 2 }}", "`*` needs"),
        ("{{ message.text | replace('x', message.text) }}", "replace: makes a text of more than"),
        ("{{ message.text | replace('', message.text) }}", "replace: makes a text of more than"),
        ("{{ 5 | round(-999999999) }}", "round: to 16 digits at most"),
        ("{{ 1.5 | round(999999999, 'ceil') }}", "round: to 16 digits at most"),
        (
            "{% set a %}{% for i in range(900) %}{{ message.text }}{% endfor %}{% endset %}",
            "an expression makes a text of more than 100,000 characters",
        ),
        ("{{ message.text" + " ~ message.text" * 101 + " }}", "more than 100,000 characters"),
        ("{% set a = ['x'] %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}", "more than 1,000 items"),
        ("{% set a = ('x',) %}" + "{% set a = (a, a) %}" * 40 + "{{ a | join }}", "1,000 items"),
        ("{% set a = {} %}" + "{% set a = {1: a, 2: a} %}" * 40 + "{{ a == a }}", "1,000 items"),
        ("{% set a = ['x'] %}" + "{% set a = [a, a] | sum(start=[]) %}" * 40, "1,000 items"),
        ("{% set a = [" + "message.text, " * 101 + "] %}", "more than 1,000 items or 100,000 char"),
        ("{% set a = 'x' %}" + "{% set a = a | list | string %}" * 20, "100,000 characters"),
        ("{% set x %}" * 99, "TemplateSyntaxError"),
        ("{{ 1" + " + 1" * 3_000 + " }}", "RecursionError"),
    ],
)
def test_a_template_that_fails_says_why_and_soon(source: str, reason: str) -> None:
    began = time.monotonic()
    with pytest.raises(ReplyError) as raised:
        render(source)
    assert reason in str(raised.value)
    assert len(str(raised.value)) <= 200
    assert time.monotonic() - began < 5


def test_the_limits_are_reached_and_not_passed() -> None:
    assert render(f"{{% for a in range({MOST_TURNS}) %}}.{{% endfor %}}") == "." * MOST_TURNS
    ten = "{% for a in range(10) %}{{ message.text }}{% endfor %}"
    assert len(render(ten)) == MOST_CHARACTERS
    full = f"{{% set a = [{'1, ' * MOST_ITEMS}] %}}{{{{ a | length }}}}"
    assert render(full) == f"{MOST_ITEMS}"


def place(source: str, offset: int) -> str:
    return f"{source.count(chr(10), 0, offset) + 1}:{offset - source.rfind(chr(10), 0, offset)}"


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        ("{{ order }}", ["1:4: nothing provides the name `order` (did you mean `order_id`?)"]),
        (
            "\n\n{{ mesage.text }}",
            ["3:4: nothing provides the name `mesage` (did you mean `message`?)"],
        ),
        ("{{ message.txt }}", ["1:12: there is no `message.txt` (did you mean `text`?)"]),
        ("{{ vars.hours }}", ["1:9: there is no `vars.hours` (did you mean `open_hours`?)"]),
        ("{{ tags.anything }}{{ conversation.anything }}{{ contact.anything }}", []),
        (
            "{{ a }}\n{{ b }}",
            ["1:4: nothing provides the name `a`", "2:4: nothing provides the name `b`"],
        ),
        ("{{ a | default('x') }}", ["1:4: nothing provides the name `a`"]),
        ("{{ loop.index }}", ["1:4: nothing provides the name `loop`"]),
        ("{{ self }}", ["1:4: nothing provides the name `self`"]),
        ("{{ _turns }}", ["1:4: nothing provides the name `_turns`"]),
        ("{{ lipsum() }}", ["1:4: nothing provides the name `lipsum`"]),
        ("{{ namespace() }}", ["1:4: nothing provides the name `namespace`"]),
        ("{% set ns.x = 1 %}", ["1:8: nothing provides the name `ns`"]),
        ("{{ 'a' | uper }}", ["1:10: no filter `uper` (did you mean `upper`?)"]),
        ("{{ tags | attr('x') }}", ["1:11: no filter `attr`"]),
        ("{{ 'a' | safe }}", ["1:10: no filter `safe`"]),
        ("{{ 1 is evn }}", ["1:9: no test `evn` (did you mean `even`?)"]),
        ("{% include 'x' %}", ["1:1: `include` is not allowed (use if, for and set)"]),
        ("{% import 'x' as y %}", ["1:1: `import` is not allowed"]),
        ("{% from 'x' import y %}", ["1:1: `from` is not allowed"]),
        ("{% macro x() %}{% endmacro %}", ["1:1: `macro` is not allowed"]),
        ("{% filter upper %}{% endfilter %}", ["1:1: `filter` is not allowed"]),
        ("{% block x %}{% endblock %}", ["1:1: `block` is not allowed"]),
        ("{% extends 'x' %}", ["1:1: `extends` is not allowed"]),
        ("{% with x=1 %}{% endwith %}", ["1:1: `with` is not allowed"]),
        (
            "{% autoescape true %}{% endautoescape %}",
            ["1:1: `scope`", "1:1: `scopedevalcontextmodifier`"],
        ),
        ("{% for a in tags recursive %}{% endfor %}", ["1:1: `recursive` loops are not allowed"]),
        ("{% do x %}", ["1:1: there is no `{% do %}` (write {% set … %})"]),
        ("{% if %}", ["1:1: `if` needs a condition ({% if tags.vip == 'yes' %})"]),
        (
            "a\n{{ 'b }}",
            ["2:4: the quote ' that opens here is never closed"],
        ),
        (
            "{{ a",
            ["1:1: the `{{` that opens here is never closed (write `}}` where it ends: {{ a }})"],
        ),
        (
            "{# x",
            ["1:1: the comment `{#` that begins here has no end"],
        ),
        ("{{ " + "9" * 5_000 + " }}", ["1:1: a number of too many digits (make it shorter)"]),
        (
            "{{ 1 if [][none] else 2 }}",
            ["1:1: it fails for every message: list object has no element None"],
        ),
        ("{{ 1" + " + 1" * 3_000 + " }}", ["1:1: nested too deep (make it flatter)"]),
        ("{{ 1" + " | abs" * 3_000 + " }}", ["1:1: nested too deep (make it flatter)"]),
        (
            "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
            ["1:1: nested too deep (make it flatter)"],
        ),
        (
            "{{ x }",
            ["1:1: the `{{` that opens here is closed by one brace alone (write `}}`: {{ x }})"],
        ),
        (
            "{{ x is y. {% if order_id %}b",
            ["1:1: the `{{` that opens here is not closed before the next `{%`"],
        ),
        (
            "{% if order_id %}a",
            ["1:1: the `{% if … %}` that begins here has no end (write {% endif %} where it ends)"],
        ),
        (
            "{% endif %}",
            ["1:1: `{% endif %}` stands here without `{% if … %}` before it"],
        ),
        ("{% else if order_id %}", ["1:1: there is no `{% else if %}` (write {% elif … %})"]),
        ("{% if order_id = 1 %}a{% endif %}", ["1:16: `=` does not fit here (to compare is `==`)"]),
        (
            "{{ order_id y }}",
            ["1:13: `y` does not fit here"],
        ),
        ("{{ }}", ["1:1: nothing stands between the braces ({{ contact.first_name }})"]),
        (
            "{{ order_id | }}",
            ["1:13: `|` does not fit here (the name of a filter is missing behind `|`)"],
        ),
        (
            "{{ order_id | default('a }}",
            ["1:23: the quote ' that opens here is never closed"],
        ),
        ("{{ order_id && b }}", ["1:13: `&&` does not fit here (`&&` is written `and`)"]),
        ("{{ order_id || b }}", ["1:13: `||` does not fit here (`||` is written `or`)"]),
        ("{{ !order_id }}", ["1:4: `!` does not fit here (`!` is written `not`)"]),
        (
            "{{ order_id ? b : c }}",
            ["1:13: `?` does not fit here (`a ? b : c` is written `b if a else c`)"],
        ),
        ("{% iff order_id %}", ["1:1: there is no `{% iff %}` (did you mean `if`?)"]),
        (
            "{% if order_id }b{% endif %}",
            ["1:1: the `{%` that opens here is closed by one brace alone"],
        ),
        ("{{ order_id %}", ["1:1: what `{{` opens here is closed by `%}` (write `}}` at its end)"]),
        (
            "{% if order_id }}b{% endif %}",
            ["1:1: what `{%` opens here is closed by `}}` (write `%}` at its end)"],
        ),
        ("{{ “a” }}", ["1:4: `“` does not fit here (quotes in a template are straight: 'there')"]),
        ("{{ $order_id }}", ["1:4: `$` does not fit here (a name has no `$` before it)"]),
        ("{{ order_id..b }}", ["1:12: `.` does not fit here (a name is missing behind the dot)"]),
        ("{{ (order_id }}", ["1:4: `(` has no counterpart (close it)"]),
        ("{{ order_id) }}", ["1:12: `)` has no counterpart (take it out, or open it before)"]),
        (
            "{% for a of b %}x{% endfor %}",
            ["1:1: `for` cannot be read ({% for day in vars.days %})"],
        ),
        ("{% set a 1 %}", ["1:1: `set` cannot be read ({% set name = contact.first_name %})"]),
        (
            "{{ order_id | default: 'b' }}",
            ["1:22: `:` does not fit here"],
        ),
        (
            "{{ order_id; }}",
            ["1:12: `;` does not fit here (there is no `;` in a template; take it out)"],
        ),
        (
            "{{ 'it's' }}",
            ["1:9: the quote ' that opens here is never closed"],
        ),
        ("{{ not }}", ["1:4: `not` does not fit here (something is missing here)"]),
        ("{{ order_id is }}", ["1:13: `is` does not fit here (something is missing here)"]),
        (
            "{{ order_id->b }}",
            ["1:12: `->` does not fit here"],
        ),
        ("{{ now | tiem }}", ["1:10: no filter `tiem` (did you mean `time`?)"]),
        (
            "Hi {{ first_name }}",
            ["1:7: nothing provides the name `first_name` (did you mean `contact.first_name`?)"],
        ),
        ("{{ hour }}", ["1:4: nothing provides the name `hour` (did you mean `now.hour`?)"]),
        (
            "{{ open_hours }}",
            ["1:4: nothing provides the name `open_hours` (did you mean `vars.open_hours`?)"],
        ),
        ("{{ now | strftime }}", ["1:10: no filter `strftime` (did you mean `time`?)"]),
    ],
)
def test_what_would_fail_at_each_message_is_found_before(source: str, problems: list[str]) -> None:
    found = [
        f"{place(source, p.offset)}: {p.message}" + (f" ({p.hint})" if p.hint else "")
        for p in Template(source).problems({"order_id"}, {"open_hours"})
    ]
    assert len(found) == len(problems)
    assert [line[: len(wanted)] for line, wanted in zip(found, problems, strict=True)] == problems


@pytest.mark.parametrize(
    "source",
    [
        "{{ x }}{{ x.y }}",
        "{{ x | upper }}{{ x | length }}",
        "{{ x ~ x }}{{ x + x }}{{ x * 2 }}{{ x[0] }}{{ x[x] }}",
        "{{ x | date }}",
        "{{ x | time }}",
        "{{ x | phone }}",
        "{{ x | title_name }}",
        "{{ x | plural }}",
        "{{ x | int }}{{ x | float }}{{ x | round }}",
        "{{ x | join(x) }}{{ x | replace(x, x) }}{{ x | truncate(5) }}",
        "{% for c in x %}{{ c }}{% endfor %}",
        "{{ x.split() }}{{ x.startswith(x) }}",
        "{{ x | sort }}{{ x | dictsort }}{{ x | sum }}",
    ],
)
@settings(deadline=None, max_examples=40)
@given(
    value=st.text(max_size=30)
    | st.integers()
    | st.floats()
    | st.sampled_from(["2026-13-45", "inf", "9" * 400, "{{ x }}", "25:00", "٥", "+1", "__class__"])
    | st.just(datetime(1, 1, 1))
    | st.just(date(9999, 12, 31))
)
def test_no_value_makes_a_template_raise_anything_but_a_reply_error(
    source: str, value: object
) -> None:
    try:
        assert len(Template(source).render({"x": value})) <= MOST_CHARACTERS
    except ReplyError as error:
        assert str(error)  # noqa: PT017  either is fine, an empty reason is not


@settings(deadline=None, max_examples=200)
@given(st.text("{}%# \n'\"()[].|~+*-=_,0aifornset", max_size=40), st.text(max_size=5))
def test_no_source_makes_checking_or_rendering_raise(source: str, more: str) -> None:
    template = Template("{{ " + source + more)
    list(template.problems((), set()))
    with contextlib.suppress(ReplyError):
        template.render({"a": "b"})


FORMS = ("%-d", "%-m", "%-H", "%-I", "%-M", "%-S", "%-j", "%-y", "%d", "%Y", "%%", "%%-d", "%p")


class OnWindows(datetime):
    """Whose strftime knows no `%-`."""

    def strftime(self, form: str) -> str:
        if "%-" in form.replace("%%", ""):
            raise ValueError("Invalid format string")
        return super().strftime(form)


@given(st.datetimes(min_value=datetime(1000, 1, 1)), st.lists(st.sampled_from(FORMS), max_size=4))
def test_a_date_is_written_the_same_on_every_system(at: datetime, forms: list[str]) -> None:
    form = "x".join(forms)
    here = OnWindows.combine(at.date(), at.time())
    template = Template(f"{{{{ now | date({form!r}) }}}}")
    texts = {template.render({**NAMES, "now": now}) for now in (at, here)}
    assert texts == {at.strftime(form)}


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("", "{{ now | date }}", "Jan 15, 2026"),
        ("en", "{{ now | date('%A, %B %-d') }}", "Thursday, January 15"),
        ("es", "{{ now | date }}", "jueves 15 de enero"),
        ("ES_mx", "{{ '2026-11-27' | date }}", "viernes 27 de noviembre"),
        ("es", "{{ now | date('%a %-d %b %Y, %h, %%A %H:%M') }}", "jue 15 ene 2026, ene, %A 17:04"),
        (
            "es",
            "{% for d in ['2026-07-04'] %}{{ d | date('%d/%m, %A') }}{% endfor %}",
            "04/07, sábado",
        ),
        ("es", "{{ 'pronto' | date }}", "pronto"),
        ("es", "{{ now | date(language='en') }}", "Jan 15, 2026"),
        ("en", "{{ now | date('%A', 'es') }}", "jueves"),
        ("fr", "{{ now | date('%A') }}", "Thursday"),
        ("en", "{{ now | time }}", "5:04 PM"),
        ("es", "{{ now | time }}", "5:04 pm"),
        ("es-MX", "{{ '2026-01-15 00:05' | time }}", "12:05 am"),
        ("es", "{{ '12:00' | time('%I %p, %%p') }}", "12 pm, %p"),
        ("es", "{{ now | time('%H:%M, %A') }}", "17:04, jueves"),
        ("es", "{{ now | date('%a %-I %p') }}", "jue 5 pm"),
        ("es", "{{ '17:30' | time(language='en') }}", "5:30 PM"),
        ("en", "{{ '17:30' | time('%-I %p', 'es') }}", "5 pm"),
        ("es", "{{ 'pronto' | time }}", "pronto"),
    ],
)
def test_a_date_is_written_in_the_language_of_its_text(
    language: str, source: str, text: str
) -> None:
    assert Template(source, language=language).render(NAMES) == text
