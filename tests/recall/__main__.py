"""`python -m tests.recall [-v] [FILE…]`: recall and false alarms of the guards, a line a list.

Without a file: the lists of the suite, and real texts between friends where they are at hand.
A `.json` file is a list of `{suite, rule, say, expected}`, a `.yaml` one of ours; of any other
file each line is a text that no guard should take. `-v` prints what was missed or taken wrongly.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.texts import REAL
from tests.recall.measure import Asked, Text, by_suite, cases, lines, own, own_list

GUARDS = ("$opt-out", "$auto-reply", "$tapback", "$wrong-number")


def main(arguments: Sequence[str]) -> None:
    paths = [Path(argument) for argument in arguments if argument != "-v"]
    is_wordy = "-v" in arguments
    if not paths:
        report(own(), is_wordy)
        paths = [REAL] if REAL.is_file() else []
    for path in paths:
        if path.suffix == ".json":
            report(list(cases(path)), is_wordy)
        elif path.suffix == ".yaml":
            report(own_list(path), is_wordy)
        else:
            report_lines(path, is_wordy)


def report(texts: Sequence[Text], is_wordy: bool) -> None:
    asked = Asked()
    for (suite, guard), listed in by_suite(texts).items():
        wanted = [text for text in listed if text.is_wanted]
        others = [text for text in listed if not text.is_wanted]
        missed = [text for text in wanted if not asked.takes(text)]
        wrong = [text for text in others if asked.takes(text)]
        taken = f"taken {len(wanted) - len(missed)}/{len(wanted)}"
        print(f"{suite:<28} {guard:<13} {taken:<15} wrongly {len(wrong)}/{len(others)}")
        for mark, some in (("missed", missed), ("wrongly", wrong)):
            for text in some if is_wordy else ():
                print(f"    {mark:<8} {text.say!r}")


def report_lines(path: Path, is_wordy: bool) -> None:
    asked = Asked()
    texts = lines(path)
    print(f"{path.name}: {len(texts)} distinct texts")
    for guard in GUARDS:
        taken = [(text, found[1]) for text in texts if (found := asked.decision(text))[0] == guard]
        certain = sum(reason == "opt-out" for _, reason in taken)
        print(f"    {guard:<13} {len(taken)}" + (f", certain {certain}" if certain else ""))
        for text, _ in taken if is_wordy else ():
            print(f"        {text[:120]!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
