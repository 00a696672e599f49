"""Calendars in templates: their hours, and when they open next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.decide import decide
from bot.rules.hours import Calendar
from tests.build import context, inbound, mistakes, ruleset

OPEN = """
timezone: America/New_York
calendars:
  open:
    hours: ["Mon-Fri 09:00-17:00", "Sat 10:00-14:00"]
    except: [2026-12-25, "2026-12-24 12:00-24:00"]
    also: ["2026-12-20 10:00-16:00"]
  night: {hours: "Fri 22:00-02:00"}
  always: {hours: "00:00-24:00"}
  past: {hours: "Mon 09:00-10:00", except: [2020-01-01..2099-12-31]}
"""
NIGHT = "{{ calendars.night.next | date('%a %-d %H:%M %Z') }}"
NEXT = "{{ calendars.open.next | date('%a %-d') }} {{ calendars.open.next | time }}"


def said(reply: str, at: datetime) -> str:
    rules = ruleset(f"{OPEN}\nrules: [{{id: a, when: always, reply: {reply!r}}}]")
    decision = decide(inbound(received_at=at), context(now=at), rules)
    return decision.replies[0].text if decision.replies else decision.detail


@pytest.mark.parametrize(
    ("at", "reply", "text"),
    [
        ("2026-01-15T17:00", "{{ calendars.open }}", "Mon-Fri 09:00-17:00, Sat 10:00-14:00"),
        ("2026-01-15T17:00", "{{ calendars['night'] }}", "Fri 22:00-02:00"),
        # 17:00 UTC is noon of a Thursday.
        ("2026-01-15T17:00", NEXT, "Fri 16 9:00 AM"),
        ("2026-01-16T23:00", NEXT, "Sat 17 10:00 AM"),
        ("2026-01-17T20:00", NEXT, "Mon 19 9:00 AM"),
        ("2026-12-24T18:00", NEXT, "Sat 26 10:00 AM"),
        ("2026-12-19T20:00", NEXT, "Sun 20 10:00 AM"),
        ("2026-03-07T20:00", NEXT, "Mon 9 9:00 AM"),
        ("2026-01-15T17:00", NIGHT, "Fri 16 22:00 EST"),
        ("2026-07-15T17:00", NIGHT, "Fri 17 22:00 EDT"),
        ("2026-01-15T17:00", "[{{ calendars.always.next }}{{ calendars.past.next | time }}]", "[]"),
    ],
)  # fmt: skip
def test_what_a_template_sees_of_a_calendar(at: str, reply: str, text: str) -> None:
    assert said(reply, datetime.fromisoformat(at).replace(tzinfo=UTC)) == text


def test_an_expression_and_a_text_of_a_guard_see_it_too() -> None:
    rules = ruleset(
        OPEN
        + "guards: {help: {reply: 'Open {{ calendars.night }}'}}\n"
        + "rules: [{id: a, when: {expr: \"calendars.open.next | date('%a') == 'Fri'\"}, reply: ok}]"
    )
    assert decide(inbound("hi"), context(), rules).rule == "a"
    assert decide(inbound("help"), context(), rules).replies[0].text == "Open Fri 22:00-02:00"


@pytest.mark.parametrize(
    ("calendars", "reply", "problem"),
    [
        (
            "calendars: {open: {hours: '09:00-17:00'}}",
            "{{ calendars.opne }}",
            "rules.yaml:2:65: there is no `calendars.opne` (did you mean `open`?)",
        ),
        (
            "calendars: {open: {hours: '09:00-17:00'}}",
            "{{ calendars.open.nxt | time }}",
            "rules.yaml:2:70: there is no `calendars.open.nxt` "
            "(`calendars.open` is its hours, `.next` when it opens next)",
        ),
        (
            "vars: {a: b}",
            "{{ calendars.open.next }}",
            "rules.yaml:2:65: there is no `calendars.open` "
            "(define it: calendars: {open: {hours: Mon-Fri 09:00-17:00}})",
        ),
    ],
)
def test_a_calendar_that_there_is_not_is_an_error_when_the_rules_load(
    calendars: str, reply: str, problem: str
) -> None:
    rules = f"{calendars}\nrules: [{{id: a, when: {{keywords: [hours]}}, reply: '{reply}'}}]"
    assert mistakes(rules) == [problem]


def test_a_capture_does_not_hide_the_calendars() -> None:
    [problem] = mistakes(
        "rules: [{id: a, when: {regex: '(?P<calendars>x)'}, reply: '{{ calendars }}'}]"
    )
    assert "a capture named `calendars` hides what templates have" in problem


CALENDARS = {name: ruleset(f"{OPEN}\nrules: []").calendars[name] for name in ("open", "night")}


@given(
    st.sampled_from(sorted(CALENDARS)),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
)
def test_the_next_opening_is_the_first_minute_of_a_time_that_is_open(
    name: str, at: datetime
) -> None:
    now, calendar = at.replace(tzinfo=UTC), CALENDARS[name]
    begins = calendar.opens_after(now)
    assert begins is not None
    assert begins > now
    assert calendar.holds(begins)
    assert not calendar.holds(begins - timedelta(minutes=1))
    assert not any(_opens(calendar, now, begins))


def _opens(calendar: Calendar, now: datetime, until: datetime) -> list[bool]:
    """For each quarter of an hour between: it opens in it."""
    quarters = int((until - now) / timedelta(minutes=15))
    instants = [now + timedelta(minutes=15 * n) for n in range(quarters)]
    return [
        not calendar.holds(before) and calendar.holds(after)
        for before, after in pairwise(instants)
        if after < until
    ]
