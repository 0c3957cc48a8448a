"""Desks and the choice of officers through HTTP, on the real servers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.directory import Grant, Person, Role
from domain.instants import local
from storage.directory import import_people
from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import Office


async def desk(office: Office, by: str, **query: Any) -> dict[str, Any]:
    answer = await (await office.as_(by)).get("/me/work", params={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def waiting(office: Office, by: str, directive: dict[str, Any], **query: Any) -> str | None:
    """What the directive waits for on this desk; None if it does not lie there."""
    items = (await desk(office, by, **query))["items"]
    return next((item["waits_for"] for item in items if item["id"] == directive["id"]), None)


async def done(office: Office, by: str, command: str, directive: dict[str, Any], **body: Any) -> None:
    answer = await office.do(by, command, directive, **body)
    assert answer.status_code == 200, answer.text


async def test_a_directive_goes_from_desk_to_desk(shared: Office) -> None:
    directive = await shared.issue(officer=None)
    assert [await waiting(shared, who, directive) for who in ("tp-nv", "cv-nv", "cv-tnmt")] == ["offer", "offer", None]
    await done(shared, "cv-nv", "claim", directive, start=True)
    assert [await waiting(shared, who, directive) for who in ("tp-nv", "cv-nv")] == [None, "work"]
    refused(await shared.do("tp-nv", "claim", directive), 409, "officer_taken")
    await done(shared, "cv-nv", "release", directive, reason="Quá tải")
    assert await waiting(shared, "tp-nv", directive, **{"for": "offer"}) == "offer"
    assert await waiting(shared, "tp-nv", directive, **{"for": "approval"}) is None
    refused(await shared.do("cv-nv", "release", directive, reason="x"), 409, "no_officer")
    await done(shared, "cv-nv", "report-completion", directive, result="Xong")
    assert [await waiting(shared, who, directive) for who in ("tp-nv", "chu-tich")] == ["approval", None]
    await done(shared, "tp-nv", "approve-completion", directive)
    assert [await waiting(shared, who, directive) for who in ("tp-nv", "chu-tich")] == [None, "decision"]
    await done(shared, "chu-tich", "accept", directive)
    assert await waiting(shared, "chu-tich", directive) is None


async def test_a_desk_counts_what_lies_on_it(shared: Office) -> None:
    before = (await desk(shared, "cv-nv"))["counts"]["offer"]
    await shared.issue(officer=None)
    body = await desk(shared, "cv-nv", **{"for": "offer", "limit": 1})
    assert (len(body["items"]), body["total"], body["counts"]["offer"]) == (1, before + 1, before + 1)
    refused(await (await shared.as_("cv-nv")).get("/me/work", params={"for": "play"}), 422, "invalid_parameter")


async def test_the_head_sees_what_speaks_for_whom_and_lets_a_rule_choose(running_office: Office) -> None:
    officer = Grant(role=Role.OFFICER, unit="NV")
    more = [Person(username=f"cv-{n}", full_name=f"Chuyên viên {n}", unit="NV", roles=(officer,)) for n in (1, 2)]
    await import_people(running_office.pool, more)
    for _ in range(2):
        await running_office.issue(officer="cv-nv")
    await running_office.issue(officer="cv-1", title="Rà soát hồ sơ")
    directive = await running_office.issue(officer=None, title="Rà soát hồ sơ cán bộ")
    head = await running_office.as_("tp-nv")
    seen = (await head.get(f"/directives/{directive['id']}/officers")).json()
    assert [(one["officer"], one["open"]) for one in seen["items"]] == [("cv-2", 0), ("cv-1", 1), ("cv-nv", 2)]
    await done(running_office, "tp-nv", "assign-officer", directive, choose="fewest_open")
    state = await running_office.show(directive)
    assert state["officer"] == "cv-2"
    faulty = await running_office.do("tp-nv", "assign-officer", directive)
    assert refused(faulty, 422, "invalid_field")["errors"]
    events = (await head.get(f"/directives/{directive['id']}/events")).json()["items"]
    assert events[-1]["data"]["chosen_by"] == "fewest_open"


async def test_asking_for_a_choice_twice_chooses_once(running_office: Office) -> None:
    directive = await running_office.issue(officer=None)
    body = {"choose": "lot", "command_id": "0b6fdb5e-64a7-4b44-8f7a-3a6f4c1d2e01"}
    await done(running_office, "tp-nv", "assign-officer", directive, **body)
    await running_office.issue(officer="cv-nv")
    await done(running_office, "tp-nv", "assign-officer", directive, **body)
    assert (await running_office.types(directive)).count("OfficerAssigned") == 1


async def test_who_sees_work_before_and_after_it_is_taken_is_set_by_roles_and_named_units(
    running_office: Office,
) -> None:
    async def seen_by(user: str, directive: dict[str, Any]) -> bool:
        answer = await (await running_office.as_(user)).get(f"/directives/{directive['id']}")
        return answer.status_code == 200

    hidden = await running_office.issue(officer=None, coordinating_units=[], informed_units=[])
    shown = await running_office.issue(officer=None, coordinating_units=[], informed_units=["P-A"])
    for taken in (False, True):
        if taken:
            await done(running_office, "cv-nv", "claim", hidden)
            await done(running_office, "cv-nv", "claim", shown)
        assert [await seen_by("ct-a", directive) for directive in (hidden, shown)] == [False, True], taken
        assert [await seen_by("cv-nv", directive) for directive in (hidden, shown)] == [True, True], taken
    auditor = Grant(role=Role.AUDITOR, unit="NV")
    await import_people(running_office.pool, [Person(username="ct-a", full_name="A", unit="P-A", roles=(auditor,))])
    await eventually(lambda: seen_by("ct-a", hidden))


async def test_one_officer_sees_all_that_they_have_in_hand(running_office: Office) -> None:
    directives = [await running_office.issue(officer="cv-nv") for _ in range(3)]
    for directive in directives:
        await done(running_office, "cv-nv", "acknowledge", directive)
    items = (await desk(running_office, "cv-nv", **{"for": "work"}))["items"]
    assert {item["id"] for item in items} == {directive["id"] for directive in directives}
    assert {item["phase"] for item in items} == {"in_progress"}


async def test_a_substitute_finds_the_work_of_the_absent_on_the_desk(running_office: Office) -> None:
    directive = await running_office.issue(officer="cv-nv", coordinating_units=[], informed_units=[])
    today = local(datetime.now(UTC)).date()
    days = {"first_day": str(today - timedelta(days=1)), "last_day": str(today + timedelta(days=2))}
    body = {"absent": "cv-nv", "substitute": "cv-tnmt", **days}
    answer = await (await running_office.as_("quan-tri")).post("/substitutions", json=body)
    assert answer.status_code == 201, answer.text

    async def lies() -> bool:
        items = (await desk(running_office, "cv-tnmt", **{"for": "work"}))["items"]
        return [(item["id"], item["on_behalf_of"]) for item in items] == [(directive["id"], "cv-nv")]

    await eventually(lies)
