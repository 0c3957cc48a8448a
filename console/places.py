"""The places outside as `dondoc doctor` shows them: what each last took, and how far it is behind the record."""

from datetime import UTC, datetime, timedelta

from audit.places.configured import places_of
from console.finding import Finding
from settings import Settings
from storage.log import (
    Contradiction,
    LastCopy,
    StoredCheckpoint,
    head_position,
    last_checkpoint,
    last_contradictions,
    last_copies,
)
from storage.pool import open_pool

PLACES = "Nơi ngoài · places outside"
GRACE = timedelta(minutes=30)
"""So long a place may lack the last checkpoint: three rounds of the schedule."""


async def look_at_places(database: str | None, settings: Settings) -> list[Finding]:
    """A finding for each place that is configured. PlaceUnknown for what is none; `database` is None if there is no record now."""
    places = places_of(settings)
    if not places:
        detail = "điểm kiểm không ra khỏi máy · checkpoints do not leave the house"
        return [Finding(PLACES, "off", detail, "DONDOC_CHECKPOINT_PLACES")]
    if database is None:
        return [Finding(PLACES, "off", f"{len(places)} nơi, chưa có bản ghi để xem · no record to look at")]
    pool = await open_pool(database, size=1)
    try:
        head, last = await head_position(pool), await last_checkpoint(pool)
        taken = {copy.place: copy for copy in await last_copies(pool)}
        against = {told.place: told for told in await last_contradictions(pool)}
    finally:
        await pool.close()
    return [_finding(one.name, head, last, taken.get(one.name), against.get(one.name)) for one in places]


def _finding(
    name: str, head: int, last: StoredCheckpoint | None, taken: LastCopy | None, against: Contradiction | None
) -> Finding:
    what = f"{PLACES}: {name}"
    if against is not None and (taken is None or taken.size <= against.size):
        advice = "So hai bên, dondoc audit verify · compare both sides, dondoc audit verify"
        return Finding(what, "bad", f"MÂU THUẪN · CONTRADICTS at {against.size}: {against.reason}", advice)
    behind = f"chậm · behind {head - (taken.size if taken else 0)}"
    detail = f"đã nhận · took {taken.size}, {taken.taken_at:%Y-%m-%d %H:%MZ}" if taken else "chưa nhận gì · nothing yet"
    if last is None:
        return Finding(what, "off", f"{detail}; chưa có điểm kiểm nào · no checkpoint yet", "DONDOC_KEYS")
    lacks = taken is None or taken.size < last.size
    if lacks and datetime.now(UTC) - last.made_at > GRACE:
        advice = "Xem nhật ký của worker: place.refused, place.away · see the worker's log"
        return Finding(what, "bad", f"{detail}, {behind}", advice)
    return Finding(what, "ok", f"{detail}, {behind}")
