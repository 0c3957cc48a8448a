"""Files come in by POST /files: whole and of a type that is taken, or not at all."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from settings import Settings
from storage.pool import Pool
from tests.api.refusals import refused
from tests.domain.test_files import DOCX, PNG
from tests.support.eventually import eventually
from tests.support.office import Office, api_served

PDF = "application/pdf"
LIMIT = 20 * 2**20


def pdf(size: int = 5000) -> bytes:
    """A new file that begins as PDF does."""
    return b"%PDF-1.7\n" + os.urandom(size - 9)


async def in_pieces(content: bytes, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def send(
    office: Office, content: bytes | AsyncIterator[bytes], media_type: str | None = PDF, by: str = "tp-nv"
) -> httpx.Response:
    headers = {"Content-Type": media_type} if media_type is not None else {}
    return await (await office.as_(by)).post("/files", content=content, headers=headers)


def kept(folder: Path) -> set[str]:
    """The sums of the objects in a folder; a name of an upload that is not finished shows as it is."""
    return {str(path.relative_to(folder)).replace("/", "") for path in folder.rglob("*") if path.is_file()}


async def begin(office: Office, declared: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An upload of which only the head has been sent."""
    token = (await office.as_("tp-nv")).headers["authorization"]
    host, port = office.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = ("POST /api/v1/files HTTP/1.1", "Host: x", f"Authorization: {token}", f"Content-Type: {PDF}", declared)
    writer.write("\r\n".join((*head, "", "")).encode())
    return reader, writer


@pytest.fixture
async def nothing_kept(shared: Office, shared_objects: Path) -> AsyncIterator[None]:
    """The test leaves no object and no file."""
    before, count = kept(shared_objects), await shared.pool.fetchval("select count(*) from files")
    yield
    assert kept(shared_objects) == before
    assert await shared.pool.fetchval("select count(*) from files") == count


async def test_a_file_is_taken_in_and_told_by_its_sum(shared: Office, shared_objects: Path) -> None:
    content = pdf()
    sha256 = hashlib.sha256(content).hexdigest()
    answer = await send(shared, content, f"{PDF}; charset=binary")
    assert (answer.status_code, answer.json()) == (201, {"sha256": sha256, "size": 5000, "media_type": PDF})
    assert sha256 in kept(shared_objects)


@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 1_000_000])
async def test_it_may_come_in_pieces_of_any_size(shared: Office, shared_objects: Path, size: int) -> None:
    content = pdf(1_000_000 if size > 1 else 6000)
    answer = await send(shared, in_pieces(content, size))
    assert answer.json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert (shared_objects / answer.json()["sha256"][:2] / answer.json()["sha256"][2:]).read_bytes() == content


async def test_sent_again_or_at_once_it_is_one_file(shared: Office, shared_objects: Path) -> None:
    content, before = pdf(300_000), len(kept(shared_objects))
    await shared.as_("tp-nv"), await shared.as_("cv-nv")
    answers = await asyncio.gather(*(send(shared, in_pieces(content), by=by) for by in ("tp-nv", "cv-nv") * 4))
    assert [answer.status_code for answer in answers] == [201] * 8
    (sha256,) = {answer.json()["sha256"] for answer in answers}
    assert len(kept(shared_objects)) == before + 1
    rows = await shared.pool.fetch("select uploaded_by from files where sha256 = $1", sha256)
    assert sorted(row["uploaded_by"] for row in rows) == ["cv-nv", "tp-nv"]


async def test_declared_again_it_counts_as_declared_the_last_time(shared: Office) -> None:
    content = "STT,Tên\n".encode() + os.urandom(8).hex().encode()
    for media_type in ("text/plain", "text/csv"):
        assert (await send(shared, content, media_type)).json()["media_type"] == media_type
    sha256 = hashlib.sha256(content).hexdigest()
    assert await shared.pool.fetchval("select media_type from files where sha256 = $1", sha256) == "text/csv"


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("media_type", ["text/html", "application/octet-stream", "image/svg+xml", "", None])
async def test_types_that_are_not_taken(shared: Office, media_type: str | None) -> None:
    problem = refused(await send(shared, b"<html>", media_type), 415, "file_type_refused")
    assert PDF in problem["allowed"]


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("media_type", "content"), [(PDF, PNG), ("image/png", DOCX), ("text/plain", pdf()), (PDF, b"%"), (PDF, b"\0")]
)
async def test_content_of_another_type_than_declared(shared: Office, media_type: str, content: bytes) -> None:
    for body in (content, in_pieces(content, 3), content + bytes(100_000)):
        refused(await send(shared, body, media_type), 415, "file_type_refused")


@pytest.mark.usefixtures("nothing_kept")
async def test_an_empty_file(shared: Office) -> None:
    refused(await send(shared, b""), 422, "file_empty")
    refused(await send(shared, in_pieces(b"")), 422, "file_empty")


@pytest.mark.usefixtures("nothing_kept")
async def test_a_file_that_is_too_large_whether_or_not_it_says_so(shared: Office) -> None:
    for content in (pdf(LIMIT + 1), in_pieces(pdf(LIMIT + 1)), pdf(2 * LIMIT)):
        problem = refused(await send(shared, content), 413, "file_too_large")
        assert problem["limit"] == LIMIT


async def test_what_says_that_it_is_too_large_is_refused_before_it_is_sent(shared: Office, nothing_kept: None) -> None:
    reader, writer = await begin(shared, f"Content-Length: {LIMIT + 1}")
    async with asyncio.timeout(20):
        assert b" 413 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_the_largest_file(shared: Office) -> None:
    assert (await send(shared, in_pieces(pdf(LIMIT)))).json()["size"] == LIMIT


@pytest.mark.usefixtures("nothing_kept")
async def test_who_may_attach_nothing_uploads_nothing(shared: Office) -> None:
    refused(await send(shared, pdf(), by="kiem-tra"), 403, "not_permitted")
    async with httpx.AsyncClient() as nobody:
        answer = await nobody.post(f"{shared.url}/api/v1/files", content=pdf(), headers={"Content-Type": PDF})
    refused(answer, 401, "not_signed_in")


@pytest.mark.parametrize("declared", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
async def test_an_upload_that_is_cut_off_leaves_nothing(
    shared: Office, shared_objects: Path, nothing_kept: None, declared: str
) -> None:
    _, writer = await begin(shared, declared)
    content = pdf(50_000)
    writer.write((f"{len(content):x}\r\n".encode() if "chunked" in declared else b"") + content)
    await writer.drain()

    async def begun() -> bool:
        return any(name.startswith("incoming") for name in kept(shared_objects))

    assert await eventually(begun)
    writer.close()
    await writer.wait_closed()

    async def gone() -> bool:
        return not await begun()

    assert await eventually(gone)


async def test_a_store_that_is_away(settings: Settings, pool: Pool, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    async with api_served(settings.model_copy(update={"objects": str(blocked)})) as url:
        office = Office(url, pool)
        answer = await send(office, pdf())
        refused(answer, 503, "files_unavailable")
        assert int(answer.headers["retry-after"]) > 0
        assert await pool.fetchval("select count(*) from files") == 0
        assert (await (await office.as_("tp-nv")).get("/me")).status_code == 200
        await office.clients["tp-nv"].aclose()


async def test_the_limit_is_a_setting(settings: Settings, pool: Pool) -> None:
    async with api_served(settings.model_copy(update={"max_file_bytes": 100})) as url:
        office = Office(url, pool)
        assert (await send(office, pdf(100))).status_code == 201
        assert refused(await send(office, pdf(101)), 413, "file_too_large")["limit"] == 100
        await office.clients["tp-nv"].aclose()
