"""Dates as people write them in files, for a proposal of how to write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from bot.text.late import late

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_MONTH: Final = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR: Final = r"(?P<year>\d{4}|\d\d)"
_FORMS: Final = (
    late(r"(?P<year>\d{4})\s*[-/.]\s*(?P<month>\d{1,2})\s*[-/.]\s*(?P<day>\d{1,2})"),
    late(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
    late(rf"(?P<day>\d{{1,2}})\s*\.\s*(?P<month>\d{{1,2}})\s*\.\s*{_YEAR}"),
    late(rf"(?P<month>\d{{1,2}})\s*[-/]\s*(?P<day>\d{{1,2}})\s*[-/]\s*{_YEAR}"),
    late(rf"{_MONTH}\s*{_DAY},?\s*{_YEAR}"),
    late(rf"{_DAY}\s*(?:of\s*)?{_MONTH},?\s*{_YEAR}"),
)


def iso_date(text: str) -> str | None:
    """`YYYY-MM-DD` of a date with its year, the month before the day; None where it is none.

    >>> iso_date("12/26/2026"), iso_date("26.12.2026"), iso_date("Dec 26th, 2026"), iso_date("26")
    ('2026-12-26', '2026-12-26', '2026-12-26', None)
    """
    folded = re.sub(r"^[a-z]*day,?\s+", "", text.strip().lower())
    for form in _FORMS:
        if (found := form.fullmatch(folded)) is not None:
            part = found.groupdict()
            month = int(part["month"]) if part.get("month") else _MONTHS.index(part["name"]) + 1
            day = int(part["day"])
            if month > 12 >= day:
                month, day = day, month
            try:
                return date(int(part["year"]) % 2000 + 2000, month, day).isoformat()
            except ValueError:
                return None
    return None
