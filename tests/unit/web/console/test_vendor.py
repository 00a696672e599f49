"""What is not ours is as it was published."""

from __future__ import annotations

import hashlib

from tests.support import ROOT

VENDOR = ROOT / "bot/web/console/static/vendor"
PUBLISHED = {
    "idiomorph.esm.js": "e1e2c7dbd606233d302bac48074fd1307c15609b77ea485c18f1b13d6be67c14",
    "uPlot.esm.js": "5dd9b3281aa64b461b42d9945f6adb2649d346502b12281a9ae0d46599a80eba",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
}


def test_vendored_files_are_as_they_were_published() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "NOTICE"
    }
    assert found == PUBLISHED


def test_the_notice_names_each_with_its_licence() -> None:
    notice = (VENDOR / "NOTICE").read_text()
    assert [name for name in PUBLISHED if name not in notice] == []
