"""Bundles from pages: their own verifier accepts them, they hold what the visitor may see, and they have bounds."""

import asyncio
import io
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from api import bundling
from domain.instants import local
from storage.log import StoredCheckpoint
from tests.api.pages.conftest import Browse, Sign, dashed, opened
from tests.api.pages.reading import Page
from tests.support.eventually import eventually
from tests.support.office import Office


def holds(answer: httpx.Response, folder: Path) -> dict[str, bytes]:
    """The files of a downloaded bundle that its own verifier accepts."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert "ho-so-" in answer.headers["content-disposition"]
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)
        files = {name: archive.read(name) for name in archive.namelist()}
    verified = subprocess.run([sys.executable, "-I", "verify.py", "."], cwd=folder, capture_output=True, check=False)
    assert verified.returncode == 0, verified.stdout.decode()
    return files


async def nothing_is_left() -> bool:
    """Whether no bundle lies about; its file goes when the last byte is sent."""
    return not [*Path(tempfile.gettempdir()).glob("dondoc-bundle-*")]


async def test_the_bundle_of_a_directive_holds_for_everybody_who_may_see_it(
    shared: Office, browse: Browse, sign: Sign, tmp_path: Path
) -> None:
    directive = await shared.issue()
    await sign()
    await shared.do("tp-nv", "acknowledge", directive)
    page = await opened(browse, f"/proof/{dashed(directive)}", by="cv-nv")
    form = page.form(f"/proof/{dashed(directive)}/bundle")
    files = holds(await (await browse("cv-nv")).post(form.action, data={}), tmp_path)
    assert len(files["events.jsonl"].splitlines()) == 1, "what no checkpoint covers yet is left out"
    assert "theo điểm kiểm ký lúc" in files["report.txt"].decode()
    noted = await opened(browse, "/audit/reads", {"user": "cv-nv", "directive": directive["code"]})
    assert "Lấy gói chứng cứ" in noted.words
    assert (await (await browse("ct-b")).post(form.action, data={})).status_code == 404
    await eventually(nothing_is_left)


async def test_a_bundle_of_a_document_and_one_of_days(
    shared: Office, browse: Browse, sign: Sign, tmp_path: Path
) -> None:
    number = f"{uuid4().int % 10**6}/TB-UBND"
    source = {"kind": "conclusion_notice", "number": number, "issued_on": "2026-11-02", "issued_by": "UBND quận"}
    issued = [await shared.issue(source=source, lead_unit=unit, coordinating_units=[]) for unit in ("P-A", "P-B")]
    await sign()
    client, today = await browse("kiem-tra"), f"{local(datetime.now(UTC)):%Y-%m-%d}"
    files = holds(await client.post("/audit/bundle", data={"kind": "source", "source": number}), tmp_path / "1")
    assert len(files["events.jsonl"].splitlines()) == 2
    assert all(one["code"] in files["report.txt"].decode() for one in issued)
    noted = await opened(browse, "/audit/reads", {"user": "kiem-tra"})
    assert f"mọi nhiệm vụ của văn bản {number}" in noted.words
    days = {"kind": "days", "first_day": today, "last_day": today}
    files = holds(await client.post("/audit/bundle", data=days), tmp_path / "2")
    assert len(files["events.jsonl"].splitlines()) > 2


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "numbers", "numbers": " "}, "numbers"),
        ({"kind": "numbers", "numbers": "1999/0001"}, "numbers"),
        ({"kind": "numbers", "numbers": " ".join(f"2026/{n:04d}" for n in range(201))}, "numbers"),
        ({"kind": "source", "source": ""}, "source"),
        ({"kind": "source", "source": "khong-co\0"}, "source"),
        ({"kind": "unit", "unit": ""}, "unit"),
        ({"kind": "unit", "unit": "NV", "from_month": "13/2026"}, "from_month"),
        ({"kind": "unit", "unit": "NV", "from_month": "11/2026", "to_month": "2026-10"}, "to_month"),
        ({"kind": "unit", "unit": "NV", "to_month": "01/1950"}, "unit"),
        ({"kind": "days", "first_day": "2026-01-01", "last_day": ""}, "last_day"),
        ({"kind": "days", "first_day": "2026-02-01", "last_day": "2026-01-01"}, "last_day"),
        ({"kind": "days", "first_day": "1950-01-01", "last_day": "1950-01-02"}, "first_day"),
        ({}, ""),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_a_choice_that_makes_no_sense_is_told_beside_its_field(
    browse: Browse, signed: StoredCheckpoint, asked: dict[str, str], field: str
) -> None:
    answer = await (await browse("kiem-tra")).post("/audit/bundle", data=asked)
    assert answer.status_code == 422, answer.text
    page = Page(answer.text)
    assert f"{field}-fault" in page.ids if field else "Hãy chọn một cách." in page.words
    kept = page.form("/audit/bundle").fields
    for name, text in asked.items():
        assert kept.get(name, [""]) == [text], name


async def test_a_bundle_has_bounds(
    shared: Office,
    browse: Browse,
    signed: StoredCheckpoint,
    late: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    client, asked = await browse("kiem-tra"), {"kind": "numbers", "numbers": late["code"]}
    new = await shared.issue()
    beyond = await client.post("/audit/bundle", data={**asked, "numbers": new["code"]})
    assert beyond.status_code == 409
    assert "Chưa có điểm kiểm nào bao gồm" in Page(beyond.text).words
    assert Page(beyond.text).form("/audit/bundle").fields["numbers"] == [new["code"]]
    for name, value, status in (("MOST_EVENTS", 2, 413), ("MOST_BYTES", 1000, 413), ("LIMIT_SECONDS", 0.05, 503)):
        with monkeypatch.context() as narrowed:
            narrowed.setattr(bundling, name, value)
            assert (await client.post("/audit/bundle", data=asked)).status_code == status, name
    two = await asyncio.gather(*(client.post("/audit/bundle", data=asked) for _ in range(2)))
    done, busy = sorted(two, key=lambda answer: answer.status_code)
    assert (len(holds(done, tmp_path)["events.jsonl"].splitlines()), busy.status_code) == (3, 429)
    await eventually(nothing_is_left)


async def test_a_ward_auditor_takes_what_concerns_their_unit_and_nothing_else(
    shared: Office, browse: Browse, ward_auditor: str, sign: Sign, tmp_path: Path
) -> None:
    ours = await shared.issue(lead_unit="P-B", coordinating_units=[])
    theirs = await shared.issue(lead_unit="TNMT", coordinating_units=[], officer=None)
    await sign()
    client = await browse(ward_auditor)
    month = f"{local(datetime.now(UTC)):%Y-%m}"
    of_unit = {"kind": "unit", "unit": "P-B", "from_month": month, "to_month": f"{month[5:]}/{month[:4]}"}
    files = holds(await client.post("/audit/bundle", data=of_unit), tmp_path)
    assert ours["code"] in files["report.txt"].decode()
    assert theirs["code"] not in files["report.txt"].decode()
    for asked in ({"kind": "numbers", "numbers": theirs["code"]}, {"kind": "unit", "unit": "TNMT"}):
        assert (await client.post("/audit/bundle", data=asked)).status_code == 422
