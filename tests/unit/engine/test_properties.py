"""What holds for any rules and any message: the index changes nothing, nothing raises."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.decide import decide
from bot.model import Context, Decision, InboundMessage, Outcome
from bot.rules.ruleset import Ruleset
from bot.text.words import storable
from tests.build import context, inbound, ruleset

WORDS = """
    hours open Stop ending end send 48hours don't don’t DON`T café cafe\u0301 Straße STRASSE
    İstanbul    👍 👍🏽 👩‍🚒 👩🏽‍🚒 👩 ❤️ ❤ 🇩🇪 🇫🇷 1
    007 12:30 yes order orders #5 K k ſ s ﬁ fi हिन्दी Ж ж Ǆ ǆ 1️⃣
""".split()
PATTERNS = [
    *(
        r"order\s+#?(?P<n>\d+)",
        r"\bhours\b",
        r"^.$",
        r"(?P<a>x)|(?P<b>end)",
        ".",
        "",
        "k",
        "ſ",
        "É|é",
    ),
    *(
        "straße",
        "STRASSE",
        r"\d{2,}",
        r"[👍👩]",
        r"(?s).*",
        r"caf[eé]",
        "Ж",
        "ǆ",
        "İ",
        r"^\s*$",
        "s$",
    ),
    *(r"don.?t", r"(?:ab|cd)+", "1|2|3", r"\pL{5}", r"\x{1F44D}", "open.*hours", r"(?i:K)", "🇩🇪"),
]
TAGS = {"a": "spring", "b": "5", "items": "x"}

SAYINGS = (
    """
STOP|please stop|stop texting me|remove me from this list|start|help|yes|info please|NETWORK MSG: no
I'm driving right now|Thanks for texting, this is automated|Liked “hours”|👍 to "open"|❤️to “x”
Reacted 👍🏽 to "order"|unsubscribe café|opt-out!|basta|¡Basta, thank you!|lose my number 👍
""".strip()
    .replace("\n", "|")
    .split("|")
)


@st.composite
def misspelled(draw: st.DrawFn) -> str:
    """A word with a letter too many, missing, wrong or swapped, at times two."""
    word = draw(st.sampled_from([word for word in WORDS if len(word) > 3]))
    for _ in range(draw(st.sampled_from([1, 1, 2]))):
        at = draw(st.integers(0, len(word) - 1))
        letter = draw(st.sampled_from("aehsß👍"))
        word = draw(
            st.sampled_from(
                [
                    word[:at] + letter + word[at:],
                    word[:at] + word[at + 1 :],
                    word[:at] + letter + word[at + 1 :],
                    word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
                ]
            )
        )
    return word


text_of_words = st.lists(
    st.sampled_from([*WORDS, "x", "?", "\u200d", "zz", "é"]) | misspelled(), max_size=7
).flatmap(
    lambda words: st.sampled_from([" ", "", "-", ", ", "\n"]).map(lambda glue: glue.join(words))
)
messages = text_of_words | st.sampled_from(SAYINGS) | st.text(max_size=20)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
phrase_lists = st.lists(phrases, min_size=1, max_size=3)
keyword_keys = st.dictionaries(
    st.sampled_from(["any", "all", "none", "exact", "starts"]), phrase_lists, min_size=1, max_size=2
)
tolerant = st.builds(
    lambda keys, typos: {**keys, "typos": typos}, keyword_keys, st.sampled_from(["1", "2"])
)
keywords = phrase_lists | keyword_keys | tolerant
pattern = st.sampled_from([source for source in PATTERNS if source])
regex = st.one_of(
    pattern,
    st.lists(pattern, min_size=1, max_size=2),
    st.builds(
        lambda source, case, whole: {"pattern": source, "ignore_case": case, "whole": whole},
        *(pattern, st.sampled_from(["yes", "no"]), st.sampled_from(["yes", "no"])),
    ),
)
tags = st.dictionaries(
    st.sampled_from([*TAGS, "none"]),
    st.sampled_from(["spring", "5", {"gt": "4"}, {"exists": "no"}, {"not": "x"}, ["x", "y"]]),
    min_size=1,
    max_size=2,
)
stored = st.dictionaries(
    st.sampled_from(["a", "b"]),
    st.sampled_from(["Spring", "5.0", {"exists": "yes"}, {"starts": "s"}, {"gt": "4", "not": "7"}]),
    min_size=1,
    max_size=2,
)
facts = st.fixed_dictionaries(
    {},
    optional={
        "tags": tags,
        "contact": stored,
        "conversation": stored,
        "state": st.sampled_from(["asked", "none", "any", ["asked", "other"]]),
        "in_reply_to": st.sampled_from(["r0", ["r1", "fallback"]]),
        "media": st.sampled_from(["true", "false", "image", "file"]),
        "from": st.sampled_from(["+1555", "+44", ["+4", "+15"]]),
        "to": st.sampled_from(["+1800", "7", ["8", "+44"]]),
        **{key: st.just("true") for key in ("number", "phone", "email")},
    },
).filter(bool)
leaf = (
    st.fixed_dictionaries({}, optional={"keywords": keywords, "regex": regex, "tags": tags}).filter(
        bool
    )
    | facts
    | st.builds(lambda one, other: {**one, "keywords": other}, facts, keywords)
)
whens: st.SearchStrategy[dict[str, Any]] = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.tuples(leaf, inner).map(lambda both: {**both[0], "not": both[1]}),
    ),
    max_leaves=3,
)


values = st.dictionaries(st.sampled_from("ab"), st.sampled_from(["SPRING", "5", "7", "x"]))
around = st.tuples(
    st.fixed_dictionaries(
        {},
        optional={
            "tags": st.just(TAGS) | values,
            "number": st.sampled_from(["", "+18005550100", "+442079460958"]),
            "media_url": st.sampled_from(["https://x.example/a.png", "https://x.example/b", "//["]),
            "more_media": st.just(("https://x.example/c.jpg",)),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "contact": values,
            "values": values,
            "state": st.sampled_from(["asked", "other", "any", "none"]),
            "answered_rule": st.sampled_from(["r0", "r1", "fallback"]),
            "longcode_id": st.sampled_from([7, 9]),
            "opted_out": st.booleans(),
        },
    ),
)
"""What comes with a message, and what is known of its conversation."""


def written(conditions: list[tuple[dict[str, Any], bool]]) -> str:
    """JSON is YAML; every value of it is a text."""
    rules: list[dict[str, Any]] = [
        {"id": f"r{at}", "when": when, "reply": f"{at}", "continue": "yes" if goes_on else "no"}
        for at, (when, goes_on) in enumerate(conditions)
    ]
    for at, rule in enumerate(rules):
        if rule["continue"] == "yes":  # what it changes, the rules after it see
            kind = "contact" if at % 2 else "conversation"
            rule["set"] = {kind: {"a": ["spring", "5", "x"][at % 3]}}
    guards = {"opt_out": {"words": ["basta"]}, "help": {"reply": "Call us."}}
    return json.dumps({"rules": rules, "guards": guards}, ensure_ascii=False)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(whens, st.sampled_from([False, False, True])), min_size=5, max_size=40),
    st.lists(messages, min_size=5, max_size=12),
    st.lists(around, min_size=5, max_size=5),
)
def test_the_index_and_asking_every_rule_decide_the_same(
    conditions: list[tuple[dict[str, Any], bool]],
    texts: list[str],
    beside: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    rules = ruleset(written(conditions))
    for text, (of_message, of_context) in zip(texts, cycle(beside), strict=False):
        both_ways(inbound(storable(text), **of_message), context(**of_context), rules)


@pytest.mark.system
@settings(deadline=None, max_examples=60)
@given(
    st.lists(tolerant.map(lambda keys: ({"keywords": keys}, False)), min_size=2, max_size=6),
    st.lists(text_of_words, min_size=10, max_size=30),
)
def test_the_index_finds_misspelled_keywords_too(
    conditions: list[tuple[dict[str, Any], bool]], texts: list[str]
) -> None:
    """Few rules, none of which takes everything."""
    rules = ruleset(written(conditions))
    for text in texts:
        both_ways(inbound(storable(text)), context(), rules)


def both_ways(message: InboundMessage, known: Context, rules: Ruleset) -> None:
    quick = decide(message, known, rules)
    slow = decide(message, known, rules, ask_all=True)
    assert replace(quick, trace=()) == replace(slow, trace=())
    assert [step for step in slow.trace if step in quick.trace] == list(quick.trace)


AWKWARD = """
guards:
  opt_out: {reply: "{{ contact.x }}{{ message.text * 2 }}", likely: ask, question: "{{ tags.a }}"}
  opt_in: {reply: "{{ message.text | int }}"}
  help: {reply: "{{ 1 / (message.text | length - 4) }}"}
rules:
  - {a: "{{ message.text }}{{ tags.a }}"}
  - {b: "{{ message.text | int / message.text | length }}"}
  - {c: "{% for x in message.text %}{{ message.text }}{% endfor %}"}
  - {d: "{{ message.text | replace('', message.text) }}"}
  - {e: "{{ tags[message.text] | default(message.text[9]) }}"}
  - {f: "{{ message.text | date }}{{ message.text | time }}"}
  - {g: "{{ message.text | phone }}{{ message.sender | phone }}"}
  - {h: "{{ range(message.text | int) | join(message.text) }}"}
  - {id: i, when: {keywords: i}, set: {contact: {a: "{{ message.text[0] }}{{ tags.items() }}"}}}
  - id: j
    when: {keywords: j}
    reply: {text: "{{ message.text | title_name | truncate(3) }}", image: "{{ tags.a }}"}
  - id: k
    when: {regex: '(?P<w>\\w+) (?P<v>\\w+)?'}
    reply: "{{ w | round }}{{ v | plural }}"
    continue: yes
  - id: l
    when: {tags: {a: {gt: 5}}}
    reply: {one_of: ["{{ tags.a | float | round(1) }}", "{{ tags }}"]}
  - {id: m, when: {tags: {a: {lt: "2026-01-15T00:00+00:00"}}}, silent: yes}
  - id: n
    when: {tags: {items: {regex: "^.$"}}, not: {media: image}}
    reply: "{{ tags.get('a') }}"
fallback: {reply: "{{ message.text ** 2 }}"}
"""
AWKWARD_RULES = ruleset(AWKWARD)
spice = st.sampled_from(
    [
        *"abcdefghij",
        *("STOP", "help", "start", "0", "-1", "9" * 400, "inf", "nan", "2026-02-30", "+nan"),
        *("{{ x }}", "{0.__class__}", "\u200d", "0001-01-01T00:00+23:59", "a b", "٥", "25:61"),
    ]
)
texts = st.text(max_size=30) | st.lists(spice, max_size=5).map(" ".join) | spice


@settings(deadline=None, max_examples=200)
@given(
    texts.map(storable),
    st.dictionaries(st.sampled_from(["a", "items", "get", "__class__"]), texts.map(storable)),
    st.none() | texts.map(storable),
    st.booleans(),
    st.text(max_size=8),
)
def test_nothing_that_a_message_holds_makes_deciding_raise(
    text: str, tags: dict[str, str], media_url: str | None, opted_out: bool, key: str
) -> None:
    message = inbound(text, tags=tags, media_url=media_url, key=key)
    decision = decide(message, context(opted_out=opted_out), AWKWARD_RULES, ask_all=True)
    assert isinstance(decision, Decision)
    assert decision == decide(message, context(opted_out=opted_out), AWKWARD_RULES, ask_all=True)
    if decision.outcome is Outcome.UNMATCHED:
        assert (decision.rule, decision.replies) == (None, ())
    else:
        assert decision.rule is not None
    assert (decision.outcome is Outcome.REPLIED) <= bool(decision.replies)
    assert all(reply.text or reply.image for reply in decision.replies)


@pytest.mark.parametrize(
    "text", ["a" * 70_000, "👍" * 20_000, "\u0301" * 30_000, "e\u200b" * 20_000]
)
def test_the_longest_text_is_decided_soon(text: str) -> None:
    decision = decide(inbound(text), context(), AWKWARD_RULES)
    assert decision.outcome is Outcome.FAILED
