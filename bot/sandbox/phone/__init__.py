"""The phone: a page on which people text the bot through the stand-in, with what it decided."""
