"""Modules that authors of plug-ins imported before `bot.plugins`; they go with version 2.0.

`bot/__init__.py` puts this folder on the package's path, so each is found under its old name.
"""
