"""`answer`: the message says yes, or no, and nothing else, as people text it.

    when: {answer: yes}
    when: {answer: no, state: asked-to-confirm}
    when: {answer: [yes, no]}                       # one of them

What is read, and what it is:

    yes · Yes! · YES · y · yep · yup · yeah · yea · ya · yess · yesss · yes yes → yes
    ok · okay · k · kk · okey dokey · alright · fine · sure · sure thing · of course → yes
    sounds good · that works · works for me · go ahead · yes please · please do → yes
    correct · that's right · I do · yes I do · confirmed · absolutely · for sure → yes
    si · sí · claro · claro que sí · vale · de acuerdo · 👍 · 👍🏽 · ✅ · 👌 · yes 👍😀 → yes
    hi, yes please · ok thanks · yes ma'am · oh yes → yes
    no · No. · n · nope · nah · nooo · no no no · no thanks · no thank you · no, sorry → no
    not really · of course not · absolutely not · I don't · no I don't think so → no
    no gracias · claro que no · para nada · 👎 · ❌ · no 🙅 → no
    yes? · ok?? · ¿sí? · yes but not today · not yes · yes or no · yeah no · 😀 · please → none
    no problem · not sure · yes 2 · ok stop · I am ok with Tuesday · great · → none

Politeness, emoji, repetition and stretched letters beside it make no difference; any other word
does, and so does a question mark: what says more, or both, is neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import ClassVar, Final, Self

from bot.model import Match, Miss
from bot.rules.json_schema import Schema, by_kind, listed
from bot.rules.matchers.base import HIT, Matcher, MessageView, Phrase, Reading
from bot.rules.matchers.covering import Cases, Claim
from bot.rules.nodes import Node, Sequence
from bot.text.late import late

_YES: Final = """
    yes, yep, yup, yeah, yea, yah, ya, ye, yas, y, ok, okay, okey, okie, okey dokey, okie dokie,
    k, alright, all right, sure, sure thing, for sure, of course, ofc, absolutely, definitely,
    certainly, affirmative, agreed, i agree, correct, thats correct, that is correct, thats
    right, that is right, confirm, confirmed, i confirm, sounds good, sounds great, sounds
    perfect, sounds fine, sg, works for me, that works, that works for me, it works, it works
    for me, that will work, thatll work, fine, thats fine, that is fine, fine by me, fine with
    me, thats ok, that is ok, im in, go ahead, please do, you bet, yes i do, yes i am, yes i
    will, yes i would, yes we do, yes we are, yes we will, yes it is, yes that is, i do, i will,
    i would, do it, lets do it, lets do that, uh huh, mhm, yessir, si, sí, sip, claro, claro que
    si, claro que sí, vale, dale, de acuerdo, por supuesto, esta bien, está bien, correcto,
    confirmo, confirmado, 👍, ✅, 👌, 💯, ✔, ☑, 🆗, 🙆
"""
_NO: Final = """
    no, nope, nah, naw, na, nay, n, negative, no way, not really, not at all, absolutely not,
    definitely not, certainly not, of course not, i dont, i do not, no i dont, no i do not, i
    wont, i will not, no i wont, im not, i am not, no im not, no i am not, no we dont, no we do
    not, no it isnt, no its not, i dont think so, dont think so, no i dont think so, no im good,
    no im ok, no im fine, no way jose, no gracias, claro que no, para nada, de ninguna manera,
    nel, 👎, ❌, ✖, 🚫, 🙅
"""
_POLITE: Final = """
    please, pls, plz, plse, thanks, thank you, thankyou, thx, thnx, tks, ty, tysm, thank u,
    cheers, thanks so much, thank you so much, thanks a lot, many thanks, sir, maam, mam, miss,
    oh, well, hi, hello, hey, sorry, im sorry, por favor, gracias, muchas gracias, kindly
"""
_MOST_WORDS: Final = 12
_QUESTION: Final = late("[?？؟¿]")
_STRETCHED: Final = late(r"([^\W\d_])\1+")


def _phrases(listed: str) -> Iterator[Phrase]:
    for phrase in listed.split(","):
        yield tuple(phrase.split())


_MEANS: Final = {
    tuple(_STRETCHED.sub(r"\1", word) for word in phrase): meaning
    for meaning, listed in (("", _POLITE), ("no", _NO), ("yes", _YES))
    for phrase in _phrases(listed)
}
_LONGEST: Final = max(map(len, _MEANS))
_WRITTEN: Final = {"yes": tuple(_phrases(_YES)), "no": tuple(_phrases(_NO))}


class Answer(Matcher):
    NAME: ClassVar[str] = "answer"
    __slots__ = ("_miss", "wanted")

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self.wanted = wanted
        self._miss = Miss(f"does not say {' or '.join(wanted)}, and nothing else")

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        written = reading.problems.texts(node, cls.NAME)
        if isinstance(node, Sequence) and not node.items:
            reading.problems.error(node, "empty-list", "answer: needs yes or no", "answer: yes")
        for scalar in written:
            if scalar.text.lower() not in _WRITTEN:
                what = f"answer: `{scalar.text}` is not an answer"
                reading.problems.error(scalar, "answer", what, "yes or no; else use `keywords`")
        return cls(tuple(dict.fromkeys(scalar.text.lower() for scalar in written)))

    def match(self, seen: MessageView) -> Match | Miss:
        return HIT if meaning(seen) in self.wanted else self._miss

    @classmethod
    def schema(cls) -> Schema:
        # An editor may read yes and no as true and false.
        answer: Schema = {"enum": [*_WRITTEN, True, False]}
        return by_kind(answer, sequence=listed(answer))

    def vocabulary(self) -> Set[str]:
        return {word for one in self.wanted for phrase in _WRITTEN.get(one, ()) for word in phrase}

    def units(self) -> Iterator[tuple[str, Matcher]]:
        for one in self.wanted:
            yield one, type(self)((one,))

    def alone(self) -> tuple[Phrase, ...]:
        return tuple(phrase for one in self.wanted for phrase in _WRITTEN.get(one, ()))

    def cases(self) -> Cases:
        return tuple((type(self)((one,)),) for one in self.wanted)

    def covers(self, other: Claim) -> bool:
        return isinstance(other, Answer) and set(other.wanted) <= set(self.wanted)

    def excludes(self, other: Claim) -> bool:
        return isinstance(other, Answer) and set(self.wanted).isdisjoint(other.wanted)

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        for one in self.wanted:
            yield seen.with_text(one)

    def breaks(self, seen: MessageView) -> Iterator[MessageView]:
        yield seen.with_text(f"{seen.message.text} but not today")


def meaning(seen: MessageView) -> str:
    """`yes` or `no`; empty where the message says more, both, or neither."""
    said = seen.bare
    if not 0 < len(said) <= _MOST_WORDS or _QUESTION.search(seen.message.text):
        return ""
    words = [_STRETCHED.sub(r"\1", word.replace("'", "")) for word in said]
    found: set[str] = set()
    at = 0
    while at < len(words):
        size, meant = _longest(words, at)
        if not size:
            return ""
        at += size
        found.add(meant)
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def _longest(words: list[str], at: int) -> tuple[int, str]:
    """How many of the words from here are a phrase, and what it means; none where they are not."""
    for size in range(min(_LONGEST, len(words) - at), 0, -1):
        meant = _MEANS.get(tuple(words[at : at + size]))
        if meant is not None:
            return size, meant
    is_emoji = not words[at][0].isalnum()
    return (1, "") if is_emoji else (0, "")
