"""`python -m tests.fuzz [bodies|rules|templates] [--count N] [--seed S]`: figures."""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz import bodies, rules, templates

KINDS = {"bodies": bodies.run, "rules": rules.run, "templates": templates.run}
NEVER = ("tracebacks", "unsigned accepted", "wrong answers", "too long")
"""Figures that must be zero."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], help="all of them by default")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    bad = 0
    for kind in chosen.kinds or KINDS:
        begin = time.perf_counter()
        found = KINDS[kind](chosen.count, chosen.seed)
        print(f"{kind}, seed {chosen.seed}   ({time.perf_counter() - begin:.1f} s)")
        for name, number in sorted(found.items()):
            print(f"  {name:20}{number:>12,}")
        bad += sum(found[name] for name in NEVER)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
