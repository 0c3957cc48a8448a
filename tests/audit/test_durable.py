"""Files that are whole or not there, whoever else writes them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from audit.durable import write_durably


def test_several_that_write_one_file_at_once_all_succeed(tmp_path: Path) -> None:
    target = tmp_path / "fork-5.txt"
    with ThreadPoolExecutor(4) as threads:
        for written in [threads.submit(write_durably, target, "evidence\n" * 100, 0o600) for _ in range(40)]:
            written.result()
    assert target.read_text() == "evidence\n" * 100
    assert [*tmp_path.iterdir()] == [target]
