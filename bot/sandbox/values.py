"""The words of the stand-in, frozen. Times are aware and in UTC, numbers are E.164."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of the account (MTA API, GET /dedicated-numbers)."""

    id: int
    """What POST /send calls `longcodeId`."""
    number: str
    toll_free_status: str | None = None
    """`tollFreeVerificationStatus`; None for a number that is not toll-free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One message that was accepted for one person, in the order of acceptance."""

    message_id: str
    """Of the call: equal for all recipients of one POST /send."""
    outbound_id: int
    """Of this recipient alone."""
    to: str
    text: str | None
    """With `header` and `footer`; None for a message that is only an image."""
    image: str | None
    longcode_id: int
    external_id: str | None
    tags: Mapping[str, str]
    request_id: str | None
    at: datetime
    statuses: tuple[int, ...] = (3, 4)
    """The delivery-status codes that follow, the last one final: 4 delivered, 11 opted out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage:
    """One message that a person sent to one of the account's numbers."""

    reply_id: str
    sender: str
    to: str
    text: str | None
    media_url: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A registration (MTA API, POST /webhooks). `max_throughput_per_minute` is kept, not obeyed."""

    id: int
    event: str
    url: str
    secret: str = field(repr=False)
    created_at: datetime
    alert_email: str | None = None
    send_alert_email: bool = False
    skip_errors: bool = False
    skip_error_codes: tuple[str, ...] = ()
    retry_on_error: bool = True
    """MTA's default is a guess from its example answers, like the next one."""
    max_throughput_per_minute: int = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """POST /send took the call; `messages` is empty where nobody was reached."""

    message_id: str
    messages: tuple[SentMessage, ...]
    failed_international: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not 200."""

    status: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One POST /send with the right key, whatever came of it."""

    at: datetime
    request_id: str | None
    status: int | None
    """What was answered; None where the connection was dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one POST /send; `Fault()` is not a fault."""

    status: int | None = None
    """Answer this status in place of the true one."""
    retry_after: int | str | None = None
    """Header Retry-After of that answer: seconds, or a date of HTTP."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """More headers of that answer."""
    body: bytes | None = None
    """Answer these bytes in place of the JSON."""
    drip: float | None = None
    """Seconds between one byte of the body and the next, and it never ends."""
    reset: bool = False
    """Close the connection in place of an answer."""
    taken: bool = False
    """The message is taken although the answer says otherwise."""
    delay: float = 0.0
    """Seconds between taking the message and answering."""
    reach: bool = True
    """False: taken, but it goes to nobody (`totalSent` 0)."""

    @classmethod
    def reset_before(cls) -> Fault:
        """The connection closes before the message is taken."""
        return cls(reset=True)

    @classmethod
    def reset_after(cls) -> Fault:
        """The connection closes after the message is taken."""
        return cls(reset=True, taken=True)

    @classmethod
    def garbage(cls) -> Fault:
        """The message is taken and answered 200, with a body that is not JSON."""
        return cls(status=200, body=b"<html><body>OK</body></html>", taken=True)

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        """The message is taken at once and answered late, so that a client may give up first."""
        return cls(delay=seconds)

    @classmethod
    def nobody(cls) -> Fault:
        """Answered 200 with `totalSent` 0 (a guess that MTA does this)."""
        return cls(reach=False)
