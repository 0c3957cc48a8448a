"""When notices that a lost run was to send may be sent again: not while a worker may still be at them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from audit.reconcile import notices
from audit.reconcile.execution import Execution, Run

DIRECTIVE = UUID(int=7)
NOW = datetime.now(UTC)


def run(run_id: str, *, began: int, ended: int | None) -> Run:
    """A run that began and ended so many minutes ago."""
    end = None if ended is None else NOW - timedelta(minutes=ended)
    return Run(run_id, NOW - timedelta(minutes=began), closed_at=end, closed_as="terminated" if ended else None)


@pytest.mark.parametrize(
    ("runs", "may"),
    [
        ((run("a", began=60, ended=4),), True),
        ((run("a", began=60, ended=2),), False),
        ((run("a", began=60, ended=30), run("b", began=30, ended=2)), False),
        ((run("a", began=60, ended=30), run("b", began=30, ended=4)), True),
        ((run("a", began=60, ended=30), run("b", began=30, ended=None)), True),
        ((run("a", began=60, ended=None),), True),
    ],
    ids=["long lost", "just lost", "its successor just lost", "both long lost", "taken over", "open"],
)
def test_the_end_of_any_run_counts(runs: tuple[Run, ...], may: bool) -> None:
    assert notices.may_be_sent(Execution(DIRECTIVE, runs), NOW - timedelta(hours=1), NOW) is may
    assert not notices.may_be_sent(Execution(DIRECTIVE, runs), NOW - timedelta(days=4), NOW), (
        "nobody would still be trying"
    )
