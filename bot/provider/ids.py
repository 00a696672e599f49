"""Fresh names for outbound messages."""

from __future__ import annotations

import secrets


def new_external_id() -> str:
    """32 of `[0-9a-f]`: what MTA gives back with the answer to a message."""
    return secrets.token_hex(16)


def new_request_id() -> str:
    """`X-Request-Id`: alphanumeric only, 32 hex digits."""
    return secrets.token_hex(16)
