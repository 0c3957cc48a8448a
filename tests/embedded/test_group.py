"""A group that cannot start: said at once, with the cause and the way out, and nothing left running."""

import socket
from pathlib import Path

import pytest

from embedded.group import StartFailed, running_group
from embedded.postgres import EmbeddedPostgres
from embedded.temporal import free_port
from settings import Settings


async def refused(settings: Settings) -> tuple[str, list[str]]:
    """Why the group does not start, and what it said before."""
    said: list[str] = []
    with pytest.raises(StartFailed) as why:
        async with running_group(settings, said.append):
            pass
    assert not (settings.data / "run.json").exists()
    assert not (settings.data / "processes.json").exists()
    return str(why.value), said


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DONDOC_DATABASE_URL", "TEMPORAL_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


async def test_a_port_in_use_is_named_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        why, said = await refused(Settings(data=tmp_path, port=port))
    assert f"port {port}" in why
    assert "--port" in why
    assert len(said) == 1, "only that it is stopping"
    assert not (tmp_path / "postgres").exists()


async def test_an_address_that_is_not_ours_is_named(tmp_path: Path) -> None:
    why, _ = await refused(Settings(data=tmp_path, host="192.0.2.1", port=free_port()))
    assert "192.0.2.1" in why


async def test_a_configured_database_without_our_migrations_is_not_started_on(
    tmp_path: Path, postgres: EmbeddedPostgres, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    why, _ = await refused(Settings(data=tmp_path, port=free_port(), database_url=postgres.maintenance_url))
    assert "01_record" in why
    assert "dondoc migrate" in why


async def test_a_configured_temporal_that_is_away_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    why, _ = await refused(Settings(data=tmp_path, port=free_port()))
    assert address in why
    assert not (tmp_path / "postgres").exists()
