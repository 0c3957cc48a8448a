"""`dondoc calendar …`: the working calendar, and decisions over it that are brought to open directives."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated, Literal, NoReturn

from cyclopts import App, Parameter
from pydantic import TypeAdapter, ValidationError
from rich.table import Table
from rich.text import Text

from api.views import calendar_view
from console.bringing import bring, said
from console.client import language
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.entries import faults
from console.reach import record
from domain.calendar import FIRST_YEAR, LAST_YEAR, CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.calendar_decisions import WantedDecision, swap, take_back
from domain.days import Day
from domain.instants import local
from domain.refusals import Refusal
from domain.registries import administrator
from domain.text import compose
from storage.calendar import enter_decision, load_calendar

calendar = App(name="calendar", help="Lịch làm việc · the working calendar")

Decision = Annotated[str, Parameter("--decision", help="Số văn bản quyết định · number of the deciding document")]
DecidedOn = Annotated[str | None, Parameter("--decided-on", help="Ngày của văn bản (YYYY-MM-DD) · the document's day")]
Why = Annotated[str | None, Parameter("--reason", help="Lý do · reason")]
Wait = Annotated[
    bool,
    Parameter("--wait", negative="--no-wait", help="Chờ tính lại xong các nhiệm vụ · wait until directives are done"),
]
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_DAY: TypeAdapter[date] = TypeAdapter(Day)


@calendar.command(name="add-swap")
def add_swap(
    *,
    off: Annotated[str, Parameter("--off", help="Ngày được nghỉ · the weekday off")],
    work: Annotated[str, Parameter("--work", help="Ngày làm bù · the day worked for it")],
    decision: Decision,
    decided_on: DecidedOn = None,
    reason: Why = None,
    wait: Wait = True,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Hoán đổi ngày làm việc · swap a weekday off against a worked day of a weekend."""
    days = day_of(off), day_of(work)
    why = reason or f"Hoán đổi ngày làm việc {days[0]:%d/%m/%Y} và {days[1]:%d/%m/%Y}"
    _enter(lambda _: swap(*days), decision, decided_on, why, data, wait=wait, as_json=as_json)


@calendar.command
def add(
    *days: Annotated[str, Parameter(help="Ngày (YYYY-MM-DD), một hay nhiều · one day or several")],
    kind: Annotated[
        Literal["day_off", "working"], Parameter("--kind", help="day_off: nghỉ · off; working: làm việc · worked")
    ],
    decision: Decision,
    decided_on: DecidedOn = None,
    reason: Why = None,
    wait: Wait = True,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Thêm ngày nghỉ hoặc ngày làm việc · add days off or working days."""
    if not days:
        fail(USAGE, "Chưa nêu ngày nào. · Name at least one day.")
    named = ("Nghỉ" if kind == "day_off" else "Làm việc") + " theo quyết định"
    why = compose(reason or named)
    entries = tuple(CalendarEntry(day=day_of(day), kind=DayKind(kind), reason=why) for day in days)
    _enter(lambda _: entries, decision, decided_on, why, data, wait=wait, as_json=as_json)


@calendar.command
def revert(
    number: Annotated[str, Parameter(help="Số văn bản bị bãi bỏ · number of the decision that is taken back")],
    *,
    decision: Decision,
    decided_on: DecidedOn = None,
    reason: Why = None,
    wait: Wait = True,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Bãi bỏ một quyết định bằng một quyết định sau · take a decision back by a later one; nothing is deleted."""
    why = reason or f"Bãi bỏ {number}"
    taken, by = compose(number), compose(decision)
    _enter(lambda held: take_back(held, taken, by), decision, decided_on, why, data, wait=wait, as_json=as_json)


@calendar.command(name="list")
def list_days(
    *,
    year: Annotated[int | None, Parameter("--year", help="Năm, mặc định năm nay · default: this year")] = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Ngày nghỉ và ngày làm bù của một năm · weekdays off and weekend days worked of a year."""
    wanted = local(datetime.now(UTC)).year if year is None else year
    if not FIRST_YEAR <= wanted <= LAST_YEAR:
        fail(USAGE, f"Lịch chỉ có từ {FIRST_YEAR} đến {LAST_YEAR}. · The calendar covers {FIRST_YEAR} to {LAST_YEAR}.")
    held = run(_held(data))
    if as_json:
        print_json(calendar_view(held, wanted))
        return
    table = Table(
        *("Ngày · day", "Thứ", "", "Lý do · reason", "Căn cứ · by"),
        title=f"Lịch làm việc {wanted} · {held.version}",
        title_justify="left",
        box=None,
    )
    for one in held.out_of_the_week(wanted):
        kind = Text("làm · worked", "yellow") if one.working else Text("nghỉ · off", "green")
        source = Text(one.decision) if one.decision else Text("thư viện · library", "dim")
        table.add_row(f"{one.day:%d/%m/%Y}", WEEKDAYS[one.day.weekday()], kind, Text(one.name), source)
    out.print(table)


async def _held(data: Path) -> WorkCalendar:
    async with record(data) as pool:
        return await load_calendar(pool)


Entries = Callable[[WorkCalendar], tuple[CalendarEntry, ...] | Refusal]
"""What is to be decided, given the calendar as it is."""


def _enter(
    entries: Entries, number: str, decided_on: str | None, reason: str, data: Path, *, wait: bool, as_json: bool
) -> None:
    """Enter the decision, have it brought to the open directives, and tell what came of it."""
    day = day_of(decided_on) if decided_on is not None else None
    try:
        wanted = WantedDecision(number=compose(number), decided_on=day, reason=compose(reason), entries=())
    except ValidationError as error:
        fail(USAGE, faults(error))
    decision, held, brought = run(_entered(entries, wanted, data, wait=wait))
    if as_json:
        print_json(
            {
                "decision": wanted.number,
                "entered": decision is not None,
                "calendar_version": held.version,
                "days": [entry.model_dump(mode="json") for entry in decision.entries] if decision else [],
                "reprojection": brought,
            }
        )
        return
    if decision is None:
        out.print(f"Đã có, không thay đổi · entered before, no change: {wanted.number}", markup=False)
    for entry in decision.entries if decision else ():
        out.print(f"{entry.day:%d/%m/%Y} ({WEEKDAYS[entry.day.weekday()]}): {entry.reason}", markup=False)
    out.print(said(brought), markup=False, soft_wrap=True)


async def _entered(
    entries: Entries, wanted: WantedDecision, data: Path, *, wait: bool
) -> tuple[CalendarDecision | None, WorkCalendar, dict[str, int] | None]:
    async with record(data) as pool:
        found = entries(await load_calendar(pool))
        if isinstance(found, Refusal):
            _refused(found)
        whole = wanted.model_copy(update={"entries": found})
        decision = await enter_decision(pool, whole, administrator(getuser()))
        if isinstance(decision, Refusal):
            _refused(decision)
        return decision, await load_calendar(pool), await bring(pool, data, wait=wait)


def _refused(refusal: Refusal) -> NoReturn:
    fail(REFUSED, f"{refusal.message(language())} [{refusal.code}]")


def day_of(text: str) -> date:
    """A day as typed, YYYY-MM-DD; ends with 2 for anything else."""
    try:
        return _DAY.validate_python(text)
    except ValidationError:
        fail(USAGE, f"“{text}” không phải là ngày dạng YYYY-MM-DD. · not a day of the form YYYY-MM-DD.")
