"""`bot dry-run`: what would be answered, for people and for programs."""

from __future__ import annotations

import io
import json
import re
import socket
import sys
import unicodedata
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.build import PERSON
from tests.integration.cli.conftest import TIMES, Bot

RULES = r"""
rules:
  - hours: "We're open 9-5."
  - id: order
    when: {regex: 'order #(?P<order_id>\d+)', tags: {campaign: [spring, summer]}}
    reply:
      text: "Order {{ order_id }} for {{ contact.name | default('you') }}."
      tags: {kind: order}
  - id: name
    when: {regex: 'i am (?P<name>\w+)'}
    set: {contact: {name: "{{ name }}"}, conversation: {step: named}}
    reply: ["Hello {{ name }}.", {text: "", image: "https://example.com/hello.png"}]
  - id: later
    when: {keywords: [later]}
    reply: {text: "Now it is later 🙂", delay: 10m}
  - id: count
    when: {keywords: [count]}
    reply: "{{ conversation.count }} before"
  - id: broken
    when: {keywords: [break]}
    reply: "{{ 1 // 0 }}"
  - id: time
    when: {keywords: [time]}
    reply: "{{ now | time }}"
  - id: echo
    when: {regex: '^echo (?P<rest>.*)$'}
    reply: "{{ rest }}"
fallback: {reply: "Sorry?"}
"""


@pytest.fixture(autouse=True)
def rules(folder: Path) -> Path:
    (folder / "rules" / "shop.yaml").write_text(RULES)
    return folder


def bodies(folder: Path, *lines: object) -> Path:
    """A file of JSON lines; texts and bytes as they are."""
    path = folder / "in.jsonl"
    written = [
        line
        if isinstance(line, bytes)
        else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    path.write_bytes(b"\n".join(written) + b"\n")
    return path


def says(text: str, **members: Any) -> dict[str, Any]:
    return {"fromNumber": PERSON, "message": text, **members}


def test_a_person_reads_what_would_be_answered_and_by_which_rule(bot: Bot) -> None:
    ran = bot("dry-run", "Hours?", "xyz")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "› Hours?\n"
        "  replied by hours (rules/shop.yaml:3)\n"
        "  ‹ We're open 9-5.\n"
        "    1 segment, GSM-7, 15 units\n"
        "› xyz\n"
        "  replied by fallback (rules/shop.yaml:28)\n"
        "  ‹ Sorry?\n"
        "    1 segment, GSM-7, 6 units\n"
    )


def test_the_external_id_is_the_same_for_the_same_input(bot: Bot) -> None:
    def ids(*texts: str) -> list[str]:
        ran = bot("dry-run", *texts, "--json")
        return [reply["externalId"] for found in ran.objects for reply in found["replies"]]

    assert ids("Hours?", "xyz") == ids("Hours?", "xyz")
    assert len({*ids("Hours?", "xyz"), *ids("Hours", "Hours?")}) == 4


def test_a_program_reads_one_object_a_message(bot: Bot) -> None:
    ran = bot(
        *("dry-run", "order #48213", "--json", "--tag", "campaign=spring"),
        *("--contact", "name=Zoe", "--longcode", "123"),
    )
    [found] = ran.objects
    assert re.fullmatch("[0-9a-f]{32}", found["replies"][0].pop("externalId"))
    trace = found.pop("trace")
    assert found == {
        "from": PERSON,
        "text": "order #48213",
        "outcome": "replied",
        "rule": "order",
        "reason": None,
        "captures": {"order_id": "48213"},
        "replies": [
            {
                "to": PERSON,
                "message": "Order 48213 for Zoe.",
                "longcodeId": 123,
                "tags": {"campaign": "spring", "kind": "order", "rule": "order"},
                "image": None,
                "sendAt": None,
                "segments": 1,
                "encoding": "GSM-7",
                "parts": 1,
                "isMMS": False,
            }
        ],
        "changes": [],
    }
    assert trace[-1] == {"rule": "order", "matched": True}
    assert {frozenset(step) for step in trace[:-1]} <= {frozenset({"rule", "matched", "because"})}
    assert (ran.code, ran.err) == (0, "")


def test_an_attachment_has_an_address(bot: Bot) -> None:
    ran = bot("dry-run", "--media", "look")
    assert (ran.code, ran.err) == (
        2,
        "--media look: needs the address of an attachment, for example "
        "https://example.com/menu.jpg\n",
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["STOP"], ("suppressed", "$opt-out", "opt-out", 0)),
        (["please take me off"], ("held", "$opt-out", "likely-opt-out", 0)),
        (["break"], ("failed", "broken", "template-error", 1)),
        (["I am Zoe"], ("replied", "name", None, 2)),
        (["order #1"], ("replied", "fallback", None, 1)),
        ([""], ("replied", "fallback", None, 1)),
        (["--media", "https://example.com/1.jpg"], ("replied", "fallback", None, 1)),
    ],
)
def test_each_outcome_has_its_words(
    arguments: list[str], expected: tuple[str, str, str | None, int], bot: Bot
) -> None:
    [found] = bot("dry-run", "--json", *arguments).objects
    assert (
        found["outcome"],
        found["rule"],
        found["reason"],
        len(found["replies"]),
    ) == expected


def test_what_a_rule_sets_is_listed(bot: Bot) -> None:
    [found] = bot("dry-run", "--json", "I am Zoe").objects
    assert found["changes"] == [
        {"kind": "contact", "name": "name", "value": "Zoe"},
        {"kind": "conversation", "name": "step", "value": "named"},
    ]
    assert [(reply["message"], reply["image"]) for reply in found["replies"]] == [
        ("Hello Zoe.", None),
        ("", "https://example.com/hello.png"),
    ]


@pytest.mark.parametrize(
    ("setting", "long", "shown", "parts", "is_mms"),
    [
        ("", "", ", in 2 messages", 2, False),
        ("mms", "", ", as an MMS", 1, True),
        ("hold", "", ", held: too long", 0, False),
        ("hold", "long: split, ", ", in 2 messages", 2, False),
        ("split", "long: mms, ", ", as an MMS", 1, True),
        ("mms", "long: hold, ", ", held: too long", 0, False),
    ],
)
def test_how_a_long_reply_would_leave_is_shown(
    setting: str,
    long: str,
    shown: str,
    parts: int,
    is_mms: bool,
    bot: Bot,
    rules: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOT_LONG_TEXTS", setting)
    (rules / "rules" / "shop.yaml").write_text(
        f"rules: [{{id: a, when: always, {long}reply: '{'four ' * 40}end'}}]"
    )
    [reply] = bot("dry-run", "--json", "Hi").objects[0]["replies"]
    assert (reply["segments"], reply["parts"], reply["isMMS"]) == (2, parts, is_mms)
    for command in (["dry-run", "Hi"], ["chat"]):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Hi\n")))
        assert f"    2 segments, GSM-7, 203 units{shown}\n" in bot(*command).out


def test_a_delayed_reply_names_its_time(bot: Bot) -> None:
    [found] = bot("dry-run", "--json", "later", "--at", "2026-01-15T17:30:00Z").objects
    [reply] = found["replies"]
    assert (reply["sendAt"], reply["segments"], reply["encoding"]) == (
        "2026-01-15T17:40:00+00:00",
        1,
        "UCS-2",
    )


@pytest.mark.parametrize(
    ("at", "time"),
    [("2026-01-15T17:30:00Z", "12:30 PM"), ("2026-01-15T17:30", "5:30 PM")],
)
def test_a_time_without_an_offset_is_in_the_zone_of_the_settings(
    at: str, time: str, bot: Bot
) -> None:
    [found] = bot("dry-run", "--json", "time", "--at", at).objects
    assert time in found["replies"][0]["message"]


def test_ids_of_our_numbers_come_from_option_line_tag_or_setting(
    bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bodies(
        folder,
        says("Hours?", longcodeId=1, tags={"longcodeId": "2"}),
        says("Hours?", tags={"longcodeId": "2"}),
        says("Hours?"),
    )

    def ids(*options: str) -> list[int | None]:
        ran = bot("dry-run", "--input", path, "--json", *options)
        return [found["replies"][0]["longcodeId"] for found in ran.objects]

    assert ids() == [1, 2, None]
    assert ids("--longcode", "3") == [1, 3, 3]
    monkeypatch.setenv("BOT_LONGCODE_ID", "4")
    assert ids() == [1, 2, 4]


def test_lines_are_numbered_and_read_flat_or_nested(bot: Bot, folder: Path) -> None:
    path = bodies(
        folder,
        says("Hours?"),
        "",
        {"event": "message-reply", "data": says("I am Ann")},
        {"event": "x", "longcodeId": 7, "optedOut": True, "data": says("Hours?")},
        {
            "event": "x",
            "contact": {"name": "Ann"},
            "data": says("order #1", tags={"campaign": "spring"}),
        },
        says("time", at="2026-01-15T17:30:00Z"),
    )
    ran = bot("dry-run", "--input", path, "--json")
    found = [
        (item["line"], item["rule"], item["reason"], [r["message"] for r in item["replies"]])
        for item in ran.objects
    ]
    assert found == [
        (1, "hours", None, ["We're open 9-5."]),
        (3, "name", None, ["Hello Ann.", ""]),
        (4, "$opted-out", "opted-out", []),
        (5, "order", None, ["Order 1 for Ann."]),
        (6, "time", None, ["12:30 PM"]),
    ]
    assert (ran.code, ran.err) == (0, "")


def test_an_option_fills_in_what_a_line_does_not_say(bot: Bot, folder: Path) -> None:
    path = bodies(folder, {"message": "Hours?"}, says("Hours?"))
    ran = bot("dry-run", "--input", path, "--json", "--from", "(555) 555-0199")
    assert [item["replies"][0]["to"] for item in ran.objects] == ["+15555550199", PERSON]


def test_a_dash_is_stdin(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(says("Hours?")).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    [found] = bot("dry-run", "--input", "-", "--json").objects
    assert (found["line"], found["rule"]) == (1, "hours")


BAD_LINES: list[tuple[object, str]] = [
    ("{", "the line is not JSON"),
    (b"\xff\xfe", "the line is not JSON"),
    ("[" * 100_000, "the line is not JSON"),
    (b'{"fromNumber": "+15555550123", "message": "\xff"}', "the line is not JSON"),
    ("[]", "the body is not a JSON object"),
    ({"message": "Hours?"}, "fromNumber is missing"),
    (
        {"fromNumber": [], "message": "x"},
        "fromNumber is neither a phone number nor another address",
    ),
    (says("x", message=5), "message is not a text"),
    (says("x", tags=[]), "tags is not an object"),
    (says("x", longcodeId="+18005550100"), "longcodeId is not an id"),
    (says("x", contact=["a"]), "contact needs names with texts"),
    (says("x", contact={"a": {}}), "contact needs names with texts"),
    (says("x", state=5), "state is not a text"),
    (says("x", at="soon"), f"at soon: is not a time, for example {TIMES}"),
    (
        says("x", at="0001-01-01T00:00:00Z"),
        f"at 0001-01-01T00:00:00Z: is not a time, for example {TIMES}",
    ),
    (
        says("x", at="9999-12-31T23:59:59-23:00"),
        f"at 9999-12-31T23:59:59-23:00: is not a time, for example {TIMES}",
    ),
]


@pytest.mark.parametrize(("line", "error"), BAD_LINES)
def test_a_line_that_cannot_be_read_is_told_and_the_rest_goes_on(
    line: object, error: str, bot: Bot, folder: Path
) -> None:
    path = bodies(folder, says("Hours?"), line, says("Hours?"))
    ran = bot("dry-run", "--input", path, "--json")
    first, second, third = ran.objects
    assert (first["rule"], second, third["rule"]) == (
        "hours",
        {"line": 2, "error": error},
        "hours",
    )
    assert (third["line"], ran.code, ran.err) == (3, 2, "")
    plain = bot("dry-run", "--input", path)
    summary = "2 messages: 2 replied; 1 line not readable\nanswered by hours 2\n"
    assert (plain.code, plain.err) == (2, f"line 2: {error}\n{summary}")
    assert plain.out.count("replied by hours") == 2


@pytest.mark.parametrize("timestamp", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00", "x", 5])
def test_a_recorded_time_that_makes_no_sense_does_not_count(
    timestamp: object, bot: Bot, folder: Path
) -> None:
    path = bodies(folder, says("time", timestamp=timestamp))
    ran = bot("dry-run", "--input", path, "--json")
    assert (ran.code, ran.objects[0]["outcome"]) == (0, "replied")


def test_a_line_that_is_too_long_is_one_line(bot: Bot, folder: Path) -> None:
    path = bodies(folder, says("x" * 3_000_000), says("Hours?"))
    ran = bot("dry-run", "--input", path, "--json")
    assert [(item["line"], item.get("rule"), item.get("error")) for item in ran.objects] == [
        (1, None, "the line is longer than 1 MiB"),
        (2, "hours", None),
    ]
    assert ran.code == 2


def test_a_plain_file_is_a_text_a_line(bot: Bot, folder: Path) -> None:
    path = bodies(folder, b"\xef\xbb\xbf hours?  ", "", b"\xff", "42", "order #7")
    ran = bot("dry-run", "--input", path, "--json", "--from", "+15555550199")
    assert [(one["line"], one["from"], one["text"], one["rule"]) for one in ran.objects] == [
        (1, "+15555550199", "hours?", "hours"),
        (3, "+15555550199", "\N{REPLACEMENT CHARACTER}", "fallback"),
        (4, "+15555550199", "42", "fallback"),
        (5, "+15555550199", "order #7", "fallback"),
    ]
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("first", ["{", "  {", '["hours"]', "\ufeff{"])
def test_a_file_that_begins_like_json_is_no_plain_file(first: str, bot: Bot, folder: Path) -> None:
    ran = bot("dry-run", "--input", bodies(folder, first.encode(), "hours"), "--json")
    assert ran.code == 2
    assert [sorted(one) for one in ran.objects] == [["error", "line"], ["error", "line"]]


def test_a_file_ends_with_a_summary(bot: Bot, folder: Path) -> None:
    texts = ["hours"] * 3 + ["stop", "break", "  what   now ", "what now", "\x1b[2J"]
    ran = bot("dry-run", "--input", bodies(folder, *texts))
    assert ran.code == 0
    assert ran.err.splitlines() == [
        "8 messages: 6 replied, 1 suppressed, 1 failed",
        "answered by hours 3, fallback 3, $opt-out 1, broken 1",
        "no rule but the fallback knows 2 texts",
        "     2  what now",
        "     1  \N{REPLACEMENT CHARACTER}[2J",
    ]


def test_a_summary_names_the_most_frequent_only(bot: Bot, folder: Path) -> None:
    ran = bot("dry-run", "--input", bodies(folder, *(f"text {at}" for at in range(30)), "x" * 99))
    lines = ran.err.splitlines()
    assert (lines[2], len(lines)) == ("no rule but the fallback knows 31 texts", 13)


def test_nothing_read_is_said_too(bot: Bot, folder: Path) -> None:
    assert bot("dry-run", "--input", bodies(folder, "")).err == "0 messages\n"


def test_equal_input_gives_equal_output(bot: Bot, folder: Path) -> None:
    path = bodies(folder, says("hours", replyId="r-1"), says("later"), says("later"))
    arguments = ("dry-run", "--input", path, "--json", "--at", "2026-01-15T17:30")
    assert bot(*arguments) == bot(*arguments)


def test_lines_of_other_systems_are_read_too(bot: Bot, folder: Path) -> None:
    (folder / "in.jsonl").write_bytes(
        b"\xef\xbb\xbf" + b"\r\n".join([json.dumps(says("Hours?")).encode()] * 2)
    )
    ran = bot("dry-run", "--input", "in.jsonl", "--json")
    assert [item["rule"] for item in ran.objects] == ["hours", "hours"]


def test_each_line_stands_alone(bot: Bot, folder: Path) -> None:
    path = bodies(folder, says("STOP"), says("I am Zoe"), says("count"), says("count"))
    ran = bot("dry-run", "--input", path, "--json")
    messages = [[reply["message"] for reply in item["replies"]] for item in ran.objects]
    assert messages == [[], ["Hello Zoe.", ""], ["0 before"], ["0 before"]]


def test_with_keep_state_lines_are_conversations(bot: Bot, folder: Path) -> None:
    other = "+15555550124"
    path = bodies(
        folder,
        says("I am Zoe"),
        says("order #1", tags={"campaign": "spring"}),
        says("order #2", tags={"campaign": "spring"}, fromNumber=other),
        says("count"),
        says("count", fromNumber=other),
        says("STOP"),
        says("Hours?"),
        says("Hours?", fromNumber=other),
        says("START"),
        says("Hours?"),
    )
    ran = bot("dry-run", "--input", path, "--json", "--keep-state")
    found = [
        item["reason"] or [reply["message"] for reply in item["replies"]] for item in ran.objects
    ]
    assert found == [
        ["Hello Zoe.", ""],
        ["Order 1 for Zoe."],
        ["Order 2 for you."],
        ["2 before"],
        ["1 before"],
        "opt-out",
        "opted-out",
        ["We're open 9-5."],
        "opt-in",
        ["We're open 9-5."],
    ]


def test_trace_all_lists_each_rule_once_and_in_order(bot: Bot) -> None:
    [found] = bot("dry-run", "--json", "--trace", "all", "order #1", "--tag", "campaign=x").objects
    names = [step["rule"] for step in found["trace"]]
    rules = ["hours", "order", "name", "later", "count", "broken", "time", "echo", "fallback"]
    assert names[-len(rules) :] == rules
    assert all(name.startswith("$") for name in names[: -len(rules)])
    because = {step["rule"]: step.get("because") for step in found["trace"]}
    assert because["order"] == "tag campaign is x, wanted: is spring or summer"
    [first] = bot("dry-run", "--json", "--trace", "all", "Hours?").objects
    assert first["trace"][-1] == {
        "rule": "echo",
        "matched": False,
        "because": "not asked: hours ended the search",
    }


def test_verbose_says_why_rules_were_passed_over(bot: Bot) -> None:
    out = bot("dry-run", "-v", "order #1", "--tag", "campaign=x").out
    assert "    · order: tag campaign is x, wanted: is spring or summer\n" in out
    assert out.endswith("    ✓ fallback\n")


@pytest.mark.parametrize(
    "arguments", [["Hours?"], ["Hours?", "--json"], ["--input", "in.jsonl", "--json"]]
)
def test_broken_rules_answer_nothing(arguments: list[str], bot: Bot, folder: Path) -> None:
    bodies(folder, says("Hours?"))
    (folder / "rules" / "more.yaml").write_text("rules:\n- {id: x, wen: always, reply: y}\n")
    ran = bot("dry-run", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("rules/more.yaml:2:")
    assert "did you mean `when`" in ran.err


def test_neither_network_nor_database_is_touched(
    bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a dry run opens no connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setenv("MTA_API_KEY", "key")
    before = sorted(path.name for path in folder.iterdir())
    assert bot("dry-run", "Hours?", "STOP", "--json").code == 0
    assert sorted(path.name for path in folder.iterdir()) == before


BIDI = "\u061c\u200e\u200f\u202a\u202e\u2066\u2069"
TAGS = "\U000e0001\U000e0041\U000e007f"
HOSTILE = f"\x1b[2J\x07\x9b31m\x7f\x00\u2028\u2029\x85\r\b\ud800{BIDI}{TAGS}"


def test_a_hostile_text_steers_no_terminal(bot: Bot, folder: Path) -> None:
    path = bodies(
        folder,
        says("echo a" + HOSTILE + "b", tags={"k" + HOSTILE: HOSTILE}),
        says("I am x", url="https://example.com/" + HOSTILE),
        says("x", at="a" + HOSTILE),
        says("x", contact={"name": HOSTILE}, tags={"campaign": HOSTILE}),
        says("order #1", tags={"campaign": HOSTILE}),
    )
    for options in ([], ["-v"], ["--trace", "all"], ["--json"], ["--json", "--trace", "all"]):
        ran = bot("dry-run", "--input", path, *options)
        shown = (ran.out + ran.err).replace("\n", "")
        assert [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")] == []


def test_json_is_one_line_an_object_however_it_is_split(bot: Bot, folder: Path) -> None:
    text = f"a\u2028b\u2029c\x85d{BIDI}{TAGS}"
    ran = bot("dry-run", "--input", bodies(folder, says(f"echo {text}")), "--json")
    assert len(ran.out.splitlines()) == 1
    assert ran.objects[0]["replies"][0]["message"] == text


def test_json_shows_letters_and_emoji_as_they_are(bot: Bot, folder: Path) -> None:
    text = "naïve, 你好, مرحبا, 👩\u200d⚕\ufe0f"
    ran = bot("dry-run", "--input", bodies(folder, says(f"echo {text}")), "--json")
    assert f'"message": "{text}"' in ran.out


def test_a_line_break_in_a_text_is_no_line_of_ours(bot: Bot, folder: Path) -> None:
    """Else a text could pretend to be the answer of a rule."""
    path = bodies(folder, says("xyz\n  replied by order (rules/shop.yaml:4)"))
    lines = bot("dry-run", "--input", path).out.splitlines()
    assert [line for line in lines if line.startswith("  replied")] == [
        "  replied by fallback (rules/shop.yaml:28)"
    ]


def test_texts_that_follow_each_other_closely_are_one(bot: Bot, folder: Path) -> None:
    rules = folder / "rules" / "rules.yaml"
    rules.write_text(
        "combine: {wait: 5s}\n"
        "rules: [{id: order, when: {regex: 'my order\\s+(?P<n>\\d+)'}, reply: 'Order {{ n }}.'}]\n"
    )
    said = (("hi", 0), ("my order", 3), ("48213", 8), ("my order 1", 20))
    lines = [
        {"fromNumber": PERSON, "message": text, "at": f"2026-01-15T12:00:{at:02}Z"}
        for text, at in said
    ]
    untimed = {"fromNumber": PERSON, "message": "my order 2"}
    (folder / "lines.jsonl").write_text("\n".join(map(json.dumps, [*lines, untimed, untimed])))
    found = bot(
        "dry-run", "--rules", str(rules), "--keep-state", "--input", "lines.jsonl", "--json"
    )
    assert [
        (one["line"], one["reason"], one.get("answeredWith"), len(one["replies"]))
        for one in found.objects
    ] == [
        (1, "combined", 3, 0),
        (2, "combined", 3, 0),
        (3, None, None, 1),
        (4, None, None, 1),
        (5, None, None, 1),
        (6, None, None, 1),
    ]
    alone = bot("dry-run", "--rules", str(rules), "--input", "lines.jsonl", "--json")
    assert [one["reason"] for one in alone.objects] == [None] * 6


COLLEAGUE = "+15555550142"


@pytest.mark.parametrize(
    ("sender", "line", "notice"),
    [
        (
            PERSON,
            f"    texts {COLLEAGUE}: They order. #…",
            {"to": COLLEAGUE, "text": "They order."},
        ),
        (
            COLLEAGUE,
            f"    does not text {COLLEAGUE}: it is about themselves",
            {"to": COLLEAGUE, "text": "They order.", "untold": "it is about themselves"},
        ),
    ],
)
def test_a_colleague_is_not_told_of_their_own_text(
    bot: Bot, rules: Path, sender: str, line: str, notice: dict[str, str]
) -> None:
    """Who tries their own rule from their own phone would wait for a notice."""
    (rules / "rules" / "shop.yaml").write_text(f"""
rules:
  - {{id: buy, when: {{keywords: [buy]}}, notify: {{to: "{COLLEAGUE}", text: They order.}}}}
""")
    assert line in bot("dry-run", "--from", sender, "buy").out.splitlines()
    [found] = bot("dry-run", "--from", sender, "buy", "--json").objects
    assert found["notices"] == [{"event": "notify", **notice}]
