"""Substitution over HTTP: decided by administrators and by leaders for themselves, at work at once, told in both languages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.instants import local
from domain.registries import Registry
from storage.registries import history
from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import Office

DAY = timedelta(days=1)


@pytest.fixture
def office(running_office: Office) -> Office:
    """An office of the test's own: who acts for whom concerns everybody."""
    return running_office


def today() -> date:
    return local(datetime.now(UTC)).date()


def body(substitute: str = "pct", **changes: Any) -> dict[str, Any]:
    """From yesterday to the day after tomorrow, so that midnight matters to no test."""
    days = {"first_day": str(today() - DAY), "last_day": str(today() + 2 * DAY)}
    return {"substitute": substitute, **days, **changes}


async def decided(office: Office, by: str = "quan-tri", **changes: Any) -> dict[str, Any]:
    answer = await (await office.as_(by)).post("/substitutions", json=body(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_administrator_decides_and_both_are_named(office: Office) -> None:
    one = await decided(office, absent="tp-nv", substitute="tp-tnmt", decision_number="7/QĐ-UBND")
    names = one["absent"], one["absent_name"], one["substitute"], one["substitute_name"], one["decision_number"]
    assert names == ("tp-nv", "Đồng chí tp-nv", "tp-tnmt", "Đồng chí tp-tnmt", "7/QĐ-UBND")
    assert (await (await office.as_("tp-nv")).get("/substitutions")).json() == {"items": [one]}
    assert (await (await office.as_("ct-b")).get("/substitutions")).json() == {"items": []}
    [(_, event)] = await history(office.pool, Registry.DIRECTORY)
    assert (event.actor.user, event.actor.role, event.data.type) == ("quan-tri", "admin", "SubstitutionDecided")


async def test_the_substitute_sees_acts_and_is_told_in_the_name_of_the_absent(office: Office) -> None:
    directive = await office.issue(coordinating_units=[])
    substitute = await office.as_("tp-tnmt")
    assert (await substitute.get(f"/directives/{directive['id']}")).status_code == 404
    await decided(office, absent="tp-nv", substitute="tp-tnmt")

    async def sees() -> bool:
        return (await substitute.get(f"/directives/{directive['id']}")).status_code == 200

    await eventually(sees)
    assert (await substitute.get("/me")).json()["acting_for"] == [{"username": "tp-nv", "full_name": "Đồng chí tp-nv"}]
    assert (await office.do("tp-tnmt", "acknowledge", directive)).status_code == 200
    events = (await substitute.get(f"/directives/{directive['id']}/events")).json()["items"]
    actor = events[-1]["actor"]
    assert (actor["user"], actor["on_behalf_of"], actor["on_behalf_of_name"]) == ("tp-tnmt", "tp-nv", "Đồng chí tp-nv")
    assert (actor["role"], actor["over"]) == ("unit_head", "NV")
    assert (await office.do("chu-tich", "comment", directive, text="Khẩn trương")).status_code == 200
    told = (await substitute.get("/notifications")).json()["items"]
    assert [notice["type"] for notice in told] == ["Commented"]


async def test_a_leader_decides_for_himself_and_for_nobody_else(office: Office) -> None:
    one = await decided(office, by="chu-tich")
    assert one["absent"] == "chu-tich"
    leader, head = await office.as_("chu-tich"), await office.as_("tp-nv")
    refused(await leader.post("/substitutions", json=body("tp-tnmt", absent="tp-nv")), 403, "not_permitted")
    refused(await head.post("/substitutions", json=body("tp-tnmt")), 403, "not_permitted")
    refused(await head.post("/substitutions", json=body("tp-tnmt", absent="ai-do")), 403, "not_permitted")


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"substitute": "tp-nv"}, "substitution_own"),
    ({"substitute": "ai-do"}, "unknown_person"),
    ({"substitute": "cv-nv"}, "substitution_overlaps"),
    ({"absent": "tp-tnmt", "substitute": "tp-nv"}, "substitution_circular"),
    ({"absent": "ct-a", "last_day": "2026-01-01"}, "substitution_days"),
    ({"substitute": "a b"}, "invalid_field"),
    ({"first_day": "mai"}, "invalid_field"),
    ({"surprise": 1}, "unknown_field"),
)


async def test_what_cannot_be_is_refused_in_both_languages(office: Office) -> None:
    one = await decided(office, absent="tp-nv", substitute="tp-tnmt")
    admin = await office.as_("quan-tri")
    for changes, code in REFUSED:
        details = []
        for language in ("vi", "en"):
            wanted, headers = {**body(absent="tp-nv"), **changes}, {"Accept-Language": language}
            answer = await admin.post("/substitutions", json=wanted, headers=headers)
            details.append(refused(answer, 422, code)["detail"])
        assert details[0] != details[1]
    assert (await admin.get("/substitutions")).json() == {"items": [one]}


async def test_a_repeat_gets_the_first_answer_and_another_body_is_refused(office: Office) -> None:
    admin, headers = await office.as_("quan-tri"), {"Idempotency-Key": "uy-quyen-1"}
    wanted = body("tp-tnmt", absent="tp-nv")
    first = await admin.post("/substitutions", json=wanted, headers=headers)
    again = await admin.post("/substitutions", json=wanted, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await admin.post("/substitutions", json={**wanted, "substitute": "ct-a"}, headers=headers)
    refused(other, 422, "idempotency_key_reused")
    assert len(await history(office.pool, Registry.DIRECTORY)) == 1


async def test_an_id_of_a_directives_command_is_refused(office: Office) -> None:
    command_id = str(uuid4())
    await office.issue(command_id=command_id)
    admin = await office.as_("quan-tri")
    answer = await admin.post("/substitutions", json=body("tp-tnmt", absent="tp-nv", command_id=command_id))
    refused(answer, 422, "idempotency_key_reused")
    assert (await admin.get("/substitutions")).json() == {"items": []}


async def ended(client: httpx.AsyncClient, one: dict[str, Any] | UUID, **body: Any) -> httpx.Response:
    name = one["id"] if isinstance(one, dict) else one
    return await client.post(f"/substitutions/{name}/end", json=body)


async def test_it_ends_at_once_or_on_an_earlier_day(office: Office) -> None:
    one = await decided(office, by="chu-tich")
    leader, substitute = await office.as_("chu-tich"), await office.as_("pct")
    sooner = await ended(leader, one, last_day=str(today() + DAY))
    assert (sooner.status_code, sooner.json()["last_day"]) == (200, str(today() + DAY))
    refused(await ended(substitute, one), 403, "not_permitted")
    assert (await ended(leader, one)).status_code == 200
    assert (await ended(leader, one)).status_code == 200, "the same again is no change"
    refused(await ended(leader, one, last_day=str(today() + 9 * DAY)), 422, "substitution_days")

    async def acts_no_more() -> bool:
        return not (await substitute.get("/me")).json()["acting_for"]

    await eventually(acts_no_more)


async def test_unknown_and_unseen_ones_are_alike(office: Office) -> None:
    one = await decided(office, absent="tp-nv", substitute="tp-tnmt")
    stranger = await office.as_("ct-b")
    refused(await ended(stranger, one), 404, "not_found")
    refused(await ended(stranger, uuid4()), 404, "not_found")
