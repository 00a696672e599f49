"""Lists of what people and phones really send: each text is taken, or left, as it should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.recall.__main__ import main
from tests.recall.measure import HERE, Asked, own_list


@pytest.mark.parametrize("path", sorted(HERE.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_text_of_a_list_is_taken_or_left(path: Path) -> None:
    asked = Asked()
    texts = own_list(path)
    assert {text.is_wanted for text in texts} == {True, False}
    wanted = {text.say for text in texts if text.is_wanted and not text.is_missed}
    assert {text.say for text in texts if asked.takes(text)} == wanted


def test_nobody_is_opted_out_by_what_only_looks_like_it() -> None:
    asked = Asked()
    lists = [text for path in HERE.glob("*.yaml") for text in own_list(path)]
    others = [text.say for text in lists if not text.is_wanted or text.guard != "$opt-out"]
    assert [say for say in others if asked.decision(say)[1] == "opt-out"] == []


def test_the_command_prints_recall_and_false_alarms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = "rules: [{id: any, when: always, reply: ok}]"
    cases = [
        {"suite": "a", "rule": rule, "say": "stop texting me", "expected": {"opt_out": True}},
        {"suite": "a", "rule": rule, "say": "hours?", "expected": {"opt_out": True}},
        {"suite": "a", "rule": rule, "say": "bus stop", "expected": {"opt_out": False}},
        {"suite": "b", "rule": rule, "say": "Loved “ok”", "expected": {"rule": "$tapback"}},
        {"suite": "b", "rule": rule, "say": "hi", "expected": {"rule_not": "$tapback"}},
        {"suite": "c", "rule": rule, "say": "hi", "expected": {"rule": "any"}},
    ]
    (tmp_path / "some.json").write_text(json.dumps(cases), "utf-8")
    (tmp_path / "texts.tsv").write_text("ham\thi\nham\thi\nspam\tSTOP\nham\tstop\n", "utf-8")
    main(["-v", str(tmp_path / "some.json"), str(tmp_path / "texts.tsv")])
    assert capsys.readouterr().out.splitlines() == [
        "some a                       $opt-out      taken 1/2       wrongly 0/1",
        "    missed   'hours?'",
        "some b                       $tapback      taken 1/1       wrongly 0/1",
        "texts.tsv: 2 distinct texts",
        "    $opt-out      1, certain 1",
        "        'stop'",
        "    $auto-reply   0",
        "    $tapback      0",
        "    $wrong-number 0",
    ]
