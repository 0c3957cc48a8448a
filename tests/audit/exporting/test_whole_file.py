"""A file is there whole or not at all."""

from pathlib import Path

import pytest

from audit.exporting.whole_file import FileThere, whole_file


def test_it_is_there_when_it_is_whole(tmp_path: Path) -> None:
    with whole_file(tmp_path / "file", replace=False) as unfinished:
        unfinished.write_text("whole")
        assert not (tmp_path / "file").exists()
    assert (tmp_path / "file").read_text() == "whole"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_what_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(KeyError), whole_file(tmp_path / "file", replace=True) as unfinished:
        _breaks_off(unfinished)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("file", "old")]


def _breaks_off(unfinished: Path) -> None:
    unfinished.write_text("half")
    raise KeyError


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(FileThere), whole_file(tmp_path / "file", replace=False):
        pass
    with pytest.raises(IsADirectoryError), whole_file(tmp_path, replace=True):
        pass
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "none" / "file", replace=True):
        pass
