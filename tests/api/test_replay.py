"""The past over HTTP: of one directive through two clocks, of all that the caller may see at an instant."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from api import districts
from storage.postgres import PostgresEventStore
from storage.store import Commit
from tests.domain.happenings import acknowledged, progressed
from tests.storage.commits import after, begun
from tests.support.office import Office

LONG_AGO = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""tests.domain.clock.START: directives written straight into the record begin here."""


@pytest.fixture(scope="session")
async def known_late(shared: Office) -> dict[str, Any]:
    """A directive whose progress of second 3 came to the record at second 60; beside what the office does itself."""
    store = PostgresEventStore(shared.pool)
    first = begun(due=1000, code=f"2020/{uuid4().int % 10**9:09d}")
    late = after(first, acknowledged(at=2), progressed(40, at=3))
    events = tuple(one.model_copy(update={"recorded_at": LONG_AGO + timedelta(seconds=60)}) for one in late.events)
    await store.append([first])
    await store.append([Commit(late.command_id, late.fingerprint, events, late.state)])
    return {"id": str(first.directive_id), "code": first.state.code}


def second(number: int) -> str:
    return (LONG_AGO + timedelta(seconds=number)).isoformat()


async def told(office: Office, directive: dict[str, Any], by: str = "kiem-tra", **params: Any) -> dict[str, Any]:
    answer = await (await office.as_(by)).get(f"/directives/{directive['id']}/replay", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_event_has_what_it_changed_and_under_which_rules(shared: Office, known_late: dict[str, Any]) -> None:
    found = await told(shared, known_late)
    by_api = (await (await shared.as_("kiem-tra")).get(f"/directives/{known_late['id']}/events")).json()["items"]
    added = {"changes", "policy_version", "calendar_version"}
    assert [{name: value for name, value in item.items() if name not in added} for item in found["items"]] == by_api
    plan = by_api[0]["data"]["plan"]
    assert {(item["policy_version"], item["calendar_version"]) for item in found["items"]} == {
        (plan["policy_version"], plan["calendar_version"])
    }
    assert found["items"][2]["changes"]["progress_percent"] == [0, 40]
    assert found["state"]["version"] == 3
    assert "context" not in found
    assert "lateness" not in found


async def test_what_was_not_known_then_is_told_apart(shared: Office, known_late: dict[str, Any]) -> None:
    then = await told(shared, known_late, at=second(10))
    assert (then["state"]["version"], [one["type"] for one in then["unknown_then"]]) == (
        1,
        ["DirectiveAcknowledged", "ProgressReported"],
    )
    assert (then["state"]["progress_percent"], then["in_hindsight"]["progress_percent"]) == (0, 40)
    for known in ("now", second(60)):
        now = await told(shared, known_late, at=second(10), known=known)
        assert (now["state"]["version"], now["unknown_then"], now["in_hindsight"]) == (3, [], None)
    before = await told(shared, known_late, at=second(2), known="now")
    assert before["state"]["version"] == 2


async def test_the_other_address_goes_by_when_it_was_recorded_as_ever(
    shared: Office, known_late: dict[str, Any]
) -> None:
    client = await shared.as_("kiem-tra")
    state = await client.get(f"/directives/{known_late['id']}", params={"at": second(10)})
    assert state.json()["version"] == 1


async def test_a_version_lateness_and_context(shared: Office) -> None:
    directive = await shared.issue()
    assert (await shared.do("tp-nv", "acknowledge", directive)).is_success
    found = await told(shared, directive, version=1, lateness=True, context=True)
    assert [item["type"] for item in found["items"]] == ["DirectiveIssued"]
    assert found["context"] == []
    (deadline,) = found["lateness"]["deadlines"]
    assert deadline["agrees"] is True
    assert deadline["recorded"]["due_at"] == deadline["rules_then"]["due_at"] == directive["due_at"]
    assert found["lateness"]["late"] == {"recorded": False, "rules_then": False, "rules_today": False}


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"version": 9}, 404, "unknown_directive"),
        ({"at": "2001-01-01T00:00:00Z"}, 404, "unknown_directive"),
        ({"known": "2001-01-01T00:00:00Z"}, 404, "unknown_directive"),
        ({"version": 1, "at": "2026-11-01T00:00:00Z"}, 422, "invalid_parameter"),
        ({"version": 1, "known": "now"}, 422, "invalid_parameter"),
        ({"version": 0}, 422, "invalid_parameter"),
        ({"known": "yesterday"}, 422, "invalid_parameter"),
        ({"at": "2026-11-01"}, 422, "invalid_parameter"),
        ({"lateness": "perhaps"}, 422, "invalid_parameter"),
    ],
    ids=str,
)
async def test_what_was_not_there_and_what_makes_no_sense(
    shared: Office, known_late: dict[str, Any], params: dict[str, Any], status: int, code: str
) -> None:
    answer = await (await shared.as_("kiem-tra")).get(f"/directives/{known_late['id']}/replay", params=params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_directive_that_one_may_not_see_is_not_there(shared: Office, known_late: dict[str, Any]) -> None:
    assert (await (await shared.as_("ct-b")).get(f"/directives/{known_late['id']}/replay")).status_code == 404
    assert (await (await shared.as_("tp-nv")).get(f"/directives/{known_late['id']}/replay")).status_code == 200


async def state(office: Office, by: str = "kiem-tra", **params: Any) -> dict[str, Any]:
    answer = await (await office.as_(by)).get("/audit/state", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_state_of_all_at_an_instant(shared: Office, known_late: dict[str, Any]) -> None:
    then, now = await state(shared, at=second(10)), await state(shared, at=second(10), known="now")
    for found, version in ((then, 1), (now, 3)):
        own = {item["code"]: item for item in found["items"]}[known_late["code"]]
        assert (own["version"], own["lead_unit_name"]) == (version, "Phòng Nội vụ")
        assert found["total"] == sum(cell["count"] for cell in found["cells"].values())
        assert found["total"] == sum(unit["total"] for unit in found["units"])
    assert (await state(shared, at=second(-10)))["total"] == 0


async def test_pages_of_the_state_follow_each_other(shared: Office) -> None:
    for _ in range(3):
        await shared.issue()
    whole = await state(shared, limit=1000)
    codes: list[str] = []
    following: dict[str, Any] = {}
    at, size = whole["at"], len(whole["items"]) // 2
    while following is not None:
        page = await state(shared, at=at, known=at, limit=size, **following)
        codes += [item["code"] for item in page["items"]]
        assert page["total"] == whole["total"]
        if page["next_after"] is None:
            break
        following = {"after": page["next_after"]}
    assert codes == [item["code"] for item in whole["items"]]


async def test_further_pages_are_of_the_moment_of_the_first_and_of_nobody_else(shared: Office) -> None:
    for _ in range(2):
        await shared.issue()
    first = await state(shared, limit=1)
    await shared.issue()
    for asked in ({}, {"at": first["at"], "known": first["known"]}):
        further = await state(shared, limit=1, after=first["next_after"], **asked)
        assert (further["at"], further["total"]) == (first["at"], first["total"])
    theirs = await state(shared, limit=1, after=first["next_after"], unit="VP", at=first["at"], known=first["known"])
    assert (theirs["total"], first["total"] > 0) == (0, True)
    assert (await state(shared, limit=1))["at"] > first["at"]
    assert (await state(shared, "pct", limit=1, after=first["next_after"], unit="NV"))["at"] > first["at"]


async def test_a_further_page_whose_district_is_gone_is_made_anew(
    shared: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await shared.issue()
    monkeypatch.setattr(districts, "KEPT_SECONDS", 0.0)
    first = await state(shared, limit=1)
    assert (await state(shared, limit=1, after=first["next_after"]))["at"] > first["at"]
    fixed = {"at": first["at"], "known": first["known"]}
    assert (await state(shared, limit=1, after=first["next_after"], **fixed))["total"] == first["total"]


async def test_one_state_is_made_at_a_time_and_not_for_long(shared: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await shared.as_("kiem-tra")
    two = await asyncio.gather(*(client.get("/audit/state") for _ in range(2)))
    assert sorted((one.status_code, one.json().get("code", "")) for one in two) == [(200, ""), (429, "replay_running")]
    monkeypatch.setattr(districts, "LIMIT_SECONDS", 0.1)
    answer = await client.get("/audit/state")
    assert (answer.status_code, answer.json()["code"]) == (503, "replay_too_long")


async def test_a_unit_and_a_leader_see_their_own(shared: Office) -> None:
    ours = await shared.issue(lead_unit="P-B", coordinating_units=[])
    found = await state(shared, "pct", unit="P-B", limit=1000)
    assert ours["code"] in {item["code"] for item in found["items"]}
    assert {item["lead_unit"] for item in found["items"]} == {"P-B"} == {unit["unit"] for unit in found["units"]}


@pytest.mark.parametrize("who", ["tp-nv", "cv-nv", "cv-theo-doi", "ct-a"])
async def test_others_are_refused(shared: Office, who: str) -> None:
    answer = await (await shared.as_(who)).get("/audit/state")
    assert (answer.status_code, answer.json()["code"]) == (403, "overseers_only")


@pytest.mark.parametrize(
    "params",
    [{"unit": "XX"}, {"after": "x"}, {"limit": 0}, {"limit": 1001}, {"known": ""}, {"at": "now"}, {"day": "x"}],
    ids=str,
)
async def test_parameters_that_make_no_sense(shared: Office, params: dict[str, Any]) -> None:
    answer = await (await shared.as_("kiem-tra")).get("/audit/state", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter")
