"""The quarter before the demo's story: simulated history in an empty record, whose open directives Temporal then takes up."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from rich.table import Table

from console.common import say
from console.filling import fill, hand_over
from console.tables import totals_table
from domain.instants import at_local, local
from embedded.running import Running
from settings import Settings
from simulation.behaviour import Behaviour
from simulation.report import Report, report_of
from simulation.run import Plan
from storage.history import has_directives
from storage.pool import Pool
from storage.reference import ReferenceCache

DIRECTIVES, DAYS, SEED = 300, 92, 2026
"""A middling quarter of the sample district; the same one every time, but for its days."""


@dataclass(frozen=True)
class Past:
    """What was simulated, and how much of it goes on."""

    report: Report
    taken_up: int
    """Open directives that Temporal has taken up."""

    def table(self) -> Table:
        """Its totals."""
        title = "Quý vừa qua, mô phỏng · the past quarter, simulated"
        return totals_table({str(cell): count for cell, count in self.report.cells.items()}, title=title)

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {**self.report.model_dump(mode="json"), "taken_up": self.taken_up}


async def fill_the_past(pool: Pool, running: Running) -> Past | None:
    """Simulate the quarter that ends now, unless the record is in use already."""
    if await has_directives(pool):
        return None
    now = datetime.now(UTC).replace(microsecond=0)
    reference = await ReferenceCache(pool).current()
    facts = reference.facts(now)
    start = at_local(local(now).date() - timedelta(days=DAYS), time(0))
    tally = await fill(pool, Plan(DIRECTIVES, start, now, SEED, Behaviour(), facts), reference.version)
    taken_up = await hand_over(running, pool, Settings().task_queue)
    report = report_of(tally, "record")
    say(
        f"Quý vừa qua: {report.issued} nhiệm vụ, {report.events} sự kiện mô phỏng; Temporal tiếp quản {taken_up} nhiệm vụ chưa xong"
        " · the past quarter is simulated, what is open is taken up"
    )
    return Past(report, taken_up)
