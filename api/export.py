"""GET /directives/export: the list that is shown, whole, as CSV, Excel or JSON."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.auth import Caller, SignedIn
from api.dispositions import attachment_disposition
from api.filters import AskedFor
from api.language import language_of, said
from api.params import Lang
from api.problems import Problem
from api.reading import note
from api.report_rows import COLUMNS, Cell, report_rows
from api.services import Services, services_of
from api.spreadsheets import BOM, Workbook, chunks, csv_lines
from api.views import directive_view
from domain.instants import local
from domain.reading import Door, Opened
from domain.wording import Language
from storage.directives import children_of, count, last_reports, pages
from storage.filters import DirectiveFilter, Sort

router = APIRouter()

MOST = 20_000
"""Rows of one export: what a workbook of this width still opens with at once."""
SIZE = 250
"""Directives read at a time: some milliseconds of work between which other requests have their turn."""
Format = Literal["csv", "xlsx", "json"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_SHEET = ("Nhiệm vụ", "Directives")
_NAME = ("nhiem-vu", "directives")


@router.get("/directives/export", summary="Xuất danh sách nhiệm vụ", response_class=StreamingResponse)
async def export(
    request: Request,
    caller: SignedIn,
    wanted: AskedFor,
    format_: Annotated[Format, Query(alias="format")],
    sort: Sort = "-issued_at",
    lang: Lang = None,
) -> Response:
    """All that the list shows with these filters, at most 20,000; more is 422 `export_too_large`. Noted as a read.

    CSV and Excel have the columns of the offices' reports in `lang`; JSON has the items of the list.
    """
    return await exported(request, caller, wanted, format_, sort, lang or language_of(request))


async def exported(
    request: Request,
    caller: Caller,
    wanted: DirectiveFilter,
    format_: Format,
    sort: Sort,
    language: Language,
    door: Door = Door.API,
) -> Response:
    """The file, noted as a read before the first byte. Problem 422 `export_too_large`."""
    services = services_of(request)
    if services.exporting.locked():
        raise Problem(503, "exports_running", headers={"Retry-After": "10"})
    now = services.now()
    total = await count(services.pool, wanted, now)
    if total > MOST:
        raise Problem(422, "export_too_large", extra={"total": total, "limit": MOST}, total=str(total), limit=str(MOST))
    await note(services, caller, Opened.EXPORT, units=caller.visible, detail=request.url.query, door=door)
    whole = _Export(services, caller, wanted, now, sort, language)
    name = f"{said(_NAME, language)}-{local(now):%Y-%m-%d}.{format_}"
    headers = {"Content-Disposition": attachment_disposition(name), "Content-Language": language}
    match format_:
        case "csv":
            body: AsyncIterator[str | bytes] = whole.as_csv()
        case "xlsx":
            async with services.exporting:
                return await whole.as_workbook(headers)
        case "json":
            body = whole.as_json(total)
    return StreamingResponse(_in_turn(services.exporting, body), headers=headers, media_type=MEDIA_TYPES[format_])


async def _in_turn(turns: asyncio.Semaphore, body: AsyncIterator[str | bytes]) -> AsyncIterator[str | bytes]:
    """`body`, holding one of the turns for as long as it is sent."""
    async with turns:
        async for piece in body:
            yield piece


class _Export:
    """The list, a few hundred directives at a time."""

    def __init__(
        self,
        services: Services,
        caller: Caller,
        wanted: DirectiveFilter,
        now: datetime,
        sort: Sort,
        language: Language,
    ) -> None:
        self._pool = services.pool
        self._caller = caller
        self._wanted = wanted
        self._now = now
        self._sort = sort
        self._language = language

    async def _rows(self) -> AsyncIterator[list[list[Cell]]]:
        first = 1
        async for states in pages(self._pool, self._wanted, self._now, sort=self._sort, size=SIZE):
            reports = await last_reports(self._pool, [state.id for state in states])
            yield report_rows(states, first, self._now, self._caller.dated, reports, self._language)
            first += len(states)

    async def as_csv(self) -> AsyncIterator[str]:
        """With a byte order mark, by which Excel knows UTF-8."""
        yield BOM + csv_lines([[said(name, self._language) for name, _ in COLUMNS]])
        async for rows in self._rows():
            yield csv_lines(rows)

    async def as_workbook(self, headers: dict[str, str]) -> Response:
        """Made whole in a file of its own first: its directory of contents comes last. In threads, for it takes its time."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
        try:
            columns = [(said(name, self._language), width) for name, width in COLUMNS]
            book = await asyncio.to_thread(Workbook, file, said(_SHEET, self._language), columns)
            async for rows in self._rows():
                await asyncio.to_thread(book.add, rows)
            await asyncio.to_thread(book.close)
            headers["Content-Length"] = str(file.tell())
        except BaseException:
            file.close()
            raise
        return StreamingResponse(chunks(file), headers=headers, media_type=MEDIA_TYPES["xlsx"])

    async def as_json(self, total: int) -> AsyncIterator[str]:
        """One object with the items of the list."""
        yield '{"items":['
        between = ""
        async for states in pages(self._pool, self._wanted, self._now, sort=self._sort, size=SIZE):
            children = await children_of(self._pool, [state.id for state in states], visible=self._caller.visible)
            views = (directive_view(state, self._now, children[state.id], self._caller.dated) for state in states)
            yield between + ",".join(json.dumps(view, ensure_ascii=False, separators=(",", ":")) for view in views)
            between = ","
        yield f'],"total":{total}}}'
