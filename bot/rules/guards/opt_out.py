"""`$opt-out`: somebody wants no more texts. This is law: 47 CFR 64.1200(a)(10).

Certain: the whole message, but for punctuation, politeness and repetition, is an opt-out word.
The person is opted out for ever and gets nothing more, unless `guards.opt_out.reply` confirms it.

Likely: it reads like a wish to leave ("please stop texting me"). Nobody is opted out by itself;
the message is held for a person, no rule answers. `likely: ask` sends one question instead.

    guards:
      opt_out:
        words: [basta]          # beside the words of the law, which stay
        reply: "You are unsubscribed and will get no more texts."
        likely: ask             # or hold
        question: "Do you want no more texts from us? Then reply STOP."
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import ClassVar, Final, Self

from bot.model import Change, ChangeKind, Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Guard, Verdict, read_reply
from bot.rules.json_schema import TEMPLATE, TEXTS, Schema, one_of
from bot.rules.json_schema import said as said_of
from bot.rules.matchers.base import MessageView, Needs
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.problems import Problems
from bot.rules.templates.sandbox import Filters
from bot.rules.templates.template import Template
from bot.text.patterns import Pattern
from bot.text.words import words

WORDS: Final = (
    *("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke"),
    *("opt out", "optout", "opt-out"),
)
_POLITENESS: Final = frozenset(map(words, ("please", "pls", "plz", "thanks", "thank you", "thx")))

_QUESTION: Final = "Do you want no more texts from us? Then reply STOP."
_LONGEST_CERTAIN: Final = 12
"""Words; a longer text says more than that."""
# Words without which no likely opt-out can be said: ordinary messages are done after one look.
_SIGNS: Final = frozenset(
    "stop remove never text unsubscribe lose delete opt opting want take forget quit end".split()
)
_POLITE: Final = "(?:(?:please|pls|plz|just|now|ok|and|hey|hi|sorry) )*"
_TEXTS: Final = (
    "(?:text(?:ing|s)?|txt(?:ing|s)?|messag(?:e|es|ing)|msgs?|sms|send(?:ing)?|contact(?:ing)?)"
)
_ME: Final = "(?:me|us|my (?:phone|number|cell|mobile))"
_YOUR: Final = "(?:all|the|this|that|these|those|your|ur|with|any|more|of|to)"
_LIKELY: Final = (
    rf"^{_POLITE}stop (?:{_YOUR} )*{_TEXTS}\b",
    rf"\b(?:please|pls|plz) (?:stop|quit) (?:{_YOUR} )*{_TEXTS}\b",
    rf"\b(?:stop|quit) {_TEXTS} (?:to )?{_ME}\b",
    rf"\b(?:do not|don't|dont|never) (?:ever )?{_TEXTS} (?:to )?{_ME} (?:again|any ?more|ever)\b",
    rf"^{_POLITE}stop (?:this|it|that|now|already|immediately)(?: (?:please|pls|plz|now))*$",
    rf"^{_POLITE}(?:remove|delete|take) (?:{_ME}|this number|my (?:name|info))(?: please)?$",
    rf"\b(?:remove|take|get|delete) (?:{_ME}|my (?:name|info)) (?:off|from) (?:{_YOUR} )*"
    rf"(?:list|lists|mailing|sms|text|texting|messag|contact|call|database|system)",
    rf"^{_POLITE}take {_ME} off\b",
    r"\b(?:remove|delete) (?:my|this) (?:number|phone)\b",
    r"\b(?:lose|delete|forget) (?:my|this) number\b",
    rf"\b(?:unsubscribe|opt|opting) {_ME}\b",
    rf"^{_POLITE}(?:(?:i|i'd|want|wish|would|like|need|to) )*(?:unsubscribe|opt out)\b",
    r"\b(?:please|pls|plz|want to) (?:unsubscribe|opt out)\b",
    rf"\b(?:do not|don't|dont) want (?:{_YOUR} )*(?:text|txt|messag|msg|sms)",
    rf"^{_POLITE}(?:stop|end|quit|cancel) (?:stop|end|quit|unsubscribe)\b",
)
_NEVER: Final = (
    r"\b(?:do not|don't|dont|never|not|won't|wont|can't|cant|cannot|didn't|why (?:did|do) you) "
    r"(?:ever )?(?:stop|unsubscribe|opt|remove|delete)\b"
    # The footer of somebody else's advertisement, forwarded or not, is not a wish of the sender.
    r"|\b(?:to|2) (?:stop|end|cancel|unsubscribe|opt out)\b.{0,60}\b(?:call|reply|text|txt|send)\b"
    r"|\b(?:reply|text|txt|send|with|sms) (?:\w+ )?stop\b|\bstop to \d"
)


_MISS: Final = Miss("not an opt-out")


class OptOut(Guard):
    NAME: ClassVar[RuleId] = RuleId("$opt-out")
    KEY: ClassVar[str] = "opt_out"
    MISS: ClassVar[Miss] = _MISS
    EXAMPLE: ClassVar[str] = "STOP"
    SECTION: ClassVar[Mapping[str, Schema]] = {
        "words": said_of(TEXTS, "More words, beside those of the law."),
        "reply": said_of(TEMPLATE, "One confirmation; without it nothing is sent."),
        "likely": said_of(
            one_of("hold", "ask"), "What happens to a text that reads like an opt-out."
        ),
        "question": said_of(TEMPLATE, "What is asked where `likely` is `ask`."),
    }

    def __init__(
        self, more: tuple[str, ...], reply: Template | None, question: Template | None
    ) -> None:
        self.more = more
        """Words of the rule files beside those of the law."""
        self._phrases = frozenset(words(text) for text in (*WORDS, *more))
        self._longest = max(map(len, self._phrases))
        self._begins = frozenset(phrase[0] for phrase in self._phrases | _POLITENESS)
        self._reply = reply
        self._question = question

    @classmethod
    def read(cls, section: MappingNode | None, problems: Problems, filters: Filters) -> Self:
        if section is None:
            return cls((), None, None)
        problems.known_keys(section, cls.SECTION, "setting of guards.opt_out")
        node = section.get("words")
        more = problems.texts(node, "guards.opt_out.words") if node is not None else []
        for scalar in more:
            if not words(scalar.text):
                problems.error(scalar, "no-word", "guards.opt_out.words: there is no word in it")
        question = read_reply(section, problems, filters, "question")
        asks = False
        if (likely := section.get("likely")) is not None:
            text = problems.text(likely, "guards.opt_out.likely")
            asks = text == "ask"
            if text not in ("ask", "hold"):
                problems.error(likely, "likely", "guards.opt_out.likely: needs ask or hold")
        return cls(
            tuple(scalar.text for scalar in more if words(scalar.text)),
            read_reply(section, problems, filters),
            (question or Template(_QUESTION)) if asks else None,
        )

    def examine(self, seen: MessageView) -> Verdict | Miss:
        if self.is_certain(seen.words):
            return Verdict(
                outcome=Outcome.SUPPRESSED,
                reason=Reason.OPT_OUT,
                # At most one confirmation: who is opted out already has had it.
                reply=None if seen.context.opted_out else self._reply,
                changes=(Change(ChangeKind.OPT_OUT),),
            )
        if is_likely(seen):
            return Verdict(
                outcome=Outcome.HELD,
                reason=Reason.LIKELY_OPT_OUT,
                # Who is opted out gets nothing, not even a question.
                reply=None if seen.context.opted_out else self._question,
            )
        return _MISS

    def needs(self) -> Needs | None:
        return Needs(_SIGNS | {phrase[0] for phrase in self._phrases})

    def vocabulary(self) -> Sequence[str]:
        return (*WORDS, *self.more)

    def is_certain(self, said: tuple[str, ...]) -> bool:
        """Nothing but opt-out words and politeness, at least one of the former."""
        if not said or said[0] not in self._begins:
            return False
        if len(said) > max(_LONGEST_CERTAIN, self._longest):
            return False
        found, at = False, 0
        while at < len(said):
            sizes = range(self._longest, 0, -1)
            size = next((n for n in sizes if said[at : at + n] in self._phrases), 0)
            found = found or bool(size)
            step = size or politeness(said, at)
            if not step:
                return False
            at += step
        return found


def politeness(said: tuple[str, ...], at: int) -> int:
    """How many words of politeness stand there: `thank you` are two, `you` alone 0."""
    return next((n for n in (2, 1) if said[at : at + n] in _POLITENESS), 0)


def without_politeness(said: tuple[str, ...]) -> frozenset[str]:
    """The other words."""
    kept: set[str] = set()
    at = 0
    while at < len(said):
        step = politeness(said, at)
        if not step:
            kept.add(said[at])
        at += step or 1
    return frozenset(kept)


def is_likely(seen: MessageView) -> bool:
    """It reads like a wish to leave, without being one beyond doubt."""
    if _SIGNS.isdisjoint(seen.words):
        return False
    said = " ".join(seen.words).encode()
    likely, never = _patterns()
    return likely.search(said) is not None and never.search(said) is None


@cache
def _patterns() -> tuple[Pattern, Pattern]:
    return Pattern("|".join(_LIKELY)), Pattern(_NEVER)
