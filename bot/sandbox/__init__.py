"""A stand-in for Mobile Text Alerts, in memory: the provider's side of the contract.

It shares no code with the rest of the bot, so that a misunderstanding of the contract shows
instead of being shared. What MTA's documentation leaves open is chosen here and said so, in the
docstring of the thing that chooses.

    provider = Provider()
    async with httpx.AsyncClient(trust_env=False) as client:
        courier = Courier(provider, client)
        app = create_app(provider, api_key="key", on_sent=courier.follow)
        async with serving(app) as origin:    # MTA_BASE_URL is f"{origin}/v3"
            await courier.inbound("+15555550123", "What time do you open?")
"""

from bot.sandbox.app import create_app
from bot.sandbox.provider import Provider
from bot.sandbox.serve import serving
from bot.sandbox.values import (
    Accepted,
    Attempt,
    Fault,
    Number,
    ReceivedMessage,
    Refusal,
    SentMessage,
    Webhook,
)
from bot.sandbox.webhooks import Courier, Delivery, Shape, signature
from bot.sandbox.window import GENERAL_LIMIT, SEND_LIMIT, Limit

__all__ = [
    "GENERAL_LIMIT",
    "SEND_LIMIT",
    "Accepted",
    "Attempt",
    "Courier",
    "Delivery",
    "Fault",
    "Limit",
    "Number",
    "Provider",
    "ReceivedMessage",
    "Refusal",
    "SentMessage",
    "Shape",
    "Webhook",
    "create_app",
    "serving",
    "signature",
]
