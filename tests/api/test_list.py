"""The list of directives: each filter alone and with others, and how many there are in all."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest

from api.filters import Status
from api.services import Services
from domain.state import Phase
from tests.support.names import lasting
from tests.support.office import Office

# Digits only: the number is searched too, and the letters of a hexadecimal one can spell a word that a case looks for.
NUMBER = f"{uuid4().int % 10**8:08}/TB-UBND"
SOURCE = {"kind": "conclusion_notice", "number": NUMBER}
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
LATER = SOON + timedelta(days=30)


@pytest.fixture(scope="session")
async def some(shared: Office) -> dict[str, dict[str, Any]]:
    """Directives of one source document, of every phase that there is, by a short name."""
    of_all: dict[str, dict[str, Any]] = {
        "new": {"title": "Đường Đê La Thành", "deadline": {"at": SOON.isoformat()}},
        "taken": {"title": "Hoá đơn điện tử", "deadline": {"at": LATER.isoformat()}, "by": "pct"},
        "reported": {"title": "Rà soát quy hoạch", "lead_unit": "TNMT", "coordinating_units": []},
        "done": {"title": "Báo cáo quý", "content": "Tổng hợp số liệu của các phường.", "lead_unit": "TNMT"},
        "ended": {"title": "Trùng việc", "deadline": {"none_because": "Việc thường xuyên"}},
    }
    of_all["done"]["coordinating_units"] = ["P-A"]
    found = {name: await shared.issue(**{"source": SOURCE, **changes}) for name, changes in of_all.items()}
    found["child"] = await shared.issue(source=SOURCE, title="Việc nhánh", parent=found["taken"]["id"])
    for name, by, command, body in (
        ("taken", "tp-nv", "acknowledge", {}),
        ("taken", "tp-nv", "assign-officer", {"officer": "cv-nv"}),
        ("reported", "tp-tnmt", "acknowledge", {}),
        ("reported", "tp-tnmt", "report-completion", {"result": "Xong"}),
        ("done", "cv-tnmt", "acknowledge", {}),
        ("done", "cv-tnmt", "report-completion", {"result": "Xong"}),
        ("done", "tp-tnmt", "approve-completion", {}),
        ("done", "chu-tich", "accept", {}),
        ("ended", "chu-tich", "withdraw", {"reason": "Trùng"}),
    ):
        answer = await shared.do(by, command, found[name], **body)
        assert answer.status_code == 200, answer.text
    return found


async def listed(office: Office, some: dict[str, dict[str, Any]], by: str = "chu-tich", **params: Any) -> set[str]:
    """The short names of what the list gives, within the one source document."""
    answer = await (await office.as_(by)).get("/directives", params={"source": NUMBER, **params})
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["total"] == len(page["items"])
    assert page["next_cursor"] is None
    names = {directive["id"]: name for name, directive in some.items()}
    return {names[item["id"]] for item in page["items"]}


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({}, "new taken reported done ended child"),
        ({"status": "open"}, "new taken reported child"),
        ({"status": "issued"}, "new child"),
        ({"status": "in_progress"}, "taken"),
        ({"status": "awaiting_acceptance"}, "reported"),
        ({"status": "completed"}, "done"),
        ({"status": "withdrawn"}, "ended"),
        ({"status": ["suspended", "declined"]}, ""),
        ({"status": ["completed", "withdrawn"]}, "done ended"),
        ({"status": ["open", "completed"]}, "new taken reported done child"),
        ({"timeliness": "in_time"}, "new taken reported done child"),
        ({"timeliness": "no_deadline"}, "ended"),
        ({"timeliness": ["due_soon", "overdue"]}, ""),
        ({"unit": "TNMT"}, "reported done"),
        ({"unit": "P-A"}, ""),
        ({"involved": "TNMT"}, "new taken reported done ended child"),
        ({"involved": "P-A"}, "done"),
        ({"involved": "UBQ"}, ""),
        ({"officer": "cv-nv"}, "taken"),
        ({"officer": "nobody"}, ""),
        ({"cell": "open_in_time"}, "new taken reported child"),
        ({"cell": ["completed_in_time", "withdrawn"]}, "done ended"),
        ({"cell": "open_overdue"}, ""),
        ({"awaits": "acceptance"}, "reported"),
        ({"awaits": ["approval", "extension", "decline"]}, ""),
        ({"cell": "open_in_time", "involved": "TNMT", "status": "issued"}, "new child"),
        ({"issuer": "pct"}, "taken"),
        ({"issuer": "nobody"}, ""),
        ({"due_from": SOON.isoformat(), "due_to": LATER.isoformat()}, "new"),
        ({"due_from": (SOON + timedelta(seconds=1)).isoformat()}, "taken"),
        ({"due_from": LATER.isoformat()}, "taken"),
        ({"due_to": SOON.isoformat()}, "reported done child"),
        ({"q": "duong de"}, "new"),
        ({"q": "ĐÊ"}, "new"),
        ({"q": "đê la thành"}, "new"),
        ({"q": "hoa don"}, "taken"),
        ({"q": "hóa đơn"}, "taken"),
        ({"q": "đơn hoá"}, "taken"),
        ({"q": "so lieu phuong"}, "done"),
        ({"q": "quy"}, "reported done"),
        ({"q": f"tong hop {NUMBER}"}, "done"),
        ({"q": "khong co gi"}, ""),
        ({"q": "Phòng Tài nguyên"}, "new taken reported done ended child"),
        ({"q": "phuong a hoa don"}, ""),
        ({"q": "phường báo cáo"}, "done"),
        ({"q": "tnmt quý"}, "reported done"),
        ({"q": "%"}, ""),
        ({"q": " "}, "new taken reported done ended child"),
        ({"unit": "NV", "status": "open", "q": "việc"}, "child"),
        ({"source": "999999/KHONG-CO"}, ""),
    ],
    ids=lasting,
)
async def test_a_filter_gives_what_fits(
    shared: Office, some: dict[str, dict[str, Any]], params: dict[str, Any], names: str
) -> None:
    assert await listed(shared, some, **params) == {*names.split()}


async def test_the_sub_directives_of_one(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    assert await listed(shared, some, parent=some["taken"]["id"]) == {"child"}
    assert await listed(shared, some, parent=some["new"]["id"]) == set()


async def test_a_code_is_found_by_its_number(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    assert await listed(shared, some, q=some["done"]["code"]) == {"done"}


@pytest.mark.parametrize(
    ("passed", "due_soon", "overdue"),
    [
        (timedelta(days=19), "new", "reported child"),
        (timedelta(days=21), "", "new reported child"),
        (timedelta(days=60), "", "new taken reported child"),
    ],
)
async def test_timeliness_is_that_of_the_moment(
    shared: Office,
    some: dict[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    passed: timedelta,
    due_soon: str,
    overdue: str,
) -> None:
    monkeypatch.setattr(Services, "now", lambda _: datetime.now(UTC) + passed)
    assert await listed(shared, some, timeliness="due_soon") == {*due_soon.split()}
    # "reported" was reported in time: waiting for the issuer is no delay of the unit
    assert await listed(shared, some, timeliness="overdue") == {*overdue.split()} - {"reported"}


async def test_an_item_is_the_same_as_the_directive_itself(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    leader = await shared.as_("chu-tich")
    page = (await leader.get("/directives", params={"source": NUMBER})).json()
    for item in page["items"]:
        assert item == await shared.show(item)
    assert [item["children"] for item in page["items"] if item["id"] == some["taken"]["id"]] == [[some["child"]["id"]]]


def test_every_phase_may_be_asked_for() -> None:
    assert {*get_args(Status)} == {"open", *Phase}
