"""The parts of a JSON Schema with which keys of rule files say what their value looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from bot.rules import languages

Schema: TypeAlias = dict[str, Any]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


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


def one_needed(*keys: str) -> Schema:
    return any_of(*({"required": [key]} for key in keys))


def one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def chosen(keys: Iterable[str], table: Mapping[str, Schema]) -> Mapping[str, Schema]:
    """A key that the table does not know yet takes anything."""
    return {key: table.get(key, {}) for key in keys}


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

SCALARS: Final[Mapping[str, Schema]] = {
    "text": {"type": ["string", "number", "boolean"]},
    "texts": by_kind(ref("text"), sequence=listed(ref("text"))),
    "flag": written(
        ["boolean", "string"],
        "^([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$",
        "needs true or false",
    ),
    "true": written(["boolean", "string"], "^([Tt]rue|TRUE|[Yy]es|YES|[Oo]n|ON)$", "needs true"),
    "number": written(["integer", "string"], "^[+-]?\\d{1,9}$", "needs a whole number"),
    "duration": written(
        ["string"], "^\\s*\\d{1,9}\\s*[smhdw]\\s*$", "needs a time, for example 30s, 5m, 1h, 2d, 1w"
    ),
    "date": written(["string"], "^\\d{4}-\\d\\d-\\d\\d$", "needs a date, for example 2026-12-25"),
    "template": by_kind(ref("text"), mapping=ref("translations")),
    "translations": {
        **named(TEXT, least=1),
        "propertyNames": {"pattern": f"^{languages.CODE}$"},
        "description": "A template for each of `languages`.",
    },
    "stored": by_kind(
        {"type": ["string", "number", "boolean", "null"]}, mapping=ref("translations")
    ),
}
"""What the references above stand for."""

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
