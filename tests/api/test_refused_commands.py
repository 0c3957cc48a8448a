"""Commands that are refused for where the directive stands, for who asks, or for what they rely on."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.refusals import refused
from tests.support.office import ISSUE, Office


@pytest.mark.parametrize("command", ["fly", "Accept", "issue", "tick", "record-delivery", "%00", "accept%20", "đ"])
async def test_an_unknown_command_is_not_found(shared: Office, command: str) -> None:
    directive = await shared.issue()
    answer = await (await shared.as_("chu-tich")).post(f"/directives/{directive['id']}/{command}", json={})
    refused(answer, 404, "unknown_command")


async def test_what_is_not_there_and_what_is_not_visible_are_told_apart_by_nothing(shared: Office) -> None:
    foreign = await shared.issue(lead_unit="P-A", coordinating_units=[])
    head = await shared.as_("ct-b")
    for method, rest, body in (
        ("GET", "", None),
        ("GET", "?version=1", None),
        ("GET", "/events", None),
        ("POST", "/comment", {"text": "Xin ý kiến"}),
        ("POST", "/comment", {"faulty": True}),
        ("POST", "/withdraw", {"reason": "x"}),
    ):
        answers = [
            await head.request(method, f"/directives/{reference}{rest}", json=body)
            for reference in (uuid4(), foreign["id"], foreign["code"].replace("/", "-"))
        ]
        for answer in answers:
            refused(answer, 404, "unknown_directive")
        assert len({answer.content for answer in answers}) == 1
    assert len(await shared.types(foreign)) == 1


@pytest.mark.parametrize(
    ("by", "command", "body"),
    [
        ("chu-tich", "acknowledge", {}),
        ("tp-tnmt", "acknowledge", {}),
        ("cv-nv", "assign-officer", {"officer": "cv-nv"}),
        ("tp-nv", "withdraw", {"reason": "x"}),
        ("tp-nv", "change-deadline", {"reason": "x", "deadline": {"working_days": 9}}),
        ("kiem-tra", "comment", {"text": "x"}),
        ("quan-tri", "withdraw", {"reason": "x"}),
    ],
)
async def test_the_wrong_role_is_not_permitted(shared: Office, by: str, command: str, body: dict[str, Any]) -> None:
    directive = await shared.issue()
    problem = refused(await shared.do(by, command, directive, **body), 403, "not_permitted")
    assert (problem["user"], problem["command"]) == (by, command)
    assert (await shared.show(directive))["version"] == 1


@pytest.mark.parametrize("by", ["tp-nv", "cv-nv", "kiem-tra", "quan-tri"])
async def test_only_the_issuing_side_issues(shared: Office, unchanged: None, by: str) -> None:
    refused(await (await shared.as_(by)).post("/directives", json=ISSUE), 403, "not_permitted")


async def test_what_the_phase_does_not_allow_names_what_it_does(shared: Office) -> None:
    directive = await shared.issue()
    problem = refused(await shared.do("chu-tich", "accept", directive), 409, "not_possible_now")
    assert (problem["phase"], problem["command"]) == ("issued", "accept")
    assert problem["possible"] == directive["possible"]
    assert "Chưa thực hiện" in problem["detail"]
    assert await shared.types(directive) == ["DirectiveIssued"]


async def test_an_ended_directive_takes_comments_only(shared: Office) -> None:
    directive = await shared.issue()
    assert (await shared.do("chu-tich", "withdraw", directive, reason="Trùng việc")).status_code == 200
    problem = refused(await shared.do("tp-nv", "acknowledge", directive), 409, "not_possible_now")
    assert (problem["phase"], problem["possible"]) == ("withdrawn", ["comment"])
    answer = await shared.do("tp-nv", "comment", directive, text="Đã rõ")
    assert (answer.status_code, answer.json()["phase"]) == (200, "withdrawn")


async def test_acceptance_waits_for_the_head_of_the_unit(shared: Office) -> None:
    directive = await shared.issue()
    for command, body in (("acknowledge", {}), ("report-completion", {"result": "Báo cáo số 12"})):
        assert (await shared.do("cv-nv", command, directive, **body)).status_code == 200
    refused(await shared.do("chu-tich", "accept", directive), 409, "approval_missing")
    assert (await shared.do("tp-nv", "approve-completion", directive)).status_code == 200
    assert (await shared.do("chu-tich", "accept", directive)).json()["phase"] == "completed"


async def test_a_version_relied_on_must_still_be_the_last(shared: Office) -> None:
    directive = await shared.issue()
    head, path = await shared.as_("tp-nv"), f"/directives/{directive['id']}"
    taken = await head.post(f"{path}/acknowledge", json={}, headers={"If-Match": '"1"'})
    assert (taken.status_code, taken.headers["etag"]) == (200, '"2"')
    stale = await head.post(f"{path}/comment", json={"text": "x"}, headers={"If-Match": '"1"'})
    problem = refused(stale, 412, "stale_version")
    assert (problem["version"], problem["expected"]) == ("2", "1")
    for value in (taken.headers["etag"], "*", 'W/"4"'):
        answer = await head.post(f"{path}/comment", json={"text": "x"}, headers={"If-Match": value})
        assert answer.status_code == 200, answer.text
    assert (await shared.show(directive))["version"] == 5


@pytest.mark.parametrize("value", ["", "x", '"x"', '"-1"', '"1", "2"', '"1.0"', '"99999999999"', '"¹"'])
async def test_a_version_that_is_none_is_refused(shared: Office, value: str) -> None:
    directive = await shared.issue()
    answer = await (await shared.as_("tp-nv")).post(
        f"/directives/{directive['id']}/acknowledge", json={}, headers=[(b"If-Match", value.encode("latin-1"))]
    )
    refused(answer, 422, "invalid_if_match")
    assert (await shared.show(directive))["version"] == 1
