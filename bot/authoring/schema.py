"""JSON Schema (2020-12) of rule files, for editors.

Which keys there are is read from what validates the files; the tables here say what a value looks
like. An editor reads `yes` and `007` as YAML does, the bot reads them as texts: both fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.authoring import manual, tests_schema
from bot.rules import conditions, keys, languages
from bot.rules.follow_ups import FOLLOW_UP_KEYS
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.guards import failed
from bot.rules.handoff import HANDOFF_KEYS, UNCLAIMED_KEYS
from bot.rules.head import DEFAULTS_KEYS, TOP_KEYS
from bot.rules.json_schema import (
    CONDITIONS,
    DATE,
    DIALECT,
    DURATION,
    FLAG,
    NUMBER,
    PER,
    SCALARS,
    TEMPLATE,
    TEXT,
    TEXTS,
    WHEN,
    Schema,
    by_kind,
    chosen,
    keyed,
    listed,
    named,
    one_needed,
    one_of,
    ref,
    said,
    written,
)
from bot.rules.matchers import REGISTRY as MATCHERS
from bot.rules.matchers.during import CALENDAR_KEYS
from bot.rules.notify import NOTIFY_KEYS
from bot.rules.questions import QUESTION_KEYS
from bot.rules.quiet import QUIET_KEYS

_MESSAGE: Final[Mapping[str, Schema]] = {
    "text": said(TEMPLATE, "What it says: a template."),
    "image": said(TEMPLATE, "URL of a picture."),
    "tags": said(named(TEMPLATE), "Tags that come back with the answer to it."),
    "delay": said(DURATION, "It waits that long."),
    "unless": said(one_of("replied"), "It does not leave where the person writes before."),
}
_FOLLOW_UP: Final[Mapping[str, Schema]] = {
    "after": said(DURATION, "That long after, or after the date of `on`."),
    "on": said(TEMPLATE, "A date, for example of a capture: `{{ day }}`."),
    "before": said(DURATION, "That long before the date of `on`."),
    "at": said(TEXT, 'At that time of the day, for example "10:00".'),
    "reply": said(ref("reply"), "What is sent then: as the `reply` of a rule."),
    "unless": said(one_of("replied"), "Nothing is sent where the person writes before."),
    "key": said(TEXT, "Its name, else the rule's id: another of that name takes its place."),
}

_QUIET: Final[Mapping[str, Schema]] = {
    "hours": said(TEXTS, "For example 21:00-08:00, or the name of a calendar."),
    "on_end": said(one_of("each", "latest"), "What leaves of several that wait; else each."),
    "keep": said(DURATION, "What is older when they end does not leave."),
}

_ELSE: Final = said(TEMPLATE, "Instead: a text, `next` (the search goes on) or `silent`.")
_KEY: Final = said(TEXT, "Rules with the same key are counted together.")
_UNCLAIMED: Final[Mapping[str, Schema]] = {
    "after": said(DURATION, "Unless a person of yours has written by then."),
    "reply": said(TEMPLATE, "What is said then."),
}
_TOLD: Final[Mapping[str, Schema]] = {
    "url": said(TEXT, "JSON is posted there, signed with BOT_NOTIFY_SECRET."),
    "to": said(TEXT, "A colleague's number: they get a text."),
    "text": said(TEMPLATE, "What the colleague gets; a code to answer with is put behind it."),
}
_NOTIFY: Final = said(
    by_kind(TEXT, mapping=keyed(chosen(NOTIFY_KEYS, _TOLD), least=1)),
    "Who else is told: a URL, or a colleague by a text.",
)
_HANDOFF: Final[Mapping[str, Schema]] = {
    "reply": said(ref("reply"), "What they are told at once."),
    "notify": _NOTIFY,
    "for": said(DURATION, "It ends when neither side has written for so long; 12h otherwise."),
    "unclaimed": said(
        keyed(chosen(UNCLAIMED_KEYS, _UNCLAIMED), needs=["after"]), "The bot goes on by itself."
    ),
}
ACTIONS: Final[Mapping[str, Schema]] = {
    "reply": said(ref("reply"), "What is sent: a template, or a list of them = several messages."),
    "silent": said(FLAG, "It matches, and nothing is sent."),
    "continue": said(FLAG, "The next rule is asked too; the replies of this one come first."),
    "set": said(
        keyed(
            {
                "contact": said(named(ref("stored")), "Of the person, by name."),
                "conversation": said(
                    named(ref("stored")), "Of the person and this number of ours, by name."
                ),
            }
        ),
        "Values to store; `null` removes one.",
    ),
    "state": said(
        by_kind(
            TEXT,
            mapping=keyed(
                {
                    "name": said(TEXT, "The state to enter."),
                    "expires": said(DURATION, "It ends by itself after that time."),
                    "on_expiry": said(TEMPLATE, "What is said then."),
                },
                needs=["name"],
            ),
        ),
        "Enter that state; `none` leaves.",
    ),
    "ask": said(
        by_kind(mapping=ref("question"), sequence=listed(ref("question"))),
        "What it asks, one after the other.",
    ),
    "expires": said(DURATION, "How long a question waits, from when it was sent; 1d otherwise."),
    "on_expiry": said(TEMPLATE, "What is said when nobody has answered."),
    "cancel": said(
        by_kind(
            TEXTS,
            mapping=keyed(
                {
                    "words": said(TEXTS, "The whole message is one of them."),
                    "reply": said(TEMPLATE, "What is said to that."),
                },
                needs=["words"],
            ),
        ),
        "Whole messages that end the questions.",
    ),
    "interrupt": said(TEXTS, "Rules that may answer between: any, none, or a list of them."),
    "give_up": said(ref("part"), "What happens after the last retry; else the fallback."),
    "then": said(ref("part"), "What happens when all is answered."),
    "handoff": said(
        by_kind(
            FLAG,
            mapping=keyed(
                chosen(HANDOFF_KEYS, _HANDOFF),
            ),
        ),
        "A person takes over: the bot is silent, and `bot inbox` lists it.",
    ),
    "follow_up": said(
        by_kind(mapping=ref("follow_up"), sequence=listed(ref("follow_up"))),
        "What is said later.",
    ),
    "notify": _NOTIFY,
    "cooldown": said(ref("cooldown"), "At most once in that time."),
    "limit": said(
        keyed(
            {
                "times": said(NUMBER, "How often it may answer."),
                "per": said(DURATION, "In that time."),
                "for": said(PER, "Whose uses are counted; of this conversation by default."),
                "key": _KEY,
                "else": _ELSE,
            },
            needs=["times", "per"],
        ),
        "At most so many times in that time.",
    ),
    "quiet_hours": said(ref("quiet_hours"), "Hours in which its texts wait until they end."),
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
        written(["string", "integer"], "^[a-z0-9-]{1,64}$", "use a-z, 0-9 and -, at most 64"),
        "Its name, unique in the whole rule set.",
    ),
    "when": said(WHEN, "The condition: keys beside each other must all hold; or `always`."),
}
"""What the value of each key of a rule looks like."""

_QUESTION: Final[Mapping[str, Schema]] = {
    "as": said(TEXT, "The name of the answer."),
    "text": said(TEMPLATE, "What is asked."),
    "accept": said(WHEN, "What an answer looks like."),
    "choices": said(
        by_kind(
            sequence=listed(TEXT, least=2),
            mapping=named(by_kind(TEXT, sequence=listed(TEXT, least=0)), least=2),
        ),
        "The values to choose from, with their synonyms.",
    ),
    "invalid": said(TEMPLATE, "What is said to an answer that `accept` refuses."),
    "retry": said(
        by_kind(TEXT, sequence=listed(TEMPLATE), mapping=ref("translations")),
        "What is said to what is not understood, in turn.",
    ),
}

_DEFAULTS: Final[Mapping[str, Schema]] = {
    "timezone": said(TEXT, "An IANA name, for example America/Chicago."),
    "max_segments": ACTIONS["max_segments"],
    "long": ACTIONS["long"],
    "cooldown": ACTIONS["cooldown"],
    "quiet_hours": ACTIONS["quiet_hours"],
    "dates": said(
        one_of("mdy", "dmy"), "Whether 3/4 is the fourth of March or the third of April."
    ),
    "times": said(
        keyed({"prefer": said(TEXT, "Hours, for example 08:00-20:00.")}, least=1),
        "In which hours a time without am or pm lies.",
    ),
    "at": said(TEXT, "When the texts of tests come in, for example 2026-07-04 09:30."),
}

_CALENDAR: Final[Mapping[str, Schema]] = {
    "hours": said(TEXTS, "When it is open, for example Mon-Fri 09:00-17:00."),
    "except": said(TEXTS, "When it is not: days, or hours of a day."),
    "also": said(TEXTS, "When it is open beside that."),
}

_RULE_OR_SHORT: Final[Schema] = {
    "if": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": {"not": {"enum": list(keys.RULE)}},
    },
    "then": ref("short"),
    "else": ref("rule"),
}
"""By the one key of the short form, so that an editor says what is wrong with the form meant."""

_TOP: Final[Mapping[str, Schema]] = {
    "include": said(
        TEXTS, "Files or folders that are read here, before the rules or after them; once each."
    ),
    "calendars": said(
        named(keyed(chosen(CALENDAR_KEYS, _CALENDAR), needs=["hours"])),
        "Hours with exceptions, by name, for the whole rule set; once in it.",
    ),
    "timezone": said(TEXT, "An IANA name, for the whole rule set; once in it."),
    "combine": said(
        keyed(
            {
                "wait": said(DURATION, "What follows within it is decided together."),
                "at_most": said(DURATION, "From the first of them on; four times that otherwise."),
            },
            needs=["wait"],
        ),
        "Texts that follow each other closely are decided as one; once in the rule set.",
    ),
    "contact_tags": said(
        by_kind(TEXT, sequence=listed(TEXT), mapping=named(TEXT, least=1)),
        "Tags that are kept of the person: names, or by each tag the name; once in the set.",
    ),
    "languages": said(
        TEXTS, "Codes, for example [en, es]: a text in each where one may stand; once in the set."
    ),
    "vars": said({"type": "object"}, "Templates see them as `vars.name`."),
    "lists": said(
        named(named(by_kind(TEXT, sequence=listed(TEXT, least=0)), least=1)),
        "Values and their synonyms, for `says`: `<name>`.",
    ),
    "defaults": said(ref("defaults"), "They hold for the rules of this file."),
    "rules": said(
        listed(_RULE_OR_SHORT, least=0),
        "In order: the first that matches answers.",
    ),
    "fallback": said(ref("body"), "Answers what no rule did; once in the rule set."),
    "guards": said(ref("guards"), "Texts and limits of the built-in rules; once in the rule set."),
}


_WEIGHT: Final[Mapping[str, Schema]] = {
    "weight": said(NUMBER, "How often it is taken beside the others; else 1.")
}
_CHOICE_OR_MESSAGE: Final[Schema] = {
    "if": {"required": ["one_of"]},
    "then": ref("choice"),
    "else": ref("message"),
}


def _by_language_or(other: Schema) -> Schema:
    """By the keys of a mapping, so that an editor says what is wrong with the form meant."""
    names = {"pattern": f"^{languages.CODE}$", "not": {"enum": list(languages.NO_CODES)}}
    codes = {"propertyNames": names, "minProperties": 1}
    return {"if": codes, "then": ref("translations"), "else": other}


def rule_schema(plugins: Mapping[str, Schema] | None = None) -> Schema:
    """The schema of one rule file; `plugins`: what matchers from elsewhere say of their values."""
    return {
        "$schema": DIALECT,
        "title": "Rules of the auto-responder",
        **keyed(chosen(TOP_KEYS, _TOP)),
        "$defs": {
            **SCALARS,
            **tests_schema.PARTS,
            "pattern": by_kind(
                TEXT,
                mapping=keyed(
                    {
                        "pattern": said(TEXT, "In RE2 syntax."),
                        "ignore_case": said(FLAG, "Upper and lower case are the same; else true."),
                        "whole": said(FLAG, "It covers the whole message."),
                    },
                    needs=["pattern"],
                ),
            ),
            "condition": by_kind(
                TEXT,
                sequence=listed(TEXT),
                mapping=keyed(chosen(conditions.KEYS, CONDITIONS), least=1),
            ),
            "when": by_kind({"const": "always"}, mapping=keyed(_matchers(plugins or {}), least=1)),
            "message": by_kind(TEXT, mapping=_by_language_or(_message())),
            "answer": by_kind(TEXT, mapping=_by_language_or(_CHOICE_OR_MESSAGE)),
            "reply": by_kind(
                TEXT,
                sequence=listed(ref("answer")),
                mapping=_by_language_or(_CHOICE_OR_MESSAGE),
            ),
            "choice": keyed(
                {
                    "one_of": said(
                        listed(by_kind(TEXT, mapping=_by_language_or(_message(_WEIGHT)))),
                        "One of these, the same at each look at a message.",
                    )
                },
                needs=["one_of"],
            ),
            "cooldown": by_kind(
                DURATION,
                mapping=keyed(
                    {
                        "once": said(
                            {"anyOf": [DURATION, one_of("ever")]},
                            "At most once in that time, or ever.",
                        ),
                        "per": said(
                            PER, "Whose uses are counted; of this conversation by default."
                        ),
                        "key": _KEY,
                        "else": _ELSE,
                    },
                    needs=["once"],
                ),
            ),
            "question": keyed(chosen(QUESTION_KEYS, _QUESTION), needs=["text"]),
            "follow_up": {
                **keyed(chosen(FOLLOW_UP_KEYS, _FOLLOW_UP), needs=["reply"]),
                **one_needed("after", "on", "at"),
            },
            "quiet_hours": by_kind(
                TEXT,
                sequence=listed(TEXT),
                mapping=keyed(chosen(QUIET_KEYS, _QUIET), needs=["hours"]),
            ),
            "part": keyed(chosen(keys.PART, ACTIONS), least=1),
            "body": keyed(chosen(keys.BODY, ACTIONS)),
            "rule": keyed(chosen(keys.RULE, ACTIONS), needs=["id", "when"]),
            "short": {
                "description": "A keyword and what to answer: the short form of a rule.",
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "propertyNames": {"not": {"enum": list(keys.LONG)}},
                "additionalProperties": ref("reply"),
            },
            "defaults": keyed(chosen(DEFAULTS_KEYS, _DEFAULTS)),
            "guards": _guards(),
        },
    }


def _message(more: Mapping[str, Schema] = MappingProxyType({})) -> Schema:
    return {**keyed({**_MESSAGE, **more}), **one_needed("text", "image")}


def _matchers(plugins: Mapping[str, Schema]) -> Mapping[str, Schema]:
    pages = manual.pages()
    return {
        **{name: said(matcher.schema(), pages[name]) for name, matcher in MATCHERS.items()},
        **plugins,
    }


def _guards() -> Schema:
    sections = {guard.KEY: (guard.NAME, guard.SECTION) for guard in GUARDS}
    sections[failed.KEY] = failed.NAME, failed.SECTION
    pages = manual.guard_docs()
    return keyed({key: said(keyed(keys), pages[name]) for key, (name, keys) in sections.items()})
