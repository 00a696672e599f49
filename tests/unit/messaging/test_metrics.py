"""Decisions are counted by rule, under no more names than a monitoring system bears."""

from __future__ import annotations

import re

from bot.cli.commands.help import own_pages
from bot.messaging.metrics import MOST_RULES, Metrics, text_of
from bot.model import Decision, Outcome, RuleId
from tests.build import NOW


def test_rules_beyond_the_most_are_counted_together() -> None:
    metrics = Metrics()
    for number in range(MOST_RULES + 9):
        decision = Decision(outcome=Outcome.REPLIED, rule=RuleId(f"rule-{number}"))
        metrics.decided(decision, NOW, NOW)
    metrics.decided(Decision(outcome=Outcome.REPLIED, rule=RuleId("rule-0")), NOW, NOW)
    lines = text_of({None: metrics}).decode().splitlines()
    counted = [line for line in lines if line.startswith("bot_rule_decisions_total")]
    assert len(counted) == MOST_RULES + 1
    for rule, many in (("rule-0", 2), ("rule-1", 1), ("$other", 9)):
        assert f'bot_rule_decisions_total{{outcome="replied",rule="{rule}"}} {many}.0' in counted


def test_when_a_count_began_is_not_told() -> None:
    metrics = Metrics()
    metrics.processed(0.1)
    lines = text_of({None: metrics}).decode().splitlines()
    names = {re.split("[{ ]", line)[0] for line in lines}
    assert "bot_decide_seconds_count" in names
    assert [name for name in names if name.endswith("_created")] == []


def test_a_decision_without_a_rule_has_a_name_too() -> None:
    metrics = Metrics()
    metrics.decided(Decision(outcome=Outcome.UNMATCHED), NOW, NOW)
    told = text_of({None: metrics}).decode()
    assert 'bot_rule_decisions_total{outcome="unmatched",rule=""} 1.0' in told


def test_the_manual_names_all_of_them_with_their_labels() -> None:
    metrics = Metrics()
    page = re.findall(r"^\| `(bot_[a-z_]+)` \| (.*?) \|", own_pages()["metrics"], re.MULTILINE)
    told = {name: set(re.findall("`([a-z]+)`", labels)) for name, labels in page}
    wanted = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in metrics.families()
    }
    assert told.keys() == wanted
    metrics.received("message-reply", duplicate=False)
    metrics.rejected("signature")
    metrics.decided(Decision(outcome=Outcome.UNMATCHED), NOW, NOW)
    metrics.sent("accepted", 1)
    for family in metrics.families():
        for sample in family.samples:
            if sample.name in told:
                assert sample.labels.keys() == told[sample.name]
