"""While webhooks pour in deciding pauses, unless people wait for long."""

from __future__ import annotations

from bot.runtime.giving_way import GivingWay


def test_it_pauses_for_many_times_what_a_batch_took_but_a_second_at_most() -> None:
    gives_way = GivingWay()
    assert gives_way.pause(0.0, 0.01, is_full=False) == 0.19
    assert gives_way.pause(1.0, 1.01, is_full=True) < 0.2
    assert gives_way.pause(2.0, 9.0, is_full=False) == 1.0


def test_after_five_seconds_of_full_batches_it_pauses_no_more() -> None:
    gives_way, now, pauses = GivingWay(), 0.0, list[float]()
    while now < 6.0:
        pauses.append(gives_way.pause(now, now + 0.1, is_full=True))
        now += 0.1 + pauses[-1]
    assert pauses[:5] == [1.0] * 5
    assert set(pauses[5:]) == {0.0}
    assert gives_way.pause(now, now + 0.1, is_full=False) == 1.0
    assert gives_way.pause(now, now + 0.1, is_full=True) == 1.0
