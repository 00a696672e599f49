"""Counters in Prometheus' text format, one registry per bot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.ledger.backlog import Backlog
from bot.model import Decision

_FAST: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1.0)
"""Seconds; bounds of the histogram's buckets."""
MOST_RULES: Final = 500
"""Rules that are counted under their ids, in the order in which they first decide."""
_OTHER: Final = "$other"
"""All further ones; no rule can have this id."""


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self._received = Counter(
            "bot_events", "Signed events by kind", ["event", "result"], registry=registry
        )
        self._rejected = Counter(
            "bot_webhooks_rejected", "Webhooks not taken", ["because"], registry=registry
        )
        self._decided = Counter(
            "bot_decisions", "Decisions by outcome", ["outcome", "reason"], registry=registry
        )
        self._by_rule = Counter(
            "bot_rule_decisions",
            f"Decisions by rule; after {MOST_RULES} rules the others are {_OTHER}",
            ["rule", "outcome"],
            registry=registry,
        )
        self._rules: set[str] = set()
        self._wait = Histogram(
            "bot_decide_wait_seconds", "From receipt to decision", registry=registry
        )
        self._decide = Histogram(
            "bot_decide_seconds",
            "One message: decided, recorded, its replies queued",
            buckets=_FAST,
            registry=registry,
        )
        self._sent = Counter(
            "bot_sends", "Tries to send by their result", ["result"], registry=registry
        )
        self._send = Histogram(
            "bot_send_seconds", "One try to send, from claim to record", registry=registry
        )
        self._waiting = Gauge(
            "bot_waiting", "Messages to be decided, to be sent", ["where"], registry=registry
        )
        self._age = Gauge(
            "bot_waiting_seconds", "Age of the one that waits longest", ["where"], registry=registry
        )
        self._kept = Gauge(
            "bot_kept_for_a_person", "Dead letters, quarantine", ["where"], registry=registry
        )
        self._segments = Gauge(
            "bot_segments_today", "Segments that left, where there is a budget", registry=registry
        )
        self._paused = Gauge("bot_sender_paused", "1 while nothing is sent", registry=registry)

    def received(self, event: str, *, duplicate: bool) -> None:
        self._received.labels(event, "duplicate" if duplicate else "accepted").inc()

    def quarantined(self, event: str) -> None:
        self._received.labels(event, "quarantined").inc()

    def rejected(self, because: str) -> None:
        self._rejected.labels(because).inc()

    def decided(self, decision: Decision, received_at: datetime, now: datetime) -> None:
        self._decided.labels(str(decision.outcome), str(decision.reason or "")).inc()
        self._by_rule.labels(self._label(decision.rule or ""), str(decision.outcome)).inc()
        self._wait.observe(max((now - received_at).total_seconds(), 0.0))

    def _label(self, rule: str) -> str:
        """A rule set may hold ten thousand, and another one is loaded at any time."""
        if len(self._rules) < MOST_RULES:
            self._rules.add(rule)
        return rule if rule in self._rules else _OTHER

    def processed(self, seconds: float) -> None:
        """One message was decided, with all that it changed."""
        self._decide.observe(seconds)

    def sent(self, result: str, seconds: float) -> None:
        """One try to send ended, after so many seconds."""
        self._sent.labels(result).inc()
        self._send.observe(seconds)

    def stands(self, backlog: Backlog) -> None:
        """How the ledger stands now."""
        for where, many, seconds in (
            ("inbox", backlog.undecided, backlog.undecided_seconds),
            ("outbox", backlog.due, backlog.due_seconds),
        ):
            self._waiting.labels(where).set(many)
            self._age.labels(where).set(seconds)
        self._kept.labels("dead letters").set(backlog.dead_letters)
        self._kept.labels("quarantine").set(backlog.quarantined)
        self._segments.set(backlog.segments or 0)
        self._paused.set(backlog.paused is not None)

    def families(self) -> Iterable[Metric]:
        """All that was counted."""
        return self._registry.collect()


def text_of(counted: Mapping[str | None, Metrics]) -> bytes:
    """What the bot of each account has counted; None is the only bot's, which has no name."""
    return generate_latest(_Together(counted))


class _Together(Collector):
    """The format wants each family once, with the samples of all accounts."""

    def __init__(self, counted: Mapping[str | None, Metrics]) -> None:
        self._counted = counted

    def collect(self) -> Iterable[Metric]:
        found: dict[str, Metric] = {}
        for account, metrics in self._counted.items():
            label = {} if account is None else {"account": account}
            for family in metrics.families():
                whole = found.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                for sample in family.samples:
                    if sample.name.endswith("_created"):
                        continue  # when a count began: a third of all series, and no use to anybody
                    whole.samples.append(sample._replace(labels={**label, **sample.labels}))
        return found.values()
