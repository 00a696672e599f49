"""`bot.testing`, as plug-ins imported it before `bot.plugins.testing`."""

import warnings

from bot.plugins.testing import *  # noqa: F403  whatever they imported

warnings.warn(
    "import from bot.plugins.testing; bot.testing goes with 2.0", DeprecationWarning, stacklevel=2
)
