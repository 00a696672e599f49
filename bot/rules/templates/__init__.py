"""Replies: Jinja in a sandbox, its names checked when rules load."""
