"""What texts cost, for people to read and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.authoring.lint.sources import Written
from bot.authoring.segment_costs import Costs, Figure, OddCharacter
from bot.cli.output import colour, counted, dim, fitted, line, printable, shortened
from bot.errors import Place
from bot.rules.loader import Document

_HEAD: Final = "least  typical  most"
_INDENT: Final = " " * 4
_LONGEST_VALUE: Final = 30


def write_costs(found: Sequence[Costs], documents: Sequence[Document], *, verbose: bool) -> None:
    """The dearest first; those that always take one segment are counted, or all shown."""
    written = Written.of(documents)
    shown = [one for one in found if verbose or not _is_plain(one)]
    if shown:
        print(_HEAD)
    for one in shown:
        print(fitted(_row(one), len(_INDENT)))
        for note in _notes(one, written):
            print(dim(fitted(f"{_INDENT}{note}", len(_INDENT) + 2)))
    print(_summary(found))


def cost_object(one: Costs, documents: Sequence[Document]) -> Mapping[str, Any]:
    """For programs."""
    written, place = Written.of(documents), one.said.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "rule": one.said.rule,
        "part": one.said.part,
        "language": one.said.language or None,
        "least": _figure(one.least),
        "typical": _figure(one.typical),
        "most": _figure(one.most),
        "maxSegments": one.said.max_segments,
        "unbounded": [
            {"name": growth.name, "from": growth.length, "segments": growth.segments}
            for growth in one.grows
        ],
        "characters": [_character(odd, one, written) for odd in one.odd],
        "because": one.because or None,
    }


def _is_plain(one: Costs) -> bool:
    return _takes_one(one) and not one.odd


def _row(one: Costs) -> str:
    said = one.said
    language = f" ({said.language})" if said.language else ""
    where = f"{said.place} {said.rule}, {said.part}{language}"
    if one.least is None or one.typical is None or one.most is None:
        return f"{'?':>5}  {'?':>7}  {'?':>4}          {where}"
    most = f"{one.most.segments:>4}{'+' if one.grows else ' '}"
    if one.is_over:
        most = colour("31", most)
    counts = f"{one.least.segments:>5}  {one.typical.segments:>7}  {most}"
    return f"{counts}  {one.most.encoding:<5}  {where}"


def _notes(one: Costs, written: Written) -> Iterator[str]:
    if one.because:
        yield f"cannot be filled in: {line(one.because)}"
    if one.typical is not None and one.most is not None:
        if one.most.weight > one.typical.weight and one.most.segments > one.typical.segments:
            yield f"{counted(one.most.segments, 'segment')} with {_values(one.most, one.typical)}"
        if one.is_over:
            yield f"at most {counted(one.said.max_segments, 'segment')} may be sent: it fails then"
        elif one.most.sent != one.most.segments:
            is_plain = one.most.sent < one.most.segments
            how = "its quotes and dashes made plain" if is_plain else "cut between words"
            yield f"leaves as {counted(one.most.sent, 'segment')}, {how}"
    for growth in one.grows:
        many = counted(growth.segments, "segment")
        yield f"unbounded: {many} from {growth.length} characters of {line(growth.name)} on"
    for odd in one.odd:
        yield _odd_note(odd, one, written)


def _values(most: Figure, typical: Figure) -> str:
    return ", ".join(
        f"no {line(name)}" if value is None else f"{line(name)}: {_shown(value)}"
        for name, value in most.values.items()
        if value != typical.values[name]
    )


def _shown(value: object) -> str:
    return line(shortened(str(value), _LONGEST_VALUE))


def _odd_note(odd: OddCharacter, one: Costs, written: Written) -> str:
    named = f"`{printable(odd.character)}` (U+{ord(odd.character):04X})"
    does = f"write {odd.instead}" if odd.instead else "leave it out"
    before = one.typical.segments if one.typical is not None else 0
    saves = ""
    if one.plain_segments < before:
        saves = f" ({counted(one.plain_segments, 'segment')} instead of {before})"
    return f"{named} at {_place(odd, one, written)}: {does}{saves}"


def _place(odd: OddCharacter, one: Costs, written: Written) -> Place:
    told = one.said.of_variables.get(odd.variable) if odd.variable else one.said.written
    if told is None or odd.character not in told.scalar.text:
        return one.said.place
    return written.sign(told.scalar, told.scalar.text.index(odd.character))


def _character(odd: OddCharacter, one: Costs, written: Written) -> Mapping[str, Any]:
    place = _place(odd, one, written)
    return {
        "character": odd.character,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "variable": odd.variable or None,
        "instead": odd.instead or None,
        "segmentsThen": one.plain_segments,
    }


def _figure(figure: Figure | None) -> Mapping[str, Any] | None:
    if figure is None:
        return None
    return {
        "segments": figure.segments,
        "encoding": figure.encoding,
        "sent": figure.sent,
        "text": figure.text,
        "values": dict(figure.values),
    }


def _summary(found: Sequence[Costs]) -> str:
    filled = [one.most.segments > 1 for one in found if one.most is not None]
    grow = sum(bool(one.grows) for one in found)
    always = sum(_takes_one(one) for one in found)
    parts = [f"{always} always take one segment", f"{sum(filled)} may take more"]
    return f"{counted(len(found), 'text')}: {', '.join(parts)}, {grow} without a bound"


def _takes_one(one: Costs) -> bool:
    return one.most is not None and one.most.segments <= 1 and not one.grows
