"""`bot help`: the manual, by topic: the rule language, and how the bot is operated."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files
from typing import Final

import click

from bot.authoring import manual
from bot.cli.output import colour
from bot.errors import UsageError, plain
from bot.plugins import discovery

OPERATION: Final = ("serve", "accounts", "machines", "deploy", "metrics", "guarantees")
"""Pages in `bot/cli/pages`, in the order of the list."""


@click.command()
@click.argument("topic", required=False)
def command(topic: str | None) -> int:
    """The manual: a list of its topics, or one page.

    \b
    Examples:
      bot help
      bot help keywords
      bot help '$opt-out'
      bot help rules        all about the rule language
      bot help serve        from the key to the first answer
    """
    if topic is None:
        print(_list())
    elif topic == "rules":
        print("\n".join(map(_line, manual.manual().splitlines())))
    else:
        print("\n".join(map(_line, _page(topic).splitlines())))
    return 0


def operation() -> Mapping[str, str]:
    """The pages about operating the bot, by topic."""
    folder = files("bot.cli") / "pages"
    return {name: (folder / f"{name}.md").read_text(encoding="utf-8") for name in OPERATION}


def _list() -> str:
    titles = {name: page.partition("\n")[0].lstrip("# ") for name, page in operation().items()}
    language = {"rules": "All of the pages below.", **manual.topics()}
    width = max(map(len, [*titles, *language]))

    def lines(topics: Mapping[str, str]) -> list[str]:
        return [f"  {name.ljust(width)}  {about}" for name, about in topics.items()]

    head = "bot help TOPIC, where the topic is one of"
    return "\n".join(
        [head, "", "operation", *lines(titles), "", "the rule language", *lines(language)]
    )


def _page(topic: str) -> str:
    """Raises UsageError. A guard may be named without its `$`, which a shell would eat."""
    pages = {**operation(), **manual.pages()}
    page = pages.get(topic) or pages.get(f"${topic}") or discovery.pages().get(topic)
    if page is None:
        near = get_close_matches(topic, [*pages, "rules"], n=1)
        hint = f"did you mean `bot help {near[0]}`?" if near else "`bot help` lists the topics"
        raise UsageError(f"there is no page `{plain(topic)}`: {hint}")
    return page.rstrip("\n")


def _line(line: str) -> str:
    return colour("1", line) if line.startswith("# ") else line
