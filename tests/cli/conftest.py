"""Commands on a database of the test's own, and on an office at work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import shared, shared_objects, shared_pool, shared_queue, shared_url
from tests.support.office import Office

__all__ = ["shared", "shared_objects", "shared_pool", "shared_queue", "shared_url"]


@pytest.fixture
def nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No server is named anywhere, and nothing runs on the data folder."""
    for name in ("DONDOC_DATABASE_URL", "DONDOC_URL", "DONDOC_TOKEN", "DONDOC_LANGUAGE", "TEMPORAL_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DONDOC_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def on_database(nothing_configured: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Every command of the test works on this database, the test's own, and on no data folder."""
    monkeypatch.setenv("DONDOC_DATABASE_URL", database_url)
    yield database_url
    assert not nothing_configured.exists(), "with a database configured, no command touches the data folder"


@pytest.fixture
async def office(nothing_configured: Path, shared: Office, shared_url: str, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Every command of the test works on this office, with its API and worker; other tests use it too."""
    monkeypatch.setenv("DONDOC_DATABASE_URL", shared_url)
    monkeypatch.setenv("DONDOC_URL", shared.url)
    return shared
