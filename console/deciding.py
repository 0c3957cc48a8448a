"""What the commands that change the directory share: the day, the decision, who decides, and how the change is shown."""

import getpass
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from console.common import REFUSED, USAGE, fail, out, print_json, run
from console.reach import record
from domain.difference import Difference, differences
from domain.directory import Person
from domain.directory_changes import DirectoryChange
from domain.directory_error import DirectoryError
from domain.event_values import Actor
from domain.registries import administrator
from domain.validity import DatedDirectory
from storage.directory import Plan, revise
from storage.importing import bring_in
from storage.reference import load_reference

_M = TypeVar("_M")

On = Annotated[str | None, Parameter("--on", help="Từ ngày, ví dụ 2026-07-01 (mặc định hôm nay) · from this day")]
Decision = Annotated[str | None, Parameter("--decision", help="Số quyết định · number of the decision")]
DryRun = Annotated[
    bool, Parameter("--dry-run", negative=(), help="Chỉ cho thấy thay đổi · only show what would change")
]


def day(text: str, option: str) -> date:
    """A day that an option names; ends with 2 for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(USAGE, f"{option}: cần ngày như 2026-07-01 · a day like 2026-07-01 is expected, not {text}")


def here() -> Actor:
    """Whoever works at this command line."""
    return administrator(getpass.getuser())


def carry_out(plan: Plan, data: Path, *, dry_run: bool = False, as_json: bool = False) -> None:
    """Change the directory, or only see what would change, and show the difference; a contradiction ends with 1."""

    async def work() -> list[Difference]:
        async with record(data) as pool:
            held = (await load_reference(pool)).dated
            try:
                changes = plan(held) if dry_run else await revise(pool, plan, here())
            except DirectoryError as error:
                refuse(error)
            return list(differences(held, changes))

    show(run(work()), dry_run=dry_run, as_json=as_json)


def import_list(
    wanted: Callable[[DatedDirectory], Sequence[_M]],
    changes_of: Callable[[DatedDirectory, Sequence[_M]], list[DirectoryChange]],
    data: Path,
    *,
    heading: str,
    order: Callable[[Sequence[_M]], list[str]] = lambda _: [],
    contacts: Callable[[Sequence[_M]], Sequence[Person]] = lambda _: [],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring a list in, or only see what would change; `wanted` ends with 1 when a row of it cannot be."""

    async def work() -> tuple[int, list[Difference]]:
        async with record(data) as pool:
            try:
                wants, changed = await bring_in(
                    pool, wanted, changes_of, here(), order=order, contacts=contacts, dry_run=dry_run
                )
            except DirectoryError as error:
                refuse(error)
            return len(wants), changed

    count, found = run(work())
    new = sum(one.kind == "new" for one in found)
    if as_json:
        print_json({heading: count, "new": new, "dry_run": dry_run, "changes": [one.as_json() for one in found]})
        return
    show(found, dry_run=dry_run, as_json=False)
    unchanged = count - len({one.code for one in found})
    out.print(f"{count} mục, {new} mới, {unchanged} không đổi · {count} {heading}, {new} new, {unchanged} unchanged")


def refuse(error: DirectoryError) -> NoReturn:
    """End with 1 and what contradicts what."""
    fail(REFUSED, f"Danh mục mâu thuẫn · the directory contradicts itself: {error}")


def show(found: Iterable[Difference], *, dry_run: bool, as_json: bool) -> None:
    """The differences, a line for each field."""
    found = list(found)
    if as_json:
        print_json({"dry_run": dry_run, "changes": [one.as_json() for one in found]})
        return
    if not found:
        out.print("Không có gì thay đổi · nothing changes")
        return
    table = Table("Mã · code", "Thay đổi · change", "Từ ngày · from", "Trường: cũ → mới · field: old → new", box=None)
    for one in found:
        table.add_row(one.code, one.words, one.since or "", Text("\n".join(one.lines)))
    out.print(table)
    if dry_run:
        out.print("Chưa ghi gì (--dry-run) · nothing was recorded")
