"""`dondoc audit reconcile`: does the record agree with what Temporal's own histories say?"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from audit.reconcile.kinds import NAMES, Difference, Kind
from audit.reconcile.reader import Histories
from audit.reconcile.reconciling import Reconciler, Report
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.engine import engine
from console.look import named_directive
from console.progress import parts_of
from console.reach import record
from console.reading import note_here
from domain.reading import Opened
from settings import Settings
from storage.directives import find_many
from storage.histories import directives_led_by
from storage.pool import Pool
from storage.reconciliation import FoundDifference, compared_to, found_differences, touched, touched_since

SHOWN = 50

References = Annotated[
    str,
    Parameter(help="Số hoặc mã nhiệm vụ, mặc định tất cả · numbers or ids of directives; without any, all"),
]


def reconcile(
    *references: References,
    unit: Annotated[
        str | None, Parameter("--unit", help="Nhiệm vụ của đơn vị chủ trì · those that a unit leads")
    ] = None,
    since: Annotated[
        int | None, Parameter("--since", help="Có sự kiện trong số ngày qua · with events in the last DAYS")
    ] = None,
    all_: Annotated[bool, Parameter("--all", negative=(), help="Tất cả, mặc định · all of them, the default")] = False,
    found: Annotated[
        bool,
        Parameter("--found", negative=(), help="Chỉ xem sai lệch worker đã tìm thấy · what the workers found last"),
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Đối chiếu bản ghi với lịch sử Temporal · compare the record with Temporal's histories; exit 1 if they differ."""
    chosen = sum((bool(references), unit is not None, since is not None, all_, found))
    if chosen > 1:
        fail(
            USAGE,
            "Chỉ chọn một: nhiệm vụ, --unit, --since, --all hoặc --found. "
            "· Choose one of directives, --unit, --since, --all and --found.",
        )
    if since is not None and not 1 <= since <= 36_500:
        fail(USAGE, "--since là số ngày từ 1 · a number of days from 1")
    if found:
        _found(data, as_json=as_json)
        return
    report, codes = run(_reconcile(data, references, unit, since))
    if as_json:
        print_json(report_view(report, codes))
    else:
        _show(report, codes)
    if report.differences:
        sys.exit(REFUSED)


async def _reconcile(
    data: Data, references: Sequence[str], unit: str | None, since: int | None
) -> tuple[Report, dict[UUID, str]]:
    async with engine(data) as client, record(data) as pool:
        histories = Histories(client, Settings().task_queue)
        await note_here(pool, Opened.AUDIT, detail=f"reconcile {unit or ' '.join(references)}".rstrip()[:200])
        chosen = await _chosen(pool, references, unit, since)
        copies = await histories.copies()
        if chosen is None:
            chosen = [directive_id for directive_id, _ in await touched(pool, 0, 2**31 - 1)]
            chosen += sorted(({*await histories.running()} | {*copies}) - {*chosen})
        with parts_of("Đang đối chiếu với Temporal · comparing with Temporal", len(chosen)) as told:
            report = await Reconciler(pool, histories).reconcile(chosen, copies, told)
        return report, await codes_of(pool, [one.directive_id for one in report.differences])


async def _chosen(pool: Pool, references: Sequence[str], unit: str | None, since: int | None) -> list[UUID] | None:
    """The directives that are asked for; None for all."""
    if unit is not None:
        return await directives_led_by(pool, [unit])
    if since is not None:
        return await touched_since(pool, datetime.now(UTC) - timedelta(days=since))
    if not references:
        return None
    chosen = [(await named_directive(pool, reference)).state.id for reference in references]
    return list(dict.fromkeys(chosen))


async def codes_of(pool: Pool, directives: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of those directives that the record knows."""
    return {one: state.code for one, state in (await find_many(pool, list({*directives}))).items()}


def report_view(report: Report, codes: dict[UUID, str]) -> dict[str, Any]:
    """The report as JSON values."""
    return {
        "agrees": not report.differences,
        "directives": report.directives,
        "runs": report.runs,
        "events": report.events,
        "events_not_retained": report.not_retained,
        "differences": [_difference_view(one, codes) for one in report.differences],
    }


def _difference_view(one: Difference, codes: dict[UUID, str]) -> dict[str, Any]:
    return {
        "directive": str(one.directive_id),
        "code": codes.get(one.directive_id),
        "kind": one.kind,
        "run_id": one.run_id,
        "history_event": one.history_event,
        "position": one.position,
        "vietnamese": one.vietnamese,
        "english": one.english,
    }


def _show(report: Report, codes: dict[UUID, str]) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("Nhiệm vụ · directives", f"{report.directives}")
    table.add_row("Lượt chạy · runs", f"{report.runs}")
    table.add_row("Sự kiện · events", f"{report.events}")
    table.add_row("Temporal không còn giữ · no longer retained", f"{report.not_retained}")
    out.print(table)
    if not report.differences:
        out.print(
            Text("KHỚP: bản ghi và Temporal nói như nhau. · AGREED: record and Temporal say the same.", "bold green")
        )
        return
    rows = [_row(one, codes) for one in report.differences]
    _list(rows)
    out.print(Text(f"KHÔNG KHỚP: {len(rows)} sai lệch · differences: {len(rows)}", "bold red"))


Row = tuple[str, Kind, str, str, str, str]
"""Directive, kind, run and history event, position, and the words in two languages."""


def _row(one: Difference, codes: dict[UUID, str]) -> Row:
    history = f"{one.run_id}#{one.history_event}" if one.history_event else one.run_id or ""
    number = codes.get(one.directive_id, str(one.directive_id))
    return number, one.kind, history, str(one.position or ""), one.vietnamese, one.english


def _list(rows: Sequence[Row]) -> None:
    for number, kind, history, position, vietnamese, english in rows[:SHOWN]:
        places = [f"vị trí · position {position}" if position else "", f"{history}" if history else ""]
        out.print(Text("   ".join(filter(None, (number, *places))), "bold"), soft_wrap=True)
        for line in (" · ".join(NAMES[kind]), vietnamese, english):
            out.print(Text(f"  {line}"), soft_wrap=True)
    if len(rows) > SHOWN:
        out.print(f"… {len(rows) - SHOWN} sai lệch nữa, xem --json · more, see --json")


def _found(data: Data, *, as_json: bool) -> None:
    """What the workers' own comparison found last."""

    async def read() -> tuple[int, datetime | None, list[FoundDifference], dict[UUID, str]]:
        async with record(data) as pool:
            await note_here(pool, Opened.AUDIT, detail="reconcile --found")
            position, at = await compared_to(pool)
            listed = await found_differences(pool)
            return position, at, listed, await codes_of(pool, [one.directive_id for one in listed])

    position, at, listed, codes = run(read())
    if as_json:
        items = [asdict(one) | {"code": codes.get(one.directive_id)} for one in listed]
        instants = ("first_seen", "last_seen", "gone_at")
        for item in items:
            item["directive_id"] = str(item["directive_id"])
            item |= {name: item[name].isoformat() if item[name] else None for name in instants}
        print_json({"compared_to": position, "looked_at": at.isoformat() if at else None, "differences": items})
    else:
        _list([_found_row(one, codes) for one in listed])
        when = f"{at:%Y-%m-%d %H:%M:%S}Z" if at else "–"
        many = f"{len(listed)} sai lệch · differences"
        out.print(f"Đã đối chiếu đến vị trí {position}, lúc {when} · compared up to there: {many}")
    if listed:
        sys.exit(REFUSED)


def _found_row(one: FoundDifference, codes: dict[UUID, str]) -> Row:
    history = f"{one.run_id}#{one.history_event}" if one.history_event else one.run_id
    number = codes.get(one.directive_id, str(one.directive_id))
    return number, Kind(one.kind), history, str(one.position or ""), one.vietnamese, one.english
