"""Recurring directives over HTTP, on the real servers: set up, issued, linked, paused, backfilled, ended, refused."""

import asyncio
import os
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from domain.directory import Role
from embedded.temporal import free_port
from settings import Settings
from storage.directory import import_people
from storage.pool import Pool
from tests.api.refusals import refused
from tests.domain.district import person
from tests.domain.recurrences import MONTHLY, TEMPLATE, WEEKLY
from tests.support.eventually import eventually
from tests.support.office import ISSUE, Office, api_served, office
from worker import reconcile_schedules
from workflows.messages import StartOccurrence
from workflows.schedules import schedule_id

BODY: dict[str, Any] = {"template": TEMPLATE, "rule": MONTHLY}
YEAR: dict[str, Any] = {"from": "2025-01", "to": "2025-12"}


async def recurring(office: Office, by: str = "chu-tich", **changes: Any) -> dict[str, Any]:
    answer = await (await office.as_(by)).post("/recurrences", json={**BODY, **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/recurrences/{found['id']}"
    return found


async def give(office: Office, one: dict[str, Any], command: str, by: str = "chu-tich", **body: Any) -> dict[str, Any]:
    answer = await (await office.as_(by)).post(f"/recurrences/{one['id']}/{command}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def shown(office: Office, one: dict[str, Any], by: str = "chu-tich") -> dict[str, Any]:
    found: dict[str, Any] = (await (await office.as_(by)).get(f"/recurrences/{one['id']}")).json()
    return found


async def occurrences(office: Office, one: dict[str, Any]) -> list[dict[str, Any]]:
    params = {"recurrence": one["id"], "sort": "due_at", "limit": "200"}
    answer = await (await office.as_("chu-tich")).get("/directives", params=params)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_one_that_is_set_up_says_what_it_will_issue(shared: Office, temporal_client: Client) -> None:
    one = await recurring(shared)
    assert (one["status"], one["status_name"], one["version"]) == ("active", "Đang chạy", 1)
    assert (one["issuer"]["user"], one["issuer"]["over"]) == ("chu-tich", "UBQ")
    assert one["possible"] == ["pause", "end", "backfill"]
    assert one["rule"] == {
        "every": "month",
        "issue": {"day": 1, "later": 0, "at": "08:00"},
        "due": {"day": 20, "later": 0},
        "days_off": "next_working_day",
    }
    assert [change["kind"] for change in one["changes"]] == ["set_up"]
    assert one["occurrences"] == []
    assert len(one["next"]) == 3
    assert all(coming["issue_at"].endswith("-01T01:00:00.000000Z") for coming in one["next"])
    found = await temporal_client.get_schedule_handle(schedule_id(one["id"])).describe()
    assert not found.schedule.state.paused
    leader = await shared.as_("chu-tich")
    listed = (await leader.get("/recurrences", params={"limit": 1})).json()
    assert listed["items"] == [{name: one[name] for name in one if name not in ("changes", "occurrences")}]
    await recurring(shared)
    first = (await leader.get("/recurrences", params={"limit": 1})).json()
    second = (await leader.get("/recurrences", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert (second["items"], second["total"]) == (listed["items"], first["total"])


async def test_a_backfill_issues_each_period_once_as_a_directive_of_its_own(shared: Office) -> None:
    one = await recurring(shared)
    done = await give(shared, one, "backfill", **YEAR)
    assert [p["outcome"] for p in done["periods"]] == ["issued"] * 12
    issued = await occurrences(shared, one)
    assert [state["recurrence"] for state in issued] == [
        {"id": one["id"], "period": f"2025-{month:02}"} for month in range(1, 13)
    ]
    assert issued[1]["title"] == "Báo cáo tháng 02/2025"
    assert issued[1]["due_at"] == "2025-02-20T17:00:00.000000Z"
    assert issued[6]["due_at"] == "2025-07-21T17:00:00.000000Z", "the 20th of July 2025 was a Sunday"
    assert len({state["id"] for state in issued}) == 12
    assert [o["period"] for o in done["occurrences"]] == [f"2025-{month:02}" for month in range(12, 0, -1)]
    assert done["occurrences"][0]["directive"]["code"] == issued[11]["code"]

    again, once_more = await asyncio.gather(*(give(shared, one, "backfill", **YEAR) for _ in range(2)))
    assert [p["outcome"] for p in (*again["periods"], *once_more["periods"])] == ["issued"] * 24
    assert {s["id"] for s in await occurrences(shared, one)} == {s["id"] for s in issued}
    taken = await shared.do("tp-nv", "acknowledge", issued[11])
    assert (taken.status_code, taken.json()["phase"]) == (200, "in_progress")
    changes = (await shown(shared, one))["changes"]
    assert [(c["kind"], c["first_period"], c["last_period"]) for c in changes[1:]] == [
        ("backfilled", "2025-01", "2025-12")
    ] * 3


async def test_a_schedule_issues_the_period_that_it_has_reached_and_a_second_firing_nothing(
    shared: Office, temporal_client: Client, shared_queue: str
) -> None:
    inspection = TEMPLATE | {"title": "Kiểm tra tuần {week}", "expected_result": "Biên bản"}
    one = await recurring(shared, rule=WEEKLY, template=inspection)
    await temporal_client.get_schedule_handle(schedule_id(one["id"])).trigger()

    async def issued() -> list[dict[str, Any]]:
        return await occurrences(shared, one)

    [state] = await eventually(issued)
    assert state["title"] == f"Kiểm tra tuần {state['recurrence']['period'][-2:]}"
    assert state["issuer"]["user"] == "chu-tich"
    again: dict[str, Any] = await temporal_client.execute_workflow(
        "Occurrence",
        StartOccurrence(recurrence_id=one["id"], period=state["recurrence"]["period"]),
        id=f"occurrence-{uuid4()}",
        task_queue=shared_queue,
    )
    assert again["directive_id"] == state["id"]
    assert [s["id"] for s in await issued()] == [state["id"]]
    assert (await shared.types(state)).count("DirectiveIssued") == 1  # late in the week it is overdue at once


async def test_pause_stops_and_resume_goes_on(shared: Office, temporal_client: Client) -> None:
    one = await recurring(shared)
    schedule = temporal_client.get_schedule_handle(schedule_id(one["id"]))
    paused = await give(shared, one, "pause", by="cv-theo-doi", reason="Sắp xếp bộ máy")
    assert (paused["status"], paused["next"], paused["possible"]) == ("paused", [], ["resume", "end"])
    assert (await schedule.describe()).schedule.state.paused
    change = paused["changes"][-1]
    assert (change["kind"], change["actor"]["user"], change["reason"]) == ("paused", "cv-theo-doi", "Sắp xếp bộ máy")
    leader = await shared.as_("chu-tich")
    for command, body in (("pause", {}), ("backfill", YEAR)):
        answer = await leader.post(f"/recurrences/{one['id']}/{command}", json=body)
        problem = refused(answer, 409, "recurrence_not_in_status")
        assert (problem["recurrence_status"], problem["possible"]) == ("paused", ["resume", "end"])
        assert "“Tạm dừng”" in problem["detail"]
    resumed = await give(shared, one, "resume")
    assert (resumed["status"], len(resumed["next"])) == ("active", 3)
    assert not (await schedule.describe()).schedule.state.paused


async def test_after_the_end_the_schedule_is_gone_and_the_history_stays(
    shared: Office, temporal_client: Client
) -> None:
    one = await recurring(shared)
    await give(shared, one, "backfill", **{"from": "2026-01", "to": "2026-02"})
    ended = await give(shared, one, "end", reason="Hết chương trình")
    assert (ended["status"], ended["next"], ended["possible"], len(ended["occurrences"])) == ("ended", [], [], 2)
    with pytest.raises(RPCError, match="not found"):
        await temporal_client.get_schedule_handle(schedule_id(one["id"])).describe()
    leader = await shared.as_("chu-tich")
    for command, body in (("pause", {}), ("resume", {}), ("end", {}), ("backfill", YEAR)):
        answer = await leader.post(f"/recurrences/{one['id']}/{command}", json=body)
        refused(answer, 409, "recurrence_not_in_status")
    assert len((await shown(shared, one))["occurrences"]) == 2
    assert len(await occurrences(shared, one)) == 2
    active = (await leader.get("/recurrences", params={"status": "active", "limit": 200})).json()["items"]
    assert one["id"] not in {item["id"] for item in active}


async def test_an_occurrence_that_is_refused_is_kept_with_its_reason_and_can_be_issued_later(shared: Office) -> None:
    leading = person(f"ld-{uuid4().hex[:6]}", Role.LEADER, "UBQ")
    await import_people(shared.pool, [leading])
    one = await recurring(shared, by=leading.username)
    await import_people(shared.pool, [leading.model_copy(update={"roles": ()})])
    march = {"from": "2026-03", "to": "2026-03"}
    done = await give(shared, one, "backfill", **march)
    assert done["periods"] == [{"period": "2026-03", "outcome": "refused"}]
    [kept] = done["occurrences"]
    assert (kept["period"], kept["outcome"], kept["refusal"]["code"]) == ("2026-03", "refused", "not_permitted")
    assert leading.username in kept["refusal"]["detail"]
    assert await occurrences(shared, one) == []
    await import_people(shared.pool, [leading])
    done = await give(shared, one, "backfill", **march)
    assert done["periods"] == [{"period": "2026-03", "outcome": "issued"}]
    assert [o["outcome"] for o in (await shown(shared, one))["occurrences"]] == ["issued", "refused"]


async def test_a_repeat_gets_the_first_answer_and_another_wish_under_its_key_is_refused(shared: Office) -> None:
    leader, headers = await shared.as_("chu-tich"), {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(leader.post("/recurrences", json=BODY, headers=headers) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {201}
    [one] = {answer.json()["id"] for answer in answers}
    other = await leader.post("/recurrences", json={**BODY, "rule": WEEKLY | {"days_off": "keep"}}, headers=headers)
    refused(other, 422, "idempotency_key_reused")
    headers = {"Idempotency-Key": str(uuid4())}
    for _ in range(2):
        answer = await leader.post(f"/recurrences/{one}/pause", json={}, headers=headers)
        assert (answer.status_code, answer.json()["version"]) == (200, 2)
    refused(await leader.post(f"/recurrences/{one}/end", json={}, headers=headers), 422, "idempotency_key_reused")


async def test_of_two_changes_at_once_each_is_decided_on_the_other(shared: Office) -> None:
    one = await recurring(shared)
    leader = await shared.as_("chu-tich")
    answers = await asyncio.gather(*(leader.post(f"/recurrences/{one['id']}/end", json={}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert [change["number"] for change in (await shown(shared, one))["changes"]] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"template": None}, "invalid_field", "template"),
        ({"rule": {}}, "field_missing", "rule.every"),
        ({"template": TEMPLATE | {"deadline": {"working_days": 5}}}, "invalid_field", ""),
        ({"template": TEMPLATE | {"colour": "đỏ"}}, "unknown_field", "template.colour"),
        ({"rule": MONTHLY | {"issue": {"day": 25}}}, "invalid_field", "rule"),
        ({"rule": MONTHLY | {"issue": {"day": 1, "at": "8h"}}}, "invalid_field", "rule.issue.at"),
        ({"rule": MONTHLY | {"every": "day"}}, "invalid_field", "rule.every"),
        ({"first_on": "hôm nay"}, "invalid_field", "first_on"),
        ({"template": TEMPLATE | {"title": "{from} {to} " * 40}}, "text_too_long", "template.title"),
        ({"template": TEMPLATE | {"title": "{tháng}"}}, "unknown_placeholder", None),
        ({"template": TEMPLATE | {"title": "Kế hoạch (Mật)"}}, "classified_refused", None),
        ({"template": TEMPLATE | {"lead_unit": "X"}}, "unknown_unit", None),
        ({"template": TEMPLATE | {"expected_result": None}}, "four_clear_incomplete", None),
        ({"template": TEMPLATE | {"parent": str(uuid4())}}, "unknown_parent", None),
        ({"last_on": "2020-01-01"}, "no_period_left", None),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_kept(
    shared: Office, unchanged: None, changes: dict[str, Any], code: str, field: str | None
) -> None:
    leader = await shared.as_("chu-tich")
    before = (await leader.get("/recurrences")).json()["total"]
    problem = refused(await leader.post("/recurrences", json={**BODY, **changes}), 422, code)
    if field is not None:
        assert problem["errors"][0]["field"] == field
        english = await leader.post("/recurrences", json={**BODY, **changes}, headers={"Accept-Language": "en"})
        assert english.json()["errors"][0]["detail"] != problem["errors"][0]["detail"]
    assert (await leader.get("/recurrences")).json()["total"] == before


async def test_occurrences_may_lie_below_a_parent_and_within_its_deadline(shared: Office) -> None:
    parent = await shared.issue(deadline={"none_because": "Chương trình cả năm"})
    one = await recurring(shared, template=TEMPLATE | {"parent": parent["id"]})
    await give(shared, one, "backfill", **{"from": "2026-03", "to": "2026-03"})
    [child] = await occurrences(shared, one)
    assert child["parent"] == parent["id"]
    assert (await shared.show(parent))["children"] == [child["id"]]


@pytest.mark.parametrize("by", ["tp-nv", "cv-nv", "kiem-tra"])
async def test_who_may_not_issue_may_not_set_up_or_change_one(shared: Office, by: str) -> None:
    one = await recurring(shared)
    client = await shared.as_(by)
    refused(await client.post("/recurrences", json=BODY), 403, "not_permitted")
    assert (await client.get(f"/recurrences/{one['id']}")).status_code == 200
    for command, body in (("pause", {}), ("end", {}), ("backfill", YEAR)):
        refused(await client.post(f"/recurrences/{one['id']}/{command}", json=body), 403, "not_permitted")


async def test_what_is_not_visible_is_answered_like_what_is_not_there(shared: Office) -> None:
    one = await recurring(shared)
    other = await shared.as_("ct-a")
    for recurrence_id in (one["id"], uuid4()):
        refused(await other.get(f"/recurrences/{recurrence_id}"), 404, "unknown_recurrence")
        refused(await other.post(f"/recurrences/{recurrence_id}/end", json={}), 404, "unknown_recurrence")
    assert one["id"] not in {i["id"] for i in (await other.get("/recurrences", params={"limit": 200})).json()["items"]}
    refused(await other.get("/recurrences/x"), 404, "not_found")
    refused(
        await (await shared.as_("chu-tich")).post(f"/recurrences/{one['id']}/stop", json={}), 404, "unknown_command"
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"from": "2026-01"}, "field_missing"),
        ({"from": "2026-01", "to": "x" * 11}, "text_too_long"),
        ({"from": "2026-01", "to": "2026-W01"}, "unknown_period"),
        ({"from": "2021-01", "to": "2026-01"}, "too_many_periods"),
        ({"from": "2090-01", "to": "2090-01"}, "period_out_of_reach"),
    ],
)
async def test_a_backfill_that_cannot_be_is_refused(shared: Office, body: dict[str, Any], code: str) -> None:
    one = await recurring(shared)
    answer = await (await shared.as_("chu-tich")).post(f"/recurrences/{one['id']}/backfill", json=body)
    refused(answer, 422, code)
    assert len((await shown(shared, one))["changes"]) == 1


async def test_nobody_links_a_directive_by_hand(shared: Office, unchanged: None) -> None:
    link = {"id": str(uuid4()), "period": "2026-03"}
    answer = await (await shared.as_("chu-tich")).post("/directives", json={**ISSUE, "recurrence": link})
    refused(answer, 422, "unknown_field")


async def test_while_temporal_is_away_the_record_takes_changes_and_the_schedules_follow_later(
    settings: Settings, pool: Pool, temporal_client: Client, task_queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = os.environ["TEMPORAL_ADDRESS"]
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.setattr("api.recurrences.SCHEDULE_SECONDS", 0.3)
    monkeypatch.setattr("api.recurrences.BACKFILL_SECONDS", 0.1)
    async with api_served(settings) as url:
        alone = Office(url, pool)
        one = await recurring(alone)
        done = await give(alone, one, "backfill", **{"from": "2026-03", "to": "2026-03"})
        assert done["periods"] == [{"period": "2026-03", "outcome": "pending"}]
        for client in alone.clients.values():
            await client.aclose()
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    async with office(settings, pool, temporal_client) as whole:
        assert await reconcile_schedules(temporal_client, pool, task_queue, late=timedelta(0)) == 2

        async def issued() -> list[dict[str, Any]]:
            return await occurrences(whole, one)

        [state] = await eventually(issued)
        assert state["recurrence"] == {"id": one["id"], "period": "2026-03"}
        await give(whole, one, "end")
