"""A conversation that was had, as one of a `*.test.yaml`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

_SOON: Final = timedelta(seconds=30)
"""Between texts that need no time of their own."""


def as_test(conversation: Mapping[str, Any]) -> str:
    """Of the JSON of a conversation of the bot; empty where nothing has been decided.

    Times are to the minute, in the zone of the rules.

    What the bot did by itself, later, is not asked for; texts of people of ours are played, and
    that they gave the conversation back where the rules answer in it again.
    """
    messages: Sequence[Mapping[str, Any]] = conversation["messages"]
    theirs = [one for one in messages if one["direction"] == "inbound" and one["outcome"]]
    if not theirs:
        return ""
    first, zone = theirs[0], conversation["timezone"]
    contact = _brought(conversation["contact"], theirs)
    head = {
        "name": _name(theirs),
        "at": _to_the_minute(first, zone),
        "from": conversation["number"],
        **({"to": conversation["ourNumber"]} if conversation["ourNumber"] else {}),
        **({"tags": first["tags"]} if first["tags"] else {}),
        **({"contact": contact} if contact else {}),
    }
    lines = [f"{name}: {_flow(value)}" for name, value in head.items()]
    steps = [f"  - {_flow(step)}" for step in _steps(messages, first, zone)]
    written = "\n  ".join([*lines, "steps:"])
    return f"- {written}\n" + "".join(f"  {step}\n" for step in steps)


def _steps(
    messages: Sequence[Mapping[str, Any]], first: Mapping[str, Any], zone: str
) -> Iterator[Mapping[str, Any]]:
    carried, last, is_in_hand = first["tags"], first, False
    for one in messages:
        if one["direction"] == "outbound":
            if one.get("by") and _at(one) > _at(first):
                yield {"agent": one["text"]}
                is_in_hand = True
            carried = one["tags"] or carried
        elif one["outcome"]:
            is_later = _is_later(one, last)
            last = one if is_later else last
            if is_in_hand and _is_answered_by_rules(one):
                yield {"release": True}
                is_in_hand = False
            yield {
                "say": one["text"],
                **({"media": one["mediaUrl"]} if one["mediaUrl"] else {}),
                **({"tags": one["tags"]} if one["tags"] and one["tags"] != carried else {}),
                **({"at": _to_the_minute(one, zone)} if is_later else {}),
                **_expected(one, messages),
            }


def _is_answered_by_rules(one: Mapping[str, Any]) -> bool:
    """What guards answer they answer also where a person has it in hand."""
    return one["reason"] != "paused" and not (one["rule"] or "").startswith("$")


def _expected(one: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    said = [
        answer["text"]
        for answer in messages
        if answer["direction"] == "outbound" and answer["inReplyTo"] == one["id"]
    ]
    return {
        "rule": one["rule"] or "none",
        **({"reply": said[0]} if len(said) == 1 else {"replies": said} if said else {}),
        **({} if one["outcome"] == "replied" else {"outcome": one["outcome"]}),
        **({"reason": one["reason"]} if one["reason"] else {}),
    }


def _brought(contact: Mapping[str, str], theirs: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """What was known of them before: what no decision has set."""
    changes = [change for one in theirs for change in one.get("changes", ())]
    written = {change.get("name") for change in changes}
    return {name: value for name, value in contact.items() if name not in written}


def _name(theirs: Sequence[Mapping[str, Any]]) -> str:
    """
    >>> _name([{"text": "Hours?"}, {"text": "thanks"}])
    'Hours? and 1 more'
    """
    said = " ".join(theirs[0]["text"].split())[:40] or "a picture"
    return f"{said} and {len(theirs) - 1} more" if len(theirs) > 1 else said


def _is_later(one: Mapping[str, Any], last: Mapping[str, Any]) -> bool:
    """Than the last that has a time of its own, by a minute of the clock."""
    apart = _at(one) - _at(last)
    return apart > _SOON and _at(one).replace(second=0, microsecond=0) > _at(last)


def _to_the_minute(message: Mapping[str, Any], zone: str) -> str:
    """As a person writes it; in the hour that comes twice the second one has its offset."""
    here = _at(message).astimezone(ZoneInfo(zone))
    return here.isoformat(" ", "minutes") if here.fold else f"{here:%Y-%m-%d %H:%M}"


def _at(message: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(message["at"])


def _flow(value: object) -> str:
    """JSON, which is YAML, with its keys as people write them."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(name)}: {_flow(one)}" for name, one in value.items())
        return f"{{{inner}}}"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.isascii() and name.isalpha() else json.dumps(name, ensure_ascii=False)
