from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Place, RuleError
from bot.model import ChangeKind, LongTexts, RuleId
from bot.rules.loader import SourceFile, load
from bot.rules.matchers.base import When
from bot.rules.matchers.keywords import Keywords
from bot.rules.rule import OneOf, ReplyTemplate, SetValue
from bot.rules.templates.template import Template
from tests.build import loaded, mistakes, ruleset

RULES = """\
# yaml-language-server: $schema=rules.schema.json
vars: {open_hours: "9-5", days: [Mon, Tue], prices: {small: 007}}
defaults: {timezone: America/Chicago, max_segments: 2, long: hold}

rules:
  - id: hours
    when: {keywords: [hours, "opening times"]}
    reply: "We're open {{ vars.open_hours }}."
    tests: {match: ["Hours?"], no_match: ["48hours of work"]}
  - id: order-1
    when:
      regex: 'order\\s+#?(?P<order_id>\\d{4,8})'
      tags: {campaign: [spring, summer]}
    reply:
      - "Order {{ order_id }}."
      - {text: "A picture", image: "https://x.example/{{ order_id }}.png", tags: {a: b}, delay: 5m}
      - one_of: [Bye, {text: "See you", weight: 3}]
    set:
      contact: {order: "{{ order_id }}", note: ~}
      conversation: {last: null, word: "null"}
    max_segments: 5
    long: mms
    tests:
      - {say: "Order #48213?", tags: {campaign: spring}, rule: order-1}
  - {menu: "Our menu: https://x.example"}
  - {"Down town?": [One, Two]}
  - id: quiet
    when: always
    silent: yes
    continue: on

fallback:
  reply: Sorry.
guards:
  opt_out: {reply: "Bye from {{ vars.open_hours }}."}
"""


def test_a_file_becomes_a_rule_set_whole() -> None:
    found = loaded(RULES)
    hours, order, menu, town, quiet = found.ruleset.rules
    variables = {"open_hours": "9-5", "days": ["Mon", "Tue"], "prices": {"small": "007"}}
    assert [rule.id for rule in found.ruleset.rules] == "hours order-1 menu down-town quiet".split()
    assert hours.place == Place("rules.yaml", 6, 5)
    assert hours.replies == (ReplyTemplate(text=Template("We're open {{ vars.open_hours }}.")),)
    assert (hours.timezone, hours.max_segments, hours.variables, hours.fills_in) == (
        *("America/Chicago", 2, variables, True),
    )
    assert order.replies == (
        ReplyTemplate(text=Template("Order {{ order_id }}.")),
        ReplyTemplate(
            text=Template("A picture"),
            image=Template("https://x.example/{{ order_id }}.png"),
            tags={"a": Template("b")},
            delay=300,
        ),
        OneOf(
            (ReplyTemplate(text=Template("Bye")), ReplyTemplate(text=Template("See you"))), (1, 3)
        ),
    )
    assert order.sets == (
        SetValue(ChangeKind.CONTACT, "order", Template("{{ order_id }}")),
        SetValue(ChangeKind.CONTACT, "note", None),
        SetValue(ChangeKind.CONVERSATION, "last", None),
        SetValue(ChangeKind.CONVERSATION, "word", Template("null")),
    )
    assert (order.max_segments, order.silent, order.goes_on) == (5, False, False)
    assert (hours.long_texts, order.long_texts) == (LongTexts.HOLD, LongTexts.MMS)
    [keywords] = menu.when.parts
    assert isinstance(keywords, Keywords)
    assert (keywords.any, menu.place, menu.fills_in) == (
        *((("menu",),), Place("rules.yaml", 25, 6), False),
    )
    assert town.replies == tuple(ReplyTemplate(text=Template(text)) for text in ("One", "Two"))
    assert (quiet.when, quiet.silent, quiet.goes_on) == (When(), True, True)
    assert found.ruleset.fallback is not None
    assert found.ruleset.fallback.replies == (ReplyTemplate(text=Template("Sorry.")),)
    assert found.ruleset.fallback.max_segments == 2
    assert found.ruleset.fallback.long_texts is LongTexts.HOLD
    assert (found.ruleset.timezone, found.ruleset.variables) == ("America/New_York", variables)
    assert [(case.rule, case.say) for case in found.cases] == [
        ("hours", "Hours?"),
        ("hours", "48hours of work"),
        ("order-1", "Order #48213?"),
    ]
    assert found.warnings == ()


def test_rules_are_found_by_their_id() -> None:
    rules = ruleset(RULES)
    assert rules.rule("menu") is rules.rules[2]
    assert rules.rule("fallback") is rules.fallback
    assert rules.rule("nobody") is None


@pytest.mark.parametrize("texts", [(), ("",), ("# nothing",), ("~",), ("rules: []",), ("", "---")])
def test_files_without_rules_make_an_empty_set(texts: tuple[str, ...]) -> None:
    assert ruleset(*texts).rules == ()


@pytest.mark.parametrize(
    ("keyword", "rule_id"),
    [
        ("hours", "hours"),
        ("Opening Times?", "opening-times"),
        ("48hours", "48hours"),
        ("Café", "cafe"),
        ("12:30", "12-30"),
        ("yes", "yes"),
        ("привет", "k-e58f1e8c"),
        ("👍", "k-5d57d39e"),
        ("x" * 99, "x" * 64),
    ],
)
def test_a_short_rule_has_an_id_made_of_its_keyword(keyword: str, rule_id: str) -> None:
    [rule] = ruleset(f"rules: [{{{keyword!r}: Hi}}]").rules
    assert rule.id == RuleId(rule_id)


def test_two_keywords_of_another_script_have_two_ids() -> None:
    ids = [rule.id for rule in ruleset("rules: [{привет: Hi}, {пока: Bye}, {👍: Good}]").rules]
    assert len(set(ids)) == 3


def test_defaults_hold_for_the_rules_of_their_file() -> None:
    mine = "defaults: {timezone: Europe/Berlin, max_segments: 1, long: split}\nrules: [{a: A}]"
    rules = ruleset(mine, "rules: [{b: B}]").rules
    assert [(rule.timezone, rule.max_segments, rule.long_texts) for rule in rules] == [
        ("Europe/Berlin", 1, LongTexts.SPLIT),
        ("America/New_York", 10, None),
    ]
    [rule] = load([SourceFile("f", "rules: [{a: A}]")], timezone="UTC").ruleset.rules
    assert rule.timezone == "UTC"


def test_vars_are_seen_in_all_files_and_a_file_sees_its_own_first() -> None:
    files = [
        SourceFile("1", "vars: {a: one, b: two}\nrules: [{x: '{{ vars.a }} {{ vars.c }}'}]"),
        SourceFile("2", "vars: {a: other, c: three}\nrules: [{y: '{{ vars.a }} {{ vars.b }}'}]"),
    ]
    rules = load(files, lenient=True).ruleset
    assert [rule.variables for rule in rules.rules] == [
        {"a": "one", "b": "two", "c": "three"},
        {"a": "other", "b": "two", "c": "three"},
    ]
    assert rules.variables == {"a": "one", "b": "two", "c": "three"}


def test_the_digest_is_of_paths_and_contents() -> None:
    def digest(*files: tuple[str, str | bytes]) -> str:
        return load([SourceFile(*file) for file in files]).ruleset.digest

    same = {digest(("a", "rules: []")), digest(("a", b"rules: []"))}
    others = {
        digest(("b", "rules: []")),
        digest(("a", "rules: [] ")),
        digest(("a", "rules: []"), ("b", "")),
        digest(),
    }
    assert (len(same), len(others), same & others) == (1, 4, set())


RULE = "rules:\n  - "
ONE = "{id: a, when: always, "


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # the file
        ("[a]", ["1:1: a rule file needs `rules:` at its top (write `rules:`"]),
        ("hello", ["1:1: a rule file needs `rules:` at its top (write `rules:`"]),
        ("rule: []", ["1:1: unknown key `rule` (did you mean `rules`?)"]),
        ("rules: hello", ["1:8: rules: needs a list, not a text"]),
        ("rules:", ["1:7: rules: needs a list, not a text"]),
        ("rules: {hours: Hi}", ["1:8: rules: needs a list, not a mapping"]),
        ("rules: [hours]", ["1:9: a rule: needs `name: value` lines, not a text"]),
        ("rules: [[a]]", ["1:9: a rule: needs `name: value` lines, not a list"]),
        ("vars: a", ["1:7: vars: needs `name: value` lines, not a text"]),
        ("defaults: [a]", ["1:11: defaults: needs `name: value` lines, not a list"]),
        (
            "defaults: {timezone: Chicago}",
            ["1:22: `Chicago` is not a time zone (an IANA name, timezone: America/Chicago)"],
        ),
        ("defaults: {timezone: ''}", ["1:22: `` is not a time zone"]),
        ("defaults: {timezone: ../etc/passwd}", ["1:22: `../etc/passwd` is not a time zone"]),
        ("defaults: {timezone: [UTC]}", ["1:22: defaults.timezone: needs a text"]),
        (
            "defaults: {max_segments: 0}",
            ["1:26: defaults.max_segments: needs a whole number of at least 1"],
        ),
        (
            "defaults: {long: cut}",
            ["1:18: defaults.long: `cut` is unknown (split, mms or hold)"],
        ),
        ("defaults: {max_segment: 1}", ["1:12: unknown key of defaults `max_segment`"]),
        # a rule
        (RULE + "{when: always, reply: x}", ["2:5: a rule needs an `id` (id: hours)"]),
        (
            RULE + "{id: Hours!, when: always, reply: x}",
            ["2:10: id `Hours!`: use a-z, 0-9 and -, at most 64 (for example `hours`)"],
        ),
        (RULE + "{id: [a], when: always, reply: x}", ["2:10: id: needs a text"]),
        (RULE + "{id: fallback, when: always, reply: x}", ["2:10: id `fallback` is taken"]),
        (
            RULE + "{id: a, reply: x}",
            ["2:5: rule `a` needs a `when` (when: {keywords: [hours]}, or when: always)"],
        ),
        (RULE + "{id: a, when: always}", ["2:5: rule `a` does nothing (give it a `reply`, or"]),
        (
            RULE + "{id: a, when: always, replay: x}",
            ["2:27: unknown key of a rule `replay` (did you mean `reply`?)"],
        ),
        (RULE + ONE + "silent: maybe}", ["2:35: silent: needs true or false"]),
        (RULE + ONE + "continue: 1}", ["2:37: continue: needs true or false"]),
        (
            RULE + ONE + "reply: x, long: SMS}",
            ["2:43: long: `SMS` is unknown (split"],
        ),
        (
            RULE + ONE + "reply: x, long: [mms]}",
            ["2:43: long: needs a text"],
        ),
        (RULE + ONE + "reply: x, max_segments: 0}", ["2:51: max_segments: needs a whole number"]),
        (
            RULE + "{id: a, when: hours, reply: x}",
            ["2:19: when: `hours` is not a condition (write {keywords: [hours]}, or always)"],
        ),
        (RULE + "{id: a, when: {}, reply: x}", ["2:19: when: is empty"]),
        (
            RULE + "{id: a, when: [a], reply: x}",
            ["2:19: when: is a list of texts (when: {keywords: [a]})"],
        ),
        (
            RULE + "{id: a, when: {keyword: [a]}, reply: x}",
            ["2:20: unknown matcher `keyword` (did you mean `keywords`?)"],
        ),
        (
            RULE + "{id: a, when: {regex: '('}, reply: x}",
            ["2:28: regex: a `(` is never closed (write `)` where it ends"],
        ),
        (
            RULE + "{id: a, when: {regex: '(?P<message>a)'}, reply: x}",
            ["2:19: a capture named `message` hides what templates have (rename)"],
        ),
        (
            RULE + "{'?': x}",
            ["2:6: there is no word in `?` (write it in the long form, with `regex`)"],
        ),
        # what it does
        (RULE + ONE + "reply: []}", ["2:34: reply: needs at least one message"]),
        (RULE + ONE + "reply: {}}", ["2:34: reply: needs a `text` or an `image`"]),
        (
            RULE + ONE + "reply: {txt: x}}",
            ["2:35: unknown key of reply `txt` (did you mean `text`?)"],
        ),
        (RULE + ONE + "reply: {text: [x]}}", ["2:41: reply.text: needs a text, not a list"]),
        (
            RULE + ONE + "reply: {text: x, delay: soon}}",
            ["2:51: reply.delay: is not a duration (for example 30s, 5m, 1h, 2d, 1w)"],
        ),
        (
            RULE + ONE + f"reply: {{text: x, delay: {'9' * 5000}d}}}}",
            ["2:51: reply.delay: is not a duration"],
        ),
        (
            RULE + ONE + "reply: {text: x, delay: 999999999w}}",
            ["2:51: reply.delay: is not a duration"],
        ),
        (
            RULE + ONE + "reply: {text: x, tags: [a]}}",
            ["2:50: reply.tags: needs `name: value` lines"],
        ),
        (RULE + ONE + "reply: {text: x, weight: 2}}", ["2:44: unknown key of reply `weight`"]),
        (RULE + ONE + "reply: {one_of: []}}", ["2:34: one_of: needs at least one message"]),
        (
            RULE + ONE + "reply: {one_of: [{text: x, weight: 0}]}}",
            ["2:62: weight: needs a whole number"],
        ),
        (RULE + ONE + "reply: {one_of: [x], text: y}}", ["2:48: unknown key beside one_of `text`"]),
        (RULE + ONE + "set: {person: {a: b}}}", ["2:33: unknown key of set `person`"]),
        (RULE + ONE + "set: {contact: a}}", ["2:42: set.contact: needs `name: value` lines"]),
        (
            RULE + ONE + "set: {contact: {a: [b]}}}",
            ["2:46: set.contact.a: needs a text, not a list"],
        ),
        # templates, at their line
        (RULE + ONE + "reply: '{{ foo }}'}", ["2:38: nothing provides the name `foo`"]),
        (
            RULE + ONE + "reply: '{{ vars.foo }}'}",
            ["2:43: there is no `vars.foo` (write `vars: {foo: …}` at the top of the file)"],
        ),
        (
            RULE + ONE + "reply: '{% if %}'}",
            ["2:35: `if` needs a condition ({% if tags.vip == 'yes' %})"],
        ),
        (RULE + "{a: '{{ foo }}'}", ["2:13: nothing provides the name `foo`"]),
        (
            RULE + ONE + "reply: {text: x, image: '{{ foo }}', tags: {a: '{{ bar }}'}}}",
            ["2:55: nothing provides the name `foo`", "2:78: nothing provides the name `bar`"],
        ),
        (
            RULE + ONE + "set: {contact: {a: '{{ foo }}'}}}",
            ["2:50: nothing provides the name `foo`"],
        ),
        (
            "rules:\n- id: a\n  when: always\n  reply: |\n    Hi\n    {{ foo }}\n",
            ["6:8: nothing provides the name `foo`"],
        ),
        (
            "rules:\n- id: a\n  when: always\n  reply: |\n    {{ foo }}\n",
            ["5:8: nothing provides the name `foo`"],
        ),
        (
            RULE + ONE + "reply: '{% autoescape true %}{% endautoescape %}'}",
            ["2:35: `scope`", "2:35: `scoped"],
        ),
        (
            RULE + "{id: a, when: {not: {regex: '(?P<n>a)'}}, reply: '{{ n }}'}",
            ["2:58: nothing provides the name `n`"],
        ),
        # fallback, guards
        ("fallback: Sorry", ["1:11: fallback: needs `name: value` lines, not a text"]),
        ("fallback: {reply: x, when: always}", ["1:22: unknown key of fallback `when`"]),
        ("fallback: {reply: '{{ x }}'}", ["1:23: nothing provides the name `x`"]),
        ("guards: {opt-out: {}}", ["1:10: unknown guard `opt-out` (did you mean `opt_out`?)"]),
        ("guards: {opt_out: {reply: '{{ foo }}'}}", ["1:31: nothing provides the name `foo`"]),
        (
            "guards: {opt_out: {question: '{% foo %}'}}",
            ["1:31: there is no `{% foo %}` (did you mean `for`?)"],
        ),
        ("guards: []", ["1:9: guards: needs `name: value` lines, not a list"]),
        # tests
        (
            RULE + ONE + "silent: yes, tests: [x]}",
            ["2:48: tests: needs cases ({say: ..., reply: ...})"],
        ),
        (
            RULE + ONE + "silent: yes, tests: {matches: [x]}}",
            ["2:48: unknown key of tests `matches`"],
        ),
        (RULE + ONE + "silent: yes, tests: [{rule: a}]}", ["2:48: a test needs `say`"]),
        (RULE + ONE + "silent: yes, tests: [{say: x, rule: b}]}", ["2:63: unknown rule `b`"]),
        (
            RULE + ONE + "silent: yes, tests: [{say: x, rule: $opt-outs}]}",
            ["2:63: unknown rule `$opt-outs` (did you mean `$opt-out`?)"],
        ),
    ],
)
def test_a_mistake_is_said_with_its_place_and_a_way_out(text: str, found: list[str]) -> None:
    lines = mistakes(text)
    assert len(lines) == len(found), lines
    for line, wanted in zip(lines, found, strict=True):
        assert line.startswith(f"rules.yaml:{wanted}")


def test_tests_may_name_any_rule_of_the_set_a_guard_fallback_or_none() -> None:
    tests = ", ".join(f"{{say: x, rule: {name}}}" for name in "a b $opt-out fallback none".split())
    loaded(f"rules:\n  - {ONE}silent: yes, tests: [{tests}]}}", "rules: [{b: B}]")


def test_all_mistakes_of_all_files_come_at_once_in_order_of_place() -> None:
    assert mistakes(
        "rules: [{id: a, when: always}]\nfallbak: bar",
        "a: [",
        b"\xff",
        "rules: [{id: A, when: {keywords: '?'}, reply: '{{ x }}'}]",
    ) == [
        "1.yaml:1:9: rule `a` does nothing (give it a `reply`, or `silent: true`)",
        "1.yaml:2:1: unknown key `fallbak` (did you mean `fallback`?)",
        "2.yaml:1:4: the `[` that opens here is never closed (write `]` where it ends)",
        "3.yaml:1:1: the file is not UTF-8 (save it as UTF-8, in the editor's Save as)",
        "4.yaml:1:14: id `A`: use a-z, 0-9 and -, at most 64 (for example `a`)",
        "4.yaml:1:34: keywords: there is no word in `?` (for punctuation use `regex`)",
        "4.yaml:1:51: nothing provides the name `x` "
        "(known: calendars, contact, conversation, message, now, tags, vars)",
    ]


@pytest.mark.parametrize(
    ("first", "second", "mistake"),
    [
        (
            "rules: [{id: a, when: always, reply: x}]",
            "rules: [{id: a, when: always, reply: x}]",
            "2.yaml:1:14: id `a` is taken by 1.yaml:1:14 (choose another)",
        ),
        (
            "rules: [{hours: x}]",
            "rules: [{Hours: y}]",
            "2.yaml:1:10: id `hours` is taken by 1.yaml:1:10 (choose another)",
        ),
        (
            "fallback: {reply: x}",
            "fallback: {reply: y}",
            "2.yaml:1:11: `fallback` occurs twice in the rule set "
            "(first in 1.yaml:1:11) (keep one)",
        ),
        (
            "guards: {}",
            "guards: {}",
            "2.yaml:1:9: `guards` occurs twice in the rule set (first in 1.yaml:1:9) (keep one)",
        ),
    ],
)
def test_what_may_stand_once_stands_once_in_all_files(
    first: str, second: str, mistake: str
) -> None:
    assert mistakes(first, second) == [mistake]
    loaded(first)
    loaded(second)


def test_an_alias_is_as_what_it_stands_for() -> None:
    first, second = ruleset(
        "rules:\n"
        "  - {id: a, when: &w {keywords: [x]}, reply: &r Hi}\n"
        "  - {id: b, when: *w, reply: *r}"
    ).rules
    assert first.replies == second.replies


CHAIN = "vars:\n  a0: &a0 [x]\n" + "".join(f"  a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1_500))
DEEP = RULE + "{id: a, when: " + "{not: " * 40 + "{media: true}" + "}" * 40 + ", reply: x}"


def test_depth_by_aliases_is_a_mistake_and_depth_within_reason_is_none() -> None:
    assert "nested deeper than 50" in mistakes(CHAIN)[0]
    loaded(DEEP)


QUICK = settings(deadline=None, max_examples=150)


@QUICK
@given(st.text(max_size=80) | st.text("rules:\n -{}[]'\"&*ab: ,|>?#%", max_size=60))
def test_no_text_makes_loading_raise_anything_but_a_rule_error(text: str) -> None:
    try:
        loaded(text)
    except RuleError as error:
        assert error.problems  # noqa: PT017  either is fine, an empty list is not


SLIPS = [
    *("\n", "  ", "\t", "- ", ": ", "[", "]", "{", "}", "'", '"', "&a ", "*a", "|", "~", "\ud800"),
    *("{{ x }}", "{% if %}", "[]", "{}", "always", "not: ", "(", "\0", "---\n", "!!x ", "<<: "),
]


@pytest.mark.system
@QUICK
@given(
    st.integers(0, len(RULES)),
    st.integers(0, 12),
    st.text(max_size=3) | st.sampled_from(SLIPS),
)
def test_no_slip_in_a_good_file_makes_loading_raise_anything_but_a_rule_error(
    at: int, length: int, typed: str
) -> None:
    try:
        loaded(RULES[:at] + typed + RULES[at + length :])
    except RuleError as error:
        assert error.problems  # noqa: PT017


@QUICK
@given(st.lists(st.sampled_from(RULES.splitlines(keepends=True)), max_size=12))
def test_no_order_of_its_lines_makes_loading_raise_anything_but_a_rule_error(
    lines: list[str],
) -> None:
    try:
        loaded("".join(lines))
    except RuleError as error:
        assert error.problems  # noqa: PT017
