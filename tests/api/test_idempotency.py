"""A repeated command gets its first answer, whatever has happened since, and is never carried out twice."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.ids import tick_id
from tests.api.refusals import refused
from tests.api.traces import tables_with
from tests.support.office import ISSUE, Office


def chosen(by_key: bool) -> tuple[dict[str, str], dict[str, str]]:
    """A new id of a command, as headers or as a part of the body."""
    return ({"Idempotency-Key": str(uuid4())}, {}) if by_key else ({}, {"command_id": str(uuid4())})


async def post(
    office: Office, by: str, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> httpx.Response:
    return await (await office.as_(by)).post(path, json=body, headers=headers)


@pytest.mark.parametrize("by_key", [True, False], ids=["key", "command_id"])
async def test_a_repeated_issue_gives_the_first_answer(shared: Office, by_key: bool) -> None:
    headers, extra = chosen(by_key)
    first = await post(shared, "chu-tich", "/directives", ISSUE | extra, headers)
    assert (await shared.do("tp-nv", "acknowledge", first.json())).status_code == 200
    again = await post(shared, "chu-tich", "/directives", ISSUE | extra, headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert [again.headers[name] for name in ("etag", "location")] == ['"1"', first.headers["location"]]


@pytest.mark.parametrize("by_key", [True, False], ids=["key", "command_id"])
async def test_a_repeated_command_gives_the_first_answer(shared: Office, by_key: bool) -> None:
    directive = await shared.issue()
    path = f"/directives/{directive['id']}/report-progress"
    headers, extra = chosen(by_key)
    first = await post(shared, "cv-nv", path, {"percent": 30, **extra}, headers)
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (await shared.do("cv-nv", "report-progress", directive, percent=60)).status_code == 200
    again = await post(shared, "cv-nv", path, {"percent": 30, **extra}, headers)
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), '"2"')
    assert (await shared.show(directive))["progress_percent"] == 60
    assert await shared.types(directive) == ["DirectiveIssued", "ProgressReported", "ProgressReported"]


async def test_a_repeat_is_not_stale(shared: Office) -> None:
    directive = await shared.issue()
    path = f"/directives/{directive['id']}/acknowledge"
    headers = {"If-Match": '"1"', "Idempotency-Key": str(uuid4())}
    first = await post(shared, "tp-nv", path, {}, headers)
    assert (await shared.do("tp-nv", "comment", directive, text="x")).status_code == 200
    again = await post(shared, "tp-nv", path, {}, headers)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_a_stale_command_may_be_given_again_under_its_key(shared: Office) -> None:
    directive = await shared.issue()
    path = f"/directives/{directive['id']}/comment"
    key = {"Idempotency-Key": str(uuid4())}
    refused(await post(shared, "tp-nv", path, {"text": "x"}, {**key, "If-Match": '"7"'}), 412, "stale_version")
    assert (await post(shared, "tp-nv", path, {"text": "x"}, {**key, "If-Match": '"1"'})).status_code == 200


async def test_a_refused_command_may_be_mended_under_its_key(shared: Office) -> None:
    directive = await shared.issue()
    path = f"/directives/{directive['id']}/assign-officer"
    key = {"Idempotency-Key": str(uuid4())}
    refused(await post(shared, "tp-nv", path, {"officer": "cv-tnmt"}, key), 422, "unknown_officer")
    mended = await post(shared, "tp-nv", path, {"officer": "cv-nv"}, key)
    assert (mended.status_code, mended.json()["officer"]) == (200, "cv-nv")


async def test_another_body_under_the_same_key_is_refused(shared: Office) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    directive = (await post(shared, "chu-tich", "/directives", ISSUE, headers)).json()
    other = await post(shared, "chu-tich", "/directives", {**ISSUE, "title": "Việc khác"}, headers)
    refused(other, 422, "idempotency_key_reused")
    path = f"/directives/{directive['id']}"
    refused(await post(shared, "chu-tich", f"{path}/withdraw", {"reason": "x"}, headers), 422, "idempotency_key_reused")
    key = {"Idempotency-Key": str(uuid4())}
    assert (await post(shared, "tp-nv", f"{path}/comment", {"text": "một"}, key)).status_code == 200
    refused(await post(shared, "tp-nv", f"{path}/comment", {"text": "hai"}, key), 422, "idempotency_key_reused")
    refused(await post(shared, "tp-nv", f"{path}/acknowledge", {}, key), 422, "idempotency_key_reused")
    assert await shared.types(directive) == ["DirectiveIssued", "Commented"]


async def test_another_directive_under_the_same_key_is_refused(shared: Office) -> None:
    one, two = await shared.issue(), await shared.issue()
    key = {"Idempotency-Key": str(uuid4())}
    assert (await post(shared, "tp-nv", f"/directives/{one['id']}/acknowledge", {}, key)).status_code == 200
    again = await post(shared, "tp-nv", f"/directives/{two['id']}/acknowledge", {}, key)
    refused(again, 422, "idempotency_key_reused")


async def test_keys_of_two_people_never_meet(shared: Office) -> None:
    directive = await shared.issue()
    key = {"Idempotency-Key": str(uuid4())}
    for by in ("tp-nv", "cv-nv", "tp-tnmt"):
        answer = await post(shared, by, f"/directives/{directive['id']}/comment", {"text": "Đã rõ"}, key)
        assert answer.status_code == 200, answer.text
    assert await shared.types(directive) == ["DirectiveIssued", *["Commented"] * 3]


async def test_the_command_id_of_somebody_else_is_refused(shared: Office) -> None:
    directive = await shared.issue()
    body = {"text": "Đã rõ", "command_id": str(uuid4())}
    path = f"/directives/{directive['id']}/comment"
    assert (await post(shared, "tp-nv", path, body)).status_code == 200
    refused(await post(shared, "cv-nv", path, body), 422, "idempotency_key_reused")


async def test_the_id_in_the_body_goes_before_the_key(shared: Office) -> None:
    directive = await shared.issue()
    command_id, headers = str(uuid4()), {"Idempotency-Key": "k"}
    path = f"/directives/{directive['id']}/acknowledge"
    assert (await post(shared, "tp-nv", path, {"command_id": command_id}, headers)).status_code == 200
    events = (await (await shared.as_("tp-nv")).get(f"/directives/{directive['id']}/events")).json()["items"]
    assert events[-1]["command_id"] == command_id


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_has_one_to_two_hundred_characters(shared: Office, unchanged: None, key: str) -> None:
    answer = await post(shared, "chu-tich", "/directives", ISSUE, {"Idempotency-Key": key})
    refused(answer, 422, "invalid_idempotency_key")


@pytest.mark.parametrize("count", [2, 6])
async def test_the_same_request_at_the_same_time_makes_one_directive(shared: Office, count: int) -> None:
    leader = await shared.as_("chu-tich")
    total = (await leader.get("/directives")).json()["total"]
    headers = {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(post(shared, "chu-tich", "/directives", ISSUE, headers) for _ in range(count)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await leader.get("/directives")).json()["total"] == total + 1


async def test_the_same_command_at_the_same_time_happens_once(shared: Office) -> None:
    directive = await shared.issue()
    body = {"percent": 10, "command_id": str(uuid4())}
    path = f"/directives/{directive['id']}/report-progress"
    answers = await asyncio.gather(*(post(shared, "cv-nv", path, body) for _ in range(5)))
    assert {(answer.status_code, answer.headers["etag"]) for answer in answers} == {(200, '"2"')}
    assert await shared.types(directive) == ["DirectiveIssued", "ProgressReported"]


async def test_of_two_bodies_under_one_key_at_the_same_time_one_is_refused(shared: Office) -> None:
    directive = await shared.issue()
    path = f"/directives/{directive['id']}/comment"
    key = {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(post(shared, "tp-nv", path, {"text": text}, key) for text in ("một", "hai")))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    refused(max(answers, key=lambda answer: answer.status_code), 422, "idempotency_key_reused")
    assert await shared.types(directive) == ["DirectiveIssued", "Commented"]


async def test_the_record_keeps_no_key(shared: Office, shared_url: str) -> None:
    key = f"key-{uuid4()}"
    assert (await post(shared, "chu-tich", "/directives", ISSUE, {"Idempotency-Key": key})).status_code == 201
    assert await tables_with(shared_url, key) == []


async def test_an_id_that_the_record_derives_for_itself_cannot_be_taken_beforehand(shared: Office) -> None:
    directive = await shared.issue()
    path = f"/directives/{directive['id']}/comment"
    coming = tick_id(UUID(directive["id"]), 2, directive["next_wakeup_at"])
    body = {"text": "Đã rõ", "command_id": str(coming)}
    first = await post(shared, "tp-nv", path, body)
    assert (await post(shared, "tp-nv", path, body)).json() == first.json()
    events = (await (await shared.as_("tp-nv")).get(f"/directives/{directive['id']}/events")).json()["items"]
    assert [event["type"] for event in events] == ["DirectiveIssued", "Commented"]
    assert events[1]["command_id"] != str(coming)
    assert (await shared.show(directive))["next_wakeup_at"] == directive["next_wakeup_at"]
