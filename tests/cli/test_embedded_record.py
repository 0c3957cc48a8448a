"""A data folder on which nothing runs: a command starts PostgreSQL for its own duration, and no longer."""

import asyncio
from pathlib import Path

import psutil
import pytest

from tests.support.command_line import ROOT, dondoc, dondoc_process

DISTRICT = ROOT / "examples" / "long-bien"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the units of the sample district."""
    data = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DONDOC_DATABASE_URL", raising=False)
        told = dondoc("units", "import", str(DISTRICT / "units.yaml"), "--data", str(data), "--json")
    assert "making a new record" in told.succeeded().err
    answer = told.json
    assert (answer["units"], answer["new"]) == (30, 30)
    return data


def servers_on(data: Path) -> list[int]:
    """The main processes of PostgreSQL servers on the folder."""
    return [
        process.pid
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and str(data / "postgres") in (process.info["cmdline"] or [])
    ]


@pytest.mark.usefixtures("nothing_configured")
def test_the_record_is_read_and_nothing_is_left_running(folder: Path) -> None:
    assert servers_on(folder) == []
    assert len(dondoc("units", "list", "--data", str(folder), "--json").succeeded().json) == 30
    assert servers_on(folder) == []


@pytest.mark.usefixtures("nothing_configured")
def test_a_command_that_is_refused_stops_it_as_well(folder: Path) -> None:
    dondoc("show", "2026/0001", "--data", str(folder)).ended(1)
    assert servers_on(folder) == []


@pytest.mark.usefixtures("nothing_configured")
async def test_several_at_once_share_one_and_the_last_stops_it(folder: Path) -> None:
    words = ("units", "list", "--data", str(folder), "--json")
    together = await asyncio.gather(*[asyncio.to_thread(dondoc_process, *words) for _ in range(3)])
    for told in together:
        assert len(told.succeeded().json) == 30
        assert told.err == ""
    assert servers_on(folder) == []


@pytest.mark.usefixtures("nothing_configured")
def test_migrate_brings_up_the_folders_own_database(folder: Path) -> None:
    assert dondoc("migrate", "--data", str(folder), "--json").succeeded().json == {"applied": []}
    assert servers_on(folder) == []
