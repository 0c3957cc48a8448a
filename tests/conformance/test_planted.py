"""Deviations planted in clean histories: each is found by the rule that it breaks, and by the right events."""

from collections.abc import Callable, Sequence

import pytest

from audit.conformance.finding import Outcome, Rule
from audit.conformance.table import RULES
from audit.conformance.verdict import judge
from tests.conformance import plants, plants_of_people
from tests.conformance.planting import PLANTS, Planted, Planter
from tests.conformance.stories import STORIES, Told

GROUNDS = (plants, plants_of_people)
"""Each lists what it plants when it is imported."""
NAMES = [f"{code}-{planter.__name__}" for code, planter in PLANTS]


def expect_found(code: str, planted: Planted, rules: Sequence[Rule] = RULES) -> None:
    """A finding of this rule cites at least the events that show the deviation."""
    verdict = judge(planted.history, planted.book, rules)
    found = [finding for rule, finding in verdict.found(Outcome.DEVIATES) if rule.code == code]
    assert found, f"{code} found nothing; deviating: {[rule.code for rule, _ in verdict.found(Outcome.DEVIATES)]}"
    cited = [{entry.position for entry in finding.events} for finding in found]
    assert any(planted.cited <= one for one in cited), f"cited {cited} instead of {sorted(planted.cited)}"
    assert verdict.outcome is Outcome.DEVIATES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_ground_is_clean(story: Callable[[], Told]) -> None:
    told = story()
    verdict = judge(told.history, told.book)
    assert not [(rule.code, finding.told) for rule, finding in verdict.found(Outcome.DEVIATES)]
    assert not [*verdict.found(Outcome.OPEN)]


@pytest.mark.parametrize(("code", "planter"), PLANTS, ids=NAMES)
def test_a_planted_deviation_is_found_by_its_rule(code: str, planter: Planter) -> None:
    expect_found(code, planter())


@pytest.mark.parametrize(("code", "planter"), PLANTS, ids=NAMES)
def test_without_the_rule_it_is_not_found(code: str, planter: Planter) -> None:
    planted = planter()
    with pytest.raises(AssertionError, match="found nothing"):
        expect_found(code, planted, [rule for rule in RULES if rule.code != code])


def test_every_rule_has_a_plant() -> None:
    assert {code for code, _ in PLANTS} == {rule.code for rule in RULES}
