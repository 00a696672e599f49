"""Fresh names for outbound messages."""

from __future__ import annotations

import secrets

from bot.engine.outbound import Ids


def new_ids() -> Ids:
    """Both of 32 hex digits: what MTA gives back with an answer, and its `X-Request-Id`.

    An `X-Request-Id` is alphanumeric only.
    """
    return Ids(secrets.token_hex(16), secrets.token_hex(16))
