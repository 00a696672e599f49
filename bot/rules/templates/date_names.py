"""How languages write dates and times: their names, and the forms where none is given.

`%a %A %b %B %p` of strftime are English here, as the process has no locale. Sources: CLDR for the
names, without the full stops of its short ones, as people text them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Final, NamedTuple

_NAME: Final = re.compile("%(.)", re.DOTALL)


class DateNames(NamedTuple):
    form: str
    """Of strftime, where a template gives none for a date."""
    days: Sequence[str] = ()
    """From Monday on; empty: all names are as strftime says."""
    months: Sequence[str] = ()
    halves: Sequence[str] = ()
    """Of the day, before noon and after it."""

    def with_names(self, form: str, moment: date | time) -> str:
        """The form with the names of that moment in it; what remains is for strftime."""
        if not self.days:
            return form
        names = {"p": self.halves[getattr(moment, "hour", 0) >= _NOON]}
        if isinstance(moment, date):
            weekday, month = self.days[moment.weekday()], self.months[moment.month - 1]
            names |= {"A": weekday, "a": weekday[:3], "B": month, "b": month[:3], "h": month[:3]}
        return _NAME.sub(lambda found: names.get(found[1], found[0]), form)


_NOON: Final = 12
_ENGLISH: Final = DateNames("%b %-d, %Y")
_BY_LANGUAGE: Final = {
    "es": DateNames(
        "%A %-d de %B",
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        (
            *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
            *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ),
        ("am", "pm"),
    ),
}


def dates_in(language: str) -> DateNames:
    """Of `es`, also `ES` and `es-MX`; English where the names are not known here."""
    return _BY_LANGUAGE.get(_family(language), _ENGLISH)


def has_names(language: str) -> bool:
    """Whether dates in that language have its names."""
    return is_english(language) or _family(language) in _BY_LANGUAGE


def is_english(language: str) -> bool:
    """Empty is English too."""
    return _family(language) in ("", "en")


def uses_names(form: str) -> bool:
    """Whether a form of strftime writes something that each language has its own word for.

    >>> uses_names("%A, %d/%m"), uses_names("%H:%M, 100%%p")
    (True, False)
    """
    return any(found[1] in "aAbBhp" for found in _NAME.finditer(form))


def _family(language: str) -> str:
    return language.casefold().replace("_", "-").partition("-")[0]
