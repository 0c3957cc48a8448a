"""PostgreSQL is away: every call that needs it gets 503 with Retry-After, and all heals when it is back."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from embedded.postgres import embedded_postgres_at, ensure_database
from settings import Settings
from storage.directory import import_people, import_units
from storage.migrate import migrate
from storage.pool import open_pool
from storage.reference import seed_policies
from tests.api.feeds import feed
from tests.api.refusals import refused
from tests.support.district import PEOPLE, POLICIES, UNITS
from tests.support.eventually import eventually
from tests.support.office import ISSUE, office


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder outside pytest's own, which each new run closes to other users, PostgreSQL's among them."""
    with TemporaryDirectory(prefix="dondoc-") as name:
        yield Path(name)


async def test_the_record_goes_and_comes_back(
    folder: Path, temporal_address: str, temporal_client: Client, task_queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    monkeypatch.setattr("api.signins.SECONDS", 0.0)  # nobody is let in from memory
    with embedded_postgres_at(folder) as server:
        await ensure_database(server)
        await migrate(server.url)
        pool = await open_pool(server.url)
        await import_units(pool, UNITS)
        await import_people(pool, PEOPLE)
        await seed_policies(pool, POLICIES)
        settings = Settings(database_url=server.url, task_queue=task_queue)
        async with office(settings, pool, temporal_client) as opened:
            directive = await opened.issue()
            leader = await opened.as_("chu-tich")
            body: dict[str, Any] = {"percent": 30, "command_id": str(uuid4())}
            officer = await opened.as_("cv-nv")
            async with feed(leader) as stream:
                server.stop()
                for method, path, content in (
                    ("GET", "/directives", None),
                    ("GET", f"/directives/{directive['id']}", None),
                    ("GET", "/events", None),
                    ("GET", "/me", None),
                    ("GET", "/stream", None),
                    ("POST", "/directives", ISSUE),
                    ("POST", f"/directives/{directive['id']}/comment", {"text": "x"}),
                ):
                    answer = await leader.request(method, path, json=content)
                    refused(answer, 503, "record_unavailable")
                    assert int(answer.headers["retry-after"]) > 0
                answer = await officer.post(f"/directives/{directive['id']}/report-progress", json=body)
                refused(answer, 503, "record_unavailable")
                ready = await leader.get(f"{opened.url}/readyz")
                assert (ready.status_code, ready.json()["record"].startswith("away")) == (503, True)

                with embedded_postgres_at(folder) as again:
                    assert again.url == server.url

                    async def carried_out() -> bool:
                        answer = await officer.post(f"/directives/{directive['id']}/report-progress", json=body)
                        return answer.status_code == 200

                    assert await eventually(carried_out)
                    assert (await stream.next()).data["data"]["percent"] == 30
                    assert (await leader.get(f"{opened.url}/readyz")).status_code == 200
                    assert (await leader.get("/directives")).json()["total"] == 1
                    assert await opened.types(directive) == ["DirectiveIssued", "ProgressReported"]
        await pool.close()
