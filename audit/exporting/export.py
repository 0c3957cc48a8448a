"""An export: a selection of the record in one of the formats, in a file that is there whole or not at all."""

from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.exporting.ocel import fill
from audit.exporting.ocel_file import ocel_file
from audit.exporting.ocel_json import write_json
from audit.exporting.source import Selection, Told, directory_at, steps
from audit.exporting.whole_file import whole_file, written_to_disk
from audit.exporting.xes import write_xes
from storage.pool import Pool


class Format(StrEnum):
    """The formats of exports."""

    XES = "xes"
    OCEL_JSON = "ocel-json"
    OCEL_SQLITE = "ocel-sqlite"


@dataclass(frozen=True)
class Exported:
    """What an export holds: events, and traces (XES) or objects (OCEL); bytes on the disk."""

    events: int
    traces: int | None
    objects: int | None
    size: int


async def export(
    pool: Pool,
    selection: Selection,
    form: Format,
    path: Path,
    *,
    replace: bool = False,
    told: Told = lambda _: None,
) -> Exported:
    """Write the selection to `path`. FileThere, DiskRefused, OSError."""
    traces: int | None = None
    objects: int | None = None
    with written_to_disk(), whole_file(path, replace=replace) as unfinished:
        match form:
            case Format.XES:
                with unfinished.open("w", encoding="utf-8", newline="\n") as out:
                    async with aclosing(steps(pool, selection, told)) as chosen:
                        traces, events = await write_xes(chosen, selection, out)
            case Format.OCEL_SQLITE:
                events, objects = await _ocel(pool, selection, unfinished, told)
            case Format.OCEL_JSON:
                # By way of the tables: they bring objects together without holding them in memory.
                with TemporaryDirectory(prefix=".dondoc-", dir=path.parent) as folder:
                    tables = Path(folder) / "tables.sqlite"
                    events, objects = await _ocel(pool, selection, tables, told, json=unfinished)
        size = unfinished.stat().st_size
    return Exported(events, traces, objects, size)


async def _ocel(
    pool: Pool, selection: Selection, tables: Path, told: Told, json: Path | None = None
) -> tuple[int, int]:
    """How many events and objects."""
    directory = await directory_at(pool, selection.up_to)
    with ocel_file(tables) as log:
        async with aclosing(steps(pool, selection, told)) as chosen:
            await fill(log, chosen, directory)
        log.complete()
        if json is not None:
            with json.open("w", encoding="utf-8", newline="\n") as out:
                write_json(log.database, out)
        return log.counts()
