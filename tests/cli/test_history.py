"""The history as people read it: the turns in words, with numbers of directives rather than ids."""

from io import StringIO
from uuid import UUID

from rich.console import Console

from audit.replay import replay
from console.history import replay_table
from storage.postgres import PostgresEventStore
from tests.support.office import Office


async def test_the_turns_are_told_in_words(office: Office) -> None:
    parent = await office.issue(coordinating_units=["P-A"])
    body = {"deadline": {"at": "2027-06-30"}, "reason": "Chờ số liệu"}
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
        "đến 24:00 30/06/2027; lần 1; lý do: Chờ số liệu",
        f"{child['code']} cho P-A, hạn 24:00 30/06/2027",
        "chờ Sở Nội vụ",
        f"{child['code']}; thu hồi",
        "Chưa thực hiện → Tạm hoãn",
    ):
        assert words in text, text
    assert child["id"] not in text
