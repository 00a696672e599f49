"""What must hold in every world, each a function of its true history that says what broke it."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from bot.ledger.outbox import Status
from bot.model import Outcome, Reason
from tests.simulation.history import Decided, History, Request
from tests.simulation.people import IN_HAND, Text

_HAIR: Final = 1e-4
"""Seconds; the ledger's times are whole microseconds."""
_A_COMMIT: Final = 0.5
"""Seconds, many, from when a person of ours does something to when it is known to be durable."""
QUIET: Final = time(17, 5), time(17, 6)
"""In which what the rules of `people` put off does not leave."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that did not hold: of what, and a word that the history's lines about it have."""

    what: str
    about: str


def nothing_is_lost(history: History) -> Iterator[Broken]:
    """What was acknowledged is decided, and nothing is decided twice."""
    for text in history.plan.texts:
        rows = [row for row in history.inbox if row.text == text.text]
        if text.text in history.acknowledged and not rows:
            yield Broken(f"'{text.text}' was acknowledged and is not there", text.text)
        if len(rows) > 1:
            yield Broken(f"'{text.text}' was kept {len(rows)} times", text.text)
        if any(row.status != "decided" for row in rows):
            yield Broken(f"'{text.text}' was never decided", text.text)


def nothing_is_said_twice(history: History) -> Iterator[Broken]:
    said: dict[tuple[str, str], int] = defaultdict(int)
    for request in history.requests:
        said[request.to, request.text] += request.taken
    for (_, text), times in said.items():
        if times > 1:
            yield Broken(f"'{text}' was sent {times} times", text)


def what_was_decided_is_said(history: History) -> Iterator[Broken]:
    """All replies of an answered message are taken, or the ledger says why not."""
    taken = {(request.to, request.text) for request in history.requests if request.taken}
    rows = {(row.recipient, row.text): row for row in history.outbox}
    answered = {d.text for d in history.decided if d.outcome == Outcome.REPLIED}
    for text in history.plan.texts:
        for reply in text.replies if text.text in answered else ():
            row = rows.get((text.person, reply))
            if row is None:
                yield Broken(f"'{reply}' was decided and is not there", reply)
            elif row.status in (Status.DEAD, Status.DROPPED):
                if not row.reason:
                    yield Broken(f"'{reply}' was given up, and nobody knows why", reply)
            elif (text.person, reply) not in taken:
                yield Broken(f"'{reply}' stands as {row.status} and was never taken", reply)


def nothing_else_is_said(history: History) -> Iterator[Broken]:
    wanted = {(text.person, reply) for text in history.plan.texts for reply in text.may_be_said}
    wanted |= {(act.person, act.text) for act in history.plan.acts if act.kind == "writes"}
    for request in history.requests:
        if (request.to, request.text) not in wanted:
            yield Broken(f"'{request.text}' to {request.to} answers nothing", request.text)


def what_is_asked_ends_once(history: History) -> Iterator[Broken]:
    """By an answer or by its time, whichever comes first, and not at all where nobody was asked.

    What the provider refuses to carry has ended it too, also where it had taken it a moment ago.
    Until its answer is known, they may have been asked.
    """
    taken = {(request.to, request.text) for request in history.requests if request.taken}
    tried = {(request.to, request.text) for request in history.requests}
    refused = {(row.recipient, row.text) for row in history.outbox if row.status == Status.DEAD}
    for text in history.plan.texts:
        ended = [end for end in text.ends if (text.person, end) in tried]
        asked = text.kind == "poll" and (text.person, text.replies[0]) in taken
        was_refused = asked and (text.person, text.replies[0]) in refused
        if asked and len(ended) != 1 and not was_refused:
            yield Broken(f"'{text.text}' was asked, and ended by {ended}", text.text)
        may_know = (text.person, text.replies[0]) in tried if text.kind == "poll" else False
        if ended and not may_know:
            yield Broken(f"'{text.text}' was not asked, and ended by {ended}", text.text)


def replies_keep_the_order(history: History) -> Iterator[Broken]:
    """Of what came in after another message of its conversation was acknowledged.

    A reply with a delay, or with quiet hours, goes at its own time.
    """
    taken = _taken_at(history)
    chains: dict[tuple[str, str], list[Text]] = defaultdict(list)
    for text in history.plan.texts:
        if text.kind not in ("later", "remind", "night", "person"):
            chains[text.person, text.number.number].append(text)
    for texts in chains.values():
        for first in texts:
            said = [taken[at] for at in _keys(first) if at in taken]
            if said != sorted(said):
                yield Broken(f"the replies to '{first.text}' changed places", first.text)
            for second in texts:
                before = history.acknowledged.get(first.text, float("inf"))
                if before >= history.posted[second.text]:
                    continue
                if said and any(taken[at] < said[-1] for at in _keys(second) if at in taken):
                    yield Broken(f"'{second.text}' overtook '{first.text}'", second.text)


def no_more_than_the_rate(history: History) -> Iterator[Broken]:
    rate = history.plan.rate
    seen = sorted(request.seen for request in history.requests)
    for first, last in zip(seen, seen[rate.count :], strict=False):
        if last - first < rate.seconds - _HAIR and not _nobody_knows(history, first, last):
            what = f"{rate.count + 1} sends from {first:.3f} to {last:.3f}, wanted {rate}"
            yield Broken(what, "send ")


def waits_as_it_was_told(history: History) -> Iterator[Broken]:
    for told in history.told:
        for request in history.requests:
            known = told.known is not None and told.known <= request.left
            if not known or request.left >= told.until - _HAIR:
                continue
            if not _nobody_knows(history, told.heard, request.left):
                what = f"a send at {request.left:.3f}, until {told.until:.3f} none was wanted"
                yield Broken(what, request.text)


def who_left_is_left_alone(history: History) -> Iterator[Broken]:
    """After an opt-out was decided nothing leaves but one confirmation, until an opt-in.

    The last one leaves, unless the provider takes none or it is too late.
    """
    rows = {(row.recipient, row.text): row for row in history.outbox}
    for person in {text.person for text in history.plan.texts}:
        for begin, end in _absences(history, person):
            sent = [r for r in history.requests if r.to == person and begin < r.left < end]
            confirmed = {r.text for r in sent if _confirms(r.text)}
            for request in sent:
                if request.text not in confirmed:
                    yield Broken(f"'{request.text}' left after {person} did", person)
            if len(confirmed) > 1:
                yield Broken(f"{person} was told {len(confirmed)} times", person)
            told = [r for (to, text), r in rows.items() if to == person and _confirms(text)]
            if end == float("inf") and told and max(told, key=_id).reason == Reason.OPT_OUT:
                yield Broken(f"{person} left, and the confirmation was taken back", person)


def _confirms(text: str) -> bool:
    return text.startswith("You are out")


def _id(row: Any) -> int:
    return int(row.id)


def it_leaves_from_the_number_written_to(history: History) -> Iterator[Broken]:
    line = {(t.person, reply): t.number.id for t in history.plan.texts for reply in t.may_be_said}
    for request in history.requests:
        wanted = line.get((request.to, request.text))
        if wanted is not None and request.longcode_id != wanted:
            what = f"'{request.text}' left from {request.longcode_id}, not from {wanted}"
            yield Broken(what, request.text)


def every_name_is_fresh(history: History) -> Iterator[Broken]:
    """A request id and an externalId belong to one message and to each other, at each try."""
    for own, other in (("request_id", "external_id"), ("external_id", "request_id")):
        named: dict[str, tuple[str, str, str]] = {}
        for request in history.requests:
            message = request.to, request.text, getattr(request, other)
            if named.setdefault(getattr(request, own), message) != message:
                yield Broken(f"'{request.text}' has the {own} of another message", request.text)
    by_message: dict[tuple[str, str], str] = {}
    for request in history.requests:
        if by_message.setdefault((request.to, request.text), request.request_id) != (
            request.request_id
        ):
            yield Broken(f"'{request.text}' was tried under two names", request.text)


def what_is_said_later_is_said_once(history: History) -> Iterator[Broken]:
    """And not after its person left, wrote (where that ends it), or put another in its place."""
    for text in history.plan.texts:
        for said in text.follow_up:
            queued = [one.at for one in history.queued if (one.to, one.text) == (text.person, said)]
            if len(queued) > 1:
                yield Broken(f"'{said}' was said {len(queued)} times", text.person)
            ended = _ended_by(history, text)
            if ended is None:
                continue
            if any(at > ended.at for at in queued) or _is_late(history, text, said, ended):
                yield Broken(f"'{said}' was said after '{ended.text}'", text.person)


def quiet_hours_are_quiet(history: History) -> Iterator[Broken]:
    """By the clock that the bot has. Texts of guards and of people of ours leave all the same."""
    waits = {(t.person, said) for t in history.plan.texts for said in t.not_in_quiet_hours}
    for request in history.requests:
        is_quiet = QUIET[0] <= request.wall.time() < QUIET[1]
        if is_quiet and (request.to, request.text) in waits:
            yield Broken(f"'{request.text}' left at {request.wall:%H:%M:%S}", request.text)


def _is_late(history: History, text: Text, said: str, ended: Decided) -> bool:
    """It was queued in time, waited for its turn, and they wrote meanwhile."""
    if text.kind not in ("nudge", "person"):
        return False
    waited = any(one.text == said and one.at < ended.at for one in history.queued)
    left = (request.left for request in history.requests if request.text == said)
    return waited and any(at > ended.at + _A_COMMIT for at in left)


def the_bot_is_silent_beside_a_person(history: History) -> Iterator[Broken]:
    """Of rules nothing leaves, but that it was handed over; nor later that nobody came."""
    for person, number, begin, end in _in_hand(history):
        said = {
            reply
            for text in history.plan.texts
            if (text.person, text.number.number) == (person, number)
            and text.kind not in ("STOP", "START", "person")
            for reply in text.may_be_said
        }
        for request in history.requests:
            if request.to == person and begin < request.left < end and request.text in said:
                what = f"'{request.text}' left at {request.left:.3f}, in hand since {begin:.3f}"
                yield Broken(what, person)
    handed = {decided.text: decided.at for decided in history.decided}
    for text in history.plan.texts:
        came_at = _came_at(history, text, handed.get(text.text, float("inf")))
        for request in history.requests:
            # What had left before is tried again where its answer was lost.
            first = min(r.left for r in history.requests if r.text == request.text)
            is_late = first > came_at + _A_COMMIT
            if text.kind == "person" and is_late and request.text in text.follow_up:
                yield Broken(f"'{request.text}' left though one of us had come", text.person)


def _came_at(history: History, text: Text, handed_at: float) -> float:
    """When a person of ours wrote in its conversation, or took it, after it was handed over."""
    acts = (
        done.ended
        for done in history.done
        if done.act.kind != "releases"
        and (done.act.person, done.act.number) == (text.person, text.number)
        and done.began > handed_at
    )
    return min(acts, default=float("inf"))


def all_is_done_in_the_end(history: History) -> Iterator[Broken]:
    if not history.drained:
        waits = [row.text for row in history.inbox if row.status == "waiting"]
        waits += [row.text for row in history.outbox if row.status in ("due", "sending")]
        yield Broken(f"an hour after the last fault there wait still {waits}", (waits or ["*"])[0])


def nothing_fails_by_itself(history: History) -> Iterator[Broken]:
    for error in history.ours:
        yield Broken(error, "*")


PROMISES: Final[tuple[Callable[[History], Iterator[Broken]], ...]] = (
    nothing_is_lost,
    nothing_is_said_twice,
    what_was_decided_is_said,
    nothing_else_is_said,
    what_is_asked_ends_once,
    replies_keep_the_order,
    no_more_than_the_rate,
    waits_as_it_was_told,
    who_left_is_left_alone,
    what_is_said_later_is_said_once,
    quiet_hours_are_quiet,
    the_bot_is_silent_beside_a_person,
    it_leaves_from_the_number_written_to,
    every_name_is_fresh,
    all_is_done_in_the_end,
    nothing_fails_by_itself,
)


def broken(history: History) -> list[tuple[str, Broken]]:
    """Every promise that this world saw broken, by its name."""
    return [(promise.__name__, found) for promise in PROMISES for found in promise(history)]


def _nobody_knows(history: History, begin: float, end: float) -> bool:
    """The clock was set forwards and the bot started anew: it has but the wrong clock's times."""
    times = history.starts, history.set_forwards
    return all(any(begin < at < end for at in some) for some in times)


def _ended_by(history: History, text: Text) -> Decided | None:
    """The first text after it upon which nothing more is to be said later."""
    texts = {one.text: one for one in history.plan.texts}
    after = itertools.dropwhile(lambda decided: decided.text != text.text, history.decided)
    for decided in itertools.islice(after, 1, None):
        other = texts[decided.text]
        if other.person != text.person:
            continue
        if decided.reason == Reason.OPT_OUT:
            return decided
        if other.number != text.number:
            continue
        if text.kind == "nudge" or (text.kind, decided.outcome) == (other.kind, Outcome.REPLIED):
            return decided
        if text.kind == "person" and decided.reason in (None, Reason.QUIET_HOURS):
            return decided  # nobody has it in hand
    return None


def _in_hand(history: History) -> Iterator[tuple[str, str, float, float]]:
    """Person, our number, from when until when a person of ours has it for certain."""
    texts = {text.text: text for text in history.plan.texts}
    begun = [
        (texts[decided.text].person, texts[decided.text].number.number, decided.at)
        for decided in history.decided
        if texts[decided.text].kind == "person" and decided.reason in (None, Reason.QUIET_HOURS)
    ]
    acts = [done for done in history.done if done.act.kind != "releases"]
    begun += [(done.act.person, done.act.number.number, done.ended) for done in acts]
    for person, number, begin in begun:
        ends = [begin + IN_HAND - _A_COMMIT, *(at for at in history.clock_set if at > begin)]
        ends += [
            done.began
            for done in history.done
            if (done.act.kind, done.act.person) == ("releases", person) and done.began > begin
        ]
        ends += [
            decided.at
            for decided in history.decided
            if decided.sender == person
            and decided.reason in (Reason.OPT_OUT, Reason.OPT_IN)
            and decided.at >= begin
        ]
        yield person, number, begin, min(ends)


def _keys(text: Text) -> list[tuple[str, str]]:
    return [(text.person, reply) for reply in text.replies]


def _taken_at(history: History) -> dict[tuple[str, str], float]:
    taken: dict[tuple[str, str], float] = {}
    for request in sorted(history.requests, key=_seen):
        if request.taken:
            taken.setdefault((request.to, request.text), request.seen)
    return taken


def _seen(request: Request) -> float:
    return request.seen


def _absences(history: History, person: str) -> Iterator[tuple[float, float]]:
    """From an opt-out to the next opt-in."""
    begin: float | None = None
    for decided in history.decided:
        if decided.sender != person:
            continue
        if decided.reason == Reason.OPT_OUT and begin is None:
            begin = decided.at
        elif decided.reason == Reason.OPT_IN and begin is not None:
            yield begin, decided.at
            begin = None
    if begin is not None:
        yield begin, float("inf")
