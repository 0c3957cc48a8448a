"""The turns of a directive through HTTP, on the real servers: extension, delegation, decline, suspension, reassignment, parts."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.directory import Grant, Person, Role, Unit, UnitKind
from domain.instants import instant_from, rfc3339
from storage.directory import import_people, import_units
from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import Office


async def done(office: Office, by: str, command: str, directive: dict[str, Any], **body: Any) -> dict[str, Any]:
    """The state after a command that must be accepted."""
    answer = await office.do(by, command, directive, **body)
    assert answer.status_code == 200, answer.text
    state: dict[str, Any] = answer.json()
    return state


async def progress(office: Office, parent: dict[str, Any]) -> tuple[int, int, int]:
    """How many sub-directives there are, how many are completed, and how far they are together."""
    body = (await (await office.as_("chu-tich")).get(f"/directives/{parent['id']}/subdirectives")).json()
    assert [item["id"] for item in body["items"]] == (await office.show(parent))["children"]
    return body["total"], body["completed"], body["progress_percent"]


def days_after(directive: dict[str, Any], days: int) -> dict[str, str]:
    return {"at": rfc3339(instant_from(directive["due_at"]) + timedelta(days=days))}


async def test_an_extension_is_asked_for_and_decided(shared: Office) -> None:
    directive = await shared.issue()
    longer = days_after(directive, 7)
    asked = await done(shared, "tp-nv", "request-extension", directive, deadline=longer, reason="Chờ số liệu")
    assert asked["extensions"][0]["status"] == "pending"
    assert asked["due_at"] == directive["due_at"]
    refused(
        await shared.do("tp-nv", "request-extension", directive, deadline=longer, reason="x"), 409, "extension_pending"
    )
    first, second = await asyncio.gather(
        shared.do("chu-tich", "grant-extension", directive),
        shared.do("pct", "refuse-extension", directive, reason="Gấp"),
    )
    assert sorted((first.status_code, second.status_code)) == [200, 409], (
        "of two deciders one is told that it is decided"
    )
    state = await shared.show(directive)
    assert state["original_due_at"] == directive["due_at"]
    assert (state["due_at"] == longer["at"]) is (first.status_code == 200)
    inbox = (await (await shared.as_("chu-tich")).get("/notifications", params={"limit": 200})).json()["items"]
    assert "ExtensionRequested" in {line["type"] for line in inbox if line["directive_id"] == directive["id"]}


async def test_the_clock_stops_and_goes_on(shared: Office) -> None:
    directive = await shared.issue()
    body = {"cause": "other_body", "waits_on": "Sở Nội vụ", "reason": "Chờ hướng dẫn"}
    state = await done(shared, "chu-tich", "suspend", directive, **body)
    assert (state["phase"], state["stopped_time"][0]["waits_on"]) == ("suspended", "Sở Nội vụ")
    refused(await shared.do("tp-nv", "acknowledge", directive), 409, "not_possible_now")
    assert (await done(shared, "chu-tich", "resume", directive))["phase"] == "issued"


async def test_a_suspension_ends_by_itself(running_office: Office) -> None:
    directive = await running_office.issue()
    soon = rfc3339(instant_from((await running_office.show(directive))["issued_at"]) + timedelta(seconds=2))
    await done(running_office, "chu-tich", "suspend", directive, cause="funding", reason="Chờ kinh phí", until=soon)

    async def goes_on() -> bool:
        return bool((await running_office.show(directive))["phase"] == "issued")

    await eventually(goes_on)
    assert (await running_office.show(directive))["stopped_time"][0]["until"] == soon


async def test_a_decline_is_settled_with_another_unit(shared: Office) -> None:
    directive = await shared.issue(coordinating_units=[])
    declined = await done(shared, "tp-nv", "decline", directive, reason="Không thuộc thẩm quyền", proposed_unit="TNMT")
    assert (declined["phase"], declined["possible"]) == (
        "declined",
        ["settle-decline", "withdraw", "comment", "attach"],
    )
    body = {"settlement": "reassigned", "lead_unit": "TNMT", "reason": "Đúng chức năng"}
    moved = await done(shared, "chu-tich", "settle-decline", directive, **body)
    assert (moved["lead_unit"], moved["phase"], moved["tenures"][0]["unit"]) == ("TNMT", "issued", "NV")
    assert (await done(shared, "tp-tnmt", "acknowledge", directive))["phase"] == "in_progress"
    assert (await shared.show(directive, by="tp-nv"))["lead_unit"] == "TNMT", "the old unit still sees what it had"
    fault = refused(
        await shared.do("chu-tich", "settle-decline", directive, settlement="upheld", reason="x", lead_unit="NV"),
        422,
        "invalid_field",
    )
    assert "lead_unit" in fault["detail"]


async def test_a_coordinating_unit_reports_its_part(shared: Office) -> None:
    directive = await shared.issue()
    state = await done(shared, "cv-tnmt", "report-part", directive, result="Đã rà soát phần đất đai")
    assert [(part["unit"], part["late"]) for part in state["parts"]] == [("TNMT", False)]


async def test_one_call_delegates_to_many_and_the_parent_follows_them(shared: Office) -> None:
    parent = await shared.issue(coordinating_units=["P-A", "P-B"])
    key = uuid4()
    body = {"units": ["P-A", "P-B"], "title": "Rà soát tại phường", "command_id": str(key)}
    state = await done(shared, "tp-nv", "delegate", parent, **body)
    assert [child["lead_unit"] for child in state["subdirectives"]] == ["P-A", "P-B"]
    assert [child["id"] for child in state["subdirectives"]] == state["children"]
    again = await done(shared, "tp-nv", "delegate", parent, **body)
    assert (again["version"], again["children"]) == (state["version"], state["children"]), "a repeat delegates nothing"
    first, second = ({"id": child} for child in state["children"])
    assert (await shared.show(first))["code"] == state["subdirectives"][0]["code"]
    await done(shared, "tp-nv", "acknowledge", parent)
    waiting = await shared.do("tp-nv", "report-completion", parent, result="Xong")
    assert refused(waiting, 409, "open_subdirectives")["subdirectives"] == [c["code"] for c in state["subdirectives"]]
    await done(shared, "ct-a", "report-progress", first, percent=50)
    assert await progress(shared, parent) == (2, 0, 25)
    for child, head in ((first, "ct-a"), (second, "ct-b")):
        if child is second:
            await done(shared, head, "acknowledge", child)
        await done(shared, head, "report-completion", child, result="Xong")
        await done(shared, "tp-nv", "accept", child)
    assert (await shared.show(parent))["subdirectives_open"] == 0
    assert await progress(shared, parent) == (2, 2, 100)
    assert (await done(shared, "tp-nv", "report-completion", parent, result="Xong"))["phase"] == "awaiting_acceptance"
    assert (await shared.types(parent))[:3] == ["DirectiveIssued", "SubdirectiveIssued", "SubdirectiveIssued"]
    assert (await shared.types(parent)).count("SubdirectiveClosed") == 2


async def test_whoever_may_not_see_a_sub_directive_only_counts_it(shared: Office) -> None:
    parent = await shared.issue(coordinating_units=["P-A", "P-B"])
    await done(shared, "chu-tich", "delegate", parent, units=["P-A", "P-B"])
    seen = await shared.show(parent, by="ct-a")
    assert [child["lead_unit"] for child in seen["subdirectives"]] == ["P-A"]
    assert (len(seen["children"]), seen["subdirectives_total"]) == (1, 2)


async def test_delegation_is_all_or_none(shared: Office) -> None:
    parent = await shared.issue()
    refused(await shared.do("chu-tich", "delegate", parent, units=["P-A", "XX"]), 422, "unknown_unit")
    refused(await shared.do("chu-tich", "delegate", parent, units=[]), 422, "invalid_field")
    state = await shared.show(parent)
    assert (state["version"], state["children"]) == (1, [])


async def test_sub_directives_close_at_once_and_the_parent_hears_of_all(running_office: Office) -> None:
    parent = await running_office.issue(coordinating_units=["P-A", "P-B"])
    state = await done(running_office, "chu-tich", "delegate", parent, units=["TNMT", "P-A", "P-B"])
    ends = [running_office.do("chu-tich", "withdraw", {"id": child}, reason="Trùng") for child in state["children"]]
    assert [answer.status_code for answer in await asyncio.gather(*ends)] == [200, 200, 200]
    assert (await running_office.types(parent)).count("SubdirectiveClosed") == 3


async def test_fourteen_wards_in_one_call(running_office: Office) -> None:
    wards = [f"P-{n:02}" for n in range(1, 15)]
    await import_units(
        running_office.pool,
        [Unit(code=code, name=f"Phường {code}", kind=UnitKind.WARD, parent="UBQ") for code in wards],
    )
    heads = [
        Person(
            username=f"ct-{code.lower()}",
            full_name=f"Chủ tịch {code}",
            unit=code,
            roles=(Grant(role=Role.UNIT_HEAD, unit=code),),
        )
        for code in wards
    ]
    await import_people(running_office.pool, heads)
    parent = await running_office.issue()
    state = await done(running_office, "chu-tich", "delegate", parent, units=wards, title="Rà soát tại phường")
    assert len(state["children"]) == 14
    codes = [child["code"] for child in state["subdirectives"]]
    assert len({*codes}) == 14
    for head, child in zip(heads, state["children"], strict=True):
        await done(running_office, head.username, "acknowledge", {"id": child})


@pytest.mark.parametrize("deadline", [{"working_days": 40}, {"none_because": "Thường xuyên"}], ids=["later", "none"])
async def test_a_directive_under_another_lies_within_it(shared: Office, deadline: dict[str, Any]) -> None:
    parent = await shared.issue()
    leader = await shared.as_("chu-tich")
    body = {**(await shared.issue()), "deadline": deadline}
    child = {name: body[name] for name in ("title", "content", "lead_unit", "expected_result")}
    answer = await leader.post("/directives", json={**child, "deadline": deadline, "parent": parent["id"]})
    refused(answer, 422, "deadline_past_parent")
    many = {"directives": [{**child, "deadline": {"working_days": 2}, "parent": parent["id"]} for _ in range(3)]}
    issued = await leader.post("/directives", json=many)
    assert issued.status_code == 201, issued.text
    assert (await shared.show(parent))["subdirectives_open"] == 3
