"""Which of our numbers answers. The first that tells wins:

1. our record of the message that is answered, by its `externalId`;
2. the tag `longcodeId` of the inbound message;
3. our number that it came to, in the provider's list of our numbers (`GET /dedicated-numbers`);
4. the last one known of the conversation;
5. the setting `BOT_LONGCODE_ID`;
6. none: `BOT_UNKNOWN_LONGCODE` says whether the reply waits for a person.

`stated` looks at what needs no call to the provider, when a message is decided; `find` at the rest,
when its reply is about to leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.ledger.conversations import Answered
from bot.ledger.sending import Claim
from bot.model import InboundMessage, LongcodeId, Refused, RetryLater
from bot.provider.client import Gateway
from bot.settings import Settings
from bot.text import phone_numbers

_FRESH: Final = timedelta(hours=1)


_ASK_AGAIN: Final = timedelta(minutes=1)
"""For a number that the list does not have: MTA allows 30 such calls a minute in all."""


def stated(
    message: InboundMessage, answered: Answered | None, numbers: Mapping[str, LongcodeId]
) -> LongcodeId | None:
    """Steps 1 to 3, as far as the list of numbers is at hand."""
    if answered is not None and answered.longcode_id is not None:
        return answered.longcode_id
    return phone_numbers.longcode_id(message.tags.get("longcodeId")) or numbers.get(message.number)


@dataclass(slots=True)
class Longcodes:
    """Our numbers as the provider lists them, asked for when they are needed, kept for an hour."""

    known: Mapping[str, LongcodeId] = field(default_factory=dict)
    asked_at: datetime | None = None

    def fresh(self, now: datetime) -> Mapping[str, LongcodeId]:
        """Those that need not be asked for again."""
        return self.known if self._age(now) < _FRESH else {}

    async def refresh(
        self, gateway: Gateway, wanted: str, now: datetime
    ) -> Refused | RetryLater | None:
        """Make sure of `wanted` as far as possible; why not, where that may change.

        A refusal counts as an answer, but for that of the key: the number is not to be had
        this way.
        """
        if self._age(now) < (_FRESH if wanted in self.known else _ASK_AGAIN):
            return None
        answer = await gateway.numbers()
        if isinstance(answer, RetryLater) or (isinstance(answer, Refused) and answer.pauses):
            return answer
        self.asked_at = now
        if not isinstance(answer, Refused):
            self.known = {number.number: number.longcode_id for number in answer}
        return None

    def _age(self, now: datetime) -> timedelta:
        """A clock that was set back makes it old, not new."""
        return timedelta.max if self.asked_at is None else abs(now - self.asked_at)


async def find(
    claimed: Claim, gateway: Gateway, numbers: Longcodes, settings: Settings, now: datetime
) -> LongcodeId | Refused | RetryLater | None:
    """Steps 3 to 5; why not yet, where the list cannot be had now."""
    if claimed.number:
        away = await numbers.refresh(gateway, claimed.number, now)
        if away is not None:
            return away
        found = numbers.known.get(claimed.number)
        if found is not None:
            return found
    return claimed.last_longcode_id or settings.longcode_id
