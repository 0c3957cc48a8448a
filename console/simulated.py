"""What a simulation tells, as tables: several sets of policies side by side, and the load of each unit."""

from collections.abc import Callable, Sequence

from rich.table import Table
from rich.text import Text

from domain.wording import CELL_NAMES, named
from simulation.report import Report

Figure = float | int | None

ROWS: dict[str, Callable[[Report], Figure]] = {
    "Đã giao · issued": lambda r: r.issued,
    "  trong đó giao lại · sub-directives": lambda r: r.sub_directives,
    "Tỷ lệ hoàn thành % · completion rate": lambda r: r.completion_rate,
    "Hoàn thành trong hạn % · share in time": lambda r: r.share_in_time,
    "Tỷ lệ cập nhật % · update rate": lambda r: r.update_rate,
    "Quá hạn · late": lambda r: r.late,
    "Số ngày chậm trung bình · mean days late": lambda r: r.mean_days_late,
    "Lượt đôn đốc · reminders": lambda r: r.reminders,
    "Gia hạn: đề nghị · extensions asked": lambda r: r.extensions_asked,
    "Gia hạn: đồng ý · extensions granted": lambda r: r.extensions_granted,
    "Làm lại · rework": lambda r: r.rework,
    "Trả lại · declined": lambda r: r.declined,
    "Chuyển đơn vị · reassigned": lambda r: r.reassigned,
    "Tạm hoãn · suspended": lambda r: r.suspended,
    "Phần phối hợp · parts reported": lambda r: r.parts,
    "  trong đó chậm · of these late": lambda r: r.parts_late,
    "Sự kiện · events": lambda r: r.events,
}
UNITS_SHOWN = 12


def comparison_table(reports: Sequence[Report]) -> Table:
    """A row a figure, a column a set of policies; from the second set on with the difference to the first."""
    table = Table(title="Mô phỏng · simulation", box=None)
    table.add_column("")
    for number, report in enumerate(reports):
        table.add_column(Text(report.policies), justify="right")
        if number:
            table.add_column("±", justify="right")
    for name, figure in _rows(reports).items():
        cells: list[str] = []
        for number, report in enumerate(reports):
            cells.append(_shown(figure(report)))
            if number:
                cells.append(_difference(figure(reports[0]), figure(report)))
        table.add_row(Text(name), *cells)
    return table


def unit_table(report: Report) -> Table:
    """The units with the most to lead."""
    table = Table(
        *(
            "Đơn vị · unit",
            "Chủ trì · leads",
            "Giao lại · sub",
            "Chưa xong · open",
            "Quá hạn · late",
            "Đôn đốc · reminders",
        ),
        title=Text(f"{report.policies}: {UNITS_SHOWN} đơn vị nhiều việc nhất · the busiest units"),
        box=None,
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for load in report.units[:UNITS_SHOWN]:
        figures = (load.directives, load.sub_directives, load.open, load.late, load.reminders)
        table.add_row(load.unit, *[str(figure) for figure in figures])
    return table


def _rows(reports: Sequence[Report]) -> dict[str, Callable[[Report], Figure]]:
    cells = {f"  {named(CELL_NAMES, cell)}": _cell(cell) for cell in reports[0].cells}
    levels = sorted({level for report in reports for level in report.escalations})
    escalations = {f"Báo cáo vượt cấp {level} · escalations": _level(level) for level in levels}
    first, *rest = ROWS.items()
    rows = dict([first, *cells.items(), *rest])
    place = [*rows].index("Gia hạn: đề nghị · extensions asked")
    items = [*rows.items()]
    return dict([*items[:place], *escalations.items(), *items[place:]])


def _cell(cell: str) -> Callable[[Report], Figure]:
    return lambda report: {str(each): count for each, count in report.cells.items()}[cell]


def _level(level: int) -> Callable[[Report], Figure]:
    return lambda report: report.escalations.get(level, 0)


def _shown(figure: Figure) -> str:
    return "–" if figure is None else f"{figure:,}".replace(",", " ").replace(".", ",").replace(" ", ".")


def _difference(one: Figure, other: Figure) -> str:
    if one is None or other is None:
        return ""
    difference = round(other - one, 2)
    return ("+" if difference > 0 else "") + _shown(difference) if difference else "="
