"""What the provider says to a call: it took a message, refuses it, or may take it later."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken a message."""

    message_id: str | None
    """None where it was taken at an earlier try whose answer was lost, or the answer names none."""
    because: str = ""
    """What is odd about it; empty where nothing is."""


class About(StrEnum):
    """What a refusal is about."""

    CALL = "call"
    """This call alone: another message may be taken."""
    KEY = "key"
    """No message is taken until the key is good."""
    ACCOUNT = "account"
    """No message is taken: the account may not send, or the address is not the provider's."""
    UNCLEAR = "unclear"
    """This call, or the address: what another message is answered tells."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not take this as it stands; trying again at once is of no use."""

    because: str
    about: About = About.CALL


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Whether the message was taken is unknown, or it was not: try the same again."""

    because: str
    after: float | None = None
    """Seconds during which the provider wants no call at all; None where it named none."""


Answer: TypeAlias = Accepted | Refused | RetryLater
