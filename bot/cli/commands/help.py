"""`bot help`: the manual of the rule language, by topic."""

from __future__ import annotations

from difflib import get_close_matches

import click

from bot.authoring import manual
from bot.cli.output import colour
from bot.errors import UsageError
from bot.plugins import discovery


@click.command()
@click.argument("topic", required=False)
def command(topic: str | None) -> int:
    """The manual of the rule language: a list of its topics, or one page.

    \b
    Examples:
      bot help
      bot help keywords
      bot help '$opt-out'
      bot help rules        all of it
    """
    if topic is None:
        print(_list())
    elif topic == "rules":
        print("\n".join(map(_line, manual.manual().splitlines())))
    else:
        print(_page(topic))
    return 0


def _list() -> str:
    topics = {"rules": "All of the pages below.", **manual.topics()}
    width = max(map(len, topics))
    lines = [f"  {name.ljust(width)}  {about}" for name, about in topics.items()]
    return "\n".join(["bot help TOPIC, where the topic is one of", *lines])


def _page(topic: str) -> str:
    """Raises UsageError. A guard may be named without its `$`, which a shell would eat."""
    pages = manual.pages()
    page = pages.get(topic) or pages.get(f"${topic}") or discovery.pages().get(topic)
    if page is None:
        near = get_close_matches(topic, [*pages, "rules"], n=1)
        hint = f"did you mean `bot help {near[0]}`?" if near else "`bot help` lists the topics"
        raise UsageError(f"there is no page `{topic}`: {hint}")
    return page


def _line(line: str) -> str:
    return colour("1", line) if line.startswith("# ") else line
