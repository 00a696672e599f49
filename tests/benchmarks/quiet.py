"""Nothing is said while something is measured."""

from __future__ import annotations

import logging

import structlog


def quiet() -> None:
    """What a terminal takes for the log is not measured."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
