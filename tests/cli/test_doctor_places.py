"""`dondoc doctor` on the places outside: what each took, how far it is behind, and what speaks against the record."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from audit.places.delivery import deliver
from audit.places.folder import FolderPlace
from console.places import PLACES
from storage.log import put_contradiction
from storage.pool import Pool
from tests.audit.log.growing import grow
from tests.audit.places.records import grown
from tests.audit.superuser import as_superuser
from tests.support.command_line import dondoc


async def looked(code: int) -> list[dict[str, Any]]:
    told = await asyncio.to_thread(dondoc, "doctor", "--json")
    assert told.code == code, told.out
    return [finding for finding in told.json if finding["what"].startswith(PLACES)]


async def test_without_places_the_checkpoints_stay_in_the_house(on_database: str) -> None:
    (found,) = await looked(0)
    assert (found["state"], found["advice"]) == ("off", "DONDOC_CHECKPOINT_PLACES")


async def test_each_place_is_shown_with_what_it_took(
    on_database: str, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "mot", tmp_path / "hai"
    one.mkdir()
    monkeypatch.setenv("DONDOC_CHECKPOINT_PLACES", f"{one}, {two}")
    assert [found["state"] for found in await looked(0)] == ["off", "off"], "no checkpoint yet"
    made = await grown(pool, 5)
    await deliver(pool, FolderPlace(one), made.size)
    await grow(pool, 2)
    first, second = await looked(0)
    assert (first["what"], first["state"]) == (f"{PLACES}: {one}", "ok")
    assert "took 5" in first["detail"]
    assert "behind 2" in first["detail"]
    assert "nothing yet" in second["detail"]
    await as_superuser(on_database, "update checkpoints set made_at = made_at - interval '1 hour'")
    first, second = await looked(3)
    assert (first["state"], second["state"]) == ("ok", "bad")
    await put_contradiction(pool, made.size, str(one), "it holds another root for 5 events")
    first, second = await looked(3)
    assert first["state"] == "bad"
    assert "it holds another root" in first["detail"]
    later = await grown(pool, 1)
    await deliver(pool, FolderPlace(one), later.size)
    assert (await looked(0))[0]["state"] == "ok", "settled by a later one that it took"


async def test_a_place_that_is_none_is_named_without_its_password(
    on_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_CHECKPOINT_PLACES", "ftp://ai:geheim@cho.example/x")
    (found,) = await looked(3)
    assert (found["state"], "DONDOC_CHECKPOINT_PLACES" in found["advice"]) == ("bad", True)
    assert "ftp://cho.example" in found["detail"]
    assert "geheim" not in str(found)


def test_with_nothing_running_the_places_are_counted(
    nothing_configured: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DONDOC_CHECKPOINT_PLACES", str(tmp_path))
    told = dondoc("doctor").succeeded()
    assert "1 nơi" in told.out
