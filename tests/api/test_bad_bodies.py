"""Bodies that cannot be taken: each is refused with its own code and the field, and changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

import pytest

from tests.api.refusals import refused
from tests.support.names import lasting
from tests.support.office import ISSUE, Office

JSON = {"Content-Type": "application/json"}
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"title": }',
        b"[]",
        b'"title"',
        b"null",
        b"5",
        b"[" * 100_000,
        b'{"title": "\xff\xfe"}',
        b'{"title": "\\ud800"}',
        b'{"title": "\\udc00\\ud800"}',
        b'{"working_days": NaN}',
        b'{"working_days": Infinity}',
        b'{"working_days": ' + b"9" * 5000 + b"}",
        b'{"title": "a", }',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
    ],
    ids=lambda content: repr(content[:16]),
)
async def test_what_is_no_json_object_is_refused(shared: Office, unchanged: None, content: bytes) -> None:
    answer = await (await shared.as_("chu-tich")).post("/directives", content=content, headers=JSON)
    refused(answer, 422, "malformed_json")


ISSUE_FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": 5}, "invalid_field", "title"),
    ({"title": ["a"]}, "invalid_field", "title"),
    ({"title": ""}, "text_empty", "title"),
    ({"title": " \t\n"}, "text_empty", "title"),
    ({"title": "a" * 501}, "text_too_long", "title"),
    ({"content": "a" * 20_001}, "text_too_long", "content"),
    ({"title": "một\x00hai"}, "text_has_control", "title"),
    ({"title": "một\nhai"}, "text_has_line_break", "title"),
    ({"content": "một\x1b[31m"}, "text_has_control", "content"),
    ({"expected_result": "\x7f"}, "text_has_control", "expected_result"),
    ({"title": normalize("NFD", "Rà soát")}, "text_not_nfc", "title"),
    ({"source": {"kind": "plan", "number": normalize("NFD", "Số 5/KH-UBND, đợt ề")}}, "text_not_nfc", "source.number"),
    ({"deadline": {"none_because": normalize("NFD", "Thường xuyên")}}, "text_not_nfc", "deadline.none_because"),
    ({"waivers": [{"item": "time", "reason": "e\u0301"}]}, "text_not_nfc", "waivers.0.reason"),
    ({"colour": "đỏ"}, "unknown_field", "colour"),
    ({"Title": "Hoa"}, "unknown_field", "Title"),
    ({"name": "issue"}, "unknown_field", "name"),
    ({"id": "x"}, "unknown_field", "id"),
    ({"a[0]": 1}, "unknown_field", "a[0]"),
    ({"source": {"kind": "plan", "Số": "5"}}, "unknown_field", "source.Số"),
    ({"source": {"number": "5"}}, "field_missing", "source.kind"),
    ({"source": {"kind": "rumour"}}, "invalid_field", "source.kind"),
    ({"source": "5/KH"}, "invalid_field", "source"),
    ({"source": {"kind": "plan", "issued_on": 0}}, "invalid_field", "source.issued_on"),
    ({"source": {"kind": "plan", "issued_on": "12/10/2026"}}, "invalid_field", "source.issued_on"),
    ({"source": {"kind": "plan", "issued_on": "2026-02-30"}}, "invalid_field", "source.issued_on"),
    ({"lead_unit": "không phải mã"}, "invalid_field", "lead_unit"),
    ({"lead_unit": "NV\n"}, "invalid_field", "lead_unit"),
    ({"coordinating_units": "TNMT"}, "invalid_field", "coordinating_units"),
    ({"coordinating_units": {"TNMT": 1}}, "invalid_field", "coordinating_units"),
    ({"coordinating_units": [5]}, "invalid_field", "coordinating_units.0"),
    ({"coordinating_units": ["NV"] * 201}, "invalid_field", "coordinating_units"),
    ({"urgency": "gấp"}, "invalid_field", "urgency"),
    ({"urgency": True}, "invalid_field", "urgency"),
    ({"parent": "5"}, "invalid_field", "parent"),
    ({"waivers": ["everything"]}, "invalid_field", "waivers.0.item"),
    ({"waivers": "time"}, "invalid_field", "waivers"),
    ({"deadline": "2026-12-31"}, "invalid_field", "deadline"),
    ({"deadline": {}}, "invalid_field", "deadline"),
    ({"deadline": {"working_days": 5, "none_because": "x"}}, "invalid_field", "deadline"),
    ({"deadline": {"working_days": True}}, "invalid_field", "deadline.working_days"),
    ({"deadline": {"working_days": "5"}}, "invalid_field", "deadline.working_days"),
    ({"deadline": {"working_days": 5.0}}, "invalid_field", "deadline.working_days"),
    ({"deadline": {"working_days": 0}}, "invalid_field", "deadline.working_days"),
    ({"deadline": {"working_days": 1001}}, "invalid_field", "deadline.working_days"),
    ({"deadline": {"at": "2026-12-31T17:00:00"}}, "invalid_field", "deadline.at"),
    ({"deadline": {"at": "2026-12-31T00:00:00"}}, "invalid_field", "deadline.at"),
    ({"deadline": {"at": 1798700000}}, "invalid_field", "deadline.at"),
    ({"deadline": {"at": "1798700000"}}, "invalid_field", "deadline.at"),
    ({"deadline": {"at": "31/12/2026"}}, "invalid_field", "deadline.at"),
    ({"deadline": {"at": "2026-13-01"}}, "invalid_field", "deadline.at"),
    ({"deadline": {"at": "9999-12-31T23:59:59-14:00"}}, "invalid_field", "deadline.at"),
    ({"deadline": {"at": "0001-01-01T00:00:00+14:00"}}, "invalid_field", "deadline.at"),
    ({"command_id": "5"}, "invalid_field", "command_id"),
    ({"command_id": 5}, "invalid_field", "command_id"),
]


@pytest.mark.parametrize(("changes", "code", "field"), ISSUE_FAULTS, ids=lambda value: ascii(value)[:60])
async def test_a_fault_of_the_issuing_body_is_named(
    shared: Office, unchanged: None, changes: dict[str, Any], code: str, field: str
) -> None:
    content = json.dumps({**ISSUE, **changes}).encode()
    answer = await (await shared.as_("chu-tich")).post("/directives", content=content, headers=JSON)
    problem = refused(answer, 422, code)
    assert [(fault["field"], fault["code"]) for fault in problem["errors"]] == [(field, code)]
    assert problem["errors"][0]["detail"]


RULES: list[tuple[dict[str, Any], str]] = [
    ({"lead_unit": "KHONG-CO"}, "unknown_unit"),
    ({"coordinating_units": ["KHONG-CO"]}, "unknown_unit"),
    ({"informed_units": ["P-A", "KHONG-CO"]}, "unknown_unit"),
    ({"coordinating_units": ["NV"]}, "coordinating_is_lead"),
    ({"coordinating_units": ["P-A"], "informed_units": ["P-A"]}, "unit_named_twice"),
    ({"officer": "khong-co"}, "unknown_officer"),
    ({"officer": "cv-tnmt"}, "unknown_officer"),
    ({"policy": "khong-co"}, "unknown_policy"),
    ({"deadline": {"at": YESTERDAY.isoformat()}}, "deadline_in_past"),
    ({"deadline": {"at": YESTERDAY.date().isoformat()}}, "deadline_in_past"),
    ({"deadline": {"at": "2099-12-31T00:00:00+07:00"}}, "deadline_too_far"),
    ({"deadline": {"at": "9999-12-31"}}, "deadline_too_far"),
]


@pytest.mark.parametrize(("changes", "code"), RULES, ids=lasting)
async def test_what_the_rules_do_not_allow_is_refused(
    shared: Office, unchanged: None, changes: dict[str, Any], code: str
) -> None:
    answer = await (await shared.as_("chu-tich")).post("/directives", json={**ISSUE, **changes})
    refused(answer, 422, code)


COMMAND_FAULTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("report-progress", {}, "field_missing", "percent"),
    ("report-progress", {"percent": None}, "invalid_field", "percent"),
    ("report-progress", {"percent": True}, "invalid_field", "percent"),
    ("report-progress", {"percent": "40"}, "invalid_field", "percent"),
    ("report-progress", {"percent": 40.0}, "invalid_field", "percent"),
    ("report-progress", {"percent": 101}, "invalid_field", "percent"),
    ("report-progress", {"percent": -1}, "invalid_field", "percent"),
    ("report-progress", {"percent": 5, "note": normalize("NFD", "đã rà soát")}, "text_not_nfc", "note"),
    ("report-progress", {"percent": 5, "difficulties": "a" * 20_001}, "text_too_long", "difficulties"),
    ("comment", {"text": "\x00"}, "text_has_control", "text"),
    ("comment", {"text": "x", "name": "comment"}, "unknown_field", "name"),
    ("comment", {"text": "x", "user": "chu-tich"}, "unknown_field", "user"),
    ("assign-officer", {"officer": "Nguyễn Văn A"}, "invalid_field", "officer"),
    ("withdraw", {"reason": ""}, "text_empty", "reason"),
    ("change-deadline", {"deadline": {"at": "2026-12-31T00:00:00"}, "reason": "x"}, "invalid_field", "deadline.at"),
    ("acknowledge", {"command_id": []}, "invalid_field", "command_id"),
]


@pytest.fixture(scope="session")
async def directive(shared: Office) -> dict[str, Any]:
    return await shared.issue()


@pytest.mark.parametrize(("command", "body", "code", "field"), COMMAND_FAULTS, ids=lambda value: ascii(value)[:40])
async def test_a_fault_of_a_command_is_named(
    shared: Office,
    directive: dict[str, Any],
    unchanged: None,
    command: str,
    body: dict[str, Any],
    code: str,
    field: str,
) -> None:
    problem = refused(await shared.do("tp-nv", command, directive, **body), 422, code)
    assert [fault["field"] for fault in problem["errors"]] == [field]


async def test_every_fault_is_listed(shared: Office, unchanged: None) -> None:
    body = {**ISSUE, "title": "", "urgency": "x", "deadline": {"working_days": 0}, "colour": 1}
    problem = refused(await (await shared.as_("chu-tich")).post("/directives", json=body), 422, "text_empty")
    assert [(fault["field"], fault["code"]) for fault in problem["errors"]] == [
        ("title", "text_empty"),
        ("deadline.working_days", "invalid_field"),
        ("urgency", "invalid_field"),
        ("colour", "unknown_field"),
    ]


async def test_a_flood_of_faults_does_not_come_back_as_a_flood(shared: Office, unchanged: None) -> None:
    body = {**ISSUE, **{f"f{number}": 1 for number in range(10_000)}}
    problem = refused(await (await shared.as_("chu-tich")).post("/directives", json=body), 422, "unknown_field")
    assert len(problem["errors"]) == 50


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", ""])
async def test_another_kind_of_content_is_refused(shared: Office, unchanged: None, kind: str) -> None:
    leader = await shared.as_("chu-tich")
    answer = await leader.post("/directives", content=json.dumps(ISSUE).encode(), headers={"Content-Type": kind})
    refused(answer, 415, "unsupported_media_type")


async def test_a_charset_beside_the_kind_is_no_fault(shared: Office) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    content = json.dumps(ISSUE, ensure_ascii=False).encode()
    answer = await (await shared.as_("chu-tich")).post("/directives", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
