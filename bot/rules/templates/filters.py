"""The filters of templates, each bounded in what it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final, cast

import jinja2
from jinja2 import nodes
from jinja2.filters import do_join, do_round

from bot.errors import ReplyError
from bot.rules.templates.date_names import dates_in

MOST_CHARACTERS: Final = 10_000
"""Of one rendered reply."""


MOST_TURNS: Final = 1_000
"""Of all loops of one rendering together."""


MOST_ITEMS: Final = 1_000
"""Of one list, with those of the lists in it."""


_CENT: Final = Decimal("0.01")
_LONGEST_AMOUNT: Final = 40
"""Characters."""


INTERNAL: Final = frozenset({"bounded", "joined", "short", "small"})


@jinja2.pass_context
def _bounded(context: jinja2.runtime.Context, items: Iterable[object]) -> Iterator[object]:
    turns = cast("list[int]", context["_turns"])
    for item in items:
        turns[0] -= 1
        if turns[0] < 0:
            raise ReplyError(f"the loops turn more than {MOST_TURNS:,} times")
        yield item


def _joined(parts: list[object]) -> str:
    return short("".join(map(str, parts)))


@jinja2.pass_eval_context
def _join(
    context: nodes.EvalContext, items: Iterable[object], d: object = "", attribute: Any = None
) -> str:
    rows = list(items)
    if len(rows) * len(str(d)) > 10 * MOST_CHARACTERS:
        raise ReplyError("join: makes a text of more than 100,000 characters")
    return short(str(do_join(context, rows, str(d), attribute)))


def _round(value: float, precision: int = 0, method: Any = "common") -> float:
    if abs(precision) > 16:
        raise ReplyError("round: to 16 digits at most")
    return do_round(value, precision, method)


def _range(*arguments: int) -> range:
    chosen = range(*arguments)
    if len(chosen) > MOST_TURNS:
        raise ReplyError(f"range: more than {MOST_TURNS:,} numbers")
    return chosen


def short(text: str) -> str:
    # Values from outside are longer than a reply at times; a product of them never needs to be.
    if len(text) > 10 * MOST_CHARACTERS:
        raise ReplyError("an expression makes a text of more than 100,000 characters")
    return text


def _string(value: object) -> str:
    return short(str(value))


def _small(value: object) -> object:
    items, characters, left = 0, 0, [value]
    while left:
        inner = left.pop()
        if isinstance(inner, str):
            characters += len(inner)
        elif isinstance(inner, list | tuple | Mapping):
            items += len(inner)
            left += inner
            left += inner.values() if isinstance(inner, Mapping) else ()
        if items > MOST_ITEMS or characters > 10 * MOST_CHARACTERS:
            raise ReplyError(f"a list of more than {MOST_ITEMS:,} items or 100,000 characters")
    return value


def _replace(text: str, old: str, new: str) -> str:
    text, old, new = str(text), str(old), str(new)
    if text.count(old) * len(new) > 10 * MOST_CHARACTERS:
        raise ReplyError("replace: makes a text of more than 100,000 characters")
    return text.replace(old, new)


@jinja2.pass_context
def _date(
    context: jinja2.runtime.Context,
    value: datetime | date | str,
    form: str | None = None,
    language: str = "",
) -> str:
    """`Nov 23, 2026`, or as the strftime form says; a text that begins with no date stays.

    In the language of the text that it stands in, or the one that is named.
    """
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip()[:10])
        except ValueError:
            return str(value)
    named = dates_in(language or str(context.get("_language", "")))
    return _written(value, named.with_names(named.form if form is None else form, value))


@jinja2.pass_context
def _time(
    context: jinja2.runtime.Context,
    value: datetime | time | str,
    form: str = "%-I:%M %p",
    language: str = "",
) -> str:
    """`5:30 PM`, or as the strftime form says; a text that ends in no HH:MM stays.

    In the language of the text that it stands in, or the one that is named.
    """
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value.strip().replace("T", " ").rpartition(" ")[2])
        except ValueError:
            return str(value)
    named = dates_in(language or str(context.get("_language", "")))
    return _written(value, named.with_names(form, value))


_UNPADDED: Final = re.compile("%(?:%|-([dmHIMSjyUW]))")


def _written(value: datetime | date | time, form: str) -> str:
    """By strftime, and `%-d`, a number without its 0, also where the system does not know it."""

    def number(found: re.Match[str]) -> str:
        return value.strftime(f"%{found[1]}").lstrip("0") or "0" if found[1] else found[0]

    return value.strftime(_UNPADDED.sub(number, form))


def _phone(value: str) -> str:
    """As its country writes it: +15555550123 is (555) 555-0123; what is not a number stays."""
    import phonenumbers  # 30 ms, and few templates show a number

    try:
        number = phonenumbers.parse(str(value))
    except phonenumbers.NumberParseException:
        return str(value)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _title_name(value: str) -> str:
    """A person's name as one writes it: `ANNA mcdonald-o'neil` is Anna McDonald-O'Neil."""
    given = str(value)
    text = "".join(
        letter.lower() if at and given[at - 1].isalpha() else letter.upper()
        for at, letter in enumerate(given)
    )
    return " ".join(_scottish(word) for word in text.split())


def _scottish(word: str) -> str:
    return f"Mc{word[2].upper()}{word[3:]}" if word.startswith("Mc") and len(word) > 3 else word


def _plural(count: float | str, one: str = "", many: str = "s") -> str:
    """`{{ n }} day{{ n | plural }}`, `{{ n }} {{ n | plural('child', 'children') }}`."""
    return one if _amount(count) == 1 else many


def _money(value: float | str, sign: str = "") -> str:
    """With two decimals: 1234.5 is 1,234.50, with a sign $1,234.50; what is not an amount stays."""
    amount = _amount(value)
    if amount is None:
        return str(value)
    cents = amount.quantize(_CENT, ROUND_HALF_UP)
    minus = "-" if cents < 0 else ""
    return f"{minus}{sign}{abs(cents):,}"


def _amount(value: float | str) -> Decimal | None:
    """A number, or a text that is one; None where it is neither, or longer than any amount."""
    text = str(value).strip().replace(",", "")
    try:
        amount = Decimal(text) if len(text) <= _LONGEST_AMOUNT else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount) < 10**15 else None


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "bounded": _bounded,
    "joined": _joined,
    "join": _join,
    "round": _round,
    "short": short,
    "small": _small,
    "string": _string,
    "replace": _replace,
    "date": _date,
    "time": _time,
    "phone": _phone,
    "title_name": _title_name,
    "plural": _plural,
    "money": _money,
}


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {"range": _range}
