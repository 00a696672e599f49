"""`bot diff`: what other rules would do with recorded messages, output and exit code whole."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ledger import inbox
from tests.build import inbound, ruleset
from tests.integration.cli.conftest import Bot, ledger
from tests.support import HOURS, ROOT, process

CHANGES: dict[str, Sequence[tuple[str, str, str]]] = {
    "shop": (
        ("20-questions.yaml", "Delivery takes 2-4 days", "Delivery takes 3-5 working days"),
        ("20-questions.yaml", "- id: returns", "- id: returning"),
        (
            "20-questions.yaml",
            "are you open, are you guys open, r u open, u open, do you open, do you close, "
            "do u close, open today, open tomorrow, open now, open on, open sunday, open sundays",
            "do you close",
        ),
    ),
    "clinic": (("30-questions.yaml", "Parking is behind", "Parking is in front of"),),
    "school": (("20-absences.yaml", "- id: late\n", "- id: too-late\n"),),
}
TOLD = {
    "shop": """\
23 messages compared: 20 the same, 1 by another rule, 2 changed
newly answered 0, newly silent 0; segments 21 → 21 (+0)

delivery: 1
  › Do you guys deliver to 60614?
    Delivery takes [-2-4-] {+3-5 working+} days and costs $5, free over $50. In town we deliver \
the same day if you order before noon.

hours → fallback: 1
  › are u open sunday
    - We're open Mon-Sat 10am-7pm, Sun noon-5pm.
    + Sorry, I did not get that. Text your order number, HOURS, DELIVERY or RETURNS, or call \
(555) 555-0170.

the same answer by another rule:
  returns → returning: 1
""",
    "clinic": """\
18 messages compared: 17 the same, 0 by another rule, 1 changed
newly answered 0, newly silent 0; segments 13 → 13 (+0)

address: 1
  › Hi where do i park??
    40 Example Avenue, 2nd floor. Parking is [-behind-] {+in front of+} the building, elevator to \
the 2nd floor.
""",
    "school": """\
23 messages compared: 22 the same, 1 by another rule, 0 changed

the same answer by another rule:
  late → too-late: 1
""",
}


def changed(folder: Path, example: str) -> tuple[str, ...]:
    """The example and another version of it."""
    old, new = folder / "examples" / example, folder / "new" / "changed"
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copytree(folder / "examples" / "shared", folder / "new" / "shared")
    shutil.copytree(old, new)
    for file, text, other in CHANGES[example]:
        content = (new / file).read_text()
        assert text in content
        (new / file).write_text(content.replace(text, other))
    return (f"examples/{example}", "new/changed", "--against", f"examples/{example}/messages.jsonl")


@pytest.mark.parametrize("example", CHANGES)
def test_the_examples_on_their_recorded_traffic(bot: Bot, folder: Path, example: str) -> None:
    ran = bot("diff", *changed(folder, example))
    assert ran.out == TOLD[example]
    assert (ran.code, ran.err) == (0 if example == "school" else 1, "")


def test_programs_get_a_changed_message_a_line_and_the_counts(bot: Bot, folder: Path) -> None:
    *messages, last = bot("diff", *changed(folder, "clinic"), "--json").objects
    replies = [
        [
            {
                "message": f"40 Example Avenue, 2nd floor. Parking is {where} the building,"
                " elevator to the 2nd floor.",
                "image": None,
                "segments": 1,
            }
        ]
        for where in ("behind", "in front of")
    ]
    about = {"outcome": "replied", "rule": "address", "reason": None}
    [found] = messages
    assert found.pop("message")["text"] == "Hi where do i park??"
    assert found == {
        "recorded": None,
        "old": {**about, "replies": replies[0]},
        "new": {**about, "replies": replies[1]},
    }
    assert (last["compared"], last["changed"], last["otherRule"], last["same"]) == (18, 1, 0, 17)


def test_a_review_gets_markdown_that_no_text_can_leave(bot: Bot, folder: Path) -> None:
    (folder / "new.yaml").write_text('rules: [{hours: "We are open 9-6. ```"}]')
    (folder / "texts.txt").write_text("hours ```\n\x1b[31m hours\n")
    ran = bot("diff", "rules", "new.yaml", "--against", "texts.txt", "--markdown")
    assert (
        ran.out
        == """\
2 messages compared: 0 the same, 0 by another rule, 2 changed

newly answered 0, newly silent 0; segments 2 → 2 (+0)

### `hours`: 2

```diff
  › hours '''
- We're open 9-5.
+ We are open 9-6. '''
  › \ufffd[31m hours
- We're open 9-5.
+ We are open 9-6. '''
```
"""
    )


def test_the_ledger_is_what_is_compared_without_a_file(bot: Bot, folder: Path) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    with ledger(folder) as connection:
        for rules in (HOURS, "rules: [{hours: We were open}]"):
            inbox.keep(connection, [inbound("Hours?", key=rules, received_at=at)])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, ruleset(rules), at)
    (folder / "new.yaml").write_text('rules: [{hours: "We\'re open 9-6."}]')
    ran = bot("diff", "rules", "new.yaml")
    assert (ran.code, ran.err) == (1, "")
    assert (
        ran.out
        == """\
1 of 2 recorded decisions are not what the old rules decide now: not due to the new rules, but to \
other rules at that time, another version of the bot, or what is not known any more
  › Hours?: replied by hours then, replied by hours now
2 messages compared: 0 the same, 0 by another rule, 2 changed
newly answered 0, newly silent 0; segments 2 → 2 (+0)

hours: 2
  › Hours?
    We're open [-9-5.-] {+9-6.+}
"""
    )
    [*_, last] = bot("diff", "rules", "rules", "--json").objects
    assert (last["compared"], last["changed"], last["notAsRecorded"]) == (2, 0, 1)
    [last] = bot("diff", "rules", "new.yaml", "--since", "1m", "--json").objects
    assert last["compared"] == 0


def test_what_is_exported_is_taken_again(bot: Bot, folder: Path) -> None:
    with ledger(folder) as connection:
        inbox.keep(connection, [inbound("Hours?", received_at=datetime.now(UTC))])
        [waiting] = inbox.waiting(connection, 1)
        process(connection, waiting, ruleset(HOURS), datetime.now(UTC))
    (folder / "texts.jsonl").write_text(bot("conversations", "export").out)
    ran = bot("diff", "rules", "rules", "--against", "texts.jsonl")
    assert (ran.code, ran.out) == (
        0,
        "1 message compared: 1 the same, 0 by another rule, 0 changed\n",
    )


def git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=ann", "-c", "user.email=ann@shop.example")
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def test_revisions_of_git_are_read_as_they_were(bot: Bot, folder: Path) -> None:
    file = folder / "rules" / "shop.yaml"
    file.write_text("include: ../more/hours.yaml\n")
    (folder / "more").mkdir()
    (folder / "more" / "hours.yaml").write_text("rules: [{hours: Nine to five}]\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    (folder / "more" / "hours.yaml").write_text("rules: [{hours: Nine to six}]\n")
    (folder / "texts.txt").write_text("hours\n")
    for old in ("HEAD", "HEAD:rules"):
        ran = bot("diff", old, "rules", "--against", "texts.txt")
        assert (ran.code, ran.out.splitlines()[-1]) == (1, "    Nine to [-five-] {+six+}"), ran.err
    file.write_text("rules: [{hours: }]\n")
    git(folder, "commit", "-q", "-a", "-m", "broken")
    ran = bot("diff", "HEAD", "HEAD~1:rules", "--against", "texts.txt")
    assert (ran.code, ran.out) == (2, "")
    ran = bot("diff", "HEAD:rules", "HEAD~1:rules", "--against", "texts.txt")
    assert ran.code == 2
    assert ran.err.startswith("HEAD:rules/shop.yaml:1:")


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (
            ("nowhere", "rules"),
            "nowhere: is not a folder or file of rules, nor a revision of git here",
        ),
        (("--", "--output=x", "rules"), "--output=x: is not a folder or file of rules, nor"),
        (("rules", "rules", "--since", "7d", "--against", "x"), "--since is of the database"),
        (("rules", "rules", "--json", "--markdown"), "--json and --markdown are two forms"),
        (("rules", "rules", "--against", "no.jsonl"), "--against no.jsonl: No such file"),
        (("rules", "rules", "--sample", "-1"), "--sample: needs a number"),
    ],
)
def test_mistakes_have_a_way_out(bot: Bot, arguments: tuple[str, ...], because: str) -> None:
    ran = bot("diff", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert because in ran.err


def test_a_line_that_cannot_be_read_is_told_and_the_rest_goes_on(bot: Bot, folder: Path) -> None:
    body = json.dumps({"fromNumber": "+15555550123", "message": "hours"})
    (folder / "texts.jsonl").write_text(f"{body}\n{{}}\n{body}\n")
    ran = bot("diff", "rules", "rules", "--against", "texts.jsonl")
    assert (ran.code, ran.err) == (2, "line 2: fromNumber is missing\n")
    assert ran.out == "2 messages compared: 2 the same, 0 by another rule, 0 changed\n"
