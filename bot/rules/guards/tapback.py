"""`$tapback`: a reaction to a message, which phones without the feature get as a text.

`Liked "…"`, `Loved "…"`, `Laughed at an image`, `Reacted 👍 to "…"`, `👍 to "…"`.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Final

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import MessageView, Needs
from bot.text.patterns import Pattern

_QUOTED: Final = (
    r"(?:\s*[\"“”«„]|\s+an? (?:image|photo|picture|video|movie|message|attachment|audio|link)\b)"
)
_FORMS: Final = (
    rf"(?:Liked|Loved|Disliked|Emphasi[sz]ed|Questioned|Laughed at){_QUOTED}",
    rf"Removed an? (?:like|heart|dislike|laugh|exclamation|question mark|reaction)\b.{{0,20}} from"
    rf"{_QUOTED}",
    rf"Reacted [^\sA-Za-z]\S{{0,19}} to{_QUOTED}",
    rf"[^\x00-\x7f]{{1,8}}\s*to{_QUOTED}",
)
_VERBS: Final = frozenset(
    "liked loved disliked emphasized emphasised questioned laughed removed reacted".split()
)
_MISS: Final = Miss("not a reaction to a message")


class Tapback(Guard):
    NAME: ClassVar[RuleId] = RuleId("$tapback")
    KEY: ClassVar[str] = "tapback"
    MISS: ClassVar[Miss] = _MISS
    EXAMPLE: ClassVar[str] = "Liked “See you at 9”"

    def examine(self, seen: MessageView) -> Verdict | Miss:
        said = seen.words
        if said and said[0] not in _VERBS and seen.message.text.isascii():
            return _MISS
        if _pattern().search(seen.utf8) is None:
            return _MISS
        return Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.TAPBACK)

    def needs(self) -> Needs | None:
        return None  # an emoji and `to` may stand in any message


@cache
def _pattern() -> Pattern:
    return Pattern(rf"\A\s*(?:{'|'.join(_FORMS)})", ignore_case=False)
