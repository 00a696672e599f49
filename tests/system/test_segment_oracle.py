"""Our counter of segments against npm's sms-segments-calculator, and who is right.

`.ci/run` installs it; by hand: npm install --prefix build/npm sms-segments-calculator@1.3.0
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from itertools import product

import pytest

from bot.text.segments import Encoding, Segments, measure
from tests.support import ROOT

pytestmark = pytest.mark.system

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2
PACKAGES = ROOT / "build" / "npm"
COUNT = """
const { SegmentedMessage } = require("sms-segments-calculator");
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const counted = texts.map((text) => new SegmentedMessage(text));
console.log(JSON.stringify(counted.map((one) => [one.encodingName, one.segmentsCount])));
"""
NEAR_AN_END = (1, 65, 66, 67, 69, 70, 133, 134, 151, 152, 153, 158, 159, 160, 305, 306)
CHARACTERS = (
    "a",
    "é",
    "\n",
    "€",
    "{",
    "\\",
    "\f",
    "ç",
    "ж",
    "’",
    "😀",
    "😀😀",
    "€😀",
    "[]",
    "`",
    "\r\n",
)


def theirs(texts: Sequence[str]) -> list[tuple[str, int]]:
    if not (PACKAGES / "node_modules/sms-segments-calculator").is_dir():
        assert "CI" not in os.environ, ".ci/run has not installed it"
        pytest.skip("npm install --prefix build/npm sms-segments-calculator@1.3.0")
    done = subprocess.run(
        ["node", "-e", COUNT],
        input=json.dumps(texts),
        cwd=PACKAGES,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [(encoding, count) for encoding, count in json.loads(done.stdout)]


def test_what_stands_at_the_end_of_a_part_counts_alike() -> None:
    texts = [
        filler * before + character + filler * after
        for filler, before, character, after in product(
            ("a", "ж"), NEAR_AN_END, CHARACTERS, (0, 1, 66, 67, 152, 153)
        )
    ]
    ours = [(str(one.encoding), one.count) for one in map(measure, texts)]
    differ = [
        (text, mine, their)
        for text, mine, their in zip(texts, ours, theirs(texts), strict=True)
        if mine != their
    ]
    assert differ == []
    assert len(texts) > 2_500


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        # 3GPP TS 23.040, 9.2.3.24.1: a part holds 67 characters of 16 bits, whatever a phone
        # draws of them; theirs moves what is drawn as one sign to the next part as a whole
        ("ж" * 66 + "❤️" + "ж" * 66, Segments(UCS, 2, 134), ("UCS-2", 3)),
        ("ж" * 65 + "👍🏾" + "ж" * 65, Segments(UCS, 2, 134), ("UCS-2", 3)),
        ("ж" * 65 + "🇺🇸" + "ж" * 65, Segments(UCS, 2, 134), ("UCS-2", 3)),
        # a text without anything in it is not sent
        ("", Segments(GSM, 0, 0), ("GSM-7", 1)),
    ],
    ids=ascii,
)
def test_where_we_differ_the_standard_is_with_us(
    text: str, right: Segments, wrong: tuple[str, int]
) -> None:
    assert (measure(text), theirs([text])) == (right, [wrong])
