"""`dondoc replay`: the past through two clocks, deadlines computed again, a unit and the district at an instant."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar_decisions import WantedDecision, swap
from domain.deadlines import due_by, plan_for
from domain.event_values import CountedBasis
from domain.registries import administrator
from storage.calendar import enter_decision
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import adopt_policies
from storage.store import Commit
from tests.domain.clock import START, instant
from tests.domain.happenings import acknowledged, progressed
from tests.domain.policies import POLICIES
from tests.domain.spec import CALENDAR
from tests.storage.commits import after, begun
from tests.support.command_line import Outcome, dondoc

CODE = "2026/0777"
THUONG = POLICIES["thuong"]
BASIS = CountedBasis(working_days=3, counted_from=date(2026, 3, 2))
AT = (START + timedelta(seconds=10)).isoformat()


async def run(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, "replay", *words)


@pytest.fixture
async def written(on_database: str, pool: Pool) -> Pool:
    """Due in three working days; the progress of second 3 came to the record at second 60."""
    due = due_by(BASIS, THUONG, CALENDAR)
    first = begun(code=CODE, plan=plan_for(due, instant(0), THUONG, CALENDAR, basis=BASIS))
    late = after(first, acknowledged(at=2), progressed(40, at=3))
    events = tuple(one.model_copy(update={"recorded_at": instant(60)}) for one in late.events)
    store = PostgresEventStore(pool)
    await store.append([first])
    await store.append([Commit(late.command_id, late.fingerprint, events, late.state)])
    await store.append([begun(due=100, code="2026/0778", lead_unit="TNMT", coordinating_units=())])
    return pool


async def newer_rules(pool: Pool) -> None:
    """Since then a Thursday was taken off, and another version of the policy came into force."""
    wanted = WantedDecision(number="15/QĐ-UBND", reason="Hoán đổi", entries=swap(date(2026, 3, 5), date(2026, 3, 14)))
    assert await enter_decision(pool, wanted, administrator("test"), today=date(2026, 3, 2))
    newer = THUONG.model_copy(update={"version": THUONG.version + 1, "reminders": THUONG.reminders[:1]})
    assert await adopt_policies(pool, [newer], administrator("test"))


@pytest.mark.usefixtures("written")
async def test_what_was_not_known_then_is_said() -> None:
    then = (await run(CODE, "--at", AT)).succeeded().out
    for words in (
        "Tại · at 09:00:10 02/03/2026: Chưa thực hiện, Trong hạn",
        "Khi đó chưa biết · not known then: #3 Báo cáo tiến độ, xảy ra 09:00:03 02/03/2026, ghi nhận 09:01:00 02/03/2026",
        "Nay biết · by what is known now: Đang thực hiện, Trong hạn",
    ):
        assert words in then
    now = (await run(CODE, "--at", AT, "--hindsight")).succeeded().out
    assert "Đang thực hiện" in now
    assert "chưa biết" not in now
    known = (await run(CODE, "--at", AT, "--as-known", instant(60).isoformat(), "--json")).succeeded().json
    assert (known["state"]["version"], known["unknown_then"]) == (3, [])
    assert known["known"] == "2026-03-02T02:01:00.000000Z"


@pytest.mark.usefixtures("written")
async def test_every_event_is_shown_with_the_rules_that_it_stands_under() -> None:
    shown = (await run(CODE)).succeeded().out
    assert shown.count(f"{THUONG.label} · vn-1") == 3
    assert f"Lịch vn-1: {CALENDAR.version}" in shown
    steps = (await run(CODE, "--json")).succeeded().json
    assert {(step["policy_version"], step["calendar_version"]) for step in steps} == {(THUONG.label, CALENDAR.version)}


async def test_lateness_tells_what_is_different_today(written: Pool) -> None:
    same = (await run(CODE, "--lateness")).succeeded().out
    assert "không · none" in same
    await newer_rules(written)
    told: dict[str, Any] = (await run(CODE, "--lateness", "--json")).succeeded().json["lateness"]
    (deadline,) = told["deadlines"]
    assert (deadline["agrees"], deadline["rules_then"]) == (True, deadline["recorded"])
    assert (deadline["recorded"]["due_at"], deadline["rules_today"]["due_at"]) == (
        "2026-03-05T17:00:00.000000Z",
        "2026-03-06T17:00:00.000000Z",
    )
    in_vietnamese = " / ".join(note["vi"] for note in deadline["notes"])
    assert "lịch hiện nay nghỉ ngày 05/03/2026 theo 15/QĐ-UBND" in in_vietnamese
    assert f"{THUONG.code}@{THUONG.version + 1} đôn đốc 1 lần" in in_vietnamese
    screen = " ".join((await run(CODE, "--lateness")).succeeded().out.split())
    assert "quy tắc khi đó · rules of then: quá hạn; quy tắc hiện nay · rules of today: quá hạn" in screen


async def test_context_shows_what_happened_around_it(written: Pool) -> None:
    await newer_rules(written)
    shown = " ".join((await run(CODE, "--context")).succeeded().out.split())
    assert "Quyết định lịch" in shown
    assert "15/QĐ-UBND:" in shown
    assert f"{THUONG.code}@{THUONG.version + 1}" in shown
    told = (await run(CODE, "--context", "--json")).succeeded().json
    assert [one["type"] for one in told["context"]] == ["CalendarDecided", "PolicyAdopted"]
    assert "context" not in (await run(CODE, "--lateness", "--json")).succeeded().json


@pytest.mark.usefixtures("written")
async def test_the_district_and_a_unit_at_an_instant() -> None:
    district = (await run("--district", "--at", AT, "--json")).succeeded().json
    assert [(item["code"], item["version"]) for item in district["items"]] == [(CODE, 1), ("2026/0778", 1)]
    assert district["cells"]["open_in_time"]["count"] == district["total"] == 2
    known = (await run("--district", "--at", AT, "--hindsight", "--json", "--limit", "1")).succeeded().json
    assert [(item["code"], item["version"]) for item in known["items"]] == [(CODE, 3)]
    unit = await run("--unit", "TNMT", "--at", AT)
    assert "2026/0778" in unit.succeeded().out
    assert CODE not in unit.out
    screen = (await run("--district", "--at", AT)).succeeded().out
    for words in ("Phòng Tài nguyên và Môi", "Đã giao", CODE, "2/2"):
        assert words in screen
    sure = (await run("--district", "--at", AT, "--json", "--from-events")).succeeded().json
    assert sure == district
    nothing = (await run("--district", "--at", "2020-01-01", "--json")).succeeded().json
    assert (nothing["total"], nothing["items"]) == (0, [])


@pytest.mark.usefixtures("written")
async def test_a_record_that_cannot_be_read_is_no_traceback(written: Pool) -> None:
    await written.execute(
        "insert into events select 99, stream_id, 4, gen_random_uuid(), command_id, type, occurred_at, recorded_at, actor_user,"
        " actor_unit, actor_role, on_behalf_of, canonical, leaf_hash from events where stream_version = 3"
    )
    for words in ((CODE,), ("--district", "--from-events")):
        (await run(*words)).ended(1, "dondoc audit verify")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Name one of"),
        ((CODE, "--district"), 2, "Name one of"),
        (("--unit", "NV", "--district"), 2, "Name one of"),
        (("--district", "--version", "1"), 2, "for one directive"),
        (("--unit", "NV", "--lateness"), 2, "for one directive"),
        ((CODE, "--from-events"), 2, "for many"),
        ((CODE, "--version", "1", "--hindsight"), 2, "either --at or --version"),
        ((CODE, "--as-known", AT, "--hindsight"), 2, "either --as-known or --hindsight"),
        ((CODE, "--as-known", "hôm qua"), 2, "Not an instant"),
        (("--district", "--at", "2026-13-01"), 2, "Not an instant"),
        (("--unit", "XX"), 1, "There is no unit XX"),
        (("2026/9999",), 1, "There is no directive"),
        ((CODE, "--at", "2020-01-01"), 1, "did not exist then"),
        ((CODE, "--as-known", "2020-01-01"), 1, "did not exist then"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("written")
async def test_what_makes_no_sense_and_what_is_not_there(words: tuple[str, ...], code: int, said: str) -> None:
    (await run(*words)).ended(code, said)
