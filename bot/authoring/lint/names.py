"""Names that nothing gives a meaning, and names that nothing uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from bot.authoring.lint.sources import Told, warning
from bot.errors import Place, Problem
from bot.rules.loader import Document
from bot.rules.nodes import Mapping, Scalar
from bot.rules.nodes import Sequence as SequenceNode
from bot.text.spelling import distance

_STORED: Final = ("contact", "conversation")
"""What rules store; of a contact other commands do so too (`bot contacts`)."""
_OF_CONVERSATION: Final = ("state", "count", "values")
_MEMBER: Final = re.compile(r"(?<![\w.])(tags|contact|conversation)\.(?:values\.)?(\w+)")
_MAY_LACK: Final = re.compile(r"\bdefault\b|\bdefined\b|\|\s*d\b")
_VARIABLE: Final = re.compile(r"(?<![\w.])vars(?:\.(\w+)|\[\s*['\"](\w+)['\"]\s*\])?")
_METHODS: Final = ("items", "keys", "values", "get")
_LEAST_LETTERS: Final = 5


@dataclass(slots=True)
class Names:
    """What the texts of a rule set name, and where."""

    known_calendars: Collection[str]
    asked_states: dict[str, Place] = field(default_factory=dict)
    entered_states: dict[str, Place] = field(default_factory=dict)
    reads_state: bool = False
    """Some template or expression looks at the state, whatever it is."""
    asked: dict[tuple[str, str], Place] = field(default_factory=dict)
    """Stored values without which a condition never holds."""
    stored: set[tuple[str, str]] = field(default_factory=set)
    tags: dict[str, Place] = field(default_factory=dict)
    tag_count: Counter[str] = field(default_factory=Counter)
    variables: set[str] = field(default_factory=set)
    reads_all_variables: bool = False
    calendars: set[str] = field(default_factory=set)
    in_angles: set[str] = field(default_factory=set)

    def add(self, told: Told) -> None:
        text, keys = told.scalar.text, told.keys
        if told.is_condition:
            self._add_condition(told)
        elif "set" in keys:
            at = keys.index("set")
            if len(keys) > at + 2:
                self.stored.add((keys[at + 1], keys[at + 2]))
        elif told.last == "as" and "ask" in keys:
            self.stored.add(("conversation", text))
        elif _is_state(told):
            self.entered_states.setdefault(text, told.scalar.place)
        if keys[:1] == ("contact_tags",):
            self.stored.add(("contact", text))
            self._add_tag(told.path[1] if keys[1:] else told.scalar)
        if "tags" in keys[:-1]:
            self._add_tag(told.path[keys.index("tags") + 1])
        self._add_text(told)

    def _add_condition(self, told: Told) -> None:
        keys, place = told.keys, told.scalar.place
        if told.last == "state" and keys[-2] not in (*_STORED, "tags"):
            self.asked_states.setdefault(told.scalar.text, place)
        for at, key in enumerate(keys[:-1]):
            if key in _STORED and not self._may_lack(told):
                name = told.path[at + 1]
                self.asked.setdefault((key, name.text), name.place)
        if told.last == "expr" and not _MAY_LACK.search(told.scalar.text):
            for stem, name in _MEMBER.findall(told.scalar.text):
                if stem in _STORED and name not in _OF_CONVERSATION:
                    self.asked.setdefault((stem, name), place)

    @staticmethod
    def _may_lack(told: Told) -> bool:
        is_absent = told.last == "exists" and told.scalar.text.lower() in ("false", "no", "off")
        return "not" in told.keys or is_absent

    def _add_tag(self, name: Scalar) -> None:
        self.tags.setdefault(name.text, name.place)
        self.tag_count[name.text] += 1

    def _add_text(self, told: Told) -> None:
        text = told.scalar.text
        if text in self.known_calendars and told.keys[:1] != ("calendars",):
            self.calendars.add(text)
        if "<" in text:
            self.in_angles.update(re.findall(r"<\s*(\w+)\s*>", text))
        if "{" not in text and told.last != "expr":
            return
        self.reads_state = self.reads_state or "conversation.state" in text
        self.calendars.update(re.findall(r"(?<![\w.])calendars\.(\w+)", text))
        for stem, name in _MEMBER.findall(text):
            if stem == "tags" and name not in _METHODS:
                self.tags.setdefault(name, told.scalar.place)
                self.tag_count[name] += 1
        if told.keys[:1] != ("vars",):
            for found in _VARIABLE.finditer(text):
                name = found[1] or found[2]
                self.variables.update({name} if name else ())
                self.reads_all_variables |= name is None


def _is_state(told: Told) -> bool:
    """`state: asked` and `state: {name: asked}` of a rule; a tag may have that name too."""
    keys = told.keys[:-1] if told.last == "name" else told.keys
    return keys[-1:] == ("state",) and keys[0] in ("rules", "fallback") and "tags" not in keys


def odd_names(names: Names, documents: Sequence[Document]) -> Iterator[Problem]:
    yield from _states(names, documents)
    yield from _never_set(names)
    yield from _misspelled_tags(names)
    yield from _unused(names, documents)


def _states(names: Names, documents: Sequence[Document]) -> Iterator[Problem]:
    asking = {_id(rule) for rule in _rules(documents) if "ask" in rule.pairs}
    known = {*names.entered_states, *asking, "none", "any"}
    for name, place in names.asked_states.items():
        if name not in known:
            yield warning(
                place,
                "state-never-entered",
                f"no rule enters the state `{name}`",
                _near(name, names.entered_states)
                or f"a rule enters it by `state: {name}` beside its `when`",
            )
    for name, place in names.entered_states.items():
        if name not in {*names.asked_states, "none"} and not names.reads_state:
            yield warning(
                place,
                "state-never-asked",
                f"no rule asks for the state `{name}`: it makes no difference",
                _near(name, names.asked_states) or f"ask for it by `when: {{state: {name}}}`",
            )


def _never_set(names: Names) -> Iterator[Problem]:
    for (kind, name), place in names.asked.items():
        near = _near(name, [n for k, n in names.stored if k == kind])
        if (kind, name) not in names.stored and (near or kind == "conversation"):
            yield warning(
                place,
                "never-set",
                f"no rule sets `{kind}.{name}`, without which this never holds",
                near or f"a rule sets it by `set: {{{kind}: {{{name}: ...}}}}`",
            )


def _misspelled_tags(names: Names) -> Iterator[Problem]:
    """Tags come from outside: nobody knows which there are. But one that is named once, and is
    almost another that is named often, is a slip."""
    often = [name for name, count in names.tag_count.items() if count > 1]
    for name, place in names.tags.items():
        if names.tag_count[name] > 1 or len(name) < _LEAST_LETTERS:
            continue
        near = [other for other in often if _is_slip(name, other)]
        if near:
            yield warning(
                place,
                "tag-name",
                f"the tag `{name}` is named only here, and `{near[0]}` elsewhere",
                f"did you mean `{near[0]}`?",
            )


def _is_slip(one: str, other: str) -> bool:
    """`size1` and `size2` are two names."""
    if one.casefold() == other.casefold():
        return True
    digits = [re.sub(r"\D", "", name) for name in (one, other)]
    return digits[0] == digits[1] and distance(one, other) == 1


def _unused(names: Names, documents: Sequence[Document]) -> Iterator[Problem]:
    roots = [root for document in documents for root in document.file.includes]
    used: dict[str, set[str]] = {
        **({} if names.reads_all_variables else {"vars": names.variables}),
        "lists": names.in_angles,
        "calendars": names.calendars,
    }
    for document in documents:
        # A file that others share may define what only one of them uses.
        if document.root is None or any(
            document.file.path.startswith(root.as_posix()) for root in roots
        ):
            continue
        for section, seen in used.items():
            node = document.root.get(section)
            for name, _ in node.items() if isinstance(node, Mapping) else ():
                if name.text not in seen:
                    yield warning(
                        name.place,
                        "unused",
                        f"nothing uses `{section}.{name.text}`",
                        "delete it, or name it where it is meant",
                    )


def _rules(documents: Sequence[Document]) -> Iterator[Mapping]:
    for document in documents:
        listed = document.root.get("rules") if document.root is not None else None
        for item in listed.items if isinstance(listed, SequenceNode) else ():
            if isinstance(item, Mapping):
                yield item


def _id(rule: Mapping) -> str:
    node = rule.get("id")
    return node.text if isinstance(node, Scalar) else ""


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"did you mean `{near[0]}`?" if near else ""
