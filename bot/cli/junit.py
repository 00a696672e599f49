"""Results of tests as JUnit XML, for CI systems."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.authoring.failures import failure
from bot.authoring.run_cases import Result
from bot.errors import BotError, UsageError, plain
from bot.rules.ruleset import Ruleset


def write_junit(
    path: Path,
    results: Iterable[tuple[Result, Ruleset]],
    broken: Iterable[tuple[Path, BotError]] = (),
) -> None:
    """One suite a file, as CI systems read it; one with an error for each set that has some.

    Raises UsageError.
    """
    from xml.etree import ElementTree

    by_file: dict[str, list[tuple[Result, Ruleset]]] = {}
    for result, ruleset in results:
        by_file.setdefault(result.case.place.file, []).append((result, ruleset))
    root = ElementTree.Element("testsuites")
    for file, listed in by_file.items():
        failed = sum(not result.passed for result, _ in listed)
        counts = {"tests": str(len(listed)), "failures": str(failed), "errors": "0"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": _xml(file), **counts})
        for result, ruleset in listed:
            named = {"classname": _xml(file), "name": _xml(result.case.name)}
            place = {"file": _xml(file), "line": str(result.case.place.line)}
            case = ElementTree.SubElement(suite, "testcase", {**named, **place})
            if not result.passed:
                found = failure(result, ruleset)
                message = {"message": _xml(found.summary)}
                ElementTree.SubElement(case, "failure", message).text = _xml(
                    "\n".join(found.lines())
                )
    for file, error in ((_xml(str(where)), error) for where, error in broken):
        counts = {"tests": "1", "failures": "0", "errors": "1"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": file, **counts})
        case = ElementTree.SubElement(suite, "testcase", {"classname": file, "name": "loads"})
        said = _xml(str(error))
        ElementTree.SubElement(case, "error", {"message": said.partition("\n")[0]}).text = said
    try:
        ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise UsageError(f"--junit {plain(path)}: {error.strerror}") from None


def _xml(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c if c in "\t\n" or c.isprintable() else "\ufffd" for c in text)
