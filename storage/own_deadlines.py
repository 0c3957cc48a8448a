"""Directives whose deadline may be one of a person's; domain.own_deadlines says which are."""

from collections.abc import Iterable
from datetime import datetime

from domain.directory import Directory
from domain.own_deadlines import WITHDRAWN_SHOWN_FOR, Concern, own_deadlines
from domain.state import DirectiveState
from storage.pool import Pool
from storage.queries import sql

MOST_READ = 5000
"""Candidates read for one person; of those that wait for decisions most are others'."""


async def deadlines_of(
    pool: Pool, concern: Concern, visible: Iterable[str], directory: Directory, now: datetime, limit: int
) -> list[DirectiveState]:
    """The person's deadlines among directives of the units `visible`, the earliest first, at most `limit`."""
    rows = await pool.fetch(
        sql("with_deadlines"),
        sorted(visible),
        sorted(concern.names),
        sorted(concern.headed),
        now - WITHDRAWN_SHOWN_FOR,
        MOST_READ,
    )
    states = (DirectiveState.model_validate_json(row["state"]) for row in rows)
    return own_deadlines(states, concern, directory, now)[:limit]
