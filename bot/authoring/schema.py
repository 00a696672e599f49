"""JSON Schema (2020-12) of rule files, for editors: keys with their meaning as one types them.

Which keys there are is read from what validates the files; the tables here say what a value looks
like. An editor reads `yes` and `007` as YAML does, the bot reads them as texts: both fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from bot.authoring import manual
from bot.rules import conditions
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.guards.base import Guard
from bot.rules.head import DEFAULTS_KEYS, TOP_KEYS
from bot.rules.json_schema import (
    CONDITIONS,
    DATE,
    DURATION,
    FLAG,
    NUMBER,
    PER,
    TEMPLATE,
    TEXT,
    TEXTS,
    VALUES,
    WHEN,
    Schema,
    any_of,
    keyed,
    listed,
    named,
    one_of,
    ref,
    said,
)
from bot.rules.loader import BODY_KEYS, RULE_KEYS
from bot.rules.matchers import REGISTRY as MATCHERS
from bot.rules.matchers.during import CALENDAR_KEYS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


_SCALARS: Final[Mapping[str, Schema]] = {
    "text": {"type": ["string", "number", "boolean"]},
    "texts": any_of(ref("text"), listed(ref("text"))),
    "flag": any_of(
        {"type": "boolean"},
        {"type": "string", "pattern": "^([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON"
         "|[Oo]ff|OFF)$"},
    ),
    "true": {"type": "string", "pattern": "^([Tt]rue|TRUE|[Yy]es|YES|[Oo]n|ON)$"},
    "number": any_of({"type": "integer"}, {"type": "string", "pattern": "^[+-]?\\d{1,9}$"}),
    "duration": {"type": "string", "pattern": "^\\s*\\d{1,9}\\s*[smhdw]\\s*$"},
    "date": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d$"},
    "template": {"type": ["string", "number", "boolean"]},
}  # fmt: skip

_MESSAGE: Final[Mapping[str, Schema]] = {
    "text": TEMPLATE,
    "image": said(TEMPLATE, "URL of a picture."),
    "tags": said(named(TEMPLATE), "Tags that come back with the answer to it."),
    "delay": said(DURATION, "It waits that long."),
}

_ELSE: Final = said(TEMPLATE, "Instead: a text, `next` (the search goes on) or `silent`.")
ACTIONS: Final[Mapping[str, Schema]] = {
    "reply": said(ref("reply"), "What is sent: a template, or a list of them = several messages."),
    "silent": said(FLAG, "It matches, and nothing is sent."),
    "continue": said(FLAG, "The next rule is asked too; the replies of this one come first."),
    "set": said(
        keyed(
            dict.fromkeys(("contact", "conversation"), named(any_of(TEMPLATE, {"type": "null"})))
        ),
        "Values to store; `null` removes one.",
    ),
    "state": said(
        any_of(
            TEXT,
            keyed({"name": TEXT, "expires": DURATION}, needs=["name"]),
        ),
        "Enter that state; `none` leaves.",
    ),
    "cooldown": said(ref("cooldown"), "At most once in that time."),
    "limit": said(
        keyed(
            {"times": NUMBER, "per": DURATION, "for": PER, "key": TEXT, "else": _ELSE},
            needs=["times", "per"],
        ),
        "At most so many times in that time.",
    ),
    "max_segments": said(NUMBER, "A longer reply is not sent."),
    "long": said(
        one_of("split", "mms", "hold"),
        "A reply that does not fit one SMS leaves in parts, as an MMS, or waits as a dead letter.",
    ),
    "from_date": said(DATE, "The rule is off before that day."),
    "until": said(DATE, "The last day of the rule."),
    "mode": said(one_of("shadow", "live"), "shadow: evaluated and recorded, nothing sent."),
    "enabled": said(FLAG, "false: the rule is off; it is still checked."),
    "description": said(TEXT, "What it is for; tools show it."),
    "tests": said(ref("tests"), "What the rule must and must not catch; `bot test` runs them."),
    "id": said(
        {"type": ["string", "integer"], "pattern": "^[a-z0-9-]{1,64}$"},
        "Its name, unique in the whole rule set.",
    ),
    "when": said(WHEN, "The condition: keys beside each other must all hold; or `always`."),
}
"""What the value of each key of a rule looks like."""

_DEFAULTS: Final[Mapping[str, Schema]] = {
    "timezone": said(TEXT, "An IANA name, for example America/Chicago."),
    "max_segments": ACTIONS["max_segments"],
    "long": ACTIONS["long"],
    "cooldown": ACTIONS["cooldown"],
    "dates": said(
        one_of("mdy", "dmy"), "Whether 3/4 is the fourth of March or the third of April."
    ),
    "times": said(
        keyed({"prefer": said(TEXT, "Hours, for example 08:00-20:00.")}, least=1),
        "In which hours a time without am or pm lies.",
    ),
}

_EXPECTED_TEXT: Final = any_of(
    TEXT, keyed({"contains": TEXT}, least=1), keyed({"regex": TEXT}, least=1)
)
_CASE: Final[Mapping[str, Schema]] = {
    "say": said(TEXT, "The text that comes in."),
    "from": said(TEXT, "Who writes."),
    "to": said(TEXT, "Our number, or its longcodeId."),
    "tags": VALUES,
    "media": said(TEXT, "URL of an attachment."),
    "at": said(TEXT, "When; without an offset in the rules' time zone."),
    "contact": VALUES,
    "state": said(TEXT, "The conversation is in that state."),
    "rule": said(TEXT, "The rule that answers; `none` is not a rule."),
    "outcome": said(
        one_of("replied", "held", "suppressed", "unmatched", "failed"), "How the message ends."
    ),
    "reason": TEXT,
    "reply": said(_EXPECTED_TEXT, "The one message that is sent."),
    "replies": said(listed(_EXPECTED_TEXT, least=0), "The messages that are sent."),
    "captures": VALUES,
    "segments": NUMBER,
    "because": said(TEXT, "The reason, or words out of why the rule did not match."),
}

_WITH: Final = ("from", "to", "tags", "media", "at", "contact", "state")

_TOP: Final[Mapping[str, Schema]] = {
    "calendars": said(
        named(keyed(dict.fromkeys(CALENDAR_KEYS, TEXTS), needs=["hours"])),
        "Hours with exceptions, by name, for the whole rule set; once in it.",
    ),
    "timezone": said(TEXT, "An IANA name, for the whole rule set; once in it."),
    "vars": said({"type": "object"}, "Templates see them as `vars.name`."),
    "lists": said(
        named(named(any_of(TEXT, listed(TEXT, least=0)), least=1)),
        "Values and their synonyms, for `says`: `<name>`.",
    ),
    "defaults": said(ref("defaults"), "They hold for the rules of this file."),
    "rules": said(
        listed(any_of(ref("rule"), ref("short")), least=0),
        "In order: the first that matches answers.",
    ),
    "fallback": said(ref("body"), "Answers what no rule did; once in the rule set."),
    "guards": said(ref("guards"), "Texts and limits of the built-in rules; once in the rule set."),
    "languages": {},
}


def rule_schema(plugins: Mapping[str, Schema] | None = None) -> Schema:
    """The schema of one rule file; `plugins`: what matchers from elsewhere say of their values."""
    return {
        "$schema": DIALECT,
        "title": "Rules of the auto-responder",
        **keyed(_chosen(TOP_KEYS, _TOP)),
        "$defs": {
            **_SCALARS,
            "pattern": any_of(
                TEXT,
                keyed({"pattern": TEXT, "ignore_case": FLAG, "whole": FLAG}, needs=["pattern"]),
            ),
            "condition": any_of(
                TEXT, listed(TEXT), keyed(_chosen(conditions.KEYS, CONDITIONS), least=1)
            ),
            "when": any_of({"const": "always"}, keyed(_matchers(plugins or {}), least=1)),
            "message": any_of(TEMPLATE, _message()),
            "reply": any_of(
                ref("message"), ref("choice"), listed(any_of(ref("message"), ref("choice")))
            ),
            "choice": keyed(
                {"one_of": listed(any_of(TEMPLATE, *_weighed()))},
                needs=["one_of"],
            ),
            "cooldown": any_of(
                DURATION,
                keyed({"once": DURATION, "per": PER, "key": TEXT, "else": _ELSE}, needs=["once"]),
            ),
            "case": any_of(
                *({**keyed(_CASE), "required": [key]} for key in ("say", "media")),
            ),
            "tests": any_of(
                keyed(
                    {
                        "with": said(keyed(_chosen(_WITH, _CASE)), "What all of them come with."),
                        "match": said(TEXTS, "Texts that the rule must catch."),
                        "no_match": said(TEXTS, "Texts that it must not."),
                    }
                ),
                listed(ref("case"), least=0),
            ),
            "body": keyed(_chosen(BODY_KEYS, ACTIONS)),
            "rule": keyed(_chosen(RULE_KEYS, ACTIONS), needs=["id", "when"]),
            "short": {
                "description": "A keyword and what to answer: the short form of a rule.",
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "propertyNames": {"not": {"enum": list(RULE_KEYS)}},
                "additionalProperties": ref("reply"),
            },
            "defaults": keyed(_chosen(DEFAULTS_KEYS, _DEFAULTS)),
            "guards": keyed({guard.KEY: _guard(guard) for guard in GUARDS}),
        },
    }


def _chosen(keys: Iterable[str], table: Mapping[str, Schema]) -> Mapping[str, Schema]:
    """A key that the table does not know yet takes anything."""
    return {key: table.get(key, {}) for key in keys}


def _message(more: Mapping[str, Schema] | None = None) -> Schema:
    keys = {**_MESSAGE, **(more or {})}
    return any_of(*({**keyed(keys), "required": [key]} for key in ("text", "image")))


def _weighed() -> Iterable[Schema]:
    return (_message({"weight": NUMBER}),)


def _matchers(plugins: Mapping[str, Schema]) -> Mapping[str, Schema]:
    pages = manual.pages()
    return {
        **{name: said(matcher.schema(), pages[name]) for name, matcher in MATCHERS.items()},
        **plugins,
    }


def _guard(guard: type[Guard]) -> Schema:
    return said(keyed(guard.SECTION), manual.pages()[str(guard.NAME)])
