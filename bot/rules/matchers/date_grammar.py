"""How people write a day: what it looks like, what stands before and after it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from bot.rules.matchers.finder import ALONE, Conventions
from bot.rules.matchers.ratio import is_fraction, is_rated
from bot.text.late import late

_MONTH: Final = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAY: Final = (
    "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    "|sat(?:urday)?|sun(?:day)?"
    "|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo"
)
_WEEKDAYS: Final = {
    name: at % 7
    for at, name in enumerate("mon tue wed thu fri sat sun lun mar mie jue vie sab dom".split())
}
_PLAIN: Final = str.maketrans("éá", "ea")
_TOMORROW: Final = (
    "(?:to|2)mm?[oa]rr?ow?|(?:to|2)mm?orr?w|(?:t|2)mm?r+o*w?|(?:t|2)m+o?r+o+w?|(?:t|2)mm?w|tomm?oz"
)
_RELATIVE: Final = {
    "today": 0,
    "2day": 0,
    "tonight": 0,
    "tonite": 0,
    "2nite": 0,
    "2night": 0,
    "hoy": 0,
    "now": 0,
    "mañana": 1,
    "manana": 1,
}
_COUNTS: Final = {
    **{
        word: at
        for at, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
    },
    "a": 1,
    "an": 1,
}
_COUNT: Final = f"[0-9]{{1,3}}|{'|'.join(_COUNTS)}"
_SPAN: Final = r"(?:(?P<days>days?)|weeks?|wks?)"
# Where a date may begin: the longer pattern is tried only there.
BEGINS: Final = late(
    rf"(?<![\w/.:])[0-9]|(?<!\w)(?:{'|'.join(_MONTHS)}|mon|tue|wed|thu|fri|sat|sun|to|tm|day after"
    rf"|hoy|now|lun|mi[eé]|jue|vie|s[aá]b|dom|ma[nñ]ana|the (?=[0-9])|in (?=(?:{_COUNT}) [dw]))"
)
DAY_BEGINS: Final = late(
    rf"\d|{'|'.join(_MONTHS)}|{'|'.join(_WEEKDAYS)}|mi|s[áa]b|t|day|hoy|ma[nñ]ana|next|this|coming|in"
    rf"|(?:{'|'.join(_COUNTS)})(?!\w)"
)
"""What the first word of a day looks like."""
DAY: Final = late(
    rf"""
    (?: (?P<weekday_before>{_WEEKDAY})\.?,?\ (?:the\ )? )?
    (?:
        (?P<y>[0-9]{{4}})(?P<s>[-/.])(?P<ym>[0-9]{{1,2}})(?P=s)(?P<yd>[0-9]{{1,2}})
    |   (?P<a>[0-9]{{1,2}})(?P<t>[-/.])(?P<b>[0-9]{{1,2}})(?P=t)(?P<c>[0-9]{{4}}|[0-9]{{2}})
    |   (?P<p>[0-9]{{1,2}})/(?P<q>[0-9]{{1,2}}) (?!/)
    |   (?P<month>{_MONTH})\.?[ ]?(?:the[ ])?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?
        (?![0-9:]|[ ]?[ap]\.?m\b|-?[^\W_]) (?:,?[ ](?P<year>[0-9]{{4}})(?![0-9:]))?
    |   (?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:[ ]of)?[ -]?(?P<month2>{_MONTH})\b
        (?:\.?,?[ -](?P<year2>[0-9]{{4}})(?![0-9:]))?
    )
    (?![0-9])
    | (?P<weekday_of>{_WEEKDAY})\.?,?\ (?:the\ )?(?P<nth>[0-9]{{1,2}})(?:st|nd|rd|th)?
      (?![0-9:/.,][0-9]|[0-9]|[ ]?[ap]\.?m?\b) {ALONE}
    | the[ ](?P<nth2>[0-9]{{1,2}})(?:st|nd|rd|th) {ALONE}
    | in[ ](?P<count>{_COUNT})[ ]{_SPAN}(?!\w)
    | (?:(?P<after_tomorrow>day[ ]after)[ ])?(?P<tomorrow>{_TOMORROW})(?!\w)
    | (?P<relative>{"|".join(_RELATIVE)})(?!\w)
    | (?P<weekday>{_WEEKDAY})(?![\w'])
    """,
    re.VERBOSE,
)
_BEFORE: Final = late(
    rf"""(?<!\w)(?:
      (?P<count>{_COUNT})[ ]{_SPAN.replace("<days>", "<unit>")}[ ](?:from|after)[ ](?:this[ ])?
    | (?P<next>(?:the[ ]|this[ ])?next[ ](?:week[ ](?:on[ ])?)?)
    | (?P<this>this[ ](?:coming[ ])?|(?:the[ ])?coming[ ])
    | (?P<other>(?:last|past|every|each|first|second|third|fourth
        |[1-4](?:st|nd|rd|th)|other|pasado|la|esta|todos[ ]los|cada
        |(?:days?|nights?|mornings?|weeks?)[ ](?:before|after|from|of))
        [ ](?:the[ ])?)
    | (?P<the>the[ ])
    )$""",
    re.VERBOSE,
)
_AFTER: Final = late(
    r",? (?:(?P<other>after next|week(?!\w)|weeks|pasado)|(?P<next>(?:of )?next week)"
    r"|(?P<this>this week))"
)
_TO: Final = r"(?:on |the |this |next |until |till |for |el |este |at )*"
_DENIED: Final = late(
    r"(?<!\w)(?:(?<!why )not|no|nor|except|never|(?:anything|any day|any time|anytime|other|rather)"
    r" (?:but|than|except)|instead of"
    r"|(?:can(?:'?t|not)|can not|won'?t|unable to|not able to|couldn'?t)(?: be able to)?"
    rf"(?: do| make| make it| come| come in| be there| be in| meet| attend)?) {_TO}$"
)
_DENIED_AFTER: Final = late(
    r" (?:(?:does|do|did)(?:n'?t| not)|won'?t|will not|isn'?t|is (?:not|no|bad|out)|not? good)"
    r"(?!\w)"
)
_AND: Final = late(r"\s*(?:,|/|or|and|nor|, or|ni)\s*(?:on |the |this |next )*")
_VERB: Final = late(r"may|mar(?:ch)?")
# `sat` and `sun` are words too, and `wed` and `mon`.
_SHORT: Final = late("sat|sun|wed|mon")
_DAY_WANTED: Final = late(
    r"(?:^[^\w]*|(?<!\w)(?:on|this|next|by|for|until|till?|before|after|from|or|and|to|do|make|come"
    r"|coming|about|is|not|free|available|open|closed|every|each|last|in|how|see you) |[,/&-] ?)$"
)
_DAY_FOLLOWS: Final = late(
    r"\.?,? ?(?:at(?!\w)|@|[0-9]|morning|afternoon|evening|night|noon|works?(?!\w)|or(?!\w)|-|/"
    r"|thru|through|(?:the|next|this) )"
)
_THE: Final = late(
    r"(?<!\w)(?:the|an?|i|he|she|we|they|(?<!see )you|it|who|her|him|my|your|que|el mar) $"
)
_ALONE: Final = late(ALONE)
_LOOK_BACK: Final = 48
"""Characters before a day that say which one it is."""


def find_day(found: re.Match[str], conventions: Conventions) -> tuple[int, int, date | None] | None:
    """Where a day stands, with what belongs to it, and which it is.

    No day where people differ about it, or deny it; None where there is no day at all.
    """
    text, start, end = found.string, found.start(), found.end()
    back = max(0, start - _LOOK_BACK)
    if _is_word(found, back):
        return None
    before = _BEFORE.search(text, back, start)
    if before is not None:
        start = before.start()
    if found["relative"] == "now" and (before is None or not before["count"]):
        return None
    after = _AFTER.match(text, end) if found["weekday"] else None
    if after is not None:
        end = after.end()
    try:
        day = _read(found, before, after, conventions)
    except (ValueError, OverflowError):  # the calendar has no such day
        return None
    if _DENIED.search(text, max(0, start - _LOOK_BACK), start) or _DENIED_AFTER.match(text, end):
        day = None
    return start, end, day


def is_joined(text: str, end: int, start: int) -> bool:
    """`Monday or Tuesday`: what is denied of one is denied of the other."""
    return start - end < _LOOK_BACK and _AND.fullmatch(text, end, start) is not None


def _is_word(found: re.Match[str], back: int) -> bool:
    """It is spelled like a day, and is none: `I sat down`, `5 may be too many`, `1/2 cup`."""
    text, start, end = found.string, found.start(), found.end()
    if found["weekday"] and _SHORT.fullmatch(found["weekday"]):
        if _THE.search(text, back, start):
            return True
        return not (_DAY_WANTED.search(text, back, start) or _DAY_FOLLOWS.match(text, end))
    month = found["month"] or found["month2"]
    if month and _VERB.fullmatch(month) and not (found["year"] or found["year2"]):
        return _ALONE.match(text, end) is None or text.startswith(" or may", end)
    if found["p"]:
        written = text[found.start("p") : found.end("q")]
        return written == "24/7" or any(
            is_other(text, found.start("p"), found.end("q")) for is_other in (is_fraction, is_rated)
        )
    return False


def _read(
    found: re.Match[str],
    before: re.Match[str] | None,
    after: re.Match[str] | None,
    conventions: Conventions,
) -> date | None:
    """Raises ValueError and OverflowError where the calendar has no such day."""
    part, today = found.groupdict(), conventions.today
    if part["weekday"]:
        return _weekday(_index(part["weekday"]), before, after, today)
    if before is not None and before["other"]:
        return None
    day = _counted(part, today) or _written(part, conventions)
    if day is not None and before is not None and before["count"]:
        return day + _span(before["count"], before["unit"])
    named = part["weekday_before"]
    return None if day is None or (named and day.weekday() != _index(named)) else day


def _counted(part: dict[str, str | None], today: date) -> date | None:
    """Days that are told from today."""
    if part["tomorrow"]:
        return today + timedelta(days=2 if part["after_tomorrow"] else 1)
    if part["relative"]:
        return today + timedelta(days=_RELATIVE[part["relative"]])
    if part["count"]:
        return today + _span(part["count"], part["days"])
    if part["nth2"]:
        return _nths(int(part["nth2"]), today)[0]
    if part["weekday_of"]:
        # The next two days of this number; what fits neither is a slip of somebody's.
        wanted = _index(part["weekday_of"])
        days = _nths(int(part["nth"] or 0), today)
        return next((day for day in days if day.weekday() == wanted), None)
    return None


def _written(part: dict[str, str | None], conventions: Conventions) -> date | None:
    """A day of a month, of this year or the next where there is no year."""
    today = conventions.today
    if part["y"]:
        return date(int(part["y"]), int(part["ym"] or 0), int(part["yd"] or 0))
    if part["c"]:
        month, day = _order(part["a"], part["b"], conventions)
        return date(_century(part["c"], today), month, day)
    if part["p"]:
        return _next(*_order(part["p"], part["q"], conventions), today)
    written = part["month"] or part["month2"]
    if not written:
        return None
    month = _MONTHS.index(written[:3]) + 1
    day = int(part["day"] or part["day2"] or 0)
    year = part["year"] or part["year2"]
    return date(int(year), month, day) if year else _next(month, day, today)


def _weekday(
    wanted: int, before: re.Match[str] | None, after: re.Match[str] | None, today: date
) -> date | None:
    """The next such day after today; `next` in the week after this one, which begins on Monday."""
    signs = {
        name for one in (before, after) if one for name, said in one.groupdict().items() if said
    }
    if "other" in signs:
        return None
    ahead = (wanted - today.weekday()) % 7
    if "next" in signs:
        return today + timedelta(days=7 - today.weekday() + wanted)
    if "this" in signs:
        return today + timedelta(days=ahead)
    day = today + timedelta(days=(ahead - 1) % 7 + 1)
    if before is not None and before["count"]:
        return day + _span(before["count"], before["unit"])
    return day


def _index(weekday: str) -> int:
    return _WEEKDAYS[weekday.translate(_PLAIN)[:3]]


def _span(count: str, days: str | None) -> timedelta:
    number = _COUNTS.get(count) or int(count)
    return timedelta(days=number if days else 7 * number)


def _nths(number: int, today: date) -> list[date]:
    """The next two days of the month with this number, today included."""
    found = []
    for month in range(today.month - 1, today.month + 12):
        try:
            day = date(today.year + month // 12, month % 12 + 1, number)
        except ValueError:
            continue
        if day >= today:
            found.append(day)
    if not found:
        raise ValueError(number)
    return found[:2]


def _order(first: str | None, second: str | None, conventions: Conventions) -> tuple[int, int]:
    """Month and day."""
    one, other = int(first or 0), int(second or 0)
    return (other, one) if conventions.day_first else (one, other)


def _century(written: str, today: date) -> int:
    """Two digits name the year from 80 years ago to 19 years ahead."""
    if len(written) == 4:
        return int(written)
    oldest = today.year - 80
    return oldest + (int(written) - oldest) % 100


def _next(month: int, day: int, today: date) -> date:
    """The next such date from today on; a 29 February may be eight years away."""
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError(day)
