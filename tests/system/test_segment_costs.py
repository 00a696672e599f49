"""What texts of the examples cost, held against decisions and against values drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.authoring import run_cases
from bot.authoring.blanks import blanks, filled_in
from bot.authoring.segment_costs import Costs, costs
from bot.engine.outbound import cost_of
from bot.errors import ReplyError
from bot.model import LongTexts
from bot.rules.files import read_rule_files
from bot.rules.loader import Loaded, load
from tests.support import ROOT

pytestmark = pytest.mark.system

SETS = ("rules", "examples/clinic", "examples/shop", "examples/school")


@pytest.fixture(scope="module", params=SETS)
def of_a_set(request: pytest.FixtureRequest) -> tuple[Loaded, Sequence[Costs]]:
    found = load(read_rule_files(Path(ROOT / request.param)))
    return found, costs(found, LongTexts.SPLIT)


def test_what_the_tests_of_the_examples_get_lies_between(
    of_a_set: tuple[Loaded, Sequence[Costs]],
) -> None:
    """The real decisions of all tests beside the rules."""
    found, counted = of_a_set
    bounds: dict[str, tuple[int, int]] = {}
    for each in counted:
        if each.least is not None and each.most is not None:
            most = 99 if each.grows else each.most.segments
            low, high = bounds.get(each.said.rule, (99, 0))
            bounds[each.said.rule] = min(low, each.least.segments), max(high, most)
    seen = 0
    for case in found.cases:
        for reply in run_cases.run(case, found.ruleset).decision.replies:
            low, high = bounds[reply.rule]
            assert low <= cost_of(reply.text, is_mms=reply.image is not None) <= high, case.say
            seen += 1
    assert seen > 30


def test_no_way_of_filling_in_is_cheaper_or_dearer(
    of_a_set: tuple[Loaded, Sequence[Costs]],
) -> None:
    counted = [one for one in of_a_set[1] if one.most is not None and one.most.values]
    if not counted:
        return

    @settings(deadline=None, max_examples=300, database=None, suppress_health_check=[*HealthCheck])
    @given(st.data())
    def none(data: st.DataObject) -> None:
        each = data.draw(st.sampled_from(counted))
        named = blanks(each.said, [])
        values = {blank.name: data.draw(st.sampled_from(blank.values)) for blank in named}
        try:
            text = filled_in(each.said, values)
        except ReplyError:
            return
        assert each.least is not None
        assert each.most is not None
        cost = cost_of(text, is_mms=each.said.has_image)
        assert each.least.segments <= cost <= each.most.segments, values

    none()
