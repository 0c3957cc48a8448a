"""The charts: small, the same for the same figures, whole without anything from outside, and told in words as well."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as Tree

import pytest

from api.charts import CELL_INKS, MOST_UNITS, NARROW, WIDE, UnitBar, cells_chart, units_chart, week_chart
from domain.state import StatusCell
from domain.wording import CELL_NAMES

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = {cell: 1000 * place + 7 for place, cell in enumerate(CELL_INKS)}
UNITS = [UnitBar(f"Phòng số {n} có một cái tên dài, rất dài", max(0, 9 - n), 20 + n, 100 - n) for n in range(15)]
DAYS = [(date(2026, 11, 28) + timedelta(days=n), n * 3) for n in range(7)]
CHARTS = {
    "cells": lambda language, width: cells_chart(COUNTS, language, width),
    "no cells": lambda language, width: cells_chart({}, language, width),
    "units": lambda language, width: units_chart(UNITS, language, width),
    "one unit": lambda language, width: units_chart([UnitBar("<&> “x”", 0, 0, 0)], language, width),
    "no unit": lambda language, width: units_chart([], language, width),
    "week": lambda language, width: week_chart(DAYS, language, width),
}


def parsed(svg: str) -> Tree.Element:
    return Tree.fromstring(svg)  # noqa: S314 - our own


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_each_stands_alone(name: str, language: str, width: int) -> None:
    svg = CHARTS[name](language, width)
    assert svg == CHARTS[name](language, width)
    assert len(svg.encode()) < 12_000
    image = parsed(svg)
    assert image.get("width") == str(width)
    assert {node.tag.removeprefix(SVG) for node in image.iter()} <= {
        *("svg", "title", "desc", "style", "defs", "pattern", "path", "g", "rect", "text", "tspan")
    }
    attributes = [(key, value) for node in image.iter() for key, value in node.attrib.items()]
    assert not [key for key, _ in attributes if key == "style" or key.startswith("on") or "href" in key]
    assert re.findall(r"[a-z]+://[^\"' ]+", svg) == ["http://www.w3.org/2000/svg"]
    assert "@import" not in svg
    drawn = {value[5:-1] for key, value in attributes if key == "fill" and value.startswith("url(")}
    assert drawn <= {node.get("id") for node in image.iter(f"{SVG}pattern")}
    title, described = image.find(f"{SVG}title"), image.find(f"{SVG}desc")
    assert title is not None
    assert title.text
    assert described is not None


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in parsed(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(("language", "place", "number"), [("vi", 0, "5.007"), ("en", 1, "5,007")])
def test_the_six_cells_with_their_names_and_figures(language: str, place: int, number: str) -> None:
    svg = cells_chart(COUNTS, language)  # type: ignore[arg-type]  # one of the two
    assert number in texts(svg)
    for cell in CELL_INKS:
        assert CELL_NAMES[cell][place] in texts(svg)
        assert f"{CELL_NAMES[cell][place]}: {COUNTS[cell]}" in svg
    assert {*CELL_INKS} == {*StatusCell} - {StatusCell.WITHDRAWN}


def test_no_figures_are_told_as_such() -> None:
    assert "Chưa có số liệu" in texts(units_chart([]))
    assert "No figures yet" in texts(units_chart([], "en"))
    assert texts(cells_chart({})).count("0") == 6


def test_late_is_told_without_colour() -> None:
    late = [cell for cell, ink in CELL_INKS.items() if ink.hatch == "late"]
    assert late == [StatusCell.OPEN_OVERDUE, StatusCell.COMPLETED_OVERDUE]
    fills = [node.get("fill", "") for node in parsed(cells_chart(COUNTS)).iter(f"{SVG}rect")]
    assert len({fill for fill in fills if fill.startswith("url(#late")}) == 2


def test_of_more_units_than_there_is_room_for_the_first_are_shown() -> None:
    shown = "".join(texts(units_chart(UNITS)))
    assert [f"Phòng số {n} " in shown for n in range(len(UNITS))].count(True) == MOST_UNITS
    assert all(bar.name.partition(" có ")[0] + " " in shown for bar in UNITS[:MOST_UNITS])
    assert any(text.endswith("… (9)") for text in texts(units_chart(UNITS)))


def test_the_days_of_a_week_by_name() -> None:
    assert [text for text in texts(week_chart(DAYS)) if "/" in text][:3] == ["T728/11", "CN29/11", "T230/11"]
    assert "Sat28/11" in texts(week_chart(DAYS, "en"))
    assert [text for text in texts(week_chart(DAYS)) if "/" not in text] == [str(count) for _, count in DAYS]
