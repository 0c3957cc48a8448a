"""An export holds a page of the record, never all of it."""

import tracemalloc
from pathlib import Path

import pytest

from audit.exporting.export import Format, export
from audit.exporting.source import Selection
from storage.log import head_position
from storage.pool import Pool
from tests.audit.exporting.histories import many, write

MARGIN = 1.15
DIRECTIVES, EVENTS = 24, 8


@pytest.mark.parametrize("form", [Format.XES, Format.OCEL_JSON], ids=["xes", "ocel"])
async def test_four_times_the_events_take_no_more_memory(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    monkeypatch.setattr("storage.exports.DIRECTIVES_AT_ONCE", 3)
    monkeypatch.setattr("storage.exports.EVENTS_AT_ONCE", 10)
    await write(pool, many(DIRECTIVES, EVENTS))
    everything = await head_position(pool)
    assert everything == DIRECTIVES * EVENTS
    # What is made once comes first: connections, tables of fields, prepared statements.
    await export(pool, Selection(EVENTS), form, tmp_path / "export")
    once, four_times = [await peak(pool, up_to, form, tmp_path) for up_to in (everything // 4, everything)]
    assert four_times < MARGIN * once


async def peak(pool: Pool, up_to: int, form: Format, folder: Path) -> int:
    """The bytes that Python held at most while so many events were exported."""
    tracemalloc.start()
    try:
        made = await export(pool, Selection(up_to), form, folder / "export", replace=True)
        assert made.events == up_to
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
