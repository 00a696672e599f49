"""Counters in Prometheus' text format, one registry per server."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from bot.model import Decision


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
        self._wait = Histogram(
            "bot_decide_wait_seconds", "From receipt to decision", registry=registry
        )
        self._sent = Counter(
            "bot_sends", "Tries to send by their result", ["result"], registry=registry
        )

    def received(self, event: str, *, duplicate: bool) -> None:
        self._received.labels(event, "duplicate" if duplicate else "accepted").inc()

    def quarantined(self, event: str) -> None:
        self._received.labels(event, "quarantined").inc()

    def rejected(self, because: str) -> None:
        self._rejected.labels(because).inc()

    def decided(self, decision: Decision, received_at: datetime, now: datetime) -> None:
        self._decided.labels(str(decision.outcome), str(decision.reason or "")).inc()
        self._wait.observe(max((now - received_at).total_seconds(), 0.0))

    def sent(self, result: str) -> None:
        self._sent.labels(result).inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)
