"""Recurrences for tests: a monthly report by the 20th, a weekly inspection, and whatever a test changes about them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.period import MONTHS, Every
from domain.recurrence import Recurrence, Rule, SetUpRecurrence
from domain.recurring import set_up
from domain.refusals import Refusal
from tests.domain.spec import FACTS

RECURRENCE = UUID("00000000-0000-5000-8000-00000000000a")
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
"""A Tuesday, 09:00 in Việt Nam."""
MONTHLY: dict[str, Any] = {"every": "month", "issue": {"day": 1}, "due": {"day": 20}}
WEEKLY: dict[str, Any] = {"every": "week", "issue": {"day": 1}, "due": {"day": 5}}
TEMPLATE: dict[str, Any] = {
    "title": "Báo cáo tháng {month}/{year}",
    "content": "Báo cáo kết quả từ {from} đến {to}.",
    "lead_unit": "NV",
    "expected_result": "Báo cáo tháng {month}",
}
INSPECTION: dict[str, Any] = TEMPLATE | {
    "title": "Kiểm tra tuần {week}/{year}",
    "expected_result": "Biên bản kiểm tra",
}


def wanted(rule: dict[str, Any] | None = None, **changes: Any) -> SetUpRecurrence:
    """What is asked for: the monthly report, with changes."""
    rule = rule or MONTHLY
    template = INSPECTION if rule["every"] == "week" else TEMPLATE
    return SetUpRecurrence.model_validate({"template": template, "rule": rule, **changes})


def recurring(
    rule: dict[str, Any] | None = None, *, at: datetime = NOW, by: str = "chu-tich", **changes: Any
) -> Recurrence:
    """The recurrence that the chairman has set up."""
    done = set_up(RECURRENCE, wanted(rule, **changes), by, at, FACTS)
    assert not isinstance(done, Refusal), done
    return done[0]


def of_rule(rule: Rule) -> Recurrence:
    """A recurrence of any rule, for what does not depend on the template."""
    return recurring().model_copy(update={"rule": rule})


def _rules(every: Every) -> st.SearchStrategy[Rule]:
    most, length = (7, 1) if every is Every.WEEK else (31, MONTHS[every])
    days = st.tuples(st.integers(0, length), st.integers(1, most))
    pairs = st.tuples(days.filter(lambda day: day[0] < length), days).map(sorted)
    clock = st.times().map(lambda t: f"{t:%H:%M}")
    return st.builds(
        lambda pair, at: Rule.model_validate(
            {
                "every": every,
                "issue": {"later": pair[0][0], "day": pair[0][1], "at": at},
                "due": {"later": pair[1][0], "day": pair[1][1]},
            }
        ),
        pairs,
        clock,
    )


rules = st.one_of(*(_rules(every) for every in Every))
"""Every rule that is taken."""
moments = st.integers(0, 97 * 366 * 86_400).map(
    lambda seconds: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
