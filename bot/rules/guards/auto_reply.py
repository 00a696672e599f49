"""`$auto-reply`: another machine answers; two machines would talk for ever.

Out-of-office notes, "I'm driving", messages of the network. It looks at the beginning of the
message only: a person may well say in the middle of one that they are driving.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Final

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import MessageView, Needs
from bot.text.patterns import Pattern

_I_AM: Final = "(?:(?:hi|hello|sorry) )*(?:i'm|i am|im) "
_BEGINNINGS: Final = (
    "network msg\\b",
    "free ?msg\\b",
    "auto ?reply\\b",
    "automat(?:ic|ed) (?:reply|response|message)\\b",
    "this is an automat(?:ic|ed)\\b",
    "(?:thank you|thanks) for (?:your message|contacting|texting|opting in)\\b.{0,80}"
    "\\b(?:automat(?:ic|ed|ically)|office|reply|respond|get back)\\b",
    f"{_I_AM}(?:currently )?(?:out of (?:the )?office|away from my)\\b",
    f"{_I_AM}(?:currently )?driving(?:$| (?:with|right now|at the moment|i'll|i will|and can)\\b)",
    "out of (?:the )?office\\b",
    "message blocking is active\\b",
    "delivery fail(?:ed|ure)\\b",
    "the (?:number|person|subscriber) you (?:are|have) (?:texting|texted|trying)\\b",
)
_STARTS: Final = frozenset(
    "network free freemsg auto autoreply automatic automated this thank thanks hi hello sorry "
    "i'm i im out message delivery the".split()
)
_SIGNS: Final = frozenset(
    "msg freemsg autoreply reply respond response automatic automated automatically office away "
    "driving active failed failure texting texted trying back".split()
)
_MISS: Final = Miss("not an automatic reply")


class AutoReply(Guard):
    NAME: ClassVar[RuleId] = RuleId("$auto-reply")
    KEY: ClassVar[str] = "auto_reply"
    MISS: ClassVar[Miss] = _MISS
    EXAMPLE: ClassVar[str] = "I'm driving right now. I'll get back to you."

    def examine(self, seen: MessageView) -> Verdict | Miss:
        if not seen.words or seen.words[0] not in _STARTS:
            return _MISS
        if _pattern().search(" ".join(seen.words[:30]).encode()) is None:
            return _MISS
        return Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.AUTO_REPLY)

    def needs(self) -> Needs | None:
        return Needs(_SIGNS)


@cache
def _pattern() -> Pattern:
    return Pattern(rf"\A(?:{'|'.join(_BEGINNINGS)})")
