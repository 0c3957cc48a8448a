"""Charts of the overview as SVG: images that need no script, no style sheet and no font from anywhere.

Pure functions, and the same bytes for the same figures. Each chart says in words what it shows, and its figures stand
beside the bars; what is late is hatched, so that nothing is told by colour alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.drawing import Bar, HorizontalBar, HorizontalStackedBar, Ink, config_of, drawn
from domain.state import StatusCell
from domain.wording import CELL_NAMES, Language, named

WIDE, NARROW = 640, 360
"""Widths in pixels, for screens and for telephones."""
HEIGHT = 320
MOST_UNITS = 12

IN_TIME, DUE_SOON, OVERDUE = Ink("#1f6f4a"), Ink("#8a5a00"), Ink("#a4141e", "late")
COMPLETED, NO_DEADLINE = Ink("#1d4f91"), Ink("#5b6472", "free")
CELL_INKS = {
    StatusCell.OPEN_IN_TIME: IN_TIME,
    StatusCell.OPEN_OVERDUE: OVERDUE,
    StatusCell.OPEN_NO_DEADLINE: NO_DEADLINE,
    StatusCell.COMPLETED_IN_TIME: COMPLETED,
    StatusCell.COMPLETED_OVERDUE: Ink(COMPLETED.colour, OVERDUE.hatch),
    StatusCell.COMPLETED_NO_DEADLINE: Ink(COMPLETED.colour, NO_DEADLINE.hatch),
}
"""The six cells in the order in which the chart shows them."""

_TITLES = {
    "cells": ("Nhiệm vụ theo sáu ô trạng thái", "Directives in the six status cells"),
    "units": ("Nhiệm vụ theo đơn vị chủ trì", "Directives by lead unit"),
    "week": ("Nhiệm vụ đến hạn trong 7 ngày tới", "Directives due within the coming 7 days"),
    "overdue": ("Quá hạn (số)", "Overdue (number)"),
    "open": ("Chưa hoàn thành, còn lại", "Other open"),
    "completed": ("Đã hoàn thành", "Completed"),
}
_WEEKDAYS = (
    ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
)


@dataclass(frozen=True)
class UnitBar:
    """One bar of the chart by unit. `open` are the open ones that are not overdue, with and without a deadline."""

    name: str
    overdue: int
    open: int
    completed: int

    @property
    def total(self) -> int:
        """The length of the bar."""
        return self.overdue + self.open + self.completed


def cells_chart(counts: Mapping[StatusCell, int], language: Language = "vi", width: int = WIDE) -> str:
    """The six cells of the official totals, a bar each."""
    names = [named(CELL_NAMES, cell, language) for cell in CELL_INKS]
    values = [counts.get(cell, 0) for cell in CELL_INKS]
    chart = HorizontalBar(**_lying(names, max(values), width, HEIGHT, language))
    chart.add("", _inked(values, CELL_INKS.values())[::-1])
    told = "; ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
    return drawn(chart, named(_TITLES, "cells", language), told, inks=tuple(CELL_INKS.values()), values="after")


def units_chart(bars: Sequence[UnitBar], language: Language = "vi", width: int = WIDE) -> str:
    """Overdue, other open and completed ones by lead unit: the first twelve in the order given.

    The others as one bar would dwarf each of these; the table beside the chart has them all.
    """
    shown = list(bars[:MOST_UNITS])
    parts = [named(_TITLES, part, language) for part in ("overdue", "open", "completed")]
    longest = 33 if width >= WIDE else 20
    labels = [_cut(bar.name, longest) + (f" ({bar.overdue})" if bar.overdue else "") for bar in shown]
    height = (84 if width >= WIDE else 124) + 27 * max(3, len(shown))
    most = round(
        max((bar.total for bar in shown), default=0) / (1 if width >= WIDE else 1.6)
    )  # no figure stands behind
    legend = {
        "show_legend": True,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 3 if width >= WIDE else 1,
        "print_values_position": "center",
    }
    chart = HorizontalStackedBar(**(_lying(labels, most, width, height, language) | legend))
    inks = (OVERDUE, IN_TIME, COMPLETED)
    rows = [(bar.overdue, bar.open, bar.completed) for bar in reversed(shown)]
    for place, (part, ink) in enumerate(zip(parts, inks, strict=True)):
        chart.add(part, _inked([row[place] for row in rows], [ink] * len(rows)))
    told = "; ".join(
        f"{bar.name}: {parts[0].partition(' (')[0]} {bar.overdue}, {parts[1]} {bar.open}, {parts[2]} {bar.completed}"
        for bar in shown
    )
    return drawn(chart, named(_TITLES, "units", language), told, inks=inks, values="within")


def week_chart(days: Sequence[tuple[date, int]], language: Language = "vi", width: int = WIDE) -> str:
    """How many directives are due on each of the coming days."""
    weekdays = _WEEKDAYS[language == "en"]
    labels = [f"{weekdays[day.weekday()]}\n{day:%d/%m}" for day, _ in days]
    values = [value for _, value in days]
    room = {
        "range": (0, max(1, max(values, default=0)) * 1.1),
        "print_values_position": "top",
        "show_y_labels": False,
        "margin_bottom": 26,
    }
    chart = Bar(**(config_of(width, HEIGHT, language) | room | {"x_labels": labels}))
    chart.add("", _inked(values, [DUE_SOON] * len(values)))
    told = "; ".join(f"{label.replace(chr(10), ' ')}: {value}" for label, value in zip(labels, values, strict=True))
    return drawn(chart, named(_TITLES, "week", language), told, inks=(DUE_SOON,), values="above")


def _lying(names: Sequence[str], most: int, width: int, height: int, language: Language) -> dict[str, Any]:
    """Settings of a chart whose bars lie, the first on top."""
    # Room behind the longest bar for its figure.
    room = {
        "range": (0, max(1, most) * (1.15 if width >= WIDE else 1.8)),
        "show_x_labels": False,
        "print_values_position": "top",
    }
    return config_of(width, height, language) | room | {"x_labels": list(reversed(names))}


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else name[: longest - 1].rstrip(" ,-") + "…"


def _inked(values: Sequence[int], inks: Any) -> list[dict[str, Any]]:
    return [{"value": value, "color": ink.fill} for value, ink in zip(values, inks, strict=True)]
