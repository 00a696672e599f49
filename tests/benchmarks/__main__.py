"""`python -m tests.benchmarks [NAME…]`: figures as ratios of one run; nothing is asserted."""

from __future__ import annotations

import sys

from tests.benchmarks import (
    accept,
    authors,
    burst,
    console,
    day,
    decide,
    diff,
    forget,
    growth,
    ledger,
    machines,
    memory,
    start,
    steady,
    waiting,
)

REPORTS = {
    "decide": decide.report,
    "start": start.report,
    "authors": authors.report,
    "accept": accept.report,
    "console": console.report,
    "burst": burst.report,
    "memory": memory.report,
    "ledger": ledger.report,
    "machines": machines.report,
    "growth": growth.report,
    "forget": forget.report,
    "diff": diff.report,
    "steady": steady.report,
    "waiting": waiting.report,
    "day": day.report,
}


def main() -> None:
    for name in sys.argv[1:] or REPORTS:
        REPORTS[name]()


if __name__ == "__main__":
    main()
