"""Answers come in the caller's language: Vietnamese unless English is preferred."""

from typing import Any

import pytest

from tests.api.refusals import refused
from tests.support.office import ISSUE, Office

VIETNAMESE = [
    None,
    "",
    "vi",
    "vi-VN",
    "VI",
    "fr",
    "*",
    "fr, de;q=0.9",
    "vi, en",
    "en, vi",
    "en;q=0.5, vi;q=0.5",
    "en;q=0.4, vi;q=0.8",
    "en; q=0.4 , vi; q=0.8",
    "en;q=0",
    "en;q=x",
    "en;q=nan",
    "english",
    ";;,,=",
    "en-;q=2",
]
ENGLISH = [
    "en",
    "EN-gb",
    "en-US,en;q=0.9",
    "en;q=0.8, vi;q=0.4",
    "vi;q=0.2, en",
    "fr, en;q=0.3",
    "en ; q=0.9, vi ; q=0.1",
]


@pytest.mark.parametrize(
    ("preferred", "language"), [*((value, "vi") for value in VIETNAMESE), *((value, "en") for value in ENGLISH)]
)
async def test_the_language_is_the_callers(shared: Office, preferred: str | None, language: str) -> None:
    headers = {} if preferred is None else {"Accept-Language": preferred}
    answer = await (await shared.as_("chu-tich")).get("/directives/x", headers=headers)
    problem = refused(answer, 404, "unknown_directive")
    assert answer.headers["content-language"] == language
    assert problem["title"] == {"vi": "Không tìm thấy", "en": "Not found"}[language]
    assert problem["detail"] == {"vi": "Không tìm thấy nhiệm vụ.", "en": "There is no such directive."}[language]


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": 5}, "phải là chuỗi ký tự", "must be text"),
    ({"title": "a" * 501}, "dài quá 500 ký tự", "has more than 500 characters"),
    ({"title": ""}, "để trống", "is empty"),
    ({"colour": 1}, "không được biết đến", "is not known here"),
    ({"source": {}}, "còn thiếu", "is missing"),
    ({"urgency": "x"}, "phải là một trong: thuong, khan", "must be one of: thuong, khan"),
    ({"waivers": ["x"]}, "phải là một trong: time, result", "must be one of: time, result"),
    ({"deadline": {"working_days": 1001}}, "phải từ 1000 trở xuống", "must be 1000 or less"),
    ({"deadline": {"working_days": "5"}}, "phải là số nguyên", "must be a whole number"),
    ({"deadline": {}}, "phải là đúng một trong", "must be exactly one of"),
    ({"deadline": {"at": "x"}}, "có múi giờ", "with its offset"),
    ({"deadline": 5}, "phải là đối tượng {…}", "must be an object {…}"),
    ({"coordinating_units": 5}, "phải là danh sách", "must be a list"),
    ({"lead_unit": "a b"}, "phải là mã", "must be a code"),
    ({"parent": "x"}, "phải là UUID", "must be a UUID"),
    ({"source": {"kind": "plan", "issued_on": "x"}}, "phải là ngày", "must be a day"),
    ({"title": "\u0065\u0301"}, "dựng sẵn", "composed"),
    ({"title": "\x01"}, "ký tự điều khiển", "control characters"),
    ({"command_id": 1}, "phải là UUID", "must be a UUID"),
]


@pytest.mark.parametrize(("changes", "vietnamese", "english"), FAULTS, ids=lambda value: ascii(value)[:40])
async def test_the_faults_of_a_body_are_told_in_it(
    shared: Office, unchanged: None, changes: dict[str, Any], vietnamese: str, english: str
) -> None:
    leader = await shared.as_("chu-tich")
    for language, words in (("vi", vietnamese), ("en", english)):
        answer = await leader.post("/directives", json={**ISSUE, **changes}, headers={"Accept-Language": language})
        problem = refused(answer, 422, answer.json()["code"])
        assert words in problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("query", "vietnamese", "english"),
    [
        ("limit=0", "phải từ 1 trở lên", "must be 1 or more"),
        ("limit=x", "phải là số nguyên", "must be a whole number"),
        ("status=x", "phải là một trong: open", "must be one of: open"),
        ("due_to=x", "có múi giờ", "with its offset"),
        ("colour=x", "không được biết đến", "is not known"),
        ("parent=x", "phải là UUID", "must be a UUID"),
        ("q=" + "a" * 201, "dài quá 200 ký tự", "has more than 200 characters"),
    ],
)
async def test_the_faults_of_a_query_are_told_in_it(shared: Office, query: str, vietnamese: str, english: str) -> None:
    for language, words in (("vi", vietnamese), ("en", english)):
        leader = await shared.as_("chu-tich")
        answer = await leader.get(f"/directives?{query}", headers={"Accept-Language": language})
        assert words in refused(answer, 422, "invalid_parameter")["detail"]


async def test_a_refusal_of_the_rules_is_told_in_it(shared: Office) -> None:
    directive = await shared.issue()
    for language, words in (("vi", "đang ở trạng thái “Chưa thực hiện”"), ("en", "in phase “Issued”")):
        answer = await (await shared.as_("chu-tich")).post(
            f"/directives/{directive['id']}/accept", json={}, headers={"Accept-Language": language}
        )
        assert words in refused(answer, 409, "not_possible_now")["detail"]


async def test_the_four_points_are_named_in_it(shared: Office, unchanged: None) -> None:
    leader = await shared.as_("chu-tich")
    for language, words in (("vi", "rõ thời gian (deadline)"), ("en", "time (deadline)")):
        body = {**ISSUE, "deadline": None}
        answer = await leader.post("/directives", json=body, headers={"Accept-Language": language})
        problem = refused(answer, 422, "four_clear_incomplete")
        assert words in problem["detail"]
        assert problem["missing"] == ["time"]
