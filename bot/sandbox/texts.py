"""Phone numbers, lengths and times as the provider reads and writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

MMS_LIMIT = 1550
"""Characters in one MMS (MTA API, POST /send)."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")


def e164(value: object) -> str | None:
    """A number in E.164, from E.164, ten national digits, or a JSON number; else None."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    digits = re.sub(r"[\s().-]", "", str(value))
    if re.fullmatch(r"[0-9]{10}", digits):
        digits = f"+1{digits}"
    elif re.fullmatch(r"1[0-9]{10}", digits):
        digits = f"+{digits}"
    return digits if _E164.fullmatch(digits) else None


def fits_one_sms(text: str) -> bool:
    """160 GSM-7 units (extended characters count 2), or 70 UTF-16 units if one is outside GSM-7."""
    if all(char in _BASIC or char in _EXTENDED for char in text):
        return len(text) + sum(char in _EXTENDED for char in text) <= 160
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text) <= 70


def iso(at: datetime) -> str:
    """ISO 8601 with milliseconds and Z, as in MTA's examples."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
