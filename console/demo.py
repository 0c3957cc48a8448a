"""`dondoc demo`: the sample district's story on real servers, then what the record says of it."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import yaml
from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from api.signing.passwords import readable_password
from api.views import directive_view
from audit.replay.steps import ReplayStep, replay
from console.common import DEFAULT_DATA, REFUSED, UNAVAILABLE_EXIT, Data, Json, fail, out, print_json, run, say
from console.history import replay_table
from console.passwords import set_passwords
from console.past import Past, fill_the_past
from console.progress import steps
from console.story import Story, StoryBroken, parts_of
from console.tables import directive_table, totals_table
from console.until import until_told
from console.up import Host, Port, announce, serve_on, settings_for
from console.watching import states_of, watch
from domain.directory import Person, Unit
from domain.event_values import SYSTEM
from domain.state import DirectiveState
from domain.text import compose_all
from domain.validity import DatedDirectory
from embedded.group import STEPS, StartFailed, running_group
from embedded.running import AlreadyRunning, Running
from settings import Settings
from storage.directives import cells
from storage.directory import import_people, import_units
from storage.pool import Pool, open_pool
from storage.postgres import PostgresEventStore
from storage.queries import sql
from storage.reference import ReferenceCache, adopt_policies
from storage.seed import policies_in
from storage.tokens import make_token
from telemetry import configure_logging

DISTRICT = Path(__file__).parent.parent / "examples" / "long-bien"
SHOWN_SIGN_INS = ("chu-tich", "cv-theo-doi", "tp-do-thi", "kiem-tra")
SIGN_INS_WIDTH = 116
"""Columns of their table: password and token whole, and room for a position beside them."""
INTERRUPTED = 130


@dataclass(frozen=True)
class Ending:
    """What the record says after the story."""

    states: list[DirectiveState]
    late: list[ReplayStep]
    """The history of the one that ran late."""
    totals: dict[str, int]
    past: Past | None
    """What was simulated before the story; None if the record was in use already."""
    new: int
    """Directives that the story issued."""
    events: int
    dated: DatedDirectory

    @property
    def summary(self) -> str:
        """One line."""
        return (
            f"Trình diễn xong · demo complete: {self.new} nhiệm vụ mới, {sum(self.totals.values())} trong bản ghi, "
            f"{self.events} sự kiện; mọi số liệu đọc lại từ bản ghi."
        )

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The same for machines."""
        return {
            "new": self.new,
            "events": self.events,
            "past": self.past.as_json() if self.past else None,
            "totals": self.totals,
            "late": str(self.late[0].state.id),
            "directives": [directive_view(state, now, dated=self.dated) for state in self.states],
        }


def demo(
    *,
    exit_: Annotated[
        bool, Parameter("--exit", negative=(), help="Dừng sau phần tổng kết · stop after the summary")
    ] = False,
    port: Port = None,
    host: Host = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Nạp quận mẫu, diễn câu chuyện khoảng một phút, tổng kết từ bản ghi, rồi tiếp tục phục vụ · play the sample story."""
    configure_logging("WARNING", "demo")
    try:
        ending = run(until_told(_demo(settings_for(port, host, data), leave=exit_, as_json=as_json)))
    except (AlreadyRunning, StoryBroken) as error:
        fail(REFUSED, str(error))
    except StartFailed as error:
        fail(UNAVAILABLE_EXIT, str(error), "Xem · see: dondoc doctor")
    if ending is None:
        sys.exit(INTERRUPTED)
    if exit_:  # as the very last line, after everything has stopped
        _conclude(ending, as_json=as_json)


async def _demo(settings: Settings, *, leave: bool, as_json: bool) -> Ending:
    started = time.monotonic()
    async with AsyncExitStack() as held:
        with ExitStack() as starting:
            tell = starting.enter_context(steps(STEPS))
            running = await held.enter_async_context(running_group(settings, tell))
        pool = await open_pool(running.database_url, size=4, program="dondoc-demo")
        held.push_async_callback(pool.close)
        ending = await _play(running, pool, started)
        if not as_json:
            _tell(ending)
        if not leave:
            tokens, passwords = await _sign_ins(pool)
            if as_json:
                ways_in = {"tokens": tokens, "passwords": passwords}
                print_json({**ending.as_json(datetime.now(UTC)), "url": running.url, **ways_in})
            else:
                _conclude(ending, as_json=False)
                announce(running)
                await _show_sign_ins(pool, tokens, passwords)
            try:
                await serve_on()
            except asyncio.CancelledError:
                pass  # Ctrl-C, after all was told: an ordinary end
        return ending


async def _play(running: Running, pool: Pool, started: float) -> Ending:
    await load_district(pool, DISTRICT)
    past = await fill_the_past(pool, running)
    before = await cells(pool, None, datetime.now(UTC))
    directory = (await ReferenceCache(pool).current()).directory
    leader, parts = parts_of(DISTRICT)
    async with _clients(running.url, pool) as client_for:
        story = Story(parts, leader, directory, client_for)
        first_position = await pool.fetchval(sql("head_position"))
        try:
            await story.issue()
            say(f"Đã giao {len(story.ids)} nhiệm vụ sau {time.monotonic() - started:.0f} giây · issued")
            await watch(story, pool, first_position)
        except httpx.TransportError as error:
            raise StoryBroken(f"Mất kết nối · lost the connection: {error!r}") from error
    return await _read_back(story, pool, past, before)


async def _read_back(story: Story, pool: Pool, past: Past | None, before: dict[str, int]) -> Ending:
    """Everything told in the end is read from the record; StoryBroken if that is not what the story should have left there."""
    now = datetime.now(UTC)
    states = await states_of(pool, story)
    got = Counter(state.status_cell(now) for state in states)
    if got != story.expected():
        raise StoryBroken(f"Bản ghi khác câu chuyện · the record differs: {dict(got)} ≠ {story.expected()}")
    totals = await cells(pool, None, now)
    return Ending(
        states=states,
        late=list(replay(await PostgresEventStore(pool).events_of(UUID(story.late_one)))),
        totals=totals,
        past=past,
        new=sum(totals.values()) - sum(before.values()),
        events=await pool.fetchval(sql("head_position")),
        dated=(await ReferenceCache(pool).current()).dated,
    )


def _tell(ending: Ending) -> None:
    title = "Các nhiệm vụ của câu chuyện · the story's directives"
    if ending.past is not None:
        out.print()
        out.print(ending.past.table())
    for table in (
        directive_table(ending.states, datetime.now(UTC), width=out.width, title=title),
        totals_table(ending.totals),
        replay_table(ending.late, ending.dated),
    ):
        out.print()
        out.print(table)
    out.print()


def _conclude(ending: Ending, *, as_json: bool) -> None:
    if as_json:
        print_json(ending.as_json(datetime.now(UTC)))
    else:
        out.print(Text(ending.summary, "bold green"), soft_wrap=True)


async def load_district(pool: Pool, folder: Path) -> None:
    """The sample units, people and the demo policy; loading again changes nothing."""
    units = yaml.safe_load((folder / "units.yaml").read_text(encoding="utf-8"))["units"]
    users = yaml.safe_load((folder / "users.yaml").read_text(encoding="utf-8"))["users"]
    await import_units(pool, [Unit.model_validate(compose_all(unit)) for unit in units])
    await import_people(pool, [Person.model_validate(compose_all(user)) for user in users])
    await adopt_policies(pool, policies_in(folder / "policy-demo.yaml"), SYSTEM)
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


async def _sign_ins(pool: Pool) -> tuple[dict[str, str], dict[str, str]]:
    """Tokens, and passwords for the pages, of the people shown; both new with each demo."""
    tokens = {user: await make_token(pool, user, "demo", lasts=timedelta(days=1)) for user in SHOWN_SIGN_INS}
    passwords = {user: readable_password() for user in SHOWN_SIGN_INS}
    await set_passwords(pool, passwords)
    return tokens, passwords


async def _show_sign_ins(pool: Pool, tokens: dict[str, str], passwords: dict[str, str]) -> None:
    # On a narrow screen its lines are broken rather than cut: half a token opens nothing.
    table = Table(box=None, width=None if out.width >= SIGN_INS_WIDTH else SIGN_INS_WIDTH)
    table.add_column("Người dùng · user", no_wrap=True)
    table.add_column("Chức vụ · position")
    table.add_column("Mật khẩu · password", no_wrap=True)
    table.add_column("Mã truy cập (1 ngày) · bearer token", no_wrap=True)
    people = (await ReferenceCache(pool).current()).directory.people
    for username, token in tokens.items():
        table.add_row(username, Text(people[username].full_name), passwords[username], token)
    out.print(table, crop=False)
