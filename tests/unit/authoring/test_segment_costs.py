"""What texts cost at least, usually and at most: rendered, counted, and held against decisions."""

from __future__ import annotations

import pytest

from bot.authoring.segment_costs import Costs, costs
from bot.model import LongTexts
from tests.build import loaded

RULES = """
vars: {{open: "9–5"}}
calendars: {{shop: {{hours: "Mon-Fri 09:00-17:00"}}}}
languages: [en, es]
rules:
  - id: a
    when: {when}
    {does}
"""


def one(does: str, when: str = "{keywords: [a]}") -> Costs:
    """Of the only text."""
    [found] = costs(loaded(RULES.format(does=does, when=when)), LongTexts.SPLIT)
    return found


def figures(found: Costs) -> tuple[int, int, int]:
    assert found.least is not None
    assert found.typical is not None
    assert found.most is not None
    return found.least.segments, found.typical.segments, found.most.segments


@pytest.mark.parametrize(
    ("does", "when", "expected"),
    [
        ('reply: "Hi!"', "{keywords: [a]}", (1, 1, 1)),
        (f'reply: "{"a" * 161}"', "{keywords: [a]}", (2, 2, 2)),
        ('reply: "’"', "{keywords: [a]}", (1, 1, 1)),
        # a bounded capture has a longest form
        (f'reply: "{"a" * 152}{{{{ n }}}}"', r"{regex: '(?P<n>\d{4,8})'}", (1, 1, 1)),
        (f'reply: "{"a" * 153}{{{{ n }}}}"', r"{regex: '(?P<n>\d{4,8})'}", (1, 1, 2)),
        (f'reply: "{"a" * 157}{{{{ n }}}}"', r"{regex: '(?P<n>\d{4,8})'}", (2, 2, 2)),
        # in letters it fits, in emoji it does not
        (f'reply: "{"a" * 60}{{{{ n }}}}"', "{regex: '(?P<n>.{1,9})'}", (1, 1, 2)),
        # of a list, of dates and of times
        (f'reply: "{"a" * 149}{{{{ d | date }}}}"', "{date: {as: d}}", (1, 2, 2)),
        (f'reply: "{"a" * 148}{{{{ d | date }}}}"', "{date: {as: d}}", (1, 1, 1)),
        (f'reply: "{"a" * 152}{{{{ t | time }}}}"', "{time: {as: t}}", (1, 1, 1)),
        (f'reply: "{"a" * 153}{{{{ t | time }}}}"', "{time: {as: t}}", (1, 1, 2)),
        # what the rule asks of a tag is what it may be
        (f'reply: "{"a" * 156}{{{{ tags.plan }}}}"', "{tags: {plan: [free, yearly]}}", (1, 1, 2)),
        # both branches, and what is there only for some
        (
            f"reply: \"{{% if tags.vip == 'yes' %}}{'a' * 200}{{% else %}}b{{% endif %}}\"",
            "{tags: {vip: {exists: true}}}",
            (1, 1, 2),
        ),
        (
            f"reply: \"{{{{ contact.first_name | default('{'a' * 170}') }}}}\"",
            "{keywords: [a]}",
            (1, 1, 2),
        ),
        # however a tag is named
        (f'reply: "{"a" * 160}{{{{ message.tags.x }}}}"', "{keywords: [a]}", (2, 2, 3)),
        (f"reply: \"{'a' * 150}{{{{ tags['x'] }}}}\"", "{keywords: [a]}", (1, 1, 3)),
        # a value that is cut does not grow
        ('reply: "{{ message.text | truncate(150) }}"', "{keywords: [a]}", (1, 1, 1)),
        (
            f'reply: "{"a" * 100}{{{{ message.text | truncate(70) }}}}"',
            "{keywords: [a]}",
            (1, 1, 2),
        ),
        # the hours of a calendar are as they are; when it opens next depends on the day
        ('reply: "{{ calendars.shop }}"', "{keywords: [a]}", (1, 1, 1)),
        (
            f"reply: \"{'a' * 151}{{{{ calendars.shop.next | date('%A') }}}}\"",
            "{keywords: [a]}",
            (1, 1, 1),
        ),
        (
            f"reply: \"{'a' * 152}{{{{ now | date('%A') }}}}\"",
            "{keywords: [a]}",
            (1, 1, 2),
        ),
        # an MMS counts for three
        ('reply: {text: "Hi!", image: "https://example.com/a.jpg"}', "{keywords: [a]}", (3, 3, 3)),
    ],
)
def test_of_a_text(does: str, when: str, expected: tuple[int, int, int]) -> None:
    assert figures(one(does, when)) == expected


def test_what_has_no_bound_says_where_the_next_segment_begins() -> None:
    found = one(f'reply: "{"a" * 100}{{{{ message.text }}}}"')
    [growth] = found.grows
    assert (growth.name, growth.length, growth.segments) == ("message.text", 61, 2)
    found = one('reply: "{{ name }}, {{ name }} and {{ other }}"', '{says: "{name} or {other}"}')
    assert [(growth.name, growth.length) for growth in found.grows] == [
        ("name", 73),
        ("other", 136),
    ]


def test_an_odd_character_has_its_place_and_what_to_write_instead() -> None:
    found = one(f'reply: "{"a" * 100} – ¿Qué? Sí {{{{ vars.open }}}}"')
    assert [(odd.character, odd.instead, odd.variable) for odd in found.odd] == [
        ("–", "-", ""),
        ("í", "i", ""),
        ("–", "-", "open"),
    ]
    assert figures(found) == (2, 2, 2)
    assert found.plain_segments == 1
    assert one('reply: "Open 👍"').odd[0].instead == ""


def test_the_month_of_another_language_may_make_it_dearer() -> None:
    """`sábado` has a letter that GSM-7 has not, `sabado` would have none."""
    text = f"\"{'a' * 100} {{{{ d | date('%A') }}}}\""
    does = f"reply: {{en: {text}, es: {text}}}"
    both = costs(loaded(RULES.format(does=does, when="{date: {as: d}}")), LongTexts.SPLIT)
    assert {found.said.language: figures(found) for found in both} == {
        "en": (1, 1, 1),
        "es": (1, 1, 2),
    }


def test_every_text_of_a_rule_set_is_there() -> None:
    rules = """
guards: {opt_out: {reply: "Bye."}, failed: {reply: none}}
rules:
  - id: form
    when: {keywords: [form]}
    ask:
      - {as: day, text: "Day?", accept: {date: {gte: today}}, invalid: "Closed.", retry: ["Which?"]}
      - {as: part, text: "On {{ day }}?", choices: [morning, afternoon]}
    on_expiry: "Too late."
    cancel: {words: [leave it], reply: "Fine."}
    give_up: {handoff: {reply: "A person.", unclaimed: {after: 30m, reply: "Nobody."}}}
    then:
      reply: "{{ day }}, {{ part }}"
      follow_up: {after: 1d, reply: "Well?"}
  - id: once
    when: {keywords: [once]}
    reply: {one_of: ["One", "Two"]}
    cooldown: {once: 1d, else: "Again?"}
    state: {name: asked, expires: 1h, on_expiry: "Over."}
  - id: told
    when: {keywords: [told]}
    silent: true
    notify: {to: "+15555550142", text: "{{ message.text }}"}
fallback: {reply: "What?"}
"""
    found = costs(loaded(rules), LongTexts.SPLIT)
    by_text = {(c.said.rule, c.said.part, c.said.template.source) for c in found}
    assert by_text == {
        ("form", "ask", "Day?"),
        ("form", "ask", "On {{ day }}?"),
        ("form", "invalid", "Closed."),
        ("form", "retry", "Which?"),
        ("form", "on_expiry", "Too late."),
        ("form", "cancel", "Fine."),
        ("form", "give_up/handoff", "A person."),
        ("form", "give_up/handoff.unclaimed", "Nobody."),
        ("form", "then/reply", "{{ day }}, {{ part }}"),
        ("form", "then/follow_up", "Well?"),
        ("once", "reply", "One"),
        ("once", "reply", "Two"),
        ("once", "cooldown.else", "Again?"),
        ("once", "state.on_expiry", "Over."),
        ("told", "notify", "{{ message.text }}"),
        ("fallback", "reply", "What?"),
        ("$opt-out", "reply", "Bye."),
    }
    [then] = [one for one in found if one.said.part == "then/reply"]
    assert then.most is not None
    assert then.most.text == "2026-01-20, afternoon"
    assert found[0].said.part == "notify"  # the only one without a bound


def test_one_that_cannot_be_filled_in_says_why() -> None:
    found = one('reply: "{{ tags.x + 1 }}"', "{tags: {x: {exists: true}}}")
    assert (found.least, found.most) == (None, None)
    assert found.because
