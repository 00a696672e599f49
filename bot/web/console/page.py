"""What a page is: a path, what is to be seen there, and what can be done there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.web.console.desk import Visit

Look: TypeAlias = Callable[[Visit], Awaitable[Mapping[str, Any]]]
"""What the page shows, of JSON's types alone: its twin prints it, its template draws it.

Raises NotThere, UsageError, LedgerUnavailable.
"""
Act: TypeAlias = Callable[[Visit, Mapping[str, str]], Awaitable[str]]
"""Does what a form asks for; the path, within the account, of where to go from there.

Raises as Look does; after UsageError the page is shown again, with what was typed.
"""


class NotThere(Exception):
    """There is nothing under this path; says so in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: one file in `pages/`, with its template, and a line in the registry."""

    path: str
    """Within its account, as `/rules/{rule}`."""
    title: str
    template: str
    look: Look
    acts: Mapping[str, Act] = field(default_factory=dict)
    """By their name, which is posted to `path/name`."""
    icon: str = ""
    """Of a page that the navigation leads to."""
    filters: Sequence[str] = ()
    """Names in its query that say what of it is shown; its forms carry them along."""
    takes_form: bool = False
    """What is posted to it changes nothing, and is shown with what comes of it."""
    is_live: bool = False
    """It is drawn anew when something changes in the ledger."""
    about: Callable[[Visit], str] | None = None
    """Of one that is live: the person of whom it shows things alone, E.164."""
    opened: Callable[[Visit, Mapping[str, Any]], Awaitable[bool]] | None = None
    """Somebody has what it shows before them; whether others are to see that."""

    def filtered(self, visit: Visit) -> Mapping[str, str]:
        """By these names; of what a form came from, where it is shown again."""
        return {name: visit.query.get(name) or visit.form.get(name, "") for name in self.filters}

    def person(self, visit: Visit) -> str:
        """Empty where it is about more than one."""
        return "" if self.about is None else self.about(visit)

    @property
    def twin(self) -> str:
        """The path of the same as JSON."""
        return "/index.json" if self.path == "/" else f"{self.path}.json"
