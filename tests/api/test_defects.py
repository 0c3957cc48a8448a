"""What goes wrong on our side shows nothing of itself to the caller, and is found again in the log."""

import asyncio
from urllib.parse import urlsplit

import pytest

from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import Office


async def test_a_defect_is_told_by_a_reference_into_the_log(
    shared: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("select password from somewhere")

    monkeypatch.setattr("api.queries.page", broken)
    answer = await (await shared.as_("chu-tich")).get("/directives", headers={"Accept-Language": "en"})
    problem = refused(answer, 500, "internal_error")
    assert "password" not in answer.text
    reference = problem["detail"].split()[-1].rstrip(".")
    logged = capsys.readouterr().out
    assert reference in logged
    assert "select password" in logged


async def test_a_caller_who_hangs_up_in_the_middle_is_no_defect(
    shared: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    leader = await shared.as_("chu-tich")
    place = urlsplit(shared.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (
        "POST /api/v1/directives HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
        f"Expect: 100-continue\r\nAuthorization: {leader.headers['authorization']}\r\n\r\n"
    )
    writer.write(head.encode())
    assert b"100 Continue" in await reader.readline()  # the body is being read
    writer.write('{"title": "nửa ch'.encode())
    await writer.drain()
    writer.close()
    logged = ""

    async def noticed() -> bool:
        nonlocal logged
        logged += capsys.readouterr().out
        return "api.client_gone" in logged

    assert await eventually(noticed)
    assert "api.defect" not in logged
