"""`notify`: somebody else is told what was decided, a program by POST or a colleague by a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.templates.template import Template
from bot.text.phone_numbers import e164

if TYPE_CHECKING:
    from bot.rules.actions import Actions

NOTIFY_KEYS: Final = ("url", "to", "text")
_EXAMPLES: Final = 'https://example.com/hook, or {to: "+15555550142", text: "..."}'


class Notify(NamedTuple):
    """Who is told: exactly one of `url` and `to` is there."""

    url: str = ""
    to: str = ""
    """A colleague's number, E.164."""
    text: Template | None = None
    """What the colleague gets."""

    def templates(self) -> Iterator[Template]:
        if self.text is not None:
            yield self.text


def read_notify(node: Node | None, what: str, read: Actions) -> Notify | None:
    """A URL, `{url}` or `{to, text}`; None where there is none, or it is wrong."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return _of_url(node, what, read)
    example = f"{what}: {_EXAMPLES}"
    mapping = read.problems.mapping(node, what, example)
    if mapping is None:
        return None
    read.problems.known_keys(mapping, NOTIFY_KEYS, f"key of {what}")
    url, to, text = (mapping.get(key) for key in NOTIFY_KEYS)
    if (url is None) == (to is None):
        read.problems.error(mapping, "notify", f"{what}: needs `url` or `to`, one of them", example)
        return None
    if url is not None:
        if text is not None:
            told = f"{what}: a URL gets JSON, and no `text`"
            read.problems.error(text, "notify", told, "take `text` out, or write `to`")
        return _of_url(url, f"{what}.url", read)
    return _of_number(mapping, to, text, what, read)


def _of_url(node: Node, what: str, read: Actions) -> Notify | None:
    url = read.problems.text(node, what).strip()
    if not is_url(url):
        told = f"{what}: `{url}` is not a URL that can be posted to"
        hint = "https://example.com/hook, written out: it is not a template"
        if (number := e164(url)) is not None:
            hint = f'{what}: {{to: "{number}", text: "{{{{ message.text }}}}"}}'
        elif "@" in url and ":" not in url:
            told = f"{what}: `{url}` gets no e-mail: a colleague gets a text, a program a POST"
            hint = _EXAMPLES
        read.problems.error(node, "url", told, hint)
        return None
    return Notify(url=url)


def is_url(url: str) -> bool:
    """Whether somebody may be there: http or https, a host, nothing to be filled in."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and url.isascii() and url.isprintable() and " " not in url and "{" not in url


def _of_number(
    mapping: MappingNode, to: Node | None, text: Node | None, what: str, read: Actions
) -> Notify | None:
    written = read.problems.text(to, f"{what}.to") if to is not None else ""
    number = e164(written)
    if number is None and to is not None:
        told = f"{what}.to: `{written}` is not a phone number"
        read.problems.error(to, "not-a-number", told, "+15555550142")
    if text is None:
        hint = 'text: "{{ message.sender | phone }} asks: {{ message.text }}"'
        read.problems.error(mapping, "missing-key", f"{what}: needs a `text`", hint)
        return None
    template = read.template(text, f"{what}.text")
    return None if number is None else Notify(to=number, text=template)
