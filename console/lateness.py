"""The deadlines of a directive computed again, as a table: recorded, by the rules of then, by the rules of today."""

from rich.table import Table
from rich.text import Text

from audit.replay.lateness import Lateness
from domain.event_values import Plan
from domain.telling import shown_due
from domain.wording import EVENT_NAMES, named


def lateness_table(found: Lateness) -> Table:
    """Each deadline that it has had, and what differs and why."""
    table = Table(
        *("#", "Đặt bởi", "Đã ghi", "Theo quy tắc khi đó", "Theo quy tắc hiện nay", "Khác biệt"),
        title=Text("Tính lại thời hạn · the deadlines computed again"),
        title_justify="left",
        box=None,
    )
    for check in found.plans:
        table.add_row(
            str(check.version),
            named(EVENT_NAMES, check.type),
            _due(check.plan),
            Text(_due(check.then), "red" if check.agrees is False else ""),
            _due(check.today),
            Text("\n".join(f"{vi} · {en}" for vi, en in check.notes) or "không · none"),
        )
    for column in table.columns[2:5]:
        column.max_width = 24
    return table


def verdict_line(found: Lateness) -> Text:
    """Whether it was late, three times."""
    words = [
        f"{name}: {_late(late)}"
        for name, late in (
            ("đã ghi · recorded", found.recorded),
            ("quy tắc khi đó · rules of then", found.then),
            ("quy tắc hiện nay · rules of today", found.today),
        )
    ]
    same = found.then is None or found.then == found.recorded
    return Text("; ".join(words), "bold" if same else "bold red")


def _late(late: bool | None) -> str:
    if late is None:
        return "không tính được"
    return "quá hạn" if late else "không quá hạn"


def _due(plan: Plan | None) -> str:
    if plan is None:
        return "—"
    return f"{shown_due(plan.due_at)}\n{plan.policy_version}\n{plan.calendar_version}"
