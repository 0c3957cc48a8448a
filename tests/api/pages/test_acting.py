"""Commands given by forms: the course of a directive without scripts, and everything that can go wrong on the way."""

from typing import Any

import pytest

from api.bodies import COMMANDS
from api.pages.command_forms import COMMAND_FORMS
from api.pages.directive import around
from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Form, Page
from tests.support.office import Office

PDF = ("bien-ban.pdf", b"%PDF-1.7 bien ban", "application/octet-stream")


def address(directive: dict[str, Any]) -> str:
    return f"/directives/{directive['code'].replace('/', '-')}"


async def form_of(browse: Browse, who: str, directive: dict[str, Any], command: str) -> Form:
    answer = await (await browse(who)).get(f"{address(directive)}/do/{command}")
    assert answer.status_code == 200, answer.text
    return Page(answer.text).form(f"{address(directive)}/do/{command}")


def test_every_command_has_a_form_with_an_input_for_each_of_its_fields() -> None:
    assert set(COMMAND_FORMS) == set(COMMANDS)
    for name, model in COMMANDS.items():
        fields = set(model.model_fields) - {"name"}
        inputs = {one.name for one in COMMAND_FORMS[name].inputs} - {"files"}
        assert inputs == fields - ({"sha256", "file_name"} if name == "attach" else set()), name


async def test_the_whole_course_by_forms(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Cả quá trình bằng biểu mẫu")
    head, leader = await browse("tp-nv"), await browse("chu-tich")
    at = address(issued)
    taken = Page((await head.get(at)).text).form(f"{at}/do/acknowledge")
    answer = await head.post(f"{at}/do/acknowledge", data=taken.fields)
    assert answer.headers["location"] == f"{at}?done=acknowledge"
    assert "Tiếp nhận" in Page((await head.get(answer.headers["location"])).text).words
    assert (await head.post(f"{at}/do/assign-officer", data={"officer": "cv-nv"})).status_code == 303
    form = await form_of(browse, "tp-nv", issued, "report-progress")
    told = {**form.fields, "percent": "60", "note": "Đã rà soát"}
    assert (await head.post(f"{at}/do/report-progress", data=told, files={"files": PDF})).status_code == 303
    form = await form_of(browse, "tp-nv", issued, "report-completion")
    done = {**form.fields, "result": "Đã xong, xem tệp"}
    assert (await head.post(f"{at}/do/report-completion", data=done)).status_code == 303
    accepted = Page((await leader.get(at)).text).form(f"{at}/do/accept")
    assert (await leader.post(f"{at}/do/accept", data=accepted.fields)).status_code == 303
    state = await shared.show(issued)
    assert state["phase"] == "completed"
    assert [file["name"] for file in state["attachments"]] == ["bien-ban.pdf"]
    assert state["officer"] == "cv-nv"
    assert "bien-ban.pdf" in (await leader.get(at)).text


async def test_sent_twice_it_is_done_once(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Bấm hai lần")
    head = await browse("tp-nv")
    form = await form_of(browse, "tp-nv", issued, "report-progress")
    told = {**form.fields, "percent": "10"}
    for _ in range(2):
        sent = await head.post(f"{address(issued)}/do/report-progress", data=told, files={"files": PDF})
        assert sent.status_code == 303
    assert await shared.types(issued) == ["DirectiveIssued", "ProgressReported", "FileAttached"]
    other = await head.post(f"{address(issued)}/do/report-progress", data={**told, "percent": "20"})
    assert other.status_code == 422
    again = Page(other.text).form(f"{address(issued)}/do/report-progress").fields
    assert again["percent"] == ["20"]
    assert again["command_id"] != form.fields["command_id"]


async def test_what_changed_meanwhile_is_told_and_what_was_typed_is_kept(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Hai người cùng lúc")
    form = await form_of(browse, "chu-tich", issued, "withdraw")
    await shared.do("tp-nv", "acknowledge", issued, note="Phòng đã nhận")
    leader = await browse("chu-tich")
    answer = await leader.post(f"{address(issued)}/do/withdraw", data={**form.fields, "reason": "Không cần nữa"})
    assert answer.status_code == 412
    page = Page(answer.text)
    assert "Nhiệm vụ đã thay đổi từ khi bạn mở trang này." in page.words
    assert "Đã tiếp nhận" in page.words
    assert "Phòng đã nhận" in page.words
    again = page.form(f"{address(issued)}/do/withdraw").fields
    assert again["reason"] == ["Không cần nữa"]
    assert (await leader.post(f"{address(issued)}/do/withdraw", data=again)).status_code == 303


@pytest.mark.parametrize(
    ("command", "fields", "fault"),
    [
        ("report-progress", {"percent": "101"}, "in-percent-fault"),
        ("report-progress", {"percent": "một nửa"}, "in-percent-fault"),
        ("report-progress", {}, "in-percent-fault"),
        (
            "request-extension",
            {"reason": "Vì sao", "deadline_form": "at", "deadline.at": "2020-01-01"},
            "in-deadline-fault",
        ),
        ("request-extension", {"reason": "Vì sao", "deadline_form": "working_days"}, "in-deadline-fault"),
        ("report-completion", {"result": " "}, "in-result-fault"),
        ("delegate", {"units": "P-B"}, "in-units-fault"),
        ("assign-officer", {"officer": "ct-a"}, "in-officer-fault"),
    ],
)
async def test_faults_stand_beside_their_fields(
    shared: Office, browse: Browse, command: str, fields: dict[str, str], fault: str
) -> None:
    issued = await shared.issue(title="Nhập sai")
    await shared.do("tp-nv", "acknowledge", issued)
    answer = await (await browse("tp-nv")).post(f"{address(issued)}/do/{command}", data=fields)
    assert answer.status_code == 422, answer.text
    page = Page(answer.text)
    assert fault in page.ids, page.words
    kept = page.form(f"{address(issued)}/do/{command}").fields
    for name in ("reason", "deadline.at", "note"):
        if name in fields:
            assert kept[name] == [fields[name]]


@pytest.mark.parametrize(
    "file",
    [
        ("virus.exe", b"MZ", "application/octet-stream"),
        ("gia-danh.pdf", b"<html>", "application/pdf"),
        ("rong.pdf", b"", "application/pdf"),
        ("..\\..\\etc\\passwd.pdf\u202e", b"%PDF-1.7", "application/pdf"),
        ("an\u202ekhang.pdf", b"%PDF-1.7", "application/pdf"),
        ("ấ" * 200 + ".pdf", b"%PDF-1.7", "application/pdf"),
        ("x" * 300 + ".pdf", b"%PDF-1.7", "application/pdf"),
        ("mot\x7fhai.pdf", b"%PDF-1.7", "application/pdf"),
    ],
)
async def test_a_hostile_file_stops_the_form_before_anything_is_recorded(
    shared: Office, browse: Browse, file: tuple[str, bytes, str]
) -> None:
    issued = await shared.issue(title="Tệp lạ")
    answer = await (await browse("tp-nv")).post(
        f"{address(issued)}/do/report-progress", data={"percent": "5", "note": "giữ lại"}, files={"files": file}
    )
    assert answer.status_code in (413, 415, 422), answer.text
    page = Page(answer.text)
    assert "in-files-fault" in page.ids
    assert page.form(f"{address(issued)}/do/report-progress").fields["note"] == ["giữ lại"]
    assert await shared.types(issued) == ["DirectiveIssued"]


async def test_more_files_than_are_taken_at_once_are_told(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Mười một tệp")
    many = [("files", (f"tep-{n}.pdf", b"%PDF-1.7", "application/pdf")) for n in range(11)]
    answer = await (await browse("tp-nv")).post(f"{address(issued)}/do/attach", files=many)
    assert answer.status_code == 422
    assert "in-files-fault" in Page(answer.text).ids
    assert await shared.types(issued) == ["DirectiveIssued"]


@pytest.mark.parametrize("version", ["9" * 5000, "-1", "một", "１２"])
async def test_a_version_that_cannot_be_is_none(shared: Office, browse: Browse, version: str) -> None:
    issued = await shared.issue(title="Phiên bản lạ")
    sent = {"reason": "Trùng", "version": version}
    assert (await (await browse("chu-tich")).post(f"{address(issued)}/do/withdraw", data=sent)).status_code == 303


async def test_a_path_in_a_file_name_is_dropped(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Đường dẫn trong tên tệp")
    file = ("C:\\Users\\x\\<img src=x onerror=alert(1)>.pdf", b"%PDF-1.7", "application/pdf")
    head = await browse("tp-nv")
    sent = await head.post(f"{address(issued)}/do/attach", data={}, files={"files": file})
    assert sent.status_code == 303, sent.text
    assert (await shared.show(issued))["attachments"][0]["name"] == "<img src=x onerror=alert(1)>.pdf"
    assert "<img" not in (await head.get(address(issued))).text


async def test_what_may_not_be_done_is_neither_offered_nor_carried_out(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Không phải việc của mình", coordinating_units=[])
    auditor, stranger = await browse("kiem-tra"), await browse("ct-a")
    page = Page((await auditor.get(address(issued))).text)
    assert [form.action for form in page.forms if "/do/" in form.action] == []
    refused = await auditor.post(f"{address(issued)}/do/withdraw", data={"reason": "thử"})
    assert refused.status_code == 403
    for path in ("", "/do/acknowledge"):
        assert (await stranger.get(address(issued) + path)).status_code == 404
    assert (await stranger.post(f"{address(issued)}/do/acknowledge", data={})).status_code == 404
    assert await shared.types(issued) == ["DirectiveIssued"]


async def test_a_form_from_elsewhere_is_refused(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Trang lạ gửi sang")
    head = await browse("tp-nv")
    for origin in ("https://evil.example", "null"):
        answer = await head.post(f"{address(issued)}/do/acknowledge", data={}, headers={"Origin": origin})
        assert answer.status_code == 403
    assert await shared.types(issued) == ["DirectiveIssued"]


async def test_english_by_the_switch(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="In English")
    head = await browse("tp-nv")
    switched = await head.post("/language", data={"language": "en", "next": "//evil.example/"})
    assert switched.headers["location"] == "/"
    answer = await head.post(f"{address(issued)}/do/report-progress", data={"percent": "101"})
    assert 'lang="en"' in answer.text
    assert "Must be 100 or less." in Page(answer.text).words


async def test_of_a_very_long_history_the_eventsaround_the_version_are_listed(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Lịch sử rất dài")
    for n in range(6):
        await shared.do("tp-nv", "comment", issued, text=f"Ý kiến thứ {n}")
    client = await browse("chu-tich")
    page = Page((await client.get(address(issued))).text)
    assert [one for one in page.ids if one.startswith("event-")] == [f"event-{n}" for n in range(7, 0, -1)]
    events = list(range(1000))
    assert list(around(events, 1000)) == events[700:]
    assert list(around(events, 1)) == events[:300]
    assert 499 in around(events, 500)
    past = Page((await client.get(f"{address(issued)}?version=3")).text)
    assert "Đang xem lại bản ghi." in past.words
    assert (await client.get(f"{address(issued)}?version=8")).status_code == 404


async def test_a_deadline_at_midnight_is_shown_on_the_day_that_it_ends(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Hạn lúc 24 giờ", deadline={"at": "2027-03-31"})
    await shared.do("tp-nv", "request-extension", issued, deadline={"at": "2027-04-15"}, reason="Chờ số liệu")
    words = Page((await (await browse("chu-tich")).get(address(issued))).text).words
    assert "T4, 31/03/2027" in words
    assert "T5, 15/04/2027" in words
    assert "01/04/2027" not in words
    assert "16/04/2027" not in words
