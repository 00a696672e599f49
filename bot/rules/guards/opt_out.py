"""`$opt-out`: somebody wants no more texts. This is law: 47 CFR 64.1200(a)(10).

Certain: the whole message, but for punctuation, politeness, emoji, a signature and repetition, is
an opt-out word. The person is opted out for ever and gets nothing more, unless
`guards.opt_out.reply` confirms it.

Likely: it reads like a wish to leave, in English or Spanish ("please stop texting me"). Nobody is
opted out by itself; the message is held for a person, no rule answers. Open questions end, and what
waits for them, timers too, is held until a person decides (`bot inbox done`, `answer`, `opt-out`)
or they write an ordinary text. `likely: ask` sends one question as well: a plain yes to it
(`answer: yes`) is a certain opt-out, after any other text a person decides.

    guards:
      opt_out:
        words: [basta]          # beside the words of the law, which stay
        reply: "You are unsubscribed and will get no more texts."
        likely: ask             # or hold
        question: "Do you want no more texts from us? Then reply STOP."
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final, Self

from bot.model import Change, ChangeKind, Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Form, Guard, Verdict, read_reply
from bot.rules.guards.family import Family
from bot.rules.guards.forms import LOOKALIKES, MACHINES, NO_OPT_OUTS, OPT_OUTS
from bot.rules.guards.tapback import is_reaction
from bot.rules.json_schema import TEMPLATE, TEXTS, Schema, one_of
from bot.rules.json_schema import said as said_of
from bot.rules.matchers.answer import meaning
from bot.rules.matchers.base import MessageView, Needs, Sheet
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.problems import Problems
from bot.rules.templates.template import Template
from bot.text.words import words

WORDS: Final = (
    *("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke"),
    *("opt out", "optout", "opt-out"),
)
_TIMES: Final = ("day", "one", "evening", "night", "weekend")
_COURTESIES: Final = (
    *("please", "pls", "plz", "plse", "kindly", "thanks", "thank you", "thank u", "thx", "ty"),
    *("thank you so much", "thank you very much", "thanks so much", "thanks a lot", "many thanks"),
    *(
        "please and thank you",
        "thanks in advance",
        "thanks anyway",
        "no thanks",
        "no thank you",
        "tks",
        "tnx",
        "cheers",
    ),
    *("god bless", "god bless you", "sir", "ma'am", "maam", "best regards", "regards"),
    *("much appreciated", "por favor", "porfavor", "porfa", "x favor", "xfa", "gracias"),
    *("muchas gracias", "no gracias", "mil gracias"),
    *(f"have a {how} {what}" for how in ("nice", "good", "great", "blessed") for what in _TIMES),
)
_POLITENESS: Final = frozenset(map(words, _COURTESIES))
_COURTEOUS: Final = frozenset(phrase[0] for phrase in _POLITENESS)
_LONGEST_COURTESY: Final = max(map(len, _POLITENESS))
_SPELLED: Final = tuple("stop")
"""S.T.O.P."""
# What phones and mail programs write under a text.
_SIGNATURES: Final = frozenset(
    map(
        words,
        (
            *("sent from", "sent via", "sent with", "sent using", "get outlook for"),
            *("enviado desde", "enviado con", "enviado de mi", "envoyé de mon"),
        ),
    )
)
_LONGEST_SIGNATURE: Final = 12
_LAUGHS: Final = frozenset("😂🤣😹😆😅💀😝😜😋🤪😛🥰😍😘")
"""Emoji beside which STOP may be a joke: then a person looks at it."""

_STOP_SIGNS: Final = frozenset("🛑⛔🚫")

_QUESTION: Final = "Do you want no more texts from us? Then reply STOP."
_LONGEST_CERTAIN: Final = 24
"""Words; a longer text says more than that."""

_CERTAIN: Final = Form(
    "certain: the word, with politeness, an emoji or a signature",
    ("STOP", "stop, thank you", "STOP \U0001f6d1", "S.T.O.P.", "Stop\nSent from my iPhone"),
    ("bus stop", "cancel my order", "the end"),
)
_SIGN_ALONE: Final = Form(
    "a stop sign, alone",
    ("\U0001f6d1", "\u26d4\ufe0f\u26d4\ufe0f"),
    ("at the \U0001f6d1 turn left", "\U0001f44b"),
)
_MISS: Final = Miss("not an opt-out")
_CLEARED: Final = Miss("not an opt-out, says a person of ours")


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
        self._phrases = frozenset({_SPELLED, *(words(text) for text in (*WORDS, *more))})
        self._longest = max(map(len, self._phrases))
        self._begins = frozenset(phrase[0] for phrase in self._phrases | _POLITENESS)
        self._reply = reply
        self._question = question

    @classmethod
    def read(cls, section: MappingNode | None, problems: Problems, sheet: Sheet) -> Self:
        if section is None:
            return cls((), None, None)
        problems.known_keys(section, cls.SECTION, "setting of guards.opt_out")
        node = section.get("words")
        more = problems.texts(node, "guards.opt_out.words") if node is not None else []
        for scalar in more:
            if not words(scalar.text):
                problems.error(
                    scalar,
                    "no-word",
                    "guards.opt_out.words: there is no word in it",
                    "words: [leave]",
                )
        question = read_reply(section, problems, sheet, "question")
        asks = False
        if (likely := section.get("likely")) is not None:
            text = problems.text(likely, "guards.opt_out.likely")
            asks = text == "ask"
            if text not in ("ask", "hold"):
                problems.error(
                    likely, "likely", "guards.opt_out.likely: needs ask or hold", "likely: ask"
                )
        return cls(
            tuple(scalar.text for scalar in more if words(scalar.text)),
            read_reply(section, problems, sheet),
            (question or Template(_QUESTION)) if asks else None,
        )

    def mutants(self) -> Iterator[tuple[str, Self, Sequence[Mapping[str, str]]]]:
        for word in self.more:
            left = tuple(one for one in self.more if one != word)
            other = type(self)(left, self._reply, self._question)
            yield f"without the word `{word}`", other, [{"say": word}]
        if self._reply is not None:
            other = type(self)(self.more, None, self._question)
            yield "without `reply`", other, [{"say": self.EXAMPLE}]
        if self._question is not None:
            other = type(self)(self.more, self._reply, None)
            yield "with `likely: hold`", other, [{"say": "please stop texting me"}]

    def examine(self, seen: MessageView) -> Verdict | Miss:
        if self.is_certain(seen.words) or self._is_confirmed(seen):
            return Verdict(
                outcome=Outcome.SUPPRESSED,
                reason=Reason.OPT_OUT,
                # At most one confirmation: who is opted out already has had it.
                reply=None if seen.context.opted_out else self._reply,
                changes=(Change(ChangeKind.OPT_OUT),),
            )
        if self._is_likely(seen):
            if seen.message.is_cleared:
                return _CLEARED
            return Verdict(
                outcome=Outcome.HELD,
                reason=Reason.LIKELY_OPT_OUT,
                # Who is opted out gets nothing, not even a question; nobody gets it twice.
                reply=None if seen.context.opted_out or seen.context.held else self._question,
                asks=True,
            )
        return _MISS

    @classmethod
    def _is_confirmed(cls, seen: MessageView) -> bool:
        """They say yes to the question whether they want to leave."""
        question = seen.context.question
        is_asked = question is not None and question.rule == cls.NAME
        held = seen.context.held is Reason.LIKELY_OPT_OUT
        return is_asked and held and meaning(seen) == "yes"

    def takes_words(self, said: tuple[str, ...]) -> bool:
        return self.is_certain(said)

    @classmethod
    def forms(cls) -> Sequence[Form]:
        return (_CERTAIN, _SIGN_ALONE, *OPT_OUTS.forms())

    def needs(self) -> Needs | None:
        if self._question is not None:
            return None  # any yes may be an answer
        begins = {phrase[0] for phrase in self._phrases if phrase != _SPELLED}
        certain = {*begins, _SPELLED[-1]}
        beside = dict(OPT_OUTS.beside)
        for word in certain.intersection(beside):
            del beside[word]
        return Needs(OPT_OUTS.signs.keys() | certain | _STOP_SIGNS, beside=beside)

    @staticmethod
    def _is_likely(seen: MessageView) -> bool:
        """A reaction that quotes a wish is none."""
        text, said = seen.message.text, seen.words
        if said and _STOP_SIGNS.issuperset(said):
            return True
        return wish(text, said) is not None and not is_reaction(text, seen.context.sent_texts)

    def vocabulary(self) -> Sequence[str]:
        return (*WORDS, *self.more)

    def is_certain(self, said: tuple[str, ...]) -> bool:
        """Nothing but opt-out words, politeness, emoji and a signature, at least one of the first.

        An emoji that laughs makes it a likely one.
        """
        if not 0 < len(said) <= max(_LONGEST_CERTAIN, self._longest):
            return False
        if said[0] not in self._begins and said[0].isascii():
            return False
        found, at = False, 0
        while at < len(said):
            sizes = range(self._longest, 0, -1)
            size = next((n for n in sizes if said[at : at + n] in self._phrases), 0)
            found = found or bool(size)
            step = size or politeness(said, at) or (found and _signature(said, at))
            if not step:
                return False
            at += step
        return found


def politeness(said: tuple[str, ...], at: int) -> int:
    """How many words of politeness stand there: `thank you` are two, `you` alone 0; an emoji 1."""
    if said[at] not in _COURTEOUS:
        return _emoji(said[at])
    sizes = range(_LONGEST_COURTESY, 0, -1)
    return next((n for n in sizes if said[at : at + n] in _POLITENESS), 0)


def _emoji(word: str) -> int:
    return int(not word.isascii() and word[0] not in _LAUGHS and not any(map(str.isalnum, word)))


def _signature(said: tuple[str, ...], at: int) -> int:
    """How many words of a signature stand there, which goes on to the end of the text."""
    left = len(said) - at
    begins = said[at : at + 2] in _SIGNATURES or said[at : at + 3] in _SIGNATURES
    return left if begins and left <= _LONGEST_SIGNATURE else 0


def without_politeness(said: tuple[str, ...]) -> tuple[str, ...]:
    """The other words."""
    kept: list[str] = []
    at = 0
    while at < len(said):
        step = politeness(said, at)
        if not step:
            kept.append(said[at])
        at += step or 1
    return tuple(kept)


def wish(text: str, said: tuple[str, ...]) -> Family | None:
    """The family of wishes to leave that a text belongs to; `said` are its words."""
    found = OPT_OUTS.find(text, said)
    if found is None or NO_OPT_OUTS.find(text, said) is not None:
        return None
    if found.is_open and any(families.find(text, said) for families in (LOOKALIKES, MACHINES)):
        return None
    return found
