"""`dondoc calendar …`: what an administrator enters, what is refused, and that open directives are brought along."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.calendar import SHIPPED, WorkCalendar
from domain.events import DeadlineChanged
from domain.instants import local
from domain.registries import CalendarDecided, Registry
from settings import Settings
from storage.calendar import Revisions, revisions
from storage.pool import Pool
from storage.registries import history
from tests.support.command_line import Outcome, dondoc
from tests.workflows.conftest import live_desk
from tests.workflows.desk import Desk

__all__ = ["live_desk"]

SHIPPED_VERSION = WorkCalendar().version


def ahead(working_days: int) -> date:
    """The working day so far from today."""
    return WorkCalendar().shift(local(datetime.now(UTC)).date(), working_days)


def saturday_after(day: date) -> date:
    """The first weekend day after `day` that is off."""
    while WorkCalendar().is_working_day(day) or day.weekday() < 5:
        day += timedelta(days=1)
    return day


OFF, WORK = ahead(3), saturday_after(ahead(25))
SWAP = ("calendar", "add-swap", "--off", f"{OFF}", "--work", f"{WORK}", "--decision", "15/QĐ-UBND")


@pytest.mark.usefixtures("on_database")
def test_a_swap_is_entered_once_and_stands_in_the_list() -> None:
    told = dondoc(*SWAP, "--decided-on", "2026-11-20", "--json").succeeded().json
    assert (told["decision"], told["entered"], told["reprojection"]) == ("15/QĐ-UBND", True, None)
    assert [(day["day"], day["kind"]) for day in told["days"]] == [(f"{OFF}", "day_off"), (f"{WORK}", "working")]
    assert told["calendar_version"].startswith("vn-2.")
    again = dondoc(*SWAP, "--json").succeeded().json
    assert (again["entered"], again["calendar_version"]) == (False, told["calendar_version"])
    assert "no change" in dondoc(*SWAP).succeeded().out
    for day in (OFF, WORK):
        listed = dondoc("calendar", "list", "--year", f"{day.year}", "--json").succeeded().json
        assert listed["calendar_version"] == told["calendar_version"]
        assert {one["day"]: one["decision_number"] for one in listed["days"]}[f"{day}"] == "15/QĐ-UBND"
    shown = dondoc("calendar", "list", "--year", f"{OFF.year}").succeeded().out
    assert f"{OFF:%d/%m/%Y}" in shown
    assert told["calendar_version"] in shown


@pytest.mark.usefixtures("on_database")
def test_the_list_shows_library_and_shipped_days() -> None:
    listed = dondoc("calendar", "list", "--year", "2026", "--json").succeeded().json
    assert (listed["year"], listed["calendar_version"]) == (2026, SHIPPED_VERSION)
    days = {one["day"]: one for one in listed["days"]}
    assert days["2026-01-10"] == {
        "day": "2026-01-10",
        "kind": "working",
        "name": "làm bù cho 02/01/2026",
        "decision_number": SHIPPED[0].number,
    }
    assert days["2026-02-17"]["name"] == "Tết Nguyên Đán"
    assert days["2026-02-17"]["decision_number"] is None
    assert "thư viện" in dondoc("calendar", "list", "--year", "2026").succeeded().out
    before = local(datetime.now(UTC)).year
    shown = dondoc("calendar", "list", "--json").succeeded().json["year"]
    assert before <= shown <= local(datetime.now(UTC)).year


async def test_a_decision_is_an_event_with_who_entered_it(on_database: str, pool: Pool) -> None:
    (await asyncio.to_thread(dondoc, *SWAP, "--reason", "Tết")).succeeded()
    [(_, event)] = await history(pool, Registry.CALENDAR)
    assert isinstance(event.data, CalendarDecided)
    assert (event.data.revision, event.data.decision_number, event.data.reason) == (2, "15/QĐ-UBND", "Tết")
    assert event.actor.user == "console"


@pytest.mark.usefixtures("on_database")
def test_days_are_added_and_taken_back_by_later_decisions() -> None:
    day = ("calendar", "add", f"{OFF}", "--kind", "day_off", "--reason", "Bão", "--decision")
    dondoc(*day, "1/QĐ").succeeded()
    dondoc(*day, "2/QĐ").ended(1, "[calendar_day_decided]", "1/QĐ")
    back = ("calendar", "revert", "1/QĐ", "--decision", "3/QĐ", "--json")
    assert dondoc(*back).succeeded().json["days"][0]["kind"] == "as_usual"
    assert dondoc(*back).succeeded().json["entered"] is False
    dondoc(*day, "4/QĐ").succeeded()
    dondoc("calendar", "revert", "9/QĐ", "--decision", "5/QĐ").ended(1, "[calendar_decision_unknown]", "9/QĐ")


@pytest.mark.usefixtures("on_database")
@pytest.mark.parametrize(
    ("off", "work", "code"),
    [
        (f"{WORK}", f"{saturday_after(WORK + timedelta(days=2))}", "calendar_day_off"),
        (f"{OFF}", f"{ahead(5)}", "calendar_day_worked"),
        (f"{OFF}", f"{OFF}", "calendar_day_twice"),
        ("2019-05-06", f"{WORK}", "calendar_day_too_far"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(off: str, work: str, code: str) -> None:
    words = ("calendar", "add-swap", "--off", off, "--work", work, "--decision", "15/QĐ-UBND")
    dondoc(*words).ended(1, f"[{code}]")
    listed = dondoc("calendar", "list", "--json").succeeded().json
    assert listed["calendar_version"] == SHIPPED_VERSION


@pytest.mark.usefixtures("on_database")
@pytest.mark.parametrize(
    "words",
    [
        ("add-swap", "--off", "02/01/2027", "--work", f"{WORK}", "--decision", "1"),
        ("add-swap", "--off", "2027-02-30", "--work", f"{WORK}", "--decision", "1"),
        ("add-swap", "--off", f"{OFF}", "--work", f"{WORK}", "--decision", " "),
        ("add-swap", "--off", f"{OFF}", "--work", f"{WORK}", "--decision", "1", "--decided-on", "hôm qua"),
        ("add-swap", "--off", f"{OFF}", "--work", f"{WORK}"),
        ("add", "--kind", "day_off", "--decision", "1"),
        ("add", f"{OFF}", "--kind", "as_usual", "--decision", "1"),
        ("list", "--year", "1850"),
    ],
)
def test_wrong_words_end_with_2(words: tuple[str, ...]) -> None:
    assert dondoc("calendar", *words).ended(2).out == ""


@pytest.fixture
def at_work(
    live_desk: Desk, settings: Settings, on_database: str, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """A worker is there, and commands find its Temporal and queue."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    monkeypatch.setenv("DONDOC_TASK_QUEUE", settings.task_queue)
    return live_desk


async def test_open_directives_are_brought_along_and_counted(at_work: Desk, pool: Pool) -> None:
    await at_work.issue()
    told: Outcome = await asyncio.to_thread(dondoc, *SWAP, "--json")
    assert told.succeeded().json["reprojection"] == {"total": 1, "done": 1, "changed": 1, "failed": 0}
    assert "1/1" in told.err
    last = (await at_work.happened())[-1]
    assert isinstance(last, DeadlineChanged)
    assert last.decision_number == "15/QĐ-UBND"
    again = (await asyncio.to_thread(dondoc, *SWAP, "--json")).succeeded().json
    assert again["reprojection"] == {"total": 0, "done": 0, "changed": 0, "failed": 0}


async def test_one_may_leave_before_it_is_done(at_work: Desk, pool: Pool) -> None:
    await at_work.issue()
    told = await asyncio.to_thread(dondoc, *SWAP, "--no-wait", "--json")
    assert told.succeeded().json["reprojection"] is None
    await at_work.had("DirectiveIssued", "DeadlineChanged")


async def test_without_a_temporal_it_is_left_to_the_worker(
    on_database: str, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    told = await asyncio.to_thread(dondoc, *SWAP)
    assert "as the worker runs" in told.succeeded().out
    assert "does not answer" in told.err
    assert await revisions(pool) == Revisions(decided=2, projected=0)


async def test_without_a_worker_it_does_not_wait_for_ever(
    on_database: str, pool: Pool, temporal_address: str, task_queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    monkeypatch.setenv("DONDOC_TASK_QUEUE", task_queue)
    monkeypatch.setattr("console.bringing.SILENCE_SECONDS", 1.0)
    told = await asyncio.to_thread(dondoc, *SWAP, "--json")
    assert told.succeeded().json["reprojection"] is None
    assert "No worker answers" in told.err


@pytest.mark.usefixtures("nothing_configured")
def test_a_folder_on_which_nothing_runs_will_do(tmp_path: Path) -> None:
    told = dondoc(*SWAP, "--data", str(tmp_path / "fresh"), "--json").succeeded().json
    assert (told["entered"], told["reprojection"]) == (True, None)
