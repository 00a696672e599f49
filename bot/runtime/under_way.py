"""Which jobs this machine works on, as against those that the database takes for its."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager

from procrastinate.jobs import Job


class UnderWay:
    """A job whose end could not be told to the database stays taken by a machine that lives.

    Nobody would take it over, and its lock would hold up a person, or the lane, for ever.
    """

    def __init__(self) -> None:
        self.workers: set[int] = set()
        """Names under which this machine has taken jobs."""
        self._jobs: set[int] = set()
        self._suspect: Set[int] = frozenset()

    @contextmanager
    def working_on(self, job: Job) -> Iterator[None]:
        if job.id is None or job.worker_id is None:
            yield
            return
        self.workers.add(job.worker_id)
        self._jobs.add(job.id)
        try:
            yield
        finally:
            self._jobs.discard(job.id)

    def left_behind(self, held: Set[int]) -> Set[int]:
        """Of the jobs that it holds, those that nobody worked on the last time either.

        Between two looks each job that was just taken has begun, and each that has ended is told.
        """
        suspect = held - self._jobs
        found, self._suspect = suspect & self._suspect, suspect
        return found
