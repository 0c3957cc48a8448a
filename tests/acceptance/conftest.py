"""The programs as people start them: real processes on real folders."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.house import House
from tests.support.command_line import ROOT

DISTRICT = ROOT / "examples" / "long-bien"


@pytest.fixture(autouse=True, scope="session")
def nothing_configured() -> Iterator[None]:
    """No server is named for the commands that run within this process."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DONDOC_DATABASE_URL", "DONDOC_URL", "DONDOC_TOKEN", "DONDOC_DATA", "TEMPORAL_ADDRESS"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A `dondoc up` with the sample district, for all tests that leave it running."""
    house = House(tmp_path_factory.mktemp("up") / "data")
    try:
        await house.start()
        for what in ("units", "users"):
            (await house.run(what, "import", str(DISTRICT / f"{what}.yaml"))).succeeded()
        yield house
    finally:
        await house.clear_away()
