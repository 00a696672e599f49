"""`bot.matcher`, as plug-ins imported it before `bot.plugins`."""

import warnings

from bot.plugins import *  # noqa: F403  whatever they imported
from bot.plugins import MessageView as Seen  # noqa: F401  its name then

warnings.warn(
    "import from bot.plugins; bot.matcher goes with 2.0", DeprecationWarning, stacklevel=2
)
