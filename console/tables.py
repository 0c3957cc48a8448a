"""Directives, their history and their totals as tables for people. What people wrote is shown as it is, never as markup."""

from collections.abc import Callable
from datetime import datetime

from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from api.unit_names import units_of_state
from domain.instants import shown
from domain.ledgers import StoppedTime, Subdirective
from domain.state import DirectiveState, StatusCell
from domain.telling import actor_named, shown_due
from domain.validity import DatedDirectory
from domain.wording import (
    CELL_NAMES,
    EXTENSION_NAMES,
    PHASE_NAMES,
    STOP_NAMES,
    TIMELINESS_NAMES,
    named,
)

NARROW = 100
"""Columns of a screen below which a table of directives leaves out what matters least."""
STYLES = {"overdue": "bold red", "due_soon": "yellow", "in_time": "green", "no_deadline": "dim"}


def directive_table(states: list[DirectiveState], now: datetime, *, width: int, title: str | None = None) -> Table:
    """Directives, a line each. On a narrow screen the title keeps its room and other columns go."""
    columns: dict[str, Callable[[DirectiveState], str | Text]] = {
        "Số": lambda state: state.code,
        "Nhiệm vụ": lambda state: Text(state.title),
        "Chủ trì": lambda state: state.lead_unit,
        "Trạng thái": lambda state: named(PHASE_NAMES, state.phase),
        "Tình trạng": lambda state: _timeliness(state, now),
        "Thời hạn": lambda state: shown_due(state.due_at),
        "Tiến độ": lambda state: f"{state.progress_percent}%",
    }
    if width < NARROW:
        del columns["Chủ trì"], columns["Tiến độ"]
    table = Table(title=title, box=None, expand=True)
    for name in columns:
        table.add_column(name, no_wrap=True, justify="right" if name == "Tiến độ" else "left")
    table.columns[1].overflow, table.columns[1].ratio = "ellipsis", 1
    for state in states:
        table.add_row(*[show(state) for show in columns.values()])
    return table


def facts_table(state: DirectiveState, now: datetime, dated: DatedDirectory) -> Table:
    """All that is known of one directive, units by their names of that day."""
    units = units_of_state(state, now, dated)
    table = Table(show_header=False, box=None)
    rows: dict[str, str | Text] = {
        "Nội dung": state.content,
        "Kết quả cần đạt": state.expected_result or "—",
        "Người giao": f"{actor_named(state.issuer)} ({state.issuer.unit or '—'})",
        "Chủ trì": f"{units['lead_unit_name']} ({state.lead_unit})",
        "Phối hợp": ", ".join(units["coordinating_unit_names"]) or "—",
        "Chuyên viên": state.officer or "—",
        "Trạng thái": named(PHASE_NAMES, state.phase),
        "Tình trạng": _timeliness(state, now),
        "Thời hạn": shown_due(state.due_at),
        "Thời hạn ban đầu": shown_due(state.original_due_at),
        "Gia hạn": _extensions(state),
        "Tiến độ": f"{state.progress_percent}%",
        "Phối hợp báo cáo": "\n".join(f"{part.unit}: {part.result}{_late(part.late)}" for part in state.parts),
        "Giao lại": "\n".join(_below(child) for child in state.subdirectives),
        "Thời gian dừng": "\n".join(_stop(stop) for stop in state.stopped_time),
        "Chủ trì trước": "\n".join(
            f"{tenure.unit} đến {shown(tenure.until)}{_late(tenure.overdue_from is not None)}"
            for tenure in state.tenures
        ),
        "Đôn đốc": f"{state.reminders_sent} lần; báo cáo vượt cấp {state.escalation_level}",
        "Chính sách, lịch": f"{state.policy_version}, {state.calendar_version}",
        "Tệp đính kèm": "\n".join(f"{one.name} ({shown_size(one.size)})" for one in state.attachments) or "—",
        "Phiên bản": str(state.version),
        "Mã": str(state.id),
    }
    if state.recurrence:
        rows["Định kỳ"] = f"{state.recurrence.period}, {state.recurrence.id}"
    for name, value in rows.items():
        if value:
            table.add_row(Text(name, "bold"), Text(value) if isinstance(value, str) else value)
    return table


def _extensions(state: DirectiveState) -> str:
    lines = []
    for one in state.extensions:
        new = f"{shown(one.old_due_at)} → {shown(one.new_due_at or one.asked_due_at)}"
        lines.append(f"lần {one.number}, {named(EXTENSION_NAMES, one.status)}: {new}, {one.reason}")
    return "\n".join(lines)


def _below(child: Subdirective) -> str:
    ended = "hoàn thành" if child.completed else "thu hồi" if child.closed else f"hạn {shown_due(child.due_at)}"
    return f"{child.code} {child.lead_unit}: {ended}{_late(child.late)}"


def _stop(stop: StoppedTime) -> str:
    until = shown(stop.until) if stop.until else "nay"
    waits = f", chờ {stop.waits_on}" if stop.waits_on else ""
    days = f", {stop.working_days} ngày làm việc" if stop.working_days is not None else ""
    return f"{named(STOP_NAMES, stop.cause)}: {shown(stop.since)} – {until}{waits}{days}"


def _late(late: bool) -> str:
    return " (quá hạn)" if late else ""


def totals_table(totals: dict[str, int], *, title: str = "Tổng hợp · totals") -> Table:
    """The six official cells, withdrawn told apart, and their sum."""
    table = Table("", "Trong hạn", "Quá hạn", "Không hạn", "Cộng", title=title, box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for side, label in (("completed", "Đã hoàn thành"), ("open", "Chưa hoàn thành")):
        row = [totals.get(StatusCell(f"{side}_{kind}"), 0) for kind in ("in_time", "overdue", "no_deadline")]
        table.add_row(label, *[str(count) for count in row], str(sum(row)))
    table.add_row(named(CELL_NAMES, "withdrawn"), "", "", "", str(totals.get(StatusCell.WITHDRAWN, 0)))
    table.add_row("[bold]Đã giao[/bold]", "", "", "", f"[bold]{sum(totals.values())}[/bold]")
    return table


def shown_size(size: int) -> str:
    """A size in bytes as people read it."""
    return decimal(size, separator=" ").replace(".", ",")


def _timeliness(state: DirectiveState, now: datetime) -> Text:
    standing = state.timeliness(now)
    return Text(named(TIMELINESS_NAMES, standing), STYLES[standing])
