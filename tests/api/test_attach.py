"""Files on directives: attached by their sum, given out to those who see the directive, and to nobody else."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx
import pytest
from temporalio.client import Client

from domain.commands import Attach, CommandEnvelope
from domain.instants import instant_from
from settings import Settings
from tests.api.refusals import refused
from tests.api.test_files import pdf, send
from tests.support.eventually import eventually
from tests.support.office import Office, api_served
from tests.support.s3_server import BUCKET, S3Server
from workflows.messages import workflow_id


async def uploaded(office: Office, content: bytes, media_type: str = "application/pdf", by: str = "tp-nv") -> str:
    """The sum of a file sent in."""
    answer = await send(office, content, media_type, by)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sha256"])


async def attach(
    office: Office, directive: dict[str, Any], sha256: str, name: str = "Báo cáo.pdf", by: str = "tp-nv", **more: Any
) -> httpx.Response:
    return await office.do(by, "attach", directive, sha256=sha256, file_name=name, **more)


async def fetch(
    office: Office, directive: dict[str, Any], sha256: str, by: str = "tp-nv", **headers: str
) -> httpx.Response:
    client = await office.as_(by)
    return await client.get(f"/directives/{directive['id']}/files/{sha256}", headers=headers)


async def test_a_file_is_attached_and_given_out(shared: Office) -> None:
    directive, content = await shared.issue(), pdf(700_000)
    sha256 = await uploaded(shared, content)
    answer = await attach(shared, directive, sha256, note="Bản có chữ ký")
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["attachments"]
    assert (one["sha256"], one["name"], one["size"], one["media_type"], one["attached_by"]) == (
        sha256,
        "Báo cáo.pdf",
        700_000,
        "application/pdf",
        "tp-nv",
    )
    assert instant_from(one["attached_at"])
    events = (await (await shared.as_("chu-tich")).get(f"/directives/{directive['id']}/events")).json()["items"]
    assert (events[-1]["type"], events[-1]["type_name"]) == ("FileAttached", "Đính kèm tệp")
    assert events[-1]["data"]["note"] == "Bản có chữ ký"

    got = await fetch(shared, directive, sha256, by="chu-tich")
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-length"] == "700000"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["etag"] == f'"{sha256}"'
    kind, fallback, name = got.headers["content-disposition"].split("; ")
    assert (kind, fallback) == ("attachment", 'filename="Bao cao.pdf"')
    assert unquote(name) == "filename*=UTF-8''Báo cáo.pdf"
    again = await fetch(shared, directive, sha256, **{"If-None-Match": f'"{sha256}"'})
    assert (again.status_code, again.content) == (304, b"")


async def test_text_comes_back_as_it_was_sent_in_any_encoding(shared: Office) -> None:
    directive, content = await shared.issue(), f"Kính gửi {uuid4()}".encode("utf-16")
    sha256 = await uploaded(shared, content, "text/plain")
    assert (await attach(shared, directive, sha256, "Thư.txt")).status_code == 200
    got = await fetch(shared, directive, sha256)
    assert (got.headers["content-type"], got.content) == ("text/plain", content)


@pytest.mark.parametrize(
    ("name", "fallback"),
    [
        ('a"b.pdf', "a_b.pdf"),
        ("Đề án; bản 2%.pdf", "De an; ban 2_.pdf"),
        ("文件.pdf", "__.pdf"),
    ],
)
async def test_names_are_safe_in_the_header(shared: Office, name: str, fallback: str) -> None:
    directive, sha256 = await shared.issue(), await uploaded(shared, pdf())
    assert (await attach(shared, directive, sha256, name)).status_code == 200
    told = (await fetch(shared, directive, sha256)).headers["content-disposition"]
    assert told.startswith(f'attachment; filename="{fallback}"; filename*=UTF-8')
    assert unquote(told.partition("UTF-8''")[2]) == name


async def test_the_newest_name_counts(shared: Office) -> None:
    directive, sha256 = await shared.issue(), await uploaded(shared, pdf())
    for name in ("a.pdf", "b.pdf"):
        assert (await attach(shared, directive, sha256, name)).status_code == 200
    assert '"b.pdf"' in (await fetch(shared, directive, sha256)).headers["content-disposition"]


async def test_refused_attachments_change_nothing(shared: Office) -> None:
    directive, sha256 = await shared.issue(), await uploaded(shared, pdf())
    unknown = hashlib.sha256(uuid4().bytes).hexdigest()
    refused(await attach(shared, directive, unknown), 422, "unknown_file")
    refused(await attach(shared, directive, sha256, by="cv-nv"), 422, "unknown_file")  # uploaded by somebody else
    refused(await attach(shared, directive, sha256, "a.docx"), 422, "file_name_refused")
    refused(await attach(shared, directive, sha256, "../a.pdf"), 422, "invalid_field")
    refused(await attach(shared, directive, "../" + sha256[3:]), 422, "invalid_field")
    refused(await attach(shared, directive, sha256, "a\nb.pdf"), 422, "text_has_line_break")
    refused(await attach(shared, directive, sha256, size=1), 422, "unknown_field")
    refused(await attach(shared, directive, sha256, media_type="application/pdf"), 422, "unknown_field")
    refused(await attach(shared, directive, sha256, "Tối mật.pdf"), 422, "classified_refused")
    refused(await attach(shared, directive, sha256, by="kiem-tra"), 403, "not_permitted")
    assert await shared.types(directive) == ["DirectiveIssued"]


async def test_twice_and_at_once(shared: Office) -> None:
    directive, sha256 = await shared.issue(), await uploaded(shared, pdf())
    command_id = str(uuid4())
    for _ in range(2):
        assert (await attach(shared, directive, sha256, command_id=command_id)).json()["version"] == 2
    refused(await attach(shared, directive, sha256), 409, "file_already_attached")
    answers = await asyncio.gather(*(attach(shared, directive, sha256, "b.pdf") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert await shared.types(directive) == ["DirectiveIssued", "FileAttached", "FileAttached"]


async def test_too_late(shared: Office) -> None:
    directive, sha256 = await shared.issue(), await uploaded(shared, pdf())
    assert (await attach(shared, directive, sha256)).status_code == 200
    assert (await shared.do("chu-tich", "withdraw", directive, reason="Trùng")).status_code == 200
    problem = refused(await attach(shared, directive, sha256, "b.pdf"), 409, "not_possible_now")
    assert "attach" not in problem["possible"]
    assert (await fetch(shared, directive, sha256)).status_code == 200  # what is attached stays


async def test_what_may_not_be_had_is_answered_alike(shared: Office) -> None:
    directive, other = await shared.issue(), await shared.issue()
    sha256 = await uploaded(shared, pdf())
    assert (await attach(shared, directive, sha256)).status_code == 200
    unknown = hashlib.sha256(uuid4().bytes).hexdigest()
    answers = [
        await fetch(shared, directive, sha256, by="ct-b"),  # does not see the directive
        await fetch(shared, other, sha256),  # attached elsewhere only
        await fetch(shared, directive, unknown),
        await fetch(shared, directive, ".." + sha256[2:]),
        await fetch(shared, directive, sha256.upper()),
        await fetch(shared, {"id": str(uuid4())}, sha256),
        await fetch(shared, {"id": "2026-9999"}, sha256),
    ]
    told = [refused(answer, 404, "unknown_attachment") for answer in answers]
    assert all(one == told[0] for one in told)


async def test_a_signal_cannot_claim_what_was_not_uploaded(shared: Office, temporal_client: Client) -> None:
    directive = await shared.issue()
    envelope = CommandEnvelope(
        command_id=uuid4(),
        directive_id=UUID(directive["id"]),
        user="tp-nv",
        at=instant_from(directive["issued_at"]),
        command=Attach(sha256=hashlib.sha256(uuid4().bytes).hexdigest(), file_name="a.pdf"),
    )
    handle = temporal_client.get_workflow_handle(workflow_id(envelope.directive_id))
    await handle.signal("signal_command", envelope)

    async def told() -> bool:
        return await shared.types(directive) == ["DirectiveIssued", "SignalRefused"]

    assert await eventually(told)


async def test_files_may_lie_in_a_bucket(
    shared: Office, shared_objects: Path, shared_url: str, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    directive, content = await shared.issue(), pdf(6_000_000)
    async with api_served(Settings(database_url=shared_url, objects=f"s3://{BUCKET}/ho-so")) as url:
        office = Office(url, shared.pool)
        sha256 = await uploaded(office, content)
        assert (await attach(shared, directive, sha256)).status_code == 200
        assert (await fetch(office, directive, sha256)).content == content
        await office.clients["tp-nv"].aclose()
    assert (s3.folder / BUCKET / "ho-so" / sha256[:2] / sha256[2:]).read_bytes() == content
    assert not (shared_objects / sha256[:2] / sha256[2:]).exists()


async def test_content_that_is_away_lost_or_damaged(
    shared: Office, shared_objects: Path, shared_url: str, tmp_path: Path
) -> None:
    directive, content = await shared.issue(), pdf(600_000)
    sha256 = await uploaded(shared, content)
    assert (await attach(shared, directive, sha256)).status_code == 200
    (tmp_path / "blocked").write_text("a file where a folder should be")
    for where in ("blocked", "lost"):
        async with api_served(Settings(database_url=shared_url, objects=str(tmp_path / where))) as url:
            office = Office(url, shared.pool)
            answer = await fetch(office, directive, sha256)
            refused(answer, 503, "files_unavailable")
            assert int(answer.headers["retry-after"]) > 0
            await office.clients["tp-nv"].aclose()
    place = shared_objects / sha256[:2] / sha256[2:]
    place.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(httpx.RemoteProtocolError):
        await fetch(shared, directive, sha256)
    await uploaded(shared, content)
    assert (await fetch(shared, directive, sha256)).content == content
