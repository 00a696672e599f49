"""`bot help`: the manual, by topic or by any word that leads to one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

import click
from click.shell_completion import CompletionItem

from bot.authoring import manual
from bot.cli.commands import REGISTRY
from bot.cli.narrow import narrowed
from bot.errors import UsageError, plain
from bot.plugins import discovery

GUIDES: Final = ("clinic", "order", "warnings", "costs", "editor", "import", "ci", "traffic")
OPERATION: Final = (
    *("serve", "commands", "data", "accounts", "machines", "deploy", "metrics"),
    "guarantees",
)
"""Pages in `bot/cli/pages`, in the order of the list."""

WORDS: Final[Mapping[str, str]] = {
    "clinic": "tutorial begin beginning first-steps example examples getting-started",
    "ci": """
        github workflow pre-commit hook git pipeline junit continuous-integration mutate mutation
        mutant
    """,
    "traffic": """
        statistics figures counts report unmatched median latency review replay compare
        overlap overlaps witness swallowed dead freshness
    """,
    "commands": """
        command cli shell bash zsh fish tab colour color columns summary exit-code exit-codes
    """,
    "import": "csv spreadsheet excel export migrate migration smart-reply smart-replies",
    "editor": "schema json-schema modeline vscode vim completion autocomplete hover",
    "warnings": """
        warning check lint code codes shadow shadowed unreachable never fires unused comment
    """,
    "costs": "segments cost price worst least typical most unbounded gsm-7 ucs-2",
    "order": """
        outcome outcomes reason reasons replied suppressed held unmatched failed queue ignored
        opted-out paused quiet-hours template-error longcode-unknown too-old cannot-be-answered
        cancelled stale replaced superseded combined
    """,
    "serve": """
        reload restart budget webhook webhooks setup
        settings environment env secret api key backup server
        dead-letter quarantine send-rate longcode media mms attachment outage catch-up
    """,
    "data": """
        opt-outs contacts gdpr erase erasure delete forget privacy unsubscribe unsubscribes vacuum
        search
    """,
    "accounts": "account",
    "machines": "postgresql postgres pgbouncer worker cluster failover standby upgrade copy scale",
    "deploy": "systemd docker container kubernetes balancer proxy nginx",
    "metrics": "health healthz readyz prometheus log logs monitoring",
    "guarantees": "promise promises",
}
"""Words that people look for, by the page in `bot/cli/pages` that explains them."""

_GROUPS: Final[Mapping[str, str]] = {
    "in a file": "files rule tests conditions templates languages combine",
    "when: its text": "keywords regex says answer number date time phone email",
    "when: with it": "tags media from to in_reply_to",
    "when: before": "contact conversation state count",
    "when: also": "during outside any all not expr plugins",
    "then": "reply set questions later people cooldown long mode filters",
    "guards: people": "$opt-out $opt-in $opted-out $help $wrong-number $paused",
    "guards: also": "$auto-reply $tapback $loop $failed $colleague",
}
"""Topics of the language as the list shows them; those that are named nowhere come last."""


def complete_topic(
    _: click.Context, __: click.Parameter, incomplete: str
) -> Sequence[CompletionItem]:
    """For the shell."""
    known = ("rules", *GUIDES, *OPERATION, *manual.pages())
    return [CompletionItem(name) for name in known if name.startswith(incomplete)]


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]", shell_complete=complete_topic)
def command(words: Sequence[str]) -> int:
    """The manual: a list of its pages, or the page that explains a word.

    \b
    Examples:
      bot help
      bot help keywords
      bot help opt-out
      bot help holidays     a word that is on a page leads to it
      bot help dry-run      a command
      bot help rules        all about the rule language
      bot help serve        from the key to the first answer
    """
    word = " ".join(words)
    if not words:
        print(_list())
    elif word in REGISTRY and not manual.found(word, _pages(), _words()):
        print(_usage(word))
    else:
        _print(manual.manual() if word == "rules" else _page(word))
    return 0


def _print(page: str) -> None:
    """As it is written, or, on a terminal, as wide as that is."""
    if not sys.stdout.isatty():
        print(page)
        return
    from rich.console import Console  # 0.2 s, which a pipe need not pay
    from rich.markdown import Markdown
    from rich.theme import Theme

    plain_code = Theme({"markdown.code": "bold", "markdown.h1": "bold"})
    console = Console(theme=plain_code)
    text = narrowed(page, console.width - _PADDING)
    console.print(Markdown(text, code_theme="ansi_dark"))


_PADDING: Final = 2
"""Columns beside code."""


@cache
def own_pages() -> Mapping[str, str]:
    """The guides and the pages about operating the bot, by topic."""
    folder = files("bot.cli") / "pages"
    return {
        name: (folder / f"{name}.md").read_text(encoding="utf-8") for name in (*GUIDES, *OPERATION)
    }


def _pages() -> Mapping[str, str]:
    return {**own_pages(), **manual.pages()}


def _words() -> Mapping[str, str]:
    return {**manual.WORDS, **WORDS}


def _list() -> str:
    titles = {name: page.partition("\n")[0].lstrip("# ") for name, page in own_pages().items()}
    named = {topic for topics in _GROUPS.values() for topic in topics.split()}
    more = " ".join(topic for topic in manual.pages() if topic not in named)
    language = {**_GROUPS, **({"more": more} if more else {})}
    return "\n".join(
        [
            "bot help WORD: the page about a key, a filter, a command, or any word",
            "",
            *(f"  {name:16} {titles[name]}" for name in GUIDES),
            "",
            "the rule language; `bot help rules` prints all of it",
            *(f"  {group:16} {topics}" for group, topics in language.items()),
            "",
            "running it",
            *(f"  {name:16} {titles[name]}" for name in OPERATION),
        ]
    )


def _page(word: str) -> str:
    """With the way to other pages, where the word is not a topic of its own. Raises UsageError."""
    pages = _pages()
    topics = manual.found(word, pages, _words()) or _of_setting(word)
    if topics and manual.is_topic(word, topics[0]):
        return pages[topics[0]].rstrip("\n")
    if plugged := discovery.pages().get(word):
        return plugged
    commands = [word] if word in REGISTRY else []
    if not topics:
        raise UsageError(f"there is no page `{plain(word)}`: {_way_out(word, pages)}")
    first, *rest = topics
    see = [f"bot help {_argument(topic)}" for topic in rest] + [f"bot {c} --help" for c in commands]
    lines = [f"`{plain(word)}` is explained under `{first}`:", "", pages[first].rstrip("\n")]
    return "\n".join(lines + (["", f"See also: {' · '.join(see)}"] if see else []))


_SETTING: Final = re.compile("(BOT|MTA)_[A-Z_]+", re.IGNORECASE)


def _of_setting(word: str) -> tuple[str, ...]:
    return tuple(_mentions(word, own_pages())) if _SETTING.fullmatch(word) else ()


def _way_out(word: str, pages: Mapping[str, str]) -> str:
    explained = " ".join([*manual.WORDS.values(), *WORDS.values()]).split()
    known = [*pages, *REGISTRY, *explained, "rules"]
    mentioned = [f"`bot help {_argument(topic)}`" for topic in _mentions(word, pages)]
    for cutoff in (0.8, 0.7):
        if near := get_close_matches(word.casefold(), known, n=1, cutoff=cutoff):
            return f"did you mean `bot help {_argument(near[0])}`?"
        if mentioned:
            return f"it is mentioned on {', '.join(mentioned[:5])}"
    return "`bot help` lists the topics"


def _mentions(word: str, pages: Mapping[str, str]) -> Iterator[str]:
    """Topics of the pages in which it stands as a word, each page once."""
    standing = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    shown: set[str] = set()
    for topic, page in pages.items():
        if page not in shown and standing.search(page):
            shown.add(page)
            yield topic


def _argument(topic: str) -> str:
    """As one types it in a shell."""
    return topic.removeprefix("$")


def _usage(name: str) -> str:
    context = click.get_current_context()
    parent = context.parent or context
    group = parent.command
    found = group.get_command(parent, name) if isinstance(group, click.Group) else None
    return found.get_help(click.Context(found, parent, name)) if found is not None else ""
