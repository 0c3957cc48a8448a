"""The history as people read it: the turns in words, with numbers of directives rather than ids."""

from datetime import UTC, date, datetime
from io import StringIO
from uuid import UUID

from rich.console import Console

from audit.replay.steps import replay
from console.history import replay_table
from domain.instants import local
from storage.postgres import PostgresEventStore
from storage.reference import load_reference
from tests.support.office import Office


async def later_working_day(office: Office) -> date:
    """A working day well after the deadline of what an office issues; a deadline on a day off would run on."""
    calendar = (await load_reference(office.pool)).calendar
    return calendar.shift(local(datetime.now(UTC)).date(), 60)


async def test_the_turns_are_told_in_words(office: Office) -> None:
    parent = await office.issue(coordinating_units=["P-A"])
    day = await later_working_day(office)
    body = {"deadline": {"at": f"{day}"}, "reason": "Chờ số liệu"}
    for by, command, fields in (
        ("tp-nv", "request-extension", body),
        ("chu-tich", "grant-extension", {"note": "Lần cuối"}),
        ("tp-nv", "delegate", {"units": ["P-A"]}),
        ("chu-tich", "suspend", {"cause": "other_body", "reason": "Chờ hướng dẫn", "waits_on": "Sở Nội vụ"}),
        ("chu-tich", "resume", {}),
    ):
        assert (await office.do(by, command, parent, **fields)).is_success
    child = (await office.show(parent))["subdirectives"][0]
    await office.do("chu-tich", "withdraw", child, reason="Trùng")
    history = await PostgresEventStore(office.pool).events_of(UUID(parent["id"]))
    screen = Console(file=StringIO(), width=400)
    screen.print(replay_table([*replay(history)]))
    assert isinstance(screen.file, StringIO)
    text = screen.file.getvalue()
    for words in (
        f"đến 24:00 {day:%d/%m/%Y}; lần 1; lý do: Chờ số liệu",
        f"{child['code']} cho P-A, hạn 24:00 {day:%d/%m/%Y}",
        "chờ Sở Nội vụ",
        f"{child['code']}; thu hồi",
        "Chưa thực hiện → Tạm hoãn",
    ):
        assert words in text, text
    assert child["id"] not in text
