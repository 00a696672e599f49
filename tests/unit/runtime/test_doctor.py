"""What `bot doctor` finds: each look with what is well and what is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.authoring.opt_out_proof import Proof
from bot.errors import Place, Problem, Severity
from bot.ledger.failures import Failing
from bot.ledger.lane import BY_HAND, Lane
from bot.model import LongcodeId
from bot.provider.account import Failure, KeyCheck, OurNumber, Webhook
from bot.provider.answers import About, Refused, RetryLater
from bot.runtime import doctor
from bot.runtime.doctor import Finding, Status
from bot.settings import Settings, UnknownLongcode
from tests.build import NOW, ruleset

WAITS = "it goes on by itself"
ENDS_BY_KEY = "ends when a check finds the key good, or by `bot sender resume`"
OK, WARNING, ERROR = Status.OK, Status.WARNING, Status.ERROR
WRONG_KEY = Refused("the provider answered 401: the API key is missing or wrong", About.KEY)
LIMITED = RetryLater("the provider's rate limit", after=42.0)
GONE = RetryLater("the provider could not be reached (ConnectError)")


def statuses(findings: list[Finding]) -> list[tuple[str, Status]]:
    return [(finding.name, finding.status) for finding in findings]


@pytest.mark.parametrize(
    ("failed", "status", "found", "hint"),
    [
        (None, OK, "the provider takes MTA_API_KEY", ""),
        (WRONG_KEY, ERROR, WRONG_KEY.because, "copy the key from your MTA account"),
        (LIMITED, WARNING, "the provider's rate limit: try again in 42 seconds", "wait, then"),
        (GONE, ERROR, GONE.because, "look at MTA_BASE_URL and at the network"),
        (Refused("the provider answered 404"), ERROR, "the provider answered 404", "look at MTA"),
    ],
)
def test_the_key(failed: Failure | None, status: Status, found: str, hint: str) -> None:
    finding = doctor.key(KeyCheck(failed))
    assert (finding.name, finding.status, finding.found) == ("key", status, found)
    assert finding.hint.startswith(hint)


@pytest.mark.parametrize("failure", [WRONG_KEY, LIMITED, GONE])
def test_what_was_not_asked_says_so_and_why(failure: Failure) -> None:
    finding = doctor.unasked("numbers", failure)
    assert (finding.name, finding.status) == ("numbers", WARNING)
    assert finding.found.startswith(f"not checked: {failure.because}")
    assert finding.hint


@pytest.mark.parametrize(
    ("ahead", "status", "found"),
    [
        (0, OK, "as the provider's"),
        (30, OK, "as the provider's"),
        (-30, OK, "as the provider's"),
        (31, WARNING, "31 s ahead of the provider's"),
        (-3600, WARNING, "3600 s behind the provider's"),
    ],
)
def test_the_clock(ahead: int, status: Status, found: str) -> None:
    finding = doctor.clock(NOW + timedelta(seconds=ahead), NOW)
    assert (finding.status, finding.found, bool(finding.hint)) == (status, found, status != OK)


def test_a_provider_without_a_clock() -> None:
    assert doctor.clock(NOW, None).status is WARNING


PLAIN = OurNumber("+15555550100", LongcodeId(1))
VERIFIED = OurNumber("+18005550100", LongcodeId(2), "verified")
PENDING = OurNumber("+18005550101", LongcodeId(3), "pending")


def test_a_rule_that_notifies_a_number_of_ours() -> None:
    rules = ruleset(f"""
rules:
  - {{id: a, when: {{keywords: [a]}}, notify: {{to: "{PLAIN.number}", text: x}}}}
  - {{id: b, when: {{keywords: [b]}}, handoff: {{notify: {{to: "+15555550142", text: x}}}}}}
""")
    assert list(doctor.notify_numbers([VERIFIED], rules)) == []
    [found] = doctor.notify_numbers([PLAIN, VERIFIED], rules)
    assert (found.name, found.status) == ("notify", ERROR)
    assert found.found == f"rule `a` notifies {PLAIN.number}, a number of ours: nobody is told"


@pytest.mark.parametrize(
    ("numbers", "default", "found"),
    [
        ((), None, [("numbers", ERROR)]),
        ((PLAIN,), None, [("numbers", OK), ("toll-free", OK)]),
        ((PLAIN, VERIFIED), 2, [("numbers", OK), ("toll-free", OK)]),
        ((PLAIN, VERIFIED), 7, [("numbers", ERROR), ("toll-free", OK)]),
        ((VERIFIED, PENDING), None, [("numbers", OK), ("toll-free", WARNING)]),
    ],
)
def test_the_numbers(
    numbers: tuple[OurNumber, ...], default: LongcodeId | None, found: list[tuple[str, Status]]
) -> None:
    findings = list(doctor.numbers(numbers, default))
    assert statuses(findings) == found
    assert [bool(finding.hint) for finding in findings] == [s is not OK for _, s in found]


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        (Settings(), []),
        (Settings(unknown_longcode=UnknownLongcode.DEFAULT), [("default-number", WARNING)]),
        (Settings(unknown_longcode=UnknownLongcode.DEFAULT, longcode_id=LongcodeId(1)), []),
    ],
)
def test_a_default_that_moves_is_warned_of(
    settings: Settings, found: list[tuple[str, Status]]
) -> None:
    assert statuses(list(doctor.default_number(settings))) == found


def test_a_number_is_told_with_what_the_provider_says_of_it() -> None:
    listed, pending = doctor.numbers([PENDING], None)
    assert listed.found == "+18005550101 (longcodeId 3)"
    assert pending.found == "+18005550101 is not verified (pending)"


AT = "https://bot.example/webhooks/"
REPLY = Webhook(1, "message-reply", f"{AT}message-reply")
STATUS = Webhook(2, "delivery-status", f"{AT}delivery-status")


@pytest.mark.parametrize(
    ("webhooks", "found"),
    [
        ([REPLY, STATUS], []),
        ([REPLY, STATUS, Webhook(3, "message-send", "https://other.example/x")], []),
        (
            [],
            [
                (ERROR, "no message-reply: the bot hears nothing"),
                (WARNING, "no delivery-status: nothing tells what arrived"),
            ],
        ),
        ([REPLY], [(WARNING, "no delivery-status: nothing tells what arrived")]),
        (
            [STATUS, Webhook(1, "message-reply", f"{AT}delivery-status")],
            [(WARNING, f"message-reply goes to {AT}delivery-status, "
                       "which is not a path of the bot")],
        ),
        (
            [REPLY, STATUS, Webhook(9, "message-reply", "https://BOT.example/webhooks/message-reply")],
            [(WARNING, f"message-reply at {AT}message-reply is registered twice: "
                       "every event comes twice")],
        ),
        (
            [REPLY, STATUS, Webhook(9, "message-reply", "https://other.example/in")],
            [(WARNING, f"message-reply goes to {AT}message-reply (1), "
                       "https://other.example/in (9)")],
        ),
        (
            [Webhook(1, "message-reply", f"{AT}message-reply", retries=False),
             Webhook(2, "delivery-status", f"{AT}delivery-status", retries=True)],
            [(WARNING, "message-reply: not tried again when the bot is away for a moment")],
        ),
        (
            [Webhook(1, "message-reply", "http://bot.example/webhooks/message-reply"),
             Webhook(2, "delivery-status", "http://localhost/webhooks/delivery-status")],
            [(WARNING, "message-reply: over plain http, anybody on the way reads it")],
        ),
    ],
)  # fmt: skip
def test_the_webhooks(webhooks: list[Webhook], found: list[tuple[Status, str]]) -> None:
    findings = list(doctor.webhooks(webhooks))
    assert {finding.name for finding in findings} == {"webhooks"}
    if found:
        assert [(finding.status, finding.found) for finding in findings] == found
        assert all(finding.hint for finding in findings)
    else:
        assert [finding.status for finding in findings] == [OK]


def test_a_double_is_removed_by_its_id() -> None:
    double = Webhook(9, "message-reply", f"{AT}message-reply/")
    [finding] = doctor.webhooks([REPLY, STATUS, double])
    assert finding.hint == "bot webhooks delete 9"


LONG = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("secrets", "status"),
    [
        ((), ERROR),
        ((LONG,), OK),
        ((LONG, LONG[::-1]), OK),
        ((LONG[1:],), WARNING),
        ((LONG, "hush"), WARNING),
    ],
)
def test_the_secret_is_looked_at_and_not_shown(secrets: tuple[str, ...], status: Status) -> None:
    finding = doctor.secret(secrets)
    assert (finding.name, finding.status) == ("secret", status)
    assert not any(text in f"{finding.found} {finding.hint}" for text in secrets)


RULES = ruleset("""
rules:
  - hours: "We're open 9-5."
  - id: quiet
    when: {keywords: [thanks]}
    silent: true
  - id: away
    when: {keywords: [parking]}
    mode: shadow
    reply: "Behind the house."
guards:
  help: {reply: "Call us."}
""")
TWO_ANSWERS = "`{}` is answered by MTA and by {}"


@pytest.mark.parametrize(
    ("word", "by"),
    [
        ("hours", "hours (rules.yaml:3)"),
        ("HOURS", "hours (rules.yaml:3)"),
        ("your hours", "hours (rules.yaml:3)"),
        ("help", "$help"),
        ("thanks", None),
        ("parking", None),
        ("stop", None),
        ("menu", None),
    ],
)
def test_a_smart_reply_collides_where_we_answer_its_word(word: str, by: str | None) -> None:
    [finding] = doctor.smart_replies([word], RULES, NOW)
    expected = (OK, "1 at MTA, none of which we answer too")
    if by is not None:
        expected = (WARNING, TWO_ANSWERS.format(word, by))
    assert (finding.status, finding.found) == expected
    assert bool(finding.hint) is (by is not None)


def test_a_fallback_answers_every_word() -> None:
    rules = ruleset('fallback: {reply: "Sorry?"}')
    [finding] = doctor.smart_replies(["menu"], rules, NOW)
    assert finding.found == TWO_ANSWERS.format("menu", "the fallback (rules.yaml:1)")


@pytest.mark.parametrize(
    ("rules", "words", "is_missing"),
    [
        ('guards: {help: {reply: "The shop. STOP ends."}}', [], False),
        ("rules: [{help: The shop. STOP ends.}]", [], False),
        ("rules: [{hours: 9-5}]", ["menu", "Help "], False),
        ("rules: [{hours: 9-5}]", ["menu"], True),
        ("rules: [{hours: 9-5}]\nfallback: {reply: Sorry?}", [], True),
        ("rules: [{id: a, when: {keywords: help}, silent: true}]", [], True),
    ],
)
def test_somebody_must_answer_help(rules: str, words: list[str], is_missing: bool) -> None:
    found = list(doctor.help_for_people(words, ruleset(rules), NOW))
    assert [(one.name, one.status) for one in found] == [("help", WARNING)] * is_missing


def test_no_smart_replies() -> None:
    [finding] = doctor.smart_replies([], RULES, NOW)
    assert finding == Finding("smart-replies", OK, "none at MTA")


def problem(line: int, severity: Severity) -> Problem:
    return Problem(Place("shop.yaml", line, 1), "odd", f"problem {line}", severity=severity)


@pytest.mark.parametrize(
    ("severities", "status", "found"),
    [
        ("", OK, "3 without errors"),
        ("w", OK, "3 without errors"),
        ("wew", ERROR, "shop.yaml:2:1: problem 2"),
        ("wee", ERROR, "shop.yaml:2:1: problem 2, and 1 more"),
    ],
)
def test_the_rules_as_check_sees_them(severities: str, status: Status, found: str) -> None:
    kinds = {"e": Severity.ERROR, "w": Severity.WARNING}
    problems = [problem(at, kinds[kind]) for at, kind in enumerate(severities, 1)]
    finding = doctor.rules(None if "e" in severities else RULES, problems)
    assert (finding.status, finding.found) == (status, found)
    assert bool(finding.hint) is bool(problems)


@pytest.mark.parametrize(
    ("mebibytes", "status", "found"),
    [
        (5 * 1024, OK, "5.0 GiB free in /srv"),
        (1024, OK, "1.0 GiB free in /srv"),
        (1023, WARNING, "1.0 GiB free in /srv"),
        (100, WARNING, "0.1 GiB free in /srv"),
        (99, ERROR, "0.1 GiB free in /srv"),
        (0, ERROR, "0.0 GiB free in /srv"),
    ],
)
def test_the_disk(mebibytes: int, status: Status, found: str) -> None:
    finding = doctor.disk(mebibytes * 2**20, "/srv")
    assert (finding.status, finding.found, bool(finding.hint)) == (status, found, status != OK)


@pytest.mark.parametrize(
    ("version", "off", "status", "found"),
    [
        (150_018, [], OK, "PostgreSQL 15.18"),
        (170_000, [], OK, "PostgreSQL 17.0"),
        (140_009, [], WARNING, "PostgreSQL 14.9 is older than what the bot is tested with"),
        (
            160_002,
            ["fsync", "full_page_writes"],
            ERROR,
            "PostgreSQL 16.2 with fsync and full_page_writes off: a power cut loses messages",
        ),
    ],
)
def test_postgresql(version: int, off: list[str], status: Status, found: str) -> None:
    finding = doctor.postgresql(version, off)
    assert (finding.status, finding.found, bool(finding.hint)) == (status, found, status != OK)


@pytest.mark.parametrize(
    ("version", "has_the_bug"),
    [((3, 7, 0), True), ((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)],
)
def test_sqlite(version: tuple[int, int, int], has_the_bug: bool) -> None:
    finding = doctor.sqlite(version)
    assert finding.status is OK
    assert ("can lose data" in finding.found, bool(finding.hint)) == (has_the_bug, has_the_bug)


@pytest.mark.parametrize(
    ("lane", "finding"),
    [
        (Lane(), Finding("sender", OK, "not paused")),
        (Lane(not_before=NOW), Finding("sender", OK, "not paused")),
        (
            Lane(not_before=NOW + timedelta(seconds=30)),
            Finding("sender", WARNING, "the provider asked to wait until 17:04:35", WAITS),
        ),
        (
            Lane(paused=BY_HAND),
            Finding("sender", WARNING, "paused: paused by hand", "ends by `bot sender resume`"),
        ),
        (
            Lane(paused="the provider answered 401"),
            Finding("sender", ERROR, "paused: the provider answered 401", ENDS_BY_KEY),
        ),
    ],
)
def test_the_sender(lane: Lane, finding: Finding) -> None:
    assert doctor.sender(lane, NOW, lambda at: f"{at:%H:%M:%S}") == finding


def test_a_rule_that_answers_a_certain_opt_out_is_an_error() -> None:
    """One line for each rule, nothing where there is none."""
    answered = [
        ("STOP!", "nothing before it", "hours"),
        ("stop\nSent from my iPhone", "state asked", "hours"),
        ("end", "state asked", "later"),
    ]
    hint = "change its `when`; bot opt-outs audit names each text"
    law = "who wants to leave stays, which the law forbids"
    assert list(doctor.opt_outs(Proof(["stop"], ["state asked"], answered))) == [
        Finding(
            *("opt-outs", Status.ERROR),
            f"hours takes `STOP!` (nothing before it) and 1 more: {law}",
            hint,
        ),
        Finding("opt-outs", Status.ERROR, f"later takes `end` (state asked): {law}", hint),
    ]
    assert list(doctor.opt_outs(Proof(["stop"], ["state asked"], []))) == []


def test_rules_that_could_not_answer_are_named() -> None:
    hint = "bot inbox says which; mend the rule, then bot inbox done or answer them"
    found = [
        Failing("visit", 3, NOW - timedelta(days=1), NOW, "template-error"),
        Failing(None, 1, NOW, NOW, ""),
    ]
    assert list(doctor.failed(found, "{:%Y-%m-%d %H:%M}".format)) == [
        Finding(
            "failed",
            WARNING,
            "rule visit could not answer 3 texts since 2026-01-14 17:04: template-error",
            hint,
        ),
        Finding(
            "failed",
            WARNING,
            "the bot could not answer 1 text since 2026-01-15 17:04, see its log",
            hint,
        ),
    ]
    assert list(doctor.failed([], str)) == [
        Finding("failed", OK, "no text waits whose answer failed")
    ]
