"""The gate's processes: whole files, the acceptance tests in one, and the same names of cases in each."""

from pathlib import Path

import pytest

from tests.gate import PROCESSES, PYTEST
from tests.parallel import FIRST, WholeFiles, pytest_collection_modifyitems
from tests.support.command_line import ROOT
from tests.support.names import lasting


def test_a_file_stays_whole_and_what_shares_programs_stays_together() -> None:
    scope = WholeFiles._split_scope
    whole: WholeFiles = WholeFiles.__new__(WholeFiles)
    assert scope(whole, "tests/api/test_list.py::test_a[1]") == scope(whole, "tests/api/test_list.py::test_b")
    assert scope(whole, "tests/api/test_list.py::test_a") != scope(whole, "tests/api/test_one.py::test_a")
    assert scope(whole, "tests/acceptance/test_up.py::test_a") == scope(
        whole, "tests/acceptance/test_readme.py::test_b"
    )


def test_what_takes_longest_comes_first_and_the_rest_keeps_its_order() -> None:
    class Item:
        def __init__(self, nodeid: str) -> None:
            self.nodeid = nodeid

    names = [
        "tests/rules/a.py::x",
        "tests/domain/b.py::y",
        f"{FIRST[1]}c.py::z",
        "tests/domain/a.py::x",
        f"{FIRST[0]}d.py::w",
    ]
    items = [Item(name) for name in names]
    pytest_collection_modifyitems(items)  # type: ignore[arg-type]  # only their names are looked at
    assert [item.nodeid for item in items] == [names[4], names[2], names[0], names[1], names[3]]


@pytest.mark.parametrize("place", FIRST)
def test_the_folders_that_come_first_are_there(place: str) -> None:
    assert list((ROOT / place).glob("test_*.py"))


def test_the_gate_runs_pytest_in_at_least_one_and_at_most_four_processes() -> None:
    assert 1 <= PROCESSES <= 4
    assert PYTEST[-2:] == ["--numprocesses", str(PROCESSES)]
    assert Path(PYTEST[0]).exists()


def test_a_case_has_the_same_name_in_every_process() -> None:
    for one, other in (
        ({"at": "2026-11-28T14:37:42.871099+00:00"}, {"at": "2026-11-28T14:37:42.830126+00:00"}),
        ({"at": "2026-11-28"}, {"at": "2026-11-29"}),
        ({"q": "tong hop 43112989/TB-UBND"}, {"q": "tong hop 06812227/TB-UBND"}),
    ):
        assert lasting(one) == lasting(other)
    assert lasting({"unit": "NV"}) != lasting({"unit": "TNMT"})
