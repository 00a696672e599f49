"""What `bot check --overlaps` finds, in lines for people and as objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.authoring.explain import Said
from bot.authoring.overlap_report import Rank, Report
from bot.authoring.proof.overlaps import Overlap, Shown
from bot.cli.output import colour, counted, fitted, line, printable
from bot.rules.rule import Rule

if TYPE_CHECKING:
    from bot.ledger.silence import Silence  # who asks no database need not load it

_COLOURS: Final = {Rank.WRONG: "31", Rank.DEAD: "33", Rank.TIDY: "36", Rank.MAY_BE: "2"}
_SHOWN: Final = {
    Shown.FAILING_TEST: "a test wants the latter",
    Shown.KEYWORD: "both have it as a keyword",
    Shown.TEST: "a test wants it so",
}


def lines(report: Report, silent: Mapping[str, Silence]) -> Iterator[str]:
    """`silent`: by rule, of those that are known to be."""
    for rank in Rank:
        for _, rule, problem in (one for one in report.problems if one[0] is rank):
            what = f"{problem.place}: {problem.message}"
            yield _line(rank, what, _since(rule.id, silent))
        for one in (overlap for of, overlap in report.overlaps if of is rank):
            yield _line(
                rank, f"`{_said(one.said)}`", f" ({shown})" if (shown := _shown(one)) else ""
            )
            yield fitted(f"    {_goes(one)}{_since(one.other.id, silent)}", 6)
    yield _summary(report)


def _line(rank: Rank, what: str, since: str) -> str:
    return fitted(f"{colour(_COLOURS[rank], rank)}: {printable(what)}{since}", 2)


def _since(rule: str, silent: Mapping[str, Silence]) -> str:
    found = silent.get(rule)
    if found is None:
        return ""
    return f"; no match in {counted(found.days, 'day')} ({counted(found.messages, 'message')})"


def _shown(one: Overlap) -> str:
    """What shows that people write it."""
    shown = _SHOWN.get(one.shown, "")
    if one.messages and one.shown is not Shown.FAILING_TEST:
        shown = counted(one.messages, "recorded message")
    if one.is_tested and one.shown in (Shown.MESSAGE, Shown.KEYWORD):
        shown += ", and a test wants the like so"
    return shown


def _goes(one: Overlap) -> str:
    too = "takes any text" if one.is_for_the_rest else "takes it too"
    return f"goes to {_named(one.first)}, though {_named(one.other)} {too}"


def _said(one: Said) -> str:
    """Its text, and what it comes with."""
    with_it = [f"{name}={value}" for name, value in one.message.tags.items()]
    if one.message.media_url:
        with_it.append(one.message.media_url)
    if one.context.state:
        with_it.append(f"state {one.context.state}")
    text = line(one.message.text) or "(no text)"
    return text + (f" ({', '.join(with_it)})" if with_it else "")


def _named(rule: Rule) -> str:
    return f"{rule.id} ({rule.place.in_file})"


def _summary(report: Report) -> str:
    many = Counter(one[0] for one in (*report.problems, *report.overlaps))
    found = f"{counted(many[Rank.WRONG], 'wrong answer')}, {counted(many[Rank.DEAD], 'dead rule')}"
    found += f", {many[Rank.TIDY]} tidy"
    if report.rest is None:
        return found
    rest = report.rest
    return (
        f"{found}, {many[Rank.MAY_BE]} may be; of the other pairs {rest.apart} take no message in "
        f"common for certain, of {rest.hidden} a third rule answers what was found, and of "
        f"{rest.unknown} it is not known"
    )


def objects(report: Report, silent: Mapping[str, Silence]) -> Iterator[Mapping[str, Any]]:
    for rank, rule, problem in report.problems:
        yield {
            "rank": str(rank),
            "rule": rule.id,
            "code": problem.code,
            "file": problem.place.file,
            "line": problem.place.line,
            "message": problem.message,
            "hint": problem.hint,
            **_silence(rule.id, silent),
        }
    for rank, one in report.overlaps:
        yield {
            "rank": str(rank),
            "rule": one.other.id,
            "code": "overlap",
            "file": one.other.place.file,
            "line": one.other.place.line,
            "answeredBy": one.first.id,
            "text": one.said.message.text,
            "tags": dict(one.said.message.tags),
            "shownBy": one.shown.name.lower(),
            "messages": one.messages,
            "tested": one.is_tested,
            **_silence(one.other.id, silent),
        }


def _silence(rule: str, silent: Mapping[str, Silence]) -> Mapping[str, int]:
    found = silent.get(rule)
    return {} if found is None else {"silentDays": found.days, "messagesSince": found.messages}
