"""Which events an export holds; the same selection up to the same position gives the same bytes."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from audit.exporting.export import Format, export
from audit.exporting.source import Selection
from domain.directory import UnitKind
from domain.directory_changes import DirectoryChange, UnitEstablished, UnitRevised
from domain.registries import administrator
from domain.validity import BEGINNING
from storage.directory import revise
from storage.log import head_position
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.audit.exporting.histories import FAMILY, family, write
from tests.audit.exporting.published_rules import check_ocel_json, check_xes
from tests.domain.clock import instant
from tests.domain.happenings import acknowledged, below, progressed, reassigned
from tests.storage.commits import after, begun


async def traces(pool: Pool, selection: Selection, folder: Path) -> dict[str, list[str]]:
    """The numbers of directives in an export, each with the types of its events."""
    file = folder / "part.xes"
    await export(pool, selection, Format.XES, file, replace=True)
    check_xes(file)
    return {
        trace.find("string[@key='concept:name']").attrib["value"]: [  # type: ignore[union-attr]  # a global attribute
            one.attrib["value"] for one in trace.iterfind("event/string[@key='concept:name']")
        ]
        for trace in ET.parse(file).getroot().iter("trace")  # noqa: S314 - our own file
    }


@pytest.mark.parametrize("form", Format)
async def test_the_same_position_gives_the_same_bytes_however_the_record_goes_on(
    pool: Pool, tmp_path: Path, form: Format
) -> None:
    await write(pool, family())
    up_to = await head_position(pool)
    await export(pool, Selection(up_to), form, tmp_path / "before")
    last = begun(code="2020/0031")
    await write(pool, iter([last, after(last, acknowledged(30), progressed(10, 31))]))
    await export(pool, Selection(up_to), form, tmp_path / "after")
    assert (tmp_path / "after").read_bytes() == (tmp_path / "before").read_bytes()
    await export(pool, Selection(await head_position(pool)), form, tmp_path / "later")
    assert (tmp_path / "later").read_bytes() != (tmp_path / "before").read_bytes()


async def test_up_to_a_position_within_a_directive(pool: Pool, tmp_path: Path) -> None:
    await write(pool, family())
    assert await traces(pool, Selection(3), tmp_path) == {
        "2020/0011": ["DirectiveIssued", "DirectiveAcknowledged", "ProgressReported"]
    }


async def test_only_the_directives_that_are_named(pool: Pool, tmp_path: Path) -> None:
    await write(pool, family())
    everything = await head_position(pool)
    assert await traces(pool, Selection(everything, directives=(below(1),)), tmp_path) == {
        "2020/0012": ["DirectiveIssued"]
    }


async def test_only_what_happened_in_a_time_with_the_state_that_came_before(pool: Pool, tmp_path: Path) -> None:
    await write(pool, family())
    parent = (await head_position(pool), (FAMILY,))
    selection = Selection(*parent, start=instant(3), end=instant(6))
    assert await traces(pool, selection, tmp_path) == {
        "2020/0011": ["ExtensionRequested", "ExtensionGranted", "SubdirectiveIssued"]
    }
    await export(pool, selection, Format.OCEL_SQLITE, tmp_path / "part.sqlite")
    await export(pool, selection, Format.OCEL_JSON, tmp_path / "part.json")
    check_ocel_json(tmp_path / "part.json")
    with closing(sqlite3.connect(tmp_path / "part.sqlite")) as database:
        first = (
            "select code, progress_percent from object_directive where ocel_changed_field is null and code is not null"
        )
        assert database.execute(first).fetchall() == [("2020/0011", 40)]
        named = "select count(*) from object_directive where ocel_changed_field is null and code is null"
        assert database.execute(named).fetchone() == (1,), "the sub-directive is named, and not selected"


async def test_what_concerns_a_unit_or_one_that_was_ever_below_it(pool: Pool, tmp_path: Path) -> None:
    new: list[DirectoryChange] = [
        UnitEstablished(code="TNMT-2", name="Tổ địa chính", kind=UnitKind.DEPARTMENT, parent="TNMT", since=BEGINNING),
        UnitRevised(code="TNMT-2", name="Tổ địa chính", kind=UnitKind.DEPARTMENT, parent="NV", since=date(2027, 1, 1)),
    ]
    await revise(pool, lambda _: new, administrator("thu"))
    store = PostgresEventStore(pool)
    for code, lead in (("2020/0041", "NV"), ("2020/0042", "TNMT-2"), ("2020/0043", "P-B"), ("2020/0044", "NV")):
        last = begun(code=code, lead_unit=lead, coordinating_units=(), informed_units=())
        await store.append([last])
        if code == "2020/0044":
            await store.append([after(last, reassigned("TNMT", at=2), reassigned("P-A", at=3))])
    await store.append([begun(code="2020/0045", lead_unit="P-B", informed_units=("TNMT",), coordinating_units=())])
    everything = await head_position(pool)
    assert [*await traces(pool, Selection(everything, unit="TNMT"), tmp_path)] == [
        "2020/0042",
        "2020/0044",
        "2020/0045",
    ]
    assert [*await traces(pool, Selection(everything, unit="TNMT-2"), tmp_path)] == ["2020/0042"]
    early = Selection(everything - 4, unit="TNMT")
    assert [*await traces(pool, early, tmp_path)] == ["2020/0042"], "what a unit has to do with, as of the position"


async def test_units_have_the_names_of_their_days(pool: Pool, tmp_path: Path) -> None:
    new: list[DirectoryChange] = [
        UnitEstablished(code="X", name="Phòng X", kind=UnitKind.DEPARTMENT, parent="UBQ"),
        UnitRevised(code="X", name="Phòng X mới", kind=UnitKind.DEPARTMENT, parent="UBQ", since=date(2026, 7, 1)),
    ]
    await revise(pool, lambda _: new, administrator("thu"))
    await write(pool, iter([begun(code="2020/0051", lead_unit="X")]))
    await export(pool, Selection(await head_position(pool)), Format.OCEL_SQLITE, tmp_path / "units.sqlite")
    with closing(sqlite3.connect(tmp_path / "units.sqlite")) as database:
        query = (
            "select ocel_time, ocel_changed_field, name, kind from object_unit where ocel_id = 'unit:X' order by rowid"
        )
        assert database.execute(query).fetchall() == [
            ("1970-01-01T00:00:00.000000Z", None, "Phòng X", "department"),
            ("2026-06-30T17:00:00.000000Z", "name", "Phòng X mới", None),
        ]
        assert database.execute("select count(*) from event").fetchone() == (1,), "the registries' events stay out"


@pytest.mark.parametrize("form", Format)
async def test_an_empty_record_gives_an_empty_export_that_is_valid(pool: Pool, tmp_path: Path, form: Format) -> None:
    made = await export(pool, Selection(await head_position(pool)), form, tmp_path / "empty")
    assert (made.events, made.traces or made.objects or 0) == (0, 0)
    match form:
        case Format.XES:
            check_xes(tmp_path / "empty")
        case Format.OCEL_JSON:
            check_ocel_json(tmp_path / "empty")
        case Format.OCEL_SQLITE:
            with closing(sqlite3.connect(tmp_path / "empty")) as database:
                assert database.execute("select count(*) from event_map_type").fetchone() == (33,)


async def test_one_directive_goes_over_from_page_to_page(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.exports.DIRECTIVES_AT_ONCE", 2)
    await write(pool, (begun(code=f"2020/{number:04d}") for number in range(61, 66)))
    seen: list[int] = []
    everything = await head_position(pool)
    await export(pool, Selection(everything), Format.XES, tmp_path / "pages.xes", told=seen.append)
    assert seen == [2, 4, 5, 5], "positions of the last directive of each page, then the end"
    assert len(await traces(pool, Selection(everything), tmp_path)) == 5
