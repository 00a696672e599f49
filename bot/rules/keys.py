"""The keys of rule files by their level, and what people write instead of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from bot.text.spelling import nearest

FILE: Final = (
    "include",
    "timezone",
    "languages",
    "combine",
    "contact_tags",
    "calendars",
    "vars",
    "lists",
    "defaults",
    "rules",
    "fallback",
    "guards",
)
DEFAULTS: Final = (
    "timezone",
    "max_segments",
    "long",
    "cooldown",
    "quiet_hours",
    "dates",
    "times",
    "at",
)
ASK: Final = ("ask", "expires", "on_expiry", "cancel", "interrupt", "give_up", "then")
PART: Final = (
    *("reply", "silent", "set", "state", *ASK, "handoff", "notify", "follow_up"),
    *("cooldown", "limit", "max_segments", "long", "description"),
)
"""Of `then` and `give_up`, which come of questions."""
BODY: Final = (*PART, "quiet_hours", "tests")
RULE: Final = ("id", "when", *BODY, "continue", "until", "from_date", "mode", "enabled")
LONG: Final = tuple(key for key in RULE if key == "ask" or key not in ASK)
"""A rule of one other key is in the short form: `- {cancel: "To cancel, call us."}`."""
DOES: Final = (
    *("reply", "silent", "set", "state", "ask", "handoff", "notify", "follow_up", "continue"),
)
WHEN: Final = (
    *("keywords", "regex", "says", "tags", "contact", "conversation", "media", "from", "to"),
    *("number", "date", "time", "phone", "email", "answer", "during", "outside", "state"),
    *("in_reply_to", "count", "expr", "any", "all", "not"),
)

_MEANT: Final[Mapping[str, tuple[str, ...]]] = {
    # of a rule
    "when": ("if", "trigger", "triggers", "match", "matches", "condition", "conditions", "on"),
    "id": ("name", "rule", "title", "key"),
    "reply": (
        *("text", "message", "messages", "response", "respond", "answer", "send", "say", "body"),
        *("then", "replies", "output", "content", "expect", "expected", "bot"),
    ),
    "silent": ("mute", "no_reply", "ignore"),
    "enabled": ("enable", "disabled", "active", "disable"),
    "from_date": ("start", "starts", "valid_from", "begin", "since", "start_date"),
    "until": ("end", "ends", "valid_until", "to_date", "expires", "end_date", "valid_to"),
    "description": ("comment", "note", "notes", "desc"),
    "ask": ("question", "questions", "prompt"),
    "on_expiry": ("on_timeout", "on_expire", "expired", "timeout_reply"),
    "interrupt": ("interrupts", "interruptions", "allow"),
    "give_up": ("on_failure", "failed", "gave_up", "giveup"),
    "choices": ("options", "menu", "answers", "one_of"),
    "accept": ("expect", "accepts", "validate", "type"),
    "invalid": ("on_invalid", "refused", "not_allowed", "error", "on_error", "closed"),
    "retry": ("retries", "reprompt", "reprompts", "again", "not_understood"),
    "handoff": ("hand_off", "handover", "hand_over", "escalate", "human", "agent", "operator"),
    "notify": ("notifies", "webhook", "hook", "alert", "callback", "email", "forward"),
    "url": ("hook", "endpoint", "href", "link", "post"),
    "unclaimed": ("nobody", "timeout", "unanswered", "no_agent"),
    "follow_up": ("followup", "follow_ups", "reminder", "remind", "later", "schedule", "nudge"),
    "tests": ("test", "examples", "example", "cases"),
    "limit": ("max_replies", "rate", "rate_limit", "throttle", "at_most"),
    "cooldown": ("cool_down", "once_per", "wait"),
    "quiet_hours": ("quiet", "quiet_time", "night", "do_not_disturb", "dnd", "silent_hours"),
    # of a file
    "vars": ("variables", "var", "values", "variable"),
    "lists": ("list", "synonyms"),
    "defaults": ("default", "settings", "config", "options"),
    "fallback": ("else", "otherwise", "catch_all", "catchall", "default_reply", "no_match"),
    "calendars": ("calendar", "holidays", "hours", "opening_hours"),
    "timezone": ("tz", "time_zone", "zone"),
    "combine": ("burst", "bursts", "debounce", "batch", "collect", "merge"),
    "languages": ("language", "lang", "langs", "locale", "locales"),
    "contact_tags": ("tags", "tag", "tags_to_contact", "keep_tags", "contact"),
    # of `when`
    "any": ("or", "any_of", "either", "words", "keywords"),
    "all": ("and", "all_of", "both"),
    "not": ("unless", "except", "none", "no"),
    "keywords": ("word", "words", "contains", "phrase", "phrases", "text", "message", "kw"),
    "regex": ("pattern", "regexp", "re", "matches"),
    "during": ("hours", "between", "open", "within", "schedule", "day", "days"),
    "media": ("image", "picture", "photo", "mms", "attachment", "has_media"),
    "from": ("sender", "number_from", "phone_number"),
    "to": ("recipient", "our_number", "longcode"),
    "tags": ("tag",),
    "expr": ("expression", "jinja", "eval"),
    # of a comparison
    "gte": ("min", "minimum", "at_least", "from", "ge", "more_than_or_equal"),
    "lte": ("max", "maximum", "at_most", "to", "le", "less_than_or_equal"),
    "gt": ("more_than", "greater_than", "above", "over", "greater", "after"),
    "lt": ("less_than", "below", "under", "less", "before"),
    "eq": ("equals", "equal", "is", "value", "exactly"),
    "between": ("range",),
    "in": ("one_of", "any", "any_of"),
    "as": ("name", "capture", "save_as", "save", "store", "variable", "id", "field"),
    # of what a rule does, and of tests
    "text": ("message", "body", "content", "say", "reply", "msg", "question", "prompt"),
    "pattern": ("match", "regex", "value", "expression", "re"),
    "image": ("picture", "photo", "media", "url", "mms", "img", "media_url"),
    "times": ("count", "max", "most", "n", "number", "replies"),
    "once": ("per", "every", "for", "time", "after", "duration"),
    "per": ("within", "every", "window", "period", "in", "for", "time", "scope"),
    "exact": ("is", "equals", "whole", "exactly"),
    "starts": ("starts_with", "begins", "begins_with", "startswith", "prefix"),
    "typos": ("fuzzy", "typo", "misspellings"),
    "say": ("input", "in", "user", "customer", "they"),
    "name": ("test", "title", "scenario", "conversation", "description"),
    "steps": ("turns", "dialog", "script", "messages"),
    "words": ("keywords", "any", "exact"),
    "match": ("should_match", "matches", "yes", "positive", "must_match"),
    "no_match": ("not_match", "should_not_match", "no", "nomatch", "must_not_match", "negative"),
    "with": ("given", "context"),
    "expires": ("timeout", "ttl", "for", "after"),
    "except": ("holidays", "closed", "exceptions", "not"),
    "also": ("extra", "open", "plus"),
    # of a follow-up
    "after": ("in", "wait", "sleep", "pause", "delay", "later", "once"),
    "on": ("date", "day", "when"),
    "at": ("time", "hour", "clock"),
    "before": ("ahead", "earlier", "prior"),
    "key": ("name", "id"),
    # of guards
    "opt_out": ("stop", "optout", "unsubscribe", "opt-out"),
    "opt_in": ("start", "optin", "subscribe", "opt-in"),
    "help": ("info",),
    "failed": ("error", "errors", "failure"),
}


_SIGNS: Final = " \"'“”„«»‘’‚`*"
_HOMES: Final[Mapping[str, str]] = {
    **{key: f"`{key}` belongs in `when`: when: {{{key}: …}}" for key in WHEN if key != "state"},
    **{key: f"`{key}` belongs to a rule, beside its `when`" for key in RULE},
    **{key: f"`{key}` belongs at the top of the file, in column 1" for key in FILE},
    **{
        key: f"`{key}` belongs in `defaults`, or to a rule"
        for key in ("max_segments", "long", "cooldown", "quiet_hours")
    },
    **{key: f"`{key}` belongs in `defaults`: defaults: {{{key}: …}}" for key in ("dates", "times")},
    "match": "`match` belongs in `tests`, without a dash: tests: {match: [Hours?]}",
    "no_match": "`no_match` belongs in `tests`, without a dash: tests: {no_match: [Bye]}",
    "image": "`image` belongs in `reply`: reply: {text: …, image: https://…}",
    "delay": "`delay` belongs in `reply`: reply: {text: …, delay: 5m}",
    "one_of": "`one_of` belongs in `reply`: reply: {one_of: [Hi, Hello]}",
    "once": "`once` belongs in `cooldown`: cooldown: {once: 1d}",
    "per": "`per` belongs in `limit` or `cooldown`: limit: {times: 2, per: 1h}",
    "typos": "`typos` belongs in `keywords`: keywords: {any: [hours], typos: 1}",
    "say": "`say` belongs to a case of `tests`: tests: [{say: Hours?, reply: …}]",
    **{
        key: f"`{key}` belongs to the question: ask: {{text: …, {key}: …}}"
        for key in ("accept", "choices", "invalid", "retry")
    },
    "hours": 'hours belong in `when`: when: {during: "Mon-Fri 09:00-17:00"}',
    "enabled": "`enabled` belongs to a rule, beside its `when`; what is built in stays on",
    "else": "`else` belongs in `cooldown` or `limit`; what answers the rest is `fallback:`",
    "expires": "`expires` belongs beside `ask`, or in `state`: state: {name: asked, expires: 30m}",
    "ignore_case": "`ignore_case` belongs in `regex`: regex: {pattern: …, ignore_case: false}",
    "pattern": "`pattern` belongs in `regex`: regex: {pattern: …}",
}


def way_out(name: str, known: Collection[str]) -> str:
    """What to write instead of a key that is not known here."""
    before, colon, rest = name.partition(":")
    if colon and before in known:
        return f"write a space after the colon: `{before}: {rest.strip()}`"
    found = meant(name, known)
    if found is not None:
        return f"did you mean `{found}`?"
    return _HOMES.get(name) or ("known: " + ", ".join(sorted(known)))


def meant(name: str, known: Collection[str]) -> str | None:
    """The known key that stands nearest, in its letters or in what it means; None far from all."""
    folded = name.strip(_SIGNS).lower().replace("-", "_").replace(" ", "_")
    if folded in known or name.partition(":")[0] in known:
        return folded if folded in known else name.partition(":")[0]
    for key, words in _MEANT.items():
        if key in known and folded in words:
            return key
    return None if name in _HOMES else nearest(folded, known)
