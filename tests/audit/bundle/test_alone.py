"""verify.py stands alone: one short file, the standard library and `cryptography`, run by somebody who has nothing else of ours."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from audit.bundle import verify as verifier
from tests.audit.bundle.conftest import Scene
from tests.audit.bundle.unpacked import Unpacked

SOURCE = Path(verifier.__file__)


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-I", *words],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
        env={"PATH": "/usr/bin"},
    )


def test_it_is_one_short_file_of_known_imports() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).partition(".")[0])
    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_it_verifies_the_folder_that_it_lies_in(ranged: Unpacked, scene: Scene, tmp_path: Path) -> None:
    folder = ranged.written(tmp_path / "hồ sơ")
    assert ranged.files["verify.py"] == SOURCE.read_bytes()
    done = run("verify.py", ".", "--key", str(scene.keys[0].verifying), folder=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    told = done.stdout.decode()
    assert told.startswith("ĐẠT · OK\n")
    assert "không có" not in told, "a witness is named"
    assert {path.name for path in folder.iterdir()} == set(ranged.files), "it leaves nothing behind"


def test_it_says_what_is_wrong_and_ends_with_1(ranged: Unpacked, tmp_path: Path) -> None:
    folder = ranged.with_files({"cover.txt": b""}).written(tmp_path / "b")
    done = run("verify.py", ".", "--json", folder=folder)
    verdict = json.loads(done.stdout)
    assert (done.returncode, done.stderr, verdict["ok"]) == (1, b"", False)
    assert verdict["reason"]
    done = run("verify.py", ".", folder=folder)
    assert done.stdout.decode().startswith("KHÔNG ĐẠT · REFUSED\n")


@pytest.mark.parametrize("words", [[], [".", "--nothing"], ["a", "b"]])
def test_wrong_words_end_with_2(ranged: Unpacked, tmp_path: Path, words: list[str]) -> None:
    done = run("verify.py", *words, folder=ranged.written(tmp_path / "b"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"usage:" in done.stderr
    assert b"Traceback" not in done.stderr


def test_what_comes_from_a_bundle_plays_no_tricks_on_a_terminal(tmp_path: Path) -> None:
    place = tmp_path / "\x1b[31mred"
    place.mkdir()
    (place / "\x1b[2Jgone\u202e").touch()
    told = verifier.told(verifier.verify(place))
    assert "\x1b" not in told
    assert "\u202e" not in told
