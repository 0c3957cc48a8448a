"""`dondoc list`, `show` and `replay`: read from the record, with or without a running system."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter
from rich.panel import Panel
from rich.table import Table

from api.views import directive_view, event_view
from audit.replay import ReplayStep, replay
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.issue import shown_due
from console.reach import record
from domain.instants import LOCAL_ZONE, local
from domain.state import DirectiveState, Phase, Timeliness
from domain.wording import EVENT_NAMES, PHASE_NAMES, TIMELINESS_NAMES, named
from storage.directives import OPEN_PHASES, DirectiveFilter, Found, Sort, find, find_by_code, page
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.store import RecordedEvent

Reference = Annotated[str, Parameter(help="Số (2026/0123) hoặc mã (UUID) · code or id")]
At = Annotated[
    str | None, Parameter("--at", help="Tại thời điểm này, ví dụ 2026-11-20T08:00 · as recorded by this instant")
]
Version = Annotated[int | None, Parameter("--version", help="Tại phiên bản này · as of this version")]

STYLES = {"overdue": "bold red", "due_soon": "yellow", "in_time": "green", "no_deadline": "dim"}


def list_command(
    *,
    status: Annotated[Phase | None, Parameter("--status", help="Chỉ trạng thái này · only this phase")] = None,
    open_only: Annotated[
        bool, Parameter("--open", negative=(), help="Chỉ nhiệm vụ chưa kết thúc · only open ones")
    ] = False,
    timeliness: Annotated[Timeliness | None, Parameter("--timeliness", help="Chỉ tình trạng hạn này")] = None,
    unit: Annotated[str | None, Parameter("--unit", help="Chỉ đơn vị chủ trì này · only this lead unit")] = None,
    q: Annotated[str | None, Parameter("--q", help="Tìm theo chữ, không cần dấu · search, accents optional")] = None,
    sort: Annotated[
        Sort, Parameter("--sort", help="code, issued_at, due_at, title; “-” đảo chiều · descending")
    ] = "-issued_at",
    limit: Annotated[int, Parameter("--limit", help="Số dòng nhiều nhất · most rows")] = 50,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Danh sách nhiệm vụ · list directives."""
    phases = OPEN_PHASES if open_only else ((status,) if status else ())
    wanted = DirectiveFilter(None, phases, (timeliness,) if timeliness else (), unit=unit, q=q)
    now = datetime.now(UTC)

    async def read() -> Any:
        async with record(data) as pool:
            return await page(pool, wanted, now, sort=sort, limit=max(1, min(limit, 10_000)))

    found = run(read())
    if as_json:
        print_json({"items": [directive_view(state, now) for state in found.items], "total": found.total})
        return
    out.print(directive_table(found.items, now))
    out.print(f"{len(found.items)}/{found.total}")


def directive_table(states: list[DirectiveState], now: datetime, title: str | None = None) -> Table:
    """Directives as a table for people."""
    table = Table("Số", "Nhiệm vụ", "Chủ trì", "Trạng thái", "Tình trạng", "Thời hạn", "Tiến độ", title=title, box=None)
    for column in table.columns:
        column.no_wrap = True
    table.columns[6].justify = "right"
    table.columns[1].overflow, table.columns[1].ratio = "ellipsis", 1
    table.expand = True
    for state in states:
        standing = state.timeliness(now)
        label = named(TIMELINESS_NAMES, standing)
        table.add_row(
            state.code,
            state.title,
            state.lead_unit,
            named(PHASE_NAMES, state.phase),
            f"[{STYLES[standing]}]{label}[/]",
            shown_due(state.due_at.isoformat() if state.due_at else None),
            f"{state.progress_percent}%",
        )
    return table


def show(
    reference: Reference, *, at: At = None, version: Version = None, data: Data = DEFAULT_DATA, as_json: Json = False
) -> None:
    """Một nhiệm vụ, hiện tại hoặc như đã từng · one directive, now or as it stood."""
    now = datetime.now(UTC)
    history = run(_history(reference, data))
    steps = _until(history, at, version)
    state, moment = steps[-1].state, now if at is None and version is None else steps[-1].state.last_recorded_at
    if as_json:
        print_json(directive_view(state, moment))
        return
    out.print(Panel(_facts(state, moment), title=f"{state.code} · {state.title}", title_align="left"))


def _facts(state: DirectiveState, now: datetime) -> Table:
    table = Table(show_header=False, box=None)
    standing = state.timeliness(now)
    rows = {
        "Nội dung": state.content,
        "Kết quả cần đạt": state.expected_result or "—",
        "Người giao": f"{state.issuer.name} ({state.issuer.unit or '—'})",
        "Chủ trì": state.lead_unit,
        "Phối hợp": ", ".join(state.coordinating_units) or "—",
        "Chuyên viên": state.officer or "—",
        "Trạng thái": named(PHASE_NAMES, state.phase),
        "Tình trạng": f"[{STYLES[standing]}]{named(TIMELINESS_NAMES, standing)}[/]",
        "Thời hạn": shown_due(state.due_at.isoformat() if state.due_at else None),
        "Thời hạn ban đầu": shown_due(state.original_due_at.isoformat() if state.original_due_at else None),
        "Tiến độ": f"{state.progress_percent}%",
        "Đôn đốc": f"{state.reminders_sent} lần; báo cáo vượt cấp {state.escalation_level}",
        "Chính sách, lịch": f"{state.policy_version}, {state.calendar_version}",
        "Phiên bản": str(state.version),
        "Mã": str(state.id),
    }
    for name, value in rows.items():
        table.add_row(f"[bold]{name}[/bold]", value)
    return table


def replay_command(
    reference: Reference, *, at: At = None, version: Version = None, data: Data = DEFAULT_DATA, as_json: Json = False
) -> None:
    """Diễn lại lịch sử: ai, làm gì, khi nào, thay đổi gì · replay history: who did what, when, and what it changed."""
    steps = _until(run(_history(reference, data)), at, version)
    if as_json:
        print_json([{**event_view(step.recorded), "changes": step.changes} for step in steps])
        return
    out.print(replay_table(steps))


def replay_table(steps: list[ReplayStep]) -> Table:
    """The history as a table for people."""
    first = steps[0].state
    table = Table(
        *("#", "Vị trí", "Thời điểm", "Sự kiện", "Người thực hiện", "Thay đổi và căn cứ"),
        title=f"{first.code} · {first.title}",
        title_justify="left",
        box=None,
    )
    for column in table.columns[:3]:
        column.no_wrap = True
    for step in steps:
        event = step.recorded.event
        who = event.actor.name + (f" ({event.actor.unit})" if event.actor.unit else "")
        table.add_row(
            str(event.stream_version),
            str(step.recorded.global_position),
            f"{local(event.occurred_at):%d/%m %H:%M:%S}",
            f"[{'red' if event.data.type in ('DeadlineMissed', 'Escalated') else 'none'}]{named(EVENT_NAMES, event.data.type)}[/]",
            who,
            _what_changed(step),
        )
    return table


def _what_changed(step: ReplayStep) -> str:
    data = step.recorded.event.data.model_dump(mode="json")
    parts = []
    for field in ("due_at", "number", "level", "percent", "result", "reason", "text", "officer", "note"):
        if data.get(field) is not None:
            value = data[field]
            parts.append(f"{_WORDS[field]} {shown_exact(value) if field == 'due_at' else value}")
    for field, (old, new) in step.changes.items():
        if field == "phase":
            parts.append(f"{named(PHASE_NAMES, old)} → {named(PHASE_NAMES, new)}")
        elif field == "due_at":
            parts.append(f"thời hạn {shown_due(old)} → {shown_due(new)}")
    if "plan" in data:
        parts.append(f"hạn {shown_due(data['plan']['due_at'])}, {data['plan']['policy_version']}")
    if data.get("informs"):
        parts.append(f"[dim]báo {', '.join(data['informs'])}[/dim]")
    return "; ".join(parts)


_WORDS = {
    "due_at": "đến hạn lúc",
    "number": "lần",
    "level": "cấp",
    "percent": "tiến độ %",
    "result": "kết quả:",
    "reason": "lý do:",
    "text": "",
    "officer": "giao",
    "note": "ghi chú:",
}


def shown_exact(instant: str) -> str:
    """An instant to the second, on the local clock."""
    return f"{local(datetime.fromisoformat(instant)):%H:%M:%S %d/%m/%Y}"


async def _history(reference: str, data: Path) -> list[RecordedEvent]:
    async with record(data) as pool:
        found = await found_by(pool, reference)
        if found is None:
            fail(REFUSED, f"Không có nhiệm vụ {reference}. · There is no directive {reference}.", "Xem: dondoc list")
        return await PostgresEventStore(pool).events_of(found.state.id)


async def found_by(pool: Pool, reference: str) -> Found | None:
    """The directive with this id, or with this number written with a slash or a dash."""
    try:
        return await find(pool, UUID(reference))
    except ValueError:
        return await find_by_code(pool, reference.replace("-", "/", 1))


def _until(history: list[RecordedEvent], at: str | None, version: int | None) -> list[ReplayStep]:
    if at is not None and version is not None:
        fail(USAGE, "Chỉ chọn --at hoặc --version. · Give either --at or --version.")
    moment = _instant(at) if at else None
    steps = [
        step
        for step in replay(history)
        if (moment is None or step.recorded.event.recorded_at <= moment)
        and (version is None or step.state.version <= version)
    ]
    if not steps or (version is not None and steps[-1].state.version != version):
        fail(REFUSED, "Khi đó chưa có nhiệm vụ này. · The directive did not exist then.")
    return steps


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(USAGE, f"Không hiểu thời điểm {text}. · Not an instant: {text}. Ví dụ: 2026-11-20T08:00:00+07:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)
