"""GET /overview: the figures that a leader sees first, and its charts."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, SignedIn, StillSignedIn
from api.charts import UnitBar, cells_chart, units_chart, week_chart
from api.filters import scope_of
from api.language import language_of
from api.params import Lang
from api.services import Services, services_of
from api.unit_names import names_on
from domain.instants import local, rfc3339
from domain.state import StatusCell
from domain.wording import SOURCE_NAMES, named
from storage.overview import Figures, Overview

router = APIRouter()

AsOf = Annotated[
    int | None, Query(ge=0, le=2**62, description="Vị trí của trang · changes the address with the record")
]
"""So that a page that brings itself up to date has its charts drawn anew, and no others."""
Width = Annotated[Literal["640", "360"], Query()]
"""For screens and for telephones."""


@router.get("/overview", summary="Tổng quan")
async def get_overview(request: Request, caller: SignedIn) -> dict[str, Any]:
    """How many directives that the caller sees stand in each of the six cells, in all, by lead unit and by source document.

    Also how many are due on each of the coming seven days and how many wait for a decision. Every figure is the `total` of GET
    /directives with `cell`, `unit`, `source`, `timeliness=due_soon` or `awaits`; for a day with its `due_from` and `due_to`,
    `status=issued&status=in_progress` and `timeliness=in_time&timeliness=due_soon`. Sources are the twenty with most open ones.
    """
    return overview_view(await overview_for(services_of(request), caller), caller)


@router.get("/overview/cells.svg", summary="Biểu đồ sáu ô trạng thái", response_class=Response)
async def cells_svg(
    request: Request, caller: StillSignedIn, lang: Lang = None, width: Width = "640", as_of: AsOf = None
) -> Response:
    """The six cells as an image, `width` pixels wide."""
    found = await overview_for(services_of(request), caller)
    return _image(cells_chart(found.figures.cells, lang or language_of(request), int(width)), as_of)


@router.get("/overview/units.svg", summary="Biểu đồ theo đơn vị", response_class=Response)
async def units_svg(
    request: Request, caller: StillSignedIn, lang: Lang = None, width: Width = "640", as_of: AsOf = None
) -> Response:
    """Overdue, other open and completed directives of the units with most overdue ones, as an image."""
    found = await overview_for(services_of(request), caller)
    return _image(units_chart(unit_bars(found, caller), lang or language_of(request), int(width)), as_of)


@router.get("/overview/week.svg", summary="Biểu đồ đến hạn trong 7 ngày", response_class=Response)
async def week_svg(
    request: Request, caller: StillSignedIn, lang: Lang = None, width: Width = "640", as_of: AsOf = None
) -> Response:
    """What is due on each of the coming seven days, as an image."""
    found = await overview_for(services_of(request), caller)
    return _image(
        week_chart([(one.day, one.due) for one in found.days], lang or language_of(request), int(width)), as_of
    )


async def overview_for(services: Services, caller: Caller) -> Overview:
    """The overview of what the caller sees; page and charts of one look share it while nothing is recorded."""
    return await services.overviews.of(services.pool, scope_of(caller), services.now())


def unit_bars(found: Overview, caller: Caller) -> list[UnitBar]:
    """The units as the chart takes them, with their names of the day."""
    day = local(found.at).date()
    return [
        UnitBar(
            names_on(one.unit, caller.dated, day),
            one.cells[StatusCell.OPEN_OVERDUE],
            one.open - one.cells[StatusCell.OPEN_OVERDUE],
            one.completed,
        )
        for one in found.units
    ]


def overview_view(found: Overview, caller: Caller) -> dict[str, Any]:
    """The overview as JSON."""
    day = local(found.at).date()
    return {
        "at": rfc3339(found.at),
        **_figures(found.figures),
        "units": [
            {"unit": one.unit, "unit_name": names_on(one.unit, caller.dated, day), **_figures(one)}
            for one in found.units
        ],
        "sources": [
            {
                "source": one.source,
                "kind": one.kind,
                "kind_name": named(SOURCE_NAMES, one.kind) if one.kind else None,
                **_figures(one),
            }
            for one in found.sources
        ],
        "days": [
            {
                "day": one.day.isoformat(),
                "due_from": rfc3339(one.due_from),
                "due_to": rfc3339(one.due_to),
                "due": one.due,
            }
            for one in found.days
        ],
        "awaited": dict(found.awaited),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "cells": dict(figures.cells),
        "due_soon": figures.due_soon,
        "open": figures.open,
        "completed": figures.completed,
        "total": figures.total,
    }


def _image(svg: str, as_of: int | None) -> Response:
    """An image; one with the position in its address may be kept a while, by this browser alone."""
    # Were it opened as a page of its own, nothing in it could run or be fetched.
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    if as_of is not None:
        headers["Cache-Control"] = "private, max-age=60"
    return Response(svg, media_type="image/svg+xml", headers=headers)
