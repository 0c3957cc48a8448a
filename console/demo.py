"""`dondoc demo`: the sample district's story on real servers, then what the record says of it."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import yaml
from cyclopts import Parameter
from rich.console import Group as Lines
from rich.live import Live
from rich.table import Table

from audit.replay import replay
from console.common import DEFAULT_DATA, REFUSED, UNAVAILABLE_EXIT, Data, err, fail, out, run, say
from console.look import directive_table, replay_table
from console.story import Story, StoryBroken, parts_of
from console.up import Host, Port, announce, settings_for
from domain.directory import Person, Unit
from domain.instants import local
from domain.state import DirectiveState, StatusCell
from domain.text import compose_all
from domain.wording import CELL_NAMES, EVENT_NAMES, named
from embedded.group import AlreadyRunning, Running, StartFailed, running_group
from settings import Settings
from storage.directives import cells, find
from storage.pool import Pool, open_pool
from storage.postgres import PostgresEventStore
from storage.queries import sql
from storage.reference import ReferenceCache, import_people, import_units, store_policies
from storage.seed import policies_in
from storage.store import RecordedEvent
from storage.tokens import make_token
from telemetry import configure_logging

DISTRICT = Path(__file__).parent.parent / "examples" / "long-bien"
SHOWN_SIGN_INS = ("chu-tich", "cv-theo-doi", "tp-do-thi", "kiem-tra")
RECENT = 6


def demo(
    *,
    exit_: Annotated[
        bool, Parameter("--exit", negative=(), help="Dừng sau phần tổng kết · stop after the summary")
    ] = False,
    port: Port = None,
    host: Host = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Nạp quận mẫu, diễn câu chuyện khoảng một phút, tổng kết từ bản ghi, rồi tiếp tục phục vụ · play the sample story."""
    run(_demo(settings_for(port, host, data), leave=exit_))


async def _demo(settings: Settings, *, leave: bool) -> None:
    configure_logging("WARNING", "demo")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    started = time.monotonic()
    try:
        async with running_group(settings, say) as running:
            pool = await open_pool(running.database_url, size=4, program="dondoc-demo")
            try:
                good = await _unless(stop, _play_and_tell(running, pool, started))
                if good and not leave:
                    announce(running)
                    await _sign_ins(pool)
                    err.print("[dim]Ctrl-C để dừng · to stop[/dim]")
                    await stop.wait()
            finally:
                await pool.close()
    except AlreadyRunning as error:
        fail(REFUSED, str(error))
    except (StartFailed, OSError) as error:
        fail(UNAVAILABLE_EXIT, str(error), "Xem: dondoc doctor")
    if good is None:
        sys.exit(130)
    if not good:
        sys.exit(REFUSED)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, bool]) -> bool | None:
    """The result of the work, None if it was interrupted."""
    task = asyncio.create_task(work)
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return None
    return task.result()


async def _play_and_tell(running: Running, pool: Pool, started: float) -> bool:
    await load_district(pool, DISTRICT)
    before = await cells(pool, None, datetime.now(UTC))
    directory = (await ReferenceCache(pool).current()).directory
    leader, parts = parts_of(DISTRICT)
    async with _clients(running.url, pool) as client_for:
        story = Story(parts, leader, directory, client_for)
        first_position = await pool.fetchval(sql("head_position"))
        try:
            await story.issue()
            say(f"Đã giao {len(story.ids)} nhiệm vụ sau {time.monotonic() - started:.0f} giây · issued")
            await _watched(story, pool, first_position)
        except (StoryBroken, httpx.TransportError) as error:
            err.print(f"Câu chuyện bị đứt · the story broke: {error!r}", style="bold red", markup=False)
            return False
    return await _tell(story, pool, before)


async def load_district(pool: Pool, folder: Path) -> None:
    """The sample units, people and the demo policy; loading again changes nothing."""
    units = yaml.safe_load((folder / "units.yaml").read_text(encoding="utf-8"))["units"]
    users = yaml.safe_load((folder / "users.yaml").read_text(encoding="utf-8"))["users"]
    await import_units(pool, [Unit.model_validate(compose_all(unit)) for unit in units])
    await import_people(pool, [Person.model_validate(compose_all(user)) for user in users])
    await store_policies(pool, policies_in(folder / "policy-demo.yaml"))
    say(f"Quận mẫu: {len(units)} đơn vị, {len(users)} người dùng · the sample district is loaded")


@asynccontextmanager
async def _clients(url: str, pool: Pool) -> AsyncIterator["_ClientFor"]:
    async with AsyncExitStack() as stack:
        yield _ClientFor(url, pool, stack)


class _ClientFor:
    """Signed-in clients by username, each made once."""

    def __init__(self, url: str, pool: Pool, stack: AsyncExitStack) -> None:
        self._url, self._pool, self._stack = url, pool, stack
        self._held: dict[str, httpx.AsyncClient] = {}

    async def __call__(self, username: str) -> httpx.AsyncClient:
        if username not in self._held:
            token = await make_token(self._pool, username, "demo", lasts=timedelta(hours=1))
            client = httpx.AsyncClient(
                base_url=f"{self._url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
            )
            self._held[username] = await self._stack.enter_async_context(client)
        return self._held[username]


async def _watched(story: Story, pool: Pool, position: int) -> None:
    """Play while showing what the record says: a live table on a terminal, a line per event elsewhere."""
    play = asyncio.ensure_future(story.play())
    store = PostgresEventStore(pool)
    recent: list[str] = []
    with Live(console=out, refresh_per_second=4, transient=True) if out.is_terminal else suppress() as live:
        while True:
            ended = play.done()
            fresh = await store.events_after(position, 500)
            if fresh:
                position = fresh[-1].global_position
            states = await _states(pool, story)
            lines = [_line(item, states) for item in fresh]
            if isinstance(live, Live):
                recent = [*recent, *lines][-RECENT:]
                live.update(Lines(directive_table(list(states.values()), datetime.now(UTC)), "", *recent))
            else:
                for line in lines:
                    out.print(line, highlight=False, soft_wrap=True)
            if ended:
                break
            await asyncio.sleep(0.25)
    await play


async def _states(pool: Pool, story: Story) -> dict[UUID, DirectiveState]:
    found = [await find(pool, UUID(directive)) for directive in story.ids]
    return {one.state.id: one.state for one in found if one is not None}


def _line(item: RecordedEvent, states: dict[UUID, DirectiveState]) -> str:
    event = item.event
    state = states.get(event.directive_id)
    about = f"{state.code} {state.title}" if state else str(event.directive_id)
    style = {"DeadlineMissed": "red", "Escalated": "bold red", "ReminderDue": "yellow"}.get(event.data.type, "none")
    name = named(EVENT_NAMES, event.data.type)
    return (
        f"[dim]{local(event.recorded_at):%H:%M:%S}[/dim] [{style}]{name}[/] · {about} · [dim]{event.actor.name}[/dim]"
    )


async def _tell(story: Story, pool: Pool, before: dict[str, int]) -> bool:
    """Everything below is read back from the record; whether it is what the story should have left there."""
    now = datetime.now(UTC)
    states = await _states(pool, story)
    out.print()
    out.print(directive_table(list(states.values()), now, title="Các nhiệm vụ của câu chuyện · the story's directives"))
    totals = await cells(pool, None, now)
    out.print()
    out.print(totals_table(totals))
    late = await PostgresEventStore(pool).events_of(UUID(story.late_one))
    out.print()
    out.print(replay_table(list(replay(late))))
    got: dict[str, int] = {}
    for state in states.values():
        cell = state.status_cell(now)
        got[cell] = got.get(cell, 0) + 1
    if got != story.expected():
        err.print(
            f"Bản ghi khác câu chuyện · the record differs: {got} ≠ {story.expected()}", style="bold red", markup=False
        )
        return False
    events = await pool.fetchval(sql("head_position"))
    new = sum(totals.values()) - sum(before.values())
    out.print()
    out.print(
        f"Trình diễn xong: {new} nhiệm vụ mới, {sum(totals.values())} trong bản ghi, {events} sự kiện; "
        "mọi số liệu trên đọc lại từ bản ghi. · Demo complete.",
        style="bold green",
        highlight=False,
    )
    return True


def totals_table(totals: dict[str, int]) -> Table:
    """The six official cells, withdrawn told apart, and their sum."""
    table = Table("", "Trong hạn", "Quá hạn", "Không hạn", "Cộng", title="Tổng hợp · totals", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for side, label in (("completed", "Đã hoàn thành"), ("open", "Chưa hoàn thành")):
        row = [totals.get(StatusCell(f"{side}_{kind}"), 0) for kind in ("in_time", "overdue", "no_deadline")]
        table.add_row(label, *[str(count) for count in row], str(sum(row)))
    table.add_row(named(CELL_NAMES, "withdrawn"), "", "", "", str(totals.get(StatusCell.WITHDRAWN, 0)))
    table.add_row("[bold]Đã giao[/bold]", "", "", "", f"[bold]{sum(totals.values())}[/bold]")
    return table


async def _sign_ins(pool: Pool) -> None:
    table = Table("Người dùng · user", "Chức vụ · position", "Mã truy cập (1 ngày) · bearer token", box=None)
    people = (await ReferenceCache(pool).current()).directory.people
    for username in SHOWN_SIGN_INS:
        token = await make_token(pool, username, "demo", lasts=timedelta(days=1))
        table.add_row(username, people[username].full_name, token)
    out.print(table)
