"""Smart replies become rules that answer the same words with the same texts, and no others."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring import run_cases
from bot.authoring.new_rules import answering
from bot.authoring.smart_replies import rules_of
from bot.errors import UsageError
from bot.rules.loader import SourceFile, load
from tests.build import ruleset

OURS = """
rules:
  - {id: hours, when: {keywords: [hours, open]}, reply: 9-5}
  - {id: map, when: {keywords: [directions]}, reply: Main St}
guards: {help: {reply: Call us.}}
fallback: {reply: Sorry?}
"""


def test_the_file_whole() -> None:
    found = rules_of([("Menu", "Soup & {bread}"), ("map", "Main St. 1")], ruleset(OURS))
    filled = "{{ contact.bread | default('...') }}"
    said = f"`{{bread}}` will be sent as it stands: write {filled} in the rule"
    assert [note.message for note in found.notes] == [said]
    assert (
        found.text
        == """\
# The smart replies of the account, by `bot import smart-replies`. Each answers
# the text that is its word and nothing else, as at MTA; to find a word within a
# text too, write [hours] in place of {exact: [hours]}.
rules:
  - id: menu
    when: {keywords: {exact: [Menu]}}
    reply: "Soup & {{ '{' }}bread}"
    tests: {match: [Menu]}

  - id: map-2
    when: {keywords: {exact: [map]}}
    reply: "Main St. 1"
    tests: {match: [map]}
"""
    )


@pytest.mark.parametrize(
    ("word", "reply", "why"),
    [
        ("Open", "x", "`Open` is answered by your rule `hours` (rules.yaml:3) already; left out"),
        ("HELP", "x", "`HELP` is answered by `$help`; left out"),
        ("stop", "x", "`stop` is taken by `$opt-out` (bot help opt-out); left out"),
        ("START", "x", "`START` is taken by `$opt-in` (bot help opt-in); left out"),
        ("menu", "again", "`menu` is there twice; left out"),
        ("", "Soup & bread", "no word is told for `Soup & bread`; left out"),
        ("logo", " ", "`logo` has no text; left out"),
        ("?!", "x", "there is no word in `?!`; left out"),
    ],
)
def test_what_has_an_answer_or_none_is_left_out(word: str, reply: str, why: str) -> None:
    found = rules_of([("Menu", "Soup"), (word, reply)], ruleset(OURS))
    assert (found.rules, [note.message for note in found.notes]) == (1, [why])


def test_without_rules_of_ours_help_is_a_word_like_any() -> None:
    found = rules_of([("HELP", "Call us.")], None)
    assert (found.rules, found.notes) == (1, ())


def test_nothing_to_make_rules_of() -> None:
    with pytest.raises(UsageError, match=r"no smart replies to make rules of$"):
        rules_of([], None)
    with pytest.raises(UsageError, match="make rules of\n`stop` is taken by"):
        rules_of([("stop", "x")], None)


@given(st.dictionaries(st.text(max_size=8), st.text(min_size=1, max_size=60), max_size=5))
def test_each_word_that_is_taken_over_gets_its_reply_in_rules_that_pass(
    replies: Mapping[str, str],
) -> None:
    given_ = {word: reply for word, reply in replies.items() if word.isalnum() and reply.strip()}
    try:
        found = rules_of(given_.items(), None)
    except UsageError:
        return
    loaded = load([SourceFile("r.yaml", found.text)])
    assert len(loaded.cases) == found.rules == len(loaded.ruleset.rules)
    assert all(run_cases.run(case, loaded.ruleset).passed for case in loaded.cases)
    assert all(answering(f"x {case.say} x", loaded.ruleset) is None for case in loaded.cases)
