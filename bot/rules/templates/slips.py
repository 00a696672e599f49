"""A template that cannot be read: where, why, and what to write; asked only then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from bot.text.late import late
from bot.text.spelling import did_you_mean

_TAG: Final = late(r"\{\{|\{%|\{#")
_CLOSES: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
_WORDS: Final = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset")
_MEANT: Final = {
    **dict.fromkeys(("elseif", "elsif", "elif:", "else if"), "elif"),
    **dict.fromkeys(("end", "fi", "end if", "endif;"), "endif"),
    **dict.fromkeys(("end for", "done", "next"), "endfor"),
    **dict.fromkeys(("foreach", "each", "loop"), "for"),
    **dict.fromkeys(("let", "assign", "var", "do"), "set"),
    **dict.fromkeys(("unless", "when", "switch", "case"), "if"),
}
_QUOTED: Final = late(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NAME: Final = late(r"[A-Za-z_][\w.]*")

_SIGNS: Final = (
    (late("&&"), "`&&` is written `and`"),
    (late(r"\|\|"), "`||` is written `or`"),
    (late("==="), "`===` is written `==`"),
    (late("!=="), "`!==` is written `!=`"),
    (late("<>"), "`<>` is written `!=`"),
    (late("=<"), "`=<` is written `<=`"),
    (late("=>"), "`=>` is written `>=`"),
    (late("!(?!=)"), "`!` is written `not`"),
    (late("&"), "`&` is written `and`"),
    (late("[“”„«»‘’‚`´]"), "quotes in a template are straight: 'there'"),
    (late(r"\$"), "a name has no `$` before it"),
    (late(r"\?"), "`a ? b : c` is written `b if a else c`"),
    (late("->"), "what belongs to a name stands behind a dot: contact.first_name"),
    (late(r"\b(?:AND|OR|NOT|IS|IN|IF|ELSE)\b"), "`and`, `or`, `not` are written small"),
    (late(r"\|\s*\w+\s*(:)"), "what a filter is given stands in parentheses: default('x')"),
    (late(r"\|\s*(?=\||$)"), "the name of a filter is missing behind `|`"),
    (late(r"\.\s*(?=\.|$)"), "a name is missing behind the dot"),
    (late(r"\b(?:contains|includes|has|like|matches)\b"), "`a contains b` is `b in a`"),
    (late(";"), "there is no `;` in a template; take it out"),
    (late("[#@\\\\]"), "this sign stands in quotes only"),
    (late(r"(?<![=!<>])=(?!=)"), "to compare is `==`"),
    (
        late(r"(?:[-+*/%~<>=]|\b(?:and|or|not|is|in|if|else))\s*$"),
        "something is missing here",
    ),
    (late(r"[\w)\]'\"]\s+(\d)"), "write `{% set name = value %}`, `==` to compare"),
    (
        late(
            r"(?:[)\]'\"]|(?!(?:and|or|not|is|in|if|else)\s)\b\w+)\s+(?!(?:and|or|not|is|in|if|else)\b)([\w'\"]+)"
        ),
        "a name has no space in it, a filter a `|` before it, a text quotes around it",
    ),
)


class TemplateProblem(NamedTuple):
    """What is wrong with a template, by the place in its text, from 0."""

    offset: int
    code: str
    message: str
    hint: str = ""


class _Tag(NamedTuple):
    opens: str
    begin: int
    end: int
    """Behind the sign that closes it."""
    text: str


class _Found(Exception):
    def __init__(self, offset: int, message: str, hint: str) -> None:
        self.problem = TemplateProblem(offset, "template", message, hint)


def find_slip(source: str, reads: Callable[[str], bool]) -> TemplateProblem | None:
    """The first thing that is wrong; `reads` tells whether a template can be read."""
    open_tags: list[tuple[str, int]] = []
    try:
        for tag in _tags(source):
            if tag.opens == "{{":
                _check_expression(tag.text, tag.begin + 2, tag.begin, "{{%s}}", reads)
            elif tag.opens == "{%":
                _check_statement(tag, open_tags, reads)
        for word, begin in open_tags[-1:]:
            what = f"the `{{% {word} … %}}` that begins here has no end"
            raise _Found(begin, what, f"write {{% end{word} %}} where it ends")
    except _Found as found:
        return found.problem
    return None


def explained(expression: str, offset: int) -> TemplateProblem:
    """Of an expression that cannot be read; `offset` is where it begins."""
    bare = _QUOTED.sub(lambda found: "'" + "x" * (len(found[0]) - 2) + "'", expression)
    found = _unbalanced(bare)
    if found is not None:
        at, sign = found
        what = f"`{sign}` has no counterpart"
        hint = "close it" if sign in "([{" else "take it out, or open it before"
        return TemplateProblem(offset + at, "template", what, hint)
    if (
        quote := re.search("['\"]", _QUOTED.sub(lambda f: "x" * len(f[0]), expression))
    ) is not None:
        what = f"the quote {quote[0]} that opens here is never closed"
        return TemplateProblem(
            offset + quote.start(), "template", what, f"write {quote[0]} at its end"
        )
    for pattern, hint in _SIGNS:
        if (slip := pattern.search(bare)) is not None:
            group = 1 if pattern.groups and slip[1] else 0
            at = slip.start(group)
            shown = expression[at : slip.end(group)].strip() or expression.strip()
            return TemplateProblem(offset + at, "template", f"`{shown}` does not fit here", hint)
    hint = "for example contact.first_name | default('there')"
    what = f"`{expression.strip()[:40]}` cannot be read"
    return TemplateProblem(offset, "template", what, hint)


def _tags(source: str) -> Iterator[_Tag]:
    """What stands in braces. Raises _Found."""
    at = 0
    while (found := _TAG.search(source, at)) is not None:
        opens, begin = found[0], found.start()
        if opens == "{#":
            end = source.find("#}", begin)
            if end < 0:
                what = "the comment `{#` that begins here has no end"
                raise _Found(begin, what, "write #} where it ends, or take the { away")
            at = end + 2
            continue
        at = _end(source, begin, opens)
        yield _Tag(opens, begin, at, source[begin + 2 : at - 2])


def _end(source: str, begin: int, opens: str) -> int:
    """Behind the sign that closes what begins here. Raises _Found."""
    closes, at, depth = _CLOSES[opens], begin + 2, 0
    while at < len(source):
        sign, two = source[at], source[at : at + 2]
        if sign in "'\"":
            at = _end_of_quote(source, at, begin, closes)
        elif two == closes and not (depth and closes == "}}"):
            return at + 2
        elif two in ("{{", "{%") and depth == 0:
            what = f"the `{opens}` that opens here is not closed before the next `{two}`"
            raise _Found(begin, what, _closed(source, begin, opens))
        elif two in ("}}", "%}") and not depth:
            what = f"what `{opens}` opens here is closed by `{two}`"
            raise _Found(begin, what, f"write `{closes}` at its end")
        elif sign == "}" and not depth:
            what = f"the `{opens}` that opens here is closed by one brace alone"
            raise _Found(begin, what, f"write `{closes}`: {source[begin:at].rstrip()} {closes}")
        else:
            depth += (sign == "{") - (sign == "}")
            at += 1
    what = f"the `{opens}` that opens here is never closed"
    raise _Found(begin, what, _closed(source, begin, opens))


def _end_of_quote(source: str, at: int, begin: int, closes: str) -> int:
    found = _QUOTED.match(source, at)
    closed = source.find(closes, at)
    if found is None or (0 <= closed < found.end() and "\n" in found[0]):
        what = f"the quote {source[at]} that opens here is never closed"
        raise _Found(at, what, f"write {source[at]} at the end of the text within the braces")
    return found.end()


def _closed(source: str, begin: int, opens: str) -> str:
    closes = _CLOSES[opens]
    found = _NAME.search(source, begin + 2)
    if found is None or source[begin + 2 : found.start()].strip() or opens == "{%":
        return f"write `{closes}` where it ends"
    return f"write `{closes}` where it ends: {{{{ {found[0]} }}}}"


def _check_expression(
    text: str, at: int, begin: int, form: str, reads: Callable[[str], bool]
) -> None:
    if not text.strip("-+ \n\t"):
        raise _Found(begin, "nothing stands between the braces", "{{ contact.first_name }}")
    if not reads(form % text):
        problem = explained(text, at)
        raise _Found(problem.offset, problem.message, problem.hint)


def _check_statement(
    tag: _Tag, open_tags: list[tuple[str, int]], reads: Callable[[str], bool]
) -> None:
    text = tag.text.strip("-+ \n\t")
    word, _, rest = text.partition(" ")
    two = " ".join(text.split()[:2])
    at = tag.begin + 2 + tag.text.find(text) + len(word)
    if word not in _WORDS or two in _MEANT:
        found = _MEANT.get(two) or _MEANT.get(word)
        hint = f"write {{% {found} … %}}" if found else did_you_mean(word, _WORDS)
        if found or not reads(f"{{% {text} %}}{{% end{word} %}}"):
            raise _Found(tag.begin, f"there is no `{{% {two if two in _MEANT else word} %}}`", hint)
        return
    if word in ("if", "elif"):
        if not rest.strip():
            raise _Found(tag.begin, f"`{word}` needs a condition", "{% if tags.vip == 'yes' %}")
        _check_expression(rest, at + 1, tag.begin, "{%% if %s %%}{%% endif %%}", reads)
    elif word == "for" and not reads(f"{{% {text} %}}{{% endfor %}}"):
        raise _Found(tag.begin, "`for` cannot be read", "{% for day in vars.days %}")
    elif (
        word == "set"
        and not reads(f"{{% {text} %}}{{% endset %}}")
        and not reads(f"{{% {text} %}}")
    ):
        raise _Found(tag.begin, "`set` cannot be read", "{% set name = contact.first_name %}")
    _nest(word, rest, tag.begin, open_tags)


def _nest(word: str, rest: str, begin: int, open_tags: list[tuple[str, int]]) -> None:
    """What is opened must be closed, by its own end. Raises _Found."""
    if word in ("if", "for") or (word == "set" and "=" not in rest):
        open_tags.append((word, begin))
        return
    if word == "set":
        return
    opener = word.removeprefix("end") if word.startswith("end") else "if"
    inner = open_tags[-1][0] if open_tags else None
    if inner != opener and not (word == "else" and inner == "for"):
        what = f"`{{% {word} %}}` stands here without `{{% {opener} … %}}` before it"
        if inner is not None:
            what = f"`{{% {word} %}}` stands here before the end of `{{% {inner} … %}}`"
        raise _Found(begin, what, f"write {{% {opener} … %}} before it, or take it out")
    if word.startswith("end"):
        open_tags.pop()


_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def _unbalanced(text: str) -> tuple[int, str] | None:
    opened: list[tuple[int, str]] = []
    inside = _QUOTED.sub(lambda found: " " * len(found[0]), text)
    for at, sign in enumerate(inside):
        if sign in "([{":
            opened.append((at, sign))
        elif sign in _PAIRS:
            if not opened or opened[-1][1] != _PAIRS[sign]:
                return at, sign
            opened.pop()
    return opened[-1] if opened else None
