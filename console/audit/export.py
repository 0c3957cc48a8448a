"""`dondoc audit export`: the record for process mining, as XES or OCEL 2.0."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from rich.table import Table

from audit.exporting.export import Exported, Format, export
from audit.exporting.source import Selection
from audit.exporting.whole_file import DiskRefused, FileThere
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.look import named_directive
from console.progress import parts_of
from console.reach import record
from console.reading import note_here
from domain.instants import LOCAL_ZONE, at_local, rfc3339
from domain.reading import Opened
from storage.log import head_position
from storage.pool import Pool
from storage.reference import load_reference

MOST_DIRECTIVES = 1_000
"""Named one by one; a unit or a time takes any number."""


def export_command(
    *,
    format_: Annotated[Format, Parameter("--format", help="Định dạng · XES (IEEE 1849-2023), OCEL 2.0 (JSON, SQLite)")],
    output: Annotated[Path, Parameter(("--output", "-o"), help="Tệp kết quả · the file to write")],
    directive: Annotated[
        list[str], Parameter("--directive", negative=(), help="Nhiệm vụ, số hoặc id; nhiều lần được · by number or id")
    ] = [],  # noqa: B006 - cyclopts reads the default, nobody changes it
    unit: Annotated[str | None, Parameter("--unit", help="Nhiệm vụ liên quan đơn vị · what concerns a unit")] = None,
    from_: Annotated[str | None, Parameter("--from", help="Xảy ra từ lúc này · what happened from then on")] = None,
    to: Annotated[
        str | None, Parameter("--to", help="Xảy ra trước lúc này, hoặc hết ngày · before, or by a day's end")
    ] = None,
    up_to: Annotated[
        int | None, Parameter("--up-to", help="Đến vị trí này của bản ghi · up to this position of the record")
    ] = None,
    force: Annotated[bool, Parameter("--force", negative=(), help="Ghi đè tệp đã có · replace the file")] = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Xuất bản ghi cho khai phá quy trình · export the record for process mining."""
    start, end = _instant("--from", from_, of_day=0), _instant("--to", to, of_day=1)
    if start is not None and end is not None and start >= end:
        fail(USAGE, f"--from {from_} không trước --to {to} · is not before it")
    if len(directive) > MOST_DIRECTIVES:
        fail(USAGE, f"--directive: nhiều nhất {MOST_DIRECTIVES} · at most so many; hoặc · or --unit, --from, --to")
    _check_place(output, force=force)

    async def work() -> tuple[Selection, Exported]:
        async with record(data) as pool:
            named = await _directives(pool, directive) if directive else None
            if unit is not None:
                await _check_unit(pool, unit)
            selection = Selection(await _position(pool, up_to), named, unit, start, end)
            await _note(pool, format_, selection)
            with parts_of(f"Đang xuất {output} · writing it", max(selection.up_to, 1)) as told:
                return selection, await export(pool, selection, format_, output, replace=force, told=told)

    try:
        selection, made = run(work())
    except FileThere:
        _say_there(output)
    except DiskRefused as error:
        fail(REFUSED, f"Không ghi được hết {output} · cannot write all of it: {error}")
    except OSError as error:
        if error.filename is None:  # the record's servers say their own
            raise
        fail(USAGE, f"Không ghi được {output} · cannot write it: {error}")
    _show(output, format_, selection, made, as_json=as_json)


def _check_place(output: Path, *, force: bool) -> None:
    """Whether the file may be written, before anything is read; it is looked at again when it is."""
    if output.is_dir() or not output.absolute().parent.is_dir():
        fail(
            USAGE,
            f"Không ghi được {output} · cannot write it: không có thư mục, hoặc là thư mục · no folder, or a folder",
        )
    if output.exists() and not force:
        _say_there(output)


def _say_there(output: Path) -> None:
    fail(REFUSED, f"Đã có {output}. · The file is there already.", "Ghi đè bằng --force · replace it with --force")


async def _directives(pool: Pool, references: list[str]) -> tuple[UUID, ...]:
    return tuple(sorted({(await named_directive(pool, reference)).state.id for reference in references}))


async def _check_unit(pool: Pool, code: str) -> None:
    if code not in (await load_reference(pool)).dated.units:
        fail(REFUSED, f"Không có đơn vị {code}. · There is no unit {code}.", "Xem · see: dondoc units list")


async def _position(pool: Pool, asked: int | None) -> int:
    head = await head_position(pool)
    if asked is None:
        return head
    if not 0 <= asked <= head:
        fail(REFUSED, f"--up-to {asked}: bản ghi có đến vị trí {head} · the record goes up to position {head}")
    return asked


async def _note(pool: Pool, form: Format, selection: Selection) -> None:
    """Who takes what out of the house is noted before anything is written."""
    start, end = (moment and rfc3339(moment) for moment in (selection.start, selection.end))
    marks = {"up_to": selection.up_to, "unit": selection.unit, "from": start, "before": end}
    detail = " ".join((form, *(f"{name}={mark}" for name, mark in marks.items() if mark is not None)))
    for directive in selection.directives or (None,):
        await note_here(pool, Opened.EXPORT, subject=directive, detail=detail)


def _instant(option: str, text: str | None, *, of_day: int) -> datetime | None:
    """The instant, on the local clock unless it says otherwise; a day is its beginning, or that of the `of_day`-th day after."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-20"):
            return at_local(date.fromisoformat(text) + timedelta(days=of_day), time(0))
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        hint = "Ví dụ · like: 2026-11-20, 2026-11-20T08:00:00+07:00"
        fail(USAGE, f"{option} {text}: không phải ngày, giờ · neither a day nor an instant", hint)


def _show(output: Path, form: Format, selection: Selection, made: Exported, *, as_json: bool) -> None:
    if as_json:
        view = {
            "file": str(output),
            "format": form,
            "up_to_position": selection.up_to,
            "events": made.events,
            **({"traces": made.traces} if made.traces is not None else {"objects": made.objects}),
            "bytes": made.size,
        }
        print_json(view)
        return
    table = Table(show_header=False, box=None)
    table.add_row("Tệp · file", str(output))
    table.add_row("Đến vị trí · up to position", str(selection.up_to))
    table.add_row("Sự kiện · events", str(made.events))
    if made.traces is not None:
        table.add_row("Nhiệm vụ · traces", str(made.traces))
    if made.objects is not None:
        table.add_row("Đối tượng · objects", str(made.objects))
    table.add_row("Số byte · bytes", str(made.size))
    out.print(table)
