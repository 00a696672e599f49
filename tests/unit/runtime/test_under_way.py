"""Jobs that the database takes for this machine's, and nobody works on."""

from __future__ import annotations

from collections.abc import Sequence, Set
from contextlib import ExitStack

import pytest
from procrastinate.jobs import Job

from bot.runtime.under_way import UnderWay


def job(number: int) -> Job:
    return Job(id=number, worker_id=7, queue="q", lock=None, queueing_lock=None, task_name="decide")


@pytest.mark.parametrize(
    ("working", "looks", "expected"),
    [
        ([], [{1}], set()),  # it may just have been taken, or be about to end
        ([], [{1}, {1}], {1}),
        ([], [{1}, {2}], set()),
        ([], [{1}, set(), {1}], set()),
        ([1], [{1}, {1}, {1}], set()),
        ([1], [{1, 2}, {1, 2}], {2}),
    ],
)
def test_a_job_is_left_behind_when_nobody_works_on_it_at_two_looks(
    working: Sequence[int], looks: Sequence[Set[int]], expected: Set[int]
) -> None:
    under_way, found = UnderWay(), frozenset[int]()
    with ExitStack() as stack:
        for number in working:
            stack.enter_context(under_way.working_on(job(number)))
        for held in looks:
            found = frozenset(under_way.left_behind(held))
    assert found == expected


def test_a_job_that_has_ended_is_worked_on_no_more() -> None:
    under_way = UnderWay()
    with under_way.working_on(job(1)):
        under_way.left_behind({1})
    under_way.left_behind({1})
    assert (under_way.left_behind({1}), under_way.workers) == ({1}, {7})
