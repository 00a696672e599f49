"""Deciding: pure functions of a message, what is known, and the rules."""
