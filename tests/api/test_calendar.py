"""GET /calendar: the days that differ from the plain week, with where each is from."""

from datetime import UTC, datetime

import pytest

from domain.calendar import SHIPPED, WorkCalendar
from domain.instants import local
from tests.support.office import Office


async def test_a_year_with_holidays_and_decided_days(shared: Office) -> None:
    answer = (await (await shared.as_("cv-nv")).get("/calendar", params={"year": 2026})).json()
    assert (answer["year"], answer["calendar_version"]) == (2026, WorkCalendar().version)
    assert len(answer["days"]) == 16
    days = {one.pop("day"): one for one in answer["days"]}
    assert days["2026-01-02"] == {
        "kind": "day_off",
        "name": "nghỉ hoán đổi với 10/01/2026",
        "decision_number": SHIPPED[0].number,
    }
    assert days["2026-08-22"] == {"kind": "working", "name": "làm bù", "decision_number": None}


async def test_this_year_unless_another_is_named(shared: Office) -> None:
    before = local(datetime.now(UTC)).year
    answer = (await (await shared.as_("cv-nv")).get("/calendar")).json()
    assert before <= answer["year"] <= local(datetime.now(UTC)).year


@pytest.mark.parametrize("year", ["1999", "2101", "nay", "", "2026.5"])
async def test_a_year_that_is_none_is_refused(shared: Office, year: str) -> None:
    answer = await (await shared.as_("cv-nv")).get("/calendar", params={"year": year})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter")
