"""CSV as spreadsheets write it: how it is encoded, what its columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.errors import UsageError, plain

_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel, LibreOffice and Numbers begin."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_CUT: Final = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
NOT_UTF_8: Final = 'is not UTF-8: save it as "CSV UTF-8"'


def encoding_of(start: bytes) -> str:
    """Of a file that begins so, four bytes at least. Raises UsageError where it is no CSV."""
    if start.startswith(_WORKBOOKS):
        raise UsageError("it is a spreadsheet; save it as CSV first")
    return "utf-16" if start.startswith(_UTF_16) else "utf-8-sig"


def decoded(content: bytes) -> str:
    """Raises UsageError, with the line where there is one."""
    try:
        return content.decode(encoding_of(content))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UsageError(f"line {line}: {NOT_UTF_8}") from None


def lacks_number(columns: Sequence[str]) -> str:
    """What to say where not one column is `number`."""
    named = ", ".join(f"`{plain(name)[:40]}`" for name in columns[:6] if name)
    if [name.lower() for name in columns].count("number") > 1:
        return "line 1: has `number` twice"
    if not named:
        return "line 1: needs the names of the columns, one of them `number`"
    return f"line 1: needs a column `number`, and has {named}: rename that of the phone numbers"


def number_fault(written: str) -> str:
    """What to say of a cell that is not a phone number."""
    shown = plain(written)[:40]
    if _CUT.fullmatch(written.strip()):
        return f"number {shown}: a spreadsheet has cut it; format that column as text"
    if not written.strip():
        return "number: is missing"
    return f"number {shown}: is not a phone number, for example +15555550123"


def as_name(column: str) -> str:
    """As templates name it: `First Name` is first_name."""
    return re.sub(r"\W+", "_", column.strip().lower()).strip("_")
