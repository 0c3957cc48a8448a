"""Looking on while a story is played: a live table on a terminal, a line for each event elsewhere; both on stderr."""

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime
from uuid import UUID

from rich.console import Group as Lines
from rich.live import Live
from rich.text import Text

from console.common import err
from console.story import Story
from console.tables import directive_table
from domain.instants import local
from domain.state import DirectiveState
from domain.wording import EVENT_NAMES, named
from storage.directives import find_many
from storage.envelope import is_of_registry
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.store import RecordedEvent

RECENT = 6
"""Events shown below the live table."""
STYLES = {"DeadlineMissed": "red", "Escalated": "bold red", "ReminderDue": "yellow"}


async def watch(story: Story, pool: Pool, position: int) -> None:
    """Play the story while showing what the record says from `position` on."""
    play = asyncio.ensure_future(story.play())
    try:
        with Live(console=err, refresh_per_second=4, transient=True) if err.is_terminal else nullcontext() as live:
            recent: list[Text] = []
            while True:
                ended = play.done()
                fresh = await PostgresEventStore(pool).events_after(position, 500)
                position = fresh[-1].global_position if fresh else position
                fresh = [item for item in fresh if not is_of_registry(item.canonical)]
                states = await states_of(pool, story)
                recent = [*recent, *(_line(item, states) for item in fresh)]
                if isinstance(live, Live):
                    recent = recent[-RECENT:]
                    for line in recent:
                        line.no_wrap, line.overflow = True, "ellipsis"
                    live.update(Lines(directive_table(states, datetime.now(UTC), width=err.width), "", *recent))
                else:
                    for line in recent:
                        err.print(line, soft_wrap=True)
                    recent = []
                if ended:
                    break
                await asyncio.sleep(0.25)
        await play
    finally:
        play.cancel()


async def states_of(pool: Pool, story: Story) -> list[DirectiveState]:
    """The directives of the story as they are now, in its order."""
    ids = [UUID(directive) for directive in story.ids]
    found = await find_many(pool, ids)
    return [found[one] for one in ids if one in found]


def _line(item: RecordedEvent, states: list[DirectiveState]) -> Text:
    event = item.event
    about = next((f"{s.code} {s.title}" for s in states if s.id == event.directive_id), str(event.directive_id))
    return Text.assemble(
        (f"{local(event.recorded_at):%H:%M:%S} ", "dim"),
        (named(EVENT_NAMES, event.data.type), STYLES.get(event.data.type, "")),
        f" · {about} · ",
        (event.actor.name, "dim"),
    )
