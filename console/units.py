"""`dondoc units …`: the directory of units."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from console.common import DEFAULT_DATA, Data, Json, out, print_json, run
from console.deciding import Decision, DryRun, On, carry_out, day, import_list
from console.entries import File, From, entries
from console.reach import record
from console.rows import parts, rows
from domain.directory import Unit
from domain.directory_changes import DirectoryChange
from domain.directory_import import imported_units
from domain.import_faults import unit_faults
from domain.reorganising import ended, merged, moved, renamed, split
from domain.text import compose
from domain.validity import DatedDirectory
from storage.directory import today
from storage.reference import ReferenceCache

units = App(name="units", help="Danh mục đơn vị · the directory of units")

Code = Annotated[str, Parameter(help="Mã đơn vị · code of the unit")]


@units.command(name="import")
def import_units(
    file: File,
    *,
    since: From = None,
    decision: Decision = None,
    dry_run: DryRun = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Nạp đơn vị, tất cả hoặc không · add units or bring them up to date, all or none."""
    first = day(since, "--from") if since else None
    listed = rows(file, "units", {"aliases": parts})

    def wanted(held: DatedDirectory) -> list[Unit]:
        at = first or today()
        return entries(listed, Unit, "code", lambda found, unread: unit_faults(found, held, at, unread))

    import_list(
        wanted,
        lambda held, found: imported_units(held, found, today(), first, decision),
        data,
        heading="units",
        order=lambda found: [unit.code for unit in found],
        dry_run=dry_run,
        as_json=as_json,
    )


@units.command(name="rename")
def rename(
    code: Code,
    name: Annotated[str, Parameter(help="Tên mới · new name")],
    *,
    on: On = None,
    decision: Decision = None,
    dry_run: DryRun = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Đổi tên đơn vị từ một ngày; mã giữ nguyên · give a unit another name from a day on; it keeps its code."""
    at = _day(on)
    carry_out(lambda held: renamed(held, code, compose(name), at, decision), data, dry_run=dry_run, as_json=as_json)


@units.command(name="move")
def move(
    code: Code,
    *,
    under: Annotated[str, Parameter("--under", help="Mã đơn vị cấp trên mới · code of the unit above")],
    on: On = None,
    decision: Decision = None,
    dry_run: DryRun = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Chuyển đơn vị sang trực thuộc đơn vị khác · place a unit under another from a day on."""
    at = _day(on)
    carry_out(lambda held: moved(held, code, under, at, decision), data, dry_run=dry_run, as_json=as_json)


@units.command(name="merge")
def merge(
    *codes: Code,
    into: Annotated[str, Parameter("--into", help="Mã đơn vị tiếp nhận · code of the unit that takes over")],
    name: Annotated[str | None, Parameter("--name", help="Tên, nếu là đơn vị mới · its name, if it is new")] = None,
    on: On = None,
    decision: Decision = None,
    dry_run: DryRun = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Sáp nhập đơn vị; người và nhiệm vụ chưa xong đi theo · merge units into one."""
    at, new = _day(on), compose(name) if name else None
    carry_out(lambda held: merged(held, codes, into, at, decision, name=new), data, dry_run=dry_run, as_json=as_json)


@units.command(name="split")
def split_unit(
    code: Code,
    *,
    into: Annotated[
        list[str],
        Parameter("--into", help="MÃ, hoặc MÃ=Tên nếu là đơn vị mới · CODE, or CODE=Name for a new unit; repeat"),
    ],
    main: Annotated[str, Parameter("--main", help="Mã đơn vị kế thừa chính · the one that takes over what is open")],
    on: On = None,
    decision: Decision = None,
    dry_run: DryRun = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Chia đơn vị; đơn vị kế thừa chính nhận nhiệm vụ chưa xong · split a unit; the main successor takes over."""
    at = _day(on)

    def plan(held: DatedDirectory) -> list[DirectoryChange]:
        old = held.on(at).units.get(code)
        return split(held, code, [_successor(text, old) for text in into], main, at, decision)

    carry_out(plan, data, dry_run=dry_run, as_json=as_json)


def _successor(text: str, old: Unit | None) -> Unit | str:
    code, new, name = compose(text).partition("=")
    return old.model_copy(update={"code": code, "name": name, "aliases": ()}) if new and old is not None else code


@units.command(name="end")
def end(
    code: Code,
    *,
    successor: Annotated[
        str | None, Parameter("--successor", help="Mã đơn vị kế thừa · code of the unit that takes over")
    ] = None,
    on: On = None,
    decision: Decision = None,
    dry_run: DryRun = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Kết thúc một đơn vị · end a unit."""
    at = _day(on)
    carry_out(lambda held: ended(held, code, at, successor, decision), data, dry_run=dry_run, as_json=as_json)


@units.command(name="list")
def list_units(*, on: On = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Danh sách đơn vị, hôm nay hoặc ngày khác · list the units, of today or of another day."""
    held = run(_dated(data)).on(_day(on))
    if as_json:
        print_json([unit.model_dump(mode="json") for unit in held.units.values()])
        return
    table = Table("Mã · code", "Tên · name", "Loại · kind", "Trực thuộc · parent", box=None)
    for unit in held.units.values():
        table.add_row(unit.code, Text(unit.name), unit.kind, unit.parent or "")
    out.print(table)
    for one in held.ended.values():
        out.print(
            f"{one.code} ({one.name}): kết thúc · ended {one.on} → {', '.join(one.successors) or '—'}", style="dim"
        )


def _day(on: str | None) -> date:
    return day(on, "--on") if on else today()


async def _dated(data: Path) -> DatedDirectory:
    async with record(data) as pool:
        return (await ReferenceCache(pool).current()).dated
