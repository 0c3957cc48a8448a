"""What goes wrong on our side shows nothing of itself to the caller, and is found again in the log."""

import asyncio
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import Office


async def test_a_defect_is_told_by_a_reference_into_the_log(shared: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("select password from somewhere")

    monkeypatch.setattr("api.queries.page", broken)
    leader = await shared.as_("chu-tich")
    with capture_logs() as logs:
        answer = await leader.get("/directives", headers={"Accept-Language": "en"})
    problem = refused(answer, 500, "internal_error")
    assert "password" not in answer.text
    reference = problem["detail"].split()[-1].rstrip(".")
    (logged,) = [entry for entry in logs if entry["event"] == "api.defect"]
    assert logged["reference"] == reference
    assert "select password" in str(logged["exc_info"])


async def test_a_caller_who_hangs_up_in_the_middle_is_no_defect(shared: Office) -> None:
    leader = await shared.as_("chu-tich")
    place = urlsplit(shared.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (
        "POST /api/v1/directives HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
        f"Expect: 100-continue\r\nAuthorization: {leader.headers['authorization']}\r\n\r\n"
    )
    with capture_logs() as logs:
        writer.write(head.encode())
        assert b"100 Continue" in await reader.readline()  # the body is being read
        writer.write('{"title": "nửa ch'.encode())
        await writer.drain()
        writer.close()

        async def noticed() -> bool:
            return any(entry["event"] == "api.client_gone" for entry in logs)

        assert await eventually(noticed)
    assert all(entry["event"] != "api.defect" for entry in logs)
