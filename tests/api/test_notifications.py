"""The in-app inbox: who is told of what, how many are unread, and reading them."""

from typing import Any
from uuid import uuid4

from tests.api.refusals import refused
from tests.support.office import Office

EVERYONE = ("chu-tich", "pct", "cv-theo-doi", "tp-nv", "cv-nv", "tp-tnmt", "ct-a", "ct-b")


async def inbox(office: Office, who: str, **params: Any) -> dict[str, Any]:
    answer = await (await office.as_(who)).get("/notifications", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(office: Office, directive: dict[str, Any]) -> dict[str, list[str]]:
    """Of which events of the directive each person was told, the newest first."""
    found = {}
    for who in EVERYONE:
        items = (await inbox(office, who, limit=200))["items"]
        found[who] = [item["type"] for item in items if item["directive_id"] == directive["id"]]
    return {who: types for who, types in found.items() if types}


async def test_those_concerned_are_told_and_not_who_acted(shared: Office) -> None:
    directive = await shared.issue(officer="cv-nv", informed_units=["P-A"])
    issued = ["DirectiveIssued"]
    assert await told(shared, directive) == {"tp-nv": issued, "cv-nv": issued, "tp-tnmt": issued, "ct-a": issued}
    assert (await shared.do("tp-nv", "acknowledge", directive)).status_code == 200
    assert (await told(shared, directive))["chu-tich"] == ["DirectiveAcknowledged"]
    assert (await shared.do("tp-nv", "comment", directive, text="Xin ý kiến")).status_code == 200
    after = await told(shared, directive)
    assert after["chu-tich"] == ["Commented", "DirectiveAcknowledged"]
    assert after["cv-nv"] == ["Commented", "DirectiveIssued"]
    assert after["tp-nv"] == issued


async def test_a_line_says_what_it_is_about(shared: Office) -> None:
    directive = await shared.issue(title="Việc của phường", lead_unit="P-A", coordinating_units=[])
    item = (await inbox(shared, "ct-a", limit=1))["items"][0]
    event = (await (await shared.as_("ct-a")).get(f"/directives/{directive['id']}/events")).json()["items"][0]
    assert item["position"] == event["global_position"]
    assert item["event_id"] == event["event_id"]
    assert (item["code"], item["title"]) == (directive["code"], "Việc của phường")
    assert (item["type_name"], item["read_at"]) == ("Giao nhiệm vụ", None)
    assert item["created_at"] == event["recorded_at"]


async def test_pages_go_back_from_the_newest(shared: Office) -> None:
    issued = [(await shared.issue(lead_unit="P-B", coordinating_units=[]))["id"] for _ in range(5)]
    found: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for _ in range(3):
        page = await inbox(shared, "ct-b", limit=2, **before)
        found += page["items"]
        before = {"before": page["next_before"]}
    assert [item["directive_id"] for item in found][:5] == issued[::-1]
    positions = [item["position"] for item in found]
    assert positions == sorted({*positions}, reverse=True)
    assert (await inbox(shared, "ct-b", before=1)) == {
        "items": [],
        "unread": (await inbox(shared, "ct-b"))["unread"],
        "next_before": None,
    }


async def test_reading_lowers_the_count_once(shared: Office) -> None:
    await shared.issue()
    head = await shared.as_("tp-nv")
    before = await inbox(shared, "tp-nv", limit=1)
    notice = before["items"][0]
    first = await head.post(f"/notifications/{notice['id']}/read")
    assert first.status_code == 200, first.text
    assert first.json()["id"] == notice["id"]
    after = await inbox(shared, "tp-nv", limit=1)
    assert after["unread"] == before["unread"] - 1
    assert after["items"][0]["read_at"] == first.json()["read_at"]
    again = await head.post(f"/notifications/{notice['id']}/read", headers={"Idempotency-Key": str(uuid4())})
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await inbox(shared, "tp-nv"))["unread"] == after["unread"]
    unread = await inbox(shared, "tp-nv", unread=True, limit=200)
    assert notice["id"] not in {item["id"] for item in unread["items"]}


async def test_the_notice_of_somebody_else_is_not_there(shared: Office) -> None:
    await shared.issue()
    notice = (await inbox(shared, "tp-nv", limit=1))["items"][0]
    other = await shared.as_("cv-nv")
    foreign = await other.post(f"/notifications/{notice['id']}/read")
    unknown = await other.post(f"/notifications/{uuid4()}/read")
    refused(foreign, 404, "not_found")
    assert foreign.content == unknown.content
    assert (await inbox(shared, "tp-nv", limit=1))["items"][0]["read_at"] is None
