"""How often `$opt-out` takes what is not one, over real texts where they are at hand."""

from __future__ import annotations

import pytest

from bot.rules.guards.base import Verdict
from bot.rules.guards.opt_out import OptOut
from bot.rules.matchers.base import MessageView, Sheet
from bot.rules.problems import Problems
from tests.build import context, inbound
from tests.support import ROOT

COLLECTION = ROOT.parent / "shared/data/sms-spam-collection.tsv"
OPT_OUT = OptOut.read(None, Problems(), Sheet())

HAM = """
Can you stop by the shop on your way home and get milk
It never stops raining here, when does it end?
Don't stop believing, that song is stuck in my head
I quit my job today!! Drinks at 8?
Please cancel my 3 o'clock, my bus is stuck at the last stop
We have to put an end to this, call me
I unsubscribed from that gym ages ago
Stop! Hammer time, see you at the party tonight
Take the lid off and stir it well
U at the bus stop yet? im at the end of the road
He lost my number, can you send it again
Text me when you get there ok
I want to revoke my offer for the flat, sorry
Ok lar, end of the month then
""".strip().splitlines()

SPAM = """
WINNER! Claim your prize now, call 5555550123. To stop texts reply STOP
You have won a holiday. 18+ only. txt STOP to 85555 to end
FREE ringtone every week! Unsubscribe by texting STOP. Help? 5555550100
Hot offers. 2 stop send STOP to 85555, 150p per msg
Loans up to 5000 today. Opt out: text END to 85555 at any time
Your subscription renews at 4.50 a week. To cancel text QUIT to 85555
""".strip().splitlines()


def taken(texts: list[str]) -> list[str]:
    return [
        text
        for text in texts
        if isinstance(OPT_OUT.examine(MessageView(inbound(text), context())), Verdict)
    ]


def test_everyday_texts_and_advertisements_opt_nobody_out() -> None:
    assert taken(HAM) == []
    assert taken(SPAM) == []


@pytest.mark.skipif(not COLLECTION.exists(), reason="the collection is not at hand")
def test_at_most_ten_of_4827_texts_of_people_are_taken_and_no_spam() -> None:
    rows = [line.partition("\t") for line in COLLECTION.read_text("utf-8").splitlines()[1:]]
    ham = [text for label, _, text in rows if label == "ham"]
    spam = [text for label, _, text in rows if label == "spam"]
    assert (len(ham), len(spam)) == (4827, 747)
    assert len(taken(ham)) <= 10
    assert taken(spam) == []
