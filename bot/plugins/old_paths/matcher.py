"""`bot.matcher`, as plug-ins imported it before `bot.plugins`."""

import warnings

from bot.plugins import *  # noqa: F403  whatever they imported

warnings.warn(
    "import from bot.plugins; bot.matcher goes with 2.0", DeprecationWarning, stacklevel=2
)
