from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Place, Severity
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml
from bot.text.durations import duration


def plain(node: Node | None) -> object:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.items()}
    return None


def read(content: str | bytes) -> object:
    problems = Problems()
    node = read_yaml("f.yaml", content, problems)
    assert problems.found == []
    return plain(node)


def mistakes(content: str | bytes) -> list[str]:
    problems = Problems()
    read_yaml("f.yaml", content, problems)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("---\n", ""),
        ("a: b", {"a": "b"}),
        ("--- \na: b\n...\n", {"a": "b"}),
        ("%YAML 1.2\n---\na: b", {"a": "b"}),
        ("a: b\r\nc:\r\n  - d\r\n", {"a": "b", "c": ["d"]}),
        ("a: b\rc: d\r", {"a": "b", "c": "d"}),
        ("\ufeffa: b", {"a": "b"}),
        (b"\xef\xbb\xbfa: b", {"a": "b"}),
        ("a: é 😀".encode(), {"a": "é 😀"}),
        (
            "a: [yes, no, on, off, true, null, ~, where?, 12:30, +15551234567, 007, 1e3, 0x1F, "
            "1_000, .5, 2026-01-15, '', <<, =, .inf, 1.10]",
            {
                "a": [
                    *"yes no on off true null ~ where? 12:30 +15551234567 007 1e3 0x1F".split(),
                    *("1_000", ".5", "2026-01-15", "", "<<", "=", ".inf", "1.10"),
                ]
            },
        ),
        (
            "yes: on\n12:30: 007\nnull: ~\n1: 2",
            {"yes": "on", "12:30": "007", "null": "~", "1": "2"},
        ),
        ("a:\nb: ''", {"a": "", "b": ""}),
        ("a: |\n  b\n  c\nd: >\n  e\n  f\n", {"a": "b\nc\n", "d": "e f\n"}),
        ('a: "\\u200b\\x41\\n"', {"a": "\u200bA\n"}),
        ("a: 'it''s \\d'", {"a": "it's \\d"}),
        ("a: !!int 5\nb: !!seq [ls]", {"a": "5", "b": ["ls"]}),
        ("a: &x [b]\nc: *x\nd: [*x, *x]", {"a": ["b"], "c": ["b"], "d": [["b"], ["b"]]}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": "1", "b": "2", "c": "2"}),
        ("? a\n: b\n", {"a": "b"}),
        ("a: [b,\tc]\nd:\te", {"a": ["b", "c"], "d": "e"}),
        ("a: http://x.example/?y=1#z # comment", {"a": "http://x.example/?y=1#z"}),
    ],
)
def test_every_scalar_is_the_text_that_stands_in_the_file(
    content: str | bytes, expected: object
) -> None:
    assert read(content) == expected


CHAIN = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1_500))
BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: b\nc: d\na: e", "3:1: `a` is here twice (first in line 1) (keep one of them)"),
        ("a: {b: 1, b: 2}", "1:11: `b` is here twice (first in line 1) (keep one of them)"),
        (
            "a: *b",
            "1:4: `*b` points to no anchor before it (put quotes around a text that begins with *",
        ),
        (
            "a: &b [*b]",
            "1:8: `*b` points to no anchor before it (put quotes around a text that begins with *",
        ),
        (
            "a: b\n---\nc: d",
            "2:1: a second document begins here (`---`) (put it in a file of its own)",
        ),
        ("a:\n\t- b\n", "2:1: a tab at the start of the line (indent with spaces)"),
        ("a:\n  b: c\n\td: e", "3:1: a tab at the start of the line (indent with spaces)"),
        ("a: b: c", '1:5: a second `: ` in this line (put quotes around the text: "b: c")'),
        ("a: @b", "1:4: a text that begins with `@` needs quotes around it (put quotes around the"),
        ("a: `b`", "1:4: a text that begins with a backtick needs quotes around it (put quotes"),
        (
            'a:\n  - "b\nc: d\n',
            '2:5: the quote " that opens here is never closed (write " at its end',
        ),
        (
            "a: 'it's'",
            "1:7: this apostrophe ends the text, for it is its closing quote (put double",
        ),
        (
            "a: 'b\nc: d\n",
            "1:4: the quote ' that opens here is never closed (write ' at its end too: 'b')",
        ),
        (
            'a: "\\d+"\nb: c',
            "1:5: `\\d` is not a sign that double quotes know (put single quotes around the text",
        ),
        ('a: "\\ud800"', "1:5: `\\u` is not a sign that double quotes know"),
        (
            "a: [b, c\nd: e",
            "1:4: the `[` that opens here is never closed (write `]` where it ends)",
        ),
        (
            "a:\n   b: c\n  d: e",
            "3:3: `d` is not indented as the keys above it, which begin in column 4 (move it 1",
        ),
        ("a: b\r\nc:\r\n  - [d\r\n", "3:5: the `[` that opens here is never closed"),
        ("[a, b]: c", "1:1: a list stands where a key belongs (put quotes around the text)"),
        ("a: {{x: y}: z}", "1:4: a text that begins with `{{` needs quotes around it"),
        (b"a: b\nc: \xff", "2:4: the file is not UTF-8 (save it as UTF-8, in the"),
        (b"\xef\xbb\xbfa: b\nc: \xff", "2:4: the file is not UTF-8 (save it as UTF-8, in the"),
        (b"\xff\xfea\0:\0 \0b\0", "1:1: the file is UTF-16, not UTF-8 (save it as UTF-8, in the"),
        ("a: \u00e9\xe9\xe9".encode("latin-1"), "1:4: the file is not UTF-8"),
        ("a: é\ud800", "1:5: the file is not UTF-8 (save it as UTF-8, in the"),
        ("a: éééééé\a\nb: c", "1:10: a character that YAML does not allow: '\\x07' (delete it)"),
        ("a: 😀😀\nb: \0", "2:4: a character that YAML does not allow: '\\x00' (delete it)"),
        ("a: \uffff", "1:4: a character that YAML does not allow: '\\uffff' (delete it)"),
        ("- " * 10_000, "1:101: nested deeper than 50 (make it flatter)"),
        (CHAIN, "50:12: nested deeper than 50 (make it flatter)"),
        (BOMB, "7:5: the file is too large (split it)"),
    ],
    ids=lambda value: None if len(value) < 99 else f"{value[:9]}…",
)
def test_a_mistake_has_a_place_and_a_way_out(content: str | bytes, problem: str) -> None:
    [found] = mistakes(content)
    assert found.startswith(f"f.yaml:{problem}")


def test_what_the_library_itself_refuses_as_too_deep_is_said_in_our_words() -> None:
    """libyaml before 0.2.6 leaves it to us; later ones give up at 1,000, before we see it."""
    [found] = mistakes("[" * 100_000)
    assert found in {
        f"f.yaml:1:{column}: nested deeper than 50 (make it flatter)" for column in (51, 1001)
    }


@pytest.mark.parametrize(
    "content", ["[" * 49 + "x" + "]" * 49, CHAIN[: CHAIN.index("a40:")], BOMB[: BOMB.index("a4:")]]
)
def test_what_is_deep_or_wide_within_reason_is_read(content: str) -> None:
    assert mistakes(content) == []


def test_all_duplicate_keys_are_found_at_once() -> None:
    assert mistakes("a: 1\na: 2\nb: {c: 1, c: 2}") == [
        "f.yaml:2:1: `a` is here twice (first in line 1) (keep one of them)",
        "f.yaml:3:11: `c` is here twice (first in line 3) (keep one of them)",
    ]


def test_every_node_has_its_place() -> None:
    problems = Problems()
    root = read_yaml("f.yaml", "é: [x, {y: 'z'}]\nk: |\n  t\n", problems)
    assert root == Mapping(
        {
            "é": (
                Scalar("é", Place("f.yaml", 1, 1)),
                Sequence(
                    [
                        Scalar("x", Place("f.yaml", 1, 5)),
                        Mapping(
                            {
                                "y": (
                                    Scalar("y", Place("f.yaml", 1, 9)),
                                    Scalar("z", Place("f.yaml", 1, 12), plain=False),
                                )
                            },
                            Place("f.yaml", 1, 8),
                        ),
                    ],
                    Place("f.yaml", 1, 4),
                ),
            ),
            "k": (
                Scalar("k", Place("f.yaml", 2, 1)),
                Scalar("t\n", Place("f.yaml", 2, 4), plain=False, block=True),
            ),
        },
        Place("f.yaml", 1, 1),
    )


@pytest.mark.parametrize(
    ("content", "null"),
    [("null", True), ("~", True), ("''", False), ("'null'", False), ('"~"', False), ("no", False)],
)
def test_null_is_written_without_quotes(content: str, null: bool) -> None:
    node = read_yaml("f.yaml", content, Problems())
    assert isinstance(node, Scalar)
    assert node.is_null is null


@pytest.mark.parametrize(
    ("text", "flag"),
    [("true", True), ("Yes", True), ("ON", True), ("false", False), ("no", False), ("Off", False)],
)
def test_a_flag_may_be_said_in_six_ways(text: str, flag: bool) -> None:
    problems = Problems()
    assert problems.flag(Scalar(text, Place("f", 1, 1)), "x") is flag
    assert problems.found == []


@pytest.mark.parametrize("node", ["1", "", "maybe", "y", "~"])
def test_what_is_no_flag_is_said_so(node: str) -> None:
    problems = Problems()
    problems.flag(Scalar(node, Place("f", 1, 1)), "x")
    assert [str(p) for p in problems.found] == ["f:1:1: x: needs true or false (x: true)"]


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("007", 7), ("+5", 5), ("999999999", 999999999)]
)
def test_a_number_is_whole(text: str, number: int) -> None:
    problems = Problems()
    assert problems.number(Scalar(text, Place("f", 1, 1)), "x") == number
    assert problems.found == []


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1e3", "1_000", "9" * 5_000, "five"])
def test_what_is_no_number_is_said_so(text: str) -> None:
    problems = Problems()
    assert problems.number(Scalar(text, Place("f", 1, 1)), "x", least=0) == 0
    assert [str(p) for p in problems.found] == [
        "f:1:1: x: needs a whole number of at least 0 (x: 1)"
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *[("30s", 30), ("5m", 300), ("1h", 3600), ("2 d", 172800), (" 1w ", 604800), ("0s", 0)],
        *[("3660d", 3660 * 86400), ("3661d", None), ("9" * 5_000 + "s", None)],
        *[("", None), ("5", None), ("h", None), ("-5m", None), ("1.5h", None), ("1h30m", None)],
    ],
)
def test_a_duration_is_a_number_and_a_unit_up_to_ten_years(text: str, seconds: int | None) -> None:
    assert duration(text) == seconds


def test_a_warning_is_no_error() -> None:
    problems = Problems()
    problems.warning(Place("f", 1, 1), "w", "beware")
    problems.error(Place("f", 2, 1), "e", "wrong")
    assert [p.severity for p in problems.found] == [Severity.WARNING, Severity.ERROR]
    assert [p.message for p in problems.errors] == ["wrong"]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>'\"%#?,\n\t \ud800\0é", max_size=40))
def test_no_text_makes_reading_raise(text: str) -> None:
    read_yaml("f.yaml", text, Problems())


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60))
def test_no_bytes_make_reading_raise(content: bytes) -> None:
    read_yaml("f.yaml", content, Problems())
