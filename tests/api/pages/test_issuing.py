"""The form that issues: one directive or several of a document, without scripts."""

from typing import Any

import pytest

from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page
from tests.support.office import Office

ONE: dict[str, Any] = {
    "tasks": "1",
    "urgency": "khan",
    "tasks.0.lead_unit": "NV",
    "tasks.0.coordinating_units": ["TNMT", "P-A"],
    "tasks.0.title": "Rà soát hồ sơ <script>alert(1)</script>",
    "tasks.0.content": "Dòng một\r\nDòng hai",
    "tasks.0.deadline_form": "working_days",
    "tasks.0.deadline.working_days": "7",
    "tasks.0.expected_result": "Báo cáo",
}


async def test_one_directive_is_issued_and_shown(shared: Office, browse: Browse) -> None:
    leader = await browse("chu-tich")
    form = Page((await leader.get("/issue")).text).form("/issue")
    answer = await leader.post("/issue", data={**ONE, "command_id": form.fields["command_id"][0], "send": "yes"})
    assert answer.status_code == 303, answer.text
    shown = await leader.get(answer.headers["location"])
    assert shown.status_code == 200
    assert "<script>alert(1)" not in shown.text
    assert "&lt;script&gt;alert(1)" in shown.text
    found = (await (await shared.as_("chu-tich")).get("/directives", params={"q": "alert(1)"})).json()["items"][0]
    assert found["content"] == "Dòng một\nDòng hai"
    assert found["urgency"] == "khan"
    assert found["coordinating_units"] == ["TNMT", "P-A"]


async def test_a_double_click_issues_once(shared: Office, browse: Browse) -> None:
    leader = await browse("chu-tich")
    form = Page((await leader.get("/issue")).text).form("/issue")
    body = {**ONE, "tasks.0.title": "Gửi hai lần", "command_id": form.fields["command_id"][0], "send": "yes"}
    first, second = await leader.post("/issue", data=body), await leader.post("/issue", data=body)
    assert first.headers["location"] == second.headers["location"]
    total = (await (await shared.as_("chu-tich")).get("/directives", params={"q": "Gui hai lan"})).json()["total"]
    assert total == 1


async def test_what_is_unclear_stands_beside_its_field_and_what_was_typed_is_kept(browse: Browse) -> None:
    leader = await browse("chu-tich")
    body = {
        **ONE,
        "tasks.0.lead_unit": "",
        "tasks.0.expected_result": "",
        "tasks.0.title": 'Giữ "nguyên"',
        "send": "yes",
    }
    answer = await leader.post("/issue", data=body)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert {"in-tasks-0-lead_unit-fault", "in-tasks-0-expected_result-fault"} <= set(page.ids)
    assert "in-tasks-0-title-fault" not in page.ids
    fields = page.form("/issue").fields
    assert fields["tasks.0.title"] == ['Giữ "nguyên"']
    assert fields["tasks.0.coordinating_units"] == ["TNMT", "P-A"]
    assert fields["tasks.0.deadline.working_days"] == ["7"]
    assert "Còn thiếu." in page.words


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("tasks.0.deadline.working_days", "không phải số", "in-tasks-0-deadline-fault"),
        ("tasks.0.deadline.working_days", "0", "in-tasks-0-deadline-fault"),
        ("tasks.0.deadline.working_days", "", "in-tasks-0-deadline-fault"),
        ("tasks.0.title", "x" * 501, "in-tasks-0-title-fault"),
        ("tasks.0.title", "mang\x00nul", "in-tasks-0-title-fault"),
        ("tasks.0.lead_unit", "KHONG-CO", "in-tasks-0-lead_unit-fault"),
        ("tasks.0.coordinating_units", ["NV"], "in-tasks-0-coordinating_units-fault"),
        ("urgency", "ngay-lap-tuc", "in-urgency-fault"),
        ("source.issued_on", "30/11/2026", "in-source-issued_on-fault"),
    ],
)
async def test_bad_input_is_told_beside_its_field(browse: Browse, field: str, value: Any, where: str) -> None:
    leader = await browse("chu-tich")
    body = {**ONE, field: value, "source.kind": "plan", "send": "yes"}
    answer = await leader.post("/issue", data=body)
    assert answer.status_code == 422
    assert where in Page(answer.text).ids


async def test_several_of_one_document_are_issued_together_or_not_at_all(shared: Office, browse: Browse) -> None:
    leader = await browse("chu-tich")
    body = {**ONE, "source.kind": "conclusion_notice", "source.number": "77/TB-UBND"}
    two = await leader.post("/issue", data={**body, "add": "yes"})
    assert two.status_code == 200
    form = Page(two.text).form("/issue")
    assert form.fields["tasks"] == ["2"]
    assert form.fields["tasks.0.title"] == [ONE["tasks.0.title"]]
    second = {name.replace("tasks.0.", "tasks.1."): held for name, held in ONE.items() if name.startswith("tasks.0.")}
    whole = {**body, **second, "tasks": "2", "command_id": form.fields["command_id"][0], "send": "yes"}
    refused = await leader.post("/issue", data={**whole, "tasks.1.lead_unit": "KHONG-CO"})
    assert refused.status_code == 422
    assert "in-tasks-1-lead_unit-fault" in Page(refused.text).ids
    listed = {"source": "77/TB-UBND"}
    assert (await (await shared.as_("chu-tich")).get("/directives", params=listed)).json()["total"] == 0
    done = await leader.post("/issue", data=whole)
    assert done.status_code == 303, done.text
    assert (await (await shared.as_("chu-tich")).get("/directives", params=listed)).json()["total"] == 2


async def test_each_task_cites_its_own_words_of_the_document(shared: Office, browse: Browse) -> None:
    leader = await browse("chu-tich")
    words = ("Giao phòng Nội vụ rà soát.", "Giao UBND phường A báo cáo.")
    second = {name.replace("tasks.0.", "tasks.1."): held for name, held in ONE.items() if name.startswith("tasks.0.")}
    cited = {f"tasks.{n}.source.excerpt": text for n, text in enumerate(words)}
    body = {**ONE, **second, **cited, "tasks": "2", "send": "yes", "source.number": "78/TB-UBND"}
    faulty = await leader.post("/issue", data={**body, "tasks.1.source.excerpt": "\x00"})
    assert faulty.status_code == 422
    assert {"in-source-kind-fault", "in-tasks-1-source-excerpt-fault"} <= set(Page(faulty.text).ids)
    done = await leader.post("/issue", data={**body, "source.kind": "conclusion_notice"})
    assert done.status_code == 303, done.text
    found = await (await shared.as_("chu-tich")).get("/directives", params={"source": "78/TB-UBND"})
    assert {one["source"]["excerpt"] for one in found.json()["items"]} == set(words)


async def test_a_deadline_is_previewed_with_the_days_off_it_skips(browse: Browse) -> None:
    leader = await browse("chu-tich")
    answer = await leader.get("/issue/deadline", params={"working_days": "7"})
    assert answer.status_code == 200
    assert "Thời hạn:" in answer.text
    assert "ngày cuối tuần" in answer.text
    past = await leader.get("/issue/deadline", params={"at": "2020-01-01"})
    assert "đã qua" in past.text
    looked = await leader.post("/issue", data={**ONE, "look": "yes"})
    assert "Thời hạn:" in looked.text


async def test_classified_text_is_refused_and_only_issuers_see_the_form(browse: Browse) -> None:
    leader = await browse("chu-tich")
    answer = await leader.post("/issue", data={**ONE, "tasks.0.content": "Độ mật: Tối mật", "send": "yes"})
    assert answer.status_code == 422
    assert "độ mật" in Page(answer.text).words
    for other in ("tp-nv", "cv-nv", "kiem-tra", "quan-tri"):
        assert (await (await browse(other)).get("/issue")).status_code == 403
    assert (await (await browse("cv-theo-doi")).get("/issue")).status_code == 200
