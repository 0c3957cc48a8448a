"""Queries and addresses that cannot be: 422 with the parameter, or 404 for what is not there; never 500."""

import base64
import json

import pytest

from tests.api.refusals import refused
from tests.support.office import Office


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=1e2", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("status=finished", "status"),
        ("status=open&status=x", "status"),
        ("timeliness=late", "timeliness"),
        ("cell=late", "cell"),
        ("cell=open_overdue&cell=x", "cell"),
        ("awaits=me", "awaits"),
        ("officer=" + "a" * 201, "officer"),
        ("sort=colour", "sort"),
        ("sort=", "sort"),
        ("parent=5", "parent"),
        ("due_from=2026-10-01", "due_from"),
        ("due_from=2026-10-01T00:00:00", "due_from"),
        ("due_from=5", "due_from"),
        ("due_from=tomorrow", "due_from"),
        ("due_to=2026-13-01T00:00:00Z", "due_to"),
        ("due_to=9999-12-31T23:59:59-14:00", "due_to"),
        ("due_to=0001-01-01T00:00:00%2B14:00", "due_to"),
        ("q=" + "a" * 201, "q"),
        ("colour=red", "colour"),
        ("stauts=open", "stauts"),
    ],
)
async def test_a_parameter_that_cannot_be_is_named(shared: Office, query: str, field: str) -> None:
    answer = await (await shared.as_("chu-tich")).get(f"/directives?{query}")
    assert f" {field} " in refused(answer, 422, "invalid_parameter")["detail"]


@pytest.mark.parametrize(
    "query", ["q=%FF", "q=%ED%A0%80", "q=a%00b", "unit=%00", "source=%C3", "%FF=1", "issuer=%00%FF"]
)
@pytest.mark.parametrize("path", ["/directives", "/events", "/notifications"])
async def test_bytes_that_are_no_text_are_refused(shared: Office, path: str, query: str) -> None:
    refused(await (await shared.as_("chu-tich")).get(f"{path}?{query}"), 422, "invalid_parameter")


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "%20",
        "đ",
        "e30",
        cursor(),
        cursor("-issued_at"),
        cursor("-issued_at", 5, "x"),
        cursor("-issued_at", "x", None),
        cursor("-issued_at", {}, []),
        cursor("-issued_at", "\ud800", "x"),
        cursor("-issued_at", "x", "\x00"),
        cursor("title", "x", "y"),
        cursor("-issued_at", "x", "00000000-0000-0000-0000-000000000000"),
        cursor("-issued_at", "2026-03-02T02:00:00Z", "y"),
        cursor("-issued_at", "9999-12-31T23:59:59-14:00", "00000000-0000-0000-0000-000000000000"),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
async def test_a_cursor_that_is_not_ours_is_refused(shared: Office, value: str) -> None:
    answer = await (await shared.as_("chu-tich")).get("/directives", params={"cursor": value})
    refused(answer, 422, "invalid_cursor")


async def test_a_cursor_of_another_sort_is_refused(shared: Office) -> None:
    for _ in range(2):
        await shared.issue()
    leader = await shared.as_("chu-tich")
    page = (await leader.get("/directives", params={"limit": 1, "sort": "code"})).json()
    following = {"limit": 1, "cursor": page["next_cursor"]}
    assert (await leader.get("/directives", params={**following, "sort": "code"})).status_code == 200
    refused(await leader.get("/directives", params={**following, "sort": "-code"}), 422, "invalid_cursor")


@pytest.mark.parametrize(
    "reference",
    ["x", "%00", "%FF", "2026-9999", "2026-0001x", "2026", "2026-%00", "..%2f", "%20", "-", "{}", "'", "đ", "a" * 4000],
)
@pytest.mark.parametrize("rest", ["", "/events", "?version=1"])
async def test_a_strange_id_is_an_unknown_one(shared: Office, reference: str, rest: str) -> None:
    answer = await (await shared.as_("chu-tich")).get(f"/directives/{reference}{rest}")
    refused(answer, 404, answer.json()["code"])
    assert answer.json()["code"] in ("unknown_directive", "not_found")


@pytest.mark.parametrize("reference", ["x", "%00", "%FF", "2026-9999"])
async def test_a_command_to_a_strange_id_is_one_to_an_unknown_one(shared: Office, reference: str) -> None:
    answer = await (await shared.as_("chu-tich")).post(f"/directives/{reference}/comment", json={"text": "x"})
    refused(answer, 404, "unknown_directive")


@pytest.mark.parametrize("notice", ["x", "%00", "5"])
async def test_a_strange_notice_is_an_unknown_one(shared: Office, notice: str) -> None:
    refused(await (await shared.as_("chu-tich")).post(f"/notifications/{notice}/read"), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", "version=0"),
        ("", "version=x"),
        ("", "version=1.5"),
        ("", "at=yesterday"),
        ("", "at=2026-10-01"),
        ("", "at=9999-12-31T23:59:59-14:00"),
        ("", "at=2026-10-01T00:00:00Z&version=1"),
        ("/events", "after=1"),
    ],
)
async def test_a_directive_cannot_be_asked_so(shared: Office, path: str, query: str) -> None:
    directive = await shared.issue()
    answer = await (await shared.as_("chu-tich")).get(f"/directives/{directive['id']}{path}?{query}")
    refused(answer, 422, "invalid_parameter")


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=99999999999999999999", "limit=0", "limit=1001"])
async def test_events_cannot_be_asked_so(shared: Office, query: str) -> None:
    refused(await (await shared.as_("chu-tich")).get(f"/events?{query}"), 422, "invalid_parameter")


@pytest.mark.parametrize("query", ["before=0", "limit=0", "limit=201", "unread=maybe"])
async def test_notifications_cannot_be_asked_so(shared: Office, query: str) -> None:
    refused(await (await shared.as_("chu-tich")).get(f"/notifications?{query}"), 422, "invalid_parameter")
