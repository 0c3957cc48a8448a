"""`dondoc doctor`: what is configured, what answers, and the cause where something does not."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from console.doctor import FILES
from embedded.postgres import EmbeddedPostgres
from embedded.temporal import free_port
from tests.support.command_line import Outcome, dondoc
from tests.support.office import Office


def findings(outcome: Outcome) -> dict[str, dict[str, Any]]:
    return {finding["what"]: finding for finding in outcome.json}


async def examine(code: int) -> dict[str, dict[str, Any]]:
    told = await asyncio.to_thread(dondoc, "doctor", "--json")
    assert told.code == code, told.out
    return findings(told)


async def test_with_nothing_running_nothing_is_wrong(nothing_configured: Path) -> None:
    found = await examine(0)
    assert {what for what, finding in found.items() if finding["state"] == "bad"} == set()
    for what in ("dondoc up", "PostgreSQL", "Temporal", "Worker", "API"):
        assert (found[what]["state"], found[what]["advice"]) == ("off", "dondoc up")
    assert str(nothing_configured) in found["dondoc up"]["detail"]
    assert (found[FILES]["state"], str(nothing_configured) in found[FILES]["detail"]) == ("ok", True)
    assert not nothing_configured.exists(), "looking changes nothing"


async def test_an_office_at_work_is_found(
    office: Office, shared_queue: str, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    monkeypatch.setenv("DONDOC_TASK_QUEUE", shared_queue)
    found = await examine(0)
    for what in ("PostgreSQL", "Temporal", "Worker", "API"):
        assert found[what]["state"] == "ok", found[what]
    assert "PostgreSQL 18" in found["PostgreSQL"]["detail"]
    assert office.url in found["API"]["detail"]
    told = (await asyncio.to_thread(dondoc, "doctor")).succeeded()
    assert shared_queue in told.out
    assert told.err == ""


async def test_a_database_that_is_away_is_named_with_its_cause_and_without_its_password(
    nothing_configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", f"postgresql://dondoc:geheim@127.0.0.1:{free_port()}/x")
    found = await examine(3)
    assert found["PostgreSQL"]["state"] == "bad"
    assert "refused" in found["PostgreSQL"]["detail"]
    assert "DONDOC_DATABASE_URL" in found["PostgreSQL"]["advice"]
    assert "geheim" not in str(found)


async def test_a_password_is_never_shown(on_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", on_database.replace("postgres:@", "postgres:geheim@"))
    found = await examine(0)
    assert "geheim" not in str(found)
    assert "postgres:…@" in found["PostgreSQL"]["detail"]


async def test_a_database_without_our_migrations_is_told_which_are_missing(
    nothing_configured: Path, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", postgres.maintenance_url)
    found = await examine(3)
    assert "01_record" in found["PostgreSQL"]["detail"]
    assert found["PostgreSQL"]["advice"] == "dondoc migrate"


async def test_one_migration_missing_is_enough(on_database: str) -> None:
    connection = await asyncpg.connect(on_database)
    await connection.execute("delete from schema_migrations where number = 2")
    await connection.close()
    detail = (await examine(3))["PostgreSQL"]["detail"]
    assert "02_" in detail
    assert "01_record" not in detail


async def test_a_temporal_that_is_away_is_named(on_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    found = await examine(3)
    assert found["Temporal"]["state"] == "bad"
    assert "refused" in found["Temporal"]["detail"].lower()
    assert "TEMPORAL_ADDRESS" in found["Temporal"]["advice"]
    assert found["PostgreSQL"]["state"] == "ok"


async def test_a_namespace_that_is_not_there_is_named(
    on_database: str, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "khong-co")
    found = await examine(3)
    assert "khong-co" in found["Temporal"]["detail"]
    assert "TEMPORAL_NAMESPACE" in found["Temporal"]["advice"]


async def test_a_queue_that_nobody_works_is_named(
    on_database: str, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    monkeypatch.setenv("DONDOC_TASK_QUEUE", "nobody-works-here")
    found = await examine(3)
    assert found["Worker"]["state"] == "bad"
    assert "nobody-works-here" in found["Worker"]["detail"]


async def test_a_store_of_files_that_cannot_be_used_is_named(
    on_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_OBJECTS", str(tmp_path))
    assert (await examine(0))[FILES]["state"] == "ok"
    (tmp_path / "blocked").touch()
    monkeypatch.setenv("DONDOC_OBJECTS", str(tmp_path / "blocked"))
    assert "DONDOC_OBJECTS" in (await examine(3))[FILES]["advice"]
    monkeypatch.setenv("DONDOC_OBJECTS", "s3://tep/ho-so")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "geheim")
    found = (await examine(3))[FILES]
    assert (found["state"], "geheim" in str(found)) == ("bad", False)


@pytest.mark.parametrize("where", ["https://kho.example", "s3://"])
def test_a_place_for_files_that_is_none_is_named(on_database: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_OBJECTS", where)
    dondoc("doctor").ended(2, "DONDOC_OBJECTS", "s3://bucket/prefix")


async def test_an_api_and_a_mail_server_that_are_away_are_named(
    on_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("DONDOC_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    found = await examine(3)
    assert found["API"]["state"] == found["SMTP"]["state"] == "bad"
    assert "DONDOC_SMTP_URL" in found["SMTP"]["advice"]
