"""`bot suggest`: what unmatched messages ask for, as keywords and tests to add."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.authoring import run_cases
from bot.authoring.diff import Past, Tally, compare
from bot.authoring.old_and_new import OldAndNew
from bot.authoring.rule_edits import with_keywords
from bot.authoring.suggest import MOST_PEOPLE, PEOPLE, Heard, Suggestion, suggestions
from bot.cli import diff_report, options
from bot.cli.output import counted, dim, fitted, line, tell
from bot.cli.past_lines import PastLines
from bot.engine.decide import decide
from bot.errors import RuleError, UsageError
from bot.plugins.discovery import load
from bot.rules.files import read_rule_files
from bot.rules.loader import Loaded, SourceFile
from bot.settings import Settings


@click.command()
@click.option("--since", metavar="TIME", help="Of the database: as in 7d, or 2026-01-15; else 30d.")
@click.option(
    "--against",
    metavar="FILE",
    help="JSON lines of webhooks, as of `conversations export`, in place of the database.",
)
@click.option(
    "--people",
    "least",
    type=click.IntRange(1),
    default=PEOPLE,
    help=f"Who wrote a text, at least; else {PEOPLE}.",
)
@click.option("--write", is_flag=True, help="Put them into the rule files without asking.")
@options.rules_path
@options.json_option
def command(
    since: str | None,
    against: str | None,
    least: int,
    write: bool,
    rules: Path | None,
    as_json: bool,
) -> int:
    """What unmatched messages ask for, as keywords and tests of the rules they belong to.

    A text belongs to a rule where it reads like one of its keywords or tests, or where people who
    wrote it went on and got its answer. No text that reads like an opt-out is suggested, none that
    a rule behind answers today. On a terminal it asks before it writes; comments stay.

    Exit code 2 where a line of the FILE cannot be read.

    \b
    Examples:
      bot suggest
      bot suggest --since 7d --people 5
      bot suggest --write
      bot suggest --against messages.jsonl
    """
    if against is not None and since is not None:
        raise UsageError("--since is of the database: give it or --against, not both")
    if against == "-":
        raise UsageError("--against -: the messages are read twice, put them into a file")
    settings = options.settings(needs_account=against is None)
    where = rules or settings.needed_rules()
    files = read_rule_files(where)
    loaded = load(files, timezone=settings.timezone, allow_impure=False)
    unreadable: dict[int, str] = {}
    with (
        _ledger(options.since(since or "30d", datetime.now(UTC)), loaded, settings)
        if against is None
        else _file(against, loaded, settings, unreadable)
    ) as pasts:
        heard = _heard(pasts(), loaded)
        found = suggestions(heard, loaded, least)
        made = _Made.of(found, files, loaded, settings)
        tally = Tally(2)
        if made.after is not None:
            both = OldAndNew(loaded.ruleset, made.after.ruleset)
            for past in pasts():
                past = past._replace(recorded=None)  # what differs from that has other reasons
                tally.add(compare(past, both, settings.long_texts))
    for number, because in unreadable.items():
        tell(f"line {number}: {line(because)}")
    if as_json:
        for one in found:
            options.print_json(_object(one, one in made.written))
    else:
        print("\n".join(_lines(found, made, heard, least)))
        if made.after is not None:
            print("\n".join(diff_report.lines(tally)))
    if made.after is not None and (write or (not as_json and _is_wanted(len(made.changed)))):
        _write(made.changed)
    return 2 if unreadable else 0


def _heard(pasts: Iterable[Past], loaded: Loaded) -> Heard:
    heard = Heard()
    for past in pasts:
        if past.context.question is None:  # else it is an answer, and not asked for
            heard.add(past.message, decide(past.message, past.context, loaded.ruleset).rule)
    return heard


@contextmanager
def _ledger(
    since: datetime, loaded: Loaded, settings: Settings
) -> Iterator[Callable[[], Iterable[Past]]]:
    from bot.ledger import past

    with options.ledger_to_read() as connection:
        yield lambda: past.past(connection, loaded.ruleset, since, settings.longcode_id)


@contextmanager
def _file(
    against: str, loaded: Loaded, settings: Settings, unreadable: dict[int, str]
) -> Iterator[Callable[[], Iterable[Past]]]:
    lines = PastLines(loaded.ruleset, settings, unreadable.__setitem__)
    yield lambda: lines.read(against)


@dataclass(frozen=True, slots=True)
class _Made:
    """Suggestions as changes of rule files."""

    written: tuple[Suggestion, ...]
    """Those that the changed files have; the others are to be put in by hand."""
    changed: dict[Path, str]
    after: Loaded | None
    """The rules with them; None where nothing would be written."""

    @classmethod
    def of(
        cls,
        found: Sequence[Suggestion],
        files: Sequence[SourceFile],
        loaded: Loaded,
        settings: Settings,
    ) -> _Made:
        """Each by itself: one that breaks a rule or a test is left out."""
        texts = {file.path: _text(file) for file in files}
        written: list[Suggestion] = []
        after: Loaded | None = None
        for one in found:
            place = loaded.ruleset.by_id[one.rule].place.file
            new = with_keywords(texts.get(place, ""), one.rule, [wish.text for wish in one.wishes])
            if new is None:
                continue
            tried = {**texts, place: new}
            result = _passing([SourceFile(path, text) for path, text in tried.items()], settings)
            if result is not None:
                texts, after = tried, result
                written.append(one)
        before = {file.path: _text(file) for file in files}
        changed = {Path(path): text for path, text in texts.items() if text != before[path]}
        return cls(tuple(written), changed, after)


def _text(file: SourceFile) -> str:
    return file.content.decode() if isinstance(file.content, bytes) else file.content


def _passing(files: Sequence[SourceFile], settings: Settings) -> Loaded | None:
    """Rules that load and whose tests pass."""
    try:
        loaded = load(files, timezone=settings.timezone, allow_impure=False)
    except RuleError:
        return None
    passed = all(run_cases.run(case, loaded.ruleset).passed for case in loaded.cases)
    return loaded if passed else None


def _lines(found: Sequence[Suggestion], made: _Made, heard: Heard, least: int) -> Iterator[str]:
    if not found:
        yield f"nothing to suggest: {counted(heard.messages, 'message')} without a rule's answer,"
        yield f"  none of which {_people(least)} wrote alike and that belongs to a rule"
        return
    for one in found:
        by_hand = "" if one in made.written else ", to be put in by hand"
        yield fitted(f"{one.rule}: asked for by {_people(one.people)}{by_hand}", 2)
        for wish, because in zip(one.wishes, one.because, strict=True):
            about = f"{_people(len(wish.people))}; {line(because)}"
            yield fitted(f"  + {line(wish.text)}  {dim(f'({about})')}", 4)
    yield ""


def _people(many: int) -> str:
    more = " or more" if many >= MOST_PEOPLE else ""
    return f"{many}{more} {'person' if many == 1 else 'people'}"


def _object(one: Suggestion, is_written: bool) -> dict[str, object]:
    return {
        "rule": one.rule,
        "people": one.people,
        "byHand": not is_written,
        "keywords": [
            {"text": wish.text, "people": len(wish.people), "because": because}
            for wish, because in zip(one.wishes, one.because, strict=True)
        ],
    }


def _is_wanted(files: int) -> bool:
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        return False
    return click.confirm(f"Write them into {counted(files, 'file')}?", default=False)


def _write(changed: dict[Path, str]) -> None:
    for path, text in changed.items():
        try:
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from None
        tell(f"changed: {path}")
