"""The list as offices report it: the columns of their tables, and a line for each directive."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from uuid import UUID

from api.language import Words, said
from api.unit_names import names_on
from domain.events import ProgressReported
from domain.instants import last_day_of, local
from domain.ledgers import ExtensionStatus
from domain.state import DirectiveState, Phase
from domain.validity import DatedDirectory
from domain.wording import CELL_NAMES, PHASE_NAMES, SOURCE_NAMES, TIMELINESS_NAMES, Language, named

Cell = str | int | date | datetime | None
"""What stands in a cell; a datetime is on the wall clock in Việt Nam, without a zone, as spreadsheets keep it."""

COLUMNS: tuple[tuple[Words, int], ...] = (
    (("STT", "No."), 6),
    (("Số nhiệm vụ", "Number"), 12),
    (("Nội dung nhiệm vụ", "Task"), 60),
    (("Văn bản giao", "Source document"), 30),
    (("Thời hạn hoàn thành", "Deadline"), 18),
    (("Đơn vị chủ trì", "Lead unit"), 28),
    (("Đơn vị phối hợp", "Coordinating units"), 28),
    (("Trạng thái", "Status"), 24),
    (("Kết quả", "Result"), 40),
    (("Ngày hoàn thành thực tế", "Completed on"), 18),
    (("Gia hạn (số lần, mốc cũ)", "Extensions (number, old deadlines)"), 26),
    (("Khó khăn", "Difficulties"), 36),
    (("Đề xuất", "Proposals"), 36),
)
"""Each column's name, and its width in characters."""

_NO_DEADLINE: Words = ("Không thời hạn", "No deadline")
_PROGRESS: Words = ("Tiến độ {percent}%", "{percent}% done")
_GRANTED: Words = ("{count} lần: {old}", "{count}: {old}")


def report_row(
    number: int,
    state: DirectiveState,
    now: datetime,
    dated: DatedDirectory,
    report: ProgressReported | None,
    language: Language,
) -> list[Cell]:
    """The line of a directive as it stands at `now`; `report` is the last one on its progress, with what hinders the unit."""
    day = local(min(now, state.closed_at) if state.closed_at else now).date()
    done = state.phase is Phase.COMPLETED
    reported = local(state.reported_at).date() if done and state.reported_at else None
    return [
        number,
        state.code,
        state.content if state.content.startswith(state.title) else f"{state.title}\n{state.content}",
        _source(state, language),
        _moment(state.due_at) if state.due_at else said(_NO_DEADLINE, language),
        names_on(state.lead_unit, dated, day),
        "; ".join(names_on(code, dated, day) for code in state.coordinating_units),
        status_told(state, now, language),
        state.result
        or (said(_PROGRESS, language).format(percent=state.progress_percent) if not state.closed else None),
        reported,
        _extensions(state, language),
        report.difficulties if report else None,
        report.proposals if report else None,
    ]


def report_rows(
    states: Iterable[DirectiveState],
    first: int,
    now: datetime,
    dated: DatedDirectory,
    reports: Mapping[UUID, ProgressReported],
    language: Language,
) -> list[list[Cell]]:
    """The lines of several directives, numbered from `first` on."""
    return [
        report_row(number, state, now, dated, reports.get(state.id), language)
        for number, state in enumerate(states, first)
    ]


def status_told(state: DirectiveState, now: datetime, language: Language) -> str:
    """Where the directive stands, in words: the cell of one that was completed, else phase and timeliness."""
    if state.phase is Phase.COMPLETED:
        return named(CELL_NAMES, state.status_cell(now), language)
    phase = named(PHASE_NAMES, state.phase, language)
    if state.closed:
        return phase
    return f"{phase}, {named(TIMELINESS_NAMES, state.timeliness(now), language).lower()}"


def _source(state: DirectiveState, language: Language) -> str | None:
    source = state.source
    if source is None:
        return None
    number, on, by = (("số ", "No. "), ("ngày ", "of "), ("của ", "by "))
    parts = [named(SOURCE_NAMES, source.kind, language)]
    parts += [said(number, language) + source.number] if source.number else []
    parts += [said(on, language) + f"{source.issued_on:%d/%m/%Y}"] if source.issued_on else []
    parts += [said(by, language) + source.issued_by] if source.issued_by else []
    return " ".join(parts)


def _moment(due_at: datetime) -> date | datetime:
    """The end of a day as that day, anything else with its clock."""
    there = local(due_at)
    return last_day_of(due_at) if there.time() == time(0) else there.replace(tzinfo=None)


def _extensions(state: DirectiveState, language: Language) -> str | None:
    granted = [one for one in state.extensions if one.status is ExtensionStatus.GRANTED]
    if not granted:
        return None
    old = ", ".join(f"{last_day_of(one.old_due_at):%d/%m/%Y}" for one in granted)
    return said(_GRANTED, language).format(count=len(granted), old=old)
