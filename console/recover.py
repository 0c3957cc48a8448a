"""`dondoc recover`: executions for the open directives that have none, as after the loss of Temporal's store."""

import asyncio
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from console.common import DEFAULT_DATA, Data, Json, out, print_json, run
from console.engine import engine
from console.progress import parts_of
from console.reach import record
from domain.instants import shown
from domain.state import DirectiveState
from settings import Settings
from storage.directives import find_many, open_directives
from workflows.taking_up import take_up, without_execution

SHOWN = 30


def recover(
    *,
    dry_run: Annotated[
        bool, Parameter("--dry-run", negative=(), help="Chỉ cho biết những nhiệm vụ nào · only say which")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Khởi động lại tiến trình cho nhiệm vụ mở bị mất · start executions for open directives that have none."""
    opened, missing, started, states = run(_recover(data, dry_run=dry_run))
    if as_json:
        ids = [str(directive_id) for directive_id in missing]
        print_json({"open": opened, "missing": ids, "started": started, "dry_run": dry_run})
        return
    if dry_run and missing:
        out.print(_table(missing, states))
    out.print(
        f"Đang mở {opened}, không có tiến trình {len(missing)}, đã khởi động {started}. "
        f"· {opened} open, {len(missing)} without an execution, {started} started."
    )


async def _recover(data: Data, *, dry_run: bool) -> tuple[int, list[UUID], int, dict[UUID, DirectiveState]]:
    async with engine(data) as client, record(data) as pool:
        queue = Settings().task_queue
        opened = await open_directives(pool)
        missing = await without_execution(client, queue, opened)
        if dry_run:
            return len(opened), missing, 0, await find_many(pool, missing[:SHOWN])
        with parts_of("Đang khởi động lại · starting executions", len(missing)) as told:
            return len(opened), missing, await take_up(client, queue, missing, asyncio.sleep, told), {}


def _table(missing: list[UUID], states: dict[UUID, DirectiveState]) -> Table:
    table = Table("Số · number", "Nhiệm vụ · title", "Hẹn tới · next instant", box=None)
    for state in (states[one] for one in missing[:SHOWN] if one in states):
        table.add_row(state.code, Text(state.title), shown(state.next_wakeup_at) if state.next_wakeup_at else "–")
    if len(missing) > SHOWN:
        table.add_row("…", f"{len(missing) - SHOWN} nữa · more", "")
    return table
