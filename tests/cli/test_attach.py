"""`dondoc attach` and `dondoc file`: files to a directive and back."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Outcome, dondoc
from tests.support.office import Office


async def cli(*words: object) -> Outcome:
    return await asyncio.to_thread(dondoc, *map(str, words))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A file of two megabytes."""
    path = tmp_path / "Ba\u0301o ca\u0301o.pdf"  # decomposed, as some systems name files
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(2_000_000))
    return path


@pytest.fixture
async def directive(office: Office) -> dict[str, Any]:
    return await office.issue()


async def test_files_are_attached_and_shown(office: Office, directive: dict[str, Any], report: Path) -> None:
    table = report.with_name("Phụ lục.csv")
    table.write_text("STT,Tên\n")
    done = await cli("attach", directive["code"], report, table, "--note", "Bản ký", "--as", "tp-nv", "--json")
    names = [one["name"] for one in done.succeeded().json["attachments"]]
    assert names == ["Báo cáo.pdf", "Phụ lục.csv"]
    assert "2,0 MB" in done.err
    shown = (await cli("show", directive["code"])).succeeded().out
    assert "Báo cáo.pdf (2,0 MB)" in shown
    told = (await cli("replay", directive["code"])).succeeded().out
    assert "Đính kèm tệp" in told
    assert "Phụ lục.csv" in told


async def test_run_again_it_attaches_nothing_twice(office: Office, directive: dict[str, Any], report: Path) -> None:
    for _ in range(2):
        told = (await cli("attach", directive["id"], report, "--as", "tp-nv")).succeeded()
        assert told.out == f"{directive['code']}: 1 tệp · files\n"
    assert await office.types(directive) == ["DirectiveIssued", "FileAttached"]


async def test_what_cannot_be_attached_is_told_before_anything_is_sent(
    office: Office, directive: dict[str, Any], report: Path, tmp_path: Path
) -> None:
    program = tmp_path / "a.exe"
    program.write_bytes(b"MZ")
    (await cli("attach", directive["code"], "--as", "tp-nv")).ended(2, "Name a file")
    (await cli("attach", directive["code"], report, program, "--as", "tp-nv")).ended(2, "a.exe", "pdf, docx")
    (await cli("attach", directive["code"], report, tmp_path / "none.pdf", "--as", "tp-nv")).ended(2, "none.pdf")
    (await cli("attach", directive["code"], tmp_path, "--as", "tp-nv")).ended(2, str(tmp_path))
    assert await office.types(directive) == ["DirectiveIssued"]


async def test_refusals_end_with_1(office: Office, directive: dict[str, Any], report: Path, tmp_path: Path) -> None:
    wrong, large = tmp_path / "b.pdf", tmp_path / "c.pdf"
    wrong.write_bytes(b"GIF89a")
    large.write_bytes(b"%PDF-" + bytes(21 * 2**20))
    for path, code in ((wrong, "file_type_refused"), (large, "file_too_large")):
        (await cli("attach", directive["code"], path, "--as", "tp-nv")).ended(1, f"[{code}]")
    (await cli("attach", "2026/9999", report, "--as", "tp-nv")).ended(1, "[unknown_directive]")
    refused = await cli("attach", directive["code"], report, "--as", "kiem-tra", "--json")
    assert refused.json["code"] == "not_permitted"


async def test_a_file_is_fetched_by_its_name_or_its_sum(
    office: Office, directive: dict[str, Any], report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = (await cli("attach", directive["code"], report, "--as", "tp-nv", "--json")).succeeded().json
    (one,) = state["attachments"]
    got, folder = tmp_path / "got.pdf", tmp_path / "folder"
    folder.mkdir()
    told = await cli("file", directive["code"], "Báo cáo.pdf", "-o", got, "--as", "chu-tich", "--json")
    assert told.succeeded().json == one | {"path": str(got)}
    (await cli("file", directive["code"], one["sha256"], "-o", folder, "--as", "chu-tich")).succeeded()
    monkeypatch.chdir(folder.parent / "folder")
    assert got.read_bytes() == (folder / "Báo cáo.pdf").read_bytes() == report.read_bytes()
    (await cli("file", directive["code"], "Báo cáo.pdf", "--as", "chu-tich")).ended(2, "there already")
    assert sorted(path.name for path in folder.iterdir()) == ["Báo cáo.pdf"]


async def test_what_cannot_be_fetched(
    office: Office, directive: dict[str, Any], report: Path, tmp_path: Path, shared_objects: Path
) -> None:
    state = (await cli("attach", directive["code"], report, "--as", "tp-nv", "--json")).succeeded().json
    got = tmp_path / "got.pdf"
    (await cli("file", directive["code"], "b.pdf", "-o", got, "--as", "tp-nv")).ended(1, "b.pdf", "Báo cáo.pdf")
    (await cli("file", directive["code"], "Báo cáo.pdf", "-o", got, "--as", "ct-b")).ended(1, "[unknown_directive]")
    (await cli("file", directive["code"], "Báo cáo.pdf", "-o", tmp_path / "no" / "x", "--as", "tp-nv")).ended(
        2, "folder"
    )
    sha256 = state["attachments"][0]["sha256"]
    place = shared_objects / sha256[:2] / sha256[2:]
    whole = place.read_bytes()
    place.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    (await cli("file", directive["code"], "Báo cáo.pdf", "-o", got, "--as", "tp-nv")).ended(3, "lost the connection")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("got")] == []
