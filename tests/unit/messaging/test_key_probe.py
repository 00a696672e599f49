from __future__ import annotations

from bot.messaging.key_probe import KeyProbe


def due_at(trial: KeyProbe, begin: float, end: float) -> list[float]:
    """Asked once a second."""
    return [float(now) for now in range(int(begin), int(end)) if trial.is_due(float(now))]


def test_a_key_is_tried_after_a_minute_then_later_and_later_up_to_once_an_hour() -> None:
    assert due_at(KeyProbe(), 1_000, 20_000) == [
        1_060,
        1_180,
        1_420,
        1_900,
        2_860,
        4_780,
        8_380,
    ] + [8_380 + 3_600 * n for n in (1, 2, 3)]


def test_after_a_send_that_was_taken_it_begins_anew() -> None:
    trial = KeyProbe()
    assert due_at(trial, 0, 500) == [60, 180, 420]
    trial.succeeded()
    assert due_at(trial, 500, 700) == [560, 680]
