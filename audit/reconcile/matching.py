"""One directive's record against its executions: all that they do not agree about. Pure."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime

from audit.reconcile.answers import check_answers
from audit.reconcile.course import Course
from audit.reconcile.execution import Execution
from audit.reconcile.executions import check_executions, check_signals, check_timers
from audit.reconcile.kinds import Difference, Kind
from audit.reconcile.notices import check_notices
from audit.reconcile.origins import Beside, check_origins, covered_after


@dataclass(frozen=True)
class Matched:
    """What came of it: the differences, and how much of the record lies before every history that is kept."""

    differences: tuple[Difference, ...]
    events: int
    """Events that the record holds of the directive."""
    not_retained: int
    """Those of them that no history is there for: from before the first run that the server still has."""


def match(course: Course, execution: Execution, beside: Beside, mailable: Set[str], now: datetime) -> Matched:
    """Compare. `now` is the clock of the one who compares, `mailable` who has an address for mail."""
    return Matched(
        tuple(_differences(course, execution, beside, mailable, now)),
        len(course.held),
        _not_retained(course, execution),
    )


def _differences(
    course: Course, execution: Execution, beside: Beside, mailable: Set[str], now: datetime
) -> Iterator[Difference]:
    if course.broken is not None:
        position, what = course.broken
        yield Difference(
            course.directive_id,
            Kind.RECORD_UNREADABLE,
            f"xem `dondoc audit verify`: {what}",
            f"see `dondoc audit verify`: {what}",
            position=position,
        )
    for run in execution.runs:
        for event_id, what in run.unreadable:
            yield Difference(course.directive_id, Kind.HISTORY_UNREADABLE, what, what, run.run_id, event_id)
    yield from check_answers(course, execution)
    yield from check_executions(course, execution, now)
    yield from check_signals(course, execution)
    if course.broken is None:
        yield from check_origins(course, execution, beside)
        yield from check_timers(course, execution)
        yield from check_notices(course, execution, mailable, now)


def _not_retained(course: Course, execution: Execution) -> int:
    base = covered_after(execution)
    return len(course.held) if base is None else sum(version <= base for version in course.held)
