"""The programs as people start them: real processes on real folders."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedded.temporal import free_port
from tests.acceptance.house import House
from tests.support.command_line import ROOT, Outcome, command, environment_with
from tests.support.ports import free_ports

DISTRICT = ROOT / "examples" / "long-bien"


@dataclass(frozen=True)
class Demo:
    """A `dondoc demo --exit` on a folder of its own."""

    data: Path
    process: "subprocess.Popen[bytes]"

    def ended(self) -> Outcome:
        """How it ended, and what it wrote."""
        code = self.process.wait(timeout=240)
        out, err = (self.data.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".out", ".err"))
        return Outcome(code, out, err)


@pytest.fixture(autouse=True, scope="package")
def nothing_configured() -> Iterator[None]:
    """No server is named for the commands that run within this process."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DONDOC_DATABASE_URL", "DONDOC_URL", "DONDOC_TOKEN", "DONDOC_DATA", "TEMPORAL_ADDRESS"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True, scope="package")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo | None]:
    """The demo, which takes most of a minute and mostly waits: if its test is to come, it plays while others run."""
    if not any(item.path.name == "test_the_demo.py" for item in request.session.items):
        yield None
        return
    data = tmp_path_factory.mktemp("demo") / "data"
    words = ("demo", "--exit", "--data", str(data), "--port", str(free_port()))
    with (
        data.with_suffix(".out").open("wb") as out,
        data.with_suffix(".err").open("wb") as err,
        subprocess.Popen(command(*words), stdout=out, stderr=err, env=environment_with({})) as process,
    ):
        yield Demo(data, process)
        process.terminate()  # if its test was not reached; the group ends what it started


@pytest.fixture(scope="package")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A `dondoc up` with the sample district, for all tests that leave it running."""
    house = House(tmp_path_factory.mktemp("up") / "data", environment={"DONDOC_METRICS_PORT": str(free_ports(3))})
    try:
        await house.start()
        for what in ("units", "users"):
            (await house.run(what, "import", str(DISTRICT / f"{what}.yaml"))).succeeded()
        yield house
    finally:
        await house.clear_away()
