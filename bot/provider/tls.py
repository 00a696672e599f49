"""Whom we trust when we connect to another machine."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trust() -> ssl.SSLContext:
    """The authorities of httpx, or of SSL_CERT_FILE and SSL_CERT_DIR.

    Reading them takes 17 ms of a CPU: once a process, not once a client.
    """
    return httpx.create_ssl_context()
