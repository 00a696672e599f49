"""Fields as mail merges of other systems write them: `[First Name]`, `%name%`, `*|FNAME|*`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NAME: Final = r"[A-Za-z][\w .-]{0,30}"
_MARKED: Final = re.compile(
    rf"\*\|\s*(?P<a>{_NAME})\s*\|\*"
    rf"|<<\s*(?P<b>{_NAME})\s*>>"
    rf"|\{{\{{\s*(?P<c>{_NAME})\s*\}}\}}"
    rf"|(?<![\w%])%%?(?P<d>[A-Za-z][A-Za-z_]{{2,30}})%%?(?!\w)"
    rf"|\$?\{{\s*!?(?P<e>{_NAME})\s*\}}"
)
"""Signs that nobody writes around a word for another reason."""
_LIKELY: Final = re.compile(
    rf"\[\[?\s*(?P<a>{_NAME})\s*\]\]?"
    rf"|[<«]\s*(?P<b>{_NAME})\s*[>»]"
    rf"|(?<!\w)(?P<sign>[#~])(?P<c>{_NAME})(?P=sign)(?!\w)"
)
"""Signs that may stand around other words too."""
_FIRST: Final = frozenset({"name", "first", "firstname", "fname", "givenname", "forename"})
_KNOWN: Final = _FIRST | frozenset(
    """
    last lastname lname surname familyname fullname username nickname title salutation
    customer customername client clientname contactname recipient recipientname
    company companyname business businessname shop shopname store storename petname
    email emailaddress phone phonenumber mobile mobilenumber cell number address city zip
    date time day appointment appointmentdate appointmenttime duedate
    code coupon couponcode discountcode promocode order orderid ordernumber orderno
    amount price total balance product link url shortlink optoutlink unsubscribelink
    """.split()
)
"""What such fields are called, in small letters without what stands between words."""
_BEFORE: Final = re.compile(r"(your|insert|customer|contact|client|recipient|enter|the)+(?=\w)")


@dataclass(frozen=True, slots=True)
class MergeField:
    """A place that another system would have filled in."""

    written: str
    """As it stands in the text, with its signs."""
    start: int
    name: str
    """As a name of ours: `first_name`."""

    @property
    def ours(self) -> str:
        """What a template of ours has in its place."""
        otherwise = "there" if self.name == "first_name" else "..."
        return f"{{{{ contact.{self.name} | default('{otherwise}') }}}}"


def merge_fields(text: str) -> Iterator[MergeField]:
    """In the order of the text."""
    found = [*_MARKED.finditer(text), *filter(_is_known, _LIKELY.finditer(text))]
    end = 0
    for one in sorted(found, key=lambda match: (match.start(), -match.end())):
        if one.start() >= end:
            end = one.end()
            yield MergeField(one[0], one.start(), _name(_named(one)))


def _named(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return next(groups[key] for key in "abcde" if groups.get(key))


def _is_known(found: re.Match[str]) -> bool:
    squeezed = re.sub(r"[\W_]", "", _named(found)).lower()
    return squeezed in _KNOWN or _BEFORE.sub("", squeezed, count=1) in _KNOWN


def _name(written: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", written.rpartition(".")[2].strip())
    name = re.sub(r"[\W_]+", "_", apart).strip("_").lower().removeprefix("your_")
    return "first_name" if name.replace("_", "") in _FIRST else name
