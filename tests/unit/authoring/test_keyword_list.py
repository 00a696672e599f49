"""Lists of keywords become rules whose tests pass; what is left out is said with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring import run_cases
from bot.authoring.formatter import formatted
from bot.authoring.keyword_list import read_keyword_list
from bot.authoring.new_rules import Imported
from bot.engine.decide import decide
from bot.errors import UsageError
from bot.text.words import storable, words
from tests.build import context, inbound, loaded


def imported(content: str | bytes) -> Imported:
    data = content.encode() if isinstance(content, str) else content
    return read_keyword_list(data, "list.csv")


def answers(found: Imported) -> dict[str, str]:
    """What each keyword of the tests gets; all tests pass."""
    rules = loaded(found.text)
    results = [run_cases.run(case, rules.ruleset) for case in rules.cases]
    assert [result.case.say for result in results if not result.passed] == []
    return {
        case.say: decide(inbound(case.say), context(), rules.ruleset).replies[0].text
        for case in rules.cases
    }


OPEN = {"hours": "We're open 9-5.", "menu": "Soup; bread"}


@pytest.mark.parametrize(
    "content",
    [
        "keyword,reply\nhours,We're open 9-5.\nmenu,Soup; bread\n",
        "hours,We're open 9-5.\nmenu,Soup; bread",
        'hours;We\'re open 9-5.\nmenu;"Soup; bread"\n',
        "Keyword\tReply\nhours\tWe're open 9-5.\nmenu\tSoup; bread\n",
        '\r\nKEYWORDS,RESPONSE\r\n\r\n"hours","We\'re open 9-5."\r\nmenu,Soup; bread\r\n',
        "id,trigger,notes,auto_reply\n1,hours,,We're open 9-5.\n2,menu,new,Soup; bread\n",
        "reply,keyword\nWe're open 9-5.,hours\nSoup; bread,menu\n",
        "hours, We're open 9-5. \n menu ,Soup; bread\r",
        "\ufeffkeyword,reply\nhours,We're open 9-5.\nmenu,Soup; bread\n",
        "hours,We're open 9-5.\nmenu,Soup; bread\n".encode("utf-16"),
    ],
)
def test_a_list_is_read_however_it_was_exported(content: str | bytes) -> None:
    found = imported(content)
    assert (answers(found), found.rules, found.notes) == (OPEN, 2, ())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("hours|open|late hours,Nine.", {"hours": "Nine.", "open": "Nine.", "late hours": "Nine."}),
        ('"hours, Open ,,hours",Nine.', {"hours": "Nine.", "Open": "Nine."}),
        ('hours,"Nine\nto\n\nfive"', {"hours": "Nine\nto\n\nfive"}),
        ('hours,"We say ""nine"": 9 # \\ {x}"', {"hours": 'We say "nine": 9 # \\ {x}'}),
        ("hours,{{ name }} {% if %} {# c #} {{{", {"hours": "{{ name }} {% if %} {# c #} {{{"}),
        ("hours,Hi {name} {} {a b} }{ {c", {"hours": "Hi {name} {} {a b} }{ {c"}),
        ("yes,A\nnull,B\n007,C\nC++,D", {"yes": "A", "null": "B", "007": "C", "C++": "D"}),
        ("öffnung,Ja\n営業,はい\n👍,🎉", {"öffnung": "Ja", "営業": "はい", "👍": "🎉"}),
        ("hours," + "long " * 500, {"hours": ("long " * 500).strip()}),
    ],
)
def test_texts_arrive_as_they_were_written(content: str, said: dict[str, str]) -> None:
    assert answers(imported(content)) == said


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ("b,1\na,2", ["b", "a"]),
        ("open,1\nopen late,2\nmenu,3", ["open-late", "open", "menu"]),
        ("a,1\na b,2\na b c,3", ["a-b-c", "a-b", "a"]),
        ("a|a b,1\nc,2", ["a", "c"]),
        ("fallback,1\nFall-back,2\nfall back!,3", ["fallback-2", "fall-back"]),
        ("a,1\nÄ,2", ["a", "a-2"]),
    ],
)
def test_rules_keep_the_order_of_the_lines_where_each_can_match(
    content: str, ids: list[str]
) -> None:
    assert [rule.id for rule in loaded(imported(content).text).ruleset.rules] == ids


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        ("hours,a\n\nHOURS!,b\nmenu,c", [(3, "`HOURS!` is in line 1 already; left out")]),
        ("hours,a\nmenu|hours,b", [(2, "`hours` is in line 1 already; left out")]),
        (
            "hours,a\nStop,b",
            [(2, "`Stop` is taken by `$opt-out` (bot help opt-out); left out")],
        ),
        ("hours,a\n?|!,b", [(2, f"there is no word in `{c}`; left out") for c in "?!"]),
        ("hours,a\nmenu,\n,c", [(2, "there is no reply; left out"),
                               (3, "there is no keyword; left out")]),
        ("a,b\nhours,9-5, Mon-Fri\nc,d",
         [(2, "it has 3 columns instead of 2: put quotes around the texts; left out")]),
        ('hours,"a\nb"\nmenu,"c\nd",e',
         [(3, "it has 3 columns instead of 2: put quotes around the texts; left out")]),
        ("a|b c,1\nb|a d,2", [(2, "`a d` is taken by `a` of line 1; left out")]),
        ("👍|x,1\n👍🏽,2\ny 👍🏽|z,3", []),
        ("a,Hi [First Name]!\nb,Hi {name}",
         [(n, f"`{field}` will be sent as it stands: write"
              " {{ contact.first_name | default('there') }} in the rule")
          for n, field in [(1, "[First Name]"), (2, "{name}")]]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_said_with_its_line(content: str, notes: list[tuple[int, str]]) -> None:
    found = imported(content)
    assert [(note.line, note.message) for note in found.notes] == notes
    answers(found)


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (b"", "there is no rule in it; a line is, for example: hours,Open 9-5"),
        (b"keyword,reply\n", "there is no rule in it; a line is, for example: hours,Open 9-5"),
        (b"?,a", "there is no rule in it; a line is, for example: hours,Open 9-5\n"
                 "line 1: there is no word in `?`; left out"),
        (b"PK\x03\x04rest", "it is a spreadsheet; save it as CSV first"),
        (b"hours,a\nmen\xfc,b", 'line 2: is not UTF-8: save it as "CSV UTF-8"'),
        (b"hours,a\nmenu," + b"x" * 200_000, "line 2: field larger than field limit (131072)"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_a_mistake(content: bytes, mistake: str) -> None:
    with pytest.raises(UsageError) as raised:
        imported(content)
    assert str(raised.value) == mistake


def written(rows: Iterable[tuple[str, str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([("keyword", "reply"), *rows])
    return file.getvalue()


TEXTS = st.one_of(
    st.text(max_size=30),
    st.text("ab{{}} {%#}'\"\\|,;:\n\t👍🏽\x85\u2028", max_size=12),
    st.sampled_from(["stop", "open", "open late", "late", "yes", "hours open late", "{{ x"]),
)


@pytest.mark.system
@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=6))
def test_every_list_loads_passes_its_tests_and_says_the_texts(rows: list[tuple[str, str]]) -> None:
    try:
        found = imported(written(rows).encode("utf-8", "surrogatepass"))
    except UsageError:
        return
    replies = {
        storable(reply).replace("\r\n", "\n").replace("\r", "\n").strip() for _, reply in rows
    }
    assert set(answers(found).values()) <= replies
    assert formatted("list.yaml", found.text) == found.text
    assert all(words(keyword) for keyword in answers(found))
