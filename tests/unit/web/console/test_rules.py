"""The rules as people read them, and the playground: what it says is what dry run and tests say."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.authoring.run_cases import run
from bot.rules.loader import SourceFile, load
from bot.runtime.live_rules import LiveRules
from bot.web.console import trial
from bot.web.console.pages.rules import summary
from bot.web.console.rulebook import Rulebooks
from tests.build import NOW
from tests.unit.web.conftest import Web

pytestmark = pytest.mark.anyio

RULES = """\
# what we sell
rules:
  - hours: "We're open."

  # orders
  - id: order
    when: {regex: 'order #(?P<n>[0-9]+)'}
    reply: |
      Order {{ n }}

      is on its way.
    tests:
      - {say: "order #1"}
      - {say: "order #1", reply: "No."}
  - {id: last, when: {keywords: [last], }, reply: "L"}
fallback:
  reply: "Sorry?"
"""


@pytest.mark.parametrize(
    ("rule", "first", "last", "count"),
    [
        ("hours", 3, '  - hours: "We\'re open."', 1),
        ("order", 6, '      - {say: "order #1", reply: "No."}', 9),
        ("last", 15, '  - {id: last, when: {keywords: [last], }, reply: "L"}', 1),
    ],
)
async def test_a_rule_is_shown_as_it_stands_in_its_file(
    tmp_path: Path, rule: str, first: int, last: str, count: int
) -> None:
    (tmp_path / "shop.yaml").write_text(RULES)
    book = await Rulebooks(LiveRules(tmp_path, "America/New_York")).present(NOW)
    found = book.ruleset.rule(rule)
    assert found is not None
    excerpt = book.excerpt(found)
    assert (excerpt.first, excerpt.lines[-1], len(excerpt.lines)) == (first, last, count)


async def test_its_tests_are_run(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(RULES)
    book = await Rulebooks(LiveRules(tmp_path, "America/New_York")).present(NOW)
    found = book.ruleset.rule("order")
    assert found is not None
    assert [result.passed for result in book.tested(found)] == [True, False]


async def test_what_its_tests_do_not_do_is_told_with_a_line_to_paste(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(RULES)
    book = await Rulebooks(LiveRules(tmp_path, "America/New_York")).present(NOW)
    rules = [rule for rule in book.rules() if rule.id in ("order", "last")]
    results = [result for rule in rules for result in book.tested(rule)]
    covered = book.covered(results, rules)
    assert [(gap.rule, gap.what, gap.line) for gap in covered.gaps] == [
        ("order", "`regex` was never missed", '- {say: "something else", rule: fallback}'),
        ("last", "fired in no test", '- {say: "last", rule: last}'),
        ("last", "`last`", '- {say: "last", rule: last}'),
        ("last", "`keywords` was never missed", '- {say: "something else", rule: fallback}'),
    ]


async def twin(web: Web, path: str, **query: str) -> Any:
    return (await web.client.get(path, params=query)).json()


async def test_rules_are_listed_in_order_and_found(web: Web) -> None:
    found = await twin(web, "/rules.json", tests="run")
    assert [(one["id"], one["when"], one["tests"]) for one in found["rules"]] == [
        ("hours", ["keywords"], 0),
        ("order", ["regex"], 0),
    ]
    assert [one["gaps"] for one in found["rules"]] == [3, 2]
    assert found["coverage"] == {"percent": 0.0, "gaps": 5}
    assert (await twin(web, "/rules.json"))["coverage"] is None
    [only] = (await twin(web, "/rules.json", search="ORD"))["rules"]
    assert only["id"] == "order"
    assert (await web.client.get("/rules/none")).status_code == 404


LANGUAGE = """
rules:
  - id: morning
    when: {keywords: [open], during: {hours: "06:00-12:00"}}
    reply: "Good morning, {{ contact.name | default('you') }}."
  - id: late
    when: {keywords: [open]}
    reply: ["Two", "texts"]
  - id: picture
    when: {media: true, tags: {campaign: spring}}
    reply: "Nice."
  - id: quiet
    when: {keywords: [hush]}
    silent: true
"""


@pytest.mark.parametrize(
    "written",
    [
        {"text": "open"},
        {"text": "open", "contact": "name=Ann", "at": "2026-03-01T09:30"},
        {"text": 'say "open" \\ {{ x }}', "at": "2026-03-01T19:30", "from": "555-555-0199"},
        {"media": "https://a.example/b.jpg", "tags": "campaign=spring\n\nother = a=b"},
        {"text": "hush", "to": "123"},
        {"text": "STOP"},
        {"text": "nothing knows this"},
    ],
)
def test_what_is_saved_as_a_test_passes(written: dict[str, str]) -> None:
    rules = load([SourceFile("shop.yaml", LANGUAGE)], timezone="America/New_York").ruleset
    tried = trial.read(written, rules, NOW)
    decision = trial.decide(tried, rules)
    test = trial.as_test(tried, decision, rules)
    beside = "".join(f"      {line}\n" for line in test.splitlines())
    last = LANGUAGE.rstrip() + "\n    tests:\n" + beside
    loaded = load([SourceFile("shop.yaml", last)], timezone="America/New_York")
    [case] = loaded.cases
    result = run(case, loaded.ruleset)
    assert (result.expected, result.decision.outcome) == (result.got, decision.outcome)


ASKS = """
rules:
  - {id: ask, when: {keywords: book}, ask: {as: day, text: "Which day?"}, then: {reply: Fine.}}
  - {id: person, when: {keywords: human}, handoff: {reply: "One moment."}}
  - {id: silent, when: {keywords: hush}, silent: true}
"""


def test_a_rule_is_told_by_what_it_says_first() -> None:
    rules = load([SourceFile("shop.yaml", ASKS)], timezone="UTC").ruleset.rules
    assert [summary(rule, None)["reply"] for rule in rules] == ["Which day?", "One moment.", ""]


LATE = """
rules:
  - id: hours
    when: {keywords: hours, not: {during: {hours: "08:00-17:00"}}}
    reply: Late.
"""


@pytest.mark.parametrize(
    ("zone", "now", "written"),
    [
        ("America/New_York", "2026-01-15T22:30:59.123456+00:00", '"2026-01-15 17:30"'),
        ("Europe/Berlin", "2026-01-15T16:30:00+00:00", '"2026-01-15 17:30"'),
        ("America/New_York", "2026-11-01T05:30:00+00:00", '"2026-11-01 01:30"'),
        ("America/New_York", "2026-11-01T06:30:00+00:00", '"2026-11-01 01:30-05:00"'),
    ],
)
def test_the_time_of_a_test_is_as_people_write_it(zone: str, now: str, written: str) -> None:
    at = datetime.fromisoformat(now)
    rules = load([SourceFile("shop.yaml", LATE)], timezone=zone).ruleset
    tried = trial.read({"text": "hours"}, rules, at)
    lines = trial.as_test(tried, trial.decide(tried, rules), rules).splitlines()
    assert lines[1:] == [f"  at: {written}", '  rule: "hours"', '  reply: "Late."']
    read = datetime.fromisoformat(json.loads(written))
    zoned = read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))
    assert zoned.astimezone(UTC) == at.replace(second=0, microsecond=0)


SPOKEN = """
languages: [en, es]
rules:
  - hours: {en: Open., es: Abierto.}
"""


@pytest.mark.parametrize(("language", "text"), [("", "Open."), ("en", "Open."), ("es", "Abierto.")])
def test_a_persona_has_a_language(language: str, text: str) -> None:
    rules = load([SourceFile("shop.yaml", SPOKEN)], timezone="UTC").ruleset
    tried = trial.read({"text": "hours", "language": language}, rules, NOW)
    assert [reply.text for reply in trial.decide(tried, rules).replies] == [text]


@pytest.mark.parametrize(
    ("query", "mistake"),
    [
        ({"from": "\x00"}, "from: is not a number, for example +15555550123"),
        ({"to": "us"}, "to: is not a number or a longcodeId of yours"),
        ({"at": "noon"}, "at: is not a time, for example 2026-01-15 17:30"),
        ({"tags": "spring"}, "tags: a line is name=value, for example campaign=spring"),
        ({"rules": "x" * 262_145}, "rules: more than 262144 characters are too many"),
    ],
)
async def test_what_cannot_be_tried_says_why(web: Web, query: dict[str, str], mistake: str) -> None:
    page = (await web.client.get("/playground")).text
    [csrf] = re.findall(r'name="csrf" value="([^"]+)"', page)
    form = {"text": "hours", **query, "csrf": csrf}
    posted = await web.client.post("/playground", data=form)
    assert (posted.status_code, mistake in posted.text) == (200, True)


async def test_rules_that_are_pasted_are_checked_and_forgotten(web: Web) -> None:
    other = "rules:\n  - hours: Other.\n"
    spoken = await twin(web, "/playground.json", rules=SPOKEN)
    assert (spoken["languages"], spoken["problems"]) == (["en", "es"], [])
    found = await twin(web, "/playground.json", text="hours", rules=other)
    assert [reply["message"] for reply in found["answer"]["replies"]] == ["Other."]
    found = await twin(web, "/playground.json", text="hours")
    assert [reply["message"] for reply in found["answer"]["replies"]] == ["We're open 9-5."]
    broken = await twin(
        web, "/playground.json", text="hours", rules="rules:\n  - {id: a, wen: 1}\n"
    )
    assert (broken["answer"], broken["problems"][0]["line"]) == (None, 2)
    include = await twin(web, "/playground.json", text="hours", rules="include: /etc/passwd\n")
    assert include["answer"] is None or include["answer"]["rule"] is None


@pytest.mark.usefixtures("said")
async def test_changed_rules_are_compared_with_those_loaded_over_the_last_messages(
    web: Web,
) -> None:
    other = "rules:\n  - hours: Other.\n  - {id: x, when: {keywords: [xyz]}, reply: X.}\n"
    found = await twin(web, "/playground.json", rules=other, compare="1")
    compared = found["compared"]
    unmatched: dict[str, Any] = {"outcome": "unmatched", "reason": None, "texts": []}
    replied = {"outcome": "replied", "reason": None}
    assert {name: compared[name] for name in ("messages", "changed", "newlyAnswered")} == {
        "messages": 7,
        "changed": 2,
        "newlyAnswered": 1,
    }
    assert compared["groups"] == [
        {
            "old": None,
            "new": "x",
            "count": 1,
            "examples": [{"text": "xyz", "old": unmatched, "new": {**replied, "texts": ["X."]}}],
        },
        {
            "old": "hours",
            "new": "hours",
            "count": 1,
            "examples": [
                {
                    "text": "Hours?",
                    "old": {**replied, "texts": ["We're open 9-5."]},
                    "new": {**replied, "texts": ["Other."]},
                }
            ],
        },
    ]
    same = await twin(web, "/playground.json", compare="1")
    assert (same["compared"], same["mistake"][:24]) == (None, "rules: paste the changed")
    broken = await twin(web, "/playground.json", rules="rules: [{id: a}]", compare="1")
    assert (broken["compared"], broken["problems"] != []) == (None, True)
