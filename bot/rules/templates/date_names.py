"""How languages write a date: the names of days and months, and the form where none is given.

`%a %A %b %B` of strftime are English here, as the process has no locale. Sources: CLDR for the
names, without the full stop of its short ones, as people text them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

_NAME: Final = re.compile("%(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DateNames:
    form: str
    """Of strftime, where a template gives none."""
    days: Sequence[str] = ()
    """From Monday on; empty: as strftime says."""
    months: Sequence[str] = ()

    def with_names(self, form: str, day: date) -> str:
        """The form with the names of that day in it; what remains is for strftime."""
        if not self.days:
            return form
        weekday, month = self.days[day.weekday()], self.months[day.month - 1]
        names = {"A": weekday, "a": weekday[:3], "B": month, "b": month[:3], "h": month[:3]}
        return _NAME.sub(lambda found: names.get(found[1], found[0]), form)


_ENGLISH: Final = DateNames("%b %-d, %Y")
_BY_LANGUAGE: Final = {
    "es": DateNames(
        "%A %-d de %B",
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        (
            *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
            *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ),
    ),
}


def dates_in(language: str) -> DateNames:
    """Of `es`, also `ES` and `es-MX`; English where the names are not known here."""
    family = language.casefold().replace("_", "-").partition("-")[0]
    return _BY_LANGUAGE.get(family, _ENGLISH)
