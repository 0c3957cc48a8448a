"""GET /directives/deadline: what a deadline would come to, as the issue itself then has it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.services import Services
from tests.api.refusals import refused
from tests.domain.clock import wall_clock
from tests.support.office import Office


async def asked(office: Office, **params: Any) -> dict[str, Any]:
    answer = await (await office.as_("chu-tich")).get("/directives/deadline", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_it_is_what_an_issue_then_gets(shared: Office) -> None:
    foreseen = await asked(shared, working_days=5)
    issued = await shared.issue(deadline={"working_days": 5})
    assert foreseen["due_at"] == issued["due_at"]
    assert (foreseen["policy_version"], foreseen["calendar_version"]) == (
        issued["policy_version"],
        issued["calendar_version"],
    )
    day = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    assert (await asked(shared, at=day))["due_at"] == (await shared.issue(deadline={"at": day}))["due_at"]


async def test_the_days_off_are_named(shared: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Services, "now", lambda _: wall_clock("2027-02-03 09:00"))
    found = await asked(shared, working_days=1, urgency="hoa_toc")
    assert (found["last_day"], found["working_days"], found["moved_from"]) == ("2027-02-11", 1, None)
    assert [one["day"] for one in found["days_off"]] == [f"2027-02-{day:02}" for day in range(4, 11)]
    assert found["days_off"][2] == {"day": "2027-02-06", "working": False, "name": "Tết Nguyên Đán", "decision": None}
    assert found["policy_version"].startswith("hoa_toc@")
    assert (await asked(shared, at="2027-02-07"))["moved_from"] == "2027-02-07"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "invalid_parameter"),
        ("working_days=3&at=2027-01-05", "invalid_parameter"),
        ("working_days=0", "invalid_parameter"),
        ("working_days=1001", "invalid_parameter"),
        ("working_days=x", "invalid_parameter"),
        ("at=5", "invalid_parameter"),
        ("at=2027-02-30", "invalid_parameter"),
        ("at=2027-01-05T10:00", "invalid_parameter"),
        ("at=2020-01-06", "deadline_in_past"),
        ("at=2150-01-06", "deadline_too_far"),
        ("working_days=3&urgency=soon", "invalid_parameter"),
        ("working_days=3&policy=nobody", "unknown_policy"),
        ("working_days=3&day=1", "invalid_parameter"),
    ],
)
async def test_what_cannot_be_is_refused(shared: Office, query: str, code: str) -> None:
    refused(await (await shared.as_("cv-nv")).get(f"/directives/deadline?{query}"), 422, code)
