"""Addresses of people, most of them phone numbers in E.164, and the ids of numbers of ours."""

from __future__ import annotations

import re
from typing import Final

from bot.model import LongcodeId
from bot.text.late import late

_E164: Final = late(r"\+[1-9]\d{6,14}")
_SCHEME: Final = late(r"(?:tel|sms|mailto):", re.IGNORECASE)
"""Of a URI: RFC 3966, RFC 5724, RFC 6068."""
_WITHOUT_PLUS: Final = late(r"(?:00|011)?([1-9][0-9]{10,14})")
"""A country, and what is dialled before it at home and in North America."""
_LONGEST: Final = 254


def e164(number: object) -> str | None:
    """A phone number as `+15555550123`, or None where it is not one.

    MTA writes numbers in E.164, as national digits of the US, or as a JSON number.

    >>> e164("(555) 555-0123"), e164(15555550123), e164("tel:+15555550123"), e164("STOP")
    ('+15555550123', '+15555550123', '+15555550123', None)
    """
    if isinstance(number, str) and number.isascii() and _E164.fullmatch(number):
        return number
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, str | int):
        return None
    text = _SCHEME.sub("", str(number).strip())
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


def address(written: object) -> str | None:
    """Where a text comes from: E.164 where it is a phone number, else as it was written.

    A short code, an e-mail address (a subscriber of MTA may have no phone), or a sender's name.
    None where it is none of them, or longer than any (RFC 5321: 254 characters).

    >>> address("555-555-0123"), address("447700900123"), address(87121), address("A@shop.example")
    ('+15555550123', '+447700900123', '87121', 'a@shop.example')
    """
    number = e164(written)
    if number is not None or isinstance(written, bool) or not isinstance(written, str | int):
        return number
    text = _SCHEME.sub("", str(written).strip())
    if not 0 < len(text) <= _LONGEST or not text.isprintable():
        return None
    if found := _WITHOUT_PLUS.fullmatch(text):
        return f"+{found[1]}"
    return text.lower() if is_email(text) else text


def mention_of(number: str) -> re.Pattern[str]:
    """Finds an address in a text however it is written there: with its country or without.

    >>> bool(mention_of("+15555550123").search("call 555-555 0123!"))
    True
    """
    if not _E164.fullmatch(number):
        return re.compile(rf"(?<!\w){re.escape(number)}(?!\w)", re.IGNORECASE)
    from phonenumbers import NumberParseException, parse

    try:
        national = str(parse(number).national_number)
    except NumberParseException:  # no country has it
        national = number[1:]
    country = number[1:].removesuffix(national)
    gap = r"[\s().-]{0,3}"
    start = rf"(?<!\d)(?:(?:00|011)?{gap}{gap.join(country)}{gap}|0{gap})?"
    return re.compile(f"{start}{gap.join(national)}(?!\\d)")


def is_email(text: str) -> bool:
    """Only so far that it cannot be anything else that messages come from."""
    return "@" in text


def can_be_answered(sender: str) -> bool:
    """Not a short code or a sender's name, which machines have: nobody reads what they get."""
    return is_email(sender) or _E164.fullmatch(sender) is not None


def longcode_id(text: object) -> LongcodeId | None:
    """A longcodeId from a tag or a setting: digits, not a phone number; else None."""
    if text is None:
        return None
    digits = str(text).strip() if isinstance(text, str | int) else ""
    if isinstance(text, bool) or not re.fullmatch(r"[0-9]{1,18}", digits) or not int(digits):
        return None
    return LongcodeId(int(digits))
