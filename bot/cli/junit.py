"""Results of tests as JUnit XML, for CI systems."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.authoring.run_cases import Result
from bot.cli.output import shown
from bot.errors import UsageError, plain


def write_junit(path: Path, results: Iterable[Result]) -> None:
    """One suite a file, as CI systems read it. Raises UsageError."""
    from xml.etree import ElementTree

    by_file: dict[str, list[Result]] = {}
    for result in results:
        by_file.setdefault(result.case.place.file, []).append(result)
    root = ElementTree.Element("testsuites")
    for file, listed in by_file.items():
        failed = sum(not result.passed for result in listed)
        counts = {"tests": str(len(listed)), "failures": str(failed), "errors": "0"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": file, **counts})
        for result in listed:
            place = {"file": file, "line": str(result.case.place.line)}
            name = _xml(result.case.name)
            case = ElementTree.SubElement(
                suite, "testcase", {"classname": file, "name": name, **place}
            )
            if not result.passed:
                wrong = [
                    name for name, value in result.expected.items() if value != result.got[name]
                ]
                message = ", ".join(wrong)
                lines = [
                    f"{name}: expected {shown(result.expected[name])}, "
                    f"got {shown(result.got[name])}"
                    for name in wrong
                ]
                failure = ElementTree.SubElement(case, "failure", {"message": message})
                failure.text = _xml("\n".join(lines))
    try:
        ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise UsageError(f"--junit {plain(path)}: {error.strerror}") from None


def _xml(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c if c in "\t\n" or c.isprintable() else "\ufffd" for c in text)
