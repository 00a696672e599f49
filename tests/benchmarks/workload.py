"""Rules that hurt: common words, phrases that begin with them, patterns with and without literals.

Of the rules 60 % are keywords (one to five words and phrases, nearly half of them phrases that
begin with a common word), 30 % regexes of eight shapes (a fifth of their literals common words,
one shape without any), 10 % need a tag too, or nothing else. Texts are real ones; four of five are
answered by no rule, asked as keywords or as patterns, though most of them hold words that rules
wait for.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.model import InboundMessage
from bot.text.words import words
from tests.benchmarks.texts import NOW, texts

MOST: Final = 10_000
_COMMON: Final = 100
_HITS: Final = 5
"""Of so many messages one is answered."""
_LONGEST: Final = 4
_CONSONANTS: Final = "bcdfghjklmnpqrstvwz"

Tags: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BenchRule:
    """One rule: as a person writes it, and as a pattern of Python's `re`."""

    number: int
    when: Mapping[str, object]
    pattern: str | None
    """None of a rule that needs nothing but a tag."""
    tags: Tags
    witness: str
    """What a text that it takes ends with."""
    reply: str = "Thanks, we got it. Somebody will call you back today."

    def as_yaml(self) -> str:
        rule = {"id": f"rule-{self.number}", "when": self.when, "reply": self.reply}
        return f"  - {json.dumps(rule, ensure_ascii=False)}"


@dataclass(slots=True)
class Language:
    """Words of real texts, common and other ones, and which of them stand in a row."""

    said: Sequence[str]
    chance: random.Random
    common: Sequence[str] = field(init=False)
    ordinary: Sequence[str] = field(init=False)
    rows: Set[tuple[str, ...]] = field(init=False)
    """Words in a row, as keywords find them and as a regex does, where an apostrophe ends one."""
    joined: str = field(init=False)

    def __post_init__(self) -> None:
        split = [words(text) for text in self.said]
        known = Counter(word for text in split for word in text if word.isalpha())
        self.common = [word for word, _ in known.most_common(_COMMON)]
        self.ordinary = list(known.elements())
        self.rows = {
            text[at : at + size]
            for text in (*split, *(tuple(re.findall(r"\w+", said.lower())) for said in self.said))
            for size in range(1, _LONGEST + 1)
            for at in range(len(text) - size + 1)
        }
        self.joined = "\n".join(self.said)

    def made_up(self) -> str:
        return self._fresh(lambda: (self._syllables(self.chance.randint(2, 3)),))[0]

    def phrase(self) -> tuple[str, ...]:
        """It begins with a common word, goes on with ordinary ones, and nobody said it."""
        return self._fresh(
            lambda: (
                self.chance.choice(self.common),
                *self.chance.choices(self.ordinary, k=self.chance.randint(1, 2)),
                *([self._syllables(2)] if self.chance.random() < 0.3 else []),
            )
        )

    def literal(self) -> str:
        """One of five is a common word."""
        common = self.chance.random() < 0.2
        return self.chance.choice(self.common) if common else self.made_up()

    def nobody_said(self, pattern: str) -> bool:
        return re.search(pattern, self.joined, re.IGNORECASE | re.MULTILINE) is None

    def _syllables(self, count: int) -> str:
        pick = self.chance.choice
        return "".join(pick(_CONSONANTS) + pick("aeiou") for _ in range(count)) + pick(_CONSONANTS)

    def _fresh(self, make: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        return next(made for made in iter(make, None) if made not in self.rows)


def rules(count: int, said: Sequence[str]) -> Sequence[BenchRule]:
    """The first `count` of always the same rules, none of which takes one of the texts."""
    language = Language(said, random.Random(16))  # noqa: S311  no secret
    kinds = (*[_keywords] * 6, *[_regex] * 3, _tagged)
    order = [kinds[number % 10] for number in range(MOST)]
    language.chance.shuffle(order)
    return [make(number, language) for number, make in enumerate(order[:count])]


def messages(of: Sequence[BenchRule], said: Sequence[str]) -> Iterator[InboundMessage]:
    """Real texts, in order; the end of each fifth is what one of the rules waits for."""
    chance = random.Random(17)  # noqa: S311  no secret
    for number, text in enumerate(said):
        tags: Tags = {"campaign": "spring", "lang": "en"} if number % 3 == 0 else {}
        if number % _HITS == 0:
            rule = chance.choice(of)
            text, tags = f"{text} {rule.witness}", {**tags, **rule.tags}
        yield InboundMessage(
            key=f"m{number}", sender="+15555550123", text=text, tags=tags, received_at=NOW
        )


def as_yaml(of: Sequence[BenchRule]) -> str:
    return "rules:\n" + "\n".join(rule.as_yaml() for rule in of)


def sample(count: int) -> Sequence[str]:
    """Texts that the rules are made for."""
    return texts(count)


def _keywords(number: int, language: Language) -> BenchRule:
    phrases, pattern, witness = _phrases(language)
    return BenchRule(number, {"keywords": phrases}, pattern, {}, witness)


def _phrases(language: Language) -> tuple[list[str], str, str]:
    chance = language.chance
    made = [
        language.phrase() if chance.random() < 0.47 else (language.made_up(),)
        for _ in range(chance.randint(1, 5))
    ]
    phrases = [" ".join(one) for one in made]
    either = "|".join(r"\W+".join(map(re.escape, one)) for one in made)
    return phrases, rf"\b(?:{either})\b", chance.choice(phrases)


def _regex(number: int, language: Language) -> BenchRule:
    """The answer says what was captured, where something was."""
    shape = language.chance.randrange(len(_SHAPES))
    while True:
        pattern, witness = _SHAPES[shape](language)
        if language.nobody_said(pattern):
            break
    name = re.search(r"\?P<(\w+)>", pattern)
    reply = f"Thanks, we got {{{{ {name[1]} }}}}." if name else "Thanks, we got it."
    return BenchRule(number, {"regex": pattern}, pattern, {}, witness, reply)


def _tagged(number: int, language: Language) -> BenchRule:
    tags = {"campaign": f"campaign-{number}"}
    if language.chance.random() < 0.5:
        return BenchRule(number, {"tags": tags}, None, tags, "")
    word = language.chance.choice(language.common)
    when = {"keywords": [word], "tags": tags}
    return BenchRule(number, when, rf"\b(?:{re.escape(word)})\b", tags, word)


def _order(language: Language) -> tuple[str, str]:
    word = language.literal()
    return rf"{word}\s+#?(?P<number>\d{{4,8}})", f"{word} #48213"


def _endings(language: Language) -> tuple[str, str]:
    word = language.made_up()
    return rf"\b{word}(?:s|ed|ing)?\b", f"{word}ed"


def _either(language: Language) -> tuple[str, str]:
    one, other = language.made_up(), language.literal()
    return rf"\b(?:{one}|{other})\s+(?P<what>x\w+y)\b", f"{one} xylophonicy"


def _beginning(language: Language) -> tuple[str, str]:
    one, other = language.literal(), language.made_up()
    return rf"\b{one}\s+(?:the\s+)?{other}$", f"{one} the {other}"


def _far(language: Language) -> tuple[str, str]:
    one, other = language.literal(), language.made_up()
    return rf"{one}.{{0,20}}{other}", f"{one} and then {other}"


def _weekday(language: Language) -> tuple[str, str]:
    word = language.literal()
    return rf"{word} (?:on|by|next) (?P<day>\w+day)\s+\d", f"{word} next friday 5"


def _amount(language: Language) -> tuple[str, str]:
    word = language.made_up()
    return rf"\$\s?(?P<sum>\d+(?:\.\d\d)?)\s+(?:for|of)\s+{word}", f"$12.50 for {word}"


def _without_literal(language: Language) -> tuple[str, str]:
    one, other = language.chance.randint(3, 9), language.chance.randint(3, 9)
    letters = language.chance.choice(("[a-f]", "[a-z]{2}", "[xyz]?", "(?:no|nr)?"))
    witness = {"[a-f]": "b", "[a-z]{2}": "bc"}.get(letters, "")
    return (
        rf"\b{letters}\d{{{one}}}-(?P<part>\d{{{other}}})\b",
        f"{witness}{'7' * one}-{'3' * other}",
    )


_SHAPES: Final = (
    *(_order, _endings, _either, _beginning, _far, _weekday, _amount, _without_literal),
)
