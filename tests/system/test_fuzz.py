"""A slice of the fuzzing; `python -m tests.fuzz --count 1000000` does more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import ReplyError
from bot.provider import events
from bot.rules.templates.template import Template
from bot.web import webhooks
from tests.fuzz import bodies, rules, templates
from tests.fuzz.__main__ import NEVER


@pytest.mark.parametrize(
    ("run", "count", "kinds"),
    [
        (bodies.run, 3_000, ("accepted", "quarantined", "refused")),
        (rules.run, 150, ("loaded", "refused")),
        (templates.run, 400, ("rendered", "refused", "failed")),
    ],
    ids=["bodies", "rules", "templates"],
)
def test_nothing_makes_it_stumble(
    run: Callable[[int, int], Counter[str]], count: int, kinds: tuple[str, ...]
) -> None:
    found = run(count, 1)
    assert {name: found[name] for name in NEVER if found[name]} == {}
    assert [kind for kind in kinds if not found[kind]] == []


def test_a_signature_that_nobody_checks_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "verify", lambda secrets, body, signature: None)
    assert bodies.run(100, 1)["unsigned accepted"]


def test_a_body_that_is_not_expected_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "WebhookError", KeyError)
    assert bodies.run(100, 1)["tracebacks"]


def test_a_template_without_bounds_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def render(self: Template, names: Any) -> str:
        try:
            return real(self, names)
        except ReplyError:
            return "a" * 10_001

    real = Template.render
    monkeypatch.setattr(Template, "render", render)
    assert templates.run(100, 1)["too long"]
