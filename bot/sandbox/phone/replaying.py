"""Try again from here: somebody new says the same, up to a text, through the same wires.

The conversation that was had stays as it is, so that both can be compared, and nothing is deleted
at the bot. The new person has another number; the time is that of now.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import dataclass
from typing import Final

from bot.sandbox.feed import Feed
from bot.sandbox.phone.bot_side import BotSide, Trouble
from bot.sandbox.provider import Provider
from bot.sandbox.texting import say
from bot.sandbox.values import ReceivedMessage, SentMessage
from bot.sandbox.webhooks import Courier

_PATIENCE: Final = 10.0
"""Seconds that a text may take to be decided."""
_STEP: Final = 0.05
_LONGEST: Final = 50
"""Texts."""
_LEAVES: Final = ("due", "sending")
"""The status of a message of ours that is about to leave."""


@dataclass(frozen=True, slots=True)
class Scene:
    provider: Provider
    courier: Courier
    feed: Feed
    bot: BotSide


def our_number(provider: Provider, person: str) -> str:
    """The number of ours on their phone: that which wrote or was written to first."""
    found = (ours for ours, theirs in provider.threads if theirs == person)
    return next(found, provider.numbers[0].number)


async def say_again(scene: Scene, person: str, upto: int) -> str:
    """The number of the new person, once all is said. Raises ValueError, Trouble."""
    ours = our_number(scene.provider, person)
    said = scene.provider.threads.get((ours, person), [])[: max(upto, 0)]
    texts = [one for one in said if isinstance(one, ReceivedMessage)]
    if len(texts) > _LONGEST:
        raise ValueError("This is too long to be said again.")
    new = _somebody(scene.provider)
    for first in itertools.takewhile(lambda one: isinstance(one, SentMessage), said):
        if isinstance(first, SentMessage) and first.text:
            await scene.bot.write_first(new, first.text, first.longcode_id, first.tags)
            await _settled(scene, ours, new, 0)
    for count, text in enumerate(texts, 1):
        await say(scene.courier, scene.feed, new, text.text, ours, text.media_url)
        await _settled(scene, ours, new, count)
    return new


async def _settled(scene: Scene, ours: str, person: str, texts: int) -> None:
    """So many of their texts are decided, and what is said to them at once has left."""
    for _ in range(int(_PATIENCE / _STEP)):
        found = await scene.bot.conversation(person, ours)
        said = [] if found is None else found["messages"]
        decided = sum(one["direction"] == "inbound" and bool(one["outcome"]) for one in said)
        leaves = any(one["status"] in _LEAVES and "due" not in one for one in said)
        if said and decided >= texts and not leaves:
            return
        await asyncio.sleep(_STEP)
    raise Trouble("The bot has not answered for ten seconds.")


def _somebody(provider: Provider) -> str:
    """A number that nobody has here, of those that are for fiction."""
    used = {person for _, person in provider.threads} | {one.number for one in provider.numbers}
    free = [number for at in range(100, 200) if (number := f"+1555555{at:04}") not in used]
    return random.choice(free or [f"+1555555{random.randrange(1000, 10_000)}"])  # noqa: S311
