"""`$auto-reply`: another machine answers; two machines would talk for ever.

Out-of-office notes, "I'm driving", messages of the network. It looks at the beginning of the
message only: a person may well say in the middle of one that they are driving.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Final, Self

from bot.guard import Verdict
from bot.matcher import Seen
from bot.model import Miss, Outcome, Reason, RuleId
from bot.patterns import Pattern
from bot.source import Mapping, Problems

_I_AM: Final = "(?:(?:hi|hello|sorry) )*(?:i'm|i am|im) "
_BEGINNINGS: Final = (
    "network msg",
    "free ?msg",
    "auto ?reply",
    "automat(?:ic|ed) (?:reply|response|message)",
    "this is an automat(?:ic|ed)",
    "(?:thank you|thanks) for (?:your message|contacting|texting|opting in)\\b.{0,80}"
    "\\b(?:automat|out of (?:the )?office|(?:reply|respond|get back) )",
    f"{_I_AM}(?:currently )?(?:out of (?:the )?office|away from my)",
    f"{_I_AM}(?:currently )?driving(?:$| (?:with|right now|at the moment|i'll|i will|and can)\\b)",
    "out of (?:the )?office",
    "message blocking is active",
    "delivery fail",
    "the (?:number|person|subscriber) you (?:are|have) (?:texting|texted|trying)",
)
_STARTS: Final = frozenset(
    "network free freemsg auto autoreply automatic automated this thank thanks hi hello sorry "
    "i'm i im out message delivery the".split()
)
_SIGNS: Final = frozenset(
    "msg freemsg free autoreply reply automatic automated response office away driving active "
    "failed failure texting texted trying back respond".split()
)
_MISS: Final = Miss("it does not begin as an automatic message does")


class AutoReply:
    NAME: ClassVar[RuleId] = RuleId("$auto-reply")
    KEY: ClassVar[str] = "auto_reply"

    @classmethod
    def read(cls, section: Mapping | None, problems: Problems) -> Self:
        if section is not None:
            problems.known_keys(section, (), "setting of guards.auto_reply")
        return cls()

    def examine(self, seen: Seen) -> Verdict | Miss:
        if not seen.words or seen.words[0] not in _STARTS or _SIGNS.isdisjoint(seen.vocabulary):
            return _MISS
        if _pattern().search(" ".join(seen.words[:30]).encode()) is None:
            return _MISS
        return Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.AUTO_REPLY)


@cache
def _pattern() -> Pattern:
    return Pattern(rf"\A(?:{'|'.join(_BEGINNINGS)})")
