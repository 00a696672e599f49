"""What `bot diff` has found: for people, for a review, for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from bot.authoring.diff import Answer, Compared, Group, Tally, changed_words
from bot.cli.output import colour, counted, fitted, line, shortened
from bot.model import RuleId
from bot.timezones import utc

_Shown: TypeAlias = Callable[[str, str], Iterator[str]]
"""A text that was and one that will be, as lines."""
_LONGEST: Final = 400
"""Characters of a text in a terminal; `--json` has all of it."""
_MOST: Final = 20
"""Groups that are shown."""


def as_object(one: Compared) -> dict[str, Any]:
    """A message that is answered otherwise."""
    message = one.message
    return {
        "message": {
            "id": message.key,
            "from": message.sender,
            "to": message.number or None,
            "text": message.text,
            "mediaUrl": message.media_url,
            "tags": dict(message.tags),
            "at": utc(message.received_at),
        },
        "recorded": None if one.recorded is None else _answer(one.recorded),
        "old": _answer(one.old),
        "new": _answer(one.new),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome,
        "rule": answer.rule,
        "reason": answer.reason,
        "replies": [
            {"message": text.text, "image": text.image, "segments": text.segments}
            for text in answer.texts
        ],
    }


def totals(tally: Tally) -> dict[str, Any]:
    """The last line."""
    return {
        "compared": tally.compared,
        "changed": tally.changed,
        "otherRule": tally.other_rule.total(),
        "same": tally.same,
        "newlyAnswered": tally.newly_answered,
        "newlySilent": tally.newly_silent,
        "segments": tally.segments,
        "newSegments": tally.new_segments,
        "recorded": tally.recorded,
        "notAsRecorded": tally.not_as_recorded,
    }


def lines(tally: Tally) -> Iterator[str]:
    """For a terminal."""
    yield from _recorded_otherwise(tally)
    yield fitted(_counts(tally), 2)
    if tally.changed:
        yield fitted(_of_changed(tally), 2)
    for group in tally.groups[:_MOST]:
        yield ""
        yield colour("1", fitted(f"{_heading(group)}: {_of_group(group)}", 2))
        for one in group.examples:
            yield fitted(f"  › {_said(one)}", 4)
            yield from (fitted(f"    {text}", 6) for text in _texts(one, _marked))
    yield from _rest(tally)
    if tally.other_rule:
        yield ""
        yield "the same answer by another rule:"
        for (old, new), many in tally.other_rule.most_common(_MOST):
            yield f"  {_name(old)} → {_name(new)}: {many}"


def markdown(tally: Tally) -> Iterator[str]:
    """For a review: what people wrote and read stands in blocks of code, which nothing steers."""
    for text in (*_recorded_otherwise(tally), _counts(tally)):
        yield from (text, "")
    if tally.changed:
        yield _of_changed(tally)
    for group in tally.groups[:_MOST]:
        yield from ("", f"### {_heading(group, '`')}: {_of_group(group)}", "", "```diff")
        for one in group.examples:
            yield f"  › {_said(one)}".replace("```", "'''")
            yield from (text.replace("```", "'''") for text in _texts(one, _unmarked))
        yield "```"
    yield from _rest(tally)
    if tally.other_rule:
        yield from ("", "### The same answer by another rule", "")
        for (old, new), many in tally.other_rule.most_common(_MOST):
            yield f"- `{_name(old)}` → `{_name(new)}`: {many}"


def _recorded_otherwise(tally: Tally) -> Iterator[str]:
    """That comes first: it is not due to the rules."""
    if not tally.not_as_recorded:
        return
    yield (
        f"{tally.not_as_recorded} of {counted(tally.recorded, 'recorded decision')} are not what"
        " the old rules decide now: not due to the new rules, but to other rules at that time,"
        " another version of the bot, or what is not known any more"
    )
    for one in tally.odd:
        recorded = one.recorded or one.old
        words = f"{_ended(recorded)} then, {_ended(one.old)} now"
        yield fitted(f"  › {_said(one)}: {words}", 4)


def _ended(answer: Answer) -> str:
    return f"{answer.outcome} by {_name(answer.rule)}"


def _counts(tally: Tally) -> str:
    return (
        f"{counted(tally.compared, 'message')} compared: {tally.same} the same,"
        f" {tally.other_rule.total()} by another rule, {tally.changed} changed"
    )


def _of_changed(tally: Tally) -> str:
    more = tally.new_segments - tally.segments
    return (
        f"newly answered {tally.newly_answered}, newly silent {tally.newly_silent};"
        f" segments {tally.segments} → {tally.new_segments} ({more:+})"
    )


def _heading(group: Group, quote: str = "") -> str:
    names = [f"{quote}{_name(rule)}{quote}" for rule in (group.old, group.new)]
    return names[0] if group.old == group.new else " → ".join(names)


def _of_group(group: Group) -> str:
    about = [
        f"{group.newly_answered} newly answered" if group.newly_answered else "",
        f"{group.newly_silent} newly silent" if group.newly_silent else "",
        f"segments {group.segments:+}" if group.segments else "",
    ]
    return ", ".join([str(group.count), *filter(None, about)])


def _rest(tally: Tally) -> Iterator[str]:
    rest = tally.groups[_MOST:]
    if rest:
        many = sum(group.count for group in rest)
        yield from ("", f"and {counted(len(rest), 'more group')} with {many} of the changes")


def _name(rule: RuleId | None) -> str:
    return rule or "no rule"


def _said(one: Compared) -> str:
    return line(shortened(one.message.text, _LONGEST)) or "(no text)"


def _texts(one: Compared, shown: _Shown) -> Iterator[str]:
    """What was said and what will be, message by message."""
    if one.old.outcome is not one.new.outcome:
        yield from shown(str(one.old.outcome), str(one.new.outcome))
    longest = max(len(one.old.texts), len(one.new.texts))
    for at in range(longest):
        before, after = (_text(answer, at) for answer in (one.old, one.new))
        if before != after:
            yield from shown(before, after)


def _text(answer: Answer, at: int) -> str:
    if at >= len(answer.texts):
        return ""
    text = answer.texts[at]
    image = f" [{line(text.image)}]" if text.image else ""
    return line(shortened(text.text, _LONGEST)) + image


def _marked(old: str, new: str) -> Iterator[str]:
    """On one line where words are changed; a text that comes or goes as a whole on its own."""
    if not (old and new):
        yield from _unmarked(old, new, red="31", green="32")
        return
    parts = list(changed_words(old, new))
    if all(sign != "=" for sign, _ in parts):
        yield from _unmarked(old, new, red="31", green="32")
        return
    yield " ".join(
        text
        if sign == "="
        else colour("31", f"[-{text}-]")
        if sign == "-"
        else colour("32", f"{{+{text}+}}")
        for sign, text in parts
    )


def _unmarked(old: str, new: str, red: str = "", green: str = "") -> Iterator[str]:
    if old:
        yield colour(red, f"- {old}") if red else f"- {old}"
    if new:
        yield colour(green, f"+ {new}") if green else f"+ {new}"
