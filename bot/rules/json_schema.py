"""The parts of a JSON Schema with which keys of rule files say what their value looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def any_of(*schemas: Schema) -> Schema:
    """Alternatives of one kind; an editor guesses which of them was meant."""
    return {"anyOf": list(schemas)}


def by_kind(
    scalar: Schema | None = None, *, sequence: Schema | None = None, mapping: Schema | None = None
) -> Schema:
    """What a value must be by its kind, at least two of them.

    Not `anyOf`: of a mapping with an unknown key an editor then says what is wrong with the text
    that it is not (`Value must be "always"`), or nothing but that no alternative fits.
    """
    kinds = {"object": mapping, "array": sequence, None: scalar}
    given = [(kind, schema) for kind, schema in kinds.items() if schema is not None]
    _, chosen = given.pop()
    for kind, schema in reversed(given):
        chosen = {"if": {"type": kind}, "then": schema, "else": chosen}
    return chosen


def written(types: Iterable[str], pattern: str, example: str) -> Schema:
    """A scalar, and what its text looks like where it is one."""
    return {"type": list(types), "pattern": pattern, "patternErrorMessage": example}


def listed(item: Schema, *, least: int = 1) -> Schema:
    return {"type": "array", "items": item, "minItems": least}


def keyed(properties: Mapping[str, Schema], *, needs: Iterable[str] = (), least: int = 0) -> Schema:
    """A mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        **({"required": list(needs)} if needs else {}),
        **({"minProperties": least} if least else {}),
    }


def named(value: Schema, *, least: int = 0) -> Schema:
    """A mapping whose keys the author chooses."""
    return {
        "type": "object",
        "additionalProperties": value,
        **({"minProperties": least} if least else {}),
    }


def one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def said(schema: Schema, description: str) -> Schema:
    return {"description": description, **schema}


TEXT: Final = ref("text")
TEXTS: Final = ref("texts")
FLAG: Final = ref("flag")
NUMBER: Final = ref("number")
DURATION: Final = ref("duration")
DATE: Final = ref("date")
TEMPLATE: Final = ref("template")
WHEN: Final = ref("when")
VALUES: Final = named(TEXT)
PER: Final = one_of("contact", "conversation", "all")

CONDITIONS: Final[Mapping[str, Schema]] = {
    "eq": said(TEXT, "Equal, upper and lower case aside; numbers compare as numbers."),
    "in": said(listed(TEXT), "One of these."),
    "not": said(ref("condition"), "This does not hold; a missing value meets it too."),
    "exists": said(FLAG, "A value is there, or none is."),
    "regex": said(TEXT, "The pattern is found in it (RE2 syntax)."),
    "starts": said(TEXT, "It begins so."),
    "contains": said(TEXT, "It contains this."),
    **{
        sign: said(TEXT, f"{words} this number, date or time.")
        for sign, words in {
            "gt": "Greater than",
            "gte": "At least",
            "lt": "Less than",
            "lte": "At most",
        }.items()
    },
    "between": said({**listed(TEXT), "minItems": 2, "maxItems": 2}, "From the one to the other."),
}
"""By key of a condition."""


def compared(keys: Iterable[str]) -> Mapping[str, Schema]:
    return {key: CONDITIONS[key] for key in keys}
