"""Numbers of people in E.164, and the provider's ids of numbers of ours."""

from __future__ import annotations

import re
from typing import Final

from bot.model import LongcodeId

_E164: Final = re.compile(r"\+[1-9]\d{6,14}")


def e164(number: object) -> str | None:
    """A phone number as `+15555550123`, or None where it is not one.

    MTA writes numbers in E.164, as national digits of the US, or as a JSON number.

    >>> e164("(555) 555-0123"), e164(15555550123), e164("STOP")
    ('+15555550123', '+15555550123', None)
    """
    if isinstance(number, bool) or not isinstance(number, str | int):
        return None
    text = str(number).strip()
    if _E164.fullmatch(text) and text.isascii():
        return text
    if len(text) > 40 or not text.isascii():
        return None
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"[2-9]\d{9}", digits):
        return f"+1{digits}"
    if re.fullmatch(r"1[2-9]\d{9}", digits):
        return f"+{digits}"
    return digits if _E164.fullmatch(digits) else None


def longcode_id(text: object) -> LongcodeId | None:
    """A longcodeId from a tag or a setting: digits, not a phone number; else None."""
    digits = str(text).strip() if isinstance(text, str | int) else ""
    if isinstance(text, bool) or not re.fullmatch(r"[0-9]{1,18}", digits) or not int(digits):
        return None
    return LongcodeId(int(digits))
