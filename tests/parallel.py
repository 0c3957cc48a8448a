"""How `make test` spreads the tests over processes (pytest-xdist): files stay whole, and what takes longest begins first.

Each process has a PostgreSQL and a Temporal of its own, as every test session has. Loaded by the gate only: plain `pytest FILE`
stays in one process.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

ONE_PROCESS = "tests/acceptance/"
"""Its files share a `dondoc up` and the demo, which plays while others run: two processes would start both twice."""
FIRST = (ONE_PROCESS, "tests/workflows/", "tests/api/", "tests/simulation/", "tests/cli/")
"""Begun last, each of these would leave a processor idle at the end. Others follow in their order. What mostly waits comes before
the simulations, which keep all processors busy while the programs of ONE_PROCESS have to answer in time."""


class WholeFiles(LoadScopeScheduling):  # type: ignore[misc]  # published without type information
    """Gives a process one file after the other."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_PROCESS if nodeid.startswith(ONE_PROCESS) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WholeFiles:
    """Called by xdist in the process that hands out the tests."""
    config.option.loadscopereorder = False  # files with many tests are not those that take long
    return WholeFiles(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the folders named in FIRST forward; within a folder the order stays."""
    items.sort(
        key=lambda item: next((rank for rank, place in enumerate(FIRST) if item.nodeid.startswith(place)), len(FIRST))
    )
