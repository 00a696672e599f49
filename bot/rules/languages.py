"""`languages`: a text in each of them, wherever a text may stand.

    languages: [en, es]
    rules:
      - hours: {en: "We're open 9-5.", es: "Abrimos de 9 a 5."}

Who gets which: `contact.language` says it (`es`, also `ES` and `es-MX`), else the first of
`languages` holds. A rule may store it: `set: {contact: {language: es}}`, or `bot contacts set`. The
same text for everybody is written as it is, without languages. One that lacks a language is sent in
the first instead, and `check` warns; the first may not lack.

`{{ day | date }}` is Nov 27, 2026 in the text in `en`, and viernes 27 de noviembre in that in `es`;
in a text without languages it is in the first of them. `{{ at | time }}` is 5:30 PM and 5:30 pm.
Of other languages no names are known: `check` says where a text has some, and figures go there,
`{{ day | date('%d/%m/%Y') }}`. With `á` in it (sábado) a text takes 70 signs a segment, not 160.

Works in `reply` (in lists, in `one_of`, in `text`, `image` and `tags` of a message), `else`,
`on_expiry`, `set`, the fallback, the texts of questions and of guards. Segments are checked for
each language; `match` of a test wants the answer in all of them.

    bot dry-run "hours?" --contact language=es
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from bot.rules.keys import meant
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.nodes import Sequence as SequenceNode
from bot.rules.problems import Problems

CODE: Final = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
"""A tag of BCP 47, as far as texts need one: `en`, `es-MX`, `zh-Hant`."""
_CODE: Final = re.compile(CODE)
NO_CODES: Final = ("txt", "msg", "img", "url", "pic", "mms", "say")
"""Short words that people write for a key of a message."""
_MESSAGE: Final = ("text", "image", "tags", "delay", "unless", "weight", "one_of")


def languages_of(files: Iterable[MappingNode], problems: Problems) -> tuple[str, ...]:
    """`languages` of the rule set, which one file may name; empty where none does."""
    named = [node for file in files if (node := file.get("languages")) is not None]
    for node in named[1:]:
        what = f"`languages` occurs twice in the rule set (first in {named[0].place})"
        problems.error(node, "twice", what, "keep one")
    written = problems.texts(named[0], "languages") if named else []
    if named and isinstance(named[0], SequenceNode) and not named[0].items:
        problems.error(named[0], "empty-list", "languages: needs at least one", "[en, es]")
    for at, scalar in enumerate(written):
        if not _CODE.fullmatch(scalar.text):
            what = f"languages: `{scalar.text}` is not the code of a language"
            problems.error(scalar, "language-code", what, "en for English, es for Spanish")
        elif any(scalar.text.casefold() == other.text.casefold() for other in written[:at]):
            what = f"languages: `{scalar.text}` stands there twice"
            problems.error(scalar, "language-code", what, "keep one")
    return tuple(scalar.text for scalar in written)


def is_by_language(node: Node, languages: Sequence[str]) -> bool:
    """`{en: …, es: …}`; without `languages`, what can hardly be anything else."""
    if not isinstance(node, MappingNode):
        return False
    if any(key in languages for key in node.pairs):
        return True
    least = 1 if languages else 2
    return len(node.pairs) >= least and all(
        _CODE.fullmatch(key) and key not in NO_CODES for key in node.pairs
    )


def by_language(
    node: MappingNode, what: str, languages: Sequence[str], problems: Problems
) -> Mapping[str, Scalar]:
    """The texts by language, in the order of `languages`; what is missing is told."""
    if not languages:
        hint = f"languages: [{', '.join(node.pairs)}], at the top of a file"
        said = f"{what}: texts in several languages, and the rule set names none"
        problems.error(node, "no-languages", said, hint)
        return {}
    for key, _ in node.items():
        if key.text not in languages:
            _unknown(key, what, languages, problems)
    missing = [language for language in languages if language not in node.pairs]
    for language in missing:
        said = f"{what}: there is no text in `{language}`"
        if language == languages[0]:
            problems.error(node, "missing-language", said, f"{language}: …")
        else:
            hint = f"add `{language}: …`; until then they get the one in `{languages[0]}`"
            problems.warning(node, "missing-language", said, hint)
    found = {language: value for language in languages if (value := node.get(language))}
    for language, value in found.items():
        problems.text(value, f"{what}.{language}")
    return {language: text for language, text in found.items() if isinstance(text, Scalar)}


def _unknown(key: Scalar, what: str, languages: Sequence[str], problems: Problems) -> None:
    if meant(key.text, _MESSAGE):
        hint = f"put the languages in `text`: {{text: {{{languages[0]}: …}}, {key.text}: …}}"
        problems.error(
            key, "unknown-language", f"{what}: `{key.text}` stands beside languages", hint
        )
    else:
        problems.unknown(key, "language", key.text, languages)


def texts_in(node: Node) -> Iterator[Scalar]:
    """A text, or those of each language."""
    for one in node.pairs.values() if isinstance(node, MappingNode) else [(node, node)]:
        if isinstance(one[1], Scalar):
            yield one[1]


def chosen(wanted: str, languages: Iterable[str]) -> str:
    """Which of the languages somebody gets: the one wanted, one of its family, else the first."""
    known = list(languages)
    folded = wanted.strip().casefold().replace("_", "-")
    family = folded.partition("-")[0]
    exact = (one for one in known if one.casefold() == folded)
    related = (one for one in known if one.casefold().partition("-")[0] == family)
    return next(exact, None) or next(related, None) or known[0]
