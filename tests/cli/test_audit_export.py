"""`dondoc audit export`: files for process mining, and what it refuses."""

import asyncio
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from audit.exporting.export import Format
from storage.pool import Pool
from tests.audit.exporting.histories import family, write
from tests.audit.exporting.published_rules import check_ocel_json, check_xes
from tests.domain.clock import instant
from tests.domain.happenings import below
from tests.support.command_line import Outcome, dondoc


async def export(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, "audit", "export", *words)


@pytest.mark.usefixtures("on_database")
async def test_each_format_is_written_and_says_up_to_where_it_stands(pool: Pool, tmp_path: Path) -> None:
    await write(pool, family())
    xes, told, tables = (str(tmp_path / name) for name in ("r.xes", "r.json", "r.sqlite"))
    made = (await export("--format", "xes", "-o", xes, "--json")).succeeded().json
    size = Path(xes).stat().st_size
    assert made == {
        "file": xes,
        "format": "xes",
        "up_to_position": 12,
        "events": 12,
        "traces": 2,
        "bytes": size,
    }
    check_xes(Path(xes))
    (await export("--format", "ocel-json", "-o", told, "--directive", "2020-0012")).succeeded()
    check_ocel_json(Path(told))
    shown = (await export("--format", "ocel-sqlite", "-o", tables, "--directive", str(below(1)))).succeeded()
    assert "up to position 12" in " ".join(shown.out.split())
    with closing(sqlite3.connect(tables)) as database:
        assert database.execute("select count(*) from event").fetchone() == (1,)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["r.json", "r.sqlite", "r.xes"], "nothing else is left"


@pytest.mark.usefixtures("on_database")
async def test_a_file_is_replaced_only_when_that_is_asked(pool: Pool, tmp_path: Path) -> None:
    await write(pool, family())
    file = tmp_path / "r.xes"
    file.write_text("mine")
    (await export("--format", "xes", "-o", str(file))).ended(1, "The file is there already", "--force")
    assert file.read_text() == "mine"
    (await export("--format", "xes", "-o", str(file), "--force")).succeeded()
    check_xes(file)


@pytest.mark.usefixtures("on_database")
async def test_a_time_is_an_instant_or_a_whole_day(pool: Pool, tmp_path: Path) -> None:
    await write(pool, family())
    file = str(tmp_path / "r.xes")
    day = "2026-03-02"

    async def events(*words: str) -> int:
        told = (await export("--format", "xes", "-o", file, "--force", "--json", *words)).succeeded().json
        return int(told["events"])

    assert await events("--from", day, "--to", day) == 12
    assert await events("--from", "2026-03-03") == 0
    assert await events("--to", "2026-03-01") == 0
    assert await events("--from", instant(6).isoformat()) == 5
    assert await events("--to", "2026-03-02T09:00:06") == 7, "on the local clock"
    assert await events("--up-to", "3") == 3


@pytest.mark.usefixtures("on_database")
async def test_what_is_not_there_is_refused(pool: Pool, tmp_path: Path) -> None:
    await write(pool, family())
    there = ("--format", "xes", "-o", str(tmp_path / "r.xes"))
    (await export(*there, "--directive", "2020/9999")).ended(1, "There is no directive 2020/9999")
    (await export(*there, "--unit", "KHONG")).ended(1, "There is no unit KHONG")
    (await export(*there, "--up-to", "13")).ended(1, "the record goes up to position 12")
    (await export(*there, "--from", "hôm qua")).ended(2, "neither a day nor an instant")
    (await export(*there, "--from", "2026-13-01")).ended(2, "neither a day nor an instant")
    (await export(*there, "--from", "2026-03-02", "--to", "2026-03-01")).ended(2, "is not before it")
    (await export("--format", "xes", "-o", str(tmp_path / "none" / "r.xes"))).ended(2, "cannot write it")
    (await export("--format", "xes", "-o", str(tmp_path))).ended(2, "cannot write it")
    (await export("--format", "csv", "-o", str(tmp_path / "r.csv"))).ended(2)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.usefixtures("on_database")
async def test_who_exports_what_is_noted(pool: Pool, tmp_path: Path) -> None:
    await write(pool, family())
    file = str(tmp_path / "r.xes")
    (await export("--format", "xes", "-o", file, "--unit", "NV", "--from", "2026-03-02")).succeeded()
    (await export("--format", "xes", "-o", file, "--force", "--directive", str(below(1)))).succeeded()
    noted = await pool.fetch("select kind, door, subject, detail from reads order by read_id")
    assert [tuple(row) for row in noted] == [
        ("export", "console", None, "xes up_to=12 unit=NV from=2026-03-01T17:00:00.000000Z"),
        ("export", "console", below(1), "xes up_to=12"),
    ]


@pytest.mark.usefixtures("on_database")
@pytest.mark.parametrize("form", Format)
async def test_a_disk_that_takes_no_more_leaves_nothing(pool: Pool, tmp_path: Path, form: Format) -> None:
    await write(pool, family())
    folder = tmp_path / "full"
    folder.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, before[1]))
    try:
        told = await export("--format", form, "-o", str(folder / "r"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    told.ended(1, "cannot write all of it")
    assert [*folder.iterdir()] == []
