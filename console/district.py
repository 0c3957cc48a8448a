"""Many directives at a moment of the past: the official totals, units, and the directives themselves."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from api.replay_views import district_view
from api.unit_names import names_on
from audit.replay.clocks import Clocks
from audit.replay.district import District, Standing, Wanted
from audit.replay.many import PARTS, district_at, district_from_events
from console.common import REFUSED, Data, fail, out, print_json, run
from console.progress import parts_of
from console.reach import record_url
from console.reading import note_here
from console.tables import STYLES, totals_table
from domain.instants import local
from domain.reading import Opened
from domain.state import StatusCell
from domain.telling import shown_due
from domain.validity import DatedDirectory
from domain.wording import PHASE_NAMES, TIMELINESS_NAMES, named
from storage.pool import open_pool
from storage.reference import load_reference

ROWS = 50


def show_district(
    data: Data, clocks: Clocks, wanted: Wanted, limit: int | None, *, from_events: bool, as_json: bool
) -> None:
    """Fold the record as it stood, and show it. Ends with 1 for a unit that never was and for a record that cannot be read."""
    found, dated = run(_read(Path(data), clocks, wanted, from_events=from_events))
    if as_json:
        most = len(found.standings) if limit is None else max(0, limit)
        print_json(district_view(found, dated, found.standings[:most]))
        return
    day = local(clocks.at).date()
    shown = found.standings[: ROWS if limit is None else max(0, limit)]
    out.print(Text(f"Tại · at {_clock(clocks.at)}, theo bản ghi lúc · as known at {_clock(clocks.known)}", "bold"))
    out.print(totals_table({str(cell): count for cell, count in found.cells.items()}))
    if wanted.unit is None:
        out.print(_units_table(found.by_unit, dated, day))
    out.print(_standings_table(shown))
    out.print(f"{len(shown)}/{len(found.standings)}")


async def _read(data: Path, clocks: Clocks, wanted: Wanted, *, from_events: bool) -> tuple[District, DatedDirectory]:
    async with record_url(data) as url:
        pool = await open_pool(url, size=1, program="dondoc-cli")
        try:
            dated = (await load_reference(pool)).dated
            if wanted.unit is not None and wanted.unit not in dated.units:
                fail(REFUSED, f"Không có đơn vị {wanted.unit}. · There is no unit {wanted.unit}.", "dondoc units list")
            await note_here(pool, Opened.AUDIT, detail=f"state {wanted.unit or ''}".rstrip())
            if not from_events:
                return await district_at(pool, clocks, wanted), dated
            with parts_of("Đang dựng lại từ các sự kiện · folding the events", PARTS) as done:
                return await district_from_events(url, clocks, wanted, done), dated
        except ValueError as error:  # HistoryBroken is one
            message = " ".join(str(error).split())[:300]
            fail(
                REFUSED,
                f"Bản ghi không đọc được nguyên vẹn. · The record cannot be read: {message}",
                "Xem · see: dondoc audit verify",
            )
        finally:
            await pool.close()


def _units_table(units: Mapping[str, Mapping[StatusCell, int]], dated: DatedDirectory, day: date) -> Table:
    table = Table(
        *("Đơn vị chủ trì", "", "Cộng", "Xong trong hạn", "Xong quá hạn", "Chưa xong", "Chưa xong, quá hạn", "Thu hồi"),
        title=Text("Theo tên đơn vị ngày đó · by the units' names of that day"),
        title_justify="left",
        box=None,
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for code, cells in units.items():
        still_open = sum(count for cell, count in cells.items() if cell.startswith("open_"))
        table.add_row(
            code,
            Text(names_on(code, dated, day)),
            str(sum(cells.values())),
            str(cells[StatusCell.COMPLETED_IN_TIME]),
            str(cells[StatusCell.COMPLETED_OVERDUE]),
            str(still_open),
            str(cells[StatusCell.OPEN_OVERDUE]),
            str(cells[StatusCell.WITHDRAWN]),
        )
    return table


def _standings_table(standings: Sequence[Standing]) -> Table:
    table = Table(
        "Số", "Nhiệm vụ", "Chủ trì", "Trạng thái", "Tình trạng", "Thời hạn", "Phiên bản", box=None, expand=True
    )
    for column in table.columns:
        column.no_wrap = True
    table.columns[1].overflow, table.columns[1].ratio = "ellipsis", 1
    for one in standings:
        table.add_row(
            one.code,
            Text(one.title),
            one.lead_unit,
            named(PHASE_NAMES, one.phase),
            Text(named(TIMELINESS_NAMES, one.timeliness), STYLES[one.timeliness]),
            shown_due(one.due_at),
            str(one.version),
        )
    return table


def _clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M:%S %d/%m/%Y}"
