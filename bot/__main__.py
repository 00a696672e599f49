"""`python -m bot` is `bot`."""

import sys

from bot.cli import main

sys.exit(main())
