"""What each text costs at least, usually and at most, and what makes it dearer.

A text is filled in by the renderer and counted by the counter that sending uses; nothing here is
an estimate but the choice of values, see `blanks`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Final

from jinja2 import nodes

from bot.authoring.blanks import Blank, Values, blanks, filled_in
from bot.authoring.said_texts import SaidText, said_texts
from bot.engine.outbound import cost_of
from bot.errors import ReplyError
from bot.model import CaptureValue, LongTexts
from bot.rules.cases import Case
from bot.rules.loader import Loaded
from bot.rules.templates.sandbox import sandboxed
from bot.text.segments import PLAIN, Encoding, measure, pieces

_MOST_TRIED: Final = 400
"""Ways of filling in a text that are all tried; of more, one value after the other is changed."""
_ROUNDS: Final = 3
_PROBE: Final = 400
"""Characters of a value, to see whether the text grows with it."""
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One way of filling in a text."""

    text: str
    segments: int
    """As `max_segments` counts them; 3 of an MMS."""
    encoding: str
    sent: int
    """Segments that are paid for once it has left: in parts, or with plain quotes; 0: never."""
    values: Values

    @property
    def weight(self) -> tuple[int, float]:
        """By it one is dearer than another."""
        measured = measure(self.text)
        room = 160 if measured.encoding is Encoding.GSM_7 else 70
        return self.segments, measured.units / room


@dataclass(frozen=True, slots=True)
class Growth:
    """A value that may be as long as its author likes."""

    name: str
    length: int
    """Characters of it with which one more segment begins, the others being usual."""
    segments: int


@dataclass(frozen=True, slots=True)
class OddCharacter:
    """A character of the text itself that leaves room for 70 characters instead of 160."""

    character: str
    variable: str
    """The name in `vars` of the value that has it; empty where the text has it."""
    instead: str
    """What to write; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a text takes."""

    said: SaidText
    least: Figure | None
    """None, as the others, where it cannot be filled in."""
    typical: Figure | None
    most: Figure | None
    grows: Sequence[Growth] = ()
    odd: Sequence[OddCharacter] = ()
    plain_segments: int = 0
    """What is usual takes with what is to be written instead of the odd characters."""
    because: str = ""
    """Why it cannot be filled in."""

    @property
    def is_over(self) -> bool:
        """It may take more than its rule sends, or more than can be sent."""
        if self.most is None:
            return False
        return measure(self.most.text).count > self.said.max_segments or not self.most.sent

    @property
    def rank(self) -> tuple[int, int, int]:
        """The dearest first."""
        most = self.most.segments if self.most is not None else 0
        typical = self.typical.segments if self.typical is not None else 0
        return -most, -len(self.grows[:1]), -typical


def costs(loaded: Loaded, policy: LongTexts) -> list[Costs]:
    """Of all texts of a rule set, the dearest first; `policy` where a rule has no `long`."""
    tests: dict[str, list[Case]] = {}
    for case in loaded.cases:
        tests.setdefault(case.rule, []).append(case)
    found = [costs_of(one, tests.get(one.rule, ()), policy) for one in said_texts(loaded)]
    return sorted(found, key=lambda one: (one.rank, one.said.place))


def costs_of(said: SaidText, cases: Iterable[Case], policy: LongTexts) -> Costs:
    """Of one text."""
    trial = _Trial(said, said.long_texts or policy)
    named = list(blanks(said, cases))
    usual = trial.usual(named)
    if usual is None:
        return Costs(said, None, None, None, because=trial.because)
    grows = []
    for at, blank in enumerate(named):
        if blank.samples.is_bounded:
            continue
        growth = trial.growth(blank.name, usual)
        if growth is not None:
            grows.append(growth)
        elif trial.figure({**usual.values, blank.name: "m" * _PROBE}) is not None:
            named[at] = blank.with_value("m" * _PROBE)
    odd = list(_odd(said))
    return Costs(
        said,
        least=trial.extreme(named, usual, min),
        typical=usual,
        most=trial.extreme(named, usual, max),
        grows=grows,
        odd=odd,
        plain_segments=trial.measured(_without(usual.text, odd)) if odd else 0,
    )


@dataclass(slots=True)
class _Trial:
    """Ways of filling in one text."""

    said: SaidText
    policy: LongTexts
    because: str = ""
    _known: dict[tuple[object, ...], Figure | None] = field(default_factory=dict)

    def figure(self, values: Values) -> Figure | None:
        """None where it cannot be filled in so."""
        key = (*values, *values.values())
        if key not in self._known:
            self._known[key] = self._figure(values)
        return self._known[key]

    def _figure(self, values: Values) -> Figure | None:
        try:
            text = filled_in(self.said, values)
        except ReplyError as error:
            self.because = self.because or str(error)
            return None
        parts = pieces(text, self.policy, has_image=self.said.has_image)
        is_mms = self.said.has_image
        sent = sum(cost_of(part.text, is_mms=part.is_mms or is_mms) for part in parts)
        encoding = "MMS" if is_mms else str(measure(text).encoding)
        return Figure(text, self.measured(text), encoding, sent, values)

    def measured(self, text: str) -> int:
        return cost_of(text, is_mms=self.said.has_image)

    def usual(self, named: Sequence[Blank]) -> Figure | None:
        """With what is usual, as far as the text can be filled in with it."""
        values: dict[str, CaptureValue | None] = {blank.name: blank.values[0] for blank in named}
        found = self.figure(values)
        for blank in named:
            for value in blank.values[1:] if found is None else ():
                found = found or self.figure({**values, blank.name: value})
        return found

    def growth(self, name: str, usual: Figure) -> Growth | None:
        """Where one more segment begins; None where the text does not grow with the value."""

        def size(length: int) -> Figure | None:
            return self.figure({**usual.values, name: "m" * length})

        short, long = size(_PROBE), size(2 * _PROBE)
        if short is None or long is None or len(short.text) == len(long.text):
            return None
        least = max(usual.segments, 1)
        low, high = 0, _LONGEST
        while high - low > 1:
            middle = (low + high) // 2
            found = size(middle)
            if found is not None and found.segments <= least:
                low = middle
            else:
                high = middle
        found = size(high)
        return Growth(name, high, found.segments if found is not None else least + 1)

    def extreme(
        self, named: Sequence[Blank], usual: Figure, choose: Callable[..., Figure]
    ) -> Figure:
        """The cheapest or the dearest that was found."""
        if prod(len(blank.values) for blank in named) <= _MOST_TRIED:
            chosen = product(*(blank.values for blank in named))
            names = [blank.name for blank in named]
            tried = (self.figure(dict(zip(names, values, strict=True))) for values in chosen)
            return choose([usual, *filter(None, tried)], key=_weight)
        best = usual
        for _ in range(_ROUNDS):
            before = best
            for blank in named:
                tried = (self.figure({**best.values, blank.name: v}) for v in blank.values)
                best = choose([best, *filter(None, tried)], key=_weight)
            if best is before:
                break
        return best


def _weight(figure: Figure) -> tuple[int, float]:
    return figure.weight


def _odd(said: SaidText) -> Iterator[OddCharacter]:
    """Characters outside of GSM-7 that the author wrote, each once."""
    source = said.template.source
    told = source if said.template.is_plain else "".join(_constants(said))
    for character in _odd_in(told):
        yield OddCharacter(character, "", _instead(character))
    for name, value in said.variables.items():
        if not said.template.is_plain and f"vars.{name}" in source:
            for character in _odd_in(str(value)):
                yield OddCharacter(character, name, _instead(character))


def _constants(said: SaidText) -> Iterator[str]:
    """What stands in a template between what is filled in, and in quotes there."""
    tree = sandboxed(said.template.filters).parse(said.template.source)
    yield from (data.data for data in tree.find_all(nodes.TemplateData))
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str):
            yield constant.value


def _odd_in(text: str) -> Iterator[str]:
    return (c for c in dict.fromkeys(text) if measure(c).encoding is Encoding.UCS_2)


def _instead(character: str) -> str:
    """A plain one that says the same: that of word processors, or the letter without its mark."""
    bare = unicodedata.normalize("NFKD", character)
    plain = PLAIN.get(character, "".join(c for c in bare if not unicodedata.combining(c)))
    return plain if measure(plain).encoding is Encoding.GSM_7 else ""


def _without(text: str, odd: Iterable[OddCharacter]) -> str:
    return text.translate({ord(one.character): one.instead for one in odd})
