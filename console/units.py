"""`dondoc units …`: the directory of units."""

from pathlib import Path

from cyclopts import App
from rich.table import Table
from rich.text import Text

from console.common import DEFAULT_DATA, REFUSED, Data, Json, fail, out, print_json, run
from console.entries import File, entries
from console.progress import steps
from console.reach import record
from domain.directory import Directory, DirectoryError, Unit
from storage.directory import import_units as store_units
from storage.reference import ReferenceCache

units = App(name="units", help="Danh mục đơn vị · the directory of units")


@units.command(name="import")
def import_units(file: File, *, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Nạp đơn vị, tất cả hoặc không · add units or bring them up to date, all or none."""
    wanted = entries(file, "units", Unit, lambda unit: unit.code)
    new = run(_import(wanted, data))
    if as_json:
        print_json({"units": len(wanted), "new": new})
        return
    out.print(f"{len(wanted)} đơn vị, {new} mới · {len(wanted)} units, {new} new")


async def _import(wanted: list[Unit], data: Path) -> int:
    async with record(data) as pool:
        with steps() as tell:
            tell(f"Nạp {len(wanted)} đơn vị · importing {len(wanted)} units")
            try:
                changes = await store_units(pool, wanted)
                return sum(change.type == "UnitEstablished" for change in changes)
            except DirectoryError as error:
                fail(REFUSED, f"Danh mục mâu thuẫn · the directory contradicts itself: {error}")


@units.command(name="list")
def list_units(*, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Danh sách đơn vị · list the units."""
    held = run(_directory(data)).units.values()
    if as_json:
        print_json([unit.model_dump(mode="json") for unit in held])
        return
    table = Table("Mã · code", "Tên · name", "Loại · kind", "Trực thuộc · parent", box=None)
    for unit in held:
        table.add_row(unit.code, Text(unit.name), unit.kind, unit.parent or "")
    out.print(table)


async def _directory(data: Path) -> Directory:
    async with record(data) as pool:
        return (await ReferenceCache(pool).current()).directory
