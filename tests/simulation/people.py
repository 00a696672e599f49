"""Who writes what, when, to which of our numbers; and how much goes wrong meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from bot.model import Rate
from bot.sandbox import Number
from tests.build import ruleset

RULES: Final = ruleset("""
timezone: UTC
guards:
  opt_out: {reply: "You are out: {{ message.text }}"}
  opt_in: {reply: "Welcome back: {{ message.text }}"}
  paused: {after_person: 30s}
rules:
  - {id: hours, when: {keywords: [hours], number: {as: n}}, reply: "{{ n }} hours"}
  - {id: both, when: {keywords: [both], number: {as: n}}, reply: ["{{ n }} one", "{{ n }} two"]}
  - id: later
    when: {keywords: [later], number: {as: n}}
    reply: {text: "{{ n }} later", delay: 20s}
  - {id: once, when: {keywords: [once], number: {as: n}}, reply: "{{ n }} once", cooldown: 30s}
  - id: rare
    when: {keywords: [rare], number: {as: n}}
    reply: "{{ n }} rare"
    limit: {times: 2, per: 1m, for: contact}
  - {id: name, when: {keywords: [name]}, set: {contact: {name: "{{ message.text }}"}}, silent: true}
  - id: poll
    when: {keywords: [poll], number: {as: n}}
    ask: {text: "{{ n }} poll?", accept: {keywords: {starts: [answer]}}}
    expires: 20s
    on_expiry: "{{ n }} late"
    interrupt: none
    then: {reply: "{{ n }} thanks"}
  - id: remind
    when: {keywords: [remind], number: {as: n}}
    reply: "{{ n }} remind"
    follow_up: {after: 15s, reply: "{{ n }} reminder"}
    quiet_hours: "17:05-17:06"
  - id: nudge
    when: {keywords: [nudge], number: {as: n}}
    reply: "{{ n }} nudge"
    follow_up: {after: 15s, reply: "{{ n }} nudged", unless: replied}
  - id: night
    when: {keywords: [night], number: {as: n}}
    reply: "{{ n }} night"
    quiet_hours: "17:05-17:06"
  - id: person
    when: {keywords: [person], number: {as: n}}
    handoff:
      reply: "{{ n }} person"
      for: 40s
      unclaimed: {after: 20s, reply: "{{ n }} nobody"}
    quiet_hours: "17:05-17:06"
fallback: {reply: "{{ message.text }}?"}
""")
IN_HAND: Final = 20.0
"""Seconds for which a person of ours has a conversation at the least, unless they give it back."""

NUMBERS: Final = tuple(Number(id=500 + n, number=f"+1800555010{n}") for n in range(3))
_KINDS: Final = {
    "hours": 10,
    "both": 4,
    "later": 4,
    "once": 3,
    "rare": 2,
    "name": 1,
    "chat": 2,
    "STOP": 2,
    "START": 2,
}
_TIMED: Final = {
    "remind": 6,
    "nudge": 4,
    "night": 6,
    "person": 6,
    "hours": 4,
    "later": 2,
    "STOP": 2,
    "START": 2,
}
_FOLLOWED_BY: Final = {"remind": "reminder", "nudge": "nudged", "person": "nobody"}


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody writes. No two texts of a world are equal, and each reply repeats its text."""

    at: float
    person: str
    number: Number
    kind: str
    text: str

    @property
    def ends(self) -> tuple[str, ...]:
        """What may be said in the end, where it is asked something: one of these."""
        n = self.text.rpartition(" ")[2]
        return (f"{n} thanks", f"{n} late") if self.kind == "poll" else ()

    @property
    def may_be_said(self) -> tuple[str, ...]:
        """Upon it, at some time; an answer that comes too late is not understood."""
        late = (f"{self.text}?",) if self.kind == "answer" else ()
        return *self.replies, *self.ends, *self.follow_up, *late

    @property
    def follow_up(self) -> tuple[str, ...]:
        """What may be said by itself, later."""
        n = self.text.rpartition(" ")[2]
        return (f"{n} {_FOLLOWED_BY[self.kind]}",) if self.kind in _FOLLOWED_BY else ()

    @property
    def not_in_quiet_hours(self) -> tuple[str, ...]:
        """What waits until they end."""
        waits = self.kind in ("remind", "night", "person")
        return (*self.replies, *self.follow_up) if waits else ()

    @property
    def replies(self) -> tuple[str, ...]:
        """In their order, where it is answered at all."""
        n = self.text.rpartition(" ")[2]
        match self.kind:
            case "both":
                return f"{n} one", f"{n} two"
            case "chat":
                return (f"{self.text}?",)
            case "STOP":
                return (f"You are out: {self.text}",)
            case "START":
                return (f"Welcome back: {self.text}",)
            case "name" | "answer":
                return ()
            case "poll":
                return (f"{n} poll?",)
            case kind:
                return (f"{n} {kind}",)


@dataclass(frozen=True, slots=True)
class Act:
    """What a person of ours does in a conversation."""

    at: float
    person: str
    number: Number
    kind: str
    """`writes`, `takes` or `releases`."""
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What one seed is like."""

    texts: tuple[Text, ...]
    acts: tuple[Act, ...]
    ends_at: float
    """No fault begins after that."""
    rate: Rate
    faulty: float
    """The share of requests that the provider does not simply take."""
    repeats: float
    """The share of webhooks that come again although they were answered."""
    breaks: float
    """The share of commits that fail, and of those at which the process dies."""
    deaths: tuple[float, ...]
    jumps: tuple[tuple[float, float], ...]
    """When the wall clock is set forwards or back, by how many seconds."""
    refuses: tuple[float, float]
    """From when to when the provider takes no key."""


def plan(random: Random) -> Plan:
    span = random.choice([20.0, 60.0, 120.0])
    people = [f"+1555555{n:04}" for n in range(random.randint(2, 9))]
    numbers = NUMBERS[: random.randint(1, 3)]
    texts = []
    for n in range(random.randint(20, 40)):
        kind = random.choices(list(_KINDS), list(_KINDS.values()))[0]
        # An opt-out stands alone, but for punctuation, which makes it a text of its own.
        text = f"{kind}{'!' * n}" if kind in ("STOP", "START") else f"{kind} {1000 + n}"
        at = random.uniform(0, span)
        texts.append(Text(at, random.choice(people), random.choice(numbers), kind, text))
    for n in range(random.randint(0, 4)):
        asked, number, at = f"+1555556{n:04}", random.choice(numbers), random.uniform(0, span)
        texts.append(Text(at, asked, number, "poll", f"poll {2000 + n}"))
        if random.random() < 0.6:
            later = random.uniform(at, span)
            texts.append(Text(later, asked, number, "answer", f"answer {3000 + n}"))
    timed = _timed(random, span, numbers)
    texts += timed
    ends_at = span + random.uniform(0, 60)
    jumps = [
        (random.uniform(0, span), random.choice([-1, 1]) * random.choice([0.5, 5, 40, 300]))
        for _ in range(random.choice([0, 1, 4]))
    ]
    refuses = random.uniform(0, ends_at)
    return Plan(
        texts=tuple(texts),
        acts=_acts(random, timed),
        ends_at=ends_at,
        rate=random.choice([Rate(20, 15.0), Rate(10, 15.0), Rate(4, 5.0)]),
        faulty=random.choice([0.0, 0.1, 0.3, 0.6]),
        repeats=random.choice([0.0, 0.1, 0.5]),
        breaks=random.choice([0.0, 0.0, 0.01, 0.03]),
        deaths=tuple(random.uniform(0, ends_at) for _ in range(random.choice([0, 0, 1, 4]))),
        jumps=tuple(jumps),
        refuses=(refuses, min(refuses + 20, ends_at) if random.random() < 0.2 else refuses),
    )


def _timed(random: Random, span: float, numbers: tuple[Number, ...]) -> list[Text]:
    """Of people who are told something later, and of whom we take some in hand."""
    people = [f"+1555557{n:04}" for n in range(random.randint(1, 3))]
    texts = []
    for n in range(random.randint(0, 14)):
        kind = random.choices(list(_TIMED), list(_TIMED.values()))[0]
        text = f"{kind}{'!' * (100 + n)}" if kind in ("STOP", "START") else f"{kind} {4000 + n}"
        at = random.uniform(0, span)
        texts.append(Text(at, random.choice(people), random.choice(numbers), kind, text))
    return texts


def _acts(random: Random, texts: list[Text]) -> tuple[Act, ...]:
    acts = []
    for n, text in enumerate(texts):
        # Also when nobody has come, and that waits to be said.
        often, late = (0.6, 60.0) if text.kind == "person" else (0.3, 20.0)
        if random.random() < often:
            kind = random.choice(["writes", "writes", "takes", "releases"])
            at = text.at + random.uniform(0, late)
            acts.append(Act(at, text.person, text.number, kind, f"{5000 + n} from Ann"))
    return tuple(acts)
