"""What the tags of a message tell of its person, where nothing is known yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model import Change, ChangeKind, Decision
from bot.rules.matchers.base import MessageView
from bot.rules.stored_values import value_fault


def told(seen: MessageView, names: Mapping[str, str]) -> Mapping[str, str]:
    """Values to store, by their names; `names` has the tag of each."""
    contact, tags = seen.context.contact, seen.message.tags
    missing = {
        name: tags.get(tag, "").strip() for name, tag in names.items() if name not in contact
    }
    return {
        name: value for name, value in missing.items() if value and not value_fault(name, value)
    }


def knowing(seen: MessageView, values: Mapping[str, str]) -> MessageView:
    """The message, of a person of whom these are known."""
    contact = {**seen.context.contact, **values}
    return MessageView(seen.message, replace(seen.context, contact=contact))


def storing(decision: Decision, values: Mapping[str, str]) -> Decision:
    """The decision, which stores these before what its rules store."""
    changes = [Change(ChangeKind.CONTACT, name, value) for name, value in values.items()]
    return replace(decision, changes=(*changes, *decision.changes))
