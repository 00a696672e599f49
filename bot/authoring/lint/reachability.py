"""Rules, keywords and patterns that no message can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.authoring.lint.phrases import Cover
from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem
from bot.model import Context, InboundMessage
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import Matcher, Seen, When
from bot.rules.matchers.combined import All, Any, Not
from bot.rules.matchers.keywords import Keywords, Phrase
from bot.rules.matchers.regex import Regex
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.text.patterns import Pattern
from bot.text.words import words


@dataclass(slots=True)
class _Earlier:
    """What the rules before the one in question surely take."""

    phrases: Cover
    patterns: dict[tuple[str, bool], str]


def unreachable(ruleset: Ruleset, written: Written) -> Iterator[Problem]:
    earlier = _Earlier(Cover(), {})
    takes_all = ""
    for rule in ruleset.rules:
        because = takes_all or _never(rule, earlier)
        if because:
            place = written.place(rule, "id", rule.id.__eq__)
            hint = "move it up, or delete it" if because.startswith("rule ") else "mend its `when`"
            yield warning(place, "never", f"rule `{rule.id}` can never fire: {because}", hint)
        else:
            yield from _idle_keywords(rule, earlier, written)
        if rule.goes_on or rule.is_shadow or rule.from_date or rule.until:
            continue
        if not rule.when.parts:
            takes_all = takes_all or f"rule `{rule.id}` before it takes every message"
        earlier.phrases.add(_taken(rule.when), f"rule `{rule.id}` before it takes")
        for pattern in _taken_patterns(rule.when):
            earlier.patterns.setdefault((pattern.source, pattern.ignore_case), rule.id)


def _never(rule: Rule, earlier: _Earlier) -> str | None:
    if rule.from_date and rule.until and rule.until < rule.from_date:
        return f"it ends on {rule.until}, before it begins on {rule.from_date}"
    return _dead(rule.when, earlier, ())


def _dead(when: When, earlier: _Earlier, forbidden: tuple[Cover, ...]) -> str | None:
    """Why no message can match that is not taken before, where that is sure."""
    forbidden = (*forbidden, _forbidden(when))
    for part in when.parts:
        because = _dead_part(part, earlier, forbidden)
        if because:
            return because
    return None


def _dead_part(part: Matcher, earlier: _Earlier, forbidden: tuple[Cover, ...]) -> str | None:
    match part:
        case Keywords():
            return _dead_keywords(part, (*forbidden, earlier.phrases))
        case All():
            return _dead(part.when, earlier, forbidden)
        case Any():
            reasons = [_dead(alternative, earlier, forbidden) for alternative in part.alternatives]
        case Regex():
            reasons = [_taken_pattern(pattern, earlier) for pattern in part.patterns]
        case _:
            return None
    return reasons[0] if reasons and all(reasons) else None


def _dead_keywords(keywords: Keywords, covers: tuple[Cover, ...]) -> str | None:
    for phrase in keywords.all:
        if because := _covered(phrase, covers):
            return because
    if _allows_typos(keywords):
        return None
    for form in (keywords.any, keywords.exact, keywords.starts):
        reasons = [_covered(phrase, covers) for phrase in form]
        if reasons and all(reasons):
            return reasons[0]
    return None


def _taken_pattern(pattern: Pattern, earlier: _Earlier) -> str | None:
    by = earlier.patterns.get((pattern.source, pattern.ignore_case))
    return f"rule `{by}` before it takes the same pattern" if by else None


def _covered(phrase: Phrase, covers: Iterable[Cover]) -> str | None:
    return next((because for cover in covers if (because := cover.of(phrase))), None)


def _idle_keywords(rule: Rule, earlier: _Earlier, written: Written) -> Iterator[Problem]:
    """Keywords without effect in a rule that has others."""
    for keywords, forbidden in _keywords(rule.when, ()):
        if _allows_typos(keywords):
            continue
        for phrase in (*keywords.any, *keywords.exact, *keywords.starts):
            because = _covered(phrase, (*forbidden, earlier.phrases))
            if because:
                yield warning(
                    written.place(rule, "when", _says(phrase)),
                    "idle-keyword",
                    f"keyword `{' '.join(phrase)}` has no effect: {because}",
                    "delete one of the two",
                )


def _says(phrase: Phrase) -> Callable[[str], bool]:
    return lambda text: words(text) == phrase


def _keywords(
    when: When, forbidden: tuple[Cover, ...]
) -> Iterator[tuple[Keywords, tuple[Cover, ...]]]:
    """All that must stand in a message, with what must not beside them."""
    forbidden = (*forbidden, _forbidden(when))
    for part in when.parts:
        match part:
            case Keywords():
                yield part, forbidden
            case All():
                yield from _keywords(part.when, forbidden)
            case Any():
                for alternative in part.alternatives:
                    yield from _keywords(alternative, forbidden)


def _forbidden(when: When) -> Cover:
    cover = Cover()
    for part in when.parts:
        if isinstance(part, Keywords):
            cover.add(part.none, "its own `none` forbids")
        elif isinstance(part, Not):
            cover.add(_taken(part.when), "its own `not` forbids")
    return cover


def _taken(when: When) -> Iterable[Phrase]:
    """Phrases each of which is enough for the condition, wherever they stand."""
    if len(when.parts) != 1:
        return ()
    [part] = when.parts
    match part:
        case Keywords() if not (part.all or part.none or part.exact or part.starts):
            return part.any
        case Any():
            return [phrase for inner in part.alternatives for phrase in _taken(inner)]
        case _:
            return ()


def _taken_patterns(when: When) -> Iterable[Pattern]:
    if len(when.parts) != 1:
        return ()
    [part] = when.parts
    match part:
        case Regex():
            return part.patterns
        case Any():
            return [pattern for inner in part.alternatives for pattern in _taken_patterns(inner)]
        case _:
            return ()


def _allows_typos(keywords: Keywords) -> bool:
    return keywords.typos > 0


def taken_by_guards(ruleset: Ruleset, written: Written, today: date) -> Iterator[Problem]:
    """Keywords that never reach a rule when they are the whole message."""
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for rule in ruleset.rules:
        for keywords, _ in _keywords(rule.when, ()):
            for phrase in (*keywords.any, *keywords.exact):
                guard = _guard_that_takes(" ".join(phrase), ruleset.guards, now)
                if guard is not None:
                    yield warning(
                        written.place(rule, "when", _says(phrase)),
                        "taken-by-guard",
                        f"`{' '.join(phrase)}` alone goes to {guard}, never to this rule",
                        "ask for more words, for example `cancel my order`",
                    )


def _guard_that_takes(text: str, guards: Iterable[Guard], now: datetime) -> str | None:
    message = InboundMessage(key="lint", sender="+15555550123", text=text, received_at=now)
    seen = Seen(message, Context(now=now))
    return next((g.NAME for g in guards if isinstance(g.examine(seen), Verdict)), None)
