"""Histories of the real decider conform, all of them; and every rule has something to say about them."""

import os
from collections import Counter
from collections.abc import Iterable

import pytest

from audit.conformance.book import Rulebook
from audit.conformance.course import History
from audit.conformance.finding import Outcome
from audit.conformance.table import RULES
from audit.conformance.verdict import Verdict, judge
from tests.conformance.simulated import quarter
from tests.conformance.stories import STORIES
from tests.conformance.walks import walk

FIRST = int(os.environ.get("DONDOC_TEST_FIRST_SEED", "0"))
WALKS = int(os.environ.get("DONDOC_TEST_WALKS", "30"))
"""A sample; `make conformance` lives two thousand."""
MET_BEFORE = (231,)
"""Lives that once deviated: a calendar that changed while a missed deadline waited to be told."""
SEEDS = (*range(FIRST, FIRST + WALKS), *(seed for seed in MET_BEFORE if seed >= WALKS))


def judged(histories: Iterable[History], book: Rulebook) -> list[Verdict]:
    """The verdicts; AssertionError naming the first finding that does not conform."""
    verdicts = [judge(history, book) for history in histories]
    for verdict in verdicts:
        for outcome in (Outcome.DEVIATES, Outcome.OPEN):
            for rule, finding in verdict.found(outcome):
                where = [(entry.position, entry.event.data.type) for entry in finding.events]
                pytest.fail(f"{verdict.code} {outcome}: {rule.code}: {finding.told}, {where}")
    return verdicts


def test_a_simulated_quarter_conforms() -> None:
    histories, book = quarter()
    assert len(judged(histories, book)) > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_anybody_may_do_conforms(seed: int) -> None:
    """With policies, calendar, directory and substitutes that change on the way."""
    house = walk(seed)
    assert judged(house.histories(), house.book())


def test_no_rule_is_silent_over_all_that() -> None:
    histories, book = quarter()
    applied: Counter[str] = Counter()
    for verdict in (
        *judged(histories, book),
        *(judge(told.history, told.book) for told in (story() for story in STORIES)),
    ):
        applied.update(one.rule.code for one in verdict.ruled if one.findings)
    assert {rule.code for rule in RULES} == applied.keys()
