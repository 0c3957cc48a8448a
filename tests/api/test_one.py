"""One directive: by id or number, as it is and as it stood, with its sub-directives."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.directory import Grant, Role
from domain.instants import instant_from, rfc3339
from storage.directory import import_people
from tests.api.refusals import refused
from tests.domain.district import person
from tests.support.eventually import eventually
from tests.support.office import ISSUE, Office


@pytest.fixture(scope="session")
async def told(shared: Office) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A directive with a history of four events, and the answer that was given to each command."""
    directive = await shared.issue()
    answers = [directive]
    for by, command, body in (
        ("tp-nv", "acknowledge", {}),
        ("tp-nv", "assign-officer", {"officer": "cv-nv"}),
        ("cv-nv", "report-progress", {"percent": 40, "note": "đã rà soát 40 hồ sơ"}),
    ):
        answer = await shared.do(by, command, directive, **body)
        assert answer.status_code == 200, answer.text
        answers.append(answer.json())
    return directive, answers


async def test_it_is_found_by_its_id_and_by_its_number(shared: Office, told: tuple[dict[str, Any], Any]) -> None:
    directive, leader = told[0], await shared.as_("chu-tich")
    by_id = await leader.get(f"/directives/{directive['id']}")
    assert (by_id.status_code, by_id.headers["etag"]) == (200, '"4"')
    for reference in (directive["code"].replace("/", "-"), directive["id"].upper(), f"{{{directive['id']}}}"):
        answer = await leader.get(f"/directives/{reference}")
        assert (answer.status_code, answer.json(), answer.headers["etag"]) == (200, by_id.json(), '"4"')


async def test_a_command_finds_it_by_its_number_too(shared: Office) -> None:
    directive = await shared.issue()
    reference = directive["code"].replace("/", "-")
    answer = await (await shared.as_("tp-nv")).post(f"/directives/{reference}/acknowledge", json={})
    assert (answer.status_code, answer.json()["id"]) == (200, directive["id"])


async def test_a_version_is_as_the_answer_to_its_command(shared: Office, told: tuple[dict[str, Any], Any]) -> None:
    directive, answers = told
    for version, answer in enumerate(answers, 1):
        past = await (await shared.as_("chu-tich")).get(f"/directives/{directive['id']}", params={"version": version})
        assert (past.status_code, past.headers["etag"]) == (200, f'"{version}"')
        assert past.json() == answer
    beyond = await (await shared.as_("chu-tich")).get(f"/directives/{directive['id']}", params={"version": 5})
    refused(beyond, 404, "unknown_directive")


async def test_an_instant_is_as_it_was_recorded_then(shared: Office, told: tuple[dict[str, Any], Any]) -> None:
    directive, answers = told
    leader = await shared.as_("chu-tich")
    path = f"/directives/{directive['id']}"
    events = (await leader.get(f"{path}/events")).json()["items"]
    instants = [instant_from(event["recorded_at"]) for event in events]
    for number, moment in enumerate(instants):
        after = min([*instants[number + 1 :], datetime.now(UTC)]) - timedelta(microseconds=1)
        for at in (moment, max(moment, after)):
            past = await leader.get(path, params={"at": rfc3339(at)})
            assert past.json() == answers[number]
    before = await leader.get(path, params={"at": rfc3339(instants[0] - timedelta(microseconds=1))})
    refused(before, 404, "unknown_directive")
    local = await leader.get(path, params={"at": instants[1].astimezone().isoformat()})
    assert local.json() == answers[1]


async def test_what_has_not_come_yet_stands_as_now(shared: Office) -> None:
    directive = await shared.issue(deadline={"working_days": 1})
    at = rfc3339(datetime.now(UTC) + timedelta(days=300))
    answer = await (await shared.as_("chu-tich")).get(f"/directives/{directive['id']}", params={"at": at})
    assert answer.json()["timeliness"] == (await shared.show(directive))["timeliness"] != "overdue"


async def test_the_sub_directives_are_named_with_their_parent(shared: Office) -> None:
    parent = await shared.issue()
    leader = await shared.as_("chu-tich")
    path = f"/directives/{parent['id']}"
    before = rfc3339(datetime.now(UTC))
    children = [(await shared.issue(parent=parent["id"], title=f"Việc nhánh {n}"))["id"] for n in range(2)]
    assert (await shared.show(parent))["children"] == children
    taken = await shared.do("tp-nv", "acknowledge", parent)
    assert taken.json()["children"] == children
    assert (await leader.get(path, params={"version": 1})).json()["children"] == []
    assert (await leader.get(path, params={"version": 2})).json()["children"] == children[:1]
    assert (await leader.get(path, params={"version": 4})).json()["children"] == children
    assert (await leader.get(path, params={"at": before})).json()["children"] == []
    assert (await leader.get(f"/directives/{children[0]}")).json()["parent"] == parent["id"]


async def test_of_its_sub_directives_everyone_is_told_those_they_may_see(shared: Office) -> None:
    parent = await shared.issue(lead_unit="NV", coordinating_units=["TNMT"])
    ours = await shared.issue(parent=parent["id"], lead_unit="NV", coordinating_units=[])
    theirs = await shared.issue(parent=parent["id"], lead_unit="TNMT", coordinating_units=[], officer=None)
    for who, seen in (("chu-tich", [ours, theirs]), ("tp-nv", [ours]), ("tp-tnmt", [theirs])):
        client = await shared.as_(who)
        path, ids = f"/directives/{parent['id']}", [child["id"] for child in seen]
        assert (await client.get(path)).json()["children"] == ids
        assert (await client.get(path, params={"at": rfc3339(datetime.now(UTC))})).json()["children"] == ids
        listed = (await client.get("/directives", params={"q": parent["code"]})).json()["items"]
        assert [item["children"] for item in listed] == [ids]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("many", [False, True])
async def test_a_parent_that_is_not_there_or_not_visible_is_refused_alike(shared: Office, many: bool) -> None:
    leader = await shared.as_("chu-tich")
    body = {**ISSUE, "parent": str(uuid4())}
    answer = await leader.post("/directives", json={"directives": [ISSUE, body]} if many else body)
    problem = refused(answer, 422, "unknown_parent")
    assert problem["parent"] == body["parent"]


async def test_a_parent_that_one_may_not_see_is_refused_like_one_that_is_not_there(shared: Office) -> None:
    limited = person("pct-nv", Role.LEADER, "NV")
    await import_people(shared.pool, [limited])
    client = await shared.as_("pct-nv")
    shown, hidden = [await shared.issue(lead_unit=u, coordinating_units=[], officer=None) for u in ("NV", "TNMT")]
    body = {**ISSUE, "coordinating_units": [], "parent": hidden["id"]}
    assert refused(await client.post("/directives", json=body), 422, "unknown_parent")["parent"] == hidden["id"]
    both = [{**body, "parent": shown["id"]}, body]
    assert refused(await client.post("/directives", json={"directives": both}), 422, "unknown_parent")["index"] == 1

    headers = {"Idempotency-Key": "issued while it was visible"}
    wide = limited.model_copy(update={"roles": (*limited.roles, Grant(role=Role.LEADER, unit="TNMT"))})
    await import_people(shared.pool, [wide])

    async def issued() -> dict[str, Any]:
        answer = await client.post("/directives", json=body, headers=headers)
        return dict(answer.json()) if answer.status_code == 201 else {}

    first = await eventually(issued)
    await import_people(shared.pool, [limited])
    await eventually(lambda: _not_seen(client, hidden["id"]))
    assert (await client.post("/directives", json=body, headers=headers)).json()["id"] == first["id"]


async def _not_seen(client: httpx.AsyncClient, directive_id: str) -> bool:
    return (await client.get(f"/directives/{directive_id}")).status_code == 404


async def test_a_read_follows_the_command_at_once(shared: Office) -> None:
    directive = await shared.issue()
    for percent in range(5, 50, 5):
        answer = await shared.do("cv-nv", "report-progress", directive, percent=percent)
        shown = await shared.show(directive)
        assert (shown["progress_percent"], shown["version"]) == (percent, answer.json()["version"])
