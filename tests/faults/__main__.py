"""`python -m tests.faults [PART]…`: the ledger's promises, all of it.

Prints a small table each and ends with 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable

import structlog

from tests.faults import commits, disk, kills, machines, postgres, power, provider

PARTS = ("kills", "machines", "postgres", "commits", "power", "disk", "provider")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all without")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--messages", type=int, default=20_000, help="while it is killed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cuts", type=int, default=300, help="of the power, in each mode")
    parser.add_argument("--places", type=int, default=40, help="at which the disk fails")
    parser.add_argument("--days", type=int, default=100, help="on which the provider is unwell")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    # What is provoked here is expected; its traces would bury the figures.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    run: dict[str, Callable[[], bool]] = {
        "kills": lambda: kills.report(kills=given.kills, messages=given.messages, seed=given.seed),
        "machines": lambda: machines.report(
            kills=max(given.kills // 20, 1), messages=given.messages // 10, seed=given.seed
        ),
        "postgres": postgres.report,
        "commits": commits.report,
        "power": lambda: power.report(messages=1_000, cuts=given.cuts, seed=given.seed),
        "disk": lambda: disk.report(places=given.places),
        "provider": lambda: provider.report(days=given.days, seed=given.seed),
    }
    held = [run[part]() for part in given.parts or PARTS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
