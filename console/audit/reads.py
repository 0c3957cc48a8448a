"""`dondoc audit reads`: who opened which directive, file, bundle or export, when."""

from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from api.views import read_view
from console.common import DEFAULT_DATA, Data, Json, out, print_json, run
from console.look import MOST_ROWS, named_directive
from console.moments import moment_of
from console.reach import record
from console.reading import note_here
from domain.instants import local
from domain.reading import Opened
from domain.wording import OPENED_NAMES, named
from storage.pool import Pool
from storage.reads import FoundRead, ReadFilter, reads_page


def reads(
    reference: Annotated[
        str | None, Parameter(help="Chỉ nhiệm vụ này: số hoặc mã · only this directive: code or id")
    ] = None,
    *,
    user: Annotated[str | None, Parameter("--user", help="Chỉ người này · only by this reader")] = None,
    from_: Annotated[str | None, Parameter("--from", help="Từ thời điểm này · from this instant on")] = None,
    to: Annotated[str | None, Parameter("--to", help="Trước thời điểm này · before this instant")] = None,
    limit: Annotated[int, Parameter("--limit", help="Số dòng nhiều nhất · most rows")] = 50,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Ai đã xem gì, khi nào; mới nhất trước · who opened what, when; newest first."""
    since, until = moment_of(from_) if from_ else None, moment_of(to) if to else None

    async def read() -> list[FoundRead]:
        async with record(data) as pool:
            wanted = ReadFilter(await _directive(pool, reference), user, since, until)
            await note_here(pool, Opened.READS, subject=wanted.directive, detail=user or "")
            return (await reads_page(pool, wanted, max(1, min(limit, MOST_ROWS))))[0]

    found = run(read())
    if as_json:
        print_json([read_view(one) for one in found])
        return
    out.print(_table(found))


async def _directive(pool: Pool, reference: str | None) -> UUID | None:
    return None if reference is None else (await named_directive(pool, reference)).state.id


def _table(found: list[FoundRead]) -> Table:
    table = Table("Thời điểm", "Người xem", "Với tư cách", "Xem gì", "Nhiệm vụ", "Bản", "Qua", box=None)
    for column in (table.columns[0], table.columns[4]):
        column.no_wrap = True
    for one in found:
        read = one.read
        what = named(OPENED_NAMES, read.kind) + (f" {read.detail[:12]}" if read.detail else "")
        table.add_row(
            f"{local(read.read_at):%d/%m/%Y %H:%M:%S}",
            Text(read.reader + (f" ({read.reader_unit})" if read.reader_unit else "")),
            Text(_right(one)),
            Text(what),
            one.code or (str(read.subject) if read.subject else "—"),
            str(read.version or "—"),
            read.door,
        )
    return table


def _right(found: FoundRead) -> str:
    """The role in which it was seen, and whose it is."""
    read = found.read
    role = f"{read.role}@{read.role_over}" if read.role else "—"
    return f"{role}, thay {read.on_behalf_of}" if read.on_behalf_of else role
