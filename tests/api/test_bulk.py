"""One command on many directives: each line says what came of it."""

from typing import Any
from uuid import uuid4

import pytest

from api.auth import Caller
from api.lookup import directive_for
from api.services import Services
from storage.directives import Found
from tests.api.refusals import refused
from tests.support.office import Office


async def test_each_is_decided_on_its_own(shared: Office) -> None:
    directives = [await shared.issue() for _ in range(3)]
    assert (await shared.do("chu-tich", "withdraw", directives[1], reason="Trùng")).status_code == 200
    references = [directives[0]["id"], directives[1]["id"], directives[2]["code"].replace("/", "-"), str(uuid4())]
    head = await shared.as_("tp-nv")
    answer = await head.post("/directives/bulk/acknowledge", json={"directives": references, "note": "Đã rõ"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert [item["directive"] for item in body["items"]] == references
    assert [item["status"] for item in body["items"]] == [200, 409, 200, 404]
    assert (body["done"], body["refused"]) == (2, 2)
    assert body["items"][0]["state"]["phase"] == "in_progress"
    assert body["items"][1]["problem"]["code"] == "not_possible_now"
    assert await shared.types(directives[2]) == ["DirectiveIssued", "DirectiveAcknowledged"]


async def test_a_repeat_under_the_same_key_does_nothing_twice(shared: Office) -> None:
    directives = [(await shared.issue())["id"] for _ in range(2)]
    head, key = await shared.as_("tp-nv"), {"Idempotency-Key": str(uuid4())}
    for named in (directives, directives[1:]):
        body = {"directives": named, "text": "Đã xem"}
        answer = await head.post("/directives/bulk/comment", json=body, headers=key)
        assert answer.json()["done"] == len(named)
    assert [await shared.types({"id": one}) for one in directives] == [["DirectiveIssued", "Commented"]] * 2


async def test_a_repeat_gets_the_first_state_and_another_body_is_refused_though_the_phase_has_moved_on(
    shared: Office,
) -> None:
    directives = [await shared.issue() for _ in range(2)]
    head, key = await shared.as_("tp-nv"), {"Idempotency-Key": str(uuid4())}
    body = {"directives": [one["id"] for one in directives], "note": "Đã rõ"}
    first = await head.post("/directives/bulk/acknowledge", json=body, headers=key)
    assert first.json()["done"] == 2
    assert (await shared.do("chu-tich", "withdraw", directives[0], reason="Trùng")).status_code == 200
    again = await head.post("/directives/bulk/acknowledge", json=body, headers=key)
    assert again.json() == first.json()
    other = await head.post("/directives/bulk/acknowledge", json={**body, "note": "Khác"}, headers=key)
    assert [(item["status"], item["problem"]["code"]) for item in other.json()["items"]] == [
        (422, "idempotency_key_reused")
    ] * 2
    assert await shared.types(directives[1]) == ["DirectiveIssued", "DirectiveAcknowledged"]


async def test_an_outage_at_one_directive_is_told_of_that_one(shared: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    directives = [(await shared.issue())["id"] for _ in range(3)]

    async def cut_off(caller: Caller, reference: str, services: Services) -> Found:
        if reference == directives[1]:
            raise ConnectionResetError
        return await directive_for(caller, reference, services)

    monkeypatch.setattr("api.bulk.directive_for", cut_off)
    head = await shared.as_("tp-nv")
    answer = await head.post("/directives/bulk/comment", json={"directives": directives, "text": "Đã xem"})
    assert [item["status"] for item in answer.json()["items"]] == [200, 503, 200]
    assert answer.json()["items"][1]["problem"]["code"] == "record_unavailable"


@pytest.mark.parametrize("named", [None, [], "2026-0001", [1], ["a", "a"], ["x"] * 201])
async def test_a_list_that_is_none_is_refused_whole(shared: Office, named: object) -> None:
    body = {"directives": named, "text": "Đã xem"} if named is not None else {"text": "Đã xem"}
    answer = await (await shared.as_("tp-nv")).post("/directives/bulk/comment", json=body)
    assert "200" in refused(answer, 422, "invalid_field")["detail"]


async def test_a_faulty_field_is_refused_before_anything_is_done(shared: Office) -> None:
    directive = await shared.issue()
    leader = await shared.as_("chu-tich")
    answer = await leader.post("/directives/bulk/withdraw", json={"directives": [directive["id"]], "why": "x"})
    refused(answer, 422, "field_missing")
    unknown = await leader.post("/directives/bulk/fly", json={"directives": [directive["id"]]})
    refused(unknown, 404, "unknown_command")
    assert await shared.types(directive) == ["DirectiveIssued"]


_AWAY = {"cause": "other", "reason": "Chờ hướng dẫn"}
TOGETHER: list[list[tuple[str, str, dict[str, Any]]]] = [
    [
        ("cv-nv", "claim", {"start": True}),
        ("cv-nv", "release", {"reason": "Quá tải"}),
        ("tp-nv", "assign-officer", {"choose": "fewest_open"}),
        ("chu-tich", "suspend", _AWAY),
        ("chu-tich", "resume", {}),
        ("tp-nv", "delegate", {"units": ["TNMT"]}),
        ("cv-nv", "report-completion", {"result": "Xong", "waive_open": "Phần việc riêng"}),
    ],
    [
        ("tp-nv", "acknowledge", {}),
        ("tp-nv", "decline", {"reason": "Không thuộc thẩm quyền"}),
        ("chu-tich", "settle-decline", {"settlement": "sent_back", "reason": "Đúng thẩm quyền"}),
        ("chu-tich", "reassign", {"lead_unit": "P-A", "reason": "Đúng chức năng"}),
        ("chu-tich", "withdraw", {"reason": "Trùng"}),
    ],
]


@pytest.mark.parametrize("steps", TOGETHER, ids=["to the result", "to another unit"])
async def test_a_pile_goes_its_way_together(shared: Office, steps: list[tuple[str, str, dict[str, Any]]]) -> None:
    pile = [(await shared.issue(officer=None, informed_units=[]))["id"] for _ in range(2)]
    for by, command, fields in steps:
        answer = await (await shared.as_(by)).post(f"/directives/bulk/{command}", json={"directives": pile, **fields})
        assert [item["status"] for item in answer.json()["items"]] == [200, 200], (command, answer.text)
