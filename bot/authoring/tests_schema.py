"""JSON Schema of tests: the cases beside a rule, and conversations in files of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.authoring.scenarios import (
    AFTER_KEYS,
    AGENT_KEYS,
    CONVERSATION_KEYS,
    RELEASE_KEYS,
    STEP_KEYS,
)
from bot.rules.json_schema import (
    DIALECT,
    DURATION,
    FLAG,
    NUMBER,
    SCALARS,
    TEXT,
    TEXTS,
    VALUES,
    Schema,
    by_kind,
    chosen,
    keyed,
    listed,
    one_needed,
    one_of,
    ref,
    said,
)

_EXPECTED_TEXT: Final = by_kind(
    TEXT,
    mapping={
        **keyed(
            {
                "contains": said(TEXT, "The message contains this."),
                "regex": said(TEXT, "The pattern is found in it (RE2 syntax)."),
            },
            least=1,
        ),
        "maxProperties": 1,
    },
)
_CASE: Final[Mapping[str, Schema]] = {
    "say": said(TEXT, "The text that comes in."),
    "from": said(TEXT, "Who writes."),
    "to": said(TEXT, "Our number, or its longcodeId."),
    "tags": said(VALUES, "Tags that come with it, by name."),
    "media": said(TEXT, "URL of an attachment."),
    "at": said(TEXT, "When; without an offset in the rules' time zone."),
    "contact": said(VALUES, "What is stored of the person, by name."),
    "state": said(TEXT, "The conversation is in that state."),
    "rule": said(TEXT, "The rule that answers; `none` is not a rule."),
    "outcome": said(
        one_of("replied", "held", "suppressed", "unmatched", "failed"), "How the message ends."
    ),
    "reason": said(TEXT, "Why it is not simply answered, for example cooldown."),
    "reply": said(_EXPECTED_TEXT, "The one message that is sent."),
    "replies": said(listed(_EXPECTED_TEXT, least=0), "The messages that are sent."),
    "captures": said(VALUES, "What the rule found, by name: all of it."),
    "segments": said(NUMBER, "How many segments the messages have together."),
    "because": said(TEXT, "The reason, or words out of why the rule did not match."),
}

_WITH: Final = ("from", "to", "tags", "media", "at", "contact", "state")

PARTS: Final[Mapping[str, Schema]] = {
    "case": {**keyed(_CASE), **one_needed("say", "media")},
    "tests": by_kind(
        sequence=listed(
            {
                "if": {"anyOf": [{"required": ["match"]}, {"required": ["no_match"]}]},
                "then": ref("matches"),
                "else": ref("case"),
            },
            least=0,
        ),
        mapping=ref("matches"),
    ),
    "matches": keyed(
        {
            "with": said(keyed(chosen(_WITH, _CASE)), "What all of them come with."),
            "match": said(TEXTS, "Texts that the rule must catch."),
            "no_match": said(TEXTS, "Texts that it must not."),
        }
    ),
}
"""Of the schema of rule files: what stands under `tests`."""

_CONVERSATION: Final[Mapping[str, Schema]] = {
    **{key: _CASE[key] for key in ("from", "to", "contact")},
    "name": said(TEXT, "What it shows; a failed step is named by it."),
    "at": said(TEXT, "When it begins; without an offset in the rules' time zone."),
    "tags": said(VALUES, "Tags that come with each message, by name."),
    "steps": said(listed(ref("step"), least=0), "What happens, in order."),
}
_AGENT: Final = said(TEXT, "A person of ours writes this.")
_RELEASE: Final = said(FLAG, "They give the conversation back to the bot.")
_AFTER: Final = said(DURATION, "The clock moves on by that.")


def scenario_schema() -> Schema:
    """The schema of one file of conversations, `*.test.yaml`."""
    return {
        "$schema": DIALECT,
        "title": "Conversations that test the rules of the auto-responder",
        **listed(ref("conversation"), least=0),
        "$defs": {
            **{name: SCALARS[name] for name in ("text", "duration", "number", "flag")},
            "conversation": keyed(
                chosen(CONVERSATION_KEYS, _CONVERSATION), needs=["name", "steps"]
            ),
            "step": {
                **keyed(
                    {
                        **chosen(STEP_KEYS, _CASE),
                        "after": _AFTER,
                        "agent": _AGENT,
                        "release": _RELEASE,
                    }
                ),
                **one_needed("say", "media", "after", "agent", "release"),
                # The clock moves by a step of its own, in which something may happen by itself.
                "if": {"required": ["after"]},
                "then": {"propertyNames": {"enum": list(AFTER_KEYS)}},
                "else": {
                    "if": {"required": ["agent"]},
                    "then": {"propertyNames": {"enum": list(AGENT_KEYS)}},
                    "else": {
                        "if": {"required": ["release"]},
                        "then": {"propertyNames": {"enum": list(RELEASE_KEYS)}},
                    },
                },
            },
        },
    }
