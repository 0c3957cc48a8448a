"""Many directives of one source document in one request: all or none."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import ISSUE, Office

SOURCE = {"kind": "conclusion_notice", "number": "88/TB-UBND", "issued_on": "2026-10-12"}


def many(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [{**ISSUE, "title": f"Việc thứ {number}", **changes} for number in range(count)]


async def test_all_are_issued_in_order_with_the_shared_source(shared: Office) -> None:
    own = {**SOURCE, "number": "89/TB-UBND"}
    body = {"directives": [*many(2), {**ISSUE, "title": "Việc riêng", "source": own}], "source": SOURCE}
    answer = await (await shared.as_("chu-tich")).post("/directives", json=body)
    assert answer.status_code == 201, answer.text
    items = answer.json()["items"]
    assert [item["title"] for item in items] == ["Việc thứ 0", "Việc thứ 1", "Việc riêng"]
    assert [item["source"]["number"] for item in items] == ["88/TB-UBND", "88/TB-UBND", "89/TB-UBND"]
    first = int(items[0]["code"][5:])
    assert [int(item["code"][5:]) for item in items] == [first, first + 1, first + 2]


async def test_each_of_them_takes_commands(shared: Office) -> None:
    answer = await (await shared.as_("chu-tich")).post("/directives", json={"directives": many(2)})
    for item in answer.json()["items"]:
        taken = await shared.do("tp-nv", "acknowledge", item)
        assert (taken.status_code, taken.json()["phase"]) == (200, "in_progress")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lead_unit": "KHONG-CO"}, "unknown_unit"),
        ({"officer": "ct-b"}, "unknown_officer"),
        ({"expected_result": None}, "four_clear_incomplete"),
        ({"title": "Phương án tác chiến (Mật)"}, "classified_refused"),
        ({"colour": "đỏ"}, "unknown_field"),
        ({"deadline": {"working_days": "5"}}, "invalid_field"),
    ],
)
async def test_one_refused_refuses_all_and_is_named(
    shared: Office, unchanged: None, changes: dict[str, Any], code: str
) -> None:
    body = {"directives": [*many(2), {**ISSUE, **changes}, *many(1)]}
    problem = refused(await (await shared.as_("chu-tich")).post("/directives", json=body), 422, code)
    assert problem["index"] == 2


async def test_the_record_names_every_one_that_it_refuses(shared: Office, unchanged: None) -> None:
    body = {"directives": [*many(1), *many(1, lead_unit="X"), *many(1), *many(1, lead_unit="Y")]}
    problem = refused(await (await shared.as_("chu-tich")).post("/directives", json=body), 422, "unknown_unit")
    assert [(item["index"], item["code"], item["unit"]) for item in problem["refusals"]] == [
        (1, "unknown_unit", "X"),
        (3, "unknown_unit", "Y"),
    ]


@pytest.mark.parametrize(
    "directives", [[], many(201), {"0": ISSUE}, None, "x"], ids=["none", "201", "object", "null", "text"]
)
async def test_one_to_two_hundred_are_taken(shared: Office, unchanged: None, directives: object) -> None:
    answer = await (await shared.as_("chu-tich")).post("/directives", json={"directives": directives})
    assert refused(answer, 422, "invalid_field")["errors"][0]["field"] == "directives"


async def test_what_is_no_directive_is_named_by_its_place(shared: Office, unchanged: None) -> None:
    answer = await (await shared.as_("chu-tich")).post("/directives", json={"directives": [ISSUE, 5]})
    problem = refused(answer, 422, "invalid_field")
    assert (problem["index"], problem["errors"][0]["field"]) == (1, "directives.1")


async def test_a_long_source_written_out_many_times_is_too_large(shared: Office, unchanged: None) -> None:
    body = {"directives": many(120), "source": {**SOURCE, "excerpt": "x" * 20_000}}
    refused(await (await shared.as_("chu-tich")).post("/directives", json=body), 413, "body_too_large")


async def test_a_repeat_with_the_same_key_gives_the_first_answer(shared: Office) -> None:
    leader = await shared.as_("chu-tich")
    headers = {"Idempotency-Key": str(uuid4())}
    body = {"directives": many(3), "source": SOURCE}
    first = await leader.post("/directives", json=body, headers=headers)
    assert (await shared.do("tp-nv", "acknowledge", first.json()["items"][1])).status_code == 200
    again = await leader.post("/directives", json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())


@pytest.mark.parametrize(
    "other",
    [
        {"directives": many(1)},
        {"directives": many(2)},
        {"directives": many(4)},
        {"directives": many(3, expected_result="Khác")},
        ISSUE,
    ],
    ids=["one", "fewer", "more", "other", "single"],
)
async def test_another_body_under_the_same_key_is_refused(shared: Office, other: dict[str, Any]) -> None:
    leader = await shared.as_("chu-tich")
    headers = {"Idempotency-Key": str(uuid4())}
    assert (await leader.post("/directives", json={"directives": many(3)}, headers=headers)).status_code == 201
    refused(await leader.post("/directives", json=other, headers=headers), 422, "idempotency_key_reused")


async def test_many_under_the_key_of_a_single_one_are_refused(shared: Office) -> None:
    leader = await shared.as_("chu-tich")
    headers = {"Idempotency-Key": str(uuid4())}
    assert (await leader.post("/directives", json=ISSUE, headers=headers)).status_code == 201
    answer = await leader.post("/directives", json={"directives": [ISSUE]}, headers=headers)
    refused(answer, 422, "idempotency_key_reused")


async def test_two_hundred_at_once(shared: Office) -> None:
    leader = await shared.as_("chu-tich")
    body = {"directives": many(200), "command_id": str(uuid4())}

    async def issued() -> list[dict[str, Any]]:
        answer = await leader.post("/directives", json=body)
        if answer.status_code == 503:
            refused(answer, 503, "still_working")  # a busy machine: asked again under the same id
            return []
        assert answer.status_code == 201, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    items = await eventually(issued, seconds=60)
    assert len({item["code"] for item in items}) == 200
