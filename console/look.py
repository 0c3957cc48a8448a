"""`dondoc list` and `show`: read from the record, with or without a running system."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, NoReturn
from uuid import UUID

from cyclopts import Parameter
from rich.panel import Panel
from rich.text import Text

from api.views import directive_view
from audit.replay.steps import ReplayStep, replay
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.moments import moment_of
from console.reach import record
from console.reading import note_here
from console.tables import directive_table, facts_table
from domain.reading import Opened
from domain.searching import units_named
from domain.state import DirectiveState, Phase, Timeliness
from domain.validity import DatedDirectory
from storage.directives import OPEN_PHASES, DirectiveFilter, Found, Page, Sort, children_of, find, find_by_code, page
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import load_reference
from storage.store import RecordedEvent

Reference = Annotated[str, Parameter(help="Số (2026/0123) hoặc mã (UUID) · code or id")]
At = Annotated[
    str | None, Parameter("--at", help="Tại thời điểm này, ví dụ 2026-11-20T08:00 · as recorded by this instant")
]
Version = Annotated[int | None, Parameter("--version", help="Tại phiên bản này · as of this version")]

MOST_ROWS = 10_000


def list_command(
    *,
    status: Annotated[Phase | None, Parameter("--status", help="Chỉ trạng thái này · only this phase")] = None,
    open_only: Annotated[
        bool, Parameter("--open", negative=(), help="Chỉ nhiệm vụ chưa kết thúc · only open ones")
    ] = False,
    timeliness: Annotated[
        Timeliness | None, Parameter("--timeliness", help="Chỉ tình trạng hạn này · only this timeliness")
    ] = None,
    unit: Annotated[str | None, Parameter("--unit", help="Chỉ đơn vị chủ trì này · only this lead unit")] = None,
    recurrence: Annotated[
        UUID | None,
        Parameter("--recurrence", help="Chỉ các kỳ của nhiệm vụ định kỳ này · only occurrences of this one"),
    ] = None,
    q: Annotated[str | None, Parameter("--q", help="Tìm theo chữ, không cần dấu · search, accents optional")] = None,
    sort: Annotated[
        Sort,
        Parameter(
            "--sort", help="code, issued_at, due_at, title; “-” đảo chiều · descending", allow_leading_hyphen=True
        ),
    ] = "-issued_at",
    limit: Annotated[int, Parameter("--limit", help="Số dòng nhiều nhất · most rows")] = 50,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Danh sách nhiệm vụ · list directives."""
    phases = OPEN_PHASES if open_only else ((status,) if status else ())
    wanted = DirectiveFilter(None, phases, (timeliness,) if timeliness else (), unit=unit, q=q, recurrence=recurrence)
    now = datetime.now(UTC)

    async def read() -> tuple[Page, dict[UUID, list[UUID]], DatedDirectory]:
        async with record(data) as pool:
            dated = (await load_reference(pool)).dated
            meant = replace(wanted, named=units_named(q, dated)) if q else wanted
            found = await page(pool, meant, now, sort=sort, limit=max(1, min(limit, MOST_ROWS)))
            children = await children_of(pool, [state.id for state in found.items])
            return found, children, dated

    found, children, dated = run(read())
    if as_json:
        items = [directive_view(state, now, children[state.id], dated) for state in found.items]
        print_json({"items": items, "total": found.total})
        return
    out.print(directive_table(found.items, now, width=out.width))
    out.print(f"{len(found.items)}/{found.total}")


def show(
    reference: Reference, *, at: At = None, version: Version = None, data: Data = DEFAULT_DATA, as_json: Json = False
) -> None:
    """Một nhiệm vụ, hiện tại hoặc như đã từng · one directive, now or as it stood."""
    until = _instant(at, version)
    now = datetime.now(UTC)

    async def read() -> tuple[DirectiveState, datetime, list[UUID], DatedDirectory]:
        async with record(data) as pool:
            state = _until(await _history(pool, reference), until, version)[-1].state
            moment = min(until, now) if until else now if version is None else state.last_recorded_at
            past = until is not None or version is not None
            children = await children_of(pool, [state.id], by=moment if past else None)
            await note_here(pool, Opened.DIRECTIVE, subject=state.id, version=state.version)
            return state, moment, children[state.id], (await load_reference(pool)).dated

    state, moment, children, dated = run(read())
    if as_json:
        print_json(directive_view(state, moment, children, dated))
        return
    out.print(Panel(facts_table(state, moment, dated), title=Text(f"{state.code} · {state.title}"), title_align="left"))


async def _history(pool: Pool, reference: str) -> list[RecordedEvent]:
    return await PostgresEventStore(pool).events_of((await named_directive(pool, reference)).state.id)


async def named_directive(pool: Pool, reference: str) -> Found:
    """The directive with this id or number; ends with 1 if there is none."""
    found = await found_by(pool, reference)
    if found is None:
        fail(REFUSED, f"Không có nhiệm vụ {reference}. · There is no directive {reference}.", "Xem · see: dondoc list")
    return found


def was_not_there() -> NoReturn:
    """End with 1: there was none then."""
    fail(REFUSED, "Khi đó chưa có nhiệm vụ này. · The directive did not exist then.")


async def found_by(pool: Pool, reference: str) -> Found | None:
    """The directive with this id, or with this number written with a slash or a dash."""
    try:
        return await find(pool, UUID(reference))
    except ValueError:
        return await find_by_code(pool, reference.replace("-", "/", 1))


def _until(history: list[RecordedEvent], moment: datetime | None, version: int | None) -> list[ReplayStep]:
    steps = [
        step
        for step in replay(history)
        if (moment is None or step.recorded.event.recorded_at <= moment)
        and (version is None or step.state.version <= version)
    ]
    if not steps or (version is not None and steps[-1].state.version != version):
        was_not_there()
    return steps


def _instant(text: str | None, version: int | None) -> datetime | None:
    if text is None:
        return None
    if version is not None:
        fail(USAGE, "Chỉ chọn --at hoặc --version. · Give either --at or --version.")
    return moment_of(text)
