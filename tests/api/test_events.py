"""Events as they are shown: in order, whole, and each provable from what is shown of it."""

import hashlib
from typing import Any

import pytest
import rfc8785

from tests.support.office import Office

HASHED = ("schema", "event_id", "stream_version", "command_id", "type", "occurred_at", "recorded_at", "actor", "data")


def leaf_hash(shown: dict[str, Any]) -> str:
    """What an auditor computes from an event as it is shown (RFC 8785; RFC 6962, section 2.1)."""
    envelope = {field: shown[field] for field in HASHED} | {"stream_id": shown["directive_id"]}
    return hashlib.sha256(b"\x00" + rfc8785.dumps(envelope)).hexdigest()


@pytest.fixture(scope="session")
async def history(shared: Office) -> list[dict[str, Any]]:
    directive = await shared.issue(
        source={"kind": "petition", "number": "5/ĐT", "issued_on": "2026-10-12"}, informed_units=["P-A"]
    )
    for by, command, body in (
        ("tp-nv", "acknowledge", {"note": "Đã rõ\tviệc\nsẽ làm"}),
        ("cv-nv", "report-progress", {"percent": 30, "difficulties": "Thiếu hồ sơ “gốc” — \\ / \u2028 😀"}),
        ("chu-tich", "change-deadline", {"deadline": {"working_days": 30}, "reason": "Thêm việc"}),
        ("tp-nv", "report-completion", {"result": "Báo cáo số 12"}),
    ):
        assert (await shared.do(by, command, directive, **body)).status_code == 200
    answer = await (await shared.as_("chu-tich")).get(f"/directives/{directive['id']}/events")
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_they_are_oldest_first_without_a_gap(history: list[dict[str, Any]]) -> None:
    assert [event["type"] for event in history] == [
        "DirectiveIssued",
        "DirectiveAcknowledged",
        "ProgressReported",
        "DeadlineChanged",
        "CompletionReported",
        "CompletionApproved",
    ]
    assert [event["stream_version"] for event in history] == [1, 2, 3, 4, 5, 6]
    positions = [event["global_position"] for event in history]
    assert positions == sorted({*positions})


async def test_each_says_who_did_what_when(history: list[dict[str, Any]]) -> None:
    second = history[1]
    actor = {"user": "tp-nv", "name": "Đồng chí tp-nv", "unit": "NV", "role": "unit_head", "on_behalf_of": None}
    assert actor.items() <= second["actor"].items()
    assert second["data"]["note"] == "Đã rõ\tviệc\nsẽ làm"
    assert second["type_name"] == "Đã tiếp nhận"
    for event in history:
        assert event["occurred_at"] <= event["recorded_at"]
        assert event["recorded_at"].endswith("Z")
    assert {event["command_id"] for event in history[4:]} == {history[5]["command_id"]}


async def test_each_leaf_hash_is_that_of_what_is_shown(history: list[dict[str, Any]]) -> None:
    for event in history:
        assert event["leaf_hash"] == leaf_hash(event)
        tampered = {**event, "actor": {**event["actor"], "user": "ai-do"}}
        assert event["leaf_hash"] != leaf_hash(tampered)


async def test_all_events_come_in_pages_in_their_order(shared: Office, history: list[dict[str, Any]]) -> None:
    auditor = await shared.as_("kiem-tra")
    after, found = history[0]["global_position"] - 1, []
    while True:
        page = (await auditor.get("/events", params={"after": after, "limit": 2})).json()
        assert len(page["items"]) <= 2
        found += page["items"]
        if page["next_after"] is None:
            break
        after = page["next_after"]
        assert after == page["items"][-1]["global_position"]
    first = history[0]["global_position"]
    assert [event["global_position"] for event in found] == list(range(first, first + len(found)))
    assert [event for event in found if event["directive_id"] == history[0]["directive_id"]] == history


async def test_after_the_last_there_are_none(shared: Office) -> None:
    auditor = await shared.as_("kiem-tra")
    head = await shared.pool.fetchval("select position from log_head")
    for after in (head, head + 1000, 2**62):
        page = (await auditor.get("/events", params={"after": after})).json()
        assert page == {"items": [], "next_after": None}


async def test_positions_start_at_one(shared: Office, history: list[dict[str, Any]]) -> None:
    page = (await (await shared.as_("kiem-tra")).get("/events", params={"limit": 1})).json()
    assert [event["global_position"] for event in page["items"]] == [1]
