"""Which of our numbers answers. The first that tells wins:

1. our record of the message that is answered, by its `externalId`, unless its number and the one
   that the message came to are both known to be ours and differ;
2. the tag `longcodeId` of the inbound message;
3. our number that it came to, in the provider's list of our numbers (`GET /dedicated-numbers`);
4. the last one known of the conversation;
5. the setting `BOT_LONGCODE_ID`;
6. none: `BOT_UNKNOWN_LONGCODE` says whether the reply waits for a person.

`stated` looks at what needs no call to the provider, when a message is decided; `find` at the rest,
when its reply is about to leave.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.ledger import conversations, numbers
from bot.ledger.conversations import Answered
from bot.ledger.numbers import OurNumbers
from bot.ledger.sending import Claim
from bot.ledger.writer import Writer
from bot.model import InboundMessage, LongcodeId, OutboundMessage
from bot.provider.answers import About, Refused, RetryLater
from bot.provider.client import Gateway
from bot.settings import Settings, UnknownLongcode
from bot.text import phone_numbers

DEFAULT_MOVES: Final = (
    "BOT_UNKNOWN_LONGCODE=default: where nothing tells our number, a reply leaves from the one"
    " that the account sent from last, which moves"
)
FRESH: Final = timedelta(hours=1)


_ASK_AGAIN: Final = timedelta(minutes=1)
"""For a number that the list does not have: MTA allows 30 such calls a minute in all."""
_JOINED_AT_ONCE: Final = 100
"""Chains in one transaction: few enough that no webhook waits long behind them."""


def may_take_default(settings: Settings) -> bool:
    """Whether step 6 sends, from a number that nobody can know."""
    return settings.unknown_longcode is UnknownLongcode.DEFAULT and settings.longcode_id is None


def stated(
    message: InboundMessage, answered: Answered | None, ours: OurNumbers
) -> LongcodeId | None:
    """Steps 1 to 3, as far as the list of numbers is at hand."""
    recorded = None if answered is None else answered.longcode_id
    if recorded is not None and not ours.are_two(recorded, message.number):
        return recorded
    tagged = phone_numbers.longcode_id(message.tags.get("longcodeId"))
    return tagged or ours.by_number.get(message.number)


@dataclass(slots=True)
class Longcodes:
    """Our numbers as the provider lists them, kept in the ledger, asked for again in an hour."""

    ours: OurNumbers = field(default_factory=OurNumbers)
    listed: frozenset[str] = frozenset()
    """Those of the latest list."""
    asked_at: datetime | None = None

    async def load(self, writer: Writer) -> None:
        """What the ledger has, without a call to the provider."""
        self.ours = await writer.run(numbers.load)

    async def refresh(
        self,
        gateway: Gateway,
        writer: Writer,
        now: datetime,
        wanted: str | None = None,
        fresh: timedelta = FRESH,
    ) -> Refused | RetryLater | None:
        """Make sure of the list, or of `wanted` in it; why not, where that may change.

        A refusal counts as an answer, but for that of the key: the number is not to be had
        this way.
        """
        if self._age(now) < (fresh if wanted is None or wanted in self.listed else _ASK_AGAIN):
            return None
        answer = await gateway.numbers()
        if isinstance(answer, RetryLater) or (
            isinstance(answer, Refused) and answer.about is About.KEY
        ):
            return answer
        self.asked_at = now
        if not isinstance(answer, Refused):
            found = {number.longcode_id: number.number for number in answer}
            self.listed = frozenset(found.values())
            await writer.run(lambda connection: numbers.store(connection, found, now))
            await self.load(writer)
            await self._join(writer)
        return None

    async def _join(self, writer: Writer) -> None:
        """Chains of what has a number now."""
        step = partial(conversations.join_listed, ours=self.ours, limit=_JOINED_AT_ONCE)
        while await writer.run(step):
            pass

    def _age(self, now: datetime) -> timedelta:
        """A clock that was set back makes it old, not new."""
        return timedelta.max if self.asked_at is None else abs(now - self.asked_at)


async def present_id(
    message: OutboundMessage,
    claimed: Claim,
    gateway: Gateway,
    writer: Writer,
    known: Longcodes,
    now: datetime,
) -> LongcodeId | None:
    """The id under which the number of a refused message is listed now, where it is another.

    A number that was registered anew keeps its conversations.
    """
    number = claimed.number
    if message.longcode_id is not None:
        number = known.ours.by_id.get(message.longcode_id, number)
    if not number:
        return None
    await known.refresh(gateway, writer, now, number, _ASK_AGAIN)
    found = known.ours.by_number.get(number) if number in known.listed else None
    return None if found == message.longcode_id else found


async def find(
    claimed: Claim,
    gateway: Gateway,
    writer: Writer,
    known: Longcodes,
    settings: Settings,
    now: datetime,
) -> LongcodeId | Refused | RetryLater | None:
    """Steps 3 to 5; why not yet, where the list cannot be had now."""
    if claimed.number:
        away = await known.refresh(gateway, writer, now, claimed.number)
        if away is not None:
            return away
        found = known.ours.by_number.get(claimed.number)
        if found is not None:
            return found
    return claimed.last_longcode_id or settings.longcode_id
