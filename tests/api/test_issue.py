"""Issuing a directive: what comes back, each form of deadline, and the four points that must be clear."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.calendar import WorkCalendar
from domain.instants import end_of_day, local, rfc3339
from tests.api.refusals import refused
from tests.support.office import ISSUE, Office

LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=40)
SOURCE = {
    "kind": "conclusion_notice",
    "number": "215/TB-UBND",
    "issued_on": "2026-10-12",
    "issued_by": "Ủy ban nhân dân quận",
    "excerpt": "Giao Phòng Nội vụ chủ trì.",
}


async def test_the_answer_says_where_it_is_and_what_it_is(shared: Office) -> None:
    body = {
        **ISSUE,
        "source": SOURCE,
        "informed_units": ["P-A"],
        "officer": "cv-nv",
        "urgency": "khan",
    }
    answer = await (await shared.as_("chu-tich")).post("/directives", json=body)
    assert answer.status_code == 201
    state = answer.json()
    assert answer.headers["location"] == f"/api/v1/directives/{state['id']}"
    assert answer.headers["etag"] == '"1"'
    assert state["source"] == {**SOURCE, "higher_authority": False}
    assert {key: state[key] for key in body if key not in {"deadline", "source"}} == {
        key: body[key] for key in body if key not in {"deadline", "source"}
    }
    assert (state["version"], state["phase"], state["timeliness"]) == (1, "issued", "in_time")
    assert state["status_cell"] == "open_in_time"
    issuer = {"user": "chu-tich", "name": "Đồng chí chu-tich", "unit": "UBQ", "role": "leader", "on_behalf_of": None}
    assert issuer.items() <= state["issuer"].items()
    assert state["original_due_at"] == state["due_at"]
    assert state["policy_version"] == "khan@1"
    assert state["calendar_version"] == WorkCalendar().version
    assert (state["extensions"], state["children"], state["stopped_time"]) == ([], [], [])
    assert (state["reminders_sent"], state["escalation_level"], state["progress_percent"]) == (0, 0, 0)
    assert state["possible"][0] == "acknowledge"
    there = await (await shared.as_("chu-tich")).get(f"{shared.url}{answer.headers['location']}")
    assert there.json() == state


async def test_codes_are_numbered_within_the_year_without_a_gap(shared: Office) -> None:
    first, second = await shared.issue(), await shared.issue()
    year, number = first["code"].split("/")
    assert year == str(local(datetime.now(UTC)).year)
    assert len(number) >= 4
    assert second["code"] == f"{year}/{int(number) + 1:04d}"


async def test_the_office_may_issue_for_the_leader(shared: Office) -> None:
    assert (await shared.issue("cv-theo-doi"))["issuer"]["role"] == "office"


@pytest.mark.parametrize(
    ("deadline", "due_at"),
    [
        ({"at": LATER.isoformat()}, LATER),
        ({"at": rfc3339(LATER)}, LATER),
        ({"at": local(LATER).isoformat()}, LATER),
        # A day that is off runs to the end of the next working day.
        (
            {"at": local(LATER).date().isoformat()},
            end_of_day(WorkCalendar().shift(local(LATER).date(), 0), None),
        ),
        ({"none_because": "Việc thường xuyên, báo cáo hằng quý"}, None),
    ],
)
async def test_a_deadline_is_an_instant_a_day_or_none_with_its_reason(
    shared: Office, deadline: dict[str, Any], due_at: datetime | None
) -> None:
    state = await shared.issue(deadline=deadline)
    assert state["due_at"] == state["original_due_at"] == (rfc3339(due_at) if due_at else None)
    assert state["timeliness"] == ("in_time" if due_at else "no_deadline")
    assert state["no_deadline_because"] == deadline.get("none_because")
    assert (state["next_wakeup_at"] is None) == (due_at is None)


async def test_a_deadline_in_working_days_counts_from_the_day_after(shared: Office) -> None:
    before = local(datetime.now(UTC)).date()
    state = await shared.issue(deadline={"working_days": 3})
    after = local(datetime.now(UTC)).date()
    assert state["due_at"] in {rfc3339(end_of_day(WorkCalendar().shift(day, 3), None)) for day in (before, after)}


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        (["lead_unit"], ["person"]),
        (["title"], ["work"]),
        (["content"], ["work"]),
        (["deadline"], ["time"]),
        (["expected_result"], ["result"]),
        (["title", "deadline", "expected_result"], ["work", "time", "result"]),
        ([*ISSUE], ["person", "work", "time", "result"]),
    ],
    ids="+".join,
)
async def test_what_is_not_clear_is_named(
    shared: Office, unchanged: None, left_out: list[str], missing: list[str]
) -> None:
    body = {key: value for key, value in ISSUE.items() if key not in left_out}
    problem = refused(await (await shared.as_("chu-tich")).post("/directives", json=body), 422, "four_clear_incomplete")
    assert problem["missing"] == missing
    assert "rõ" in problem["detail"]


async def test_time_and_result_may_be_waived_by_name(shared: Office) -> None:
    body = {key: value for key, value in ISSUE.items() if key not in ("deadline", "expected_result")}
    waivers = ["time", {"item": "result", "reason": "Việc thường xuyên"}]
    answer = await (await shared.as_("chu-tich")).post("/directives", json={**body, "waivers": waivers})
    assert answer.status_code == 201, answer.text
    state = answer.json()
    assert state["waivers"] == [{"item": "time", "reason": None}, {"item": "result", "reason": "Việc thường xuyên"}]
    assert (state["due_at"], state["timeliness"], state["expected_result"]) == (None, "no_deadline", None)


@pytest.mark.parametrize("point", ["work", "person"])
async def test_work_and_person_cannot_be_waived(shared: Office, unchanged: None, point: str) -> None:
    answer = await (await shared.as_("chu-tich")).post("/directives", json={**ISSUE, "waivers": [point]})
    assert refused(answer, 422, "invalid_field")["errors"][0]["field"] == "waivers.0.item"
