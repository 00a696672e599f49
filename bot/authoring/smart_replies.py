"""Smart replies of an account, one word and what MTA answers to it, to rules with tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.authoring.new_rules import Imported, NewRule, Note, Phrase, answering, taken_by_guard
from bot.errors import UsageError
from bot.model import FALLBACK
from bot.rules.loader import load
from bot.rules.ruleset import Ruleset
from bot.text.words import words

_HEAD: Final = """\
# The smart replies of the account, by `bot import smart-replies`. Each answers
# the text that is its word and nothing else, as at MTA; to find a word within a
# text too, write [hours] in place of {exact: [hours]}.
rules:"""


def rules_of(replies: Iterable[tuple[str, str]], ours: Ruleset | None) -> Imported:
    """Rules of words with their replies; what `ours` answer already is left out.

    Raises UsageError where nothing is left.
    """
    notes: list[Note] = []
    first: dict[Phrase, NewRule] = {}
    guards = load(()).ruleset
    for number, (word, reply) in enumerate(replies, 1):
        phrase = words(word)
        why = _reason_against(word, phrase, reply, guards, ours)
        if phrase in first:
            why = f"`{word}` is there twice"
        if why:
            notes.append(Note(number, f"{why}; left out"))
        else:
            first[phrase] = NewRule(number, reply, {phrase: " ".join(word.split())}, is_whole=True)
    if not first:
        left_out = "".join(f"\n{note.message}" for note in notes)
        raise UsageError(f"the account has no smart replies to make rules of{left_out}")
    return Imported.of(_HEAD, list(first.values()), notes, ours.by_id if ours is not None else ())


def _reason_against(
    word: str, phrase: Phrase, reply: str, guards: Ruleset, ours: Ruleset | None
) -> str:
    if not phrase:
        return f"there is no word in `{word}`" if word else f"no word is told for `{reply[:40]}`"
    if not reply.strip():
        return f"`{word}` has no text"
    if taken := taken_by_guard(word, guards):
        return f"`{word}` {taken}"
    by = None if ours is None else answering(word, ours)
    rule = None if ours is None or by is None or by == FALLBACK else ours.rule(by)
    if rule is None:
        return f"`{word}` is answered by `{by}`" if by and by != FALLBACK else ""
    return f"`{word}` is answered by your rule `{rule.id}` ({rule.place.in_file}) already"
